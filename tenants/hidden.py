"""Data that publishing put out of sight: what there is of it, and destroying it for good.

Ids of a table begin at 1 again when it is made anew, so all that is kept beside the records of a table goes with it:
otherwise it would be shown with others' records. The history of a column stays, as that of a field that is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from alembic.ddl.base import DropColumn
from sqlalchemy import Column, MetaData, Table, column, delete, func, select, update
from sqlalchemy import table as sql_table
from sqlalchemy.engine import Connection
from sqlalchemy.schema import DropTable

from tenants import storage as door
from tenants.context import Tenant
from tenants.errors import NothingHidden
from tenants.rebuild import check_references
from tenants.shape import TableShape, statement, stored_shapes
from tenants.storage import Storage
from tenants.system_tables import SYSTEM


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden table, or a hidden column of a table; `since` is the version that hid it.

    `name` is what the column was called in its object, if it had to make room for another one.
    """

    table: str
    column: str
    name: str
    since: int


def hidden(connection: Connection) -> tuple[Hidden, ...]:
    """List everything hidden, by table."""
    return tuple(each for shape in sorted(stored_shapes(connection).values(), key=_name) for each in _hidden(shape))


def count(connection: Connection, each: Hidden) -> int:
    """Count the records in a hidden table, or those with a value in a hidden column."""
    source = sql_table(each.table, column(each.column or "-"))
    query = select(func.count()).select_from(source)
    return connection.execute(query.where(source.c[each.column].is_not(None)) if each.column else query).scalar_one()


def purge(storage: Storage, tenant: Tenant, *, table: str, column: str = "") -> None:
    """Destroy a hidden column, or a hidden table, with its data, for good; raises NothingHidden."""
    with storage.publishing(tenant, rebuild=True) as connection:
        shape = stored_shapes(connection).get(table)
        if shape is None or (table, column) not in {(each.table, each.column) for each in _hidden(shape)}:
            raise NothingHidden(table=table, column=column)
        if column:
            _drop_column(connection, shape, column)
        else:
            _drop_table(connection, shape)
        if door.dialect(connection) == "sqlite":
            check_references(connection)


def _hidden(shape: TableShape) -> Iterator[Hidden]:
    if shape.hidden:
        yield Hidden(shape.name, "", shape.name, shape.hidden)
    for name, column in shape.columns.items():
        if column.hidden:
            yield Hidden(shape.name, name, column.origin or name, column.hidden)


def _drop_column(connection: Connection, shape: TableShape, column: str) -> None:
    dropped = DropColumn(shape.name, Column(column))
    door.run_script(connection, [statement(dropped, door.dialect(connection))])
    left = replace(shape, columns={name: each for name, each in shape.columns.items() if name != column})
    connection.execute(
        update(SYSTEM.shape).where(SYSTEM.shape.c.table_name == shape.name).values(shape=left.to_json())
    )


def _drop_table(connection: Connection, shape: TableShape) -> None:
    dropped = DropTable(Table(shape.name, MetaData()))
    door.run_script(connection, [statement(dropped, door.dialect(connection))])
    connection.execute(delete(SYSTEM.shape).where(SYSTEM.shape.c.table_name == shape.name))
    for beside in (SYSTEM.history, SYSTEM.comment, SYSTEM.attachment, SYSTEM.counter):
        connection.execute(delete(beside).where(beside.c.object == shape.name))


def _name(shape: TableShape) -> str:
    return shape.name
