"""Field types whose values are numbers: integer, decimal, money, percent and rate; all exact."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import NUMBER, ValueType
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.exact import MAX_INTEGER, ROUNDING, checked_decimal, number_of, rounded, unit_of
from metadata.fields.operators import ORDER_OPERATORS
from metadata.fields.storage import MAX_DIGITS, ScaledDecimal
from metadata.model import Field
from metadata.text import Text

_BOUND = {"type": "number"}
MIN = Option("min", {**_BOUND, "description": "Smallest value allowed."})
MAX = Option("max", {**_BOUND, "description": "Largest value allowed."})


def scale_option(default: int, most: int) -> Option:
    """The option that says how many digits stand after the point."""
    return Option("scale", {
        "type": "integer", "minimum": 0, "maximum": most, "description": "Digits after the decimal point.",
    }, default)


def check_bounds(field: Field, value: Decimal | int) -> None:
    """Compare with the field's `min` and `max`; raises InvalidValue `too_small` or `too_large`."""
    least, most = field.options.get("min"), field.options.get("max")
    if least is not None and value < least:  # type: ignore[operator]
        raise InvalidValue("too_small", min=least)
    if most is not None and value > most:  # type: ignore[operator]
        raise InvalidValue("too_large", max=most)


def bound_problems(field: Field, *, largest: Decimal | int) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
    """Say when a field's `min` lies above its `max`, or one of them beyond the `largest` value of the type."""
    least, most = field.options.get("min"), field.options.get("max")
    beyond = tuple(
        (name, "bound_beyond_type", {"value": bound, "largest": largest})
        for name, bound in (("min", least), ("max", most))
        if bound is not None and abs(bound) > largest  # type: ignore[arg-type]
    )
    if beyond:
        return beyond
    if least is not None and most is not None and least > most:  # type: ignore[operator]
        return (("min", "min_above_max", {"min": least, "max": most}),)
    return ()


_REFUSED = (
    Sample("abc", refused="not_a_number"),
    Sample("１２", refused="not_a_number"),
    Sample("٣", refused="not_a_number"),
    Sample("1_0", refused="not_a_number"),
    Sample("1,000", refused="not_a_number"),
    Sample("0x10", refused="not_a_number"),
    Sample("1e", refused="not_a_number"),
    Sample("NaN", refused="not_a_number"),
    Sample("Infinity", refused="not_a_number"),
    Sample(float("nan"), refused="not_a_number"),
    Sample(float("inf"), refused="not_a_number"),
    Sample(Decimal("sNaN"), refused="not_a_number"),
    Sample("9" * 10_000, refused="not_a_number"),
    Sample("1e1000000", refused="not_a_number"),
    Sample(Decimal("1e1000000"), refused="out_of_range"),
    Sample(Decimal("-1e999999999"), refused="out_of_range"),
    Sample(10**5_000, refused="out_of_range"),
    Sample(True, refused="not_a_number"),
    Sample([1], refused="not_a_number"),
    Sample({}, refused="not_a_number"),
    Sample("1\x00", refused="not_a_number"),
    Sample("\ud800", refused="not_a_number"),
)


class IntegerType(FieldType):
    """A whole number."""

    name = "integer"
    label = Text.of({"en": "Integer", "zh_CN": "整数"})
    help = Text.of({"en": "A whole number of up to 18 digits.", "zh_CN": "整数，最多 18 位。"})
    widget = "integer"
    operators = (*ORDER_OPERATORS[:-2], "in", *ORDER_OPERATORS[-2:])
    options = (MIN, MAX)
    samples = (
        Sample(42, 42, 42),
        Sample("-7", -7, -7),
        Sample(" 0 ", 0, 0),
        Sample(1.0, 1, 1),
        Sample(Decimal("3.00"), 3, 3),
        Sample("1e3", 1000, 1000),
        Sample("", None, None),
        Sample(None, None, None),
        Sample(2**63 - 1, 2**63 - 1, 2**63 - 1),
        Sample(-(2**63), -(2**63), -(2**63)),
        Sample(2**63, refused="out_of_range"),
        Sample(1.5, refused="not_an_integer"),
        Sample("1.5", refused="not_an_integer"),
        Sample(Decimal("1e-1000000"), refused="not_an_integer"),
        Sample(-1, refused="too_small", options={"min": 0}),
        Sample(11, refused="too_large", options={"max": 10}),
        *_REFUSED,
    )

    def type_of(self, field: Field) -> ValueType:
        """A number without decimals."""
        return ValueType(NUMBER.kind, scale=0, size=19)

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One BIGINT."""
        return ((field.name, BigInteger()),)

    def parse(self, field: Field, raw: object) -> int | None:
        """Read a whole number of 64 bits; raises also `not_an_integer`."""
        if type(raw) is int and -MAX_INTEGER <= raw <= MAX_INTEGER:
            check_bounds(field, raw)
            return raw
        number = number_of(raw)
        if number is None:
            return None
        if number and number.adjusted() > 19:
            raise InvalidValue("out_of_range", min=-MAX_INTEGER - 1, max=MAX_INTEGER)
        if number and (number.adjusted() < 0 or number != number.to_integral_value()):
            raise InvalidValue("not_an_integer")
        value = int(number)
        if not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
            raise InvalidValue("out_of_range", min=-MAX_INTEGER - 1, max=MAX_INTEGER)
        check_bounds(field, value)
        return value

    def dump(self, field: Field, value: object) -> int | None:
        """A JSON number; a computed value is rounded."""
        if value is None or type(value) is int:
            return value  # type: ignore[return-value]
        return int(rounded(Decimal(value), 0))  # type: ignore[arg-type]

    def problems(self, field: Field) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
        """A smallest value above the largest, or one that the type can't hold."""
        return bound_problems(field, largest=MAX_INTEGER)


class _Exact(FieldType):
    """An exact number with a fixed count of decimals; subclasses say how many digits it has."""

    operators = ORDER_OPERATORS
    digits = MAX_DIGITS
    decimals = 2

    def shape(self, field: Field) -> tuple[int, int]:
        """Digits in all, and digits after the point."""
        return field.options.get("precision", self.digits), field.options.get("scale", self.decimals)

    def type_of(self, field: Field) -> ValueType:
        """A number with the field's decimals."""
        digits, scale = self.shape(field)
        return ValueType(NUMBER.kind, scale=scale, size=digits)

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One exact decimal."""
        return ((field.name, ScaledDecimal(*self.shape(field))),)

    def parse(self, field: Field, raw: object) -> Decimal | None:
        """Read an exact number; see `checked_decimal` and `check_bounds`."""
        value = checked_decimal(raw, *self.shape(field))
        if value is not None:
            check_bounds(field, value)
        return value

    def dump(self, field: Field, value: object) -> str | None:
        """A text with all decimals of the field, rounded half away from zero: `12000.00`."""
        if value is None:
            return None
        return format(rounded(Decimal(value), self.shape(field)[1]), "f")  # type: ignore[arg-type]

    def problems(self, field: Field) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
        """A smallest value above the largest, or more decimals than digits."""
        digits, scale = self.shape(field)
        found = bound_problems(field, largest=Decimal(10) ** max(0, digits - scale) - unit_of(scale))
        if scale > digits:
            found += (("scale", "scale_above_precision", {"scale": scale, "precision": digits}),)
        return found


class DecimalType(_Exact):
    """A number with a fixed count of decimals."""

    name = "decimal"
    label = Text.of({"en": "Decimal", "zh_CN": "小数"})
    help = Text.of({
        "en": "An exact number. `precision` counts all its digits, `scale` those after the point.",
        "zh_CN": "精确的小数。precision 是总位数，scale 是小数位数。",
    })
    widget = "decimal"
    options = (
        Option(
            "precision",
            {"type": "integer", "minimum": 1, "maximum": MAX_DIGITS, "description": "Digits in all."},
            MAX_DIGITS,
        ),
        scale_option(2, MAX_DIGITS),
        MIN,
        MAX,
    )
    samples = (
        Sample("12000", Decimal("12000.00"), "12000.00"),
        Sample(0.1, Decimal("0.10"), "0.10"),
        Sample(".5", Decimal("0.50"), "0.50"),
        Sample("+1.", Decimal("1.00"), "1.00"),
        Sample("-0", Decimal("0.00"), "0.00"),
        Sample("1.5e3", Decimal("1500.00"), "1500.00"),
        Sample(Decimal("1.500"), Decimal("1.50"), "1.50"),
        Sample("", None, None),
        Sample("9999999999999999.99", Decimal("9999999999999999.99"), "9999999999999999.99"),
        Sample("-9999999999999999.99", Decimal("-9999999999999999.99"), "-9999999999999999.99"),
        Sample("0.000000000000000001", Decimal("1E-18"), "0.000000000000000001", options={"scale": 18}),
        Sample("10000000000000000", refused="out_of_range"),
        Sample("1e999", refused="out_of_range"),
        Sample("1000", refused="out_of_range", options={"precision": 4}),
        Sample("1.005", refused="too_many_decimals"),
        Sample(Decimal("1e-1000000"), refused="too_many_decimals"),
        Sample("-1", refused="too_small", options={"min": 0}),
        Sample("1.1", refused="too_large", options={"max": 1}),
        *_REFUSED,
    )


class MoneyType(_Exact):
    """An amount in a currency."""

    name = "money"
    label = Text.of({"en": "Money", "zh_CN": "金额"})
    help = Text.of({
        "en": "An exact amount. Its currency is the app's, the field's own, or what another field of the record says.",
        "zh_CN": "精确的金额。币种取应用的默认币种、字段自己的币种，或由同一记录的另一个字段给出。",
    })
    widget = "money"
    options = (
        scale_option(2, 6),
        MIN,
        MAX,
        Option(
            "currency",
            {
                "type": "string",
                "pattern": "^[A-Z]{3}$",
                "x-format": "currency",
                "description": "ISO 4217 code; by default the app's currency.",
            },
        ),
        Option(
            "currency_field",
            {
                "type": "string",
                "description": "A text or picklist field of the same object that holds the currency's code.",
            },
        ),
    )
    samples = (
        Sample("12000", Decimal("12000.00"), "12000.00"),
        Sample("99999999999999.99", Decimal("99999999999999.99"), "99999999999999.99"),
        Sample(-5, Decimal("-5.00"), "-5.00"),
        Sample("", None, None),
        Sample("12.345", Decimal("12.345"), "12.345", options={"scale": 3}),
        Sample("0.001", refused="too_many_decimals"),
        Sample("¥5", refused="not_a_number"),
        Sample("-1", refused="too_small", options={"min": 0}),
        *_REFUSED,
    )


class PercentType(_Exact):
    """A share, held as a fraction."""

    name = "percent"
    label = Text.of({"en": "Percent", "zh_CN": "百分比"})
    help = Text.of({
        "en": "A share, held as a fraction: 0.15 is 15 %. A text that ends with % may be sent as well; "
        "`scale` counts the digits of the fraction.",
        "zh_CN": "百分比，按分数保存：0.15 即 15%。也可以填写以 % 结尾的文本；scale 是分数的小数位数。",
    })
    widget = "percent"
    options = (scale_option(4, 12), MIN, MAX)
    samples = (
        Sample("0.15", Decimal("0.1500"), "0.1500"),
        Sample("15%", Decimal("0.1500"), "0.1500"),
        Sample(" 12.5 ％", Decimal("0.1250"), "0.1250"),
        Sample(1, Decimal("1.0000"), "1.0000"),
        Sample("-3%", Decimal("-0.0300"), "-0.0300"),
        Sample("", None, None),
        Sample("%", None, None),
        Sample("12.345%", refused="too_many_decimals"),
        Sample("1.5", refused="too_large", options={"max": 1}),
        Sample("1%%", refused="not_a_number"),
        *_REFUSED,
    )

    def parse(self, field: Field, raw: object) -> Decimal | None:
        """Read a fraction, or a text that ends with a percent sign."""
        return super().parse(field, _fraction(raw))


class RateType(_Exact):
    """A yearly rate."""

    name = "rate"
    label = Text.of({"en": "Rate", "zh_CN": "利率"})
    help = Text.of({
        "en": "A yearly rate, held as a fraction with six decimals: 0.0435 is 4.35 % a year.",
        "zh_CN": "年利率，按分数保存，六位小数：0.0435 即年利率 4.35%。",
    })
    widget = "rate"
    options = (MIN, MAX)
    samples = (
        Sample("4.35%", Decimal("0.043500"), "0.043500"),
        Sample(0.0435, Decimal("0.043500"), "0.043500"),
        Sample("-0.5%", Decimal("-0.005000"), "-0.005000"),
        Sample("", None, None),
        Sample("0.0000001", refused="too_many_decimals"),
        Sample("1000", refused="out_of_range"),
        Sample("-0.1", refused="too_small", options={"min": 0}),
        *_REFUSED,
    )
    digits = 9
    decimals = 6

    def parse(self, field: Field, raw: object) -> Decimal | None:
        """Read a fraction, or a text that ends with a percent sign."""
        return super().parse(field, _fraction(raw))


def _fraction(raw: object) -> object:
    """Turn `15%` into 0.15; anything else is left as it is."""
    if not isinstance(raw, str) or not raw[-60:].rstrip().endswith(("%", "％")):
        return raw
    number = number_of(raw.rstrip()[:-1])
    return None if number is None else number.scaleb(-2, ROUNDING)
