"""Layouts and list views."""

from __future__ import annotations

from types import MappingProxyType

from metadata.compile.workshop import Path, Workshop
from metadata.expressions import Expression
from metadata.expressions.types import BOOLEAN, NUMBER
from metadata.merge import Definition
from metadata.model import Field, Layout, ListView, Object, Placement, RelatedList, Section, StagePath, Tab
from metadata.names import STANDARD_FIELDS
from metadata.similar import similar
from metadata.text import Text

NOT_SORTED = frozenset({"many_to_many", "point", "multi_picklist", "any_lookup", "file", "image"})


def make_layouts(workshop: Workshop, objects: dict[str, Object]) -> dict[str, Layout]:
    """Make all layouts that are written; objects without one get a generated one elsewhere."""
    made = (_layout(workshop, objects, definition) for definition in workshop.definitions["layout"].values())
    return {layout.name: layout for layout in made if layout is not None}


def make_list_views(workshop: Workshop, objects: dict[str, Object]) -> dict[str, ListView]:
    """Make all list views that are written."""
    made = (_list_view(workshop, objects, definition) for definition in workshop.definitions["list_view"].values())
    views = {view.name: view for view in made if view is not None}
    defaults: dict[str, str] = {}
    for view in views.values():
        if view.default and defaults.setdefault(view.object, view.name) != view.name:
            definition = workshop.definitions["list_view"][view.name]
            workshop.problem(definition, "second_default", ("default",), name=view.name, other=defaults[view.object])
    return views


def _object_of(workshop: Workshop, objects: dict[str, Object], definition: Definition) -> Object | None:
    name = workshop.body(definition).get("object")
    found = workshop.refer(definition, ("object",), "object", name) if name is not None else None
    return objects.get(str(name)) if found is not None else None


def _layout(workshop: Workshop, objects: dict[str, Object], definition: Definition) -> Layout | None:
    body = workshop.body(definition)
    found = _object_of(workshop, objects, definition)
    if found is None:
        return None
    highlights = [
        tuple(path.split("."))
        for index, path in enumerate(body.get("highlights") or ())
        if workshop.field_at(definition, ("highlights", index), found.name, path) is not None
    ]
    placed: dict[str, str] = {}
    tabs = [
        _tab(workshop, objects, definition, found, name, tab, placed)
        for name, tab in (body.get("tabs") or {}).items()  # type: ignore[attr-defined]
        if isinstance(tab, dict)
    ]
    path = _stage_path(workshop, definition, found, body.get("path"))
    return Layout(definition.name, found.name, tuple(highlights) or default_highlights(found), tuple(tabs), path)


def default_highlights(found: Object) -> tuple[tuple[str, ...], ...]:
    """The first few fields that say something short."""
    long = ("long_text", "rich_text", "image", "file", "point", "many_to_many")
    names = [field.name for field in found.own_fields if field.type.name not in long and field.name != found.name_field]
    return tuple((name,) for name in names[:4])


def _tab(
    workshop: Workshop,
    objects: dict[str, Object],
    definition: Definition,
    found: Object,
    name: str,
    body: dict,
    placed: dict[str, str],
) -> Tab:
    here: Path = ("tabs", name)
    label = workshop.texts.of(definition, (*here, "label"), body.get("label"), name=name)
    if ("sections" in body) == ("related" in body) and not _was_cut(workshop, definition, here):
        workshop.problem(definition, "tab_needs_one", here, at_key=True, name=name)
    if isinstance(body.get("related"), dict):
        related = _related(workshop, objects, definition, found, (*here, "related"), body["related"])
        if "label" not in body and related is not None:
            label = objects[related.object].plural
        return Tab(name, label, (), related)
    sections = body.get("sections") or {}
    made = [
        _section(workshop, definition, found, (*here, "sections", key), key, each, placed)
        for key, each in sections.items()
        if isinstance(each, dict)
    ]
    return Tab(name, label, tuple(made))


def _was_cut(workshop: Workshop, definition: Definition, path: Path) -> bool:
    """Whether something under a path was faulty and taken out before."""
    whole: object = definition.body
    kept: object = workshop.body(definition)
    for step in path:
        whole = whole.get(step) if isinstance(whole, dict) else None
        kept = kept.get(step) if isinstance(kept, dict) else None
    return whole != kept


def _section(
    workshop: Workshop, definition: Definition, found: Object, here: Path, name: str, body: dict, placed: dict[str, str]
) -> Section:
    placements = []
    for index, entry in enumerate(body.get("fields") or ()):
        path: Path = (*here, "fields", index)
        short = isinstance(entry, str)
        wanted = entry if short else entry.get("field")
        at = path if short else (*path, "field")
        field = _own(workshop, definition, found, at, wanted)
        if field is None:
            continue
        if field.name in placed:
            workshop.problem(definition, "placed_twice", at, name=field.name, other=placed[field.name])
            continue
        placed[field.name] = name
        placements.append(_placement(workshop, definition, found, path, field, {} if short else entry))
    return Section(
        name,
        workshop.texts.of(definition, (*here, "label"), body.get("label"), name=name),
        int(body.get("columns", 2)),
        tuple(placements),
        _condition(workshop, definition, found, (*here, "show_when"), body.get("show_when")),
    )


def _placement(
    workshop: Workshop, definition: Definition, found: Object, path: Path, field: Field, entry: dict
) -> Placement:
    conditions = {
        name: _condition(workshop, definition, found, (*path, name), entry.get(name))
        for name in ("show_when", "required_when", "read_only_when")
    }
    for name in ("required_when", "read_only_when"):
        if name in entry and (field.type.computed or (field.standard and field.read_only)):
            workshop.problem(
                definition, "condition_without_effect", (*path, name), at_key=True, name=name, field=field.name
            )
    return Placement(field.name, **conditions, wide=entry.get("wide") is True)


def _condition(
    workshop: Workshop, definition: Definition, found: Object, path: Path, source: object
) -> Expression | None:
    if source is None:
        return None
    return workshop.expression(definition, path, source, found.name, purpose="condition", expect=BOOLEAN)


def _own(workshop: Workshop, definition: Definition, found: Object, path: Path, name: object) -> Field | None:
    """Find a field of the layout's object, by its plain name."""
    if isinstance(name, str) and "." in name:
        workshop.problem(definition, "path_not_editable", path, name=name)
        return None
    return workshop.field_at(definition, path, found.name, name)


def _related(
    workshop: Workshop, objects: dict[str, Object], definition: Definition, found: Object, here: Path, body: dict
) -> RelatedList | None:
    name = body.get("object")
    if workshop.refer(definition, (*here, "object"), "object", name) is None or name not in objects:
        return None
    other = objects[name]
    by = _own(workshop, definition, other, (*here, "by"), body.get("by"))
    if by is None:
        return None
    if found.name not in by.targets:
        leading = [field.name for field in other.fields.values() if found.name in field.targets]
        params = {"name": by.name, "object": other.name, "target": found.name, **similar(by.name, leading)}
        workshop.problem(definition, "does_not_lead_here", (*here, "by"), **params)
        return None
    columns = _paths(workshop, definition, other, (*here, "columns"), body.get("columns"))
    sort = _sort(workshop, definition, other, (*here, "sort"), body.get("sort"))
    return RelatedList(other.name, by.name, columns or default_columns(other, without=by.name), sort)


def default_columns(found: Object, *, without: str | None = None) -> tuple[tuple[str, ...], ...]:
    """The name of a record and its first few short fields."""
    first = [(found.name_field,)] if found.name_field in found.fields else []
    return (*first, *(path for path in default_highlights(found) if path != (without,)))


def _paths(
    workshop: Workshop, definition: Definition, found: Object, here: Path, paths: object
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(path.split("."))
        for index, path in enumerate(paths if isinstance(paths, list) else ())
        if workshop.field_at(definition, (*here, index), found.name, path) is not None
    )


def _sort(workshop: Workshop, definition: Definition, found: Object, here: Path, sorts: object) -> tuple[str, ...]:
    kept = []
    for index, sort in enumerate(sorts if isinstance(sorts, list) else ()):
        field = workshop.field_at(definition, (*here, index), found.name, sort.removeprefix("-"))
        if field is not None and field.type.name in NOT_SORTED:
            workshop.problem(definition, "sort_not_possible", (*here, index), name=field.name, type=field.type.name)
        elif field is not None:
            kept.append(sort)
    return tuple(kept)


def _stage_path(workshop: Workshop, definition: Definition, found: Object, body: object) -> StagePath | None:
    if not isinstance(body, dict) or "field" not in body:
        return None
    field = _own(workshop, definition, found, ("path", "field"), body["field"])
    if field is None:
        return None
    if field.type.name != "picklist" or field.picklist is None:
        workshop.problem(definition, "not_a_picklist", ("path", "field"), name=field.name, type=field.type.name)
        return None
    hints: dict[str, Text] = {}
    require: dict[str, tuple[str, ...]] = {}
    for code, stage in (body.get("guide") or {}).items():
        here: Path = ("path", "guide", code)
        if code not in field.picklist.choices:
            params = {"name": code, **similar(code, field.picklist.choices)}
            workshop.problem(definition, "no_such_choice", here, at_key=True, **params)
        elif isinstance(stage, dict):
            if "hint" in stage:
                hints[code] = workshop.texts.of(definition, (*here, "hint"), stage["hint"])
            names = enumerate(stage.get("require") or ())
            wanted = [_own(workshop, definition, found, (*here, "require", index), name) for index, name in names]
            require[code] = tuple(each.name for each in wanted if each is not None)
    return StagePath(
        field.name, MappingProxyType(hints), MappingProxyType({code: names for code, names in require.items() if names})
    )


def _list_view(workshop: Workshop, objects: dict[str, Object], definition: Definition) -> ListView | None:
    body = workshop.body(definition)
    found = _object_of(workshop, objects, definition)
    if found is None:
        return None
    where = body.get("where")
    condition = None
    if where is not None:
        condition = workshop.expression(definition, ("where",), where, found.name, purpose="filter", expect=BOOLEAN)
    return ListView(
        definition.name,
        found.name,
        workshop.texts.of(definition, ("label",), body.get("label"), name=definition.name),
        condition,
        _paths(workshop, definition, found, ("columns",), body.get("columns")),
        _sort(workshop, definition, found, ("sort",), body.get("sort")),
        MappingProxyType(_totals(workshop, definition, found, body.get("totals"))),
        body.get("default") is True,
    )


def _totals(workshop: Workshop, definition: Definition, found: Object, totals: object) -> dict[str, str]:
    kept = {}
    for name, function in (totals.items() if isinstance(totals, dict) else ()):
        field = workshop.field_at(definition, ("totals", name), found.name, name, at_key=True)
        if field is None:
            continue
        kind = field.type.type_of(field).kind
        fits = kind == NUMBER.kind or (function in ("min", "max") and kind in ("date", "datetime", "time"))
        columns = definition.body.get("columns")
        if not fits or field.name in STANDARD_FIELDS:
            workshop.problem(
                definition, "total_not_possible", ("totals", name), name=name, type=field.type.name, function=function
            )
        elif isinstance(columns, list) and name not in columns:
            workshop.problem(definition, "total_without_column", ("totals", name), at_key=True, name=name)
        else:
            kept[name] = str(function)
    return kept
