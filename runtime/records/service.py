"""The one way to write a record; the order of its steps is `docs/consultant/save-order.md`.

Every function works inside the caller's transaction, and a refusal leaves it to be rolled back.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from metadata.errors import InvalidValue, Problem
from runtime.records import users
from runtime.records.access import access_of
from runtime.records.errors import Refused
from runtime.records.naming import find_by, unique_field
from runtime.records.record import Saved
from runtime.records.removal import delete, purge, restore
from runtime.records.saving import Save
from tenants.context import RecordContext

__all__ = ["create", "delete", "purge", "restore", "update", "upsert"]

Values = Mapping[str, object]

users.register()


def create(
    ctx: RecordContext, connection: Connection, object_name: str, values: Values, *, trusted: bool = False
) -> Saved:
    """Create a record from raw values (JSON or form texts).

    `trusted` is for records that come with a package: they may fill read-only fields and auto-numbers, and layouts
    do not bind them. Raises NotFound, NotAllowed, or Refused with all problems at once.
    """
    access = access_of(ctx)
    of = access.require(object_name, "create")
    return Save(ctx, connection, access, of, trusted=trusted).create(values)


def update(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, values: Values, *,
    version: int | None = None, trusted: bool = False,
) -> Saved:
    """Change fields of a record; with `version` only if nobody changed it since.

    Raises NotFound, NotAllowed, Conflict, or Refused with all problems at once.
    """
    access = access_of(ctx)
    of = access.require(object_name, "edit")
    return Save(ctx, connection, access, of, trusted=trusted).update(record_id, values, version=version)


def upsert(
    ctx: RecordContext, connection: Connection, object_name: str, key_field: str, key_value: object, values: Values, *,
    version: int | None = None,
) -> Saved:
    """Create or update the record whose unique field has a value; `Saved.created` tells which.

    Raises also Refused for a field that is not unique, and for a blank value.
    """
    access = access_of(ctx)
    access.object(object_name)
    try:
        field = unique_field(access, object_name, key_field)
        value = field.type.parse(field, key_value)
    except InvalidValue as error:
        raise Refused((Problem(error.code, (key_field,), error.params),)) from error
    if value is None:
        raise Refused((Problem("required", (key_field,), {"name": key_field}),))
    found = find_by(ctx, connection, access, object_name, key_field, value)
    if found is not None:
        return update(ctx, connection, object_name, found, values, version=version)
    return create(ctx, connection, object_name, {**values, key_field: key_value})
