"""What objects get that say nothing of their pages: a layout with all fields, and a list view of all records."""

from __future__ import annotations

from metadata.compile.pages import default_columns, default_highlights
from metadata.model import Layout, ListView, Object, Placement, RelatedList, Section, Tab
from metadata.text import Text

DETAILS = Text((("en", "Details"), ("zh_CN", "详细信息")))
SYSTEM = Text((("en", "System"), ("zh_CN", "系统信息")))
ALL = Text((("en", "All"), ("zh_CN", "全部")))

WIDE = frozenset({"long_text", "rich_text"})
SYSTEM_FIELDS = ("owner", "org_unit", "created_by", "created_at", "updated_by", "updated_at")


def generated_layout(found: Object, objects: dict[str, Object]) -> Layout:
    """Make the layout of an object that has none: all its fields, then a list per object that leads to it."""
    fields = [Placement(field.name, wide=field.type.name in WIDE) for field in found.own_fields]
    if found.record_types:
        fields.insert(0, Placement("record_type"))
    system = tuple(Placement(name) for name in SYSTEM_FIELDS)
    sections = (Section("details", DETAILS, 2, tuple(fields)), Section("system", SYSTEM, 2, system))
    tabs = [Tab("details", DETAILS, sections if fields else sections[1:])]
    taken = {"details"}
    for name, by in dict.fromkeys((*found.details, *found.references)):
        other = objects.get(name)
        if other is None:
            continue
        tab = name if name not in taken else f"{name}_{by}"[:40]
        taken.add(tab)
        tabs.append(Tab(tab, other.plural, (), RelatedList(name, by, default_columns(other, without=by))))
    return Layout(found.name, found.name, default_highlights(found), tuple(tabs))


def generated_list_view(found: Object, name: str, *, default: bool) -> ListView:
    """Make the list view of an object that has none of all its records."""
    return ListView(name, found.name, ALL, None, default_columns(found), (), default=default)
