"""How plans and differences are shown on the command line: one line each for people, plain data for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping

from metadata.diff import Change
from tenants.migrate import MigrationPlan
from tenon.desk import Desk

SIGNS: Mapping[str, str] = {"added": "+", "removed": "-", "changed": "~"}
LONGEST = 70


def line_of(desk: Desk, change: Change) -> str:
    """Write a change: `~ object loan fields.due_date.required: false → true`."""
    place = " ".join(part for part in (change.kind, change.name, ".".join(map(str, change.path))) if part)
    if change.action == "changed":
        return f"{SIGNS[change.action]} {place}: {_short(change.old)} → {_short(change.new)}"
    return f"{SIGNS[change.action]} {place}"


def plan_lines(desk: Desk, plan: MigrationPlan) -> tuple[str, ...]:
    """Write a plan: what changes in the definitions, then what happens to the tables and their records."""
    changes = [f"  {line_of(desk, each)}" for each in plan.changes]
    steps = [f"  {'!' if each.takes_away else '·'} {desk.problem_text(each.words)}" for each in plan.steps]
    return (
        desk.text("plan_changes", count=len(changes)), *changes, desk.text("plan_steps", count=len(steps)), *steps,
        *([desk.text("plan_takes_away", count=len(plan.takes_away))] if plan.takes_away else []),
    )


def plan_data(desk: Desk, plan: MigrationPlan) -> dict[str, object]:
    """Give a plan as plain data, with its statements."""
    steps = [
        {
            "action": each.action, "table": each.table, "column": each.column, "records": each.records,
            "takes_away": each.takes_away, "text": desk.problem_text(each.words), "sql": list(each.sql),
        }
        for each in plan.steps
    ]
    return {"base": plan.base, "changes": [each.to_json() for each in plan.changes], "steps": steps}


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
