"""The JSON Schema of a field's value, from what kind of value its type says it holds.

A new field type needs nothing here: it says its kind (`FieldType.type_of`) and shows samples, and every kind has its
schema.
"""

from __future__ import annotations

from collections.abc import Mapping

from metadata.fields.contract import FieldType
from metadata.model import Field
from runtime.records.codec import ERROR_SHOWN

ID = {"type": "integer", "minimum": 1}
BY_KEY = {
    "type": "object", "minProperties": 1, "maxProperties": 1,
    "description": "The record whose unique field has this value, as {field: value}.",
}
EXACT = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "description": "An exact number."}
WHOLE = {"type": "integer"}
ANY_RECORD = {
    "type": "object", "required": ["object", "id"], "properties": {"object": {"type": "string"}, "id": ID},
}

SHOWN: Mapping[str, Mapping[str, object]] = {
    "number": EXACT,
    "text": {"type": "string"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "time": {"type": "string"},
    "choice": {"type": "string"},
    "choices": {"type": "array", "items": {"type": "string"}},
    "record": ID,
    "any_record": ANY_RECORD,
    "records": {"type": "array", "items": ID},
    "point": {"type": "object", "required": ["lat", "lng"]},
    "blank": {},
}

SENT: Mapping[str, Mapping[str, object]] = {
    **SHOWN,
    "number": {"type": ["number", "string"], "description": "A number, or its digits as a text to keep it exact."},
    "record": {"anyOf": [ID, BY_KEY]},
    "records": {"type": "array", "items": {"anyOf": [ID, BY_KEY]}},
    "point": {},
}


def shown_schema(field: Field) -> dict[str, object]:
    """Describe what an answer holds for a field."""
    kind = field.type.type_of(field).kind
    schema = {**(_number_schema(field.type) if kind == "number" else SHOWN.get(kind, {})), **_choices(field, kind)}
    if field.formula is not None:
        schema = {"anyOf": [schema, {"const": ERROR_SHOWN}]}
    return schema if is_never_blank(field) else _or_blank(schema)


def sent_schema(field: Field) -> dict[str, object]:
    """Describe what may be sent for a field."""
    kind = field.type.type_of(field).kind
    schema = {**SENT.get(kind, {}), **_choices(field, kind)}
    return schema if field.required else _or_blank(schema)


def is_never_blank(field: Field) -> bool:
    """Whether an answer always holds a value: the platform's own identification of a record."""
    return field.name in ("id", "version")


def _number_schema(field_type: FieldType) -> Mapping[str, object]:
    """Exact numbers are texts; a type whose samples are all JSON numbers holds whole numbers."""
    shown = {type(each.shown) for each in field_type.samples if each.refused is None and each.shown is not None}
    if shown == {int}:
        return WHOLE
    return EXACT if shown == {str} else {"anyOf": [WHOLE, EXACT]}


def _choices(field: Field, kind: str) -> dict[str, object]:
    if field.picklist is None or not field.picklist.choices:
        return {}
    codes = list(field.picklist.choices)
    return {"enum": codes} if kind == "choice" else {"items": {"type": "string", "enum": codes}}


def _or_blank(schema: Mapping[str, object]) -> dict[str, object]:
    if "type" not in schema:
        return dict(schema) if not schema else {"anyOf": [dict(schema), {"type": "null"}]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    blank = {**schema, "type": [*kinds, "null"]}
    if "enum" in schema:
        blank["enum"] = [*schema["enum"], None]  # type: ignore[misc]
    return blank
