"""Views to find one's way: the home of an app, lists, search, the recycle bin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, jsonify, request
from markupsafe import Markup

from metadata.errors import Problem
from metadata.fields.operators import operators
from metadata.model import ListView, Object
from runtime.records.cursors import CursorInvalid
from runtime.records.errors import NotFound, QueryInvalid
from runtime.records.query import find
from runtime.records.record import RecordQuery
from runtime.unit import Unit, current_unit
from runtime.web import filters, formats, lookups
from runtime.web.answers import go, html, page
from runtime.web.environment import fragment, render
from runtime.web.layouts import view_named, views_of
from runtime.web.lists import Asked, Found, ListPlan, find_rows, head_html, list_plan, pages, totals_html
from runtime.web.reader import Reader, Scene, reader_of, scene_of
from runtime.web.saying import say_problem
from runtime.web.shell import Group, Place, app_at, apps_of, groups_of, may_create
from runtime.web.widgets.cells import moment_html
from runtime.web.widgets.markup import emblem, tone_of, trusted

RECENT = 8
_RECENT_OBJECTS = 5
_BIN_ROWS = 20


@dataclass(frozen=True, slots=True)
class Recent:
    """A record that was changed lately."""

    url: str
    name: str
    kind: str
    icon: str
    tone: str
    when: Markup


def home_page() -> Response:
    """Answer `/{tenant}/` with the home of the app one was in last."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    chosen = app_at(reader, request.cookies.get("tenon_app"), "")
    return _home(unit, reader, chosen.name if chosen else None)


def app_page(app_name: str) -> Response:
    """Answer `/{tenant}/app/{app}` with the app's home."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    if app_name not in {each.name for each in apps_of(reader)}:
        raise NotFound(app_name)
    return _home(unit, reader, app_name)


def _home(unit: Unit, reader: Reader, app_name: str | None) -> Response:
    app = reader.model.apps.get(app_name or "")
    scene = scene_of(unit.ctx)
    groups = groups_of(reader, app, scene.base)
    return page(
        unit, reader, "home.html", app=app_name, app_label=reader.text(app.label) if app else unit.ctx.tenant.name,
        greeting=_greeting(unit, reader), groups=groups, recent=_recent(unit, reader, groups, scene),
    )


def _greeting(unit: Unit, reader: Reader) -> str:
    hour = scene_of(unit.ctx).now.astimezone(formats.zone_of(reader.time_zone)).hour
    name = unit.ctx.user.name
    if hour < 12:
        return reader.say("Good morning, %(name)s", name=name)
    return reader.say("Good afternoon, %(name)s", name=name) if hour < 18 else reader.say("Good evening, %(name)s", name=name)


def _recent(unit: Unit, reader: Reader, groups: tuple[Group, ...], scene: Scene) -> list[Recent]:
    """What was changed lately among the first objects of the app."""
    links = [link.url.rpartition("/o/")[2] for group in groups for link in group.links]
    names = list(dict.fromkeys(each for each in links if "?" not in each))
    found: list[tuple[datetime, Recent]] = []
    for name in names[:_RECENT_OBJECTS]:
        found.extend(_changed_lately(unit, reader, reader.model.objects[name], scene))
    found.sort(key=lambda each: each[0], reverse=True)
    return [each for _, each in found[:RECENT]]


def _changed_lately(unit: Unit, reader: Reader, of: Object, scene: Scene) -> list[tuple[datetime, Recent]]:
    readable = reader.access.readable(of.name)
    if not {"updated_at", of.name_field} <= readable:
        return []
    query = RecordQuery(of.name, (of.name_field, "updated_at"), sort=("-updated_at",), limit=RECENT)
    return [
        (each["updated_at"], Recent(  # type: ignore[misc]
            f"{scene.base}/o/{of.name}/{each.id}", str(each[of.name_field] or reader.object_label(of)), reader.object_label(of),
            of.icon, tone_of(of.name), when(reader, each["updated_at"], scene),
        ))
        for each in find(unit.ctx, unit.connection, query).records
    ]


def when(reader: Reader, value: object, scene: Scene) -> Markup:
    """Show an instant as a distance."""
    zone = formats.zone_of(reader.time_zone)
    just_now = reader.say("just now")
    return trusted(moment_html(reader.locale, value, now=scene.now, zone=zone, just_now=just_now))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the template of a list shows."""

    title: str
    help: str
    emblem: Markup
    count: str
    views: tuple[Place, ...]
    chips: list[object]
    filter_menu: Markup
    clear_url: str
    new_url: str
    new_label: str
    fault: str = ""
    head: Markup | str = ""
    rows: Markup | str = ""
    totals: Markup | str = ""
    range: str = ""
    first_url: str = ""
    newer_url: str = ""
    older_url: str = ""
    empty_title: str = ""
    empty_text: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition on show."""

    field: str
    operator: str
    value: str
    remove_url: str


def list_page(object_name: str) -> Response:
    """Answer `/{tenant}/o/{object}` with a page of its records."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.object(object_name)
    start = f"/{unit.ctx.tenant.slug}/o/{of.name}"
    asked = _asked()
    added = _added_condition(reader, of, asked, start)
    if added is not None:
        return added
    views = views_of(reader, of)
    plan = list_plan(reader, of, view_named(views, asked.view))
    conditions, faulty = filters.read_conditions(reader, of, asked.conditions)
    scene = scene_of(unit.ctx)
    fault, found = "", Found((), Markup(""), None, 0)
    if faulty:
        fault = reader.say("This condition does not fit its field: %(fields)s", fields=", ".join(faulty))
    else:
        try:
            found = find_rows(unit, plan, asked, [each.expression for each in conditions], scene)
        except (QueryInvalid, CursorInvalid) as error:
            fault = _say_all(reader, of, error.problems)
    shown = _shown(reader, of, plan, asked, start, views=views, conditions=conditions, found=found, fault=fault)
    totals = totals_html(unit, reader, plan, asked, [each.expression for each in conditions], scene) if found.records else ""
    return page(unit, reader, "list.html", at=of.name, status=422 if fault else 200, list=ListPage(**shown, totals=totals))


def _asked() -> Asked:
    given = request.args
    return Asked(
        given.get("view"), given.get("sort"), tuple(given.getlist("c")), given.get("where", "")[:2000], given.get("after"),
        tuple(given.getlist("trail")),
    )


def _added_condition(reader: Reader, of: Object, asked: Asked, start: str) -> Response | None:
    """Take a condition of the builder's form into the address; None when none was sent."""
    path, operator = request.args.get("f"), request.args.get("op")
    if not path or not operator:
        return None
    values = [each for each in request.args.getlist("v") if each.strip()]
    second = request.args.get("v2", "").strip()
    values += [second] if second and operator == "between" else []
    if not values and operator in operators and operators[operator].operands != 0:
        return go(asked.url(start))
    added = filters.address_of(path, operator, values)
    return go(asked.url(start, c=[*(each for each in asked.conditions if each != added), added]))


def _say_all(reader: Reader, of: Object, problems: tuple[Problem, ...]) -> str:
    return " ".join(say_problem(reader, of, each) for each in problems)


def _shown(
    reader: Reader, of: Object, plan: ListPlan, asked: Asked, start: str, *, views: tuple[ListView, ...],
    conditions: list[filters.Condition], found: Found, fault: str,
) -> dict[str, object]:
    label, narrowed = reader.object_word(of), bool(conditions or asked.where)
    many = reader.plural(of)
    chips: list[object] = [
        Chip(each.field, each.operator, each.value, asked.url(start, c=asked.without(each.address))) for each in conditions
    ]
    if asked.where:
        chips.append(Chip(reader.say("Expression"), "", asked.where, asked.url(start, where=None)))
    around = pages(reader, asked, found, start) if found.records else {}
    return {
        "title": many, "help": reader.text(of.help) if of.help else "", "emblem": emblem(of.icon, tone_of(of.name)),
        "count": "" if fault else formats.figure(reader.locale, 0)(found.count),
        "views": tuple(
            Place(f"{start}?view={each.name}", reader.text(each.label) or many, current=each.name == plan.view.name)
            for each in views
        ),
        "chips": chips, "filter_menu": filter_menu(reader, of, asked, start),
        "clear_url": asked.url(start, c=None, where=None) if narrowed else "",
        "new_url": f"{start}/new" if may_create(reader, of) else "", "new_label": reader.say("New %(object)s", object=label),
        "fault": fault, "head": head_html(plan, asked, start), "rows": found.rows, **around,
        "empty_title": reader.say("Nothing fits these conditions") if narrowed else reader.say("No %(objects)s yet", objects=many),
        "empty_text": reader.say("Take a condition away, or clear them all.") if narrowed
        else reader.say("What you create here, and what others share with you, appears in this list."),
    }


def filter_menu(reader: Reader, of: Object, asked: Asked, start: str) -> Markup:
    """The builder of conditions; its fields are written once per reader."""
    kept = [("view", asked.view), ("sort", asked.sort), *(("c", each) for each in asked.conditions)]
    return fragment(
        reader.locale, "filter_menu.html", action=start, kept=[(name, value) for name, value in kept if value],
        options=filters.options_html(reader, of), operators=filters.operators_html(reader), expression=asked.where,
    )


def search_page() -> Response:
    """Answer `/{tenant}/search?q=` with what was found, grouped by object."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    text = request.args.get("q", "").strip()[: lookups.MOST_TYPED]
    scene = scene_of(unit.ctx)
    groups = lookups.hits(unit, reader, text, limit=100, scene=scene, with_facts=True)
    places = lookups.places(reader, text, base=scene.base)
    return page(unit, reader, "search.html", sought=text, text=text, groups=groups, places=places)


def suggest() -> Response:
    """Answer `/{tenant}/suggest?q=` with the first hits, as a piece of HTML."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    text = request.args.get("q", "").strip()[: lookups.MOST_TYPED]
    scene = scene_of(unit.ctx)
    groups = lookups.hits(unit, reader, text, limit=lookups.SUGGESTED, scene=scene)
    return html(render(
        reader.locale, "suggest.html", text=text, groups=groups,
        places=lookups.places(reader, text, base=scene.base), all_url=f"{scene.base}/search",
    ), reader.locale)


def lookup(object_name: str, field_name: str) -> Response:
    """Answer `/{tenant}/lookup/{object}/{field}?q=` with the records a relation could lead to."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.access.object(object_name)
    return jsonify(options=lookups.options(unit, reader, of, field_name=field_name, text=request.args.get("q", "")))


def recycle_bin() -> Response:
    """Answer `/{tenant}/recycle-bin` with what was deleted, by object."""
    unit = current_unit()
    reader = reader_of(unit.ctx)
    scene = scene_of(unit.ctx)
    shown = [each for each in reader.model.objects.values() if reader.access.rights(each.name).delete]
    groups = [group for group in (_deleted(unit, reader, each, scene) for each in shown) if group["rows"]]
    return page(unit, reader, "recycle_bin.html", groups=groups)


def _deleted(unit: Unit, reader: Reader, of: Object, scene: Scene) -> dict[str, object]:
    fields = tuple(each for each in (of.name_field, "deleted_at") if each in reader.access.readable(of.name))
    query = RecordQuery(of.name, fields, limit=_BIN_ROWS, deleted=True)
    rows = [
        {
            "name": str(each.get(of.name_field) or reader.object_label(of)),
            "when": when(reader, each.get("deleted_at"), scene) if each.get("deleted_at") else "",
            "restore_url": f"{scene.base}/o/{of.name}/{each.id}/restore",
        }
        for each in find(unit.ctx, unit.connection, query).records
    ]
    return {"label": reader.plural(of), "emblem": emblem(of.icon, tone_of(of.name), "small"), "rows": rows}
