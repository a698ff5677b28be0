"""Names of records: what a relation shows instead of an id, for many records of one object in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select
from sqlalchemy.engine import Dialect

from metadata.fields import Reference
from metadata.model import Field
from runtime.records.access import ME, Access, access_of, predicate
from runtime.records.codec import Decoder, Output, Reading
from runtime.records.links import IDS, among_ids, ids_parameter
from runtime.records.moments import KeptForMoment, moment_of
from runtime.records.paths import Paths, table_root
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.schema import tables


def names_of(
    ctx: RecordContext, connection: Connection, object_name: str, ids: Iterable[int]
) -> Mapping[int, str]:
    """Give the names of those records that the user may see, in the recycle bin or not."""
    access = access_of(ctx)
    wanted = sorted(set(ids))
    if not wanted or object_name not in ctx.model.objects or not access.rights(object_name).read:
        return {}
    dialect = connection.dialect
    key = (access.key, dialect.name, object_name)
    reading = _kept.get(ctx, key, lambda: _reading(ctx, access, object_name, dialect))
    rows = reading.statement.run(connection, {ME: ctx.user.id, IDS: ids_parameter(wanted, dialect)})
    found = (reading.decoder.values(row) for row in rows)
    return {values["id"]: shown_name(values.get("name")) for values in found}  # type: ignore[misc]


def referred(field: Field, value: object) -> list[tuple[str, int]]:
    """The records that a relation's value leads to, whether it is a value in Python or in JSON, as (object, id)."""
    if not field.targets or value is None:
        return []
    if isinstance(value, Mapping):
        return [(str(value["object"]), int(value["id"]))]
    if isinstance(value, Reference):
        return [(value.object, value.id)]
    ids = value if isinstance(value, list | tuple) else [value]
    return [(field.targets[0], int(each)) for each in ids]


def shown_name(value: object) -> str:
    """A name as people read it; a record without one has an empty name."""
    return "" if value is None else str(value)


def name_output(paths: Paths, access: Access, object_name: str) -> Output | None:
    """The output of an object's name field under the key `name`, unless the user may not read it."""
    name = access.model.objects[object_name].name_field
    if name not in access.readable(object_name):
        return None
    field: Field = paths.field((name,))
    if field.formula is None:
        return Output("name", field, paths.columns((name,)))
    computed = paths.value((name,))
    return Output("name", field, (computed.element,), computed.error)


def _reading(ctx: RecordContext, access: Access, object_name: str, dialect: Dialect) -> Reading:
    table = tables(ctx.model).objects[object_name]
    paths = Paths(
        ctx.model, table_root(ctx.model, object_name, table), moment=moment_of(ctx), dialect=dialect.name, access=access)
    id_field = ctx.model.objects[object_name].fields["id"]
    outputs = [Output("id", id_field, (table.c.id,)), name_output(paths, access, object_name)]
    decoder = Decoder([each for each in outputs if each is not None], dialect, as_json=True)
    seen = predicate(access.rule(object_name, "read"), table, model=ctx.model)
    statement = select(*decoder.columns).select_from(paths.joined(table)).where(among_ids(table.c.id, dialect), seen)
    return Reading(Prepared(statement, dialect), decoder, paths.uses)


_kept: KeptForMoment[Reading] = KeptForMoment(1_000)
