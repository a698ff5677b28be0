"""The tables of a model: one real table per object with typed columns, one per many-to-many field.

Tables are made once per model and shared by all tenants on it; the connection's tenant decides whose
rows they mean. Rules that hold in every table:

- A column has its field's name; fields of several columns add `_object`/`_id` or `_lat`/`_lng`.
- Values may be blank (null) in the database except numbers of the platform, its instants and booleans
  (default false): what is required changes by publishing and is checked where records are written.
- Unique keys hold among live records: unique indexes `WHERE deleted_at IS NULL`.
- Every relation of the definition, `owner` and `org_unit` has a foreign key and an index. `created_by`
  and `updated_by` have neither: the platform sets them itself, and each would cost every write.
- Blanks come first in ascending order and last in descending order on both databases: ascending sorts
  must say NULLS FIRST on PostgreSQL and descending ones NULLS LAST. An index that serves a sort ends in
  `id` in the direction of its last column and covers live records only, so a list query should compare
  `deleted_at IS NULL` literally and break ties by `id` in the direction of its last sort column.
- Texts compare and sort by code point (`COLLATE "C"` on PostgreSQL).
- The table of a many-to-many field is named after object, field and target.
- A name longer than 63 bytes is cut and ends in a hash of the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import (
    BigInteger, Boolean, Column, ColumnElement, ForeignKeyConstraint, Index, Integer, MetaData, PrimaryKeyConstraint,
    String, Table, Text, false, text,
)
from sqlalchemy.types import TypeEngine

from metadata.model import Field, Model, Object
from tenants.recent import Recent
from tenants.system_tables import SYSTEM, SystemTables, number_column, text_type

MAX_IDENTIFIER = 63
MAX_KEY_LENGTH = 600
"""Characters of text that fit into one entry of a PostgreSQL index, whatever their width."""

KEPT_MODELS = 16
"""How many models and their tables a process keeps: some 15 MB each for forty objects."""
ALWAYS_SET = ("created_at", "created_by", "updated_at", "updated_by")
UNCHECKED = ("created_by", "updated_by")

_tables: Recent[Tables] = Recent(KEPT_MODELS)


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The tables of one model.

    `objects` by object name; `links` by (object, many-to-many field), with the columns `record` and
    `target`; `system` are the platform's own, the same for every model.
    """

    checksum: str
    objects: Mapping[str, Table]
    links: Mapping[tuple[str, str], Table]
    system: SystemTables

    def __iter__(self) -> Iterator[Table]:
        """Every ordinary table, the platform's first."""
        yield from self.system
        yield from self.objects.values()
        yield from self.links.values()


def tables(model: Model) -> Tables:
    """Return the tables of a model; made once per process and model."""
    return _tables.get(model.checksum, lambda: _made(model))


def identifier(*parts: str) -> str:
    """Join the parts of a database identifier by `$`, which no name of a definition contains."""
    whole = "$".join(parts)
    if len(whole) <= MAX_IDENTIFIER:
        return whole
    return f"{whole[: MAX_IDENTIFIER - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _made(model: Model) -> Tables:
    metadata = MetaData(naming_convention={"pk": "pk$%(table_name)s"})
    objects = {name: _object_table(each, model, metadata) for name, each in model.objects.items()}
    links = {
        (each.name, field.name): _link_table(field, metadata)
        for each in model.objects.values() for field in each.fields.values() if _is_link(field)
    }
    return Tables(model.checksum, MappingProxyType(objects), MappingProxyType(links), SYSTEM)


def _object_table(definition: Object, model: Model, metadata: MetaData) -> Table:
    columns = [column for field in definition.fields.values() for column in _columns(field)]
    keys = [
        _foreign_key(definition.name, field.name, field.targets[0], _on_delete(definition, field))
        for field in definition.fields.values() if _is_checked(field)
    ]
    table = Table(definition.name, metadata, *columns, *keys, sqlite_autoincrement=True)
    _add_unique_keys(table, definition)
    _add_relation_indexes(table, definition)
    for sort in _sorts(definition, model):
        _add_sort_index(table, sort)
    deleted = table.c.deleted_at
    _index(identifier("bin", table.name), deleted, where=deleted.is_not(None))
    return table


def _link_table(field: Field, metadata: MetaData) -> Table:
    name = identifier(field.object, field.name, field.targets[0])
    table = Table(
        name, metadata,
        Column("record", BigInteger, nullable=False),
        Column("target", BigInteger, nullable=False),
        PrimaryKeyConstraint("record", "target"),
        _foreign_key(name, "record", field.object, "CASCADE"),
        _foreign_key(name, "target", field.targets[0], "CASCADE"),
    )
    _index(identifier("ix", name, "target"), table.c.target, table.c.record)
    return table


def _columns(field: Field) -> Iterator[Column[object]]:
    if field.name == "id":
        yield number_column()
        return
    if field.name == "version":
        yield Column("version", Integer, nullable=False, server_default=text("1"))
        return
    for name, kind in field.type.columns(field):
        if isinstance(kind, Boolean):
            yield Column(name, kind, nullable=False, server_default=false())
        else:
            yield Column(name, _exact(kind), nullable=field.name not in ALWAYS_SET)


def _exact(kind: TypeEngine) -> TypeEngine:
    """Give a text its order by code point; other types have one order already."""
    return text_type(kind.length) if type(kind) in (String, Text) else kind


def _is_link(field: Field) -> bool:
    return bool(field.targets) and field.formula is None and not field.type.columns(field)


def _is_checked(field: Field) -> bool:
    return field.is_relation and field.name not in UNCHECKED


def _on_delete(definition: Object, field: Field) -> str:
    if field.name == definition.parent:
        return "CASCADE"
    on_delete = field.options.get("on_delete") or ("restrict" if field.required or field.standard else "clear")
    return "RESTRICT" if on_delete == "restrict" else "SET NULL"


def _foreign_key(table: str, column: str, target: str, on_delete: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        [column], [f"{target}.id"], name=identifier("fk", table, column), ondelete=on_delete, use_alter=False,
    )


def _add_unique_keys(table: Table, definition: Object) -> None:
    singles = ((field.name,) for field in definition.fields.values() if field.unique)
    for names in dict.fromkeys((*singles, *definition.unique)):
        columns = [column for name in names for column in _stored(table, definition.fields[name])]
        _index(identifier("key", table.name, *names), *columns, where=table.c.deleted_at.is_(None), unique=True)


def _add_relation_indexes(table: Table, definition: Object) -> None:
    for field in definition.fields.values():
        if field.targets and field.name not in UNCHECKED and (columns := _stored(table, field)):
            _index(identifier("ix", table.name, field.name), *columns)


def _stored(table: Table, field: Field) -> list[Column[object]]:
    return [table.c[name] for name, _ in field.type.columns(field)]


def _sorts(definition: Object, model: Model) -> list[tuple[str, ...]]:
    """The orders worth an index: declared ones, those of list views, by name; each can be read backwards too."""
    wanted = [(field.name,) for field in definition.fields.values() if field.index]
    wanted += [index.fields for index in definition.indexes]
    wanted += [view.sort for view in model.list_views.values() if view.object == definition.name and view.sort]
    wanted.append((definition.name_field,))
    sorts: dict[tuple[str, ...], None] = {}
    for each in wanted:
        if all(_is_sortable(definition, key) for key in each) and _reversed(each) not in sorts:
            sorts[each] = None
    return list(sorts)


def _reversed(sort: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key.removeprefix("-") if key.startswith("-") else f"-{key}" for key in sort)


def _is_sortable(definition: Object, key: str) -> bool:
    field = definition.fields.get(key.removeprefix("-"))
    if field is None or field.name == "id":
        return False
    columns = field.type.columns(field)
    length = getattr(columns[0][1], "length", None) if columns else None
    is_long = bool(columns) and isinstance(columns[0][1], String) and (length is None or length > MAX_KEY_LENGTH)
    return len(columns) == 1 and not is_long


def _add_sort_index(table: Table, sort: tuple[str, ...]) -> None:
    keys = [(table.c[key.removeprefix("-")], key.startswith("-")) for key in sort]
    keys.append((table.c.id, keys[-1][1]))
    name = identifier("sort", table.name, *(column.name + ("-" if down else "") for column, down in keys[:-1]))
    live = table.c.deleted_at.is_(None)
    _index(name, *(_ordered(column, down) for column, down in keys), where=live, dialect="postgresql")
    _index(name, *(column.desc() if down else column for column, down in keys), where=live, dialect="sqlite")


def _ordered(column: Column[object], down: bool) -> ColumnElement[object]:
    if not column.nullable:
        return column.desc() if down else column
    return column.desc().nulls_last() if down else column.asc().nulls_first()


def _index(
    name: str, *columns: ColumnElement[object],
    where: ColumnElement[bool] | None = None, unique: bool = False, dialect: str | None = None,
) -> None:
    """Add an index; one for a single `dialect` says so in its `info`."""
    Index(name, *columns, unique=unique, postgresql_where=where, sqlite_where=where, info={"dialect": dialect})
