"""Many-to-many fields: their values for a whole page in one statement each, and their rewriting in a save."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, bindparam, column, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect

from metadata.model import Field, Model
from runtime.records.access import ME, Access, predicate
from runtime.records.kept import Kept
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.schema import tables

IDS = "tenon_ids"


def among_ids(of: ColumnElement[object], dialect: Dialect, *, parameter: str = IDS) -> ColumnElement[bool]:
    """Say that a column is among the ids of a parameter, in a statement whose text never changes."""
    if dialect.name == "sqlite":
        listed = func.json_each(bindparam(parameter, type_=Text)).table_valued(column("value", BigInteger))
        return of.in_(select(listed.c.value))
    return of == func.any(bindparam(parameter, type_=ARRAY(BigInteger)))


def ids_among(of: ColumnElement[object], ids: Sequence[int], dialect: Dialect) -> ColumnElement[bool]:
    """Say that a column is among these ids, however many they are."""
    if dialect.name == "sqlite":
        listed = func.json_each(json.dumps(list(ids))).table_valued(column("value", BigInteger))
        return of.in_(select(listed.c.value))
    return of == func.any(literal(list(ids), ARRAY(BigInteger)))


def ids_parameter(ids: Sequence[int], dialect: Dialect) -> object:
    """Give ids in the form in which `among_ids` takes them."""
    return json.dumps(list(ids)) if dialect.name == "sqlite" else list(ids)


def linked(
    ctx: RecordContext, connection: Connection, access: Access | None, field: Field, records: Sequence[int]
) -> Mapping[int, tuple[int, ...]]:
    """Find the records that a many-to-many field leads to, as far as they may be read, for a page of records."""
    dialect = connection.dialect
    key = (access.key if access else ctx.model.checksum, dialect.name, field.object, field.name)
    statement = _kept.get(key, lambda: _linked_statement(ctx.model, access, field, dialect))
    found: dict[int, list[int]] = {}
    values = {IDS: ids_parameter(records, dialect), ME: ctx.user.id}
    for record, target in statement.run(connection, values):
        found.setdefault(record, []).append(target)  # type: ignore[arg-type]
    return {record: tuple(targets) for record, targets in found.items()}


def _linked_statement(model: Model, access: Access | None, field: Field, dialect: Dialect) -> Prepared:
    link = tables(model).links[field.object, field.name]
    target = tables(model).objects[field.targets[0]].alias()
    statement = (
        select(link.c.record, link.c.target).join(target, target.c.id == link.c.target)
        .where(among_ids(link.c.record, dialect), target.c.deleted_at.is_(None)).order_by(link.c.record, link.c.target)
    )
    if access is not None:
        statement = statement.where(predicate(access.rule(field.targets[0], "read"), target, model=model))
    return Prepared(statement, dialect)


def rewrite(
    ctx: RecordContext, connection: Connection, field: Field, record: int, *, old: Sequence[int], new: Sequence[int]
) -> None:
    """Make a record's links those of `new`; touches only what differs."""
    link = tables(ctx.model).links[field.object, field.name]
    gone = [target for target in old if target not in new]
    if gone:
        connection.execute(delete(link).where(link.c.record == record, link.c.target.in_(gone)))
    added = [{"record": record, "target": target} for target in new if target not in old]
    if added:
        connection.execute(insert(link), added)


_kept: Kept[Prepared] = Kept(1_000)
