"""Writes a compiled expression as a value or a condition in SQL."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import BigInteger, ColumnElement, Integer, Text, case, func, literal_column, type_coerce

from metadata.expressions import numbers
from metadata.expressions.expression import Expression, Moment
from metadata.expressions.sql import pieces
from metadata.expressions.sql.literals import TYPES
from metadata.expressions.sql.postgresql import PostgresqlWriter
from metadata.expressions.sql.results import RESULTS, ExactText, ScaledInteger
from metadata.expressions.sql.sqlite import WRONG, SqliteWriter
from metadata.expressions.sql.values import Part, SqlResult, SqlValue
from metadata.expressions.tree import Path

ColumnOf = Callable[[tuple[str, ...]], SqlValue]
_WRITERS = {"sqlite": SqliteWriter, "postgresql": PostgresqlWriter}


def to_sql(expression: Expression, column_of: ColumnOf, moment: Moment, dialect: str) -> SqlResult:
    """Write an expression as a value in SQL: NULL for a blank and for an error.

    `column_of` gives what a path of `expression.references` stands for; what depends on the moment is
    put in as a parameter. On SQLite the connection needs `install_sqlite_functions`.
    """
    tree = expression.tree
    if isinstance(tree, Path) and not (expression.blanks == "zero" and tree.type.kind == "number"):
        found = column_of(tree.path)
        if found.scale is None:
            return SqlResult(found.element, found.error)
        return SqlResult(type_coerce(found.element, ScaledInteger(found.scale)), found.error)
    with pieces.own_names():
        part = _WRITERS[dialect](column_of, moment, expression.blanks == "zero").write(tree)
    return _sqlite_result(part) if dialect == "sqlite" else _postgresql_result(part)


def filter_sql(expression: Expression, column_of: ColumnOf, moment: Moment, dialect: str) -> ColumnElement:
    """Write an expression as a condition: true exactly where its value is true.

    Comparisons of a column with something that isn't read from a record stay plain, so that an index answers them.
    """
    with pieces.own_names():
        return _WRITERS[dialect](column_of, moment, expression.blanks == "zero").condition(expression.tree)


def rounded_sql(result: SqlResult, scale: int, dialect: str) -> SqlResult:
    """Round a number half away from zero to a field's scale; one that needs more than 18 digits is an error.

    On SQLite the value is then the integer that a stored number of that scale is held as.
    """
    if dialect == "postgresql":
        return _postgresql_rounded(result, scale)
    exact = result.value
    held = exact.type.scale if isinstance(exact.type, ScaledInteger) else 0 if isinstance(exact.type, Integer) else None
    if held == scale:
        value = func.tenon_fitting(type_coerce(exact, BigInteger()), type_=BigInteger())
    elif held is None:
        value = func.tenon_rounded(exact, literal_column(str(scale)), type_=BigInteger())
    else:
        text = func.tenon_decimal(type_coerce(exact, BigInteger()), literal_column(str(held)), type_=Text())
        value = func.tenon_rounded(text, literal_column(str(scale)), type_=BigInteger())
    scaled = type_coerce(func.nullif(value, WRONG), ScaledInteger(scale))
    return SqlResult(scaled, pieces.any_of([result.error, value == WRONG]))


def _postgresql_rounded(result: SqlResult, scale: int) -> SqlResult:
    limit = pieces.number(10 ** (numbers.STORED_DIGITS - scale))
    value = pieces.rounded(pieces.as_number(type_coerce(result.value, TYPES["number"])), scale)
    kept = pieces.let(value, lambda x: case((func.abs(x) < limit, x)))
    return SqlResult(
        kept, pieces.any_of([result.error, func.coalesce(func.abs(value) >= limit, literal_column("FALSE"))])
    )


def _postgresql_result(part: Part) -> SqlResult:
    kind = part.type.kind
    if part.error is None:
        return SqlResult(type_coerce(part.value, TYPES[kind]))
    error = func.coalesce(part.error, literal_column("FALSE"))
    return SqlResult(pieces.when(part.error, pieces.nothing(TYPES[kind]), part.value), error)


def _sqlite_result(part: Part) -> SqlResult:
    kind = part.type.kind
    type = RESULTS.get(kind, Text())
    value = part.value
    if kind == "number":
        type = ExactText() if part.scale is None else ScaledInteger(part.scale)
    if kind == "boolean" and not isinstance(value.type, Integer):
        value = type_coerce(value, Integer())
    if not part.fails:
        return SqlResult(type_coerce(value, type))
    return SqlResult(type_coerce(func.nullif(value, WRONG), type), func.coalesce(value == WRONG, literal_column("0")))
