"""The expressions of fields: formulas with their order, defaults and filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from metadata.compile.defaults import check_default_cycles
from metadata.compile.fields import set_field
from metadata.compile.workshop import Path, Workshop
from metadata.errors import InvalidValue
from metadata.expressions import Expression, ExpressionInvalid, UnknownName, compile_expression
from metadata.expressions.types import BOOLEAN, CHOICE, CHOICES, DATE, DATETIME, NUMBER, TEXT, TIME
from metadata.merge import Definition
from metadata.model import Field
from metadata.scope import Unresolvable
from metadata.shown import shown

_CALL = re.compile(r"\b[A-Z][A-Z0-9_]+\s*\(")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?\Z")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*\Z")
_PER_CENT = re.compile(r"[-+]?\d+(\.\d+)? ?%\Z")
_PLAIN_TEXT = frozenset({"text", "long_text", "rich_text", "email", "phone", "url", "citizen_id", "credit_code"})


def compile_fields(workshop: Workshop) -> None:
    """Compile the formulas, defaults and filters of all fields."""
    for name, definition in workshop.definitions["object"].items():
        bodies = workshop.body(definition).get("fields")
        for field in list(workshop.fields[name].values()):
            body = bodies.get(field.name) if isinstance(bodies, dict) else None
            if field.standard or not isinstance(body, dict) or (name, field.name) in workshop.faulty:
                continue
            set_field(
                workshop,
                field,
                formula=_formula(workshop, definition, field, body),
                filter=_filter(workshop, definition, field, body),
                default=default_of(workshop, definition, field, ("fields", field.name, "default"), body.get("default")),
            )
        check_default_cycles(workshop, definition, {})
    _check_cycles(workshop)


def _formula(workshop: Workshop, definition: Definition, field: Field, body: Mapping[str, object]) -> Expression | None:
    if field.type.name != "formula" or "returns" not in body:
        return None
    return workshop.expression(
        definition,
        ("fields", field.name, "formula"),
        body.get("formula"),
        definition.name,
        purpose="formula",
        expect=field.type.type_of(field),
        blanks=str(field.options["blanks"]),
    )


def _filter(workshop: Workshop, definition: Definition, field: Field, body: Mapping[str, object]) -> Expression | None:
    """A filter is an expression over the target, which says what may be chosen."""
    if "filter" not in body or not field.is_relation:
        return None
    path: Path = ("fields", field.name, "filter")
    return workshop.expression(definition, path, body["filter"], field.targets[0], purpose="filter", expect=BOOLEAN)


def default_of(
    workshop: Workshop, definition: Definition, field: Field, path: Path, value: object
) -> Expression | None:
    """Compile a default: an expression, or a plain value that is one by itself."""
    if value is None or field.type.computed:
        return None
    kind = field.type.type_of(field).kind
    source = _plain_source(workshop, definition, field, path, value, kind)
    if source is None:
        return None
    if source is value and isinstance(value, str) and field.type.name in _PLAIN_TEXT and not _CALL.search(value):
        return _text_default(workshop, definition, field, path, value)
    if source is not value and not _fits(workshop, definition, field, path, value):
        return None
    expect = TEXT if kind == CHOICES.kind and source is not value else field.type.type_of(field)
    return workshop.expression(definition, path, source, field.object, purpose="default", expect=expect)


def _plain_source(
    workshop: Workshop, definition: Definition, field: Field, path: Path, value: object, kind: str
) -> str | None:
    """Write a plain value as an expression; a text that is an expression already is given back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if kind in (CHOICE.kind, CHOICES.kind) and field.picklist is not None:
        return _codes_source(workshop, definition, field, path, value)
    if not isinstance(value, str):
        params = {
            "name": "default",
            "found": shown(value),
            "kind": "array",
            "expected": ("string", "number", "boolean"),
            "meant": None,
        }
        workshop.problem(definition, "wrong_type", path, **params)
        return None
    if kind == DATE.kind and _DATE.match(value):
        return f"DATEVALUE({quoted(value)})"
    if kind == TIME.kind and _TIME.match(value):
        return f"TIMEVALUE({quoted(value)})"
    if kind == DATETIME.kind and _INSTANT.match(value):
        return _instant_source(field, value)
    if kind == NUMBER.kind and _PER_CENT.match(value):
        return f"{Decimal(value.rstrip('% ')).scaleb(-2):f}"
    return value


def _instant_source(field: Field, value: str) -> str:
    try:
        instant = field.type.parse(field, value)
    except InvalidValue:
        return quoted(value)
    return f"DATETIMEVALUE('{instant:%Y-%m-%d %H:%M:%SZ}')"


def _fits(workshop: Workshop, definition: Definition, field: Field, path: Path, value: object) -> bool:
    """Whether a plain value is one that the field can hold; a problem is noted if not."""
    try:
        field.type.parse(field, value)
    except InvalidValue as wrong:
        code = "data_needs_quotes" if wrong.code == "not_text" and not isinstance(value, bool) else wrong.code
        workshop.problem(definition, code, path, **{"name": field.name, "value": str(value)[:60], **wrong.params})
        return False
    return True


def _codes_source(workshop: Workshop, definition: Definition, field: Field, path: Path, value: object) -> str | None:
    """Write codes of a picklist as a text, several with `;` between; anything else is an expression already."""
    known = field.picklist.choices if field.picklist else {}
    if isinstance(value, str) and value not in known:
        if not value.isidentifier() or value in workshop.fields[field.object]:
            return value
        workshop.unknown(definition, path, "choice", value, known)
        return None
    codes = value if isinstance(value, list) else [value]
    for index, code in enumerate(codes):
        if code not in known:
            workshop.unknown(definition, (*path, index), "choice", shown(code), known)
            return None
    return quoted(";".join(codes))


def _text_default(
    workshop: Workshop, definition: Definition, field: Field, path: Path, value: str
) -> Expression | None:
    """A text is an expression if it is one that gives a text; any other text means itself."""
    scope = workshop.scope(field.object)
    expect = field.type.type_of(field)
    try:
        return compile_expression(value, scope=scope, purpose="default", expect=expect)
    except (ExpressionInvalid, Unresolvable):
        if not _fits(workshop, definition, field, path, value):
            return None
        return compile_expression(quoted(value), scope=scope, purpose="default", expect=expect)


def quoted(text: str) -> str:
    """Write a text as a literal of the expression language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"'{escaped}'"


def _check_cycles(workshop: Workshop) -> None:
    """No formula may read itself, directly or through others."""
    graph = {
        (name, field.name): set(_read_formulas(workshop, field))
        for name, fields in workshop.fields.items()
        for field in fields.values()
        if field.formula is not None
    }
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return
        except CycleError as cycle:
            members = cycle.args[1]
            names = " → ".join(f"{object_name}.{name}" for object_name, name in reversed(members))
            object_name, name = min(members)
            definition = workshop.definitions["object"][object_name]
            workshop.problem(definition, "formula_cycle", ("fields", name, "formula"), name=name, cycle=names)
            for member in set(members):
                graph[member] = set()


def _read_formulas(workshop: Workshop, field: Field) -> Iterator[tuple[str, str]]:
    scope = workshop.scope(field.object)
    for path in field.formula.references if field.formula else ():
        try:
            found = scope.field(path)
        except (Unresolvable, UnknownName):
            continue
        if found.formula is not None:
            yield found.object, found.name


def formula_order(workshop: Workshop, object_name: str) -> tuple[str, ...]:
    """Name an object's formula fields, each after those of the same record that it reads."""
    graph = {
        field.name: {name for owner, name in _read_formulas(workshop, field) if owner == object_name}
        for field in workshop.fields[object_name].values()
        if field.formula is not None
    }
    try:
        return tuple(TopologicalSorter({name: sorted(graph[name]) for name in graph}).static_order())
    except CycleError:
        return tuple(graph)
