"""Measures of a grouped query in SQL, exact on both databases.

On SQLite stored decimals are whole numbers, so their sum is exact; numbers that an expression computes are texts there
and are added up by functions of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal

from sqlalchemy import ColumnElement, Float, Integer, Numeric, Text, cast, distinct, func, type_coerce
from sqlalchemy.engine import Dialect

from metadata.expressions.sql.results import ExactText, ScaledInteger
from metadata.fields.storage import ScaledDecimal
from runtime.records.codec import from_driver

AGGREGATES = ("count", "count_distinct", "sum", "avg", "min", "max")
NUMERIC = frozenset({"sum", "avg"})
ORDERED = frozenset({"number", "date", "datetime", "time", "text"})

_CALL = re.compile(r"\s*([a-z_]+)\s*\((.*)\)\s*\Z", re.DOTALL)
_EXACT = Context(prec=60)
_PLACES = Decimal(1).scaleb(-18)

Decode = Callable[[tuple[object, ...]], object]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One measure: its columns in SQL, the value made of them, and by what groups are sorted by it."""

    columns: tuple[ColumnElement[object], ...]
    decode: Decode
    order: ColumnElement[object]


def read_call(text: str) -> tuple[str, str] | None:
    """Split `sum(amount * rate)` into the aggregate and what it is over; None for anything else."""
    match = _CALL.match(text)
    if match is None or match[1] not in AGGREGATES:
        return None
    name, over = match[1], match[2].strip()
    return (name, over) if over or name == "count" else None


def count_all() -> Aggregate:
    """How many records a group has."""
    return Aggregate((func.count(),), _first, func.count())


def aggregate(name: str, value: ColumnElement[object], dialect: Dialect, *, wide: bool) -> Aggregate:
    """Make a measure over a value; `wide` adds up beyond 64 bits on SQLite."""
    if name in ("count", "count_distinct"):
        counted = func.count(value) if name == "count" else func.count(distinct(value))
        return Aggregate((counted,), _first, counted)
    if name in ("min", "max"):
        return _extreme(name, value, dialect)
    total, read = _sum(value, dialect, wide=wide)
    if name == "sum":
        order = cast(func.coalesce(total, 0), Float) if isinstance(total.type, Text) else func.coalesce(total, 0)
        return Aggregate((total,), lambda row: Decimal(0) if row[0] is None else read(row[0]), order)
    count = func.count(value)
    kind = Float if dialect.name == "sqlite" else Numeric
    return Aggregate((total, count), lambda row: _average(row, read), cast(total, kind) / func.nullif(count, 0))


def _sum(value: ColumnElement[object], dialect: Dialect, *, wide: bool) -> tuple[ColumnElement[object], Callable[[object], Decimal]]:
    scale = scale_of(value)
    if dialect.name != "sqlite":
        return func.sum(value, type_=Numeric()), lambda held: Decimal(held)  # type: ignore[arg-type]
    if isinstance(value.type, ExactText):
        return func.tenon_sum(value, type_=Text()), lambda held: Decimal(held)  # type: ignore[arg-type]
    plain = type_coerce(value, Integer)
    total = func.tenon_sum(plain, type_=Text()) if wide else func.sum(plain, type_=Integer())
    return total, lambda held: Decimal(held).scaleb(-scale, _EXACT)  # type: ignore[arg-type]


def scale_of(value: ColumnElement[object]) -> int:
    """How many digits too large SQLite holds a number."""
    return value.type.scale if isinstance(value.type, ScaledDecimal | ScaledInteger) else 0  # type: ignore[return-value]


def _extreme(name: str, value: ColumnElement[object], dialect: Dialect) -> Aggregate:
    if isinstance(value.type, ExactText):
        found = getattr(func, f"tenon_{name}")(value, type_=value.type)
        return Aggregate((found,), _read(value, dialect), cast(found, Float))
    found = getattr(func, name)(value, type_=value.type)
    return Aggregate((found,), _read(value, dialect), found)


def _read(value: ColumnElement[object], dialect: Dialect) -> Decode:
    read = from_driver(value, dialect)
    return _first if read is None else lambda row: None if row[0] is None else read(row[0])


def _first(row: tuple[object, ...]) -> object:
    return row[0]


def _average(row: tuple[object, ...], read: Callable[[object], Decimal]) -> Decimal | None:
    total, count = row
    return _EXACT.divide(read(total), Decimal(count)).quantize(_PLACES, context=_EXACT).normalize(_EXACT) if count else None  # type: ignore
