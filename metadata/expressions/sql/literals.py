"""Values in SQL, and comparisons of a stored whole number with any number."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    Time,
    cast,
    literal,
    null,
)
from sqlalchemy import literal_column
from sqlalchemy.types import TypeEngine

INT64 = 2**63
_SCALING = Context(prec=60)

TYPES: dict[str, TypeEngine] = {
    "number": Numeric(), "text": Text(), "choice": Text(), "choices": Text(), "boolean": Boolean(), "date": Date(),
    "datetime": DateTime(timezone=True), "time": Time(), "record": BigInteger(), "blank": Text(), "point": Numeric(),
    "any_record": BigInteger(), "records": BigInteger(), "unknown": Text(),
}
SQLITE_TYPES: dict[str, TypeEngine] = {
    **dict.fromkeys(TYPES, Text()), "boolean": Integer(), "record": BigInteger(), "any_record": BigInteger(),
    "records": BigInteger(), "point": BigInteger(),
}


def postgresql_literal(value: object, kind: str) -> ColumnElement:
    """A value as PostgreSQL's parameter."""
    if value is None:
        return cast(null(), TYPES[kind])
    if isinstance(value, bool):
        return literal_column("TRUE" if value else "FALSE", Boolean())
    return literal(value, TYPES[kind])


def sqlite_literal(value: object, kind: str) -> ColumnElement:
    """A value as SQLite holds it."""
    if value is None:
        return cast_null(kind)
    if isinstance(value, bool):
        return literal_column("1" if value else "0", Integer())
    return literal(sqlite_value(value), SQLITE_TYPES[kind])


def cast_null(kind: str) -> ColumnElement:
    """A blank on SQLite."""
    return literal_column("NULL", SQLITE_TYPES[kind])


def sqlite_value(value: object) -> object:
    """How SQLite holds a value of an expression."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def compared_integer(operator: str, constant: Decimal, scale: int) -> tuple[str, int] | bool:
    """Turn a comparison of integer / 10^scale with a constant into one of the integer itself.

    True and False are answers that hold for every integer.
    """
    exact = constant.scaleb(scale, _SCALING)
    floor = int(exact.to_integral_value(ROUND_FLOOR, _SCALING))
    whole = exact == floor
    if operator in ("==", "!="):
        if not whole or not -INT64 <= floor < INT64:
            return operator == "!="
        return operator, floor
    if not whole:
        ceiling = int(exact.to_integral_value(ROUND_CEILING, _SCALING))
        operator, floor = (">=", ceiling) if operator in (">", ">=") else ("<=", floor)
    if floor >= INT64:
        return operator in ("<", "<=")
    if floor < -INT64:
        return operator in (">", ">=")
    return operator, floor
