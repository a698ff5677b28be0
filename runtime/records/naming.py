"""Relations given by a unique field of their record, `{"code": "A1"}`, become ids."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.engine import Dialect

from metadata.errors import InvalidValue, Problem
from metadata.model import Field, Object
from runtime.records.access import ME, Access, predicate
from runtime.records.kept import Kept
from runtime.records.parsing import Parsed
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.schema import tables

_KEY = "tenon_key"


def resolve_named(
    ctx: RecordContext, connection: Connection, access: Access, of: Object, parsed: Parsed
) -> None:
    """Put ids into the parsed values for relations that were named; what can't be found becomes a problem."""
    for name, raw in parsed.named.items():
        field = of.fields[name]
        try:
            if field.type.single_reference:
                parsed.values[name] = _id(ctx, connection, access, field, raw)
            else:
                found = [_id(ctx, connection, access, field, each) for each in raw]  # type: ignore[attr-defined]
                parsed.values[name] = field.type.parse(field, found)
        except InvalidValue as error:
            parsed.problems.append(Problem(error.code, (name,), error.params))


def find_by(
    ctx: RecordContext, connection: Connection, access: Access, object_name: str, field_name: str, value: object
) -> int | None:
    """Find the live record that the user may see and whose unique field holds a parsed value."""
    dialect = connection.dialect
    key = (access.key, dialect.name, object_name, field_name)
    prepared = _kept.get(key, lambda: _statement(access, object_name, field_name, dialect))
    return prepared.run(connection, {ME: ctx.user.id, _KEY: value}).scalar()  # type: ignore[return-value]


def unique_field(access: Access, object_name: str, field_name: str) -> Field:
    """Give a field by which records can be found; raises InvalidValue `not_a_unique_field`."""
    field = access.model.objects[object_name].fields.get(field_name)
    if field is None or field_name not in access.readable(object_name):
        raise InvalidValue("unknown_field", name=field_name, object=object_name)
    if field_name != "id" and not field.unique:
        raise InvalidValue("not_a_unique_field", name=field_name, object=object_name)
    return field


def _id(ctx: RecordContext, connection: Connection, access: Access, field: Field, raw: object) -> object:
    if not isinstance(raw, Mapping):
        return raw
    if len(raw) != 1:
        raise InvalidValue("bad_reference")
    (key_name, key_value), = raw.items()
    target = field.targets[0]
    if not access.permissions.of(target).read:
        raise InvalidValue("reference_not_found", name=field.name, object=target)
    key_field = unique_field(access, target, str(key_name))
    found = find_by(ctx, connection, access, target, key_field.name, key_field.type.parse(key_field, key_value))
    if found is None:
        raise InvalidValue("reference_not_found", name=field.name, object=target)
    return found


def _statement(access: Access, object_name: str, field_name: str, dialect: Dialect) -> Prepared:
    table = tables(access.model).objects[object_name]
    column = table.c[field_name]
    seen = predicate(access.rule(object_name, "read"), table, model=access.model)
    statement = select(table.c.id).where(
        column == bindparam(_KEY, type_=column.type), table.c.deleted_at.is_(None), seen).limit(2)
    return Prepared(statement, dialect)


_kept: Kept[Prepared] = Kept(1_000)
