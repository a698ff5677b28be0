"""How a value is entered: one control per kind of field, looked up by the `widget` of its type.

A control speaks in raw values, as forms and JSON do: `write` makes one from a held value, `draw` puts one into HTML,
`read` takes one from what was sent. What a person typed is shown to him again as he typed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field as dataclass_field
from decimal import Decimal

from markupsafe import escape
from werkzeug.datastructures import MultiDict

from metadata.fields.contract import MISSING
from metadata.fields.temporal import localized
from metadata.model import EMPTY, Choice, Field
from runtime.web import formats
from runtime.web.reader import Reader, Scene
from runtime.web.widgets.cells import currency_of
from runtime.web.widgets.markup import attributes

MOST_SHOWN = 400
"""A whole number's and a decimal's longest text in a form."""


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


def control(reader: Reader, field: Field, *, codes: frozenset[str] | None = None) -> Control:
    """Make the control of a field; `codes` are the picklist values that a record type leaves."""
    maker = _MAKERS.get(field.type.widget, _text)
    return maker(_Request(reader, field, codes))


@dataclass(frozen=True, slots=True)
class _Request:
    """What a control is made for."""

    reader: Reader
    field: Field
    codes: frozenset[str] | None = None
    name: str = dataclass_field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.field.name)

    def option(self, name: str) -> object:
        return self.field.options.get(name)


def _state(filled: Filled) -> str:
    """The attributes that depend on the moment."""
    if not (filled.required or filled.disabled or filled.described_by or filled.faulty):
        return ""
    return attributes(
        aria_required="true" if filled.required else None,
        aria_invalid="true" if filled.faulty else None,
        aria_describedby=filled.described_by or None,
        disabled=filled.disabled,
    )


def _one(name: str) -> Callable[[MultiDict[str, str]], object]:
    def read(sent: MultiDict[str, str]) -> object:
        return sent[name] if name in sent else MISSING

    return read


def _plain(value: object) -> object:
    return "" if value is None else str(value)


def _line(asked: _Request, *, box: str = "", write: Callable[[object], object] = _plain, read: Callable[[MultiDict[str, str]], object] | None = None, before: str = "", after: str = "", **given: object) -> Control:
    """An <input> of one line, with what stands before and after it."""
    start = f'<input class="form-control" id="f-{asked.name}" name="{asked.name}"{attributes(**given)}'
    affixed = bool(before or after)
    lead = f'<div class="affix {box}">' + (f"<span>{escape(before)}</span>" if before else "") if affixed else ""
    trail = (f"<span>{escape(after)}</span>" if after else "") + "</div>" if affixed else ""
    if box and not affixed:
        start = start.replace('"form-control"', f'"form-control {box}"')

    def draw(filled: Filled, scene: Scene) -> str:
        return f'{lead}{start} value="{escape(filled.raw or "")}"{_state(filled)}>{trail}'

    return Control(draw, read or _one(asked.name), write)


def _text(asked: _Request) -> Control:
    longest = asked.option("max_length")
    return _line(asked, type="text", maxlength=longest, autocomplete="off")


def _email(asked: _Request) -> Control:
    return _line(asked, type="email", maxlength=254, autocomplete="off")


def _phone(asked: _Request) -> Control:
    return _line(asked, type="tel", maxlength=40, autocomplete="off", box="w-moment")


def _address(asked: _Request) -> Control:
    return _line(asked, type="url", maxlength=2000, autocomplete="off", placeholder="https://")


def _area(asked: _Request, *, rich: bool = False) -> Control:
    given = attributes(rows=4, maxlength=asked.option("max_length"), data_rich=rich or None)
    start = f'<textarea class="form-control" id="f-{asked.name}" name="{asked.name}"{given}'

    def draw(filled: Filled, scene: Scene) -> str:
        # A first line break after the tag would be swallowed; one more is therefore written.
        return f"{start}{_state(filled)}>\n{escape(filled.raw or '')}</textarea>"

    return Control(draw, _one(asked.name), _plain, wide=True)


def _rich_text(asked: _Request) -> Control:
    return _area(asked, rich=True)


def _number(asked: _Request) -> Control:
    whole = asked.field.type.widget == "integer"
    return _line(
        asked, box="w-figure", write=_plain_number, read=_figure(asked.reader.locale, asked.name),
        type="text", inputmode="numeric" if whole else "decimal", maxlength=MOST_SHOWN, autocomplete="off",
    )


def _money(asked: _Request) -> Control:
    sign = "" if asked.option("currency_field") else formats.currency_symbol(asked.reader.locale, currency_of(asked.reader, asked.field)).strip()
    return _line(
        asked, box="w-figure", write=_plain_number, read=_figure(asked.reader.locale, asked.name), before=sign,
        type="text", inputmode="decimal", maxlength=MOST_SHOWN, autocomplete="off",
    )


def _percent(asked: _Request) -> Control:
    figure = _figure(asked.reader.locale, asked.name)

    def read(sent: MultiDict[str, str]) -> object:
        raw = figure(sent)
        if not isinstance(raw, str) or not raw.strip():
            return raw
        return raw if raw.rstrip().endswith(("%", "％")) else f"{raw}%"

    def write(value: object) -> object:
        return "" if value is None else f"{(Decimal(value) * 100).normalize():f}"  # type: ignore[arg-type]

    made = _line(asked, box="w-figure", write=write, read=read, after="%", type="text", inputmode="decimal", maxlength=MOST_SHOWN, autocomplete="off")

    def draw(filled: Filled, scene: Scene) -> str:
        shown = filled.raw.rstrip("%％ ") if isinstance(filled.raw, str) else filled.raw
        return made.draw(_with_raw(filled, shown), scene)

    return Control(draw, read, write)


def _with_raw(filled: Filled, raw: object) -> Filled:
    return Filled(raw, filled.names, filled.required, filled.disabled, filled.described_by, filled.faulty)


def _plain_number(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _plain(value)


def _figure(locale: str, name: str) -> Callable[[MultiDict[str, str]], object]:
    """Read a figure as people type it: with the thousands separators and the decimal sign of their language."""
    separators = formats.separators(locale)
    drop = {ord("\N{NO-BREAK SPACE}"): None, ord(" "): None, ord(separators.group): None, ord("，"): None}
    comma = separators.point

    def read(sent: MultiDict[str, str]) -> object:
        if name not in sent:
            return MISSING
        return sent[name].translate(drop).replace(comma, ".")

    return read


def _date(asked: _Request) -> Control:
    return _line(asked, box="w-date", type="date", min="0001-01-01", max="9999-12-31")


def _datetime(asked: _Request) -> Control:
    zone = formats.zone_of(asked.reader.time_zone)

    def read(sent: MultiDict[str, str]) -> object:
        return localized(sent[asked.name], asked.reader.time_zone) if asked.name in sent else MISSING

    def write(value: object) -> object:
        return "" if value is None else value.astimezone(zone).isoformat()  # type: ignore[attr-defined]

    made = _line(asked, box="w-moment", type="datetime-local", min="0001-01-01T00:00", max="9999-12-31T23:59")

    def draw(filled: Filled, scene: Scene) -> str:
        # The zone is the reader's own, so it is not shown: "2026-01-10T09:00:00+08:00" is 09:00 to him.
        return made.draw(_with_raw(filled, str(filled.raw or "")[:16]), scene)

    return Control(draw, read, write)


def _time(asked: _Request) -> Control:
    return _line(asked, box="w-time", type="time", write=lambda value: "" if value is None else value.isoformat("minutes"))  # type: ignore[attr-defined]


def _checkbox(asked: _Request) -> Control:
    name = asked.name
    yes = escape(asked.reader.say("Yes"))
    # Without a tick a check box sends nothing; the hidden "false" before it says that it was there.
    start = f'<label class="tickbox"><input type="hidden" name="{name}" value="false"{{}}><input type="checkbox" id="f-{name}" name="{name}" value="true"'

    def draw(filled: Filled, scene: Scene) -> str:
        ticked = " checked" if filled.raw in (True, "true") else ""
        return f"{start.format(' disabled' if filled.disabled else '')}{ticked}{_state(filled)}>{yes}</label>"

    def read(sent: MultiDict[str, str]) -> object:
        return sent.getlist(name)[-1] if name in sent else MISSING

    return Control(draw, read, lambda value: "true" if value else "false", group=False)


def _choices(asked: _Request) -> list[tuple[Choice, str]]:
    every = asked.field.picklist.choices.values() if asked.field.picklist else ()
    return [(each, asked.reader.text(each.label) or each.code) for each in every if asked.codes is None or each.code in asked.codes]


def _select(asked: _Request) -> Control:
    offered = _choices(asked)
    opening = f'<select class="form-select" id="f-{asked.name}" name="{asked.name}"' + attributes(data_controlled_by=asked.field.controlled_by)
    options = [(each.code, _option(each, label), each.active) for each, label in offered]

    def draw(filled: Filled, scene: Scene) -> str:
        raw = filled.raw or ""
        body = "".join(
            html.replace(">", " selected>", 1) if code == raw else html for code, html, active in options if active or code == raw
        )
        return f'{opening}{_state(filled)}><option value="">–</option>{body}</select>'

    return Control(draw, _one(asked.name), _plain)


def _option(choice: Choice, label: str) -> str:
    return f'<option value="{escape(choice.code)}"{attributes(data_when=" ".join(choice.when) or None)}>{escape(label)}</option>'


def _multi_select(asked: _Request) -> Control:
    offered = _choices(asked)
    opening, name = _multiple(asked.name), asked.name

    def draw(filled: Filled, scene: Scene) -> str:
        chosen = _listed(filled.raw)
        body = "".join(
            f'<option value="{escape(each.code)}"{" selected" if each.code in chosen else ""}>{escape(label)}</option>'
            for each, label in offered if each.active or each.code in chosen
        )
        return f"{opening}{_state(filled)}>{body}</select>"

    return Control(draw, _several(name), lambda value: list(value or ()))  # type: ignore[call-overload]


def _multiple(name: str, **given: object) -> str:
    return f'<input type="hidden" name="{name}" value=""><select class="form-select" id="f-{name}" name="{name}" multiple{attributes(**given)}'


def _several(name: str) -> Callable[[MultiDict[str, str]], object]:
    def read(sent: MultiDict[str, str]) -> object:
        return [each for each in sent.getlist(name) if each] if name in sent else MISSING

    return read


def _listed(raw: object) -> list[str]:
    return [str(each) for each in raw] if isinstance(raw, list | tuple) else []


def _lookup(asked: _Request) -> Control:
    """A search box over a <select> that holds what is chosen; without scripts, a name typed beside it counts."""
    name, given = asked.name, _lookup_attributes(asked)
    say_name = escape(asked.reader.say("Name, as it is written"))
    typed = f'<noscript><input class="form-control" name="{name}.name" aria-label="{say_name}" placeholder="{say_name}" autocomplete="off"></noscript>'

    def draw(filled: Filled, scene: Scene) -> str:
        raw = str(filled.raw or "")
        chosen = f'<option value="{escape(raw)}" selected>{escape(filled.names.get(raw, "…"))}</option>' if raw else ""
        return (
            f'<select class="form-select" id="f-{name}" name="{name}" data-lookup="{scene.base}/lookup/{asked.field.object}/{name}"'
            f'{given}{_state(filled)}><option value="">–</option>{chosen}</select>{typed}'
        )

    def read(sent: MultiDict[str, str]) -> object:
        typed_name = sent.get(f"{name}.name", "").strip()
        if typed_name:
            return {"name": typed_name}
        return sent[name] if name in sent else MISSING

    return Control(draw, read, _reference_text, relation=True)


def _lookup_attributes(asked: _Request) -> str:
    say = asked.reader.say
    return attributes(data_placeholder=say("Type to search…"), data_nothing=say("Nothing found"))


def _reference_text(value: object) -> object:
    if value is None:
        return ""
    return f"{value[0]}/{value[1]}" if isinstance(value, tuple) else str(value)


def _multi_lookup(asked: _Request) -> Control:
    name, given = asked.name, _lookup_attributes(asked)

    def draw(filled: Filled, scene: Scene) -> str:
        address = f"{scene.base}/lookup/{asked.field.object}/{name}"
        body = "".join(
            f'<option value="{escape(each)}" selected>{escape(filled.names.get(each, "…"))}</option>' for each in _listed(filled.raw)
        )
        return f'{_multiple(name, data_lookup=address)}{given}{_state(filled)}>{body}</select>'

    return Control(draw, _several(name), lambda value: [str(each) for each in value or ()], relation=True)  # type: ignore[attr-defined]


def _file(asked: _Request) -> Control:
    name = asked.name
    remove = escape(asked.reader.say("Remove"))
    accept = attributes(accept="image/png,image/jpeg,image/gif,image/webp" if asked.field.type.widget == "image" else None)

    def draw(filled: Filled, scene: Scene) -> str:
        raw = str(filled.raw or "")
        held = (
            f'<span class="row"><span class="clip">{escape(filled.names.get(raw, ""))}</span>'
            f'<label class="tickbox"><input type="checkbox" name="{name}.remove" value="true">{remove}</label></span>'
        ) if raw else ""
        return f'<div class="upload">{held}<input type="file" id="f-{name}" name="{name}"{accept}{_state(filled)}></div>'

    def read(sent: MultiDict[str, str]) -> object:
        return "" if sent.get(f"{name}.remove") else MISSING

    return Control(draw, read, _plain)


def _point(asked: _Request) -> Control:
    name, say = asked.name, asked.reader.say
    parts = [(f"{name}.lat", say("Latitude")), (f"{name}.lng", say("Longitude"))]

    def draw(filled: Filled, scene: Scene) -> str:
        raw = filled.raw if isinstance(filled.raw, Mapping) else {}
        drawn = [
            f'<input class="form-control" name="{part}"{"" if number else f" id=f-{name}"} inputmode="decimal" maxlength="20" '
            f'placeholder="{escape(label)}" aria-label="{escape(label)}" value="{escape(raw.get(part[-3:], ""))}"{_state(filled)}>'
            for number, (part, label) in enumerate(parts)
        ]
        return f'<div class="pair w-moment">{"".join(drawn)}</div>'

    def read(sent: MultiDict[str, str]) -> object:
        if parts[0][0] not in sent:
            return MISSING
        found = {part[-3:]: sent.get(part, "").strip() for part, _ in parts}
        return found if any(found.values()) else ""

    def write(value: object) -> object:
        return "" if value is None else {"lat": f"{value[0].normalize():f}", "lng": f"{value[1].normalize():f}"}  # type: ignore[index]

    return Control(draw, read, write, group=True)


_MAKERS: Mapping[str, Callable[[_Request], Control]] = {
    "text": _text, "textarea": _area, "rich_text": _rich_text, "email": _email, "tel": _phone, "url": _address,
    "integer": _number, "decimal": _number, "money": _money, "percent": _percent, "rate": _percent,
    "checkbox": _checkbox, "select": _select, "multi_select": _multi_select,
    "date": _date, "datetime": _datetime, "time": _time,
    "lookup": _lookup, "any_lookup": _lookup, "multi_lookup": _multi_lookup,
    "file": _file, "image": _file, "point": _point,
}
"""Controls by widget; a widget that is not here is entered as text."""
