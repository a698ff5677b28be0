"""What becomes of the values of a column when its field changes type.

Values are converted by the field types themselves, once per distinct value, so both databases agree and a
value that does not fit is found before anything is changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Index, MetaData, Table, func, insert, select, update
from sqlalchemy.engine import Connection

from metadata.errors import InvalidValue, Problem
from metadata.model import Field
from tenants.schema import Tables
from tenants.steps import FRESH, Conversion, Step

EXAMPLES = 5
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Converted:
    """Every distinct value with what becomes of it, and the problem of those that do not fit."""

    values: tuple[tuple[object, object], ...]
    problem: Problem | None


def converted(connection: Connection, step: Step, conversion: Conversion, before: Tables) -> Converted:
    """Read and convert the distinct values of a step's column; changes nothing."""
    column = before.objects[step.table].c[step.column]
    rows = connection.execute(
        select(column, func.count()).where(column.is_not(None)).group_by(column), execution_options={"yield_per": BATCH}
    )
    values: list[tuple[object, object]] = []
    examples: list[str] = []
    misfits = 0
    for value, count in rows:
        try:
            values.append((value, _convert(value, conversion.old, conversion.new)))
        except InvalidValue:
            misfits += count
            if len(examples) < EXAMPLES:
                examples.append(str(conversion.old.type.dump(conversion.old, value)))
    params = {"field": step.column, "type": conversion.new.type.name, "count": misfits, "examples": ", ".join(examples)}
    problem = Problem("values_do_not_fit", (step.table, step.column), params) if misfits else None
    return Converted(tuple(values), problem)


def fill(connection: Connection, step: Step, found: Converted, *, before: Tables, after: Tables) -> None:
    """Write the converted values: into the fresh column, or in place where they differ."""
    source, target = (each.objects[step.table].c[step.column] for each in (before, after))
    in_place = step.conversion is not None and step.conversion.in_place
    pairs = [pair for pair in found.values if not in_place or pair[0] != pair[1]]
    if not pairs:
        return
    mapping = Table(
        "tenon_conversion", MetaData(), Column("old", source.type), Column("new", target.type), prefixes=["TEMPORARY"],
    )
    mapping.create(connection)
    for start in range(0, len(pairs), BATCH):
        rows = [{"old": old, "new": new} for old, new in pairs[start: start + BATCH]]
        connection.execute(insert(mapping), rows)
    if connection.dialect.name == "sqlite":
        Index("tenon_conversion_old", mapping.c.old).create(connection)
    name = step.column if in_place else FRESH
    table = Table(step.table, MetaData(), Column(step.column, source.type), *_fresh(name, step, target))
    connection.execute(
        update(table).values({table.c[name]: mapping.c.new}).where(table.c[step.column] == mapping.c.old)
    )
    mapping.drop(connection)


def _fresh(name: str, step: Step, target: Column) -> tuple[Column, ...]:
    return () if name == step.column else (Column(name, target.type),)


def _convert(value: object, old: Field, new: Field) -> object:
    """Turn one value into what the new field stores; raises InvalidValue."""
    raw = old.type.dump(old, value)
    if new.type.computed:
        return raw
    try:
        parsed = new.type.parse(new, raw)
    except InvalidValue:
        if isinstance(raw, str):
            raise
        parsed = new.type.parse(new, _text(raw))
    return None if parsed is None else new.type.store(new, parsed)[0]


def _text(raw: object) -> str:
    return str(raw).lower() if isinstance(raw, bool) else str(raw)
