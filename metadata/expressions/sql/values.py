"""What crosses the border to SQL: columns that come in, values that go out, and their parts between."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement

from metadata.expressions.types import ValueType


@dataclass(frozen=True, slots=True)
class SqlValue:
    """A column, or another SQL value, that a path of an expression stands for.

    `scale` is given where the database holds a NUMBER as an integer that many digits too large
    (SQLite's decimals); without it a number is an integer there. `other` is the second column of
    a value that has two: the longitude of a POINT, the object's name of an ANY_RECORD (whose
    `element` is the id). For RECORDS `element` is a select of the ids. `error` is the condition
    under which a formula's value can't be computed.
    """

    element: ColumnElement
    type: ValueType
    scale: int | None = None
    other: ColumnElement | None = None
    error: ColumnElement | None = None


@dataclass(frozen=True, slots=True)
class SqlResult:
    """An expression in SQL; `value` is NULL for a blank, and where `error` is true."""

    value: ColumnElement
    error: ColumnElement | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression in SQL while it is being written.

    `error`, where it can fail, is true for a value that can't be computed; then `value` may be
    anything, but computing it never fails. `bound` limits a number, `scale` is that of a
    scaled integer (SQLite), `fails` says that `value` itself may be an error (SQLite). `other` is
    the longitude of a POINT or the object of an ANY_RECORD; `constant` a value known
    without the record, `blank` such a blank.
    """

    value: ColumnElement
    type: ValueType
    error: ColumnElement | None = None
    bound: Decimal | None = None
    scale: int | None = None
    fails: bool = False
    other: ColumnElement | None = None
    constant: object = None
    blank: bool = False
