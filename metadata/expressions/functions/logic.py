"""Functions that choose, and those that ask about blanks, picklists and patterns."""

from __future__ import annotations

from sqlalchemy import Boolean, Text, func, literal_column

from metadata.errors import InvalidValue
from metadata.expressions import texts
from metadata.expressions.functions.registry import Check, Form, define
from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part
from metadata.expressions.tree import (
    And, BlankValue, Call, Choose, Constant, Contains, IfError, IsBlank, Match, Node, Not, OneOf, Or,
)
from metadata.expressions.types import BOOLEAN, CHOICE, CHOICES, TEXT
from metadata.patterns import MAX_TEXT, pattern

Arguments = tuple[Node, ...]


def _count(check: Check, start: int, arguments: Arguments, least: int, most: int | None, signature: str) -> bool:
    if len(arguments) < least or (most is not None and len(arguments) > most):
        check.problem(
            "expression_argument_count", start, function=signature.partition("(")[0], signature=signature,
        )
        return False
    return True


def _truths(check: Check, nodes: Arguments) -> None:
    for each in nodes:
        check.expect(each, BOOLEAN)


def _and(check: Check, start: int, arguments: Arguments) -> Node:
    _count(check, start, arguments, 1, None, "AND(condition, ...)")
    _truths(check, arguments)
    return And(BOOLEAN, start, arguments)


def _or(check: Check, start: int, arguments: Arguments) -> Node:
    _count(check, start, arguments, 1, None, "OR(condition, ...)")
    _truths(check, arguments)
    return Or(BOOLEAN, start, arguments)


def _not(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 1, 1, "NOT(condition)"):
        return Constant(BOOLEAN, start, None)
    _truths(check, arguments)
    return Not(BOOLEAN, start, arguments[0])


def choose(check: Check, start: int, conditions: Arguments, results: Arguments, otherwise: Node) -> Node:
    """Make the node of a choice between results of one type."""
    _truths(check, conditions)
    return Choose(check.common((*results, otherwise)), start, conditions, results, otherwise)


def _if(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 3, 3, "IF(condition, then, else)"):
        return Constant(check.common(arguments[1:]), start, None)
    return choose(check, start, arguments[:1], arguments[1:2], arguments[2])


def _ifs(check: Check, start: int, arguments: Arguments) -> Node:
    signature = "IFS(condition, result, ..., else)"
    if not _count(check, start, arguments, 3, None, signature):
        return Constant(check.common(arguments[1::2]), start, None)
    if len(arguments) % 2 == 0:
        check.problem("expression_else_missing", start, function="IFS", signature=signature)
    return choose(check, start, arguments[:-1:2], arguments[1:-1:2], arguments[-1])


def _case(check: Check, start: int, arguments: Arguments) -> Node:
    signature = "CASE(value, match, result, ..., else)"
    if not _count(check, start, arguments, 4, None, signature):
        return Constant(check.common(arguments[2:]), start, None)
    if len(arguments) % 2:
        check.problem("expression_else_missing", start, function="CASE", signature=signature)
    subject, values, results = arguments[0], arguments[1:-1:2], arguments[2:-1:2]
    for each in values:
        check.equal(subject, each)
    return Match(check.common((*results, arguments[-1])), start, subject, values, results, arguments[-1])


def _iferror(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 2, 2, "IFERROR(value, otherwise)"):
        return Constant(check.common(arguments), start, None)
    return IfError(check.common(arguments), start, arguments[0], arguments[1])


def _blankvalue(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 2, 2, "BLANKVALUE(value, otherwise)"):
        return Constant(check.common(arguments), start, None)
    return BlankValue(check.common(arguments), start, arguments[0], arguments[1])


def _isblank(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 1, 1, "ISBLANK(value)"):
        return Constant(BOOLEAN, start, None)
    return IsBlank(BOOLEAN, start, arguments[0])


def _includes(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 2, 2, "INCLUDES(multi_picklist, code)"):
        return Constant(BOOLEAN, start, None)
    if check.expect(arguments[0], CHOICES):
        check.element(arguments[0], arguments[1])
    return Contains(BOOLEAN, start, arguments[0], arguments[1])


def _isfinal(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 1, 1, "ISFINAL(picklist)") or not check.expect(arguments[0], CHOICE):
        return Constant(BOOLEAN, start, None)
    subject = arguments[0]
    return OneOf(BOOLEAN, start, subject, tuple(Constant(subject.type, start, code) for code in subject.type.final))


def _regex(check: Check, start: int, arguments: Arguments) -> Node:
    if not _count(check, start, arguments, 2, 2, "REGEX(text, pattern)"):
        return Constant(BOOLEAN, start, None)
    text, source = arguments
    check.expect(text, TEXT)
    if not isinstance(source, Constant) or not isinstance(source.value, str):
        check.problem("expression_pattern_constant", source.start)
        return Constant(BOOLEAN, start, None)
    try:
        pattern(source.value)
    except InvalidValue as refused:
        check.problem(refused.code, source.start, **refused.params)
        return Constant(BOOLEAN, start, None)
    return Call(BOOLEAN, start, REGEX, (text, source))


def _fits(write: object, text: Part, source: Part) -> Part:
    known = func.coalesce(text.value, literal_column("''", Text()))
    fits = known.op("~", return_type=Boolean())(pieces.text(pattern(str(source.constant)).postgres()))
    return Part(fits & (func.length(known) <= pieces.whole(MAX_TEXT)), BOOLEAN)


REGEX = Form("REGEX", ("text", "text"), BOOLEAN, texts.matches, _fits, keeps_blanks=True)

define(
    "IF(condition, then, else)", "logic", build=_if,
    en="One of two values. A blank condition counts as false; what isn't chosen isn't computed.",
    zh="按条件取两个值之一；空条件视为假，未选中的一支不计算。",
    examples=(("IF(2 > 1, 'a', 'b')", "'a'"), ("IF(none, 1, 2)", "2"), ("IF(true, 1, 1 / 0)", "1")),
)
define(
    "IFS(condition, result, ..., else)", "logic", build=_ifs,
    en="The result beside the first condition that is true, else the last one.",
    zh="第一个成立的条件所对应的结果；都不成立取最后一个。",
    examples=(("IFS(1 > 2, 'a', 2 > 1, 'b', 'c')", "'b'"), ("IFS(false, 1, none, 2, 3)", "3")),
)
define(
    "CASE(value, match, result, ..., else)", "logic", build=_case,
    en="The result beside the first value that equals the first argument, else the last one.",
    zh="与第一个参数相等的第一个值所对应的结果；都不相等取最后一个。",
    examples=(("CASE('b', 'a', 1, 'b', 2, 0)", "2"), ("CASE(none, 'a', 1, 0)", "0")),
)
define(
    "IFERROR(value, otherwise)", "logic", build=_iferror,
    en="The value, or the other one where it can't be computed.", zh="取值；无法计算时取另一个值。",
    examples=(("IFERROR(1 / 0, 0)", "0"), ("IFERROR(VALUE('x'), none)", "none")),
)
define(
    "AND(condition, ...)", "logic", build=_and,
    en="Whether all conditions are true; the same as “and”. What stands behind a false one isn't computed.",
    zh="所有条件是否都成立，等同于 and；某个条件为假后，其后的不再计算。",
    examples=(("AND(true, 1 > 2)", "false"), ("AND(true, none)", "none"), ("AND(false, 1 / 0 > 1)", "false")),
)
define(
    "OR(condition, ...)", "logic", build=_or,
    en="Whether one of the conditions is true; the same as “or”. What stands behind a true one isn't computed.",
    zh="是否有条件成立，等同于 or；某个条件为真后，其后的不再计算。",
    examples=(("OR(false, 2 > 1)", "true"), ("OR(false, none)", "none")),
)
define(
    "NOT(condition)", "logic", build=_not,
    en="The opposite; the same as “not”. The opposite of a blank is blank.", zh="取反，等同于 not；空值取反仍为空。",
    examples=(("NOT(1 > 2)", "true"), ("NOT(none)", "none")),
)
define(
    "ISBLANK(value)", "logic", build=_isblank,
    en="Whether there is no value. An empty text is blank.", zh="是否为空；空文本也为空。",
    examples=(("ISBLANK('')", "true"), ("ISBLANK(0)", "false")),
)
define(
    "BLANKVALUE(value, otherwise)", "logic", build=_blankvalue,
    en="The value, or the other one where it is blank.", zh="取值；为空时取另一个值。",
    examples=(("BLANKVALUE('', 'x')", "'x'"), ("BLANKVALUE(0, 5)", "0")),
)
define(
    "INCLUDES(multi_picklist, code)", "logic", build=_includes,
    en="Whether a multi-picklist has a value; the same as 'code' in field.",
    zh="多选列表是否包含某个值，等同于 'code' in 字段。", examples=(("INCLUDES(none, 'a')", "false"),),
)
define(
    "ISFINAL(picklist)", "logic", build=_isfinal,
    en="Whether a picklist holds one of the values that are marked as final.", zh="选项是否为标记为“终态”的值。",
    examples=(("ISFINAL(none)", "false"),),
)
define(
    "REGEX(text, pattern)", "text", REGEX, build=_regex,
    en="Whether the whole text fits a pattern: letters, classes such as [A-Z] and \\d, groups, | and the repetitions "
       "* + ? {2,5}. The pattern is written out as a text; look-arounds and back references are refused.",
    zh="整个文本是否符合模式：字符、[A-Z] 与 \\d 等字符类、分组、| 以及 * + ? {2,5} 重复。模式须直接写成文本，不支持环视与反向引用。",
    examples=(("REGEX('13812345678', '1\\d{10}')", "true"), ("REGEX('ab', 'a')", "false"), ("REGEX('', 'a*')", "true")),
)
