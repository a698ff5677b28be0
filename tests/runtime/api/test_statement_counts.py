"""How many statements a request takes is fixed: it grows neither with the page nor with what is in the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.support.application import Application, Client


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent through SQLAlchemy meanwhile, those that open a transaction left out."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "SET LOCAL", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def many(loans: Application) -> Client:
    client = loans.client()
    operations = [
        {"do": "create", "values": {"equipment": {"code": "CAM-1"}, "purpose": "count", "deposit": number}}
        for number in range(60)
    ]
    assert client.post("/records/loan/batch", json={"operations": operations}).status_code == 200
    return client


def statements(client: Client, path: str, *, method: str = "GET", **options: object) -> int:
    client.send(method, path, **options)
    with counted() as seen:
        answer = client.send(method, path, **options)
    assert answer.status_code < 300, answer.text
    return len(seen)


@pytest.mark.parametrize(
    ("query", "most"),
    [("", 2), ("&names=true", 2), ("&count=true", 3), ("&sort=-deposit&fields=number,equipment.code,owner.name", 2)],
)
def test_a_list_takes_as_many_statements_for_fifty_rows_as_for_five(many: Client, query: str, most: int) -> None:
    few = statements(many, f"/records/loan?limit=5{query}")
    whole = statements(many, f"/records/loan?limit=50{query}")

    assert few == whole <= most


def test_one_record_takes_at_most_the_state_and_the_record(many: Client) -> None:
    loan = many.get("/records/loan?limit=1").json["records"][0]["id"]

    assert statements(many, f"/records/loan/{loan}") <= 2


def test_a_description_takes_at_most_the_state(many: Client) -> None:
    assert max(statements(many, "/objects/loan"), statements(many, "/openapi.json")) <= 1


def test_a_grouped_question_takes_the_state_and_one_statement(many: Client) -> None:
    body = {"object": "loan", "by": ["equipment.category"], "measures": {"n": "count()", "s": "sum(deposit)"}}

    assert statements(many, "/query", method="POST", json=body) <= 2
