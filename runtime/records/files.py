"""Files people hand in: contents in the tenant's file store, names and sizes in its database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from tenants.context import RecordContext
from tenants.files import FileStore

MAX_FILE = 100 * 1024 * 1024
"""Bytes that one file may have; a field's `max_size` may be smaller."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file that was handed in; the content is `store.open(sha256)`; `size` in bytes."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    at: datetime


def upload(ctx: RecordContext, connection: Connection, store: FileStore, *, name: str, stream: BinaryIO) -> FileInfo:
    """Take a file in; only its uploader can put it into a field or attach it, by its `id`.

    Raises Refused for a nameless or too large file.
    """
    raise NotImplementedError


def file_of_field(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, field_name: str
) -> FileInfo:
    """Give the file in a field of a record; raises NotFound unless the user may read both and there is one."""
    raise NotImplementedError
