"""Evaluates many expressions over many records at once, in a database or in Python."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, create_engine, event, insert, literal_column, select

from metadata.expressions import ERROR, Expression, evaluate, filter_sql, install_sqlite_functions, to_sql
from tests.metadata.expressions.specimens import MOMENT, TABLE, column_of, columns_of, value_of

BATCH = 20


def sqlite_engine() -> Engine:
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, record: install_sqlite_functions(connection))
    return engine


def fill(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    TABLE.create(connection)
    connection.execute(insert(TABLE), [columns_of(row, number) for number, row in enumerate(rows)])


def in_python(expressions: Sequence[Expression], rows: Sequence[dict[str, object]]) -> list[list[object]]:
    return [[evaluate(each, value_of(row), MOMENT) for row in rows] for each in expressions]


def in_database(connection: Connection, expressions: Sequence[Expression]) -> list[list[object]]:
    """For each expression its value, None or ERROR for each record."""
    dialect, found = connection.dialect.name, []
    for start in range(0, len(expressions), BATCH):
        columns = []
        for number, each in enumerate(expressions[start : start + BATCH]):
            result = to_sql(each, column_of(dialect), MOMENT, dialect)
            error = literal_column("0") if result.error is None else result.error
            columns += [result.value.label(f"value{number}"), error.label(f"error{number}")]
        rows = connection.execute(select(*columns).select_from(TABLE).order_by(TABLE.c.id)).all()
        found += [
            [_said(row[at], row[at + 1]) for row in rows] for at in range(0, len(columns), 2)
        ]
    return found


def _said(value: object, error: object) -> object:
    if error:
        assert value is None
        return ERROR
    return value


def filtered(connection: Connection, expressions: Sequence[Expression]) -> list[set[int]]:
    """For each expression the records that it lets through."""
    dialect = connection.dialect.name
    return [
        set(connection.scalars(select(TABLE.c.id).where(filter_sql(each, column_of(dialect), MOMENT, dialect))))
        for each in expressions
    ]
