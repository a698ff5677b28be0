"""Fields for tests that need no package: one field of a type, with some of the type's options."""

from collections.abc import Mapping

from metadata.fields import FieldType, field_types
from metadata.model import Choice, Field, Options, Picklist
from metadata.text import Text


def field_of(kind: str | FieldType, options: Mapping[str, object] | None = None, *, name: str = "x") -> Field:
    """Make a field; picklist values are given as code → label, relations lead to the object `thing`."""
    field_type = field_types[kind] if isinstance(kind, str) else kind
    given = dict(options or {})
    return Field(
        name=name,
        object="thing",
        type=field_type,
        label=Text.of(name),
        options=Options({each.name: given.get(each.name, each.default) for each in field_type.options}),
        targets=("thing",),
        picklist=picklist_of(given["values"]) if isinstance(given.get("values"), Mapping) else None,
    )


def picklist_of(values: Mapping[str, str]) -> Picklist:
    return Picklist("list", Text(), {code: Choice(code, Text.of(label)) for code, label in values.items()})
