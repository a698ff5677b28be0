"""What every field type promises, ours or a stranger's: run over all samples of all registered types."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import yaml
from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, insert, select, text

from metadata.errors import InvalidValue
from metadata.expressions import types
from metadata.fields import FieldType, Sample, field_types
from metadata.fields.operators import operators
from metadata.fields.reference import page
from metadata.model import Field
from tests.architecture.house import ROOT
from tests.support.fields import field_of
from tests.support.golden import assert_fresh
from tests.support.databases import Database

LANGUAGES = ("en", "zh_CN")
KINDS = {each.kind for each in vars(types).values() if isinstance(each, types.ValueType)}
PATIENCE = 0.25
"""Seconds that any input may take; ten megabytes of text are among them."""

HUGE = ("x", "9", "red;", "a@b.com ")
"""What texts of ten megabytes are made of; the samples themselves stay small, for every process holds them."""


@dataclass(frozen=True)
class Specimen:
    type: FieldType
    number: int
    sample: Sample

    @property
    def field(self) -> Field:
        return field_of(self.type, self.sample.options)

    def __str__(self) -> str:
        return f"{self.type.name}-{self.number}"


SPECIMENS = [Specimen(each, number, sample) for each in field_types.values() for number, sample in enumerate(each.samples)]
FITTING = [each for each in SPECIMENS if each.sample.refused is None]
REFUSED = [each for each in SPECIMENS if each.sample.refused is not None]


def every_type(test):
    return pytest.mark.parametrize("field_type", field_types.values(), ids=lambda each: each.name)(test)


def sentences() -> dict[str, dict[str, str]]:
    return yaml.safe_load((ROOT / "metadata" / "wording" / "fields.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("specimen", FITTING, ids=str)
def test_a_fitting_value_is_held_and_shown_as_the_sample_says(specimen: Specimen) -> None:
    value = specimen.type.parse(specimen.field, specimen.sample.raw)

    assert (value, type(value)) == (specimen.sample.value, type(specimen.sample.value))
    shown = specimen.type.dump(specimen.field, value)
    assert (shown, type(shown)) == (specimen.sample.shown, type(specimen.sample.shown))


@pytest.mark.parametrize("specimen", FITTING, ids=str)
def test_what_is_shown_can_be_sent_back(specimen: Specimen) -> None:
    assert specimen.type.parse(specimen.field, specimen.sample.shown) == specimen.sample.value


@pytest.mark.parametrize("specimen", REFUSED, ids=str)
def test_an_unfitting_value_is_refused_soon_and_with_its_code(specimen: Specimen) -> None:
    start = time.perf_counter()
    with pytest.raises(InvalidValue) as refusal:
        specimen.type.parse(specimen.field, specimen.sample.raw)

    assert refusal.value.code == specimen.sample.refused
    assert time.perf_counter() - start < PATIENCE
    assert len(str(refusal.value.params)) < 1_000, "a refusal must not repeat huge input"


@every_type
@pytest.mark.parametrize("part", HUGE)
def test_ten_megabytes_of_text_are_refused_soon(field_type: FieldType, part: str) -> None:
    fitting = next(each for each in field_type.samples if each.refused is None)
    raw = part * (10_000_000 // len(part))
    start = time.perf_counter()
    with pytest.raises(InvalidValue) as refusal:
        field_type.parse(field_of(field_type, fitting.options), raw)

    assert time.perf_counter() - start < PATIENCE
    assert len(str(refusal.value.params)) < 1_000, "a refusal must not repeat huge input"


@every_type
def test_every_refusal_and_definition_problem_has_a_sentence_in_both_languages(field_type: FieldType) -> None:
    known = sentences()
    for code in {each.refused for each in field_type.samples if each.refused}:
        assert set(known[code]) == set(LANGUAGES), code


@every_type
def test_a_type_is_complete(field_type: FieldType) -> None:
    for language in LANGUAGES:
        assert dict(field_type.label).get(language), f"{field_type.name} needs a label in {language}"
        assert dict(field_type.help).get(language), f"{field_type.name} needs a help text in {language}"
    assert field_type.widget
    assert all(name in operators for name in field_type.operators)
    assert all(option.schema.get("description") for option in field_type.options)
    refused = [each for each in field_type.samples if each.refused]
    assert len(field_type.samples) - len(refused) >= 1 and len(refused) >= 3, "bring samples that fit and that are refused"
    assert any(each.raw in (None, "") for each in field_type.samples), "say what a blank becomes"


@every_type
def test_the_type_of_its_values_is_one_that_expressions_know(field_type: FieldType) -> None:
    for sample in field_type.samples:
        assert field_type.type_of(field_of(field_type, sample.options)).kind in KINDS


@every_type
def test_no_default_of_an_option_is_a_problem(field_type: FieldType) -> None:
    fitting = next(each for each in field_type.samples if each.refused is None)

    assert field_type.problems(field_of(field_type, fitting.options)) == ()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    engine = create_engine(database.url)
    with engine.connect() as opened:
        if database.kind == "postgresql":
            opened.execute(text("SET TIME ZONE 'Asia/Shanghai'"))
        yield opened
    engine.dispose()


def test_every_value_comes_back_from_the_database_as_it_was_stored(connection: Connection) -> None:
    stored = [each for each in FITTING if each.type.columns(each.field)]
    metadata = MetaData()
    tables = {}
    for specimen in stored:
        columns = [Column(name, kind) for name, kind in specimen.type.columns(specimen.field)]
        tables[str(specimen)] = Table(f"t_{specimen}", metadata, Column("id", Integer, primary_key=True), *columns)
    metadata.create_all(connection)

    for specimen in stored:
        table = tables[str(specimen)]
        columns = list(table.columns)[1:]
        values = specimen.type.store(specimen.field, specimen.sample.value)
        connection.execute(insert(table).values({column.name: value for column, value in zip(columns, values, strict=True)}))
        row = tuple(connection.execute(select(*columns)).one())

        loaded = specimen.type.load(specimen.field, row)
        assert (loaded, type(loaded)) == (specimen.sample.value, type(specimen.sample.value)), specimen
        assert specimen.type.dump(specimen.field, loaded) == specimen.sample.shown


def test_the_reference_of_field_types_is_fresh() -> None:
    assert_fresh(ROOT / "docs" / "consultant" / "field-types.md", page())
