"""The published schemas: complete in themselves, and in agreement with what is checked."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from metadata.checking import OTHER_WORDS, check
from metadata.compile import bundled_package, system_package
from metadata.documents import read_package
from metadata.fields import field_types
from metadata.kinds import KINDS
from metadata.schemas import checked_field_schema, checked_schema, file_of, schemas
from tests.metadata.mistakes.mistake import CLINIC


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_and_complete_in_itself(kind: str) -> None:
    schema = schemas()[kind]

    Draft202012Validator.check_schema(schema)
    assert schema["title"] and schema["description"] and schema["examples"]
    assert not [found for found in nodes(schema) if any(str(key).startswith("x-") for key in found)]
    for reference in (found["$ref"] for found in nodes(schema) if isinstance(found.get("$ref"), str)):
        assert reference.rpartition("/")[2] in schema["$defs"]  # type: ignore[operator]


def nodes(schema: object) -> Iterator[dict]:
    """All mappings inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for each in schema.values():
            yield from nodes(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from nodes(each)


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_a_schema_are_valid(kind: str) -> None:
    for example in checked_schema(kind)["examples"]:  # type: ignore[union-attr]
        assert not check(kind, copy.deepcopy(example))[1]
        Draft202012Validator(schemas()[kind]).validate(example)


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_says_what_it_is_for(kind: str) -> None:
    silent = [
        f"{name}" for found in nodes(checked_schema(kind)) if isinstance(found.get("properties"), dict)
        for name, each in found["properties"].items()
        if isinstance(each, dict) and name != "remove" and not (each.get("description") and each.get("title") and each.get("examples"))
    ]

    assert not silent


@pytest.mark.parametrize("package", [read_package(CLINIC), system_package(), bundled_package("finance_crm")], ids=lambda each: each.name)
def test_the_published_schemas_accept_what_is_valid(package) -> None:
    validators = {kind: Draft202012Validator(schema) for kind, schema in schemas().items()}
    refused = [
        f"{item.file}: {error.json_path} {error.message[:200]}"
        for item in package.items if item.kind not in ("data", "demo")
        for error in validators[item.kind].iter_errors(item.body)
    ]

    assert not refused


@pytest.mark.parametrize("field", [
    {"type": "text", "max_lenght": 5}, {"type": "date", "scale": 2}, {"type": "lookup"}, {"type": "txt"},
    {"type": "formula", "returns": "money"}, {"type": "integer", "min": "low"}, {"typ": "text"},
])
def test_the_published_schema_refuses_wrong_fields(field: dict) -> None:
    body = {"object": "room", "label": "Room", "fields": {"floor": field}}

    assert list(Draft202012Validator(schemas()["object"]).iter_errors(body))
    assert check("object", body)[1]


@pytest.mark.parametrize("name", field_types)
def test_every_option_of_a_field_type_is_in_the_schema(name: str) -> None:
    properties = checked_field_schema(name)["properties"]

    assert {option.name for option in field_types[name].options} <= set(properties)  # type: ignore[arg-type]
    assert all(each.get("description") for name, each in properties.items() if name != "remove")  # type: ignore[union-attr]


def test_other_products_words_lead_to_our_types() -> None:
    assert set(OTHER_WORDS.values()) <= set(field_types)
    assert not set(OTHER_WORDS) & set(field_types)


def test_what_is_faulty_is_taken_out_and_the_rest_kept() -> None:
    body = {"object": "room", "label": "Room", "colour": 1, "fields": {"a": {"type": "text", "max_length": "x"}, "b": 5}, "search": ["a", "?"]}
    kept, faults = check("object", body)

    assert kept == {"object": "room", "label": "Room", "fields": {"a": {"type": "text"}}, "search": ["a"]}
    assert sorted(fault.code for fault in faults) == ["bad_path", "unknown_property", "wrong_type", "wrong_type"]
    assert body["colour"] == 1


def test_demo_data_have_the_form_of_data() -> None:
    assert file_of("demo") == "data"
