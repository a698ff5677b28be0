"""Writes the OpenAPI 3.1 document of exactly one tenant's objects, as exactly this user may see them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from metadata.model import Object
from runtime.api import openapi_parts as parts
from runtime.api.concurrency import tagged
from runtime.api.objects import is_editable, visible
from runtime.api.output import answer
from runtime.api.schemas import no_parameters
from runtime.api.value_schemas import sent_schema, shown_schema
from runtime.records.access import Access, access_of
from runtime.records.kept import Kept
from runtime.unit import current_unit
from tenants.context import RecordContext

_documents: Kept[dict[str, object]] = Kept(64)


def get_openapi() -> Response:
    """Answer `GET /openapi.json`."""
    no_parameters()
    return tagged(answer(openapi(current_unit().ctx)))


def openapi(ctx: RecordContext) -> dict[str, object]:
    """Make the document; it is kept by model, rights, language and tenant."""
    access = access_of(ctx)
    return _documents.get((access.key, ctx.locale, ctx.tenant), lambda: _document(ctx, access))


def _document(ctx: RecordContext, access: Access) -> dict[str, object]:
    schemas: dict[str, object] = dict(parts.SCHEMAS)
    paths = parts.general_paths([each.name for each in visible(access)])
    for of in visible(access):
        schemas |= _schemas(ctx, access, of)
        paths |= _paths(ctx, access, of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": ctx.tenant.name, "version": ctx.model.checksum[:12],
            "description": "\n\n".join(filter(None, (each.description.in_(ctx.locale) for each in ctx.model.apps.values()))),
        },
        "servers": [{"url": f"/{ctx.tenant.slug}/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": each.name, "description": each.label.in_(ctx.locale)} for each in visible(access)],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
            "responses": parts.RESPONSES,
        },
    }


def _schemas(ctx: RecordContext, access: Access, of: Object) -> dict[str, object]:
    shown: dict[str, object] = {}
    sent: dict[str, object] = {}
    for name in of.fields:
        field = of.fields[name]
        if name not in access.readable(of.name):
            continue
        words = {"title": field.label.in_(ctx.locale), "x-tenon-type": field.type.name}
        if field.help:
            words["description"] = field.help.in_(ctx.locale)
        shown[name] = {**shown_schema(field), **words}
        if is_editable(access, field):
            sent[name] = {**sent_schema(field), **words}
    label = of.label.in_(ctx.locale)
    return {
        of.name: {"type": "object", "title": label, "properties": shown},
        f"{of.name}.write": {"type": "object", "title": label, "properties": sent, "additionalProperties": False},
        f"{of.name}.change": {
            "type": "object", "title": label, "properties": {**sent, "version": {"type": "integer"}},
            "additionalProperties": False,
        },
        f"{of.name}.page": {
            "type": "object", "required": ["records", "after"],
            "properties": {
                "records": {"type": "array", "items": parts.ref(of.name)},
                "after": {"type": ["string", "null"]}, "count": {"type": "integer"},
            },
        },
    }


def _paths(ctx: RecordContext, access: Access, of: Object) -> dict[str, object]:
    rights, name, label = access.rights(of.name), of.name, of.label.in_(ctx.locale)
    listed: dict[str, object] = {"get": _call(of, "list", label, parts.LIST_PARAMETERS, result=f"{name}.page")}
    one: dict[str, object] = {
        "get": _call(of, "get", label, parts.GET_PARAMETERS, result=name), "parameters": [parts.RECORD_ID],
    }
    if rights.create:
        listed["post"] = _call(of, "create", label, parts.CREATE_PARAMETERS, f"{name}.write", "saved", "201")
    if rights.edit:
        one["patch"] = _call(of, "update", label, parts.CHANGE_PARAMETERS, f"{name}.change", "saved")
    if rights.delete:
        one["delete"] = _call(of, "delete", label, parts.DELETE_PARAMETERS, status="204")
    paths: dict[str, object] = {f"/records/{name}": listed, f"/records/{name}/{{id}}": one}
    if rights.create or rights.edit or rights.delete:
        batch = _call(of, "batch", label, parts.CREATE_PARAMETERS[:1], "batch", "results")
        paths[f"/records/{name}/batch"] = {"post": batch}
    for key in (each.name for each in of.own_fields if each.unique and each.name in access.readable(name)):
        if rights.create or rights.edit:
            upsert = _call(of, f"upsert_by_{key}", label, [parts.KEY_VALUE, *parts.CHANGE_PARAMETERS], f"{name}.change", "saved")
            paths[f"/records/{name}/by/{key}/{{value}}"] = {"put": upsert}
    return paths


def _call(
    of: Object, act: str, label: str, parameters: list[Mapping[str, object]], body: str | None = None,
    result: str | None = None, status: str = "200",
) -> dict[str, object]:
    success: dict[str, object] = {"description": "Done."}
    if result:
        success["content"] = {"application/json": {"schema": parts.ref(result)}}
    call: dict[str, object] = {
        "operationId": f"{act}_{of.name}", "summary": f"{act.replace('_', ' ')}: {label}", "tags": [of.name],
        "parameters": parameters, "responses": {status: success, "default": parts.PROBLEM},
    }
    if body:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": parts.ref(body)}}}
    return call
