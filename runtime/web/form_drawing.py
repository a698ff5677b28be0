"""Draws a form: its fields with what stands in them, and the names of the records chosen in them."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from metadata.model import Field
from runtime.records.files import file_infos
from runtime.records.record import Record
from runtime.unit import Unit
from runtime.web.forms import FormPlan, FormState, Raw
from runtime.web.names import names_of, with_names
from runtime.web.reader import Scene
from runtime.web.sections import Slot
from runtime.web.shell import Place
from runtime.web.widgets.boxes import SETTLED, Box, Fault, draw_block, draw_box, draw_shown
from runtime.web.widgets.markup import joined


def draw_form(
    unit: Unit, plan: FormPlan, raw: Raw, *, state: FormState, faults: Mapping[str, tuple[Fault, ...]],
    record: Record | None, scene: Scene,
) -> Markup:
    """Draw all sections of a form."""
    names = chosen_names(unit, plan.boxes, raw, record=record)
    shown = _shown_values(unit, plan, state, record)

    def draw(slot: Slot) -> str:
        name = slot.field.name
        own = state.fields.get(name, SETTLED)
        if name in plan.boxes:
            return draw_box(
                plan.boxes[name], raw.get(name), scene, names=names.get(name, {}), state=own, faults=faults.get(name, ())
            )
        return draw_shown(plan.shown[name], shown, scene, wide=slot.wide, state=own)

    return joined([
        draw_block(block, [draw(slot) for slot in block.slots], hidden=not state.sections.get(block.name, True), titled=True)
        for block in plan.blocks
    ])


def _shown_values(unit: Unit, plan: FormPlan, state: FormState, record: Record | None) -> Mapping[str, object]:
    """The values of fields that are only shown: the record's, and formulas as they stand."""
    if not plan.shown:
        return {}
    blank = {path: None for each in plan.shown.values() for path in each.needs}
    if record is None:
        return {**blank, **state.values}
    held = with_names(unit, tuple(plan.shown.values()), [record])[0]
    return {**blank, **held, **{name: value for name, value in state.values.items() if name in plan.shown}, "id": record.id}


def chosen_names(
    unit: Unit, boxes: Mapping[str, Box], raw: Raw, *, record: Record | None = None
) -> dict[str, dict[str, str]]:
    """The names of the records and files that stand in a form, by field and raw value.

    What `record` was read with is known; for the rest it takes one question per object.
    """
    read = {name: {str(raw[name]): known} for name in boxes if (known := _read_name(unit, boxes[name].field, raw, record))}
    asked = {name: box for name, box in boxes.items() if name not in read}
    return {**_asked_names(unit, asked, raw), **read}


def _read_name(unit: Unit, field: Field, raw: Raw, record: Record | None) -> str:
    """The name that came along with a record, if the form still holds the same relation."""
    if record is None or not field.is_relation or str(record.get(field.name)) != str(raw.get(field.name)):
        return ""
    name = record.get(f"{field.name}.{unit.ctx.model.objects[field.targets[0]].name_field}")
    return "" if name is None else str(name)


def _asked_names(unit: Unit, boxes: Mapping[str, Box], raw: Raw) -> dict[str, dict[str, str]]:
    wanted: dict[str, set[int]] = {}
    for name, box in boxes.items():
        for target, number in _references(box.field, raw.get(name)):
            wanted.setdefault(target, set()).add(number)
    known = {target: names_of(unit, target, ids) for target, ids in wanted.items()}
    found = {
        name: {
            _written(box.field, target, number): known[target].get(number) or "…"
            for target, number in _references(box.field, raw.get(name))
        }
        for name, box in boxes.items() if box.control.relation
    }
    found.update(_file_names(unit, boxes, raw))
    return found


def _references(field: Field, raw: object) -> list[tuple[str, int]]:
    """The records that a raw value names; what is no id names none."""
    found = []
    for each in raw if isinstance(raw, list | tuple) else [raw]:
        target, _, number = str(each or "").rpartition("/")
        if field.targets and number.isascii() and number.isdigit() and len(number) < 19:
            target = target or field.targets[0]
            if target in field.targets:
                found.append((target, int(number)))
    return found


def _written(field: Field, target: str, number: int) -> str:
    return f"{target}/{number}" if field.type.widget == "any_lookup" else str(number)


def _file_names(unit: Unit, boxes: Mapping[str, Box], raw: Raw) -> dict[str, dict[str, str]]:
    held = {
        name: str(raw[name]) for name, box in boxes.items()
        if box.field.type.widget in ("file", "image") and str(raw.get(name) or "").isdigit()
    }
    infos = file_infos(unit.connection, [int(each) for each in held.values()]) if held else {}
    return {name: {number: infos[int(number)].name} for name, number in held.items() if int(number) in infos}


def rail_of(plan: FormPlan, state: FormState) -> list[Place]:
    """The sections of a long form, to jump to."""
    titled = [each for each in plan.blocks if each.label and state.sections.get(each.name, True)]
    return [Place(f"#s-{each.name}", each.label) for each in titled] if len(titled) > 2 else []
