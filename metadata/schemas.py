"""The JSON Schemas of all kinds, with the field types' options put in from their registry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from metadata.fields import FieldType, field_types
from metadata.kinds import KINDS

FOLDER = Path(__file__).parent / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, object]

_REFERENCES: Mapping[str, Schema] = {
    "values": {
        "anyOf": [{"$ref": "#/$defs/name"}, {"$ref": "#/$defs/choices"}],
        "examples": ["loan_status", {"draft": "Draft"}],
    },
    "controlled_by": {"$ref": "#/$defs/name", "examples": ["country"]},
    "currency_field": {"$ref": "#/$defs/name", "examples": ["currency"]},
    "filter": {"$ref": "#/$defs/expression", "examples": ["status == 'free'"]},
    "formula": {"$ref": "#/$defs/expression", "examples": ["ISBLANK(returned_on) and due_date < TODAY()"]},
}
"""Options that name other parts of a package get the shape of such names, whatever their type."""

USED_UP: Mapping[str, Schema] = {"remove": {"not": {}, "title": "Remove"}}
"""What merging takes out of every definition; where it is left, there was nothing to remove."""


@cache
def _file(name: str) -> Schema:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def file_of(kind: str) -> str:
    """Name the schema file of a kind; demo data have the form of data."""
    return "data" if kind == "demo" else kind


def definitions() -> Mapping[str, Schema]:
    """The parts that several schemas share."""
    return {**_file("shared")["$defs"], **_file("object")["$defs"]}  # type: ignore[dict-item]


def common_field_schema() -> Schema:
    """The schema of what fields of all types may say, without references."""
    return _resolved(_file("field"), definitions())  # type: ignore[return-value]


def option_schema(field_type: FieldType, name: str) -> Schema:
    """The schema of one option of a field type, with its title and default."""
    option = next(each for each in field_type.options if each.name == name)
    schema = {**option.schema, "title": name.replace("_", " ").capitalize()}
    reference = _REFERENCES.get(name)
    if name == "to":
        reference = {"$ref": "#/$defs/names"} if schema.get("type") == "array" else {"$ref": "#/$defs/name"}
        reference = {
            **reference,
            "examples": [["loan", "equipment"]] if schema.get("type") == "array" else ["equipment"],
        }
        reference |= {each: schema[each] for each in ("minItems",) if each in schema}
    if reference:
        schema = {**reference, "title": schema["title"], "description": schema.get("description", "")}
    if option.default is not None:
        schema["default"] = option.default
    return schema


def field_schema(field_type: FieldType) -> Schema:
    """The schema of a field of one type, with references to the shared parts."""
    common = _file("field")
    options = {each.name: option_schema(field_type, each.name) for each in field_type.options}
    return {
        "type": "object",
        "additionalProperties": False,
        "x-required": ["type", *(each.name for each in field_type.options if each.required)],
        "properties": {**common["properties"], **options},  # type: ignore[dict-item]
    }


@cache
def checked_schema(kind: str) -> Schema:
    """The schema by which a merged item is checked: no references; fields are checked by their type."""
    return _resolved(_file(file_of(kind)), {**definitions(), **USED_UP, "field": {}})  # type: ignore[return-value]


@cache
def checked_field_schema(type_name: str) -> Schema:
    """The schema by which a field of a type is checked: no references."""
    return _resolved(field_schema(field_types[type_name]), {**definitions(), **USED_UP})  # type: ignore[return-value]


def schemas() -> dict[str, Schema]:
    """Publish the schema of every kind, complete in itself, for editors and other tools."""
    return {kind: _published(kind) for kind in KINDS}


def _published(kind: str) -> Schema:
    schema = {key: value for key, value in _file(file_of(kind)).items() if key != "$defs"}
    shared = dict(definitions())
    if kind == "object":
        shared["field"] = _published_field()
    shared["choice"] = _short_or_full(shared["choice"])
    used = _used(schema, shared, {})
    published = {"$schema": DRAFT, "$id": f"urn:tenon:schema:{kind}", **schema}
    if used:
        published["$defs"] = {name: used[name] for name in shared if name in used}
    return _stripped(published)  # type: ignore[return-value]


def _short_or_full(choice: Schema) -> Schema:
    """A picklist value in a file may be its label alone."""
    about = {key: choice[key] for key in ("title", "description", "examples")}
    full = {key: value for key, value in choice.items() if key not in about and key not in ("anyOf", "x-choice")}
    return {**about, "anyOf": [{"$ref": "#/$defs/label"}, full]}


def _published_field() -> Schema:
    """One schema for all fields: which options are allowed depends on `type`."""
    common = _file("field")
    properties: Schema = dict(common["properties"])  # type: ignore[call-overload]
    properties["type"] = {**properties["type"], "enum": list(field_types)}  # type: ignore[dict-item]
    conditions = []
    every = set(properties)
    for name, field_type in field_types.items():
        of_type = field_schema(field_type)
        names = list(of_type["properties"])  # type: ignore[call-overload]
        every.update(names)
        options = {key: value for key, value in of_type["properties"].items() if key not in common["properties"]}
        then: Schema = {"propertyNames": {"enum": names}}
        if options:
            then["properties"] = options
            then["required"] = [each.name for each in field_type.options if each.required]
        conditions.append({"if": {"required": ["type"], "properties": {"type": {"const": name}}}, "then": then})
    about = {key: common[key] for key in ("title", "description", "examples")}
    names_only = {"propertyNames": {"enum": sorted(every)}}
    return {**about, "type": "object", "properties": properties, "allOf": [*conditions, names_only]}


def _resolved(node: object, shared: Mapping[str, object]) -> object:
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            target = _resolved(shared[reference.rpartition("/")[2]], shared)
            return {**target, **{key: value for key, value in node.items() if key != "$ref"}}  # type: ignore[dict-item]
        return {key: _resolved(value, shared) for key, value in node.items() if key != "$defs"}
    return [_resolved(each, shared) for each in node] if isinstance(node, list) else node


def _used(node: object, shared: Mapping[str, Schema], found: dict[str, Schema]) -> dict[str, Schema]:
    """Collect the shared parts that a schema leads to."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        name = reference.rpartition("/")[2] if isinstance(reference, str) else None
        if name and name not in found:
            found[name] = shared[name]
            _used(shared[name], shared, found)
        for each in node.values():
            _used(each, shared, found)
    elif isinstance(node, list):
        for each in node:
            _used(each, shared, found)
    return found


def _stripped(node: object) -> object:
    """Take away the marks that only our own checks read."""
    if isinstance(node, dict):
        return {key: _stripped(value) for key, value in node.items() if not key.startswith("x-")}
    return [_stripped(each) for each in node] if isinstance(node, list) else node
