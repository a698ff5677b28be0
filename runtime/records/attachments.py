"""Files attached to a record: seen by who may read it, added and removed by who may edit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from runtime.records.files import FileInfo
from tenants.context import RecordContext


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on a record, who put it there and when."""

    id: int
    file: FileInfo
    at: datetime
    user: int
    user_name: str


def attachments(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int
) -> tuple[Attachment, ...]:
    """List the files attached to a record, newest first."""
    raise NotImplementedError


def attachment(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, attachment_id: int
) -> Attachment:
    """Give one attachment, for downloading it; raises NotFound."""
    raise NotImplementedError


def attach(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, file_id: int
) -> Attachment:
    """Attach a file that this user uploaded."""
    raise NotImplementedError


def detach(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, attachment_id: int
) -> None:
    """Take an attachment away."""
    raise NotImplementedError
