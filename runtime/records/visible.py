"""Whether a user may see, or change, one record: the door of everything that hangs on a record."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.engine import Dialect

from runtime.records.access import ME, Access, access_of, predicate
from runtime.records.errors import NotAllowed, NotFound
from runtime.records.kept import Kept
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.schema import tables

_RECORD = "tenon_record"


def require_visible(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int, *, operation: str = "read"
) -> None:
    """Make sure that a live record may be read, or that one of OPERATIONS may be done to it.

    Raises NotFound when the user may not see it, NotAllowed when he may see but not do it.
    """
    access = access_of(ctx)
    access.object(object_name)
    may_read, may_edit = _rights(ctx, connection, access, object_name, record_id)
    if not may_read:
        raise NotFound(object_name, record_id)
    if operation != "read" and not (may_edit and access.rights(object_name).allows(operation)):
        raise NotAllowed(object_name, operation, record_id)


def allowed(ctx: RecordContext, connection: Connection, object_name: str, record_id: int) -> frozenset[str]:
    """Which of read, edit and delete the user may do to a live record; empty when he may not see it."""
    access = access_of(ctx)
    access.object(object_name)
    may_read, may_edit = _rights(ctx, connection, access, object_name, record_id)
    rights = access.rights(object_name)
    changes = [each for each in ("edit", "delete") if may_edit and rights.allows(each)]
    return frozenset(["read", *changes]) if may_read else frozenset()


def _rights(
    ctx: RecordContext, connection: Connection, access: Access, object_name: str, record_id: int
) -> tuple[bool, bool]:
    dialect = connection.dialect
    prepared = _kept.get((access.key, dialect.name, object_name), lambda: _statement(access, object_name, dialect))
    row = prepared.run(connection, {ME: ctx.user.id, _RECORD: record_id}).one_or_none()
    return (False, False) if row is None else (True, bool(row[0]))


def _statement(access: Access, object_name: str, dialect: Dialect) -> Prepared:
    table = tables(access.model).objects[object_name]
    seen = predicate(access.rule(object_name, "read"), table, model=access.model)
    may_edit = predicate(access.rule(object_name, "edit"), table, model=access.model)
    one = table.c.id == bindparam(_RECORD, type_=BigInteger)
    return Prepared(select(may_edit.label("may_edit")).where(one, table.c.deleted_at.is_(None), seen), dialect)


_kept: Kept[Prepared] = Kept(1_000)
