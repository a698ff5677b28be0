"""Deleting, restoring and purging: the recycle bin, where details go and come back with their master."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete as sql_delete, func, select, update

from metadata.errors import Problem
from metadata.model import Field, Model, Object
from runtime.events import Event, listeners
from runtime.records import history, search_index
from runtime.records.access import Access, access_of
from runtime.records.errors import Conflict, InUse, Refused
from runtime.records.leftovers import files_of, forget_files
from runtime.records.links import ids_among
from runtime.records.questions import not_unique
from runtime.records.record import Saved
from runtime.records.rows import load
from runtime.records.shapes import shape_of
from tenants.context import RecordContext
from tenants.schema import tables
from tenants.system_tables import SYSTEM

Family = Mapping[str, Sequence[int]]
"""A record and its details, down to the last: ids by object, the master first."""

UNTOUCHED = frozenset({"created_by", "updated_by"})
"""Relations that tell the past; they hold nobody back."""

_INSTANT = timedelta(microseconds=1)


def delete(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, *, version: int | None = None
) -> None:
    """Put a record and its details into the recycle bin.

    Raises InUse naming what still refers to it through a relation that restricts.
    """
    access = access_of(ctx)
    of = access.require(object_name, "delete")
    loaded = load(ctx, connection, access, of, record_id, operation="delete")
    if version is not None and version != loaded.version:
        raise Conflict(object_name, record_id, current=loaded.version, theirs=version)
    event = Event("delete", object_name, record_id, loaded.values, {})
    listeners.ask(ctx, connection, event)
    family = _family(connection, ctx.model, object_name, [record_id], deleted_at=None)
    _refuse_if_used(access, connection, family, purging=False)
    _clear_references(ctx, connection, family)
    at = _instant(ctx, connection, family)
    _mark(ctx, connection, family, at)
    for name, ids in family.items():
        search_index.remove(connection, name, ids)
    listeners.tell(ctx, connection, event)


def restore(ctx: RecordContext, connection: Connection, object_name: str, record_id: int) -> Saved:
    """Take a record, and the details that went along with it, out of the recycle bin.

    Raises Refused when its master is still deleted or a unique value was given away meanwhile.
    """
    access = access_of(ctx)
    of = access.require(object_name, "delete")
    loaded = load(ctx, connection, access, of, record_id, operation="delete", deleted=True)
    at = loaded.values["deleted_at"]
    family = _family(connection, ctx.model, object_name, [record_id], deleted_at=at)  # type: ignore[arg-type]
    problems = [*_master_problems(connection, ctx.model, of, loaded.values), *_taken(access, connection, family)]
    if problems:
        raise Refused(problems)
    listeners.ask(ctx, connection, Event("restore", object_name, record_id, {}, loaded.values))
    _mark(ctx, connection, family, None)
    for name, ids in family.items():
        search_index.index_records(connection, ctx.model, ctx.model.objects[name], ids)
    listeners.tell(ctx, connection, Event("restore", object_name, record_id, {}, loaded.values))
    return Saved(record_id, loaded.version + 1)


def purge(ctx: RecordContext, connection: Connection, object_name: str, record_id: int) -> None:
    """Remove a record from the recycle bin for good, with its details, history, comments, attachments and files.

    Raises InUse when another record, even a deleted one, can't be without it.
    """
    access = access_of(ctx)
    of = access.require(object_name, "delete")
    loaded = load(ctx, connection, access, of, record_id, operation="delete", deleted=True)
    family = _family(connection, ctx.model, object_name, [record_id], deleted_at=...)
    _refuse_if_used(access, connection, family, purging=True)
    event = Event("purge", object_name, record_id, loaded.values, {})
    listeners.ask(ctx, connection, event)
    files = files_of(connection, ctx.model, family)
    for name in reversed(list(family)):
        table = tables(ctx.model).objects[name]
        search_index.remove(connection, name, family[name])
        for beside in (SYSTEM.history, SYSTEM.comment, SYSTEM.attachment):
            connection.execute(sql_delete(beside).where(
                beside.c.object == name, ids_among(beside.c.record_id, family[name], connection.dialect)))
        connection.execute(sql_delete(table).where(ids_among(table.c.id, family[name], connection.dialect)))
    forget_files(connection, ctx.model, files)
    listeners.tell(ctx, connection, event)


def _family(
    connection: Connection, model: Model, object_name: str, ids: Sequence[int], *, deleted_at: datetime | None | object
) -> dict[str, list[int]]:
    """Collect details of details; live ones (None), those deleted at the same instant, or all (`...`)."""
    found: dict[str, list[int]] = {object_name: list(ids)}
    waiting = [(object_name, list(ids))]
    while waiting:
        master, masters = waiting.pop(0)
        for name, field in model.objects[master].details:
            table = tables(model).objects[name]
            statement = select(table.c.id).where(ids_among(table.c[field], masters, connection.dialect))
            if deleted_at is not ...:
                same = table.c.deleted_at.is_(None) if deleted_at is None else table.c.deleted_at == deleted_at
                statement = statement.where(same)
            details = [each for each in connection.execute(statement).scalars() if each not in found.get(name, ())]
            if details:
                found.setdefault(name, []).extend(details)
                waiting.append((name, details))
    return found


def _references(model: Model, family: Family) -> Iterable[tuple[Object, Field, Sequence[int]]]:
    """Every relation that could lead into the family, without those that make the family."""
    for name, ids in family.items():
        for source, field_name in model.objects[name].references:
            field = model.objects[source].fields[field_name]
            if field.is_relation and field_name not in UNTOUCHED and (source, field_name) not in model.objects[name].details:
                yield model.objects[source], field, ids


def _restricts(field: Field) -> bool:
    return field.standard or field.options.get("on_delete") == "restrict"


def _refuse_if_used(access: Access, connection: Connection, family: Family, *, purging: bool) -> None:
    """Refuse while records outside the family refer to it and must not be left without."""
    problems = []
    for source, field, ids in _references(access.model, family):
        if not _restricts(field):
            continue
        table = tables(access.model).objects[source.name]
        statement = select(func.count()).select_from(table).where(ids_among(table.c[field.name], ids, connection.dialect))
        if source.name in family:
            statement = statement.where(~ids_among(table.c.id, family[source.name], connection.dialect))
        if not purging:
            statement = statement.where(table.c.deleted_at.is_(None))
        count = connection.execute(statement).scalar_one()
        problem = _in_use(access, source, field, count)
        if count and problem not in problems:
            problems.append(problem)
    if problems:
        raise InUse(problems)


def _in_use(access: Access, source: Object, field: Field, count: int) -> Problem:
    """Name what refers, as far as the user may know of it."""
    if field.name not in access.readable(source.name):
        return Problem("in_use_elsewhere")
    return Problem("in_use", (), {
        "object": source.name, "label": source.plural or source.label, "field": field.name, "count": count})


def _clear_references(ctx: RecordContext, connection: Connection, family: Family) -> None:
    """Blank the relations into the family that may be blank, each with its own line of history."""
    for source, field, ids in _references(ctx.model, family):
        if _restricts(field):
            continue
        table = tables(ctx.model).objects[source.name]
        chosen = ids_among(table.c[field.name], ids, connection.dialect) & table.c.deleted_at.is_(None)
        rows = connection.execute(select(table.c.id, table.c.version, table.c[field.name]).where(chosen)).all()
        rows = [row for row in rows if row[0] not in family.get(source.name, ())]
        if not rows:
            continue
        connection.execute(
            update(table).where(ids_among(table.c.id, [row[0] for row in rows], connection.dialect))
            .values({field.name: None, "version": table.c.version + 1, "updated_at": ctx.now(), "updated_by": ctx.user.id}))
        if source.history:
            for target in {row[2] for row in rows}:
                history.write_rows(
                    ctx, connection, source.name, [(row[0], row[1] + 1) for row in rows if row[2] == target],
                    action="update", told={field.name: [target, None]})


def _instant(ctx: RecordContext, connection: Connection, family: Family) -> datetime:
    """The instant of a deletion, later than that of any detail that was deleted before and must not come back along."""
    at = ctx.now()
    for name, ids in family.items():
        for detail, field in ctx.model.objects[name].details:
            table = tables(ctx.model).objects[detail]
            latest = connection.execute(
                select(func.max(table.c.deleted_at, type_=table.c.deleted_at.type))
                .where(ids_among(table.c[field], ids, connection.dialect))).scalar_one()
            if latest is not None and latest >= at:
                at = latest + _INSTANT
    return at


def _mark(ctx: RecordContext, connection: Connection, family: Family, at: datetime | None) -> None:
    for name, ids in family.items():
        table = tables(ctx.model).objects[name]
        rows = connection.execute(
            update(table).where(ids_among(table.c.id, ids, connection.dialect))
            .values(deleted_at=at, version=table.c.version + 1, updated_at=ctx.now(), updated_by=ctx.user.id)
            .returning(table.c.id, table.c.version)).all()
        if ctx.model.objects[name].history:
            action = "restore" if at is None else "delete"
            history.write_rows(ctx, connection, name, [(row[0], row[1]) for row in rows], action=action, told={})


def _master_problems(connection: Connection, model: Model, of: Object, values: Mapping[str, object]) -> list[Problem]:
    if of.parent is None:
        return []
    master = tables(model).objects[of.fields[of.parent].targets[0]]
    gone = connection.execute(select(master.c.deleted_at).where(master.c.id == values[of.parent])).scalar_one()
    return [Problem("master_deleted", (of.parent,), {"name": of.parent})] if gone is not None else []


def _taken(access: Access, connection: Connection, family: Family) -> list[Problem]:
    """Name the unique values of the family that live records hold now."""
    found = []
    for name, ids in family.items():
        of, table = access.model.objects[name], tables(access.model).objects[name]
        for key in shape_of(of).unique:
            if _is_taken(connection, table, of, key, ids):
                found.append(not_unique(access, of, key))
    return found


def _is_taken(connection: Connection, table: Table, of: Object, key: tuple[str, ...], ids: Sequence[int]) -> bool:
    columns = [column for each in key for column, _ in of.fields[each].type.columns(of.fields[each])]
    live = table.alias()
    same = [live.c[column] == table.c[column] for column in columns]
    statement = select(live.c.id).join(table, live.c.deleted_at.is_(None)).where(
        *same, ids_among(table.c.id, ids, connection.dialect)).limit(1)
    return connection.execute(statement).first() is not None
