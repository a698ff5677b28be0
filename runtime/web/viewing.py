"""Views of one record: its page, its history, what people say about it, and its files."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from markupsafe import Markup

from metadata.model import Object, Tab
from runtime.downloads import download
from runtime.problems import RequestRefused
from runtime.records.attachments import attach, attachment, attachments, detach
from runtime.records.comments import add_comment, comments
from runtime.records.errors import NotFound
from runtime.records.files import file_of_field, upload
from runtime.records.history import Change, FieldChange, changes
from runtime.records.visible import allowed
from runtime.unit import Unit, current_unit, takes_files
from runtime.web import formats
from runtime.web.answers import go, page
from runtime.web.browsing import when
from runtime.web.form_keys import new_form_key, once
from runtime.web.reader import Reader, Scene, reader_of, scene_of
from runtime.web.record_pages import (
    Details, Fact, Path, RecordPlan, Related, completed, details_of, facts_of, made_by, name_of, path_of, read_record,
    related_of, tab_label,
)
from runtime.web.shell import Place, may_create
from runtime.web.widgets.cells import shown_json
from runtime.web.widgets.markup import BLANK, avatar, emblem, tone_of, trusted

RECENT_CHANGES = 8
ALL_CHANGES = 100
MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on show."""

    avatar: Markup
    who: str
    when: Markup
    text: str


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment on show."""

    url: str
    name: str
    size: str
    who: str
    when: Markup
    remove_url: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field's change on show."""

    label: str
    old: Markup
    new: Markup


@dataclass(frozen=True, slots=True)
class Entry:
    """One save in the history."""

    who: str
    what: str
    when: Markup
    changes: list[ChangeLine]


@dataclass(frozen=True, slots=True)
class RecordPage:
    """What the template of a record shows."""

    name: str
    kind: str
    plural: str
    list_url: str
    emblem: Markup
    deleted: bool
    restore_url: str
    edit_url: str
    copy_url: str
    copy_label: str
    delete_url: str
    version: int
    facts: list[Fact]
    path: Path | None
    tabs: tuple[Place, ...]
    sections: list[Details]
    made_by: list[Fact]
    related: Related | None
    comments: list[Said]
    comment_url: str
    form_key: str
    attachments: list[Attached]
    upload_url: str
    history: list[Entry]
    history_url: str


def record_id_of(object_name: str, text: str) -> int:
    """Read a record's id from an address; what can't be one is a record that does not exist."""
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) > MAX_ID:
        raise NotFound(object_name)
    return int(text)


def record_page(object_name: str, record_id: str) -> Response:
    """Answer `/{tenant}/o/{object}/{id}`; a deleted record is shown with the way back."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.object(object_name)
    number = record_id_of(object_name, record_id)
    try:
        return _record(unit, reader, of, number, deleted=False)
    except NotFound:
        return _record(unit, reader, of, number, deleted=True)


def _record(unit: Unit, reader: Reader, of: Object, number: int, *, deleted: bool) -> Response:
    plan, record = read_record(unit, reader, of, number, deleted=deleted)
    scene = scene_of(unit.ctx)
    values = completed(unit, plan, record)
    first = plan.tabs[0] if plan.tabs else Tab("", of.label)
    tab = next((each for each in plan.tabs if each.name == request.args.get("tab")), first)
    here = f"{scene.base}/o/{of.name}/{number}"
    acts = acts_on(unit, reader, of, number, deleted=deleted)
    kind = of.record_types.get(str(record.get("record_type") or ""))
    label = reader.object_label(of)
    may_edit, may_delete = "edit" in acts, "delete" in acts
    shown = RecordPage(
        name=name_of(reader, of, record), kind=f"{label} · {reader.text(kind.label)}" if kind else label,
        plural=reader.plural(of), list_url=f"{scene.base}/o/{of.name}", emblem=emblem(of.icon, tone_of(of.name), "large"),
        deleted=deleted, restore_url=f"{here}/restore" if deleted and reader.access.rights(of.name).delete else "",
        edit_url=f"{here}/edit" if may_edit else "",
        copy_url=f"{scene.base}/o/{of.name}/new" if may_create(reader, of) else "",
        copy_label=reader.say("New %(object)s", object=reader.object_word(of)), delete_url=f"{here}/delete" if may_delete else "",
        version=record.version, facts=facts_of(plan, values, scene), path=path_of(reader, plan, values),
        tabs=tuple(
            Place(f"{here}?tab={each.name}", tab_label(reader, each), current=each.name == tab.name) for each in plan.tabs
        ),
        sections=details_of(unit, plan, tab, values, scene),
        made_by=[] if tab.related else made_by(reader, plan, values, scene),
        related=None if deleted else related_of(unit, reader, plan, tab, record, scene),
        form_key=new_form_key(), **_happenings(unit, reader, plan, number, scene, deleted=deleted, may_edit=may_edit),  # type: ignore[arg-type]
    )
    return page(unit, reader, "record.html", at=of.name, record=shown)


def acts_on(unit: Unit, reader: Reader, of: Object, number: int, *, deleted: bool) -> frozenset[str]:
    """What the user may do to a record beside reading it: edit and delete it."""
    if deleted:
        return frozenset()
    if reader.edits_any(of):
        return frozenset(each for each in ("edit", "delete") if reader.access.rights(of.name).allows(each))
    return allowed(unit.ctx, unit.connection, of.name, number)


def _happenings(
    unit: Unit, reader: Reader, plan: RecordPlan, number: int, scene: Scene, *, deleted: bool, may_edit: bool
) -> dict[str, object]:
    """Comments, attachments and history; of a deleted record only where it is restored they appear again."""
    of = plan.of
    here = f"{scene.base}/o/{of.name}/{number}"
    if deleted:
        return {"comments": [], "comment_url": "", "attachments": [], "upload_url": "", "history": [], "history_url": ""}
    entries = changes(unit.ctx, unit.connection, of.name, number, limit=RECENT_CHANGES + 1) if of.history else ()
    return {
        "comments": [
            Said(avatar(each.user_name), each.user_name, when(reader, each.at, scene), each.text)
            for each in reversed(comments(unit.ctx, unit.connection, of.name, number))
        ],
        "comment_url": f"{here}/comments",
        "attachments": [
            Attached(
                f"{here}/attachments/{each.id}", each.file.name, formats.size(reader.locale, each.file.size), each.user_name,
                when(reader, each.at, scene), f"{here}/attachments/{each.id}/remove" if may_edit else "",
            )
            for each in attachments(unit.ctx, unit.connection, of.name, number)
        ],
        "upload_url": f"{here}/attachments" if may_edit else "",
        "history": [entry(reader, of, each, scene) for each in entries[:RECENT_CHANGES]],
        "history_url": f"{here}/history" if len(entries) > RECENT_CHANGES else "",
    }


def entry(reader: Reader, of: Object, change: Change, scene: Scene) -> Entry:
    """Show one save of the history."""
    what = {
        "create": reader.say("created it"), "update": reader.say("changed"), "delete": reader.say("deleted it"),
        "restore": reader.say("restored it"),
    }.get(change.action, change.action)
    told = change.fields if change.action == "update" else ()
    lines = [_line(reader, of, each) for each in told if each.field in of.fields]
    return Entry(change.user_name, what, when(reader, change.at, scene), lines)


def _line(reader: Reader, of: Object, change: FieldChange) -> ChangeLine:
    field = of.fields[change.field]

    def shown(value: object, name: str | None) -> Markup:
        if name:
            return trusted(str(Markup("{}").format(name)))
        if value is not None and field.targets:
            return trusted(str(Markup('<span class="quiet">{}</span>').format(reader.label(field))))
        return trusted(shown_json(reader, field, value)) if value is not None else BLANK

    return ChangeLine(reader.label(field), shown(change.old, change.old_name), shown(change.new, change.new_name))


def history_page(object_name: str, record_id: str) -> Response:
    """Answer `/{tenant}/o/{object}/{id}/history` with all that changed, page by page."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.object(object_name)
    number = record_id_of(object_name, record_id)
    scene = scene_of(unit.ctx)
    before = request.args.get("before", "")
    found = changes(
        unit.ctx, unit.connection, of.name, number, limit=ALL_CHANGES,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )
    plan, record = read_record(unit, reader, of, number)
    here = f"{scene.base}/o/{of.name}/{number}"
    return page(
        unit, reader, "history.html", at=of.name, name=name_of(reader, of, record), plural=reader.plural(of),
        list_url=f"{scene.base}/o/{of.name}", record_url=here, entries=[entry(reader, of, each, scene) for each in found],
        older_url=f"{here}/history?before={found[-1].id}" if len(found) == ALL_CHANGES else "",
    )


def comment(object_name: str, record_id: str) -> Response:
    """Answer a comment by showing the record again."""
    unit = current_unit()
    number = record_id_of(object_name, record_id)

    def act() -> Response:
        add_comment(unit.ctx, unit.connection, object_name, number, request.form.get("text", ""))
        return go(f"/{unit.ctx.tenant.slug}/o/{object_name}/{number}#comments")

    return once(unit, act)


@takes_files
def add_attachment(object_name: str, record_id: str) -> Response:
    """Take a file in and attach it."""
    unit = current_unit()
    number = record_id_of(object_name, record_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise RequestRefused("upload_missing", field="file", name="file")

    def act() -> Response:
        store = unit.storage.files(unit.ctx.tenant)
        info = upload(unit.ctx, unit.connection, store, name=sent.filename or "", stream=sent.stream)
        attach(unit.ctx, unit.connection, object_name, number, info.id)
        return go(f"/{unit.ctx.tenant.slug}/o/{object_name}/{number}#attachments")

    return once(unit, act)


def download_attachment(object_name: str, record_id: str, attachment_id: str) -> Response:
    """Answer with an attached file."""
    unit = current_unit()
    found = attachment(
        unit.ctx, unit.connection, object_name, record_id_of(object_name, record_id), record_id_of(object_name, attachment_id)
    )
    return download(found.file, unit.storage.files(unit.ctx.tenant))


def remove_attachment(object_name: str, record_id: str, attachment_id: str) -> Response:
    """Take an attachment away."""
    unit = current_unit()
    number = record_id_of(object_name, record_id)
    detach(unit.ctx, unit.connection, object_name, number, record_id_of(object_name, attachment_id))
    return go(f"/{unit.ctx.tenant.slug}/o/{object_name}/{number}#attachments")


def download_field(object_name: str, record_id: str, field_name: str) -> Response:
    """Answer with the file in a field; a picture may be shown in the page."""
    unit = current_unit()
    number = record_id_of(object_name, record_id)
    found = file_of_field(unit.ctx, unit.connection, object_name, number, field_name)
    return download(found, unit.storage.files(unit.ctx.tenant), inline=True)
