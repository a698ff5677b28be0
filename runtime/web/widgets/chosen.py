"""The controls one chooses with: picklists, relations, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import escape
from werkzeug.datastructures import MultiDict

from metadata.fields.contract import MISSING
from metadata.model import Choice
from runtime.web.reader import Scene
from runtime.web.widgets.control import Control, Filled, Request, plain, sent_text, state_of
from runtime.web.widgets.markup import attributes


def _choices(asked: Request) -> list[tuple[Choice, str, bool]]:
    """The values of a picklist with their labels, and whether they may be chosen anew."""
    every = asked.field.picklist.choices.values() if asked.field.picklist else ()
    return [
        (each, asked.reader.text(each.label) or each.code, each.active and (asked.codes is None or each.code in asked.codes))
        for each in every
    ]


def _select(asked: Request) -> Control:
    offered = _choices(asked)
    readable = asked.reader.access.readable(asked.field.object)
    given = attributes(data_controlled_by=asked.field.controlled_by if asked.field.controlled_by in readable else None)
    opening = f'<select class="form-select" id="f-{asked.name}" name="{asked.name}"{given}'
    options = [(each.code, _option(each, label), is_offered) for each, label, is_offered in offered]
    known = frozenset(code for code, _, _ in options)

    def draw(filled: Filled, scene: Scene) -> str:
        raw = str(filled.raw or "")
        body = "".join(
            html.replace(">", " selected>", 1) if code == raw else html
            for code, html, is_offered in options if is_offered or code == raw
        )
        # A value that the picklist has lost stays until somebody chooses another one.
        lost = "" if not raw or raw in known else f'<option value="{escape(raw)}" selected>{escape(raw)}</option>'
        return f'{opening}{state_of(filled)}><option value="">–</option>{body}{lost}</select>'

    return Control(draw, sent_text(asked.name), plain)


def _option(choice: Choice, label: str) -> str:
    return f'<option value="{escape(choice.code)}"{attributes(data_when=" ".join(choice.when) or None)}>{escape(label)}</option>'


def _multi_select(asked: Request) -> Control:
    offered = _choices(asked)
    opening, name = _multiple(asked.name), asked.name

    def draw(filled: Filled, scene: Scene) -> str:
        chosen = _listed(filled.raw)
        body = "".join(
            f'<option value="{escape(each.code)}"{" selected" if each.code in chosen else ""}>{escape(label)}</option>'
            for each, label, is_offered in offered if is_offered or each.code in chosen
        )
        return f"{opening}{state_of(filled)}>{body}</select>"

    return Control(draw, _several(name), lambda value: list(value or ()))  # type: ignore[call-overload]


def _multiple(name: str, **given: object) -> str:
    empty = f'<input type="hidden" name="{name}" value="">'
    return f'{empty}<select class="form-select" id="f-{name}" name="{name}" multiple{attributes(**given)}'


def _several(name: str) -> Callable[[MultiDict[str, str]], object]:
    def read(sent: MultiDict[str, str]) -> object:
        return [each for each in sent.getlist(name) if each] if name in sent else MISSING

    return read


def _listed(raw: object) -> list[str]:
    return [str(each) for each in raw] if isinstance(raw, list | tuple) else []


def _lookup(asked: Request) -> Control:
    """A search box over a <select> that holds what is chosen; without scripts, a name typed beside it counts."""
    name, given = asked.name, _lookup_attributes(asked)
    say_name = escape(asked.reader.say("Name, as it is written"))
    typed = (
        f'<noscript><input class="form-control" name="{name}.name" aria-label="{say_name}" placeholder="{say_name}"'
        ' autocomplete="off"></noscript>'
    )

    def draw(filled: Filled, scene: Scene) -> str:
        raw = str(filled.raw or "")
        chosen = f'<option value="{escape(raw)}" selected>{escape(filled.names.get(raw, "…"))}</option>' if raw else ""
        return (
            f'<select class="form-select" id="f-{name}" name="{name}" data-lookup="{scene.base}/lookup/{asked.field.object}/{name}"'
            f'{given}{state_of(filled)}><option value="">–</option>{chosen}</select>{typed}'
        )

    def read(sent: MultiDict[str, str]) -> object:
        typed_name = sent.get(f"{name}.name", "").strip()
        if typed_name:
            return {"name": typed_name}
        return sent[name] if name in sent else MISSING

    return Control(draw, read, _reference_text, relation=True)


def _lookup_attributes(asked: Request) -> str:
    say = asked.reader.say
    return attributes(data_placeholder=say("Type to search…"), data_nothing=say("Nothing found"))


def _reference_text(value: object) -> object:
    if value is None:
        return ""
    return f"{value[0]}/{value[1]}" if isinstance(value, tuple) else str(value)


def _multi_lookup(asked: Request) -> Control:
    name, given = asked.name, _lookup_attributes(asked)

    def draw(filled: Filled, scene: Scene) -> str:
        address = f"{scene.base}/lookup/{asked.field.object}/{name}"
        body = "".join(
            f'<option value="{escape(each)}" selected>{escape(filled.names.get(each, "…"))}</option>' for each in _listed(filled.raw)
        )
        return f'{_multiple(name, data_lookup=address)}{given}{state_of(filled)}>{body}</select>'

    return Control(draw, _several(name), lambda value: [str(each) for each in value or ()], relation=True)  # type: ignore[attr-defined]


def _file(asked: Request) -> Control:
    name = asked.name
    remove = escape(asked.reader.say("Remove"))
    accept = attributes(accept="image/png,image/jpeg,image/gif,image/webp" if asked.field.type.widget == "image" else None)

    def draw(filled: Filled, scene: Scene) -> str:
        raw = str(filled.raw or "")
        held = (
            f'<span class="row"><span class="clip">{escape(filled.names.get(raw, ""))}</span>'
            f'<label class="tickbox"><input type="checkbox" name="{name}.remove" value="true">{remove}</label></span>'
        ) if raw else ""
        return f'<div class="upload">{held}<input type="file" id="f-{name}" name="{name}"{accept}{state_of(filled)}></div>'

    def read(sent: MultiDict[str, str]) -> object:
        return "" if sent.get(f"{name}.remove") else MISSING

    return Control(draw, read, plain)


CHOSEN: Mapping[str, Callable[[Request], Control]] = {
    "select": _select, "multi_select": _multi_select, "lookup": _lookup, "any_lookup": _lookup,
    "multi_lookup": _multi_lookup, "file": _file, "image": _file,
}
"""Controls by widget."""
