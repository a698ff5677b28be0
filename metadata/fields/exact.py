"""Reading and rounding of exact numbers, the same way wherever a number comes in."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache

from metadata.errors import InvalidValue

MAX_INTEGER = 2**63 - 1
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?\Z")
_STRICT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[Inexact, InvalidOperation])
ROUNDING = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation])


@lru_cache(maxsize=64)
def unit_of(scale: int) -> Decimal:
    """The smallest step of a scale: 0.01 for 2."""
    return Decimal(1).scaleb(-scale)


def rounded(value: Decimal, scale: int) -> Decimal:
    """Round half away from zero to so many digits after the point."""
    result = ROUNDING.quantize(value, unit_of(scale))
    return result if result else abs(result)


def number_of(raw: object) -> Decimal | None:
    """Read a finite number from a JSON number or a plain text such as `-12.5`; blank is None.

    Raises InvalidValue `not_a_number` for anything else: booleans, NaN, `1_0`, full-width digits, `1,000`.
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        raise InvalidValue("not_a_number")
    if isinstance(raw, str):
        text = raw.strip(" \t") if len(raw) < 200 else raw
        if not text:
            return None
        if not _NUMBER.match(text):
            raise InvalidValue("not_a_number")
        return Decimal(text)
    if isinstance(raw, int):
        return _integer_number(raw)
    number = Decimal(repr(raw)) if isinstance(raw, float) else raw
    if not isinstance(number, Decimal) or not number.is_finite():
        raise InvalidValue("not_a_number")
    return number


def _integer_number(raw: int) -> Decimal:
    if raw.bit_length() > 256:
        raise InvalidValue("out_of_range", min=-MAX_INTEGER - 1, max=MAX_INTEGER)
    return Decimal(raw)


def checked_decimal(raw: object, digits: int, scale: int) -> Decimal | None:
    """Read a number of at most `digits` digits, `scale` of them after the point, without rounding.

    Raises InvalidValue: `not_a_number`, `too_many_decimals`, `out_of_range`.
    """
    number = number_of(raw)
    return None if number is None else fitted(number, digits, scale)


def fitted(number: Decimal, digits: int, scale: int) -> Decimal:
    """Give a number its scale, refusing what would be lost; see `checked_decimal`."""
    try:
        value = _STRICT.quantize(number, unit_of(scale))
    except Inexact as lost:
        if number.adjusted() < digits - scale:
            raise InvalidValue("too_many_decimals", scale=scale) from lost
        raise _outside(digits, scale) from lost
    except InvalidOperation as wrong:
        raise _outside(digits, scale) from wrong
    if not value:
        return abs(value)
    if value.adjusted() >= digits - scale:
        raise _outside(digits, scale)
    return value


def _outside(digits: int, scale: int) -> InvalidValue:
    most = (Decimal(10) ** digits - 1).scaleb(-scale)
    return InvalidValue("out_of_range", min=-most, max=most)
