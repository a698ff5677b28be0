"""Reads the test files of a package into cases: what is given, what is done, what must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metadata.documents import Item, Package
from metadata.errors import Location
from metadata.model import EMPTY

TEST = "test"
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """One test; `given` are (name, object, values), `create` the same with an empty name when it has none."""

    sentence: str
    place: Location
    given: tuple[tuple[str, str, Values], ...] = ()
    role: str | None = None
    at: str | None = None
    clock: str | None = None
    create: tuple[str, str, Values] | None = None
    update: Mapping[str, Values] = EMPTY  # type: ignore[assignment]
    delete: str | None = None
    expect: Mapping[str, object] = EMPTY
    refused: Mapping[str, str] | None = None


def cases_of(package: Package) -> Iterator[Case]:
    """Every test of a package, in the order written."""
    for item in package.items:
        if item.kind == TEST:
            yield from _cases(item)


def _cases(item: Item) -> Iterator[Case]:
    given = tuple(
        (name, object_name, values)
        for name, record in item.body.get("given", {}).items() for object_name, values in record.items()
    )
    for sentence, body in item.body["tests"].items():
        yield Case(
            sentence, item.location(("tests", sentence), key=True), given, body.get("as"), body.get("at"),
            body.get("clock"), _creation(body.get("create")), body.get("update", EMPTY), body.get("delete"),
            body.get("expect", EMPTY), body.get("refused"),
        )


def _creation(body: Mapping[str, object] | None) -> tuple[str, str, Values] | None:
    if body is None:
        return None
    object_name = next(name for name in body if name != "as")
    return str(body.get("as", "")), object_name, body[object_name]  # type: ignore[return-value]
