"""Functions of numbers, and the signs of arithmetic."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, Numeric, case, func, literal_column

from metadata.expressions import numbers
from metadata.expressions.functions.registry import OPERATORS, Form, define
from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part
from metadata.expressions.types import INTEGER, NUMBER, ValueType

MOST = numbers.LIMIT
WORKING_PLACES = 60
"""Places with which PostgreSQL divides and computes logarithms, so that 18 of them are right."""


def widest_scale(types: tuple[ValueType, ...]) -> ValueType:
    """The type of a sum: as many places as the term with most of them."""
    return ValueType(NUMBER.kind, scale=max(_scale(each) for each in types))


def product_type(types: tuple[ValueType, ...]) -> ValueType:
    """The type of a product."""
    return ValueType(NUMBER.kind, scale=min(numbers.SCALE, sum(_scale(each) for each in types)))


def _scale(type: ValueType) -> int:
    return numbers.SCALE if type.scale is None else type.scale


def limit_of(part: Part) -> Decimal:
    """The greatest size that a number can have."""
    return MOST if part.bound is None else part.bound


def _numeric(value: ColumnElement) -> ColumnElement:
    return func.round(value, pieces.whole(WORKING_PLACES), type_=Numeric())


def _zero() -> ColumnElement:
    return literal_column("0", Numeric())


def _sum(write: object, left: Part, right: Part) -> Part:
    return Part(left.value + right.value, NUMBER, bound=limit_of(left) + limit_of(right))


def _difference(write: object, left: Part, right: Part) -> Part:
    return Part(left.value - right.value, NUMBER, bound=limit_of(left) + limit_of(right))


def _product(write: object, left: Part, right: Part) -> Part:
    value = left.value * right.value
    if _scale(left.type) + _scale(right.type) > numbers.SCALE:
        value = pieces.rounded(value, numbers.SCALE)
    return Part(value, NUMBER, bound=limit_of(left) * limit_of(right))


def _quotient(write: object, left: Part, right: Part) -> Part:
    value = pieces.rounded(_numeric(left.value) / func.nullif(right.value, _zero(), type_=Numeric()), numbers.SCALE)
    bound = limit_of(left) * Decimal(10) ** _scale(right.type)
    return Part(value, NUMBER, error=(right.value == _zero()) & left.value.isnot(None), bound=bound)


def _power(write: object, base: Part, exponent: Part) -> Part:
    def value(power: ColumnElement) -> ColumnElement:
        fits = (power == func.trunc(power)) & (func.abs(power) <= literal_column("64"))
        return case((fits, power), (power.isnot(None), literal_column("1", Numeric())))

    def computed(power: ColumnElement) -> ColumnElement:
        safe = case(((power < 0) & (base.value == _zero()), literal_column("1", Numeric())), else_=base.value)
        raised = func.power(_numeric(safe), value(power), type_=Numeric())
        return func.mod(pieces.rounded(raised, numbers.SCALE), pieces.number(MOST * 100), type_=Numeric())

    def overflow(power: ColumnElement) -> ColumnElement:
        safe = case((base.value == _zero(), literal_column("1", Numeric())), else_=base.value)
        return func.abs(pieces.rounded(func.power(_numeric(safe), value(power)), numbers.SCALE)) >= pieces.number(MOST)

    wrong = (exponent.value != func.trunc(exponent.value)) | (func.abs(exponent.value) > literal_column("64"))
    wrong = (wrong & base.value.isnot(None)) | ((base.value == _zero()) & (exponent.value < 0))
    return Part(
        pieces.let(exponent.value, computed), NUMBER, error=wrong | pieces.let(exponent.value, overflow), bound=MOST
    )


def _negative(write: object, operand: Part) -> Part:
    return Part(-operand.value, operand.type, bound=limit_of(operand))


OPERATORS["+"] = (Form("add", ("number", "number"), widest_scale, numbers.add, _sum),)
OPERATORS["-"] = (Form("subtract", ("number", "number"), widest_scale, numbers.subtract, _difference),)
OPERATORS["*"] = (Form("multiply", ("number", "number"), product_type, numbers.multiply, _product),)
OPERATORS["/"] = (Form("divide", ("number", "number"), NUMBER, numbers.divide, _quotient),)
OPERATORS["**"] = (Form("power", ("number", "number"), NUMBER, numbers.power, _power),)
OPERATORS["negative"] = (Form("negative", ("number",), widest_scale, numbers.negative, _negative),)


def _simple(name: str, scale: int | None = None) -> object:
    """Write a function that PostgreSQL has too, and that makes no number larger."""

    def write_simple(write: object, operand: Part) -> Part:
        type = operand.type if scale is None else INTEGER
        return Part(getattr(func, name)(operand.value, type_=Numeric()), type, bound=limit_of(operand) + 1)

    return write_simple


def _mod(write: object, left: Part, right: Part) -> Part:
    value = func.mod(left.value, func.nullif(right.value, _zero()), type_=Numeric())
    return Part(value, NUMBER, error=(right.value == _zero()) & left.value.isnot(None), bound=limit_of(left))


def _places(name: str) -> object:
    def write_places(write: object, operand: Part, places: Part | None = None) -> Part:
        if places is None:
            return Part(getattr(func, name)(operand.value, type_=Numeric()), INTEGER, bound=limit_of(operand) + 1)

        def at(count: ColumnElement) -> ColumnElement:
            known = pieces.limited(count, -numbers.DIGITS - 5, numbers.SCALE)
            far = func.trunc(count) < literal_column(str(-numbers.DIGITS))
            kept = getattr(func, name)(operand.value, known, type_=Numeric())
            return case((far & operand.value.isnot(None), _zero()), (count.isnot(None), kept))

        return Part(pieces.let(places.value, at), NUMBER, bound=limit_of(operand) * 10)

    return write_places


def _away(write: object, operand: Part) -> Part:
    value = pieces.let(operand.value, lambda x: case((x > 0, func.ceil(x)), else_=func.floor(x)))
    return Part(value, INTEGER, bound=limit_of(operand) + 1)


def _exp(write: object, operand: Part) -> Part:
    value = pieces.let(operand.value, lambda x: case(
        (x < -45, _zero()), else_=func.exp(_numeric(func.mod(x, literal_column("60", Numeric()))), type_=Numeric())
    ))
    return Part(pieces.rounded(value, numbers.SCALE), NUMBER, error=operand.value > 47)


def _positive(name: str) -> object:
    def write_positive(write: object, operand: Part) -> Part:
        safe = func.nullif(func.greatest(operand.value, _zero()), _zero(), type_=Numeric())
        value = getattr(func, name)(_numeric(safe), type_=Numeric())
        return Part(pieces.rounded(value, numbers.SCALE), NUMBER, error=operand.value <= 0, bound=Decimal(100))

    return write_positive


def _sqrt(write: object, operand: Part) -> Part:
    safe = case((operand.value >= 0, operand.value))
    value = pieces.rounded(func.sqrt(_numeric(safe), type_=Numeric()), numbers.SCALE)
    return Part(value, NUMBER, error=operand.value < 0, bound=limit_of(operand) + 1)


def extreme(name: str) -> object:
    """Write the greatest or the least of several values; a blank among them makes it blank."""

    def write_extreme(write: object, *operands: Part) -> Part:
        values = [each.value for each in operands]
        if len(values) == 1:
            return operands[0]
        bound = max(limit_of(each) for each in operands)
        first = values[0]
        for other in values[1:]:
            first = _either(name, first, other)
        return Part(first, operands[0].type, bound=bound)

    return write_extreme


def _either(name: str, left: ColumnElement, right: ColumnElement) -> ColumnElement:
    chosen = getattr(func, name)
    return pieces.let(left, lambda a: pieces.let(right, lambda b: case(
        (a.isnot(None) & b.isnot(None), chosen(a, b, type_=left.type))
    )))


define(
    "ABS(number)", "number",
    Form("ABS", ("number",), widest_scale, numbers.size, _simple("abs")),
    en="The number without its sign.", zh="绝对值。", examples=(("ABS(-2.5)", "2.5"), ("ABS(none)", "none")),
)
define(
    "MOD(number, divisor)", "number",
    Form("MOD", ("number", "number"), widest_scale, numbers.remainder, _mod),
    en="What the division leaves over, with the sign of the number. A divisor of zero is an error.",
    zh="除法的余数，符号与被除数相同；除数为零是错误。",
    examples=(("MOD(7, 3)", "1"), ("MOD(-7, 3)", "-1"), ("MOD(7, -3)", "1"), ("MOD(1, 0)", "#")),
)
define(
    "ROUND(number, [places])", "number",
    Form("ROUND", ("number", "number?"), NUMBER, numbers.round_to, _places("round")),
    en="The number rounded half away from zero to so many decimals; without them to a whole number, with a negative "
       "count before the point.",
    zh="四舍五入（远离零）到指定的小数位；不给位数则取整，负数表示小数点前的位数。",
    examples=(("ROUND(2.5)", "3"), ("ROUND(-2.5, 0)", "-3"), ("ROUND(123456.7895, -2)", "123500"),
              ("ROUND(1.005, 2)", "1.01")),
)
define(
    "TRUNC(number, [places])", "number",
    Form("TRUNC", ("number", "number?"), NUMBER, numbers.truncate, _places("trunc")),
    en="The number cut off towards zero after so many decimals; without them to a whole number.",
    zh="向零截断到指定的小数位；不给位数则取整。",
    examples=(("TRUNC(-2.79, 1)", "-2.7"), ("TRUNC(2.9)", "2"), ("TRUNC(1999, -3)", "1000")),
)
define(
    "CEILING(number)", "number",
    Form("CEILING", ("number",), INTEGER, numbers.away_from_zero, _away),
    en="The next whole number away from zero.", zh="向远离零的方向取整。",
    examples=(("CEILING(2.1)", "3"), ("CEILING(-2.1)", "-3")),
)
define(
    "FLOOR(number)", "number",
    Form("FLOOR", ("number",), INTEGER, numbers.towards_zero, _simple("trunc", 0)),
    en="The next whole number towards zero.", zh="向零的方向取整。",
    examples=(("FLOOR(2.9)", "2"), ("FLOOR(-2.9)", "-2")),
)
define(
    "MCEILING(number)", "number",
    Form("MCEILING", ("number",), INTEGER, numbers.upwards, _simple("ceil", 0)),
    en="The next whole number upwards, also below zero.", zh="向上取整（负数也向上）。",
    examples=(("MCEILING(2.1)", "3"), ("MCEILING(-2.9)", "-2")),
)
define(
    "MFLOOR(number)", "number",
    Form("MFLOOR", ("number",), INTEGER, numbers.downwards, _simple("floor", 0)),
    en="The next whole number downwards, also below zero.", zh="向下取整（负数也向下）。",
    examples=(("MFLOOR(2.9)", "2"), ("MFLOOR(-2.1)", "-3")),
)
define(
    "EXP(number)", "number",
    Form("EXP", ("number",), NUMBER, numbers.exponential, _exp),
    en="e to the power of the number.", zh="e 的指定次幂。",
    examples=(("EXP(0)", "1"), ("ROUND(EXP(1), 6)", "2.718282"), ("EXP(100)", "#")),
)
define(
    "LN(number)", "number",
    Form("LN", ("number",), NUMBER, numbers.logarithm, _positive("ln")),
    en="The natural logarithm. Of zero or less it is an error.", zh="自然对数；小于等于零是错误。",
    examples=(("LN(1)", "0"), ("LN(0)", "#")),
)
define(
    "LOG(number)", "number",
    Form("LOG", ("number",), NUMBER, numbers.decimal_logarithm, _positive("log")),
    en="The logarithm to base 10. Of zero or less it is an error.", zh="以 10 为底的对数；小于等于零是错误。",
    examples=(("LOG(1000)", "3"), ("LOG(-1)", "#")),
)
define(
    "SQRT(number)", "number",
    Form("SQRT", ("number",), NUMBER, numbers.square_root, _sqrt),
    en="The square root. Of less than zero it is an error.", zh="平方根；负数是错误。",
    examples=(("SQRT(2.25)", "1.5"), ("SQRT(-1)", "#")),
)


def _greatest(*values: object) -> object:
    return max(values)  # type: ignore[type-var]


def _least(*values: object) -> object:
    return min(values)  # type: ignore[type-var]


def first_type(types: tuple[ValueType, ...]) -> ValueType:
    """The type of the first argument, which all others share; of numbers the one with most places."""
    known = [each for each in types if each.kind != "blank"]
    return known[0] if known and known[0].kind != NUMBER.kind else widest_scale(types)


define(
    "MAX(value, ...)", "number",
    *(Form(f"MAX_{kind}", (f"{kind}*",), first_type, _greatest, extreme("greatest"))
      for kind in ("number", "date", "datetime", "time")),
    en="The greatest of several numbers, or the latest of several dates. A blank among them makes it blank.",
    zh="若干数字中的最大者，或若干日期中最晚者；其中有空值则结果为空。",
    examples=(("MAX(1, 3, 2)", "3"), ("MAX(DATE(2026, 1, 1), DATE(2025, 1, 1))", "DATE(2026, 1, 1)"),
              ("MAX(1, none)", "none")),
)
define(
    "MIN(value, ...)", "number",
    *(Form(f"MIN_{kind}", (f"{kind}*",), first_type, _least, extreme("least"))
      for kind in ("number", "date", "datetime", "time")),
    en="The least of several numbers, or the earliest of several dates. A blank among them makes it blank.",
    zh="若干数字中的最小者，或若干日期中最早者；其中有空值则结果为空。",
    examples=(("MIN(1, 3, 2)", "1"), ("MIN(DATE(2026, 1, 1), DATE(2025, 1, 1))", "DATE(2025, 1, 1)")),
)
