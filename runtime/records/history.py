"""The history of a record: who changed what and when, as far as the reader may see the fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from tenants.context import RecordContext


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's change; for relations the names of the records stand beside the ids."""

    field: str
    old: object
    new: object
    old_name: str | None = None
    new_name: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One save: `action` is create, update, delete or restore; values are JSON-able."""

    id: int
    at: datetime
    user: int
    user_name: str
    action: str
    fields: tuple[FieldChange, ...] = ()


def changes(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, *, limit: int = 50,
    before: int | None = None,
) -> tuple[Change, ...]:
    """List the changes of a record, newest first; `before` is the id of the last change already seen.

    Raises NotFound when the user may not see the record.
    """
    raise NotImplementedError
