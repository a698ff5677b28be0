"""The first step of a save: what a client sent becomes values of the fields, or problems."""

from __future__ import annotations

from collections.abc import Mapping

from metadata.errors import InvalidValue, Problem
from metadata.fields import Reference
from metadata.model import Field, Object
from runtime.records.access import Access

NOT_A_TARGET = "not_a_target"

SETTABLE = frozenset({"owner", "org_unit", "record_type"})
"""The platform's own fields that clients may set; the others are the platform's alone."""


class Parsed:
    """What was understood of the sent values, what was not, and the relations still named by a unique field."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.problems: list[Problem] = []
        self.named: dict[str, object] = {}

    @property
    def faulty(self) -> frozenset[str]:
        """The fields that have a problem already."""
        return frozenset(str(each.path[0]) for each in self.problems if each.path)


def parse(access: Access, of: Object, sent: Mapping[str, object], *, trusted: bool = False) -> Parsed:
    """Read sent values by their field types; `trusted` input (seeds) may fill fields that clients can't."""
    parsed = Parsed()
    readable, editable = access.readable(of.name), access.editable(of.name)
    for name, raw in sent.items():
        refused = _refusal(of, name, readable, editable, trusted=trusted)
        if refused is not None:
            parsed.problems.append(Problem(refused, (name,), {"name": name, "object": of.name}))
        elif _is_named(of.fields[name], raw):
            parsed.named[name] = raw
        else:
            _take(access, parsed, of.fields[name], raw)
    return parsed


def _refusal(of: Object, name: str, readable: frozenset[str], editable: frozenset[str], *, trusted: bool) -> str | None:
    """Why a field can't be written; a hidden one is as unknown as one that never was."""
    field = of.fields.get(name)
    if field is None or name not in readable:
        return "unknown_field"
    if trusted:
        return "read_only" if field.formula is not None or (field.standard and name not in SETTABLE) else None
    if field.type.computed or field.read_only or (field.standard and name not in SETTABLE):
        return "read_only"
    return None if name in editable else "not_editable"


def _is_named(field: Field, raw: object) -> bool:
    """Whether a relation is given by a unique field of its record: `{"code": "A1"}`."""
    if field.type.single_reference:
        return isinstance(raw, Mapping)
    many = bool(field.targets) and not field.type.columns(field)
    return many and isinstance(raw, list | tuple) and any(isinstance(each, Mapping) for each in raw)


def _take(access: Access, parsed: Parsed, field: Field, raw: object) -> None:
    try:
        value = field.type.parse(field, raw)
        if isinstance(value, Reference) and not access.rights(value.object).read:
            raise InvalidValue(NOT_A_TARGET)
        parsed.values[field.name] = value
    except InvalidValue as error:
        params = {"allowed": _known_targets(access, field)} if error.code == NOT_A_TARGET else error.params
        parsed.problems.append(Problem(error.code, (field.name,), params))


def _known_targets(access: Access, field: Field) -> tuple[str, ...]:
    """The objects that a relation may lead to, as far as the user may know of them."""
    return tuple(each for each in field.targets if access.rights(each).read)


