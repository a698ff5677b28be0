"""Exact decimals as expressions have them: at most 20 digits before the point and 18 behind it.

Every operation is exact, then rounded half away from zero to 18 places; a result that needs more
than 20 digits before the point is a Fault. Both databases are made to do the same.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from metadata.expressions.expression import ERROR, ExpressionError
from metadata.expressions.problems import Fault

SCALE = 18
DIGITS = 20
MAX_POWER = 64
LIMIT = Decimal(10) ** DIGITS
STORED_DIGITS = 18
"""Digits of a number that a field holds, on every database."""

EXACT = Context(prec=100, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
_WIDE = Context(prec=2_600, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
LONG = Context(prec=40_000, rounding=ROUND_HALF_UP)
_SMALLEST = Decimal(1).scaleb(-SCALE)
_UNITS = {places: Decimal(1).scaleb(-places) for places in range(-DIGITS, SCALE + 1)}
_ONE = Decimal(1)

exact_sum = EXACT.add
exact_difference = EXACT.subtract
exact_product = EXACT.multiply


def fitted(number: Decimal) -> Decimal:
    """Check the size of a number that has at most 18 places; raises Fault."""
    if number and number.adjusted() >= DIGITS:
        raise Fault
    return number


def settled(number: Decimal) -> Decimal:
    """Round a number to 18 places and check its size; raises Fault."""
    if number and number.adjusted() >= DIGITS:
        raise Fault
    return fitted(number.quantize(_SMALLEST, ROUND_HALF_UP, EXACT))


def add(left: Decimal, right: Decimal) -> Decimal:
    """Add exactly."""
    return fitted(exact_sum(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """Subtract exactly."""
    return fitted(exact_difference(left, right))


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """Multiply, rounding to 18 places."""
    return settled(exact_product(left, right))


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Divide, rounding to 18 places; by zero it is a Fault."""
    if not right:
        raise Fault
    return settled(EXACT.divide(left, right))


def negative(number: Decimal) -> Decimal:
    """Turn the sign; Python's own minus would round to the precision of the thread."""
    return number.copy_negate() if number else number


def size(number: Decimal) -> Decimal:
    """Drop the sign; Python's own abs would round to the precision of the thread."""
    return number.copy_abs()


def remainder(left: Decimal, right: Decimal) -> Decimal:
    """Give what a division leaves over, with the sign of the dividend."""
    if not right:
        raise Fault
    return EXACT.remainder(left, right)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Raise to a whole power between -64 and 64."""
    if exponent != exponent.to_integral_value() or exponent.copy_abs() > MAX_POWER:
        raise Fault
    times = int(exponent)
    if not base and times < 0:
        raise Fault
    if not base and times == 0:
        return _ONE
    result = _WIDE.power(base, abs(times))
    if times < 0:
        result = _WIDE.divide(_ONE, result)
    if result and result.adjusted() >= DIGITS:
        raise Fault
    return fitted(result.quantize(_SMALLEST, ROUND_HALF_UP, _WIDE))


def whole(number: Decimal) -> int:
    """Drop what stands behind the point."""
    return int(number)


def _at(number: Decimal, places: Decimal, rounding: str) -> Decimal:
    count = whole(places)
    if count < -DIGITS:
        return Decimal(0)
    result = fitted(number.quantize(_UNITS[min(count, SCALE)], rounding, EXACT))
    return result if count >= 0 else result.quantize(_ONE, context=EXACT)


def round_to(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Round half away from zero; negative places round before the point."""
    return _at(number, places, ROUND_HALF_UP)


def truncate(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Cut off towards zero."""
    return _at(number, places, ROUND_DOWN)


def away_from_zero(number: Decimal) -> Decimal:
    """Round to a whole number, away from zero."""
    return fitted(number.quantize(_ONE, ROUND_UP, EXACT))


def towards_zero(number: Decimal) -> Decimal:
    """Round to a whole number, towards zero."""
    return number.quantize(_ONE, ROUND_DOWN, EXACT)


def upwards(number: Decimal) -> Decimal:
    """Round to the whole number above."""
    return fitted(number.quantize(_ONE, ROUND_CEILING, EXACT))


def downwards(number: Decimal) -> Decimal:
    """Round to the whole number below."""
    return fitted(number.quantize(_ONE, ROUND_FLOOR, EXACT))


def exponential(number: Decimal) -> Decimal:
    """Give e to the power of a number."""
    if number > 47:
        raise Fault
    if number < -45:
        return Decimal(0)
    return settled(EXACT.exp(number))


def logarithm(number: Decimal) -> Decimal:
    """Give the natural logarithm; zero and less are a Fault."""
    if number <= 0:
        raise Fault
    return settled(EXACT.ln(number))


def decimal_logarithm(number: Decimal) -> Decimal:
    """Give the logarithm to base 10; zero and less are a Fault."""
    if number <= 0:
        raise Fault
    return settled(EXACT.log10(number))


def square_root(number: Decimal) -> Decimal:
    """Give the square root; less than zero is a Fault."""
    if number < 0:
        raise Fault
    return settled(EXACT.sqrt(number))


def number_text(number: Decimal) -> str:
    """Write a number without grouping, exponent or trailing zeros."""
    if not number:
        return "0"
    return format(number.normalize(EXACT), "f")


def rounded(result: Decimal | ExpressionError | None, scale: int) -> Decimal | ExpressionError | None:
    """Round a formula's number half away from zero to its field's scale.

    A blank stays blank, an error an error; a number that needs more than 18 digits becomes ERROR.
    """
    if not isinstance(result, Decimal):
        return result
    value = result.quantize(_UNITS[scale], ROUND_HALF_UP, EXACT)
    if value and value.adjusted() + scale >= STORED_DIGITS:
        return ERROR
    return value if value else value.copy_abs()


def long_number(text: str) -> Decimal:
    """Read a text of digits, however many stand behind the point; raises Fault."""
    return settled(LONG.create_decimal(text))
