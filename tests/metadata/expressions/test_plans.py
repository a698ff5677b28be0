"""Comparisons of a column with something known stay plain in SQL, so that an index answers them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Index, MetaData, create_engine, insert, select, text

from metadata.expressions import compile_expression, filter_sql
from tests.metadata.expressions.backends import sqlite_engine
from tests.metadata.expressions.specimens import MOMENT, TABLE, SpecimenScope, column_of, columns_of, records

INDEXED = ("stage", "amount", "count", "due", "at", "owner", "active", "name")
ANSWERED = [
    "stage == 'won'", "'won' == stage", "stage in ['won', 'lost']", "amount > 1000000", "amount == 10.5", "1000000 < amount", "amount >= -1.005",
    "count == 7", "count > 2.5", "due == TODAY()", "due < TODAY() - 30", "due >= STARTOFMONTH(TODAY())", "ADDDAYS(TODAY(), 7) > due",
    "at >= NOW() - 1", "at >= DATETIMEVALUE(TODAY())", "owner == CURRENT_USER()", "owner in [3, 7]", "name == 'Tenon'", "ISBLANK(due)",
    "stage == 'won' and amount > 5", "ISFINAL(stage)",
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = postgres.fresh_database() if postgres else ""
    engine = create_engine(url) if postgres else sqlite_engine()
    with engine.connect() as connected:
        table = TABLE.to_metadata(MetaData())
        for name in INDEXED:
            Index(f"by_{name}", table.c[name])
        table.create(connected)
        connected.execute(insert(TABLE), [columns_of(row, number) for number, row in enumerate(records(50))])
        if postgres:
            connected.execute(text("SET enable_seqscan = off"))
        yield connected
    engine.dispose()
    if postgres:
        postgres.drop_database(url)


def plan(connection: Connection, source: str) -> str:
    dialect = connection.dialect.name
    expression = compile_expression(source, scope=SpecimenScope(), purpose="filter")
    query = select(TABLE.c.id).where(filter_sql(expression, column_of(dialect), MOMENT, dialect))
    explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    written = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    statement = text(explain + written.replace(":", r"\:"))
    return "\n".join(str(row) for row in connection.execute(statement))


@pytest.mark.parametrize("source", ANSWERED)
def test_an_index_answers(connection: Connection, source: str) -> None:
    found = plan(connection, source)

    assert "by_" in found and ("SEARCH" in found or "Index Cond" in found or "Bitmap" in found), found
