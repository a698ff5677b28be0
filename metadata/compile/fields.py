"""Fields: first without their expressions, so that expressions can be typed against all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from keyword import iskeyword

from sqlalchemy import Text as UnboundedText

from metadata.compile.picklists import check_control, make_picklist
from metadata.compile.standard import STANDARD, standard_fields
from metadata.compile.workshop import WHOLE, Path, Workshop
from metadata.currencies import currencies
from metadata.fields import field_types
from metadata.merge import Definition
from metadata.model import Field, Options, Picklist
from metadata.names import RESERVED_FIELDS
from metadata.scope import own_first
from metadata.similar import similar

NOT_COMPARED = frozenset({"many_to_many", "point", "multi_picklist", "formula"})
"""Types whose values the database can't index."""

WITHOUT_EFFECT = {
    "formula": ("required", "default", "read_only", "unique", "index"),
    "auto_number": ("required", "default", "read_only"),
    "master_detail": ("required",),
}


def make_fields(workshop: Workshop) -> None:
    """Make the fields of all objects, without defaults, formulas and filters, then check what they refer to."""
    for definition in workshop.definitions["app"].values():
        _check_currency(workshop, definition, ("currency",), workshop.body(definition).get("currency"))
    for name, definition in workshop.definitions["object"].items():
        body = workshop.body(definition)
        workshop.fields[name] = standard_fields(workshop, name, body.get("record_types"))
        own = body.get("fields")
        for field_name, field_body in (own.items() if isinstance(own, dict) else ()):
            if isinstance(field_body, dict) and field_body.get("type") in field_types:
                workshop.fields[name][field_name] = _field(workshop, definition, field_name, field_body)
            else:
                workshop.faulty.add((name, field_name))
    for name, definition in workshop.definitions["object"].items():
        for field in list(workshop.fields[name].values()):
            if not field.standard:
                _check_references(workshop, definition, field)
        _check_columns(workshop, definition)


def _field(workshop: Workshop, definition: Definition, name: str, body: Mapping[str, object]) -> Field:
    here: Path = ("fields", name)
    field_type = field_types[str(body["type"])]
    _check_name(workshop, definition, name)
    for prop in WITHOUT_EFFECT.get(field_type.name, ()):
        if prop in body:
            workshop.problem(definition, "without_effect", (*here, prop), at_key=True, name=prop, type=field_type.name)
    target = body.get("to")
    targets = tuple(target) if isinstance(target, list) else (target,) if isinstance(target, str) else ()
    required = body.get("required") is True or field_type.name == "master_detail"
    label = workshop.texts.of(definition, (*here, "label"), body.get("label"), name=name)
    return Field(
        name,
        definition.name,
        field_type,
        label,
        help=workshop.texts.of(definition, (*here, "help"), body.get("help")),
        required=required,
        unique=body.get("unique") is True,
        index=body.get("index") is True,
        read_only=body.get("read_only") is True,
        options=_options(workshop, definition, name, body, required=required),
        targets=targets,
        picklist=_picklist(workshop, definition, name, body),
        controlled_by=str(body["controlled_by"]) if "controlled_by" in body else None,
    )


def _options(
    workshop: Workshop, definition: Definition, name: str, body: Mapping[str, object], *, required: bool
) -> Options:
    field_type = field_types[str(body["type"])]
    options = {option.name: body.get(option.name, option.default) for option in field_type.options}
    if "currency" in options and options["currency"] is not None:
        _check_currency(workshop, definition, ("fields", name, "currency"), options["currency"])
        if options.get("currency_field"):
            workshop.problem(definition, "currency_twice", ("fields", name, "currency"), at_key=True, name=name)
    elif "currency" in options:
        app = workshop.definitions["app"].get(definition.writer(("fields", name)))
        options["currency"] = (workshop.body(app) if app else {}).get("currency", "CNY")
    if field_type.name == "lookup":
        options["on_delete"] = options["on_delete"] or ("restrict" if required else "clear")
        if options["on_delete"] == "clear" and required:
            workshop.problem(definition, "required_clear", ("fields", name, "on_delete"), name=name)
    elif field_type.name == "master_detail":
        options["on_delete"] = "cascade"
    return Options(
        {key: tuple(value) if isinstance(value, list) else value for key, value in options.items() if key != "values"}
    )


def _check_currency(workshop: Workshop, definition: Definition, path: Path, code: object) -> None:
    if isinstance(code, str) and code not in currencies():
        workshop.problem(definition, "bad_currency", path, value=code)


def _picklist(workshop: Workshop, definition: Definition, name: str, body: Mapping[str, object]) -> Picklist | None:
    values = body.get("values")
    path: Path = ("fields", name, "values")
    if isinstance(values, str):
        if values not in workshop.picklists:
            workshop.unknown(definition, path, "picklist", values, workshop.picklists)
            workshop.faulty.add((definition.name, name))
        elif values in workshop.definitions["picklist"]:
            workshop.refer(definition, path, "picklist", values)
        return workshop.picklists.get(values)
    if isinstance(values, dict):
        label = workshop.texts.of(definition, ("fields", name, "label"), body.get("label"), name=name)
        return make_picklist(workshop, definition, f"{definition.name}.{name}", label, path, values)
    return None


def _check_name(workshop: Workshop, definition: Definition, name: str) -> None:
    if name in STANDARD:
        workshop.problem(definition, "standard_field", ("fields", name), at_key=True, name=name)
    elif name in RESERVED_FIELDS or iskeyword(name):
        workshop.problem(definition, "reserved_field", ("fields", name), at_key=True, name=name)


def _check_references(workshop: Workshop, definition: Definition, field: Field) -> None:
    here: Path = ("fields", field.name)
    for index, target in enumerate(field.targets):
        path = (*here, "to", index) if field.type.name == "any_lookup" else (*here, "to")
        if workshop.refer(definition, path, "object", target) is None or target not in workshop.fields:
            workshop.faulty.add((definition.name, field.name))
    if (definition.name, field.name) in workshop.faulty:
        return
    if field.type.name in ("picklist", "multi_picklist"):
        check_control(workshop, definition, field.name)
    if field.options.get("currency_field"):
        _check_currency_field(workshop, definition, field)
    for option, code, params in field.type.problems(field):
        workshop.problem(definition, code, (*here, option), **params)
        workshop.faulty.add((definition.name, field.name))
    for prop in ("unique", "index"):
        if getattr(field, prop) and not comparable(field) and field.type.name not in WITHOUT_EFFECT:
            workshop.problem(definition, "not_indexable", (*here, prop), at_key=True, name=prop, type=field.type.name)


def _check_currency_field(workshop: Workshop, definition: Definition, field: Field) -> None:
    path: Path = ("fields", field.name, "currency_field")
    found = workshop.field_at(definition, path, definition.name, field.options["currency_field"])
    if found is not None and found.type.name not in ("text", "picklist"):
        workshop.problem(definition, "currency_field_type", path, name=found.name, type=found.type.name)


def comparable(field: Field) -> bool:
    """Whether the database can index a field and keep it unique."""
    if field.type.name in NOT_COMPARED:
        return False
    return not any(isinstance(column_type, UnboundedText) for _, column_type in field.type.columns(field))


def _check_columns(workshop: Workshop, definition: Definition) -> None:
    """Two fields must not need the same column: a polymorphic lookup `x` takes `x_object` and `x_id`."""
    taken: dict[str, str] = {}
    for field in workshop.fields[definition.name].values():
        if (definition.name, field.name) in workshop.faulty:
            continue
        for column, _ in field.type.columns(field):
            other = taken.setdefault(column, field.name)
            if other != field.name:
                workshop.problem(
                    definition,
                    "column_taken",
                    ("fields", field.name),
                    at_key=True,
                    name=field.name,
                    other=other,
                    column=column,
                )


def set_field(workshop: Workshop, field: Field, **changes: object) -> None:
    """Put a field's compiled expressions in its place."""
    workshop.fields[field.object][field.name] = replace(field, **changes)  # type: ignore[arg-type]


def unknown_own_field(
    workshop: Workshop, definition: Definition, path: Path, name: object, *, at_key: bool = False
) -> Field | None:
    """Find a field of the definition's own object by its name; notes a problem when there is none."""
    fields = workshop.fields.get(definition.name, {})
    if not isinstance(name, str):
        return None
    if (
        name not in fields
        and (definition.name, name) not in workshop.faulty
        and (definition.name, WHOLE) not in workshop.faulty
    ):
        workshop.problem(
            definition,
            "no_such_field",
            path,
            at_key=at_key,
            name=name,
            object=definition.name,
            **similar(name, own_first(fields)),
        )
    return fields.get(name)
