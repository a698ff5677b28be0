"""Objects: sharing, names, search, keys, rules and record types, over fields that are known."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from metadata.compile.defaults import check_default_cycles, check_offered
from metadata.compile.fields import comparable, unknown_own_field
from metadata.compile.formulas import default_of, formula_order
from metadata.compile.workshop import Path, Workshop
from metadata.expressions.types import BOOLEAN, TEXT
from metadata.merge import Definition
from metadata.model import Field, Index, Object, RecordType, ValidationRule
from metadata.names import RESERVED_OBJECTS, SYSTEM_PREFIX
from metadata.similar import similar
from metadata.text import Text


def make_objects(workshop: Workshop) -> dict[str, Object]:
    """Make all objects."""
    references: dict[str, list[tuple[str, str]]] = {}
    details: dict[str, list[tuple[str, str]]] = {}
    for name, fields in workshop.fields.items():
        for field in fields.values():
            for target in field.targets if not field.standard else ():
                references.setdefault(target, []).append((name, field.name))
                if field.type.name == "master_detail":
                    details.setdefault(target, []).append((name, field.name))
    _check_masters(workshop)
    return {
        name: _object(workshop, definition, tuple(details.get(name, ())), tuple(references.get(name, ())))
        for name, definition in workshop.definitions["object"].items()
    }


def _object(
    workshop: Workshop,
    definition: Definition,
    details: tuple[tuple[str, str], ...],
    references: tuple[tuple[str, str], ...],
) -> Object:
    body = workshop.body(definition)
    name = definition.name
    if name in RESERVED_OBJECTS or name.startswith((SYSTEM_PREFIX, "sqlite_", "pg_")):
        workshop.problem(definition, "reserved_object", ("object",), name=name)
    label = workshop.texts.of(definition, ("label",), body.get("label"), name=name)
    masters = [field for field in workshop.fields[name].values() if field.type.name == "master_detail"]
    for extra in masters[1:]:
        workshop.problem(
            definition, "second_master", ("fields", extra.name), at_key=True, name=extra.name, other=masters[0].name
        )
    name_field = _name_field(workshop, definition, body)
    return Object(
        name,
        definition.package,
        label,
        _plural(workshop.texts.of(definition, ("plural",), body.get("plural")), label),
        workshop.texts.of(definition, ("help",), body.get("help")),
        str(body.get("icon", "file")),
        name_field,
        _sharing(workshop, definition, body, masters),
        body.get("history") is not False,
        _search(workshop, definition, body, name_field),
        MappingProxyType(workshop.fields[name]),
        _rules(workshop, definition, body),
        _unique(workshop, definition, body),
        _indexes(workshop, definition, body),
        _record_types(workshop, definition, body),
        masters[0].name if masters else None,
        details,
        references,
        formula_order(workshop, name),
    )


def _plural(plural: Text, label: Text) -> Text:
    """A language without a plural of its own uses its label."""
    if not plural:
        return label
    known = dict(plural.values)
    return Text(tuple((language, known.get(language, text)) for language, text in label.values) + tuple(
        (language, text) for language, text in plural.values if language not in dict(label.values)
    ))


def _name_field(workshop: Workshop, definition: Definition, body: Mapping[str, object]) -> str:
    own = [field for field in workshop.fields[definition.name].values() if not field.standard]
    named = body.get("name_field")
    if isinstance(named, str):
        field = unknown_own_field(workshop, definition, ("name_field",), named)
        if field is not None and (field.object, field.name) not in workshop.faulty and not _can_name(workshop, field):
            allowed = tuple(each.name for each in own if _can_name(workshop, each))
            workshop.problem(
                definition, "name_field_type", ("name_field",), name=named, type=field.type.name, allowed=allowed
            )
        return named
    candidates = [each.name for each in own if each.name == "name" and _can_name(workshop, each)]
    candidates += [each.name for each in own if each.type.name in ("text", "auto_number")]
    if not candidates and not any(owner == definition.name for owner, _ in workshop.faulty):
        allowed = tuple(each.name for each in own if _can_name(workshop, each))
        workshop.problem(definition, "no_name_field", ("object",), object=definition.name, allowed=allowed)
    return candidates[0] if candidates else "id"


def _can_name(workshop: Workshop, field: Field) -> bool:
    if (field.object, field.name) in workshop.faulty or field.type.name in ("long_text", "rich_text"):
        return False
    return field.type.type_of(field).kind == TEXT.kind


def _sharing(workshop: Workshop, definition: Definition, body: Mapping[str, object], masters: list[Field]) -> str:
    sharing = str(body.get("sharing") or ("parent" if masters else "private"))
    unclear = any(owner == definition.name for owner, _ in workshop.faulty)
    if sharing == "parent" and not masters and not unclear:
        workshop.problem(definition, "parent_without_master", ("sharing",), object=definition.name)
    return sharing


def _search(
    workshop: Workshop, definition: Definition, body: Mapping[str, object], name_field: str
) -> tuple[tuple[str, ...], ...]:
    paths = body.get("search")
    fields = workshop.fields[definition.name]
    if not isinstance(paths, list):
        field = fields.get(name_field)
        return ((name_field,),) if field is not None and field.type.searchable else ()
    found = []
    for index, path in enumerate(paths):
        field = workshop.field_at(definition, ("search", index), definition.name, path)
        if field is not None and not field.type.searchable:
            workshop.problem(definition, "not_searchable", ("search", index), name=path, type=field.type.name)
        elif field is not None:
            found.append(tuple(path.split(".")))
    return tuple(found)


def _rules(workshop: Workshop, definition: Definition, body: Mapping[str, object]) -> tuple[ValidationRule, ...]:
    rules = []
    written = body.get("validation")
    for name, rule in (written.items() if isinstance(written, dict) else ()):
        here: Path = ("validation", name)
        if not isinstance(rule, dict):
            continue
        condition = workshop.expression(
            definition,
            (*here, "error_when"),
            rule.get("error_when"),
            definition.name,
            purpose="validation",
            expect=BOOLEAN,
        )
        if "field" in rule:
            unknown_own_field(workshop, definition, (*here, "field"), rule["field"])
        if condition is not None:
            message = workshop.texts.of(definition, (*here, "message"), rule.get("message"))
            rules.append(ValidationRule(name, condition, message, rule.get("field"), str(rule.get("level", "error"))))
    return tuple(rules)


def _unique(workshop: Workshop, definition: Definition, body: Mapping[str, object]) -> tuple[tuple[str, ...], ...]:
    keys: list[tuple[str, ...]] = []
    for index, names in enumerate(body.get("unique") or ()):
        for place, name in enumerate(names):
            _check_comparable(workshop, definition, ("unique", index, place), name, "unique")
        if tuple(names) in keys:
            workshop.problem(definition, "listed_twice", ("unique", index), value=", ".join(names))
        keys.append(tuple(names))
    return tuple(keys)


def _indexes(workshop: Workshop, definition: Definition, body: Mapping[str, object]) -> tuple[Index, ...]:
    indexes = []
    for index, names in enumerate(body.get("indexes") or ()):
        for place, name in enumerate(names):
            _check_comparable(workshop, definition, ("indexes", index, place), name.removeprefix("-"), "index")
        indexes.append(Index(tuple(names)))
    return tuple(indexes)


def _check_comparable(workshop: Workshop, definition: Definition, path: Path, name: str, prop: str) -> None:
    field = unknown_own_field(workshop, definition, path, name)
    if field is not None and (field.object, field.name) not in workshop.faulty and not comparable(field):
        workshop.problem(definition, "not_indexable", path, name=prop, type=field.type.name)


def _record_types(workshop: Workshop, definition: Definition, body: Mapping[str, object]) -> MappingProxyType:
    written = body.get("record_types")
    kinds: dict[str, RecordType] = {}
    bodies = (
        {name: each for name, each in written.items() if isinstance(each, dict)} if isinstance(written, dict) else {}
    )
    marked = [name for name, each in bodies.items() if each.get("default") is True]
    for name in marked[1:]:
        workshop.problem(definition, "second_default", ("record_types", name, "default"), name=name, other=marked[0])
    usual = marked[0] if marked else next(iter(bodies), None)
    for name, each in bodies.items():
        here: Path = ("record_types", name)
        label = workshop.texts.of(definition, (*here, "label"), each.get("label"), name=name)
        offered = _offered(workshop, definition, here, each.get("values"))
        defaults = _defaults(workshop, definition, here, each.get("defaults"))
        check_offered(workshop, definition, here, offered, defaults)
        if defaults:
            check_default_cycles(workshop, definition, defaults, (*here, "defaults"))
        kinds[name] = RecordType(
            name,
            label,
            offered,
            defaults,
            _layout(workshop, definition, (*here, "layout"), each.get("layout")),
            name == usual,
        )
    return MappingProxyType(kinds)


def _offered(workshop: Workshop, definition: Definition, here: Path, values: object) -> MappingProxyType:
    offered = {}
    for name, codes in (values.items() if isinstance(values, dict) else ()):
        path: Path = (*here, "values", name)
        field = unknown_own_field(workshop, definition, path, name, at_key=True)
        if field is None or (definition.name, name) in workshop.faulty:
            continue
        if field.picklist is None or field.standard:
            workshop.problem(definition, "not_a_picklist", path, at_key=True, name=name, type=field.type.name)
            continue
        for index, code in enumerate(codes):
            if code not in field.picklist.choices:
                workshop.unknown(definition, (*path, index), "choice", code, field.picklist.choices)
        offered[name] = tuple(codes)
    return MappingProxyType(offered)


def _defaults(workshop: Workshop, definition: Definition, here: Path, defaults: object) -> MappingProxyType:
    compiled = {}
    for name, value in (defaults.items() if isinstance(defaults, dict) else ()):
        path: Path = (*here, "defaults", name)
        field = unknown_own_field(workshop, definition, path, name, at_key=True)
        if field is None or (definition.name, name) in workshop.faulty:
            continue
        if field.type.computed or (field.standard and field.read_only):
            workshop.problem(definition, "default_not_possible", path, at_key=True, name=name, type=field.type.name)
            continue
        expression = default_of(workshop, definition, field, path, value)
        if expression is not None:
            compiled[name] = expression
    return MappingProxyType(compiled)


def _layout(workshop: Workshop, definition: Definition, path: Path, name: object) -> str | None:
    found = workshop.refer(definition, path, "layout", name) if name is not None else None
    owner = workshop.body(found).get("object") if found is not None else None
    if owner != definition.name and owner in workshop.definitions["object"]:
        layouts = [
            each.name for each in workshop.definitions["layout"].values() if each.body.get("object") == definition.name
        ]
        workshop.problem(
            definition, "layout_of_other", path, name=name, object=definition.name, **similar(str(name), layouts)
        )
    return str(name) if name is not None else None


def _check_masters(workshop: Workshop) -> None:
    """A record can't be, through however many steps, a part of itself."""
    graph = {
        name: {field.targets[0] for field in fields.values() if field.type.name == "master_detail" and field.targets}
        for name, fields in workshop.fields.items()
    }
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return
        except CycleError as cycle:
            members = cycle.args[1]
            name = min(members)
            field = next(
                each
                for each in workshop.fields[name].values()
                if each.type.name == "master_detail" and each.targets and each.targets[0] in members
            )
            definition = workshop.definitions["object"][name]
            chain = " → ".join(reversed(members))
            workshop.problem(
                definition, "master_cycle", ("fields", field.name), at_key=True, name=field.name, cycle=chain
            )
            for member in set(members):
                graph[member] = set()


