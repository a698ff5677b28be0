"""The fields that every object has without saying so."""

from __future__ import annotations

from types import MappingProxyType

from metadata.compile.texts import from_name
from metadata.compile.workshop import Workshop
from metadata.fields import field_types
from metadata.model import Choice, Field, Options, Picklist
from metadata.text import Text

STANDARD: dict[str, tuple[str, str, str, str]] = {
    # name: (type, English, Chinese, target)
    "id": ("integer", "Id", "编号", ""),
    "owner": ("lookup", "Owner", "所有人", "user"),
    "org_unit": ("lookup", "Org unit", "所属机构", "org_unit"),
    "record_type": ("picklist", "Record type", "记录类型", ""),
    "created_at": ("datetime", "Created at", "创建时间", ""),
    "created_by": ("lookup", "Created by", "创建人", "user"),
    "updated_at": ("datetime", "Changed at", "修改时间", ""),
    "updated_by": ("lookup", "Changed by", "修改人", "user"),
    "version": ("integer", "Version", "版本", ""),
    "deleted_at": ("datetime", "Deleted at", "删除时间", ""),
}
SETTABLE = frozenset({"owner", "org_unit", "record_type"})
"""Standard fields that people may set; the platform sets the others."""


def standard_fields(workshop: Workshop, object_name: str, record_types: object) -> dict[str, Field]:
    """Make the standard fields of one object; `record_type` is there when the object has record types."""
    fields = {}
    for name, (type_name, english, chinese, target) in STANDARD.items():
        if name == "record_type" and not isinstance(record_types, dict):
            continue
        field_type = field_types[type_name]
        options = {option.name: option.default for option in field_type.options}
        if type_name == "lookup":
            options.update(to=target, on_delete="restrict" if name == "owner" else "clear")
        fields[name] = Field(
            name,
            object_name,
            field_type,
            Text((("en", english), ("zh_CN", chinese))),
            read_only=name not in SETTABLE,
            standard=True,
            options=Options(options),
            targets=(target,) if target else (),
            picklist=_record_types(workshop, object_name, record_types) if name == "record_type" else None,
        )
    return fields


def _record_types(workshop: Workshop, object_name: str, record_types: object) -> Picklist:
    definition = workshop.definitions["object"][object_name]
    names = record_types if isinstance(record_types, dict) else {}
    choices = {
        name: Choice(name, workshop.texts.of(definition, ("record_types", name, "label"), _label(body), name=name))
        for name, body in names.items()
    }
    return Picklist(f"{object_name}.record_type", from_name("record_type"), MappingProxyType(choices))


def _label(body: object) -> object:
    return body.get("label") if isinstance(body, dict) else None
