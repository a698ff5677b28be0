"""Keeps the search index: one row per record and searchable field, written in the transaction of the save."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Text, bindparam, cast, delete, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect

from metadata.model import Model, Object
from runtime.records.checks import is_blank
from runtime.records.kept import Kept
from runtime.records.statements import Prepared
from runtime.records.tokens import MAX_TEXT, tokens
from tenants.schema import tables
from tenants.system_tables import SYSTEM

BATCH = 500
TOGETHER = 50
"""Entries that one statement writes."""

_NAMES = ("object", "record_id", "field", "text")


def indexed_fields(model: Model, object_name: str) -> tuple[str, ...]:
    """The fields of an object that are in the index: those it is searched by, itself or across a relation."""
    return _fields.get(model.checksum, lambda: _indexed(model)).get(object_name, ())


def write(
    connection: Connection, model: Model, of: Object, record_id: int, *, old: Mapping[str, object],
    new: Mapping[str, object], changed: frozenset[str],
) -> None:
    """Bring the index up to date with a save; touches only what changed."""
    names = [name for name in indexed_fields(model, of.name) if name in changed]
    if not names:
        return
    if any(not is_blank(old.get(name)) for name in names):
        _remove(connection, of.name, record_id, names)
    _add(connection, of, [(record_id, name, new.get(name)) for name in names])


def remove(connection: Connection, object_name: str, record_ids: Sequence[int]) -> None:
    """Take records out of the index."""
    table = SYSTEM.search
    for start in range(0, len(record_ids), BATCH):
        chosen = (table.c.object == object_name) & table.c.record_id.in_(record_ids[start:start + BATCH])
        if connection.dialect.name == "sqlite":
            connection.execute(delete(SYSTEM.search_index).where(
                SYSTEM.search_index.c.rowid.in_(select(table.c.id).where(chosen))))
        connection.execute(delete(table).where(chosen))


def reindex(connection: Connection, model: Model, object_names: Iterable[str]) -> int:
    """Make the index of some objects anew, as after a change of what is searchable; returns the records indexed."""
    count = 0
    for name in object_names:
        _clear(connection, name)
        if name in model.objects:
            count += _index_all(connection, model, model.objects[name])
    return count


def objects_to_reindex(old: Model | None, new: Model) -> tuple[str, ...]:
    """The objects whose index no longer fits a new model."""
    names = [*new.objects, *(name for name in (old.objects if old else ()) if name not in new.objects)]
    return tuple(name for name in names if (indexed_fields(old, name) if old else ()) != indexed_fields(new, name))


def _indexed(model: Model) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {name: {} for name in model.objects}
    for of in model.objects.values():
        for path in of.search:
            name = of.name
            for step in path[:-1]:
                name = model.objects[name].fields[step].targets[0]
            if model.objects[name].fields[path[-1]].formula is None:
                found[name][path[-1]] = None
    return {name: tuple(sorted(fields)) for name, fields in found.items()}


def _remove(connection: Connection, object_name: str, record_id: int, names: Sequence[str]) -> None:
    table = SYSTEM.search
    chosen = (table.c.object == object_name) & (table.c.record_id == record_id) & table.c.field.in_(names)
    if connection.dialect.name == "sqlite":
        connection.execute(delete(SYSTEM.search_index).where(
            SYSTEM.search_index.c.rowid.in_(select(table.c.id).where(chosen))))
    connection.execute(delete(table).where(chosen))


def _add(connection: Connection, of: Object, entries: Iterable[tuple[int, str, object]]) -> None:
    rows = []
    for record_id, name, value in entries:
        text = _text(of, name, value)
        found = tokens(text) if text else ()
        if found:
            rows.append({"object": of.name, "record_id": record_id, "field": name, "text": text[:MAX_TEXT], "found": found})
    for start in range(0, len(rows), TOGETHER):
        _insert(connection, rows[start:start + TOGETHER])


def _insert(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Write entries in one statement, on SQLite one more for its own index."""
    dialect = connection.dialect
    prepared = _writing.get((dialect.name, len(rows)), lambda: _insert_statement(len(rows), dialect))
    values = {f"{name}_{place}": row[name] for place, row in enumerate(rows) for name in _NAMES}
    if dialect.name != "sqlite":
        prepared.run(connection, values | {f"tokens_{place}": list(row["found"]) for place, row in enumerate(rows)})  # type: ignore
        return
    numbers = {(record, field): number for number, record, field in prepared.run(connection, values)}
    indexing = _writing.get(("index", len(rows)), lambda: _index_statement(len(rows), dialect))
    entries: dict[str, object] = {}
    for place, row in enumerate(rows):
        entries[f"rowid_{place}"] = numbers[row["record_id"], row["field"]]
        entries[f"tokens_{place}"] = " ".join(row["found"])  # type: ignore[arg-type]
    indexing.run(connection, entries)


def _insert_statement(count: int, dialect: Dialect) -> Prepared:
    table = SYSTEM.search
    rows = [
        {table.c[name]: bindparam(f"{name}_{place}", type_=table.c[name].type) for name in _NAMES} for place in range(count)
    ]
    if dialect.name != "sqlite":
        for place, row in enumerate(rows):
            row[table.c.tokens] = func.array_to_tsvector(cast(bindparam(f"tokens_{place}", type_=ARRAY(Text)), ARRAY(Text)))
        return Prepared(insert(table).values(rows), dialect)
    return Prepared(insert(table).values(rows).returning(table.c.id, table.c.record_id, table.c.field), dialect)


def _index_statement(count: int, dialect: Dialect) -> Prepared:
    table = SYSTEM.search_index
    return Prepared(insert(table).values([
        {table.c.rowid: bindparam(f"rowid_{place}"), table.c.tokens: bindparam(f"tokens_{place}")} for place in range(count)
    ]), dialect)


def _text(of: Object, name: str, value: object) -> str:
    """What is searched in a value: its text, for a picklist the labels of its values."""
    field = of.fields[name]
    if is_blank(value):
        return ""
    if field.picklist is not None:
        codes = value if isinstance(value, tuple) else (value,)
        return " ".join(text for code in codes for text in _labels(field.picklist.choices.get(code), str(code)))
    return str(field.type.dump(field, value))


def _labels(choice: object, code: str) -> list[str]:
    return [text for _, text in choice.label] if choice is not None else [code]  # type: ignore[attr-defined]


def _clear(connection: Connection, object_name: str) -> None:
    table = SYSTEM.search
    chosen = table.c.object == object_name
    if connection.dialect.name == "sqlite":
        connection.execute(delete(SYSTEM.search_index).where(
            SYSTEM.search_index.c.rowid.in_(select(table.c.id).where(chosen))))
    connection.execute(delete(table).where(chosen))


def index_records(connection: Connection, model: Model, of: Object, record_ids: Sequence[int]) -> None:
    """Put live records that are not in the index into it."""
    names = indexed_fields(model, of.name)
    table = tables(model).objects[of.name]
    for start in range(0, len(record_ids) if names else 0, BATCH):
        chosen = table.c.id.in_(record_ids[start:start + BATCH])
        rows = connection.execute(select(table.c.id, *(table.c[name] for name in names)).where(chosen)).all()
        _add_rows(connection, of, names, rows)


def _index_all(connection: Connection, model: Model, of: Object) -> int:
    names = indexed_fields(model, of.name)
    table = tables(model).objects[of.name]
    if not names:
        return 0
    count, last = 0, 0
    while True:
        rows = connection.execute(
            select(table.c.id, *(table.c[name] for name in names))
            .where(table.c.id > last, table.c.deleted_at.is_(None)).order_by(table.c.id).limit(BATCH)).all()
        if not rows:
            return count
        _add_rows(connection, of, names, rows)
        count, last = count + len(rows), rows[-1][0]


def _add_rows(connection: Connection, of: Object, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    _add(connection, of, [(row[0], name, value) for row in rows for name, value in zip(names, row[1:], strict=True)])  # type: ignore


_fields: Kept[dict[str, tuple[str, ...]]] = Kept(128)
_writing: Kept[Prepared] = Kept(4 * TOGETHER)
