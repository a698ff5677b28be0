"""What becomes of the files of records that are removed for good: those that nothing else has go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Connection, Select, delete, select, union

from metadata.model import Model, Object
from runtime.records.files import FILE_TYPES
from runtime.records.links import ids_among
from tenants.schema import tables
from tenants.storage import leave_content
from tenants.system_tables import SYSTEM


def files_of(connection: Connection, model: Model, family: Mapping[str, Sequence[int]]) -> list[int]:
    """Name the files in the fields of some records and among their attachments, by id."""
    attached, found = SYSTEM.attachment, set()
    for name, ids in family.items():
        table = tables(model).objects[name]
        queries = [select(column).where(ids_among(table.c.id, ids, connection.dialect)) for column in _columns(model, name)]
        queries.append(select(attached.c.file_id).where(
            attached.c.object == name, ids_among(attached.c.record_id, ids, connection.dialect)
        ))
        found.update(each for query in queries for each in connection.execute(query).scalars() if each is not None)
    return sorted(found)


def forget_files(connection: Connection, model: Model, files: Sequence[int]) -> None:
    """Remove those files that no record has any more, deleted ones included; their contents follow after the commit."""
    if not files:
        return
    kept = set(connection.execute(union(*_uses(connection, model, files))).scalars())
    gone = [each for each in files if each not in kept]
    file = SYSTEM.file
    rows = connection.execute(
        delete(file).where(ids_among(file.c.id, gone, connection.dialect)).returning(file.c.sha256)
    )
    for sha256 in rows.scalars():
        leave_content(connection, sha256)


def _uses(connection: Connection, model: Model, files: Sequence[int]) -> list[Select[tuple[int]]]:
    columns = [column for name in model.objects for column in _columns(model, name)]
    return [
        select(column).where(ids_among(column, files, connection.dialect))
        for column in (SYSTEM.attachment.c.file_id, *columns)
    ]


def _columns(model: Model, name: str) -> list[Column[int]]:
    of: Object = model.objects[name]
    return [tables(model).objects[name].c[each.name] for each in of.own_fields if each.type.name in FILE_TYPES]
