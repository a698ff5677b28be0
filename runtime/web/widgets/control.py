"""What a control is: how it is drawn, read back and written, and what it is made for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field as dataclass_field

from werkzeug.datastructures import MultiDict

from metadata.fields.contract import MISSING
from metadata.model import EMPTY, Field
from runtime.web.reader import Reader, Scene
from runtime.web.widgets.markup import attributes


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in one control: the raw value, names of chosen records by raw value, and its state."""

    raw: object = None
    names: Mapping[str, str] = EMPTY  # type: ignore[assignment]
    required: bool = False
    disabled: bool = False
    described_by: str = ""
    faulty: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """The control of one field; `box` are the classes of its place, `group` says that it is several inputs."""

    draw: Callable[[Filled, Scene], str]
    read: Callable[[MultiDict[str, str]], object]
    write: Callable[[object], object]
    box: str = ""
    group: bool = False
    wide: bool = False
    relation: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a control is made for."""

    reader: Reader
    field: Field
    codes: frozenset[str] | None = None
    name: str = dataclass_field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.field.name)

    def option(self, name: str) -> object:
        return self.field.options.get(name)


def state_of(filled: Filled) -> str:
    """The attributes that depend on the moment."""
    if not (filled.required or filled.disabled or filled.described_by or filled.faulty):
        return ""
    return attributes(
        aria_required="true" if filled.required else None,
        aria_invalid="true" if filled.faulty else None,
        aria_describedby=filled.described_by or None,
        disabled=filled.disabled,
    )


def sent_text(name: str) -> Callable[[MultiDict[str, str]], object]:
    def read(sent: MultiDict[str, str]) -> object:
        return sent[name] if name in sent else MISSING

    return read


def plain(value: object) -> object:
    return "" if value is None else str(value)
