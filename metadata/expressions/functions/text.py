"""Functions of texts, and the signs that put texts together."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Boolean, ColumnElement, Integer, Numeric, Text, case, cast, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from metadata.expressions import numbers, texts
from metadata.expressions.functions.registry import OPERATORS, Form, define
from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part
from metadata.expressions.types import BOOLEAN, INTEGER, NUMBER, TEXT, ValueType

SMALL = "".join(each for each in texts.CAPITALS if not each.isascii())
CAPITAL = "".join(texts.CAPITALS[each] for each in SMALL)
WORD = "".join(sorted(texts.INSIDE_WORD))
COUNT = Decimal(texts.MAX_TEXT) * 4


def joined_type(types: tuple[ValueType, ...]) -> ValueType:
    """The type of texts put together."""
    sizes = [size_of(each) for each in types]
    return TEXT if None in sizes else ValueType(TEXT.kind, size=sum(sizes))  # type: ignore[arg-type]


def same_size(types: tuple[ValueType, ...]) -> ValueType:
    """The type of a text that is not longer than the first argument."""
    return ValueType(TEXT.kind, size=size_of(types[0]))


def size_of(type: ValueType) -> int | None:
    """The greatest length of a text, if it is known."""
    return 40 if type.choices else type.size


def _text(value: ColumnElement, type: ValueType) -> Part:
    return Part(pieces.blank_if_empty(value), type)


def _joined(write: object, *parts: Part) -> Part:
    joined = func.concat(*(each.value for each in parts), type_=Text())
    return _text(joined, joined_type(tuple(each.type for each in parts)))


_JOIN = Form("join", ("text*",), joined_type, texts.join, _joined, keeps_blanks=True)
OPERATORS["+"] += (_JOIN,)
OPERATORS["&"] = (_JOIN,)


def _whole(value: ColumnElement, most: Decimal) -> Part:
    return Part(value, INTEGER, bound=most)


def _len(write: object, text: Part) -> Part:
    return _whole(func.coalesce(cast(func.length(text.value), Numeric()), literal_column("0", Numeric())), COUNT)


def _end(name: str) -> object:
    def write_end(write: object, text: Part, count: Part) -> Part:
        taken = getattr(func, name)(text.value, pieces.limited(count.value, 0, texts.MAX_TEXT * 4), type_=Text())
        return _text(taken, same_size((text.type,)))

    return write_end


def _mid(write: object, text: Part, start: Part, count: Part) -> Part:
    taken = pieces.let(start.value, lambda first: case((first.isnot(None), func.substr(
        text.value, pieces.limited(first, 1, texts.MAX_TEXT * 4), pieces.limited(count.value, 0, texts.MAX_TEXT * 4)
    ))))
    return _text(cast(taken, Text()), same_size((text.type,)))


def _find(write: object, search: Part, text: Part, start: Part | None = None) -> Part:
    zero = literal_column("0", Numeric())

    def position(rest: ColumnElement, skipped: ColumnElement) -> ColumnElement:
        found = func.strpos(rest, search.value, type_=Integer())
        return pieces.let(found, lambda at: case((at > 0, cast(at + skipped, Numeric())), else_=zero))

    if start is None:
        return _whole(position(text.value, pieces.whole(0)), COUNT)

    def from_start(first: ColumnElement) -> ColumnElement:
        known = pieces.limited(first, 1, texts.MAX_TEXT * 4)
        return case((first.isnot(None), position(func.substr(text.value, known, type_=Text()), known - 1)), else_=zero)

    return _whole(pieces.let(start.value, from_start), COUNT)


def _contains(write: object, text: Part, search: Part) -> Part:
    found = func.strpos(text.value, search.value, type_=Integer()) > 0
    return Part(func.coalesce(found, search.value.is_(None) | pieces.UNKNOWN, type_=Boolean()), BOOLEAN)


def _begins(write: object, text: Part, start: Part) -> Part:
    found = func.starts_with(text.value, start.value, type_=Boolean())
    return Part(func.coalesce(found, start.value.is_(None) | pieces.UNKNOWN, type_=Boolean()), BOOLEAN)


def _substitute(write: object, text: Part, old: Part, new: Part) -> Part:
    empty = literal_column("''", Text())
    replacement = func.left(func.coalesce(new.value, empty), pieces.whole(texts.MAX_REPLACEMENT), type_=Text())
    replaced = func.replace(text.value, func.coalesce(old.value, empty), replacement, type_=Text())
    long = (
        (func.length(new.value) > pieces.whole(texts.MAX_REPLACEMENT)) & text.value.isnot(None) & old.value.isnot(None)
    )
    value = pieces.blank_if_empty(func.left(replaced, pieces.whole(texts.MAX_TEXT + 1), type_=Text()))
    return Part(value, TEXT, error=long)


def capitals(value: ColumnElement) -> ColumnElement:
    """Make capitals of the letters that `texts.CAPITALS` names."""
    ascii = func.upper(value.collate("C"), type_=Text())
    return func.translate(ascii, pieces.text(SMALL), pieces.text(CAPITAL), type_=Text())


def small_letters(value: ColumnElement) -> ColumnElement:
    """Make small letters of the capitals that `texts.CAPITALS` names."""
    ascii = func.lower(value.collate("C"), type_=Text())
    return func.translate(ascii, pieces.text(CAPITAL), pieces.text(SMALL), type_=Text())


def _same(change: object) -> object:
    def write_same(write: object, text: Part) -> Part:
        return _text(change(text.value), same_size((text.type,)))  # type: ignore[operator]

    return write_same


class _Initials(FunctionElement):
    """A text whose letters are taken from its capitals or, inside a word, from its small letters."""

    name = "initials"
    inherit_cache = True
    type = Text()


@compiles(_Initials)
def _write_initials(element: _Initials, compiler: object, **options: object) -> str:
    text, small, capital, word = (compiler.process(each, **options) for each in element.clauses)
    split = ", ".join(f"string_to_array({each}, NULL)" for each in (text, small, capital))
    return (
        f"(SELECT string_agg(CASE WHEN strpos({word}, w.before) > 0 THEN w.small ELSE w.capital END, '' ORDER BY w.n) "
        f"FROM (SELECT u.*, lag(u.letter) OVER (ORDER BY u.n) AS before "
        f"FROM unnest({split}) WITH ORDINALITY AS u(letter, small, capital, n)) AS w)"
    )


def _initials(write: object, text: Part) -> Part:
    shown = _Initials(text.value, small_letters(text.value), capitals(text.value), pieces.text(WORD))
    return Part(shown, same_size((text.type,)))


def _pad(name: str) -> object:
    def write_pad(write: object, text: Part, count: Part, fill: Part | None = None) -> Part:
        filling = pieces.text(" ") if fill is None else fill.value
        length = pieces.limited(count.value, 0, texts.MAX_TEXT)
        value = getattr(func, name)(text.value, length, filling, type_=Text())
        long = (count.value > pieces.whole(texts.MAX_TEXT)) & text.value.isnot(None) & filling.isnot(None)
        return Part(pieces.blank_if_empty(value), ValueType(TEXT.kind, size=texts.MAX_TEXT), error=long)

    return write_pad


def _value(write: object, text: Part) -> Part:
    plain = func.btrim(text.value, pieces.text(texts.SPACE), type_=Text())
    digits = func.substring(plain, pieces.text(f"^({texts.NUMBER})$"), type_=Text())
    value = pieces.rounded(cast(digits, Numeric()), 18)
    return Part(value, NUMBER, error=text.value.isnot(None) & digits.is_(None), bound=Decimal(10) ** 20 + 1)


def _is_number(write: object, text: Part) -> Part:
    plain = func.btrim(text.value, pieces.text(texts.SPACE), type_=Text())
    fits = plain.op("~", return_type=Boolean())(pieces.text(f"^(?:{texts.NUMBER})$"))
    return Part(func.coalesce(fits, literal_column("false", Boolean())), BOOLEAN)


def _number_text(write: object, number: Part) -> Part:
    return Part(cast(func.trim_scale(number.value), Text()), ValueType(TEXT.kind, size=60))


def _formatted(pattern: str, zone: str | None = None) -> object:
    def write_formatted(write: object, value: Part) -> Part:
        shown = value.value if zone is None else func.timezone(zone, value.value)
        return Part(func.to_char(shown, pieces.text(pattern), type_=Text()), ValueType(TEXT.kind, size=30))

    return write_formatted


def _boolean_text(write: object, value: Part) -> Part:
    return Part(cast(value.value, Text()), ValueType(TEXT.kind, size=5))


def _choice_text(write: object, value: Part) -> Part:
    return Part(value.value, same_size((value.type,)))


def _short(size: int) -> ValueType:
    return ValueType(TEXT.kind, size=size)


define(
    "TEXT(value)", "text",
    Form("TEXT_number", ("number",), _short(60), numbers.number_text, _number_text),
    Form("TEXT_date", ("date",), _short(10), texts.of_date, _formatted("YYYY-MM-DD")),
    Form("TEXT_datetime", ("datetime",), _short(20), texts.of_instant, _formatted('YYYY-MM-DD HH24:MI:SS"Z"', "UTC")),
    Form("TEXT_time", ("time",), _short(8), texts.of_time, _formatted("HH24:MI:SS")),
    Form("TEXT_boolean", ("boolean",), _short(5), texts.of_boolean, _boolean_text),
    Form("TEXT_text", ("text",), same_size, lambda text: text, _choice_text),
    en="A value as text: a number without grouping or trailing zeros, a date as 2026-01-31, a date-time in UTC with "
       "Z at the end, a picklist value as its code.",
    zh="把值写成文本：数字不分组、无多余的零，日期写成 2026-01-31，日期时间为 UTC 并以 Z 结尾，选项写成其代码。",
    examples=(("TEXT(1500.50)", "'1500.5'"), ("TEXT(DATE(2026, 1, 31))", "'2026-01-31'"), ("TEXT(none)", "none"),
              ("TEXT(DATETIMEVALUE('2026-01-31 08:30Z'))", "'2026-01-31 08:30:00Z'"), ("TEXT(true)", "'true'")),
)
define(
    "VALUE(text)", "text",
    Form("VALUE", ("text",), NUMBER, texts.to_number, _value),
    en="The number that a text shows. A text that shows none is an error.", zh="文本所表示的数字；不是数字则为错误。",
    examples=(("VALUE(' -12.50 ')", "-12.5"), ("VALUE('1,000')", "#"), ("VALUE('')", "none")),
)
define(
    "ISNUMBER(text)", "text",
    Form("ISNUMBER", ("text",), BOOLEAN, texts.is_number, _is_number, keeps_blanks=True),
    en="Whether a text can be read as a number.", zh="文本能否读作数字。",
    examples=(("ISNUMBER('12.5')", "true"), ("ISNUMBER('12a')", "false"), ("ISNUMBER('')", "false")),
)
define(
    "LEN(text)", "text", Form("LEN", ("text",), INTEGER, texts.length, _len, keeps_blanks=True),
    en="How many characters a text has; none if it is blank.", zh="文本的字符数；空文本为 0。",
    examples=(("LEN('榫卯')", "2"), ("LEN('')", "0")),
)
define(
    "LEFT(text, count)", "text", Form("LEFT", ("text", "number"), same_size, texts.left, _end("left")),
    en="So many characters from the start.", zh="文本开头的若干个字符。",
    examples=(("LEFT('Tenon', 3)", "'Ten'"), ("LEFT('Tenon', 99)", "'Tenon'"), ("LEFT('Tenon', 0)", "none")),
)
define(
    "RIGHT(text, count)", "text", Form("RIGHT", ("text", "number"), same_size, texts.right, _end("right")),
    en="So many characters from the end.", zh="文本末尾的若干个字符。",
    examples=(("RIGHT('Tenon', 2)", "'on'"), ("RIGHT('Tenon', -1)", "none")),
)
define(
    "MID(text, start, count)", "text",
    Form("MID", ("text", "number", "number"), same_size, texts.middle, _mid),
    en="So many characters from a position on; the first character has position 1.",
    zh="从某个位置起的若干个字符；第一个字符的位置是 1。",
    examples=(("MID('Tenon', 2, 3)", "'eno'"), ("MID('Tenon', 0, 2)", "'Te'"), ("MID('Tenon', 9, 1)", "none")),
)
define(
    "FIND(search, text, [start])", "text",
    Form("FIND", ("text", "text", "number?"), INTEGER, texts.find, _find, keeps_blanks=True),
    en="The position of a text in another, 0 if it isn't there. Capitals count.",
    zh="某文本在另一文本中的位置，不存在为 0；区分大小写。",
    examples=(("FIND('n', 'Tenon')", "3"), ("FIND('n', 'Tenon', 4)", "5"), ("FIND('N', 'Tenon')", "0")),
)
define(
    "CONTAINS(text, search)", "text",
    Form("CONTAINS", ("text", "text"), BOOLEAN, texts.contains, _contains, keeps_blanks=True),
    en="Whether a text has another one in it. Capitals count; a blank search is in every text.",
    zh="文本是否包含另一文本；区分大小写，空文本包含于任何文本。",
    examples=(("CONTAINS('Tenon', 'no')", "true"), ("CONTAINS('Tenon', 'NO')", "false"), ("CONTAINS('', '')", "true"),
              ("CONTAINS('', 'a')", "none")),
)
define(
    "BEGINS(text, start)", "text",
    Form("BEGINS", ("text", "text"), BOOLEAN, texts.begins, _begins, keeps_blanks=True),
    en="Whether a text begins with another one. Capitals count.", zh="文本是否以另一文本开头；区分大小写。",
    examples=(("BEGINS('Tenon', 'Te')", "true"), ("BEGINS('Tenon', 'te')", "false"), ("BEGINS('', 'a')", "none")),
)
define(
    "SUBSTITUTE(text, old, new)", "text",
    Form("SUBSTITUTE", ("text", "text", "text"), TEXT, texts.substitute, _substitute, keeps_blanks=True),
    en="The text with every occurrence replaced; a blank replacement removes it.",
    zh="把文本中的每一处都替换掉；替换为空即删除。",
    examples=(("SUBSTITUTE('a-b-c', '-', '/')", "'a/b/c'"), ("SUBSTITUTE('a-b', '-', '')", "'ab'")),
)
define(
    "TRIM(text)", "text",
    Form("TRIM", ("text",), same_size, texts.trim,
         _same(lambda value: func.btrim(value, pieces.text(texts.SPACE), type_=Text()))),
    en="The text without white space at both ends.", zh="去掉文本两端的空白。",
    examples=(("TRIM('  a b ')", "'a b'"), ("TRIM('　')", "none")),
)
define(
    "UPPER(text)", "text", Form("UPPER", ("text",), same_size, texts.upper, _same(capitals)),
    en="The text in capitals.", zh="转换为大写。", examples=(("UPPER('Tenon é')", "'TENON É'"),),
)
define(
    "LOWER(text)", "text", Form("LOWER", ("text",), same_size, texts.lower, _same(small_letters)),
    en="The text in small letters.", zh="转换为小写。", examples=(("LOWER('Tenon É')", "'tenon é'"),),
)
define(
    "INITCAP(text)", "text", Form("INITCAP", ("text",), same_size, texts.initials, _initials),
    en="The text with a capital at the start of each word.", zh="每个单词的首字母大写。",
    examples=(("INITCAP('élan of ABC')", "'Élan Of Abc'"),),
)
define(
    "LPAD(text, length, [fill])", "text",
    Form("LPAD", ("text", "number", "text?"), _short(texts.MAX_TEXT), texts.pad_left, _pad("lpad")),
    en="The text filled on the left up to a length, with blanks unless something else is given. A longer text is cut.",
    zh="在左侧填充到指定长度，默认填空格；过长则截断。",
    examples=(("LPAD('7', 3, '0')", "'007'"), ("LPAD('1234', 3, '0')", "'123'")),
)
define(
    "RPAD(text, length, [fill])", "text",
    Form("RPAD", ("text", "number", "text?"), _short(texts.MAX_TEXT), texts.pad_right, _pad("rpad")),
    en="The text filled on the right up to a length, with blanks unless something else is given. A longer text is cut.",
    zh="在右侧填充到指定长度，默认填空格；过长则截断。",
    examples=(("RPAD('ab', 4, '.')", "'ab..'"), ("LEN(RPAD('ab', 4))", "4")),
)
define(
    "REVERSE(text)", "text",
    Form("REVERSE", ("text",), same_size, texts.reverse, _same(lambda value: func.reverse(value, type_=Text()))),
    en="The characters in the opposite order.", zh="把字符顺序颠倒。", examples=(("REVERSE('abc')", "'cba'"),),
)
