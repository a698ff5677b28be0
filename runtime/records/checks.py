"""Checks of one record that need nothing but its values: required fields, choices, record types, dependent picklists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from metadata.errors import Problem
from metadata.model import Field, Object, RecordType
from runtime.records.access import Access
from runtime.records.shapes import shape_of

Values = Mapping[str, object]


def is_blank(value: object) -> bool:
    """Whether a value counts as none: nothing, an empty text, no records."""
    return value is None or value == "" or value == ()


def required_problems(access: Access, of: Object, values: Values, fields: Iterable[str]) -> Iterator[Problem]:
    """Name the required fields among `fields` that are blank."""
    for name in fields:
        field = of.fields[name]
        if field.required and not field.type.computed and is_blank(values.get(name)):
            yield missing(access, field)


def missing(access: Access, field: Field) -> Problem:
    """Say that a field needs a value, without naming one that the user may not see."""
    if field.name in access.readable(field.object):
        return Problem("required", (field.name,), {"name": field.name})
    return Problem("required_hidden")


def choice_problems(of: Object, values: Values, changed: Iterable[str]) -> Iterator[Problem]:
    """Name the chosen picklist values that are not on offer: retired, of another record type, or of another branch."""
    changed = frozenset(changed)
    kind = record_type(of, values)
    for field in shape_of(of).choices:
        if is_blank(values.get(field.name)):
            continue
        touched = field.name in changed
        for code in _codes(values[field.name]):
            choice = field.picklist.choices.get(code)
            if choice is not None and touched and not choice.active:
                yield _not_offered("choice_inactive", field, code)
            elif kind and (touched or "record_type" in changed) and code not in kind.values.get(field.name, (code,)):
                yield _not_offered("choice_not_in_record_type", field, code, record_type=kind.name)
            elif choice is not None and choice.when and (touched or field.controlled_by in changed):
                if field.controlled_by is not None and values.get(field.controlled_by) not in choice.when:
                    yield _not_offered("choice_not_offered", field, code, controller=field.controlled_by)


def record_type(of: Object, values: Values) -> RecordType | None:
    """The record type of a record, if its object has any."""
    name = values.get("record_type")
    return of.record_types.get(name) if isinstance(name, str) else None


def default_record_type(of: Object) -> RecordType | None:
    """The record type that a new record gets: the one marked default, else the first."""
    types = tuple(of.record_types.values())
    return next((each for each in types if each.default), types[0] if types else None)


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _not_offered(code: str, field: Field, value: str, **params: object) -> Problem:
    return Problem(code, (field.name,), {"name": field.name, "value": value, **params})
