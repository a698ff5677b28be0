"""The sections of a layout as one reader sees them: which fields stand where, and what their conditions say now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metadata.expressions import ERROR, Expression, Moment, evaluate
from metadata.model import Field, Layout, Object, Placement
from runtime.web.reader import Reader

Values = Mapping[str, object]
"""Values by dotted path."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A field in its place."""

    field: Field
    placement: Placement
    wide: bool


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A section with the fields that the reader may see; its name is unique on the page."""

    name: str
    label: str
    columns: int
    show_when: Expression | None
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class SlotState:
    """What a field's conditions say."""

    show: bool = True
    required: bool = False
    read_only: bool = False


_WIDE = ("textarea", "rich_text")


def blocks_of(reader: Reader, of: Object, layout: Layout, *, tab: str | None = None) -> tuple[Block, ...]:
    """The sections of one tab, or of all, without fields that the reader may not see."""
    readable = reader.access.readable(of.name)
    blocks = []
    for each in layout.tabs:
        if tab is not None and each.name != tab:
            continue
        for section in each.sections:
            slots = tuple(
                Slot(of.fields[place.field], place, place.wide or of.fields[place.field].type.widget in _WIDE)
                for place in section.fields if place.field in readable
            )
            if slots:
                name = f"{each.name}-{section.name}"
                blocks.append(Block(name, reader.text(section.label), section.columns, section.show_when, slots))
    return tuple(blocks)


def conditions_of(blocks: tuple[Block, ...]) -> tuple[Expression, ...]:
    """Every condition that stands in some sections."""
    found = [each.show_when for each in blocks]
    for block in blocks:
        for slot in block.slots:
            found += [slot.placement.show_when, slot.placement.required_when, slot.placement.read_only_when]
    return tuple(each for each in found if each is not None)


def paths_read(reader: Reader, of: Object, expressions: tuple[Expression, ...]) -> tuple[str, ...]:
    """The paths that conditions read, as far as the reader may; what he may not read counts as blank."""
    paths = dict.fromkeys(path for each in expressions for path in each.references)
    return tuple(".".join(path) for path in paths if reader.access.can_read_path(of.name, path))


def holds(condition: Expression | None, values: Values, moment: Moment, *, otherwise: bool) -> bool:
    """Whether a condition is true; without one the answer is `otherwise`. Blank and error are not true."""
    if condition is None:
        return otherwise
    return evaluate(condition, _reader_of(values), moment) is True


def _reader_of(values: Values) -> Callable[[tuple[str, ...]], object]:
    def value_of(path: tuple[str, ...]) -> object:
        value = values.get(".".join(path))
        return None if value is ERROR else value

    return value_of


def state_of(slot: Slot, values: Values, moment: Moment) -> SlotState:
    """Ask the conditions of a field."""
    place = slot.placement
    return SlotState(
        holds(place.show_when, values, moment, otherwise=True),
        slot.field.required or holds(place.required_when, values, moment, otherwise=False),
        holds(place.read_only_when, values, moment, otherwise=False),
    )
