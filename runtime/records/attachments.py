"""Files attached to a record: seen by who may read it, added and removed by who may edit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from metadata.errors import Problem
from runtime.records.errors import NotFound, Refused
from runtime.records.files import FileInfo, own_upload
from runtime.records.names import names_of
from runtime.records.visible import require_visible
from tenants.context import RecordContext
from tenants.system_tables import SYSTEM

MAX_ATTACHMENTS = 200
"""Files on one record."""


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
    require_visible(ctx, connection, object_name, record_id)
    return _found(ctx, connection, object_name, record_id)


def attachment(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, attachment_id: int
) -> Attachment:
    """Give one attachment, for downloading it; raises NotFound."""
    require_visible(ctx, connection, object_name, record_id)
    found = _found(ctx, connection, object_name, record_id, attachment_id)
    if not found:
        raise NotFound(object_name, record_id)
    return found[0]


def attach(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, file_id: int
) -> Attachment:
    """Attach a file that this user uploaded."""
    require_visible(ctx, connection, object_name, record_id, operation="edit")
    file = own_upload(ctx, connection, file_id)
    table = SYSTEM.attachment
    count = connection.execute(
        select(func.count()).select_from(table).where(*_on(object_name, record_id))).scalar_one()
    if count >= MAX_ATTACHMENTS:
        raise Refused((Problem("too_many_attachments", ("file",), {"max": MAX_ATTACHMENTS}),))
    now = ctx.now()
    number = connection.execute(
        insert(table)
        .values(object=object_name, record_id=record_id, file_id=file.id, created_by=ctx.user.id, created_at=now)
        .returning(table.c.id)).scalar_one()
    return Attachment(number, file, now, ctx.user.id, ctx.user.name)


def detach(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, attachment_id: int
) -> None:
    """Take an attachment away."""
    require_visible(ctx, connection, object_name, record_id, operation="edit")
    table = SYSTEM.attachment
    done = connection.execute(
        update(table).where(table.c.id == attachment_id, *_on(object_name, record_id)).values(deleted_at=ctx.now()))
    if done.rowcount == 0:
        raise NotFound(object_name, record_id)


def _found(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, attachment_id: int | None = None
) -> tuple[Attachment, ...]:
    table, file = SYSTEM.attachment, SYSTEM.file
    statement = (
        select(
            table.c.id, table.c.created_at, table.c.created_by,
            file.c.id, file.c.name, file.c.media_type, file.c.size, file.c.sha256, file.c.created_at,
        )
        .join(file, file.c.id == table.c.file_id).where(*_on(object_name, record_id))
        .order_by(table.c.id.desc()).limit(MAX_ATTACHMENTS)
    )
    rows = connection.execute(
        statement if attachment_id is None else statement.where(table.c.id == attachment_id)).all()
    names = names_of(ctx, connection, "user", (row[2] for row in rows))
    return tuple(Attachment(row[0], FileInfo(*row[3:]), row[1], row[2], names.get(row[2], "")) for row in rows)


def _on(object_name: str, record_id: int) -> tuple[ColumnElement[bool], ...]:
    table = SYSTEM.attachment
    return table.c.object == object_name, table.c.record_id == record_id, table.c.deleted_at.is_(None)
