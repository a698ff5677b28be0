"""The calls that hand files in and out: uploads, attachments, and the files in fields."""

from __future__ import annotations

from flask import Response, request
from werkzeug.datastructures import FileStorage

from runtime.api.output import answer, nothing, plain
from runtime.api.records import id_of
from runtime.api.schemas import no_parameters
from runtime.downloads import download
from runtime.problems import RequestRefused
from runtime.records import attachments, files
from runtime.records.attachments import Attachment
from runtime.records.files import FileInfo
from runtime.unit import current_unit, takes_files

PART = "file"


@takes_files
def upload_file() -> Response:
    """Answer `POST /files`: the `id` given back is put into a file field of a record."""
    no_parameters()
    return answer(_file_json(_upload()), 201)


def list_attachments(object_name: str, record_id: str) -> Response:
    """Answer `GET /records/{object}/{id}/attachments`."""
    no_parameters()
    unit = current_unit()
    found = attachments.attachments(unit.ctx, unit.connection, object_name, id_of(object_name, record_id))
    return answer({"attachments": [_attachment_json(each) for each in found]})


@takes_files
def add_attachment(object_name: str, record_id: str) -> Response:
    """Answer `POST /records/{object}/{id}/attachments`, a multipart body with the part `file`."""
    no_parameters()
    number, info, unit = id_of(object_name, record_id), _upload(), current_unit()
    added = attachments.attach(unit.ctx, unit.connection, object_name, number, info.id)
    return answer(_attachment_json(added), 201)


def download_attachment(object_name: str, record_id: str, number: str) -> Response:
    """Answer `GET /records/{object}/{id}/attachments/{number}` with the file itself."""
    no_parameters()
    unit = current_unit()
    found = attachments.attachment(
        unit.ctx, unit.connection, object_name, id_of(object_name, record_id), id_of(object_name, number)
    )
    return download(found.file, unit.storage.files(unit.ctx.tenant))


def remove_attachment(object_name: str, record_id: str, number: str) -> Response:
    """Answer `DELETE /records/{object}/{id}/attachments/{number}`."""
    no_parameters()
    unit = current_unit()
    attachments.detach(
        unit.ctx, unit.connection, object_name, id_of(object_name, record_id), id_of(object_name, number)
    )
    return nothing()


def download_field(object_name: str, record_id: str, field_name: str) -> Response:
    """Answer `GET /records/{object}/{id}/files/{field}` with the file in a field."""
    no_parameters()
    unit = current_unit()
    found = files.file_of_field(unit.ctx, unit.connection, object_name, id_of(object_name, record_id), field_name)
    return download(found, unit.storage.files(unit.ctx.tenant))


def _upload() -> FileInfo:
    unit, sent = current_unit(), _sent()
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    return files.upload(
        unit.ctx, unit.connection, unit.storage.files(unit.ctx.tenant), name=name, stream=sent.stream
    )


def _sent() -> FileStorage:
    if request.mimetype != "multipart/form-data":
        given = request.mimetype or "-"
        raise RequestRefused("media_type_refused", expected="multipart/form-data", given=given)
    sent = request.files.get(PART)
    if sent is None or sum(1 for _ in request.files.items(multi=True)) != 1 or request.form:
        raise RequestRefused("upload_missing", field=PART, name=PART)
    return sent


def _file_json(info: FileInfo) -> dict[str, object]:
    return {
        "id": info.id, "name": info.name, "content_type": info.content_type, "size": info.size, "sha256": info.sha256,
        "at": plain(info.at),
    }


def _attachment_json(attachment: Attachment) -> dict[str, object]:
    return {
        "id": attachment.id, "at": plain(attachment.at), "user": attachment.user, "user_name": attachment.user_name,
        "file": _file_json(attachment.file),
    }
