"""The page of one record: head, stage path, details in sections or a related list, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from metadata.expressions import Moment
from metadata.fields.operators import condition
from metadata.model import Choice, Layout, Object, RelatedList, Tab
from runtime.records.kept import Kept
from runtime.records.moments import moment_of
from runtime.records.query import find, get
from runtime.records.record import Record, RecordQuery
from runtime.unit import Unit
from runtime.web import formats
from runtime.web.layouts import default_columns, layout_of, readable_sort
from runtime.web.lists import columns_of, fields_of, openings_of, rows_html
from runtime.web.names import with_names
from runtime.web.reader import Reader, Scene
from runtime.web.sections import Block, blocks_of, conditions_of, holds, paths_read
from runtime.web.shell import may_create
from runtime.web.widgets.cells import Column, column
from runtime.web.widgets.markup import joined, trusted

RELATED_ROWS = 20
_STANDARD = ("owner", "created_by", "created_at", "updated_by", "updated_at")


@dataclass(frozen=True, slots=True, eq=False)
class RecordPlan:
    """Everything about a record's page that does not depend on the record."""

    of: Object
    layout: Layout
    tabs: tuple[Tab, ...]
    facts: tuple[Column, ...]
    blocks: Mapping[str, tuple[Block, ...]]
    columns: Mapping[str, Column]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with a value."""

    label: str
    value: Markup


@dataclass(frozen=True, slots=True)
class Details:
    """A section as it is shown."""

    label: str
    columns: int
    body: Markup


@dataclass(frozen=True, slots=True)
class Related:
    """A related list as it is shown."""

    label: str
    count: str
    head: Markup
    rows: Markup
    all_url: str
    new_url: str
    new_label: str
    empty: str


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the stage path: past, now, next or ended."""

    label: str
    state: str
    past: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Path:
    """The stage path, and what helps at the present stage."""

    label: str
    stages: tuple[Stage, ...]
    hint: str
    missing: str


def record_plan(reader: Reader, of: Object, record_type: str | None) -> RecordPlan:
    """Give the plan of a record's page for a reader."""
    layout = layout_of(reader, of, record_type)
    return _plans.get((reader.key, of.name, layout.name), lambda: _planned(reader, of, layout))


_plans: Kept[RecordPlan] = Kept(1_000)


def _planned(reader: Reader, of: Object, layout: Layout) -> RecordPlan:
    tabs = tuple(each for each in layout.tabs if _is_open(reader, each))
    blocks = {each.name: blocks_of(reader, of, layout, tab=each.name) for each in tabs if not each.related}
    tabs = tuple(each for each in tabs if each.related or blocks[each.name])
    slots = [slot for each in blocks.values() for block in each for slot in block.slots]
    columns = {slot.field.name: column(reader, of, (slot.field.name,)) for slot in slots}
    for name in _STANDARD:
        if name in reader.access.readable(of.name):
            columns.setdefault(name, column(reader, of, (name,)))
    facts = tuple(column(reader, of, path) for path in layout.highlights if reader.access.can_read_path(of.name, path))
    conditions = tuple(each for found in blocks.values() for each in conditions_of(found))
    name = column(reader, of, (of.name_field,), linked=False) if of.name_field in reader.access.readable(of.name) else None
    stage = (layout.path.field,) if layout.path and layout.path.field in reader.access.readable(of.name) else ()
    needed = layout.path.require.values() if layout.path else ()
    required = [each for names in needed for each in names if each in reader.access.readable(of.name)]
    kind = ("record_type",) if "record_type" in reader.access.readable(of.name) else ()
    fields = (
        *fields_of((*columns.values(), *facts, *((name,) if name else ()))), *paths_read(reader, of, conditions), *stage, *required, *kind,
    )
    return RecordPlan(of, layout, tabs, facts, blocks, columns, tuple(dict.fromkeys(fields)))


def _is_open(reader: Reader, tab: Tab) -> bool:
    return tab.related is None or (
        reader.access.rights(tab.related.object).read and tab.related.by in reader.access.readable(tab.related.object)
    )


def read_record(
    unit: Unit, reader: Reader, of: Object, record_id: int, *, deleted: bool = False
) -> tuple[RecordPlan, Record]:
    """Read a record with all that its page shows; raises NotFound."""
    kind = None
    if of.record_types and "record_type" in reader.access.readable(of.name):
        kind = get(unit.ctx, unit.connection, of.name, record_id, ("record_type",), deleted=deleted)["record_type"]
    plan = record_plan(reader, of, str(kind) if kind else None)
    return plan, get(unit.ctx, unit.connection, of.name, record_id, plan.fields, deleted=deleted)


def name_of(reader: Reader, of: Object, record: Record) -> str:
    """What a record is called; one without a name by its object's."""
    value = record.get(of.name_field)
    return str(value) if value not in (None, "") else reader.object_label(of)


def completed(unit: Unit, plan: RecordPlan, record: Record) -> Mapping[str, object]:
    """The values of a record with the names that its cells need."""
    columns = [each for each in (*plan.columns.values(), *plan.facts) if each.names_of is not None]
    return {"id": record.id, **with_names(unit, columns, [record])[0]}


def facts_of(plan: RecordPlan, values: Mapping[str, object], scene: Scene) -> list[Fact]:
    """The key facts of the head; the owner closes them."""
    shown = plan.facts
    if "owner" in plan.columns and all(each.path != "owner" for each in shown):
        shown = (*shown, plan.columns["owner"])
    return [Fact(each.label, trusted(each.cell(values, scene))) for each in shown]


def details_of(unit: Unit, plan: RecordPlan, tab: Tab, values: Mapping[str, object], scene: Scene) -> list[Details]:
    """The sections of a tab, without what its conditions hide."""
    moment = moment_of(unit.ctx)
    shown = [each for each in plan.blocks.get(tab.name, ()) if holds(each.show_when, values, moment, otherwise=True)]
    return [Details(each.label, each.columns, _body(plan, each, values, scene, moment)) for each in shown]


def _body(plan: RecordPlan, block: Block, values: Mapping[str, object], scene: Scene, moment: Moment) -> Markup:
    parts = []
    for slot in block.slots:
        if not holds(slot.placement.show_when, values, moment, otherwise=True):
            continue
        shown = plan.columns[slot.field.name]
        wide = ' class="wide"' if slot.wide else ""
        parts.append(f"<div{wide}><dt>{escape(shown.label)}</dt><dd>{shown.cell(values, scene)}</dd></div>")
    return joined(parts)


def path_of(reader: Reader, plan: RecordPlan, values: Mapping[str, object]) -> Path | None:
    """The stage path: what is past, where the record stands, what comes; and what is still missing here."""
    way = plan.layout.path
    if way is None or way.field not in values:
        return None
    field = plan.of.fields[way.field]
    current = values[way.field]
    kind = plan.of.record_types.get(str(values.get("record_type") or ""))
    allowed = kind.values.get(way.field) if kind else None
    known = field.picklist.choices if field.picklist else {}
    choices = [known[code] for code in (known if allowed is None else allowed) if code in known]
    finals = [each for each in choices if each.final]
    ending = [each for each in finals if each.code == current] or finals[:1]
    steps = [each for each in choices if not each.final and (each.active or each.code == current)] + ending
    at = next((number for number, each in enumerate(steps) if each.code == current), -1)
    stages = tuple(
        Stage(
            reader.text(each.label) or each.code,
            "past" if number < at else "next" if number > at else "now ended" if each.final else "now",
            number < at, number == at,
        )
        for number, each in enumerate(steps)
    )
    following = steps[at + 1] if 0 <= at < len(steps) - 1 else None
    hint = reader.text(way.hints[str(current)]) if current in way.hints else ""
    return Path(reader.label(field), stages, hint, _missing(reader, plan, values, following))


def _missing(reader: Reader, plan: RecordPlan, values: Mapping[str, object], following: Choice | None) -> str:
    """What the next stage asks for and the record has not."""
    way = plan.layout.path
    if way is None or following is None:
        return ""
    needed = way.require.get(following.code, ())
    missing = [reader.label(plan.of.fields[name]) for name in needed if name in values and values[name] in (None, "")]
    if not missing:
        return ""
    separator = "、" if reader.locale.startswith("zh") else ", "
    return reader.say(
        "Before “%(stage)s”, fill in: %(fields)s", stage=reader.text(following.label), fields=separator.join(missing)
    )


def tab_label(reader: Reader, tab: Tab) -> str:
    """What a tab is called; a related list without a label by its object."""
    if tab.label:
        return reader.text(tab.label)
    return reader.plural(reader.model.objects[tab.related.object]) if tab.related else reader.say("Details")


def related_of(unit: Unit, reader: Reader, plan: RecordPlan, tab: Tab, record: Record, scene: Scene) -> Related | None:
    """The related list of a tab: the first records, how many there are, and where a new one begins."""
    wanted = tab.related
    if wanted is None:
        return None
    of = reader.model.objects[wanted.object]
    columns = columns_of(reader, of, wanted.columns or default_columns(reader, of, without=wanted.by))
    query = RecordQuery(
        of.name, fields_of(columns), sort=readable_sort(reader, of, wanted.sort), limit=RELATED_ROWS, count=True,
        also=(_belongs(reader, of, wanted, plan, record),),
    )
    page = find(unit.ctx, unit.connection, query)
    values = with_names(unit, columns, page.records)
    shown = [(each.id, held) for each, held in zip(page.records, values, strict=True)]
    rows = rows_html(columns, openings_of(columns), shown, object_name=of.name, scene=scene)
    label = reader.object_word(of)
    back = f"{plan.of.name}/{record.id}" if of.fields[wanted.by].type.widget == "any_lookup" else str(record.id)
    new_url = f"{scene.base}/o/{of.name}/new?set.{wanted.by}={back}" if may_create(reader, of) else ""
    return Related(
        tab_label(reader, tab), formats.figure(reader.locale, 0)(page.count or 0), _related_head(columns), rows,
        f"{scene.base}/o/{of.name}" if (page.count or 0) > RELATED_ROWS else "", new_url,
        reader.say("New %(object)s", object=label), reader.say("Nothing here yet."),
    )


def _belongs(reader: Reader, of: Object, wanted: RelatedList, plan: RecordPlan, record: Record) -> str:
    if of.fields[wanted.by].type.widget == "any_lookup":
        return f"{wanted.by} == '{plan.of.name}/{record.id}'"
    return condition(wanted.by, "includes" if of.fields[wanted.by].type.widget == "multi_lookup" else "equals", [record.id])


def _related_head(columns: tuple[Column, ...]) -> Markup:
    return joined([f'<th scope="col"{" class=num" if each.numeric else ""}>{escape(each.label)}</th>' for each in columns])


def made_by(reader: Reader, plan: RecordPlan, values: Mapping[str, object], scene: Scene) -> list[Fact]:
    """Who made the record and who changed it last, and when."""
    facts = []
    created, changed = reader.say("Created"), reader.say("Changed")
    for who, when, label in (("created_by", "created_at", created), ("updated_by", "updated_at", changed)):
        parts = [plan.columns[name].cell(values, scene) for name in (who, when) if name in plan.columns]
        if parts:
            facts.append(Fact(label, trusted(" ".join(parts))))
    return facts
