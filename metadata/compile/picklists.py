"""Picklists: the shared ones, those written inside a field, and the ones the platform makes itself."""

from __future__ import annotations

from types import MappingProxyType

from metadata.compile.workshop import Path, Workshop
from metadata.merge import Definition
from metadata.model import Choice, Picklist
from metadata.names import SYSTEM_PREFIX
from metadata.text import Text

ROLES = f"{SYSTEM_PREFIX}roles"
"""The picklist of all roles of the model."""


def make_picklists(workshop: Workshop) -> None:
    """Make all shared picklists, and the one of the roles."""
    for name, definition in workshop.definitions["picklist"].items():
        body = workshop.body(definition)
        if name.startswith(SYSTEM_PREFIX):
            workshop.problem(definition, "reserved_prefix", ("picklist",), name=name, prefix=SYSTEM_PREFIX)
        label = workshop.texts.of(definition, ("label",), body.get("label"), name=name)
        workshop.picklists[name] = make_picklist(workshop, definition, name, label, ("values",), body.get("values"))
    roles = {
        name: Choice(name, workshop.texts.of(each, ("label",), workshop.body(each).get("label"), name=name))
        for name, each in workshop.definitions["role"].items()
    }
    label = Text((("en", "Roles"), ("zh_CN", "角色")))
    workshop.picklists[ROLES] = Picklist(ROLES, label, MappingProxyType(roles))


def make_picklist(
    workshop: Workshop, definition: Definition, name: str, label: Text, path: Path, values: object
) -> Picklist:
    """Make one picklist of the values at a path."""
    choices: dict[str, Choice] = {}
    folded: dict[str, str] = {}
    for code, body in (values.items() if isinstance(values, dict) else ()):
        here = (*path, code)
        other = folded.setdefault(code.casefold(), code)
        if other != code:
            workshop.problem(definition, "codes_alike", here, at_key=True, code=code, other=other)
        body = body if isinstance(body, dict) else {}
        choices[code] = Choice(
            code,
            workshop.texts.of(definition, (*here, "label"), body.get("label"), name=code),
            str(body.get("color", "gray")),
            final=body.get("final") is True,
            active=body.get("active") is not False,
            when=tuple(body.get("when") or ()),
        )
    return Picklist(name, label, MappingProxyType(choices))


def check_control(workshop: Workshop, definition: Definition, name: str) -> None:
    """Check that a controlled field's values name values of the field that controls them."""
    field = workshop.fields[definition.name][name]
    path: Path = ("fields", name, "controlled_by")
    own = workshop.fields[definition.name]
    control = own.get(field.controlled_by or "")
    inline = workshop.body(definition)["fields"][name].get("values")  # type: ignore[index]
    if field.controlled_by is None:
        if isinstance(inline, dict) and field.picklist:
            for choice in field.picklist.choices.values():
                if choice.when:
                    here = ("fields", name, "values", choice.code, "when")
                    workshop.problem(definition, "when_without_control", here, field=name)
                    break
        return
    if control is None:
        workshop.field_at(definition, path, definition.name, field.controlled_by)
    elif control.picklist is None or control.type.name != "picklist":
        workshop.problem(definition, "control_not_picklist", path, name=control.name)
    elif _circular(own, name):
        workshop.problem(definition, "control_cycle", path, name=name)
    elif field.picklist is not None:
        _check_when(workshop, definition, name, control.picklist)


def _check_when(workshop: Workshop, definition: Definition, name: str, control: Picklist) -> None:
    """Every code in a `when` must be a value of the controlling list; say so where it is written."""
    field = workshop.fields[definition.name][name]
    shared = workshop.definitions["picklist"].get(field.picklist.name) if field.picklist else None
    owner, prefix = (shared, ("values",)) if shared else (definition, ("fields", name, "values"))
    for choice in field.picklist.choices.values() if field.picklist else ():
        for index, code in enumerate(choice.when):
            if code not in control.choices:
                here = (*prefix, choice.code, "when", index)
                workshop.unknown(owner, here, "choice", code, control.choices)


def _circular(fields: dict, name: str) -> bool:
    seen = set()
    step: str | None = name
    while step in fields and step not in seen:
        seen.add(step)
        step = fields[step].controlled_by
    return step == name
