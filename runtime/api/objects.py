"""Describes objects as one user may see them: fields, labels, choices and rights, nothing hidden."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from metadata.model import Field, ListView, Object, Picklist, RecordType
from metadata.permissions import OPERATIONS
from runtime.api.concurrency import tagged
from runtime.api.output import answer, plain
from runtime.api.schemas import no_parameters
from runtime.records.access import Access, access_of
from runtime.records.kept import Kept
from runtime.unit import current_unit
from tenants.context import RecordContext

SAID_OTHERWISE = frozenset({"formula", "filter", "values", "to", "controlled_by"})
"""Options that a description shows in its own words, or that could name what is hidden."""

_objects: Kept[dict[str, object]] = Kept(2_000)
_lists: Kept[list[dict[str, object]]] = Kept(100)


def list_objects() -> Response:
    """Answer `GET /objects`: the objects this user may read."""
    no_parameters()
    ctx = current_unit().ctx
    access = access_of(ctx)
    found = _lists.get((access.key, ctx.locale), lambda: [_head(ctx, access, each) for each in visible(access)])
    return tagged(answer({"objects": found}))


def describe_object(object_name: str) -> Response:
    """Answer `GET /objects/{object}`."""
    no_parameters()
    return tagged(answer(description(current_unit().ctx, object_name)))


def description(ctx: RecordContext, object_name: str) -> dict[str, object]:
    """Describe an object in the context's language; raises NotFound when the user may not read it."""
    access = access_of(ctx)
    access.object(object_name)
    key = (access.key, ctx.locale, object_name)
    return _objects.get(key, lambda: _describe(ctx, access, ctx.model.objects[object_name]))


def visible(access: Access) -> Iterator[Object]:
    """The objects a user may read, in the order of the model."""
    return (each for each in access.model.objects.values() if access.rights(each.name).read)


def _head(ctx: RecordContext, access: Access, of: Object) -> dict[str, object]:
    rights = access.rights(of.name)
    return {
        "name": of.name,
        "app": of.app,
        "label": of.label.in_(ctx.locale),
        "plural": of.plural.in_(ctx.locale),
        "icon": of.icon,
        "name_field": of.name_field,
        "rights": {flag: getattr(rights, flag) for flag in (*OPERATIONS, "view_all", "edit_all")},
    }


def _describe(ctx: RecordContext, access: Access, of: Object) -> dict[str, object]:
    readable = access.readable(of.name)
    return {
        **_head(ctx, access, of),
        "help": of.help.in_(ctx.locale),
        "sharing": of.sharing,
        "history": of.history,
        "parent": of.parent if of.parent in readable else None,
        "fields": [_field(ctx, access, each) for each in of.fields.values() if each.name in readable],
        "unique": [list(names) for names in of.unique if readable.issuperset(names)],
        "record_types": [_record_type(ctx, each, readable) for each in of.record_types.values()],
        "list_views": [_list_view(ctx, access, each) for each in ctx.model.list_views.values() if each.object == of.name],
        "referred_by": [
            {"object": name, "field": field} for name, field in of.references if access.can_read_path(name, (field,))
        ],
    }


def _field(ctx: RecordContext, access: Access, field: Field) -> dict[str, object]:
    readable = access.readable(field.object)
    shown: dict[str, object] = {
        "name": field.name,
        "type": field.type.name,
        "label": field.label.in_(ctx.locale),
        "help": field.help.in_(ctx.locale),
        "required": field.required,
        "unique": field.unique,
        "editable": is_editable(access, field),
        "standard": field.standard,
        "operators": list(field.type.operators),
        "options": {
            name: plain(value) for name, value in field.options.items()
            if name not in SAID_OTHERWISE and not _names_hidden(access, field, value)
        },
    }
    if field.targets:
        shown["targets"] = [name for name in field.targets if access.rights(name).read]
    if field.picklist:
        shown["values"] = _choices(ctx, field.picklist)
    if field.controlled_by in readable:
        shown["controlled_by"] = field.controlled_by
    return shown


def is_editable(access: Access, field: Field) -> bool:
    """Whether this user may send a value for a field."""
    return field.name in access.editable(field.object) and not field.type.computed and not field.read_only


def _names_hidden(access: Access, field: Field, value: object) -> bool:
    """Whether an option names a field of the object (a currency field, say) that is hidden from the user."""
    fields = access.model.objects[field.object].fields
    return isinstance(value, str) and value in fields and value not in access.readable(field.object)


def _choices(ctx: RecordContext, picklist: Picklist) -> list[dict[str, object]]:
    return [
        {
            "code": each.code, "label": each.label.in_(ctx.locale), "color": each.color, "final": each.final,
            "active": each.active, "when": list(each.when),
        }
        for each in picklist.choices.values()
    ]


def _record_type(ctx: RecordContext, of: RecordType, readable: frozenset[str]) -> dict[str, object]:
    return {
        "name": of.name,
        "label": of.label.in_(ctx.locale),
        "default": of.default,
        "values": {name: list(codes) for name, codes in of.values.items() if name in readable},
    }


def _list_view(ctx: RecordContext, access: Access, view: ListView) -> dict[str, object]:
    return {
        "name": view.name,
        "label": view.label.in_(ctx.locale),
        "default": view.default,
        "columns": [".".join(path) for path in view.columns if access.can_read_path(view.object, path)],
    }
