"""Auto-numbers: allocated in the transaction that saves the record, one after the other, without gaps.

The counter's row stays locked until that transaction ends; if it is rolled back the number was never given.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from metadata.fields.derived import number_pattern
from metadata.model import Object
from runtime.records.kept import Kept
from runtime.records.shapes import shape_of
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.system_tables import SYSTEM

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def give_numbers(
    ctx: RecordContext, connection: Connection, of: Object, values: Mapping[str, object]
) -> dict[str, object]:
    """Allocate the auto-numbers of a new record; a number that is given already (by seed data) stays."""
    found: dict[str, object] = {}
    for field in shape_of(of).auto_numbers:
        if values.get(field.name) is None:
            pattern = number_pattern(str(field.options["pattern"]))
            day = ctx.today()
            counter = _next(connection, of.name, field.name, pattern.period(day))
            found[field.name] = pattern.format(day, counter)
    return found


def _next(connection: Connection, object_name: str, field_name: str, period: str) -> int:
    dialect = connection.dialect
    counting = _kept.get(dialect.name, lambda: _statement(dialect))
    values = {"v_object": object_name, "v_field": field_name, "v_period": period}
    return counting.run(connection, values).scalar()  # type: ignore[return-value]


def _statement(dialect: Dialect) -> Prepared:
    table = SYSTEM.counter
    key = {name: bindparam(f"v_{name}", type_=table.c[name].type) for name in ("object", "field", "period")}
    first = _INSERTS[dialect.name](table).values(**key, value=1)
    following = first.on_conflict_do_update(
        index_elements=[table.c.object, table.c.field, table.c.period], set_={"value": table.c.value + 1})
    return Prepared(following.returning(table.c.value), dialect)


_kept: Kept[Prepared] = Kept(4)
