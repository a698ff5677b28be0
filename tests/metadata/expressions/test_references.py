"""References to one record, to many, and to records of any object mean the same in all back ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import BigInteger, Column, Connection, MetaData, String, Table, create_engine, insert, literal_column, select

from metadata.expressions import (
    ERROR, SqlValue, UnknownName, ValueType, compile_expression, evaluate, filter_sql, to_sql,
)
from metadata.expressions.types import ANY_RECORD, BOOLEAN, INTEGER, record
from tests.metadata.expressions.backends import sqlite_engine
from tests.metadata.expressions.specimens import MOMENT

TYPES = {
    "owner": record("user"), "account": record("account"), "related": ANY_RECORD, "source": ANY_RECORD, "number": INTEGER,
    "members": ValueType("records", object="user"),
}
META = MetaData()
DEAL = Table(
    "deal", META, Column("id", BigInteger, primary_key=True), Column("owner", BigInteger), Column("account", BigInteger),
    Column("related_object", String), Column("related_id", BigInteger), Column("source_object", String), Column("source_id", BigInteger),
    Column("number", BigInteger),
)
LINK = Table("deal_members", META, Column("record", BigInteger), Column("target", BigInteger))
ROWS: list[dict[str, object]] = [
    {"owner": 7, "account": 3, "related": ("account", 3), "source": ("account", 3), "number": 7, "members": (7, 8)},
    {"owner": 8, "account": 3, "related": ("contact", 3), "source": None, "number": 3, "members": ()},
    {"owner": None, "account": None, "related": None, "source": None, "number": None, "members": (8,)},
    {"owner": 7, "account": 5, "related": ("account", 4), "source": ("contact", 4), "number": 5, "members": (9,)},
]
CONDITIONS = [
    "owner == CURRENT_USER()", "owner != CURRENT_USER()", "owner == number", "number != owner", "owner == 7", "owner != 7.5",
    "owner in [7, none]", "not (owner in [7, 8.5])", "related == account", "related != account", "account == related", "related == source",
    "related == 'account/3'", "related != 'account/3'", "not (related == 'contact/3')", "'account/4' == related",
    "related in ['account/3', 'contact/3']", "related not in ['account/3', none]", "source == 'contact/4' or related == account",
    "related != source", "ISBLANK(related)", "related == none", "CURRENT_USER() in members", "owner in members", "not (owner in members)",
    "8 in members", "number in members", "ISBLANK(members)", "not ISBLANK(members)", "IF(number > 4, owner, CURRENT_USER()) == 7",
    "IF(1 / (number - 3) > 0, owner, CURRENT_USER()) in members", "IFERROR(1 / (number - 7) > 0, true)", "CASE(owner, 7, true, 8, false, none)",
    "BLANKVALUE(owner, CURRENT_USER()) == 7", "number in MY_ORG_UNITS()",
]


class DealScope:
    def resolve(self, path: tuple[str, ...]) -> ValueType:
        if path[0] not in TYPES:
            raise UnknownName(path[0], tuple(TYPES))
        return TYPES[path[0]]


def column_of(path: tuple[str, ...]) -> SqlValue:
    (name,) = path
    if name == "members":
        return SqlValue(select(LINK.c.target).where(LINK.c.record == DEAL.c.id).correlate(DEAL), TYPES[name])  # type: ignore[arg-type]
    if TYPES[name] is ANY_RECORD:
        return SqlValue(DEAL.c[f"{name}_id"], ANY_RECORD, other=DEAL.c[f"{name}_object"])
    return SqlValue(DEAL.c[name], TYPES[name])


def stored(row: dict[str, object], number: int) -> dict[str, object]:
    found = {name: row[name] for name in ("owner", "account", "number")} | {"id": number}
    for name in ("related", "source"):
        found[f"{name}_object"], found[f"{name}_id"] = row[name] or (None, None)  # type: ignore[misc]
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = postgres.fresh_database() if postgres else ""
    engine = create_engine(url) if postgres else sqlite_engine()
    with engine.connect() as connected:
        META.create_all(connected)
        connected.execute(insert(DEAL), [stored(row, number) for number, row in enumerate(ROWS)])
        links = [{"record": number, "target": each} for number, row in enumerate(ROWS) for each in row["members"]]  # type: ignore[attr-defined]
        connected.execute(insert(LINK), links)
        yield connected
    engine.dispose()
    if postgres:
        postgres.drop_database(url)


@pytest.mark.parametrize("source", CONDITIONS)
def test_a_condition_on_references_agrees(connection: Connection, source: str) -> None:
    dialect = connection.dialect.name
    expression = compile_expression(source, scope=DealScope(), purpose="filter", expect=BOOLEAN)
    wanted = [evaluate(expression, lambda path, row=row: row[path[0]], MOMENT) for row in ROWS]  # type: ignore[misc]

    result = to_sql(expression, column_of, MOMENT, dialect)
    error = literal_column("0") if result.error is None else result.error
    rows = connection.execute(select(result.value, error).select_from(DEAL).order_by(DEAL.c.id)).all()
    assert [ERROR if wrong else value for value, wrong in rows] == wanted
    let_through = connection.scalars(select(DEAL.c.id).where(filter_sql(expression, column_of, MOMENT, dialect)))
    assert set(let_through) == {number for number, value in enumerate(wanted) if value is True}


def test_the_conditions_are_true_and_false_for_some() -> None:
    for source in CONDITIONS:
        expression = compile_expression(source, scope=DealScope(), purpose="filter")
        assert {evaluate(expression, lambda path, row=row: row[path[0]], MOMENT) for row in ROWS} & {True, ERROR}, source  # type: ignore[misc]
