"""Which layout shows a record, which list views an object offers, and what a reader sees of them."""

from __future__ import annotations

from metadata.model import Layout, ListView, Object, Placement, RecordType, RelatedList, Section, Tab
from metadata.text import Text
from runtime.web.reader import Reader

_COLUMNS = 6


def layout_of(reader: Reader, of: Object, record_type: str | None = None) -> Layout:
    """Choose the layout: the record type's, else the one named like the object, else the first, else a made one."""
    layouts = reader.model.layouts
    kind = of.record_types.get(record_type or "")
    if isinstance(kind, RecordType) and kind.layout in layouts:
        return layouts[kind.layout]
    if of.name in layouts and layouts[of.name].object == of.name:
        return layouts[of.name]
    return next((each for each in layouts.values() if each.object == of.name), None) or _made(of)


def _made(of: Object) -> Layout:
    fields = tuple(Placement(each.name) for each in of.own_fields)
    details = Tab("details", _DETAILS, (Section("all", Text(), 2, fields),))
    related = tuple(
        Tab(f"{name}_{by}", Text(), related=RelatedList(name, by, ())) for name, by in of.details
    )
    return Layout(of.name, of.name, (), (details, *related))


_DETAILS = Text.of({"en": "Details", "zh_CN": "详情"})
_ALL = Text.of({"en": "All", "zh_CN": "全部"})


def views_of(reader: Reader, of: Object) -> tuple[ListView, ...]:
    """The list views of an object that this reader may use: none whose condition reads a hidden field."""
    views = tuple(
        each for each in reader.model.list_views.values() if each.object == of.name and _is_usable(reader, of, each)
    )
    return views or (ListView("all", of.name, _ALL, None, default_columns(reader, of), default=True),)


def _is_usable(reader: Reader, of: Object, view: ListView) -> bool:
    return view.where is None or all(reader.access.can_read_path(of.name, path) for path in view.where.references)


def view_named(views: tuple[ListView, ...], name: str | None) -> ListView:
    """The view of that name, else the default one."""
    wanted = next((each for each in views if each.name == name), None)
    return wanted or next((each for each in views if each.default), views[0])


def default_columns(reader: Reader, of: Object, *, without: str = "") -> tuple[tuple[str, ...], ...]:
    """The columns of an object that nobody has chosen: its name and its first short fields."""
    short = [
        each.name for each in of.own_fields
        if each.name not in (of.name_field, without) and each.type.widget not in ("textarea", "rich_text", "file", "image")
    ]
    return tuple((name,) for name in (of.name_field, *short[: _COLUMNS - 1]))


def readable_sort(reader: Reader, of: Object, sort: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some sort keys that the reader may see; a hidden field orders nothing."""
    return tuple(each for each in sort if reader.access.can_read_path(of.name, tuple(each.removeprefix("-").split("."))))


def readable_columns(reader: Reader, of: Object, columns: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Those of some columns that the reader may see; the name's, at least."""
    seen = tuple(path for path in columns if reader.access.can_read_path(of.name, path))
    return seen or ((of.name_field,),) if reader.access.can_read_path(of.name, (of.name_field,)) else seen or (("id",),)
