"""The calls on the recycle bin of one object: list, take back, remove for good."""

from __future__ import annotations

from flask import Response

from runtime.api.concurrency import version_tag
from runtime.api.output import answer, nothing, saved_json
from runtime.api.records import id_of
from runtime.api.schemas import BinParameters, load_parameters, no_parameters
from runtime.records import query, service
from runtime.records.record import RecordQuery
from runtime.unit import current_unit

_BIN = BinParameters()


def list_deleted(object_name: str) -> Response:
    """Answer `GET /recycle-bin/{object}`: deleted records this user might see, newest first."""
    unit, asked = current_unit(), load_parameters(_BIN)
    page = query.find_json(
        unit.ctx, unit.connection,
        RecordQuery(
            object_name, asked["fields_"], asked["where"], asked["sort"], asked["limit"], asked["after"],
            asked["count"], deleted=True,
        ),
    )
    shown: dict[str, object] = {"records": page.records, "after": page.after}
    if asked["count"]:
        shown["count"] = page.count
    return answer(shown)


def restore_record(object_name: str, record_id: str) -> Response:
    """Answer `POST /recycle-bin/{object}/{id}/restore`."""
    no_parameters()
    unit = current_unit()
    saved = service.restore(unit.ctx, unit.connection, object_name, id_of(object_name, record_id))
    return answer(saved_json(unit.ctx, saved), headers={"ETag": version_tag(saved.version)})


def purge_record(object_name: str, record_id: str) -> Response:
    """Answer `DELETE /recycle-bin/{object}/{id}`: the record is gone for good."""
    no_parameters()
    unit = current_unit()
    service.purge(unit.ctx, unit.connection, object_name, id_of(object_name, record_id))
    return nothing()
