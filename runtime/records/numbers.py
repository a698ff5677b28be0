"""Auto-numbers: allocated in the transaction that saves the record, one after the other, without gaps.

The counter's row stays locked until that transaction ends; if it is rolled back the number was never given.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from metadata.fields.derived import number_pattern
from metadata.model import Object
from tenants.context import RecordContext
from tenants.system_tables import SYSTEM

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def give_numbers(
    ctx: RecordContext, connection: Connection, of: Object, values: Mapping[str, object]
) -> dict[str, object]:
    """Allocate the auto-numbers of a new record; a number that is given already (by seed data) stays."""
    found: dict[str, object] = {}
    for field in of.fields.values():
        if field.type.name == "auto_number" and values.get(field.name) is None:
            pattern = number_pattern(str(field.options["pattern"]))
            day = ctx.today()
            counter = _next(connection, of.name, field.name, pattern.period(day))
            found[field.name] = pattern.format(day, counter)
    return found


def _next(connection: Connection, object_name: str, field_name: str, period: str) -> int:
    table = SYSTEM.counter
    first = _INSERTS[connection.dialect.name](table).values(
        object=object_name, field=field_name, period=period, value=1)
    statement = first.on_conflict_do_update(
        index_elements=[table.c.object, table.c.field, table.c.period], set_={"value": table.c.value + 1})
    return connection.execute(statement.returning(table.c.value)).scalar_one()
