"""Rows written as plainly as possible, for tests below the floor that knows how to write records."""

from datetime import datetime, timezone

from sqlalchemy import Connection, Table, insert

NOW = datetime(2026, 1, 10, 8, 30, tzinfo=timezone.utc)


def row(**values: object) -> dict[str, object]:
    """Values with the platform's own columns filled."""
    return {"owner": 1, "created_at": NOW, "created_by": 1, "updated_at": NOW, "updated_by": 1, **values}


def add(connection: Connection, table: Table, **values: object) -> int:
    """Add a row and return its id."""
    return connection.execute(insert(table).values(row(**values))).inserted_primary_key[0]
