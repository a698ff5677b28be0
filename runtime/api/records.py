"""The calls on records of one object: list, create, read, change, delete, and write by an external key."""

from __future__ import annotations

from flask import Response, request

from runtime.api.concurrency import matched_version, tagged, version_tag
from runtime.api.idempotency import once
from runtime.api.input import BodyValue, json_object
from runtime.api.output import answer, nothing, saved_json
from runtime.api.schemas import MAX_ID, FieldsParameters, ListParameters, VersionParameters, load_parameters
from runtime.problems import RequestRefused
from runtime.records import query, service
from runtime.records.errors import NotFound
from runtime.records.record import RecordQuery, Saved
from runtime.unit import Unit, current_unit

_LIST = ListParameters()
_FIELDS = FieldsParameters()
_VERSION = VersionParameters()


def list_records(object_name: str) -> Response:
    """Answer `GET /records/{object}`."""
    unit, asked = current_unit(), load_parameters(_LIST)
    page = query.find_json(
        unit.ctx, unit.connection,
        RecordQuery(
            object_name, asked["fields_"], asked["where"], asked["sort"], asked["limit"], asked["after"],
            asked["count"], names=asked["names"],
        ),
    )
    shown: dict[str, object] = {"records": page.records, "after": page.after}
    if asked["count"]:
        shown["count"] = page.count
    return answer(shown)


def get_record(object_name: str, record_id: str) -> Response:
    """Answer `GET /records/{object}/{id}`, or 304 when nothing changed."""
    unit, asked = current_unit(), load_parameters(_FIELDS)
    shown = query.get_json(
        unit.ctx, unit.connection, object_name, id_of(object_name, record_id), asked["fields_"], names=asked["names"]
    )
    return tagged(answer(shown), version=shown["version"])


def create_record(object_name: str) -> Response:
    """Answer `POST /records/{object}`; the same Idempotency-Key never creates twice."""
    unit, asked, values = current_unit(), load_parameters(_FIELDS), json_object()

    def create() -> Response:
        saved = service.create(unit.ctx, unit.connection, object_name, values)
        return _written(unit, object_name, saved, asked["fields_"], 201)

    return once(unit, create)


def update_record(object_name: str, record_id: str) -> Response:
    """Answer `PATCH /records/{object}/{id}`; the version that was read is compulsory."""
    unit, asked, values = current_unit(), load_parameters(_FIELDS), json_object()
    version = needed_version(values.pop("version", None))
    number = id_of(object_name, record_id)
    saved = service.update(unit.ctx, unit.connection, object_name, number, values, version=version)
    return _written(unit, object_name, saved, asked["fields_"], 200)


def delete_record(object_name: str, record_id: str) -> Response:
    """Answer `DELETE /records/{object}/{id}`: the record goes to the recycle bin."""
    unit, asked = current_unit(), load_parameters(_VERSION)
    version = needed_version(asked["version"])
    service.delete(unit.ctx, unit.connection, object_name, id_of(object_name, record_id), version=version)
    return nothing()


def upsert_record(object_name: str, field_name: str, value: str) -> Response:
    """Answer `PUT /records/{object}/by/{field}/{value}`: create it, or change the one there is."""
    unit, asked, values = current_unit(), load_parameters(_FIELDS), json_object()
    version = _version(values.pop("version", None))
    saved = service.upsert(unit.ctx, unit.connection, object_name, field_name, value, values, version=version)
    return _written(unit, object_name, saved, asked["fields_"], 201 if saved.created else 200)


def id_of(object_name: str, text: str) -> int:
    """Read a record's id from an address; what can't be one is a record that does not exist."""
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) > MAX_ID:
        raise NotFound(object_name)
    return int(text)


def needed_version(given: BodyValue) -> int:
    """The version a client says it changes, from `If-Match` or from `given`."""
    version = _version(given)
    if version is None:
        raise RequestRefused("version_required")
    return version


def _version(given: BodyValue) -> int | None:
    matched = matched_version()
    if given is None:
        return matched
    if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= MAX_ID:
        raise RequestRefused("member_invalid", field="version", name="version", expected="1 …")
    if matched is not None and matched != given:
        raise RequestRefused("header_invalid", field="version", name="If-Match", expected=f'"{given}"')
    return given


def _written(unit: Unit, object_name: str, saved: Saved, fields: tuple[str, ...], status: int) -> Response:
    shown = saved_json(unit.ctx, saved)
    if fields:
        shown["record"] = query.get_json(unit.ctx, unit.connection, object_name, saved.record_id, fields)
    headers = {"ETag": version_tag(saved.version)}
    if status == 201:
        slug = unit.ctx.tenant.slug
        headers["Location"] = f"{request.script_root}/{slug}/api/v1/records/{object_name}/{saved.record_id}"
    return answer(shown, status, headers)
