"""The list of an object's records: one plan per view and reader, filled per request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from metadata.model import ListView, Object
from runtime.records.kept import Kept
from runtime.records.query import find, grouped
from runtime.records.record import GroupQuery, Record, RecordQuery
from runtime.unit import Unit
from runtime.web import formats
from runtime.web.layouts import readable_columns, readable_sort
from runtime.web.names import with_names
from runtime.web.reader import Reader, Scene
from runtime.web.widgets.cells import Column, Values, column
from runtime.web.widgets.markup import icon, joined

ROWS = 50
_MOST_PAGES_BACK = 12
_UNSORTED = ("multi_lookup", "multi_select", "any_lookup", "file", "image", "point", "textarea", "rich_text")


@dataclass(frozen=True, slots=True, eq=False)
class ListPlan:
    """Everything about a list that does not depend on its records: columns, their openings, what to ask."""

    of: Object
    view: ListView
    columns: tuple[Column, ...]
    openings: tuple[str, ...]
    fields: tuple[str, ...]
    sorts: tuple[str | None, ...]
    """What a click on a column's head sorts by; None where that makes no sense."""
    also: tuple[str, ...]
    totals: Mapping[str, str]
    order: tuple[str, ...]
    """The view's own order, as far as the reader may see what it is made of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list."""

    view: str | None = None
    sort: str | None = None
    conditions: tuple[str, ...] = ()
    where: str = ""
    after: str | None = None
    trail: tuple[str, ...] = ()

    def without(self, condition: str) -> list[str]:
        """The conditions but for one."""
        return [each for each in self.conditions if each != condition]

    def url(self, start: str, **changes: object) -> str:
        """Write the address of this list with something changed; a changed question starts at the first page."""
        asked = {
            "view": self.view, "sort": self.sort, "c": list(self.conditions), "where": self.where or None,
            "after": None, "trail": None, **changes,
        }
        return f"{start}?{query}" if (query := urlencode({k: v for k, v in asked.items() if v}, doseq=True)) else start


def list_plan(reader: Reader, of: Object, view: ListView) -> ListPlan:
    """Give the plan of a view for a reader."""
    return _plans.get((reader.key, of.name, view.name), lambda: _planned(reader, of, view))


_plans: Kept[ListPlan] = Kept(1_000)


def _planned(reader: Reader, of: Object, view: ListView) -> ListPlan:
    columns = columns_of(reader, of, view.columns)
    totals = {path: how for path, how in view.totals.items() if reader.access.can_read_path(of.name, tuple(path.split(".")))}
    return ListPlan(
        of, view, columns, openings_of(columns), fields_of(columns), tuple(_sort_of(of, each) for each in columns),
        (view.where.source,) if view.where else (), totals, readable_sort(reader, of, view.sort),
    )


def columns_of(reader: Reader, of: Object, paths: Sequence[tuple[str, ...]]) -> tuple[Column, ...]:
    """Make columns; the first leads to the record, so nothing in it is a link of its own."""
    seen = readable_columns(reader, of, tuple(paths))
    return tuple(column(reader, of, path, linked=number > 0) for number, path in enumerate(seen))


def openings_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """The tags before each cell of a row; the label is what a phone shows above the value."""
    return tuple(
        f'<td class="num" data-label="{escape(each.label)}">' if each.numeric else f'<td data-label="{escape(each.label)}">'
        for each in columns
    )


def fields_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """The paths a query must ask for, each once."""
    return tuple(dict.fromkeys(path for each in columns for path in each.needs))


def _sort_of(of: Object, shown: Column) -> str | None:
    if shown.field.is_relation:
        return shown.needs[1] if len(shown.needs) > 1 else None
    return None if shown.field.type.widget in _UNSORTED else shown.path


def rows_html(
    columns: Sequence[Column], openings: Sequence[str], records: Sequence[tuple[int, Values]], *, object_name: str, scene: Scene
) -> Markup:
    """Write the rows of a table; called for every list, so it does nothing that a plan could have done."""
    start = f'<tr>{openings[0]}<a data-row href="{scene.base}/o/{object_name}/'
    first = columns[0].cell
    rest = [(opening, each.cell) for opening, each in zip(openings[1:], columns[1:], strict=True)]
    parts: list[str] = []
    add = parts.append
    for record_id, values in records:
        add(f'{start}{record_id}">{first(values, scene)}</a>')
        for opening, cell in rest:
            add(f"</td>{opening}{cell(values, scene)}")
        add("</td></tr>")
    return joined(parts)


def head_html(plan: ListPlan, asked: Asked, start: str) -> Markup:
    """Write the head; each label sorts by its column, a second click turns the order."""
    current = asked.sort or next(iter(plan.order), "")
    cells = []
    for shown, sort in zip(plan.columns, plan.sorts, strict=True):
        kind = ' class="num"' if shown.numeric else ""
        label = escape(shown.label)
        if sort is None:
            cells.append(f'<th scope="col"{kind}>{label}</th>')
            continue
        down, up = current == f"-{sort}" or current == f"-{shown.path}", current in (sort, shown.path)
        order = ' aria-sort="descending"' if down else ' aria-sort="ascending"' if up else ""
        url = escape(asked.url(start, sort=f"-{sort}" if up else sort))
        arrow = icon("arrow-down" if down else "arrow-up")
        cells.append(f'<th scope="col"{kind}{order}><a href="{url}"><span class="clip">{label}</span>{arrow}</a></th>')
    return joined(cells)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list, and what was found about the whole of it."""

    records: tuple[Record, ...]
    rows: Markup
    after: str | None
    count: int


def find_rows(unit: Unit, plan: ListPlan, asked: Asked, conditions: Sequence[str], scene: Scene) -> Found:
    """Read one page and write its rows."""
    query = RecordQuery(
        plan.of.name, plan.fields, asked.where.strip() or None, sort_of(plan, asked), ROWS, asked.after, True,
        also=(*plan.also, *conditions),
    )
    page = find(unit.ctx, unit.connection, query)
    values = with_names(unit, plan.columns, page.records)
    rows = rows_html(
        plan.columns, plan.openings, [(record.id, held) for record, held in zip(page.records, values, strict=True)],
        object_name=plan.of.name, scene=scene,
    )
    return Found(page.records, rows, page.after, page.count or 0)


def sort_of(plan: ListPlan, asked: Asked) -> tuple[str, ...]:
    """The order of a list: the asked one if a column offers it, else the view's own."""
    wanted = (asked.sort or "").removeprefix("-")
    if wanted and wanted in plan.sorts:
        return (str(asked.sort),)
    return plan.order


def totals_html(
    unit: Unit, reader: Reader, plan: ListPlan, asked: Asked, conditions: Sequence[str], scene: Scene
) -> Markup | str:
    """Write the row of totals over all pages; empty for a view without totals."""
    if not plan.totals or not any(each.path in plan.totals for each in plan.columns):
        return ""
    measures = {f"m{number}": f"{how}({path})" for number, (path, how) in enumerate(plan.totals.items())}
    query = GroupQuery(plan.of.name, (), measures, asked.where.strip() or None, also=(*plan.also, *conditions))
    rows = grouped(unit.ctx, unit.connection, query).rows
    found = dict(zip(plan.totals, (rows[0][name] for name in measures), strict=True)) if rows else {}
    return joined([
        _total_cell(reader, each, opening, plan.totals, found, scene)
        for each, opening in zip(plan.columns, plan.openings, strict=True)
    ])


def _total_cell(
    reader: Reader, shown: Column, opening: str, totals: Mapping[str, str], found: Mapping[str, object], scene: Scene
) -> str:
    value = found.get(shown.path)
    if value is None:
        return f"{opening}</td>"
    how = {"sum": reader.say("Sum"), "avg": reader.say("Average"), "min": reader.say("Smallest"), "max": reader.say("Largest")}
    text = shown.cell({shown.path: value}, scene)
    return f'{opening}<small>{escape(how[totals[shown.path]])}</small>{text}</td>'


def pages(reader: Reader, asked: Asked, found: Found, start: str) -> dict[str, str]:
    """The addresses of the neighbouring pages and the sentence that says where one is.

    A cursor leads forward only; the way back is the trail of cursors one came by.
    """
    number = len(asked.trail) + 1 if asked.after else 0
    first = number * ROWS + 1
    figure = formats.figure(reader.locale, 0)
    last = first + len(found.records) - 1
    told = reader.say("%(first)s–%(last)s of %(count)s", first=figure(first), last=figure(last), count=figure(found.count))
    shown = {"range": told, "first_url": "", "newer_url": "", "older_url": ""}
    if found.after and number < _MOST_PAGES_BACK * 100:
        trail = (*asked.trail, asked.after) if asked.after else ()
        shown["older_url"] = asked.url(start, after=found.after, trail=list(trail))
    if asked.after:
        back = asked.trail[-1] if asked.trail else None
        shown["newer_url"] = asked.url(start, after=back, trail=list(asked.trail[:-1]))
        shown["first_url"] = asked.url(start) if number > 1 else ""
    return shown
