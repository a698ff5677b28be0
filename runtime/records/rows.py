"""Whole rows of an object, as the write path needs them: locked and complete, and the statements that write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, Integer, bindparam, insert, select, update
from sqlalchemy.engine import Dialect

from metadata.model import Model, Object
from runtime.records.access import ME, Access, predicate
from runtime.records.codec import Decoder, Output
from runtime.records.errors import NotAllowed, NotFound
from runtime.records.kept import Kept
from runtime.records.shapes import shape_of
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.schema import tables

RECORD = "tenon_record"
VERSION = "tenon_version"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A record as it stands, locked until the transaction ends."""

    values: Mapping[str, object]
    version: int


def load(
    ctx: RecordContext, connection: Connection, access: Access, of: Object, record_id: int, *, operation: str,
    deleted: bool = False,
) -> Loaded:
    """Lock a record and read it whole, for an operation that changes it.

    Raises NotFound when the user may not see it, NotAllowed when he may but not change it.
    """
    dialect = connection.dialect
    key = (access.key, dialect.name, "load", of.name, deleted)
    prepared, decoder = _loading.get(key, lambda: _load_statement(access, of, dialect, deleted))
    row = prepared.run(connection, {ME: ctx.user.id, RECORD: record_id}).one_or_none()
    if row is None:
        raise NotFound(of.name, record_id)
    if not row[-1]:
        raise NotAllowed(of.name, operation, record_id)
    values = decoder.values(row)
    return Loaded(values, values["version"])  # type: ignore[arg-type]


def _load_statement(access: Access, of: Object, dialect: Dialect, deleted: bool) -> tuple[Prepared, Decoder]:
    table = tables(access.model).objects[of.name]
    outputs = [
        Output(each.name, each, tuple(table.c[name] for name, _ in each.type.columns(each)))
        for each in shape_of(of).stored
    ]
    decoder = Decoder(outputs, dialect, as_json=False)
    seen = predicate(access.rule(of.name, "read"), table, model=access.model)
    may_change = predicate(access.rule(of.name, "edit"), table, model=access.model)
    gone = table.c.deleted_at.is_not(None) if deleted else table.c.deleted_at.is_(None)
    statement = (
        select(*decoder.columns, may_change.label("may_change"))
        .where(table.c.id == bindparam(RECORD, type_=BigInteger), gone, seen).with_for_update(of=table)
    )
    return Prepared(statement, dialect), decoder


def insert_row(connection: Connection, model: Model, of: Object, values: Mapping[str, object]) -> int:
    """Write a new row and give its id."""
    dialect = connection.dialect
    prepared = _writing.get((model.checksum, dialect.name, of.name), lambda: _insert_statement(model, of, dialect))
    return prepared.run(connection, _columns(of, values)).scalar()  # type: ignore[return-value]


def _insert_statement(model: Model, of: Object, dialect: Dialect) -> Prepared:
    table = tables(model).objects[of.name]
    values = {
        name: bindparam(f"v_{name}", type_=table.c[name].type)
        for field in shape_of(of).stored if field.name not in ("id", "version") for name, _ in field.type.columns(field)
    }
    return Prepared(insert(table).values(values).returning(table.c.id), dialect)


def update_row(
    connection: Connection, model: Model, of: Object, record_id: int, values: Mapping[str, object], *, version: int
) -> bool:
    """Write changed values and count the version up; False when the version is no longer the given one."""
    dialect = connection.dialect
    names = tuple(sorted(values))
    prepared = _writing.get(
        (model.checksum, dialect.name, of.name, names), lambda: _update_statement(model, of, names, dialect))
    parameters = {**_columns(of, values), RECORD: record_id, VERSION: version}
    return prepared.run(connection, parameters).changed == 1


def _update_statement(model: Model, of: Object, names: tuple[str, ...], dialect: Dialect) -> Prepared:
    table = tables(model).objects[of.name]
    changed = {
        column: bindparam(f"v_{column}", type_=table.c[column].type)
        for name in names for column, _ in of.fields[name].type.columns(of.fields[name])
    }
    statement = update(table).values({**changed, "version": table.c.version + 1}).where(
        table.c.id == bindparam(RECORD, type_=BigInteger), table.c.version == bindparam(VERSION, type_=Integer))
    return Prepared(statement, dialect)


def _columns(of: Object, values: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    bound = shape_of(of).bound
    for name, value in values.items():
        if name in bound:
            names, store = bound[name]
            if store is None:
                found[names[0]] = value
            else:
                found.update(zip(names, store(value), strict=True))
    return found


_loading: Kept[tuple[Prepared, Decoder]] = Kept(2_000)
_writing: Kept[Prepared] = Kept(4_000)
