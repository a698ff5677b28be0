"""Files people hand in: contents in the tenant's file store, names and sizes in its database."""

from __future__ import annotations

import mimetypes
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Column, Connection, insert, select

from metadata.errors import Problem
from runtime.records.access import access_of
from runtime.records.errors import NotFound, Refused
from runtime.records.links import ids_among
from runtime.records.query import get
from tenants.context import RecordContext
from tenants.files import FileStore
from tenants.storage import claim_content
from tenants.system_tables import SYSTEM

MEGABYTE = 1024 * 1024
MAX_FILE = 100 * MEGABYTE
"""Bytes that one file may have; a field's `max_size` may be smaller."""

MAX_NAME = 200
FILE_TYPES = ("file", "image")
UNKNOWN_TYPE = "application/octet-stream"

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"RIFF", "image/webp"),
)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file that was handed in; the content is `store.open(sha256)`; `size` in bytes."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    at: datetime


def upload(
    ctx: RecordContext, connection: Connection, store: FileStore, *, name: str, stream: BinaryIO, most: int = MAX_FILE
) -> FileInfo:
    """Take a file of at most so many bytes in; only its uploader can put it into a field or attach it, by its `id`.

    Raises Refused for a nameless or too large file.
    """
    shown = clean_name(name)
    if not shown:
        raise Refused((Problem("file_name_missing", ("file",)),))
    limited = _Limited(stream, most)
    stored = store.put(limited, claim=lambda sha256: claim_content(connection, sha256))  # type: ignore[arg-type]
    values = {
        "sha256": stored.sha256, "size": stored.size, "name": shown,
        "media_type": content_type(shown, limited.beginning), "created_by": ctx.user.id, "created_at": ctx.now(),
    }
    table = SYSTEM.file
    number = connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
    return FileInfo(number, shown, values["media_type"], stored.size, stored.sha256, values["created_at"])  # type: ignore


def file_of_field(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, field_name: str
) -> FileInfo:
    """Give the file in a field of a record; raises NotFound unless the user may read both and there is one."""
    access = access_of(ctx)
    field = access.object(object_name).fields.get(field_name)
    if field is None or field.type.name not in FILE_TYPES or field_name not in access.readable(object_name):
        raise NotFound(object_name, record_id)
    held = get(ctx, connection, object_name, record_id, (field_name,))[field_name]
    found = file_infos(connection, [held] if held is not None else [])  # type: ignore[list-item]
    if held not in found:
        raise NotFound(object_name, record_id)
    return found[held]  # type: ignore[index]


def own_upload(ctx: RecordContext, connection: Connection, file_id: int) -> FileInfo:
    """Give a file that this user handed in, say to show its name in a form; raises NotFound."""
    mine = SYSTEM.file.c.created_by == ctx.user.id
    row = connection.execute(select(*_columns()).where(SYSTEM.file.c.id == file_id, mine)).one_or_none()
    if row is None:
        raise NotFound("file", file_id)
    return FileInfo(*row)


def file_infos(connection: Connection, ids: Sequence[int]) -> dict[int, FileInfo]:
    """Give what is known of files whose ids stand in records that the user may read."""
    if not ids:
        return {}
    rows = connection.execute(select(*_columns()).where(ids_among(SYSTEM.file.c.id, ids, connection.dialect)))
    return {row[0]: FileInfo(*row) for row in rows}


def clean_name(name: str) -> str:
    """A file's own name, without folders and characters that no name should have, its real extension kept."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip(" .")
    if len(kept) <= MAX_NAME:
        return kept
    stem, dot, extension = kept.rpartition(".")
    return stem[: MAX_NAME - len(extension) - 1] + dot + extension if dot and len(extension) < 20 else kept[:MAX_NAME]


def content_type(name: str, beginning: bytes) -> str:
    """Say what a file is; a picture only if it begins like one."""
    for mark, kind in _PICTURES:
        if beginning.startswith(mark) and (kind != "image/webp" or beginning[8:12] == b"WEBP"):
            return kind
    guessed = mimetypes.guess_type(name, strict=True)[0] or UNKNOWN_TYPE
    return UNKNOWN_TYPE if guessed.startswith("image/") else guessed


class _Limited:
    """A stream that refuses to give more than a number of bytes, and remembers its beginning."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = self._left = most
        self.beginning = b""

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._left -= len(chunk)
        if self._left < 0:
            raise Refused((Problem("file_too_large", ("file",), {"max": self._most // MEGABYTE}),))
        if len(self.beginning) < 16:
            self.beginning += chunk[:16]
        return chunk


def _columns() -> list[Column[object]]:
    return [SYSTEM.file.c[name] for name in ("id", "name", "media_type", "size", "sha256", "created_at")]
