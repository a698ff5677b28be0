"""The controls one types into: text, figures, dates and times, check boxes, points."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from markupsafe import escape
from werkzeug.datastructures import MultiDict

from metadata.fields.contract import MISSING
from metadata.fields.temporal import localized
from runtime.web import formats
from runtime.web.reader import Scene
from runtime.web.widgets.cells import currency_of
from runtime.web.widgets.control import Control, Filled, Request, plain, sent_text, state_of
from runtime.web.widgets.markup import attributes

LONGEST_FIGURE, LONGEST_GROUPED = 400, 40

Write = Callable[[object], object]
Read = Callable[[MultiDict[str, str]], object]


def _line(
    asked: Request, *, box: str = "", write: Write = plain, read: Read | None = None, before: str = "", after: str = "",
    **given: object,
) -> Control:
    """An <input> of one line, with what stands before and after it."""
    start = f'<input class="form-control" id="f-{asked.name}" name="{asked.name}"{attributes(**given)}'
    affixed = bool(before or after)
    opening = f'<div class="affix {box}">' + (f"<span>{escape(before)}</span>" if before else "") if affixed else ""
    trail = (f"<span>{escape(after)}</span>" if after else "") + "</div>" if affixed else ""
    if box and not affixed:
        start = start.replace('"form-control"', f'"form-control {box}"')

    def draw(filled: Filled, scene: Scene) -> str:
        return f'{opening}{start} value="{escape(filled.raw or "")}"{state_of(filled)}>{trail}'

    return Control(draw, read or sent_text(asked.name), write)


def _text(asked: Request) -> Control:
    longest = asked.option("max_length")
    return _line(asked, type="text", maxlength=longest, autocomplete="off")


def _email(asked: Request) -> Control:
    return _line(asked, type="email", maxlength=254, autocomplete="off")


def _phone(asked: Request) -> Control:
    return _line(asked, type="tel", maxlength=40, autocomplete="off", box="w-moment")


def _address(asked: Request) -> Control:
    return _line(asked, type="url", maxlength=2000, autocomplete="off", placeholder="https://")


def _area(asked: Request, *, tools: str | None = None) -> Control:
    given = attributes(rows=4, maxlength=asked.option("max_length"), data_rich=tools)
    start = f'<textarea class="form-control" id="f-{asked.name}" name="{asked.name}"{given}'

    def draw(filled: Filled, scene: Scene) -> str:
        # A first line break after the tag would be swallowed; one more is therefore written.
        return f"{start}{state_of(filled)}>\n{escape(filled.raw or '')}</textarea>"

    def read(sent: MultiDict[str, str]) -> object:
        # Browsers end lines with two characters.
        return sent[asked.name].replace("\r\n", "\n") if asked.name in sent else MISSING

    return Control(draw, read, plain, wide=True)


def _rich_text(asked: Request) -> Control:
    """Tags in a text area, over which scripts put an editor; the field type lets nothing active through."""
    say = asked.reader.say
    tools = {
        "bold": say("Bold"), "italic": say("Italic"), "h-2": say("Heading"), "list": say("Bulleted list"),
        "list-numbers": say("Numbered list"), "link": say("Link"), "clear-formatting": say("Plain text"),
    }
    return _area(asked, tools=json.dumps(tools, ensure_ascii=False))


def _figure(
    asked: Request, *, write: Write, before: str = "", unit: str = "", grouped: bool = False, whole: bool = False
) -> Control:
    """An input for figures, written and read with the separators of the reader's language.

    Its raw value is the plain figure with its `unit`, whatever was typed; what is no figure stays as it was typed.
    """
    name, used = asked.name, formats.separators(asked.reader.locale)
    drop = {ord(each): None for each in ("\N{NO-BREAK SPACE}", " ", used.group, "，")}
    made = _line(
        asked, box="w-figure", write=write, before=before, after=unit, type="text",
        inputmode="numeric" if whole else "decimal", maxlength=LONGEST_FIGURE, autocomplete="off",
    )

    def read(sent: MultiDict[str, str]) -> object:
        if name not in sent:
            return MISSING
        typed = sent[name].translate(drop).replace(used.point, ".").removesuffix("％").removesuffix("%")
        return typed + unit if typed else ""

    def draw(filled: Filled, scene: Scene) -> str:
        plain_figure = str(filled.raw or "").removesuffix(unit or "\0")
        return made.draw(replace(filled, raw=_localized(plain_figure, used, grouped=grouped)), scene)

    return Control(draw, read, write)


def _localized(figure: str, used: formats.Separators, *, grouped: bool) -> str:
    sign, digits = ("-", figure[1:]) if figure.startswith("-") else ("", figure)
    whole, point, decimals = digits.partition(".")
    if not (whole.isascii() and whole.isdigit()):
        return figure
    if grouped:
        whole = f"{int(whole):,}".replace(",", used.group) if len(whole) < LONGEST_GROUPED else whole
    return sign + whole + (used.point if point else "") + decimals


def _number(asked: Request) -> Control:
    return _figure(asked, write=_plain_number, whole=asked.field.type.widget == "integer")


def _money(asked: Request) -> Control:
    currency = "" if asked.option("currency_field") else currency_of(asked.reader, asked.field)
    sign = formats.currency_symbol(asked.reader.locale, currency).strip()
    return _figure(asked, write=_plain_number, before=sign, grouped=True)


def _percent(asked: Request) -> Control:
    def write(value: object) -> object:
        return "" if value is None else f"{(Decimal(value) * 100).normalize():f}%"  # type: ignore[arg-type]

    return _figure(asked, write=write, unit="%")


def _plain_number(value: object) -> object:
    if not isinstance(value, Decimal):
        return plain(value)
    whole, point, decimals = f"{value:f}".partition(".")
    return whole + point + decimals[:2] + decimals[2:].rstrip("0")


def _date(asked: Request) -> Control:
    return _line(asked, box="w-date", type="date", min="0001-01-01", max="9999-12-31")


def _datetime(asked: Request) -> Control:
    zone = formats.zone_of(asked.reader.time_zone)

    def read(sent: MultiDict[str, str]) -> object:
        return localized(sent[asked.name], asked.reader.time_zone) if asked.name in sent else MISSING

    def write(value: object) -> object:
        if value is None:
            return ""
        local = value.astimezone(zone)  # type: ignore[attr-defined]
        return local.replace(second=0, microsecond=0).isoformat()

    made = _line(asked, box="w-moment", type="datetime-local", min="0001-01-01T00:00", max="9999-12-31T23:59")

    def draw(filled: Filled, scene: Scene) -> str:
        # The zone is the reader's own, so it is not shown: "2026-01-10T09:00:00+08:00" is 09:00 to him.
        return made.draw(replace(filled, raw=str(filled.raw or "")[:16]), scene)

    return Control(draw, read, write)


def _time(asked: Request) -> Control:
    def write(value: object) -> object:
        return "" if value is None else value.isoformat("minutes")  # type: ignore[attr-defined]

    return _line(asked, box="w-time", type="time", write=write)


def _checkbox(asked: Request) -> Control:
    name = asked.name
    yes = escape(asked.reader.say("Yes"))
    # Without a tick a check box sends nothing; the hidden "false" before it says that it was there.
    start = (
        f'<label class="tickbox"><input type="hidden" name="{name}" value="false"{{}}>'
        f'<input type="checkbox" id="f-{name}" name="{name}" value="true"'
    )

    def draw(filled: Filled, scene: Scene) -> str:
        ticked = " checked" if filled.raw in (True, "true") else ""
        return f"{start.format(' disabled' if filled.disabled else '')}{ticked}{state_of(filled)}>{yes}</label>"

    def read(sent: MultiDict[str, str]) -> object:
        return sent.getlist(name)[-1] if name in sent else MISSING

    return Control(draw, read, lambda value: "true" if value else "false", group=False)


def _point(asked: Request) -> Control:
    name, say = asked.name, asked.reader.say
    parts = [(f"{name}.lat", say("Latitude")), (f"{name}.lng", say("Longitude"))]

    def draw(filled: Filled, scene: Scene) -> str:
        raw = filled.raw if isinstance(filled.raw, Mapping) else {}
        drawn = [
            f'<input class="form-control" name="{part}"{"" if number else f" id=f-{name}"} inputmode="decimal" maxlength="20" '
            f'placeholder="{escape(label)}" aria-label="{escape(label)}" value="{escape(raw.get(part[-3:], ""))}"{state_of(filled)}>'
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


TYPED: Mapping[str, Callable[[Request], Control]] = {
    "text": _text, "textarea": _area, "rich_text": _rich_text, "email": _email, "tel": _phone, "url": _address,
    "integer": _number, "decimal": _number, "money": _money, "percent": _percent, "rate": _percent,
    "checkbox": _checkbox, "date": _date, "datetime": _datetime, "time": _time, "point": _point,
}
"""Controls by widget."""
