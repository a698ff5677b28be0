"""Views that change records: the forms to create and edit, their live state, conflicts, deleting and restoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, jsonify, request
from markupsafe import Markup

from metadata.model import Object
from runtime.records import service
from runtime.records.checks import default_record_type
from runtime.records.errors import Conflict
from runtime.records.query import get
from runtime.records.record import Record
from runtime.records.visible import require_visible
from runtime.unit import Unit, current_unit, only_reads, takes_files
from runtime.web.answers import go, leave_note, page
from runtime.web.conflicts import conflict_page, picked
from runtime.web.form_drawing import draw_form, rail_of
from runtime.web.form_keys import FIELD, new_form_key, once
from runtime.web.forms import FormPlan, FormState, Raw, form_plan, form_state, new_raw, prefilled, raw_of, sent_raw, was_field
from runtime.web.i18n import say_count
from runtime.web.reader import Reader, Scene, reader_of, scene_of
from runtime.web.record_pages import name_of
from runtime.web.saving import CONFIRMED, THEN, Attempt, attempt
from runtime.web.saying import Said, faults_by_field, said
from runtime.web.shell import Place
from runtime.web.viewing import record_id_of
from runtime.web.widgets.boxes import hidden_field
from runtime.web.widgets.markup import emblem, joined, tone_of


@dataclass(frozen=True, slots=True)
class FormPage:
    """What the template of a form shows."""

    title: str
    plural: str
    list_url: str
    record_url: str
    record_name: str
    emblem: Markup
    action: str
    state_url: str
    hidden: Markup
    body: Markup
    rail: list[Place]
    cancel_url: str
    again_label: str
    faults: list[Said]
    fault_title: str
    warnings: list[Said]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: an object, and the record that is edited (None: a new one) with its kind."""

    unit: Unit
    reader: Reader
    plan: FormPlan
    scene: Scene
    record_type: str | None
    record: Record | None = None

    @property
    def of(self) -> Object:
        return self.plan.of

    @property
    def list_url(self) -> str:
        return f"{self.scene.base}/o/{self.of.name}"

    @property
    def url(self) -> str:
        """Where the form came from and where cancelling leads."""
        return f"{self.list_url}/{self.record.id}" if self.record else self.list_url


def new_page(object_name: str) -> Response:
    """Answer `/{tenant}/o/{object}/new` with an empty form, or with the choice of a record type."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.require(object_name, "create")
    if len(of.record_types) > 1 and request.args.get("record_type") not in of.record_types:
        return _kinds(unit, reader, of)
    subject = _new_subject(unit, reader, of, request.args.get("record_type"))
    fixed = _fixed(subject)
    raw = new_raw(unit, reader, subject.plan, {**prefilled(reader, of, request.args), **fixed})
    state = form_state(unit, reader, subject.plan, {**raw, **fixed}, record=None)
    return _form(subject, raw, was={}, state=state)


def _kinds(unit: Unit, reader: Reader, of: Object) -> Response:
    query = request.query_string.decode("ascii", "ignore")
    kinds = [
        Place(f"{request.path}?record_type={kind.name}{f'&{query}' if query else ''}", reader.text(kind.label) or kind.name)
        for kind in of.record_types.values()
    ]
    title = reader.say("New %(object)s", object=reader.object_word(of))
    return page(unit, reader, "kinds.html", at=of.name, title=title, symbol=of.icon, tone=tone_of(of.name), kinds=kinds)


def _new_subject(unit: Unit, reader: Reader, of: Object, wanted: str | None) -> Subject:
    default = default_record_type(of)
    kind = wanted if wanted in of.record_types else default.name if default else None
    return Subject(unit, reader, form_plan(reader, of, record_type=kind, creating=True), scene_of(unit.ctx), kind)


def _fixed(subject: Subject) -> dict[str, object]:
    """The value of a new record that its form does not ask for."""
    may_set = "record_type" in subject.reader.access.editable(subject.of.name)
    return {"record_type": subject.record_type} if subject.record_type and may_set and subject.record is None else {}


@takes_files
def create(object_name: str) -> Response:
    """Take a new record in; the same form never makes two."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.require(object_name, "create")
    subject = _new_subject(unit, reader, of, request.form.get("record_type"))
    return once(unit, lambda: _save(subject, version=None))


def edit_page(object_name: str, record_id: str) -> Response:
    """Answer `/{tenant}/o/{object}/{id}/edit` with the record's form."""
    subject = _edited(object_name, record_id)
    assert subject.record is not None
    raw = raw_of(subject.plan, subject.record)
    state = form_state(subject.unit, subject.reader, subject.plan, raw, record=subject.record)
    return _form(subject, raw, was=raw, state=state)


def _edited(object_name: str, record_id: str) -> Subject:
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.require(object_name, "edit")
    number = record_id_of(object_name, record_id)
    if not reader.edits_any(of):
        require_visible(unit.ctx, unit.connection, of.name, number, operation="edit")
    kind = None
    if of.record_types and "record_type" in reader.access.readable(of.name):
        kind = str(get(unit.ctx, unit.connection, of.name, number, ("record_type",))["record_type"] or "") or None
    plan = form_plan(reader, of, record_type=kind, creating=False)
    record = get(unit.ctx, unit.connection, of.name, number, plan.fields)
    return Subject(unit, reader, plan, scene_of(unit.ctx), kind, record)


@takes_files
def update(object_name: str, record_id: str) -> Response:
    """Take a changed record in; shows both sides when somebody else was faster."""
    subject = _edited(object_name, record_id)
    return once(subject.unit, lambda: _save(subject, version=_version()))


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _save(subject: Subject, *, version: int | None) -> Response:
    unit, record = subject.unit, subject.record
    sent = picked(request.form, subject.plan.boxes)
    try:
        tried = attempt(
            unit, subject.reader, subject.plan, sent=sent, files=request.files,
            record_id=record.id if record else None, version=version, fixed=_fixed(subject),
        )
    except Conflict:
        assert record is not None
        name = name_of(subject.reader, subject.of, record)
        return conflict_page(unit, subject.reader, subject.plan, record, subject.scene, name=name)
    if tried.problems or (tried.warnings and not request.form.get(CONFIRMED)):
        return _form(subject, tried.raw, was=tried.was, state=tried.state, tried=tried)
    return _saved(subject, tried)


def _saved(subject: Subject, tried: Attempt) -> Response:
    assert tried.saved is not None
    number = tried.saved.record_id
    url = f"{subject.list_url}/{number}"
    if request.form.get(THEN) == "new":
        url = f"{subject.list_url}/new" + (f"?record_type={subject.record_type}" if len(subject.of.record_types) > 1 else "")
    return leave_note(subject.unit, go(url), "saved" if subject.record else "created", subject.of, number)


def _form(subject: Subject, raw: Raw, *, was: Raw, state: FormState, tried: Attempt | None = None) -> Response:
    """Show a form; after an attempt with what was typed and what is wrong with it."""
    reader, of, record = subject.reader, subject.of, subject.record
    problems = (*tried.problems, *tried.warnings) if tried else ()
    errors = [each for each in problems if each.level != "warning"]
    warnings = [each for each in problems if each.level == "warning"]
    label, placed = reader.object_word(of), subject.plan.boxes
    shown = FormPage(
        title=reader.say("Edit %(object)s", object=label) if record else reader.say("New %(object)s", object=label),
        plural=reader.plural(of), list_url=subject.list_url, record_url=subject.url if record else "",
        record_name=name_of(reader, of, record) if record else "", emblem=emblem(of.icon, tone_of(of.name)),
        action=f"{subject.url}/edit" if record else f"{subject.list_url}/new",
        state_url=f"{subject.scene.base}/form/{of.name}/state" if subject.plan.live else "",
        hidden=_hidden(subject, was), body=draw_form(
            subject.unit, subject.plan, raw, state=state, faults=faults_by_field(reader, of, problems), record=record,
            scene=subject.scene,
        ),
        rail=rail_of(subject.plan, state), cancel_url=subject.url,
        again_label="" if record else reader.say("Save and new"), faults=said(reader, of, errors, placed=placed),
        fault_title=say_count(reader.locale, "One thing needs your attention", "%(count)s things need your attention", len(errors)),
        warnings=[] if errors else said(reader, of, warnings, placed=placed),
    )
    return page(subject.unit, reader, "form.html", status=422 if problems else 200, at=of.name, form=shown)


def _hidden(subject: Subject, was: Raw) -> Markup:
    """What a form carries along: its key, the version and the values it was opened with, the record type."""
    parts = [hidden_field(FIELD, new_form_key())]
    if subject.record is not None:
        given = request.form.get("version") if request.method == "POST" else None
        parts += [hidden_field("version", given or subject.record.version), hidden_field("was", was_field(was))]
        parts.append(hidden_field("record_id", subject.record.id))
    elif subject.record_type:
        parts.append(hidden_field("record_type", subject.record_type))
    return joined(parts)


@only_reads
def state(object_name: str) -> Response:
    """Answer how a form stands while it is filled in: what to show, to require, to lock, and computed values."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.object(object_name)
    record_id = request.form.get("record_id", "")
    record_type, record = request.form.get("record_type"), None
    if record_id:
        subject = _edited(object_name, record_id)
        plan, record = subject.plan, subject.record
    else:
        subject = _new_subject(unit, reader, of, record_type)
        plan = subject.plan
    raw = sent_raw(plan, request.form)
    found = form_state(unit, reader, plan, {**raw, **_fixed(subject)}, record=record)
    return jsonify(
        sections=found.sections,
        fields={name: _field_state(plan, found, name, subject.scene) for name in found.fields},
    )


def _field_state(plan: FormPlan, found: FormState, name: str, scene: Scene) -> Mapping[str, object]:
    own = found.fields[name]
    shown: dict[str, object] = {"show": own.show, "required": own.required, "read_only": own.read_only}
    if plan.of.fields[name].formula is not None and name in plan.shown:
        shown["html"] = str(plan.shown[name].cell(found.values, scene))
    return shown


def delete(object_name: str, record_id: str) -> Response:
    """Put a record into the recycle bin; the next page offers to take it back."""
    unit = current_unit()
    number = record_id_of(object_name, record_id)
    of = reader_of(unit.ctx).access.object(object_name)
    service.delete(unit.ctx, unit.connection, object_name, number, version=_version())
    return leave_note(unit, go(f"/{unit.ctx.tenant.slug}/o/{object_name}"), "deleted", of, number)


def restore(object_name: str, record_id: str) -> Response:
    """Take a record out of the recycle bin and show it."""
    unit = current_unit()
    number = record_id_of(object_name, record_id)
    of = reader_of(unit.ctx).access.object(object_name)
    service.restore(unit.ctx, unit.connection, object_name, number)
    return leave_note(unit, go(f"/{unit.ctx.tenant.slug}/o/{object_name}/{number}"), "restored", of, number)
