"""The three back ends give one answer: Python, SQLite and PostgreSQL over thousands of generated expressions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from metadata.expressions import ERROR, Expression, ExpressionInvalid, compile_expression, rounded, rounded_sql, to_sql
from tests.metadata.expressions.backends import fill, filtered, in_database, in_python, sqlite_engine
from tests.metadata.expressions.specimens import MOMENT, TABLE, SpecimenScope, column_of, records, sources
from tests.support.postgres import Postgres

KINDS = {"n": 700, "t": 500, "b": 700, "d": 450, "m": 350, "k": 150, "c": 50}
SEED = 2026
ROWS = records(14)


def expressions(kind: str, count: int) -> list[Expression]:
    found = []
    for number, source in enumerate(sources(kind, count, SEED)):
        blanks = "zero" if number % 3 == 0 else "blank"
        try:
            found.append(compile_expression(source, scope=SpecimenScope(), purpose="formula", blanks=blanks))
        except ExpressionInvalid:  # a picklist compared with a code that it hasn't
            continue
    return found


@pytest.fixture(scope="module")
def generated() -> list[Expression]:
    return [each for kind, count in KINDS.items() for each in expressions(kind, count)]


@pytest.fixture(scope="module")
def expected(generated: list[Expression]) -> list[list[object]]:
    return in_python(generated, ROWS)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    if request.param == "sqlite":
        engine = sqlite_engine()
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.fresh_database()
        engine = create_engine(url)
    with engine.connect() as connected:
        fill(connected, ROWS)
        yield connected
    engine.dispose()
    if request.param == "postgresql":
        postgres.drop_database(url)


def same(found: object, wanted: object) -> bool:
    return found is wanted or (found == wanted and isinstance(found, bool) == isinstance(wanted, bool))


def test_the_generator_makes_enough_of_everything(generated: list[Expression], expected: list[list[object]]) -> None:
    values = [value for row in expected for value in row]

    assert len(generated) > 2_700
    assert sum(value is ERROR for value in values) > 2_000
    assert sum(value is None for value in values) > 4_000
    assert sum(value is not ERROR and value is not None for value in values) > 15_000


def test_a_database_computes_what_python_computes(
    connection: Connection, generated: list[Expression], expected: list[list[object]]
) -> None:
    found = in_database(connection, generated)

    differences = [
        f"{each.source} ({each.blanks}), record {at}: {got!r} instead of {want!r}"
        for each, row, wanted in zip(generated, found, expected, strict=True)
        for at, (got, want) in enumerate(zip(row, wanted, strict=True)) if not same(got, want)
    ]
    assert not differences, differences[:5]


def test_a_filter_lets_through_exactly_what_is_true_in_python(
    connection: Connection, generated: list[Expression], expected: list[list[object]]
) -> None:
    conditions = [(each, row) for each, row in zip(generated, expected, strict=True) if each.type.kind == "boolean"]
    found = filtered(connection, [each for each, _ in conditions])

    differences = [
        f"{each.source}: {sorted(got)}" for (each, row), got in zip(conditions, found, strict=True)
        if got != {at for at, value in enumerate(row) if value is True}
    ]
    assert not differences, differences[:5]


@pytest.mark.parametrize("scale", [0, 2, 6])
def test_a_result_is_rounded_to_its_scale_alike(
    connection: Connection, generated: list[Expression], expected: list[list[object]], scale: int
) -> None:
    dialect = connection.dialect.name
    numbers = [(each, row) for each, row in zip(generated, expected, strict=True) if each.type.kind == "number"][:100]
    for start in range(0, len(numbers), 20):
        part = numbers[start : start + 20]
        results = [rounded_sql(to_sql(each, column_of(dialect), MOMENT, dialect), scale, dialect) for each, _ in part]
        rows = connection.execute(TABLE.select().with_only_columns(
            *(each.value.label(f"v{at}") for at, each in enumerate(results))
        ).order_by(TABLE.c.id)).all()
        for at, (each, wanted) in enumerate(part):
            rounded_values = [rounded(value, scale) for value in wanted]  # type: ignore[arg-type]
            assert [row[at] for row in rows] == [None if value is ERROR else value for value in rounded_values], each.source
