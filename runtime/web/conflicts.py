"""Two people changed one record: what it was before, theirs and mine, field by field, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from metadata.errors import InvalidValue
from metadata.model import Field
from runtime.records.history import changes
from runtime.records.record import Record
from runtime.unit import Unit
from runtime.web.answers import page
from runtime.web.browsing import when
from runtime.web.form_drawing import chosen_names
from runtime.web.form_keys import FIELD, new_form_key
from runtime.web.forms import FormPlan, differs, is_blank, raw_of, read_was, sent_raw, was_field
from runtime.web.reader import Reader, Scene
from runtime.web.saving import PICK
from runtime.web.widgets.boxes import Box, hidden_field
from runtime.web.widgets.cells import shower
from runtime.web.widgets.markup import BLANK, joined, tone_of, trusted


@dataclass(frozen=True, slots=True)
class Row:
    """A field that somebody changed; with a `choice` both did, or I did."""

    name: str
    label: str
    before: Markup
    theirs: Markup
    mine: Markup
    choice: bool
    mine_first: bool


def picked(sent: MultiDict[str, str], boxes: Mapping[str, Box]) -> MultiDict[str, str]:
    """Leave out the fields for which the other side was chosen."""
    refused = {name for name in boxes if sent.get(f"{PICK}{name}") == "theirs"}
    if not refused:
        return sent
    return MultiDict([
        (name, value) for name, value in sent.items(multi=True) if name.partition(".")[0] not in refused
    ])


def conflict_page(unit: Unit, reader: Reader, plan: FormPlan, record: Record, scene: Scene, *, name: str) -> Response:
    """Show all sides; nothing was saved."""
    was = read_was(request.form.get("was", ""))
    mine = {**was, **sent_raw(plan, picked(request.form, plan.boxes))}
    theirs = raw_of(plan, record)
    sides = [(side, chosen_names(unit, plan.boxes, side)) for side in (was, theirs, mine)]
    rows = [
        Row(
            field, reader.label(box.field),
            *(_shown(reader, box.field, side.get(field), names.get(field, {})) for side, names in sides),  # type: ignore[arg-type]
            choice=differs(mine.get(field), was.get(field)) and differs(mine.get(field), theirs.get(field)),
            mine_first=not differs(theirs.get(field), was.get(field)),
        )
        for field, box in plan.boxes.items()
        if differs(mine.get(field), was.get(field)) or differs(theirs.get(field), was.get(field))
    ]
    changed = [field for field in plan.boxes if differs(mine.get(field), was.get(field))]
    hidden = [
        hidden_field(FIELD, new_form_key()), hidden_field("version", record.version), hidden_field("was", was_field(theirs)),
        *(carried for field in changed for carried in _carried(field)),
    ]
    found = changes(unit.ctx, unit.connection, plan.of.name, record.id, limit=1) if plan.of.history else ()
    latest = found[0] if found else None
    url = f"{scene.base}/o/{plan.of.name}/{record.id}"
    return page(
        unit, reader, "conflict.html", status=409, at=plan.of.name, title=name, symbol=plan.of.icon, tone=tone_of(plan.of.name),
        who=latest.user_name if latest else "", when=when(reader, latest.at, scene) if latest else "", rows=rows,
        action=f"{url}/edit", record_url=url, hidden=joined(hidden),
    )


def _carried(field: str) -> list[str]:
    """What was sent for a field, to be sent again."""
    return [
        hidden_field(name, value) for name, value in request.form.items(multi=True)
        if name == field or name.startswith(f"{field}.")
    ]


def _shown(reader: Reader, field: Field, raw: object, names: Mapping[str, str]) -> Markup:
    if is_blank(raw):
        return BLANK
    if names:
        several = raw if isinstance(raw, list | tuple) else [raw]
        return trusted(", ".join(str(escape(names.get(str(each), "…"))) for each in several))
    try:
        value = field.type.parse(field, raw)
    except InvalidValue:
        return escape(raw)
    return BLANK if value is None else trusted(str(shower(reader, field, linked=False)(value)))
