"""Making a SQLite table anew, for the changes that ALTER TABLE can't make there.

Runs with foreign keys suspended: otherwise dropping the old table would delete what refers to it.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from metadata.errors import Problem
from tenants.errors import PublishRefused
from tenants.shape import ColumnShape, KeyShape, TableShape
from tenants.storage import run_script

FRESH_TABLE = "tenon_fresh"


def rebuild(connection: Connection, shape: TableShape) -> None:
    """Make a table anew as its shape says, with all rows, its indexes and its counter of ids."""
    old, columns = f'"{shape.name}"', ", ".join(f'"{name}"' for name in shape.columns)
    indexes = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?", (shape.name,)
    ).scalars().all()
    run_script(connection, (
        create_statement(shape),
        f"INSERT INTO {FRESH_TABLE} ({columns}) SELECT {columns} FROM {old}",
        *(_counter_statements(shape.name) if shape.primary_key == ("id",) else ()),
        f"DROP TABLE {old}",
        f"ALTER TABLE {FRESH_TABLE} RENAME TO {old}",
        *indexes,
    ))


def check_references(connection: Connection) -> None:
    """Check every foreign key of the tenant; raises PublishRefused naming the tables that break one."""
    broken = {row[0]: row[2] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        raise PublishRefused(
            Problem("references_broken", (table,), {"table": table, "target": target})
            for table, target in broken.items()
        )


def create_statement(shape: TableShape) -> str:
    """Write the statement that makes a table as its shape says, under the name of a table being made anew."""
    lines = [_column(name, each, shape.primary_key) for name, each in shape.columns.items()]
    if shape.primary_key != ("id",):
        lines.append(f"PRIMARY KEY ({', '.join(shape.primary_key)})")
    lines.extend(_key(name, each) for name, each in shape.keys.items())
    return f"CREATE TABLE {FRESH_TABLE} (\n\t" + ",\n\t".join(lines) + "\n)"


def _column(name: str, column: ColumnShape, primary_key: tuple[str, ...]) -> str:
    if primary_key == (name,) == ("id",):
        return "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"
    default = f" DEFAULT {column.default}" if column.default else ""
    return f'"{name}" {column.type}{default}{"" if column.nullable else " NOT NULL"}'


def _key(name: str, key: KeyShape) -> str:
    return (
        f'CONSTRAINT "{name}" FOREIGN KEY("{key.column}") REFERENCES "{key.target}" (id) ON DELETE {key.on_delete}'
    )


def _counter_statements(table: str) -> tuple[str, ...]:
    """Ids are never given twice, also not those of records that are gone."""
    return (
        f"DELETE FROM sqlite_sequence WHERE name = '{FRESH_TABLE}'",
        f"INSERT INTO sqlite_sequence (name, seq) SELECT '{FRESH_TABLE}', seq FROM sqlite_sequence WHERE name = "
        f"'{table}'",
    )
