"""A migration: planned against a tenant's data, shown, then run in the transaction of the publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from metadata.diff import Change, diff
from metadata.errors import Problem
from metadata.model import Model
from tenants import storage
from tenants.conversion import EXAMPLES, converted, fill
from tenants.difference import difference
from tenants.errors import PublishRefused
from tenants.rebuild import check_references, rebuild
from tenants.schema import tables
from tenants.shape import TableShape, makers, stored_shapes
from tenants.steps import Step
from tenants.system_tables import SYSTEM


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """What publishing would do to one tenant, as of version `base` (0: nothing is there yet).

    `changes` are those of the definitions, `steps` those of the tables with the records they concern.
    `problems` say why the data does not allow it; a plan with problems can't be run.
    """

    base: int
    number: int
    old: Model | None
    model: Model
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    shapes: Mapping[str, TableShape]

    @property
    def takes_away(self) -> tuple[Step, ...]:
        """The steps after which data is out of sight until it is purged or its field comes back."""
        return tuple(step for step in self.steps if step.takes_away)

    @property
    def needs_rebuild(self) -> bool:
        """Whether SQLite must make a table anew, which suspends foreign keys."""
        return any(step.action == "rebuild_table" for step in self.steps)

    @property
    def sql(self) -> str:
        """Every statement, as one script to read."""
        return ";\n".join(sql for step in self.steps for sql in step.sql)


def plan_migration(connection: Connection, *, base: int, old: Model | None, new: Model) -> MigrationPlan:
    """Plan the way from what a tenant has to a model; reads only."""
    dialect = storage.dialect(connection)
    found = stored_shapes(connection) if base else {}
    difference_ = difference(
        found, makers(tables(new), dialect), old=old, new=new, dialect=dialect, version=base + 1,
    )
    problems: list[Problem] = []
    steps = []
    for step in difference_.steps:
        steps.append(replace(step, records=connection.exec_driver_sql(step.count).scalar_one()) if step.count else step)
        problems.extend(_conversion_problems(connection, step, old))
        problems.extend(_duplicates(connection, step, found))
    changes = diff(old.definitions if old else {}, new.definitions) if old or not base else ()
    return MigrationPlan(
        base, base + 1, old, new, tuple(changes), tuple(steps), tuple(problems), difference_.shapes,
    )


def run(connection: Connection, plan: MigrationPlan) -> None:
    """Run a plan in the open publishing transaction.

    Raises PublishRefused when the data does not allow it; the transaction must then be rolled back.
    """
    if plan.problems:
        raise PublishRefused(plan.problems)
    found = stored_shapes(connection) if plan.base else {}
    waiting: list[str] = []
    try:
        for step in plan.steps:
            if step.conversion is None and step.action != "rebuild_table":
                waiting.extend(step.sql)
                continue
            storage.run_script(connection, waiting)
            waiting.clear()
            _run_special(connection, step, plan)
        storage.run_script(connection, waiting)
    except IntegrityError as error:
        raise PublishRefused([Problem("data_forbids", (), {"reason": str(error.orig)})]) from error
    storage.forget_prepared(connection)
    if plan.needs_rebuild and storage.dialect(connection) == "sqlite":
        check_references(connection)
    _keep_shapes(connection, found, plan.shapes)


def _run_special(connection: Connection, step: Step, plan: MigrationPlan) -> None:
    if step.action == "rebuild_table":
        storage.run_script(connection, step.sql)
        rebuild(connection, plan.shapes[step.table])
        return
    conversion = step.conversion
    if conversion is None or plan.old is None:
        raise AssertionError(f"a step of no known kind: {step}")
    before, after = tables(plan.old), tables(plan.model)
    values = converted(connection, step, conversion, before)
    if values.problem:
        raise PublishRefused([values.problem])
    first = () if conversion.in_place else step.sql[:1]
    storage.run_script(connection, first)
    fill(connection, step, values, before=before, after=after)
    storage.run_script(connection, step.sql[len(first):])


def _conversion_problems(connection: Connection, step: Step, old: Model | None) -> Iterable[Problem]:
    if step.conversion is not None and old is not None:
        problem = converted(connection, step, step.conversion, tables(old)).problem
        if problem:
            yield problem


def _duplicates(connection: Connection, step: Step, found: Mapping[str, TableShape]) -> Iterable[Problem]:
    """Look for live records that share the values of a unique index to be made."""
    shape = found.get(step.table)
    columns = step.duplicates
    if not columns or shape is None or not shape.columns.keys() >= set(columns):
        return
    names = ", ".join(f'"{name}"' for name in columns)
    filled = " AND ".join(f'"{name}" IS NOT NULL' for name in columns)
    rows = connection.exec_driver_sql(
        f'SELECT {names}, count(*) FROM "{step.table}" WHERE deleted_at IS NULL AND {filled} '
        f"GROUP BY {names} HAVING count(*) > 1 LIMIT {EXAMPLES}"
    ).all()
    if rows:
        examples = ", ".join(" / ".join(map(str, row[:-1])) for row in rows)
        params = {"fields": ", ".join(columns), "count": sum(row[-1] for row in rows), "examples": examples}
        yield Problem("values_not_unique", (step.table, *columns), params)


def _keep_shapes(connection: Connection, found: Mapping[str, TableShape], shapes: Mapping[str, TableShape]) -> None:
    table = SYSTEM.shape
    changed = [name for name, shape in shapes.items() if found.get(name) != shape]
    if found and changed:
        connection.execute(delete(table).where(table.c.table_name.in_(changed)))
    rows = [{"table_name": name, "shape": shapes[name].to_json()} for name in changed]
    if rows:
        connection.execute(insert(table), rows)
