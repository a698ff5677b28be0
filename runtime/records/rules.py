"""Validation rules, and the conditions of the layout that applies to a record."""

from __future__ import annotations

from collections.abc import Iterator

from metadata.errors import Problem
from metadata.expressions import ERROR, Expression
from metadata.model import Layout, Model, Object, Placement
from runtime.records.access import Access
from runtime.records.checks import Values, is_blank, record_type
from runtime.records.evaluation import Evaluation, fields_read


def rule_problems(access: Access, of: Object, evaluation: Evaluation, *, faulty: frozenset[str], locale: str
                  ) -> Iterator[Problem]:
    """Name every rule that is broken, warnings among them; rules over values already faulty are left out."""
    for rule in of.validation:
        if any(path[0] in faulty for path in rule.error_when.references):
            continue
        result = evaluation.compute(rule.error_when)
        if result is True or result is ERROR:
            shown = rule.field if rule.field in access.readable(of.name) else None
            path = (shown,) if shown else ()
            params = {"rule": rule.name, "message": rule.message.in_(locale)}
            code = "validation_rule" if result is True else "validation_rule_error"
            yield Problem(code, path, params, level=rule.level)


def standing_rules(of: Object, changed: frozenset[str]) -> frozenset[str]:
    """The rules that read nothing of what changed: what they say now they said before."""
    return frozenset(rule.name for rule in of.validation if fields_read(of, rule.error_when).isdisjoint(changed))


def layout_of(model: Model, of: Object, values: Values) -> Layout | None:
    """The layout that applies to a record: its record type's, else the one named like the object, else the first."""
    kind = record_type(of, values)
    named = kind.layout if kind is not None and kind.layout else of.name
    if named in model.layouts and model.layouts[named].object == of.name:
        return model.layouts[named]
    return next((each for each in model.layouts.values() if each.object == of.name), None)


def layout_expressions(model: Model, of: Object) -> Iterator[Expression | None]:
    """Every condition that a layout of the object may ask."""
    for layout in model.layouts.values():
        if layout.object == of.name:
            for placement, section_shows in _placements(layout):
                yield from (section_shows, placement.show_when, placement.required_when, placement.read_only_when)


def layout_problems(
    access: Access, of: Object, layout: Layout, evaluation: Evaluation, *, values: Values, changed: frozenset[str]
) -> Iterator[Problem]:
    """Name the fields that the layout requires now; a field that it hides now is not required by it."""
    readable = access.readable(of.name)
    for placement, section_shows in _placements(layout):
        shown = _holds(evaluation, section_shows) and _holds(evaluation, placement.show_when)
        needed = shown and evaluation.is_true(placement.required_when)
        if needed and placement.field in readable and is_blank(values.get(placement.field)):
            yield Problem("required", (placement.field,), {"name": placement.field})
    yield from _stage_problems(layout, readable, values, changed)


def held_fast(layout: Layout, before: Evaluation, after: Evaluation, changed: frozenset[str]) -> Iterator[Problem]:
    """Name the changed fields that the layout makes read-only, for the record as it was and as it would be."""
    for placement, _ in _placements(layout):
        condition = placement.read_only_when
        if placement.field in changed and before.is_true(condition) and after.is_true(condition):
            yield Problem("read_only_now", (placement.field,), {"name": placement.field})


def _stage_problems(layout: Layout, readable: frozenset[str], values: Values, changed: frozenset[str]
                    ) -> Iterator[Problem]:
    path = layout.path
    if path is None or path.field not in changed:
        return
    stage = values.get(path.field)
    for name in path.require.get(stage, ()) if isinstance(stage, str) else ():
        if name in readable and is_blank(values.get(name)):
            yield Problem("required_at_stage", (name,), {"name": name, "stage": stage, "field": path.field})


def _holds(evaluation: Evaluation, condition: Expression | None) -> bool:
    return condition is None or evaluation.is_true(condition)


def _placements(layout: Layout) -> Iterator[tuple[Placement, Expression | None]]:
    for tab in layout.tabs:
        for section in tab.sections:
            for placement in section.fields:
                yield placement, section.show_when
