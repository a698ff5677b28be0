"""A field in a form: label, control, help and what is wrong with it, and the sections that hold such boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import escape

from metadata.model import EMPTY, Field
from runtime.web.reader import Reader, Scene
from runtime.web.sections import Block, SlotState
from runtime.web.widgets.cells import Column
from runtime.web.widgets.control import Control, Filled
from runtime.web.widgets.controls import control
from runtime.web.widgets.markup import icon

SETTLED = SlotState()
FAULT, CAUTION = "fault", "fault caution"


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """One field's box, with all that can be written before a value is known."""

    field: Field
    control: Control
    opening: str
    """The tag and the label; `{hidden}` and `{need}` stand for what depends on the moment."""
    help: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field, as a sentence; a `caution` does not keep from saving."""

    text: str
    is_caution: bool = False


def box_of(reader: Reader, field: Field, *, wide: bool, codes: frozenset[str] | None = None) -> Box:
    """Prepare the box of a field."""
    made = control(reader, field, codes=codes)
    label = escape(reader.label(field))
    need = '<span class="need" aria-hidden="true"{}>*</span>'
    tag = f'<span class="label" id="l-{field.name}">{label}' if made.group else f'<label for="f-{field.name}">{label}'
    end = "</span>" if made.group else "</label>"
    group = f' role="group" aria-labelledby="l-{field.name}"' if made.group else ""
    opening = f'<div class="field{" wide" if wide or made.wide else ""}" data-field="{field.name}"{group}'
    text = reader.text(field.help) if field.help else ""
    help_ = f'<div class="help" id="h-{field.name}">{escape(text)}</div>' if text else ""
    return Box(field, made, f"{opening}\0>{tag}{need.format(chr(1))}{end}", help_)


def draw_box(
    box: Box, raw: object, scene: Scene, *, names: Mapping[str, str] = EMPTY, state: SlotState = SETTLED,  # type: ignore[assignment]
    faults: tuple[Fault, ...] = (),
) -> str:
    """Draw a field to be entered."""
    name = box.field.name
    required = box.field.required or state.required
    described = (f"h-{name} " if box.help else "") + (f"e-{name}" if faults else "")
    filled = Filled(
        raw, names, required, state.read_only or not state.show, described.strip(), any(not each.is_caution for each in faults)
    )
    opening = box.opening.replace("\0", "" if state.show else " hidden", 1).replace("\1", "" if required else " hidden", 1)
    return f"{opening}{box.control.draw(filled, scene)}{box.help}{_faults(name, faults) if faults else ''}</div>"


def _faults(name: str, faults: tuple[Fault, ...]) -> str:
    lines = "".join(
        f'<div class="{CAUTION if each.is_caution else FAULT}">{icon("alert-triangle" if each.is_caution else "alert-circle")}'
        f"<span>{escape(each.text)}</span></div>"
        for each in faults
    )
    return f'<div id="e-{name}">{lines}</div>'


def draw_shown(column: Column, values: Mapping[str, object], scene: Scene, *, wide: bool, state: SlotState = SETTLED) -> str:
    """Draw a field that is shown and not entered."""
    name = column.field.name
    hidden = "" if state.show else " hidden"
    return (
        f'<div class="field{" wide" if wide else ""}" data-field="{name}"{hidden}><span class="label">{escape(column.label)}</span>'
        f'<div class="computed" data-computed>{column.cell(values, scene)}</div></div>'
    )


def draw_block(block: Block, boxes: list[str], *, hidden: bool, titled: bool) -> str:
    """Draw a section; a hidden one is disabled, so that nothing of it is sent."""
    title = f'<h2 id="t-{block.name}">{escape(block.label)}</h2>' if block.label and titled else ""
    named = f' aria-labelledby="t-{block.name}"' if title else ""
    return (
        f'<fieldset class="section" id="s-{block.name}" data-section="{block.name}"{named}{" hidden disabled" if hidden else ""}>'
        f'{title}<div class="fields{" one" if block.columns == 1 else ""}">{"".join(boxes)}</div></fieldset>'
    )


def hidden_field(name: str, value: object) -> str:
    """A field of a form that its user does not see."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
