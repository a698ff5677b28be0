"""Pieces of PostgreSQL's SQL that several functions are made of."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnClause,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Text,
    TypeCoerce,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

FIRST_DAY = date(1, 1, 1)
DAYS = date.max.toordinal()
"""How many days the calendar has, from 0001-01-01 to 9999-12-31."""

_names: ContextVar[Iterator[int]] = ContextVar("names", default=itertools.count(1))


@contextmanager
def own_names() -> Iterator[None]:
    """Count names from 1 again, so that an expression always has the same text, which caches know."""
    token = _names.set(itertools.count(1))
    try:
        yield
    finally:
        _names.reset(token)


class Let(FunctionElement):
    """`body`, in which `bound` is computed once and called `name`.x: the text never doubles."""

    name = "let"
    inherit_cache = True

    def __init__(self, name: str, bound: ColumnElement, body: ColumnElement) -> None:
        super().__init__(bound, body)
        self.type = body.type
        self.let_name = name


@compiles(Let)
def _write_let(element: Let, compiler: object, **options: object) -> str:
    bound, body = (compiler.process(each, **options) for each in element.clauses)  # type: ignore[attr-defined]
    stop = "LIMIT -1 OFFSET 0" if compiler.dialect.name == "sqlite" else "OFFSET 0"  # type: ignore[attr-defined]
    return f"(SELECT {body} FROM (SELECT {bound} AS x {stop}) AS {element.let_name})"


def let(bound: ColumnElement, body: Callable[[ColumnElement], ColumnElement]) -> ColumnElement:
    """Use a value several times without computing it several times."""
    inner = bound.clause if isinstance(bound, TypeCoerce) else bound
    if isinstance(inner, ColumnClause | BindParameter):
        return body(bound)
    name = f"v{next(_names.get())}"
    return Let(name, bound, body(literal_column(f"{name}.x", bound.type)))


class Gathered(FunctionElement):
    """The texts that `shown` gives for 1, 2 ... `count`, put together."""

    name = "gathered"
    inherit_cache = True
    type = Text()

    def __init__(self, name: str, count: ColumnElement, shown: ColumnElement) -> None:
        super().__init__(count, shown)
        self.let_name = name


@compiles(Gathered)
def _write_gathered(element: Gathered, compiler: object, **options: object) -> str:
    count, shown = (compiler.process(each, **options) for each in element.clauses)  # type: ignore[attr-defined]
    name = element.let_name
    return f"(SELECT string_agg({shown}, '' ORDER BY {name}.x) FROM generate_series(1, {count}) AS {name}(x))"


def gathered(count: ColumnElement, shown: Callable[[ColumnElement], ColumnElement]) -> ColumnElement:
    """Put together what is shown for each number from 1 to a count."""
    name = f"v{next(_names.get())}"
    return Gathered(name, count, shown(literal_column(f"{name}.x", Integer())))


def number(value: Decimal | int) -> ColumnElement:
    """A number as a parameter."""
    return literal(Decimal(value), Numeric())


def whole(value: int) -> ColumnElement:
    """A small whole number as part of the text."""
    return literal_column(str(value), Integer())


def text(value: str) -> ColumnElement:
    """A text as a parameter."""
    return literal(value, Text())


def as_number(value: ColumnElement) -> ColumnElement:
    """Make a number of what may be an integer."""
    return value if isinstance(value.type, Numeric) else cast(value, Numeric())


def integer(value: ColumnElement) -> ColumnElement:
    """Make a 32-bit integer of a number that is known to be small."""
    return cast(value, Integer())


def wrapped(value: ColumnElement, size: int) -> ColumnElement:
    """Force a number into 0 to size - 1 without failing; one that is there already stays."""
    limit = literal_column(str(size), Numeric())
    return func.mod(func.mod(func.trunc(value), limit, type_=Numeric()) + limit, limit, type_=Numeric())


def limited(value: ColumnElement, least: int, most: int) -> ColumnElement:
    """Force a number that isn't blank between two bounds, as an integer; a blank becomes the lower."""
    lower = func.greatest(func.trunc(value), literal_column(str(least), Numeric()), type_=Numeric())
    return integer(func.least(lower, literal_column(str(most), Numeric()), type_=Numeric()))


def blank_if_empty(value: ColumnElement) -> ColumnElement:
    """Make an empty text a blank."""
    return func.nullif(value, literal_column("''", Text()), type_=Text())


def rounded(value: ColumnElement, places: int) -> ColumnElement:
    """Round half away from zero."""
    return func.round(value, whole(places), type_=Numeric())


def any_of(conditions: list[ColumnElement | None]) -> ColumnElement | None:
    """Join conditions that may be missing."""
    present = [each for each in conditions if each is not None]
    if not present:
        return None
    result = present[0]
    for each in present[1:]:
        result = result | each
    return result


def when(condition: ColumnElement, then: ColumnElement, otherwise: ColumnElement) -> ColumnElement:
    """Choose by a condition."""
    return case((condition, then), else_=otherwise)


def day_number(value: ColumnElement) -> ColumnElement:
    """Count the days since the first day of the calendar, as a number."""
    return cast(value - literal(FIRST_DAY, Date()), Numeric())


def day(count: ColumnElement) -> ColumnElement:
    """The date so many days after the first one; a count outside the calendar gives some other date."""
    return cast(literal(FIRST_DAY, Date()) + integer(wrapped(count, DAYS)), Date())


def outside(value: ColumnElement, least: int, most: int) -> ColumnElement:
    """Whether a number, cut off at the point, is not within bounds."""
    return ~func.trunc(value, type_=Numeric()).between(
        literal_column(str(least), Numeric()), literal_column(str(most), Numeric())
    )


def nothing(type: TypeEngine) -> ColumnElement:
    """A blank of a type."""
    return cast(null(), type)


ALWAYS, NEVER = literal_column("(1 = 1)", Boolean()), literal_column("(1 = 0)", Boolean())
UNKNOWN = literal_column("NULL", Boolean())
"""Neither true nor false."""
