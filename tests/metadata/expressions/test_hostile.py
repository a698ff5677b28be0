"""Nothing escapes from an expression, and nothing makes one work for long."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from metadata.expressions import ERROR, ExpressionInvalid, compile_expression, evaluate, to_sql
from tests.metadata.expressions.specimens import MOMENT, SpecimenScope, column_of, records, value_of


def seconds(action: Callable[[], object]) -> float:
    """The processor time of the quicker of two tries: the first may pay for what others left behind."""
    tries = []
    for _ in range(2):
        start = time.process_time()
        action()
        tries.append(time.process_time() - start)
    return min(tries)


def refusal(source: str) -> ExpressionInvalid:
    with pytest.raises(ExpressionInvalid) as raised:
        compile_expression(source, scope=SpecimenScope(), purpose="formula")
    return raised.value


REFUSED = [
    "amount.__class__", "amount.real", "().__class__.__bases__[0].__subclasses__()", "name.format(amount)", "name.upper()",
    "__import__('os').system('id')", "lambda: 1", "(lambda x: x)(1)", "[x for x in colors]", "{x for x in colors}",
    "{x: 1 for x in colors}", "(x for x in colors)", "f'{amount}'", "f'{1:3000000000}'", "'%3000000000d' % 1", "b'x'", "r'x'", "u'x'",
    "9**9**9 if x := 1 else 2", "amount = 5", "amount; 1", "1\n2", "import os", "x := 1", "amount[0]", "name[1:2]", "{'a': 1}", "{1, 2}",
    "[1, 2]", "(1, 2)", "...", "1j", "print('x')", "eval('1')", "open('/etc/passwd')", "getattr(name, 'x')", "IF(*[1, 2, 3])",
    "IF(condition=1)", "rand()", "randint(5)", "int(1)", "yield 1", "await x", "amount @ amount", "~5", "1 << 99", "1 >> 2", "5 // 2", "5 % 2",
    "amount\0", "'\0'", "\ud800", "'\ud800'", "'" + "x" * 3_000 + "'", "1" * 500, "1e999999999", "1" + "0" * 100,
    "(" * 300 + "1" + ")" * 300, "-" * 1_900 + "1", "not " * 480 + "active", "+".join(["1"] * 900), "+".join(["amount"] * 100),
    "IF(active," * 60 + "1" + ",0)" * 60, "amount" + ".owner" * 80, "((((" * 100, "'a' 'b'", "'''a'''", "#", "1 # comment", "`x`", "a\\\nb",
    "\u202eamount", "ａｍｏｕｎｔ.__class__", "𝐞𝐯𝐚𝐥('1')", "amount.items", "record.update(amount=1)", "or", ")", "(", ",", ".", "= =", "\x0b1", "\x1b[0m",
    "IF", "()", "[]", "none.x", "true.real", "1.real", "'a'.join(colors)", "ISBLANK.x", "exec", "*", "**amount",
]


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:30].encode("unicode_escape").decode())
def test_it_is_refused_at_once_with_a_problem(source: str) -> None:
    assert seconds(lambda: refusal(source)) < 1
    assert refusal(source).problems and all(each.location for each in refusal(source).problems)


def sixty(sign: str, term: str) -> str:
    return sign.join([term] * 60)


TOO_LARGE_IN_SQL = [
    "ADDMONTHS(" * 20 + "due" + ", 1)" * 20, "IFERROR(1 / " * 11 + "amount" + ", 0)" * 11,
    "CN_AMOUNT(VALUE(" * 10 + "name" + "))" * 10,
]


HEAVY = [
    "9**9**9", "9**64**64", "-4**44**44**4", "3999999**64**64", "(99999999999999999999**64)**64", "0.000000000000000001**64", "0**-1",
    "*".join(["amount"] * 24), "/".join(["amount"] * 24), sixty("+", "amount"), sixty("-", "count"), sixty("+", "note"), sixty(" & ", "name"), sixty(" and ", "active"), sixty(" == ", "amount"),
    "SUBSTITUTE(" * 10 + "note" + ", 'a', 'aaaaaaaaaaaaaaaaaaaa')" * 10, "LPAD('x', 99999999999)", "LPAD('x', 10000, 'ab') + RPAD('y', 10000)",
    "EXP(EXP(EXP(EXP(9))))", "EXP(99999999999999999999)", "DATE(99999999999999999999, 1, 1)", "due + 99999999999999999999",
    "at + 99999999999999999999", "at - 99999999999999999999", "ADDMONTHS(due, -99999999999999999999)", "ROUND(amount, 99999999999999999999)",
    "ROUND(amount, -99999999999999999999)", "LEFT(note, 99999999999999999999)", "MID(note, 99999999999999999999, 99999999999999999999)",
    "REGEX(note, '(a+)+')", "REGEX(note, '(a|a)*b')", "REGEX(note, '(.*)*(.*)*(.*)*x')",
    "DATETIMEVALUE(TEXT(" * 4 + "at" + "))" * 4, "ADDMONTHS(" * 5 + "due" + ", 1)" * 5, "CEILING(" * 20 + "amount" + ")" * 20,
    "MAX(amount, " * 20 + "1" + ")" * 20, "IFERROR(1 / " * 6 + "amount" + ", 0)" * 6, "INITCAP(" * 20 + "note" + ")" * 20, "CASE(" * 10 + "amount" + ", 1, 2, 3)" * 10, "BLANKVALUE(" * 20 + "name" + ", 'x')" * 20,
    "DATE(YEAR(" * 10 + "due" + "), 1, 1)" * 10, "DISTANCE(place, place)",
    "IF(" * 20 + "active" + ", active, active)" * 20,
]


@pytest.mark.parametrize("source", HEAVY, ids=lambda source: source[:40])
def test_what_is_allowed_is_answered_at_once(source: str) -> None:
    def answer() -> None:
        expression = compile_expression(source, scope=SpecimenScope(), purpose="formula")
        for row in records(10):
            evaluate(expression, value_of(row), MOMENT)

    assert seconds(answer) < 1


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("source", HEAVY, ids=lambda source: source[:40])
def test_sql_stays_small_however_deep_the_expression(source: str, dialect: str) -> None:
    expression = compile_expression(source, scope=SpecimenScope(), purpose="formula")
    written: list[str] = []

    def write() -> None:
        result = to_sql(expression, column_of(dialect), MOMENT, dialect)
        written.append(str(result.value.compile()) + str(result.error))

    assert seconds(write) < 1
    assert len(written[0]) < 300_000


@pytest.mark.parametrize("source", TOO_LARGE_IN_SQL, ids=lambda source: source[:40])
def test_what_would_be_too_much_sql_is_refused_in_formulas_and_filters_alone(source: str) -> None:
    assert seconds(lambda: refusal(source)) < 1
    assert [each.code for each in refusal(source).problems] == ["expression_too_large"]
    compile_expression(source, scope=SpecimenScope(), purpose="default")


def test_a_value_of_the_record_is_never_more_than_a_value() -> None:
    expression = compile_expression("name", scope=SpecimenScope(), purpose="formula")

    assert evaluate(expression, lambda path: "__import__('os')", MOMENT) == "__import__('os')"


def test_a_formula_that_failed_makes_the_one_that_reads_it_fail() -> None:
    expression = compile_expression("amount + 1", scope=SpecimenScope(), purpose="formula")
    rescued = compile_expression("IFERROR(amount + 1, 0)", scope=SpecimenScope(), purpose="formula")

    assert evaluate(expression, lambda path: ERROR, MOMENT) is ERROR
    assert evaluate(rescued, lambda path: ERROR, MOMENT) == Decimal(0)
