"""Every function does what its own examples say, in all back ends, and is explained in both languages."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, literal_column, select
from sqlalchemy.engine import Engine

from metadata.expressions import ERROR, FUNCTIONS, Moment, UnknownName, ValueType, compile_expression, evaluate, to_sql
from metadata.expressions.functions import Function
from tests.metadata.expressions.backends import sqlite_engine

MOMENT = Moment(datetime(2026, 1, 31, 17, 30, tzinfo=timezone.utc), "Asia/Shanghai", 7, (3,))
EXAMPLES = [
    pytest.param(function, source, gives, id=source)
    for function in FUNCTIONS.values() for source, gives in function.examples
]


class OneNumber:
    def resolve(self, path: tuple[str, ...]) -> ValueType:
        if path != ("amount",):
            raise UnknownName(path[0], ("amount",))
        return ValueType("number", scale=2)


def computed(source: str, purpose: str = "formula") -> object:
    expression = compile_expression(source, scope=OneNumber(), purpose=purpose, expect=None)
    return evaluate(expression, lambda path: Decimal(1), MOMENT, prior=lambda path: Decimal(1), is_new=True)


def purpose_of(function: Function) -> str:
    return function.purposes[0] if function.purposes else "formula"


@pytest.mark.parametrize("function, source, gives", EXAMPLES)
def test_an_example_gives_what_it_says(function: Function, source: str, gives: str) -> None:
    if purpose_of(function) == "validation":  # a rule is a condition: compare there
        source, gives = (f"{source} == {gives}" if gives != "none" else f"ISBLANK({source})"), "true"
    wanted = ERROR if gives == "#" else computed(gives)

    assert computed(source, purpose_of(function)) == wanted


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "sqlite":
        return sqlite_engine()
    return create_engine(request.getfixturevalue("postgres").url)


def test_every_example_gives_the_same_where_the_database_computes_it(engine: Engine) -> None:
    """The examples have no columns: a parameter takes the place of every constant, computed by the database."""
    with engine.connect() as connection:
        for function in FUNCTIONS.values():
            if function.purposes:
                continue
            for source, _ in function.examples:
                expression = compile_expression(source, scope=OneNumber(), purpose="formula")
                result = to_sql(expression, _no_column, MOMENT, engine.dialect.name)
                error = literal_column("0") if result.error is None else result.error
                value, wrong = connection.execute(select(result.value, error)).one()
                assert (ERROR if wrong else value) == computed(source), source
    engine.dispose()


def _no_column(path: tuple[str, ...]) -> None:
    raise LookupError(path)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda each: each.name)
def test_a_function_is_explained_in_both_languages_with_examples(function: Function) -> None:
    assert function.en.endswith(".") and function.zh.endswith("。")
    assert function.examples
    assert function.signature.startswith(f"{function.name}(")
