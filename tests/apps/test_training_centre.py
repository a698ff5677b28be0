"""The package of tests/packages/training_centre: unlike the bundled one, and saying everything the language can say."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from metadata.compile import compile_model
from metadata.documents import Package, read_package
from metadata.fields import field_types
from metadata.model import Model
from metadata.schemas import schemas
from runtime.apptests import run
from runtime.records.query import find
from runtime.records.record import RecordQuery
from tests.support.application import open_application
from tests.support.databases import Database

FOLDER = Path(__file__).parents[1] / "packages" / "training_centre"

ONLY_IN_CHANGES = {"remove"}
"""Properties that only an overlay or an extension can use."""

DEMO = {"course": 3, "course_run": 2, "enrolment": 2, "learner": 2, "venue": 2, "company": 1, "trainer": 1, "feedback": 2, "course_unit": 2}


@cache
def package() -> Package:
    return read_package(FOLDER)


def model() -> Model:
    return compile_model([package()])


def properties(schema: object) -> Iterator[str]:
    """The names of all properties that a schema offers, however deep."""
    if isinstance(schema, Mapping):
        offered = schema.get("properties")
        if isinstance(offered, Mapping):
            yield from offered
        for key, inner in schema.items():
            if key != "$defs":
                yield from properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties(inner)


def keys(body: object) -> Iterator[str]:
    if isinstance(body, Mapping):
        yield from body
        for inner in body.values():
            yield from keys(inner)
    elif isinstance(body, list | tuple):
        for inner in body:
            yield from keys(inner)


def test_it_is_a_package_of_some_size_without_a_remark() -> None:
    own = [each for each in model().objects.values() if each.app == "training_centre"]

    assert not package().problems
    assert len(own) == 12
    assert sum(1 for each in own for _ in each.own_fields) >= 115


def test_every_field_type_and_every_option_is_used() -> None:
    fields = [
        body for item in package().items if item.kind == "object" for body in item.body.get("fields", {}).values()
    ]
    used = {body["type"] for body in fields if "type" in body}
    options = {
        (kind.name, option.name) for kind in field_types.values() for option in kind.options
        if not any(body.get("type") == kind.name and option.name in body for body in fields)
    }

    assert used == {each.name for each in field_types.values()}
    assert not options & {("text", "pattern"), ("money", "currency_field"), ("lookup", "filter"), ("lookup", "on_delete")}
    assert len(options) <= 20, sorted(options)


@pytest.mark.parametrize("kind", sorted({each.kind for each in read_package(FOLDER).items}))
def test_every_word_of_the_language_is_used(kind: str) -> None:
    written = {key for item in package().items if item.kind == kind for key in keys(item.body)}
    offered = {name for name in properties(schemas()[kind]) if name not in ONLY_IN_CHANGES | {"after"}}
    unused = offered - written

    assert kind == "object" or not unused, sorted(unused)


def test_its_own_tests_pass() -> None:
    report = run([package()], "training_centre")

    assert not [each.case.sentence for each in report.results if not each.passed]
    assert len(report.results) >= 45


def test_its_records_load_again_and_again(database: Database) -> None:
    with open_application(database, package(), demo=True) as application:
        application.install(package(), demo=True)
        ctx = application.context()
        with application.storage.reading(application.tenant) as connection:
            counts = {name: len(find(ctx, connection, RecordQuery(name, fields=("id",), limit=50)).records) for name in DEMO}
            [run_] = find(ctx, connection, RecordQuery(
                "course_run", fields=("number", "trainer.name", "assistants", "course.title"), where="remark == 'R1'", limit=5,
            )).records

    assert counts == DEMO
    assert (run_.values["number"], run_.values["trainer.name"], run_.values["course.title"]) == ("B2601-001", "梅老师", "SQL 入门")
    assert len(run_.values["assistants"]) == 1  # type: ignore[arg-type]


def test_japanese_comes_from_the_translation_and_chinese_where_there_is_none() -> None:
    course = model().objects["course"]

    assert course.label.in_("ja") == "コース"
    assert course.fields["title"].label.in_("ja") == "コース名"
    assert model().objects["venue"].label.in_("ja") == "教室"
