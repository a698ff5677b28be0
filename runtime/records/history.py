"""The history of a record: who changed what and when, as far as the reader may see the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from metadata.model import Field, Object
from runtime.records.access import Access, access_of
from runtime.records.codec import dumped
from runtime.records.kept import Kept
from runtime.records.names import names_of, referred
from runtime.records.statements import Prepared
from runtime.records.visible import require_visible
from tenants.context import RecordContext
from tenants.system_tables import SYSTEM

MAX_CHANGES = 200
UNTOLD = frozenset({"id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at"})
"""Fields whose change the history row itself tells."""


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
    require_visible(ctx, connection, object_name, record_id)
    table = SYSTEM.history
    statement = (
        select(table.c.id, table.c.at, table.c.user_id, table.c.action, table.c.changes)
        .where(table.c.object == object_name, table.c.record_id == record_id)
        .order_by(table.c.id.desc()).limit(min(limit, MAX_CHANGES))
    )
    rows = connection.execute(statement if before is None else statement.where(table.c.id < before)).all()
    return _told(ctx, connection, ctx.model.objects[object_name], rows)


def write(
    ctx: RecordContext, connection: Connection, of: Object, record_id: int, *, action: str,
    old: Mapping[str, object], new: Mapping[str, object], changed: Iterable[str],
) -> None:
    """Keep what a save changed, as one row: field → [old, new]."""
    names = [name for name in of.fields if name in changed and name not in UNTOLD]
    before = dumped(of.fields, {name: old.get(name) for name in names})
    after = dumped(of.fields, {name: new.get(name) for name in names})
    write_rows(ctx, connection, of.name, [(record_id, int(new["version"]))], action=action,  # type: ignore[call-overload]
               told={name: [before[name], after[name]] for name in names})


def write_rows(
    ctx: RecordContext, connection: Connection, object_name: str, records: Sequence[tuple[int, int]], *, action: str,
    told: Mapping[str, Sequence[object]],
) -> None:
    """Keep the same change of several records, given as (id, version)."""
    dialect = connection.dialect
    prepared = _kept.get(dialect.name, lambda: Prepared(insert(SYSTEM.history).values(
        {name: bindparam(f"v_{name}", type_=SYSTEM.history.c[name].type) for name in _COLUMNS}), dialect))
    now = ctx.now()
    rows = [
        {"v_object": object_name, "v_record_id": number, "v_version": version, "v_action": action, "v_at": now,
         "v_user_id": ctx.user.id, "v_request_id": ctx.request_id or None, "v_changes": told}
        for number, version in records
    ]
    if len(rows) == 1:
        prepared.run(connection, rows[0])
    elif rows:
        prepared.run_many(connection, rows)


_COLUMNS = ("object", "record_id", "version", "action", "at", "user_id", "request_id", "changes")


def _told(ctx: RecordContext, connection: Connection, of: Object, rows: Sequence[tuple[object, ...]]) -> tuple[Change, ...]:
    access = access_of(ctx)
    readable = access.readable(of.name)
    kept = [
        {name: [_known(access, of.fields[name], each) for each in pair] for name, pair in changed.items()
         if name in readable and name in of.fields}
        for *_, changed in rows
    ]
    names = _names(ctx, connection, of, kept, [row[2] for row in rows])
    found = []
    for (number, at, user, action, _), changed in zip(rows, kept, strict=True):
        fields = tuple(_field_change(of.fields[name], pair, names) for name, pair in changed.items())
        if fields or action != "update":
            found.append(Change(number, at, user, names.get(("user", user), ""), action, fields))  # type: ignore[arg-type]
    return tuple(found)


def _known(access: Access, field: Field, value: object) -> object:
    """A relation's value, blank where it leads to an object that the reader may not know of."""
    led_to = referred(field, value)
    return value if all(access.rights(target).read for target, _ in led_to) else None


Names = Mapping[tuple[str, int], str]


def _names(
    ctx: RecordContext, connection: Connection, of: Object, kept: Iterable[Mapping[str, Sequence[object]]],
    users: Iterable[int],
) -> Names:
    """The names of all records spoken of, one statement per object."""
    wanted: dict[str, set[int]] = {"user": set(users)}
    for changed in kept:
        for name, pair in changed.items():
            for value in pair:
                for target, number in referred(of.fields[name], value):
                    wanted.setdefault(target, set()).add(number)
    return {
        (target, number): shown
        for target, ids in wanted.items() for number, shown in names_of(ctx, connection, target, ids).items()
    }


def _field_change(field: Field, pair: Sequence[object], names: Names) -> FieldChange:
    shown = [
        ", ".join(names.get(each, "") for each in found) if (found := referred(field, value)) else None
        for value in pair
    ]
    return FieldChange(field.name, pair[0], pair[1], *shown)


_kept: Kept[Prepared] = Kept(4)
