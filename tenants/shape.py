"""What the tables of a tenant physically look like, as values that can be compared and kept.

Each tenant keeps the shapes of its own tables (`tenon_shape`), hidden columns and tables among them, so a
migration compares what is with what should be and needs no guess about how it came to be.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from tenants.recent import Recent
from tenants.schema import Tables
from tenants.system_tables import SQLITE_SEARCH_INDEX, SYSTEM

KEPT_MAKERS = 4
DIALECTS: Mapping[str, Dialect] = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """One column: `type` as the database writes it, `kind` with what it does not say (a decimal's scale).

    `refers` is the table that its values are ids of. `hidden` is the version that took it out of sight; one
    that had to make room for another column keeps its former name as `origin`.
    """

    type: str
    kind: str
    nullable: bool
    default: str | None = None
    refers: str = ""
    hidden: int = 0
    origin: str = ""

    def holds_as(self, other: ColumnShape) -> bool:
        """Whether values mean the same in the other column."""
        return (self.type, self.kind, self.refers) == (other.type, other.kind, other.refers)


@dataclass(frozen=True, slots=True)
class KeyShape:
    """A foreign key of one column."""

    column: str
    target: str
    on_delete: str


@dataclass(frozen=True, slots=True)
class IndexShape:
    """An index: the columns it depends on and the statement that makes it."""

    columns: tuple[str, ...]
    sql: str
    unique: bool


@dataclass(frozen=True, slots=True)
class TableShape:
    """One table; `hidden` as for columns."""

    name: str
    columns: Mapping[str, ColumnShape]
    primary_key: tuple[str, ...]
    keys: Mapping[str, KeyShape] = field(default_factory=dict)
    indexes: Mapping[str, IndexShape] = field(default_factory=dict)
    hidden: int = 0

    def to_json(self) -> str:
        """Write the shape as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> TableShape:
        """Read what `to_json` wrote."""
        plain = json.loads(text)
        return cls(
            plain["name"],
            {name: ColumnShape(**each) for name, each in plain["columns"].items()},
            tuple(plain["primary_key"]),
            {name: KeyShape(**each) for name, each in plain["keys"].items()},
            {
                name: IndexShape(tuple(each["columns"]), each["sql"], each["unique"])
                for name, each in plain["indexes"].items()
            },
            plain["hidden"],
        )


@dataclass(frozen=True, slots=True)
class TableMaker:
    """The statements that make one table: `keys` by name are separate where tables may refer in circles."""

    table: Table
    shape: TableShape
    create: tuple[str, ...]
    keys: Mapping[str, str]


_makers: Recent[Mapping[str, TableMaker]] = Recent(KEPT_MAKERS)


def makers(tables: Tables, dialect: str) -> Mapping[str, TableMaker]:
    """Return how to make each table of a model on a kind of database, by table name."""
    return _makers.get(f"{tables.checksum} {dialect}", lambda: {each.name: _maker(each, dialect) for each in tables})


def stored_shapes(connection: Connection) -> dict[str, TableShape]:
    """Read the shapes of the tables that a tenant has."""
    rows = connection.execute(select(SYSTEM.shape.c.shape)).scalars()
    return {each.name: each for each in map(TableShape.from_json, rows)}


def statement(element: object, dialect: str) -> str:
    """Write a DDL element as one statement."""
    return str(element.compile(dialect=DIALECTS[dialect])).strip()


def _maker(table: Table, dialect: str) -> TableMaker:
    keys = {each.name: each for each in table.constraints if isinstance(each, ForeignKeyConstraint)}
    inline = [] if dialect == "postgresql" else list(keys.values())
    create = [statement(CreateTable(table, include_foreign_key_constraints=inline), dialect)]
    if table is SYSTEM.search and dialect == "sqlite":
        create.append(SQLITE_SEARCH_INDEX)
    shape = TableShape(
        table.name,
        {each.name: _column_shape(each, dialect) for each in table.columns},
        tuple(each.name for each in table.primary_key.columns),
        {name: _key_shape(each) for name, each in sorted(keys.items())},
        {each.name: _index_shape(each, dialect) for each in _indexes(table, dialect)},
    )
    # Not isolated: that would change the shared table, whose keys SQLite makes with the table itself.
    added = {name: AddConstraint(each, isolate_from_table=False) for name, each in keys.items()}
    separate = {name: statement(each, dialect) for name, each in added.items()} if dialect == "postgresql" else {}
    return TableMaker(table, shape, tuple(create), separate)


def _column_shape(column: Column[object], dialect: str) -> ColumnShape:
    target = DIALECTS[dialect]
    default = target.ddl_compiler(target, None).get_column_default_string(column)
    refers = "".join(each.target_fullname.rpartition(".")[0] for each in column.foreign_keys)
    return ColumnShape(column.type.compile(dialect=target), repr(column.type), bool(column.nullable), default, refers)


def _indexes(table: Table, dialect: str) -> Iterable[Index]:
    chosen = (each for each in table.indexes if each.info.get("dialect") in (None, dialect))
    return sorted(chosen, key=lambda each: str(each.name))


def _index_shape(index: Index, dialect: str) -> IndexShape:
    columns = tuple(each.name for each in index.columns)
    return IndexShape(columns, statement(CreateIndex(index), dialect), bool(index.unique))


def _key_shape(key: ForeignKeyConstraint) -> KeyShape:
    return KeyShape(key.column_keys[0], key.elements[0].target_fullname.rpartition(".")[0], str(key.ondelete))
