"""Reads the test files of a package into cases: what is given, what is done, what must hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from metadata.documents import Item, Package
from metadata.errors import Location
from metadata.model import EMPTY
from metadata.test_files import maker

TEST = "test"
Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Case:
    """One test; `given` are (name, object, values), `create` the same with an empty name when it has none.

    `file` holds every test of the same file by its sentence, so that this one can use what another one creates.
    """

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
    file: Mapping[str, Case] = field(default=EMPTY, repr=False, compare=False)  # type: ignore[assignment]
    written: Mapping[str, object] = field(default=EMPTY, repr=False, compare=False)

    def maker_of(self, name: str) -> Case | None:
        """The other test of the file that creates a record of this name."""
        return self.file.get(maker(self.written, self.sentence, name) or "")


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
    tests, file = item.body["tests"], {}
    for sentence, body in tests.items():
        file[sentence] = Case(
            sentence, item.location(("tests", sentence), key=True), given, body.get("as"), body.get("at"),
            body.get("clock"), _creation(body.get("create")), body.get("update", EMPTY), body.get("delete"),
            body.get("expect", EMPTY), body.get("refused"), file, tests,
        )
    yield from file.values()


def _creation(body: Mapping[str, object] | None) -> tuple[str, str, Values] | None:
    if body is None:
        return None
    object_name = next(name for name in body if name != "as")
    return str(body.get("as", "")), object_name, body[object_name]  # type: ignore[return-value]
