"""The form of a record: one plan per layout, reader and record type; filled, read back, and asked how it stands.

A form speaks in raw values: what was typed stands there again when something is wrong. `was` holds the raw values at
the time the form was opened, so that a save changes only what its user changed, and a conflict can show all sides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from metadata.errors import InvalidValue
from metadata.expressions import ERROR, Moment
from metadata.fields.contract import MISSING
from metadata.model import Layout, Object, Placement
from metadata.text import Text
from runtime.records.defaults import default_values
from runtime.records.evaluation import formula_value, kept_paths
from runtime.records.kept import Kept
from runtime.records.moments import moment_of
from runtime.records.questions import Question, ask
from runtime.records.record import Record
from runtime.unit import Unit
from runtime.web.layouts import layout_of
from runtime.web.reader import Reader
from runtime.web.sections import Block, Slot, SlotState, blocks_of, conditions_of, holds, state_of
from runtime.web.widgets.boxes import Box, box_of
from runtime.web.widgets.cells import Column, column

Raw = Mapping[str, object]
"""Raw values by field name, as controls write and read them."""

PREFILL = "set."
_MORE = Text.of({"en": "Further required fields", "zh_CN": "其他必填项"})


@dataclass(frozen=True, slots=True, eq=False)
class FormPlan:
    """Everything about a form that does not depend on its record.

    `boxes` are the fields that are entered, `shown` those that are only shown, both by field name.
    `live` tells that something depends on what is entered, so that the form asks while it is filled in.
    """

    of: Object
    layout: Layout
    blocks: tuple[Block, ...]
    boxes: Mapping[str, Box]
    shown: Mapping[str, Column]
    fields: tuple[str, ...]
    live: bool


@dataclass(frozen=True, slots=True)
class FormState:
    """How a form stands with certain values: the sections to show, the state of each field, computed values."""

    sections: Mapping[str, bool]
    fields: Mapping[str, SlotState]
    values: Mapping[str, object]


def form_plan(reader: Reader, of: Object, *, record_type: str | None, creating: bool) -> FormPlan:
    """Give the plan of a form for a reader."""
    layout = layout_of(reader, of, record_type)
    return _plans.get(
        (reader.key, of.name, layout.name, record_type, creating),
        lambda: _planned(reader, of, layout, record_type=record_type, creating=creating),
    )


_plans: Kept[FormPlan] = Kept(1_000)


def _planned(reader: Reader, of: Object, layout: Layout, *, record_type: str | None, creating: bool) -> FormPlan:
    blocks = _once_each(blocks_of(reader, of, layout))
    if creating:
        blocks = (*blocks, *_forgotten(reader, of, blocks))
    kind = of.record_types.get(record_type or "")
    boxes: dict[str, Box] = {}
    shown: dict[str, Column] = {}
    for slot in (slot for block in blocks for slot in block.slots):
        name = slot.field.name
        if _is_entered(reader, of, slot):
            codes = kind.values.get(name) if kind else None
            boxes[name] = box_of(reader, slot.field, wide=slot.wide, codes=frozenset(codes) if codes else None)
        else:
            shown[name] = column(reader, of, (name,))
    if creating:
        # What the platform will compute or number is not there yet; formulas are shown while one types.
        blocks = tuple(_kept_slots(each, lambda slot: slot.field.name in boxes or slot.field.formula is not None) for each in blocks)
    live = bool(conditions_of(blocks)) or any(slot.field.formula is not None for block in blocks for slot in block.slots)
    fields = dict.fromkeys((of.name_field,) if of.name_field in reader.access.readable(of.name) else ())
    fields.update(dict.fromkeys(_readable(reader, of) if live else boxes))
    fields.update(dict.fromkeys(path for name in boxes for path in _name_paths(reader, of, name)))
    fields.update(dict.fromkeys(path for each in shown.values() for path in each.needs))
    return FormPlan(of, layout, tuple(each for each in blocks if each.slots), boxes, shown, tuple(fields), live)


def _name_paths(reader: Reader, of: Object, name: str) -> tuple[str, ...]:
    """Where the name of the record that a relation leads to is found."""
    field = of.fields[name]
    if not field.is_relation:
        return ()
    path = (name, reader.model.objects[field.targets[0]].name_field)
    return (".".join(path),) if reader.access.can_read_path(of.name, path) else ()


def _readable(reader: Reader, of: Object) -> list[str]:
    """The stored fields: conditions may read any of them."""
    return [name for name, field in of.fields.items() if name in reader.access.readable(of.name) and field.formula is None]


def _once_each(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """A field that stands in a layout twice is entered where it stands first."""
    seen: set[str] = set()

    def is_first(slot: Slot) -> bool:
        first = slot.field.name not in seen
        seen.add(slot.field.name)
        return first

    return tuple(_kept_slots(block, is_first) for block in blocks)


def _kept_slots(block: Block, wanted: object) -> Block:
    slots = tuple(slot for slot in block.slots if wanted(slot))  # type: ignore[operator]
    return Block(block.name, block.label, block.columns, block.show_when, slots)


def _forgotten(reader: Reader, of: Object, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Required fields that the layout leaves out: without them nothing could be created."""
    placed = {slot.field.name for block in blocks for slot in block.slots}
    missing = [
        each for each in of.own_fields
        if each.required and each.default is None and each.name not in placed and not each.type.computed
        and each.name in reader.access.editable(of.name)
    ]
    slots = tuple(Slot(each, Placement(each.name), False) for each in missing)
    return (Block("further", reader.text(_MORE), 2, None, slots),) if slots else ()


def _is_entered(reader: Reader, of: Object, slot: Slot) -> bool:
    field = slot.field
    if field.type.computed or field.formula is not None or field.read_only:
        return False
    if field.standard and field.name not in ("owner", "org_unit"):
        return False
    return field.name in reader.access.editable(of.name)


def new_raw(unit: Unit, reader: Reader, plan: FormPlan, given: Mapping[str, object]) -> dict[str, object]:
    """What a new record's form begins with: the defaults, over them what was given (parsed values)."""
    values = default_values(unit.ctx, unit.connection, reader.access, plan.of, given)
    return {name: box.control.write(values.get(name)) for name, box in plan.boxes.items()}


def raw_of(plan: FormPlan, record: Record) -> dict[str, object]:
    """What the form of a record begins with."""
    return {name: box.control.write(record.get(name)) for name, box in plan.boxes.items()}


def prefilled(reader: Reader, of: Object, arguments: MultiDict[str, str]) -> dict[str, object]:
    """Read `set.<field>=<value>` of an address; what does not fit is left out."""
    found: dict[str, object] = {}
    for key in arguments:
        name = key.removeprefix(PREFILL)
        field = of.fields.get(name) if key.startswith(PREFILL) else None
        if field is None or field.type.computed or name not in reader.access.editable(of.name):
            continue
        try:
            found[name] = field.type.parse(field, arguments[key])
        except InvalidValue:
            continue
    return found


def sent_raw(plan: FormPlan, sent: MultiDict[str, str]) -> dict[str, object]:
    """Read back what a form holds; fields that were not sent are left out."""
    found = {name: box.control.read(sent) for name, box in plan.boxes.items()}
    return {name: raw for name, raw in found.items() if raw is not MISSING}


def form_state(unit: Unit, reader: Reader, plan: FormPlan, raw: Raw, *, record: Record | None) -> FormState:
    """Ask how the form stands with these values; what can't be read yet counts as blank."""
    if not plan.live:
        return FormState({}, {}, {})
    values = dict(record.values) if record is not None else {"owner": unit.ctx.user.id}
    for name, given in raw.items():
        values[name] = _parsed(plan, name, given)
    moment = moment_of(unit.ctx)
    values.update(_related(unit, reader, plan, values, record))
    _compute(plan, values, moment)
    return FormState(
        {each.name: holds(each.show_when, values, moment, otherwise=True) for each in plan.blocks},
        {slot.field.name: state_of(slot, values, moment) for block in plan.blocks for slot in block.slots},
        values,
    )


def _parsed(plan: FormPlan, name: str, raw: object) -> object:
    field = plan.of.fields[name]
    try:
        return field.type.parse(field, raw)
    except InvalidValue:
        return None


def _related(
    unit: Unit, reader: Reader, plan: FormPlan, values: Mapping[str, object], record: Record | None
) -> Mapping[str, object]:
    """What conditions and formulas read across relations, asked in one statement."""
    formulas = [slot.field.formula for block in plan.blocks for slot in block.slots]
    needed = kept_paths(unit.ctx.model, plan.of, f"form {plan.layout.name}", (*conditions_of(plan.blocks), *formulas))
    readable = reader.access.can_read_path
    paths = tuple(each for each in needed if values.get(each[0]) is not None and readable(plan.of.name, each))
    if not paths:
        return {}
    question = Question(plan.of.name, paths=paths, as_reader=True)
    return ask(unit.ctx, unit.connection, reader.access, question, values, record_id=record.id if record else None).related


def _compute(plan: FormPlan, values: dict[str, object], moment: Moment) -> None:
    """Compute the formulas of the object that conditions or the form read."""
    def value_of(path: tuple[str, ...]) -> object:
        if len(path) == 1 and (field := plan.of.fields[path[0]]).formula is not None:
            return formula_value(field, value_of, moment)
        return values.get(".".join(path))

    read = {path[0] for each in conditions_of(plan.blocks) for path in each.references if len(path) == 1}
    read |= {slot.field.name for block in plan.blocks for slot in block.slots}
    for name in read:
        if plan.of.fields[name].formula is not None:
            values[name] = value_of((name,))


def is_blank(raw: object) -> bool:
    """Whether nothing stands in a control."""
    return raw is None or raw == "" or raw == [] or raw is ERROR


def was_field(raw: Raw) -> str:
    """Write the values that a form was opened with."""
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def read_was(text: str) -> dict[str, object]:
    """Read `was_field` back; something else counts as nothing."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def changed(raw: Raw, was: Raw) -> dict[str, object]:
    """What the user changed since the form was opened."""
    return {name: value for name, value in raw.items() if name not in was or differs(was[name], value)}


def differs(one: object, other: object) -> bool:
    """Whether two raw values mean something else; the order of several chosen values means nothing."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) != sorted(map(str, other))
    return one != other

