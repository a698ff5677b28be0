"""The one way to write a record; the order of its steps is `docs/consultant/save-order.md`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from runtime.records.record import Saved
from tenants.context import RecordContext

Values = Mapping[str, object]


def create(ctx: RecordContext, connection: Connection, object_name: str, values: Values) -> Saved:
    """Create a record from raw values (JSON or form texts).

    Raises NotFound, NotAllowed, or Refused with all problems at once.
    """
    raise NotImplementedError


def update(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, values: Values, *,
    version: int | None = None,
) -> Saved:
    """Change fields of a record; with `version` only if nobody changed it since.

    Raises NotFound, NotAllowed, Conflict, or Refused with all problems at once.
    """
    raise NotImplementedError


def upsert(
    ctx: RecordContext, connection: Connection, object_name: str, key_field: str, key_value: object, values: Values, *,
    version: int | None = None,
) -> Saved:
    """Create or update the record whose unique field has a value; `Saved.created` tells which."""
    raise NotImplementedError


def delete(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, *, version: int | None = None
) -> None:
    """Put a record and its details into the recycle bin.

    Raises Refused naming what still refers to it through a relation that restricts.
    """
    raise NotImplementedError


def restore(ctx: RecordContext, connection: Connection, object_name: str, record_id: int) -> Saved:
    """Take a record, and the details that went along with it, out of the recycle bin."""
    raise NotImplementedError


def purge(ctx: RecordContext, connection: Connection, object_name: str, record_id: int) -> None:
    """Remove a record from the recycle bin for good, with everything that hangs on it."""
    raise NotImplementedError
