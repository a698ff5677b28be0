"""The read path: records of one object as this user may see them, in one statement per page.

A page costs one statement, one more for the count, one more per many-to-many field among the fields, and with names one
more per object that many-to-many and polymorphic relations lead to; never one per row.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from metadata.errors import Problem
from runtime.records import cursors
from runtime.records.access import ME, Access, access_of
from runtime.records.codec import from_driver
from runtime.records.errors import NotFound, QueryInvalid
from runtime.records.grouping import grouped
from runtime.records.links import linked
from runtime.records.moments import KeptForMoment, moment_of
from runtime.records.names import names_of, referred
from runtime.records.plans import LIMIT, RECORD, Plan, list_plan, record_plan
from runtime.records.record import MAX_LIMIT, JsonPage, Page, Record, RecordQuery
from tenants.context import RecordContext

__all__ = ["find", "find_json", "get", "get_json", "grouped"]

_KEPT = 2_000

Values = dict[str, object]


def find(ctx: RecordContext, connection: Connection, query: RecordQuery) -> Page:
    """Answer a query with one page of records.

    Raises NotFound for an object the user may not read, QueryInvalid with every fault of the query.
    """
    found, after, count = _page(ctx, connection, query, as_json=False)
    return Page(tuple(_record(query.object, values) for values in found), after, count)


def find_json(ctx: RecordContext, connection: Connection, query: RecordQuery) -> JsonPage:
    """Answer a query with JSON-able mappings, made straight from the rows."""
    found, after, count = _page(ctx, connection, query, as_json=True)
    return JsonPage(tuple(found), after, count)


def get(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int,
    fields: tuple[str, ...] = (), *, names: bool = False, deleted: bool = False,
) -> Record:
    """Read one record.

    Raises NotFound when it does not exist or the user may not see it.
    """
    query = RecordQuery(object_name, fields, names=names, deleted=deleted)
    return _record(object_name, _one(ctx, connection, query, record_id, as_json=False))


def get_json(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int,
    fields: tuple[str, ...] = (), *, names: bool = False, deleted: bool = False,
) -> Values:
    """Read one record as a JSON-able mapping."""
    return _one(ctx, connection, RecordQuery(object_name, fields, names=names, deleted=deleted), record_id, as_json=True)


def _record(object_name: str, values: Values) -> Record:
    return Record(object_name, values["id"], values["version"], values)  # type: ignore[arg-type]


def _page(
    ctx: RecordContext, connection: Connection, query: RecordQuery, *, as_json: bool
) -> tuple[list[Values], str | None, int | None]:
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryInvalid((Problem("limit_out_of_range", ("limit",), {"max": MAX_LIMIT}),))
    access = access_of(ctx)
    access.object(query.object)
    start = None if query.after is None else cursors.decode(query.after, _order_of(query))
    plan = _list_plan(ctx, connection, access, query, start, as_json)
    values = {ME: ctx.user.id, LIMIT: query.limit + 1}
    if start is not None:
        values.update(cursors.typed(start, plan.keys))
    rows = plan.page.run(connection, values)
    more = len(rows) > query.limit
    found = [plan.decoder.values(row) for row in rows[: query.limit]]
    _add_links(ctx, connection, access, plan, found, as_json=as_json)
    _add_names(ctx, connection, plan, found)
    after = _cursor(query, plan, rows[query.limit - 1], connection) if more else None
    count = plan.count.run(connection, values).scalar() if plan.count else None
    return found, after, count  # type: ignore[return-value]


def _one(ctx: RecordContext, connection: Connection, query: RecordQuery, record_id: int, *, as_json: bool) -> Values:
    access = access_of(ctx)
    access.object(query.object)
    dialect = connection.dialect
    key = (access.key, dialect.name, "one", query.object, query.fields, query.names, query.deleted, as_json)
    plan = _plans.get(ctx, key, lambda: record_plan(
        access, query, moment=moment_of(ctx), dialect=dialect, as_json=as_json))
    row = plan.page.run(connection, {ME: ctx.user.id, RECORD: record_id}).one_or_none()
    if row is None:
        raise NotFound(query.object, record_id)
    found = plan.decoder.values(row)
    _add_links(ctx, connection, access, plan, [found], as_json=as_json)
    _add_names(ctx, connection, plan, [found])
    return found


def _list_plan(
    ctx: RecordContext, connection: Connection, access: Access, query: RecordQuery, start: Sequence[object] | None,
    as_json: bool,
) -> Plan:
    dialect = connection.dialect
    blanks = None if start is None else tuple(value is None for value in start)
    key = (
        access.key, dialect.name, query.object, query.fields, query.where, query.also, query.sort, query.count,
        query.deleted, query.names, blanks, as_json,
    )
    return _plans.get(ctx, key, lambda: list_plan(
        access, query, moment=moment_of(ctx), dialect=dialect, blanks=blanks, as_json=as_json))


def _order_of(query: RecordQuery) -> str:
    return f"{query.object}:{','.join(query.sort)}"


def _cursor(query: RecordQuery, plan: Plan, row: Sequence[object], connection: Connection) -> str:
    start = len(plan.decoder.columns)
    values = [
        value if value is None or (read := from_driver(key.column, connection.dialect)) is None else read(value)
        for key, value in zip(plan.keys, row[start:], strict=True)
    ]
    return cursors.encode(_order_of(query), values)


def _add_links(
    ctx: RecordContext, connection: Connection, access: Access, plan: Plan, found: Sequence[Values], *, as_json: bool
) -> None:
    for key, field in plan.links:
        targets = linked(ctx, connection, access, field, [values["id"] for values in found])  # type: ignore[misc]
        for values in found:
            held = targets.get(values["id"], ())  # type: ignore[call-overload]
            values[key] = list(held) if as_json else held


def _add_names(ctx: RecordContext, connection: Connection, plan: Plan, found: Sequence[Values]) -> None:
    """Name what many-to-many and polymorphic relations lead to, one statement per object led to."""
    for key, field in plan.spoken:
        wanted: dict[str, list[int]] = {}
        for values in found:
            for target, number in referred(field, values[key]):
                wanted.setdefault(target, []).append(number)
        names = {target: names_of(ctx, connection, target, ids) for target, ids in wanted.items()}
        for values in found:
            shown = [names[target].get(number) for target, number in referred(field, values[key])]
            several = not field.type.columns(field)
            values[f"{key}.name"] = shown if several else next(iter(shown), None)


_plans: KeptForMoment[Plan] = KeptForMoment(_KEPT)
