"""Comments on a record: read by who may read the record, written by the same, removed by their author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from metadata.errors import Problem
from runtime.records.access import access_of
from runtime.records.errors import NotAllowed, NotFound, Refused
from runtime.records.names import names_of
from runtime.records.tokens import storable
from runtime.records.visible import require_visible
from tenants.context import RecordContext
from tenants.system_tables import SYSTEM

MAX_COMMENTS = 200
MAX_LENGTH = 10_000
"""Characters of one comment."""


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a record."""

    id: int
    at: datetime
    user: int
    user_name: str
    text: str


def comments(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, *, limit: int = 50,
    before: int | None = None,
) -> tuple[Comment, ...]:
    """List the comments on a record, newest first; `before` is the id of the last one already seen."""
    require_visible(ctx, connection, object_name, record_id)
    table = SYSTEM.comment
    statement = (
        select(table.c.id, table.c.created_at, table.c.created_by, table.c.text)
        .where(table.c.object == object_name, table.c.record_id == record_id, table.c.deleted_at.is_(None))
        .order_by(table.c.id.desc()).limit(min(limit, MAX_COMMENTS))
    )
    rows = connection.execute(statement if before is None else statement.where(table.c.id < before)).all()
    names = names_of(ctx, connection, "user", (row[2] for row in rows))
    return tuple(Comment(number, at, user, names.get(user, ""), text) for number, at, user, text in rows)


def add_comment(ctx: RecordContext, connection: Connection, object_name: str, record_id: int, text: str) -> Comment:
    """Say something about a record; raises Refused for a blank or too long text."""
    require_visible(ctx, connection, object_name, record_id)
    said = storable(text).strip()
    if not said:
        raise Refused((Problem("required", ("text",), {"name": "text"}),))
    if len(said) > MAX_LENGTH:
        raise Refused((Problem("too_long", ("text",), {"limit": MAX_LENGTH, "length": len(said)}),))
    now = ctx.now()
    number = connection.execute(
        insert(SYSTEM.comment)
        .values(object=object_name, record_id=record_id, text=said, created_by=ctx.user.id, created_at=now)
        .returning(SYSTEM.comment.c.id)).scalar_one()
    return Comment(number, now, ctx.user.id, ctx.user.name, said)


def remove_comment(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, comment_id: int
) -> None:
    """Take a comment away; raises NotFound, and NotAllowed unless it is one's own or one may edit all records."""
    require_visible(ctx, connection, object_name, record_id)
    table = SYSTEM.comment
    one = (
        (table.c.id == comment_id) & (table.c.object == object_name) & (table.c.record_id == record_id)
        & table.c.deleted_at.is_(None)
    )
    author = connection.execute(select(table.c.created_by).where(one)).scalar_one_or_none()
    if author is None:
        raise NotFound(object_name, record_id)
    if author != ctx.user.id and not access_of(ctx).rights(object_name).edit_all:
        raise NotAllowed(object_name, "delete", record_id)
    connection.execute(update(table).where(table.c.id == comment_id).values(deleted_at=ctx.now()))
