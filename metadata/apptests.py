"""Tests of an app as they are written in `tests/`; the runtime runs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metadata.documents import Package
from metadata.errors import Location
from metadata.frozen import freeze
from metadata.model import EMPTY


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """A record that exists before a test; `name` refers to it in other records and in steps."""

    name: str
    object: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a step must be refused: `by` a validation rule or one of REFUSED_BY, beside `field` if one is named."""

    by: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class AppTest:
    """One test: `role` acts (None: one who may do everything); times are ISO texts.

    The order is: create, update, delete; then the clock is set to `clock`; then `expect` is checked.
    `create_as` names the created record; without it, it is named like its object.
    """

    name: str
    file: str
    given: tuple[GivenRecord, ...]
    role: str | None = None
    at: str | None = None
    clock: str | None = None
    create_object: str | None = None
    create_as: str | None = None
    create: Mapping[str, object] = EMPTY
    update: Mapping[str, Mapping[str, object]] = EMPTY
    delete: str | None = None
    expect: Mapping[str, object] = EMPTY
    refused: Refusal | None = None
    location: Location | None = None


REFUSED_BY = ("required", "format", "unique", "permission", "range", "choice", "relation", "read_only", "unknown_field")


def app_tests(package: Package) -> tuple[AppTest, ...]:
    """Read the tests of a package that compiles."""
    return tuple(
        read_test(name, body, given_of(item.body.get("given")), item.file, item.location(("tests", name), key=True))
        for item in package.items
        if item.kind == "test"
        for name, body in (item.body.get("tests") or {}).items()
    )


def given_of(given: object) -> tuple[GivenRecord, ...]:
    """Read the records that a file of tests gives."""
    return tuple(GivenRecord(name, *_one(body)) for name, body in (given.items() if isinstance(given, Mapping) else ()))


def _one(body: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    object_name, values = next(iter(body.items()))
    return object_name, freeze(values)  # type: ignore[return-value]


def read_test(name: str, body: Mapping[str, object], given: Iterable[GivenRecord], file: str, location: Location) -> AppTest:
    """Read one test."""
    create = {key: value for key, value in (body.get("create") or {}).items() if key != "as"}  # type: ignore[attr-defined]
    create_object = next(iter(create), None)
    named = (body.get("create") or {}).get("as")  # type: ignore[attr-defined]
    refused = body.get("refused")
    return AppTest(
        name,
        file,
        tuple(given),
        body.get("as"),  # type: ignore[arg-type]
        body.get("at"),  # type: ignore[arg-type]
        body.get("clock"),  # type: ignore[arg-type]
        create_object,
        named or create_object,
        freeze(create[create_object]) if create_object else EMPTY,  # type: ignore[arg-type]
        freeze(body.get("update") or {}),  # type: ignore[arg-type]
        body.get("delete"),  # type: ignore[arg-type]
        freeze(body.get("expect") or {}),  # type: ignore[arg-type]
        Refusal(refused["by"], refused.get("field")) if isinstance(refused, Mapping) else None,
        location,
    )
