"""Comments on a record: read by who may read the record, written by the same, removed by their author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tenants.context import RecordContext


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
    raise NotImplementedError


def add_comment(ctx: RecordContext, connection: Connection, object_name: str, record_id: int, text: str) -> Comment:
    """Say something about a record; raises Refused for a blank or too long text."""
    raise NotImplementedError


def remove_comment(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, comment_id: int
) -> None:
    """Take a comment away; raises NotFound, and NotAllowed unless it is one's own or one may edit all records."""
    raise NotImplementedError
