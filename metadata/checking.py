"""The check of one merged item against its schema: every fault with its path, code and facts.

Faulty values are taken out of the copy that is handed on, so that the rest of the item can be
compiled and its problems reported in the same run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from metadata.canonical import canonical
from metadata.containers import is_language
from metadata.fields import field_types
from metadata.kinds import RECORDS
from metadata.schemas import Schema, checked_field_schema, checked_schema
from metadata.shown import kind_of, shown
from metadata.similar import closest, similar

Path = tuple[str | int, ...]

MAX_FAULTS = 200
"""Of an item with more faults, no more are told: it is something else altogether."""

OTHER_WORDS = {
    "string": "text", "varchar": "text", "char": "text", "textarea": "long_text", "multiline": "long_text",
    "html": "rich_text",
    "number": "decimal", "int": "integer", "float": "decimal", "double": "decimal", "numeric": "decimal",
    "currency": "money", "amount": "money", "percentage": "percent", "yes_no": "boolean", "bool": "boolean",
    "checkbox": "boolean", "date_time": "datetime", "timestamp": "datetime", "select": "picklist", "enum": "picklist",
    "choice": "picklist", "multi_select": "multi_picklist", "multiselect": "multi_picklist", "mail": "email",
    "e_mail": "email",
    "telephone": "phone", "mobile": "phone", "link": "url", "website": "url", "reference": "lookup",
    "relation": "lookup",
    "foreign_key": "lookup", "masterdetail": "master_detail", "m2m": "many_to_many", "polymorphic": "any_lookup",
    "attachment": "file", "picture": "image", "photo": "image", "location": "point", "geolocation": "point",
    "geo": "point",
    "autonumber": "auto_number", "serial": "auto_number", "calculated": "formula", "id_card": "citizen_id",
}
"""Words that other products use for our field types."""

_OF_CHOICE = frozenset({"label", "color", "final", "active", "when", "after", "remove"})

YES_NO = {"yes": "true", "on": "true", "y": "true", "true": "true", "1": "true",
          "no": "false", "off": "false", "n": "false", "false": "false", "0": "false"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a body; `key` says that the key at the path is meant, not its value."""

    code: str
    path: Path
    params: Mapping[str, object]
    key: bool = False


def _missing(validator: object, names: list[str], instance: object, schema: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name in names:
            if name not in instance:
                yield ValidationError(name, validator="x-required", validator_value=name)


def _repeated(validator: object, wanted: bool, instance: object, schema: Schema) -> Iterator[ValidationError]:
    """Like the library's check, but in linear time whatever the list holds."""
    if wanted and isinstance(instance, list) and len({repr(each) for each in instance}) < len(instance):
        yield ValidationError("repeated", validator="uniqueItems", validator_value=True, instance=instance)


_Validator = extend(Draft202012Validator, {"x-required": _missing, "uniqueItems": _repeated})


@cache
def _of_kind(kind: str) -> Draft202012Validator:
    return _Validator(checked_schema(kind))


@cache
def _of_field(type_name: str) -> Draft202012Validator:
    return _Validator(checked_field_schema(type_name))


class _Given:
    """A body to be checked; equal bodies are the same, so that a definition is checked once, not per compilation."""

    __slots__ = ("kind", "body", "digest")

    def __init__(self, kind: str, body: Mapping[str, object]) -> None:
        self.kind = kind
        self.body = body
        self.digest = canonical(body)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given) and (self.kind, self.digest) == (other.kind, other.digest)


def check(kind: str, body: Mapping[str, object]) -> tuple[Mapping[str, object], tuple[Fault, ...]]:
    """Check a merged body; give it without its faulty values, picklist values written out, and the faults.

    What is given is shared and must not be changed. Of a body with MAX_FAULTS or more only the first
    are given, and nothing of it is kept.
    """
    return _checked(kind, body) if kind in RECORDS else _remembered(_Given(kind, body))


@lru_cache(maxsize=1_000)
def _remembered(given: _Given) -> tuple[Mapping[str, object], tuple[Fault, ...]]:
    return _checked(given.kind, given.body)


def _checked(kind: str, body: Mapping[str, object]) -> tuple[Mapping[str, object], tuple[Fault, ...]]:
    body = _written_out(kind, body)
    faults = _telling(list(islice(_all_faults(kind, body), MAX_FAULTS)))
    return (_without(body, faults) if len(faults) < MAX_FAULTS else {}), tuple(faults)


def _all_faults(kind: str, body: dict[str, object]) -> Iterator[Fault]:
    for error in _of_kind(kind).iter_errors(body):
        yield from _faults(error, ())
    fields = body.get("fields")
    if kind == "object" and isinstance(fields, dict):
        for name, field in fields.items():
            yield from _field_faults(field, ("fields", name))


def _telling(faults: list[Fault]) -> list[Fault]:
    """Leave out what only follows from another fault: a second one of a value, one below a wrong key."""
    keys = {fault.path for fault in faults if fault.key and fault.code != "missing_property"}
    told: set[tuple[Path, bool]] = set()
    telling = []
    for fault in faults:
        below = any(fault.path[:end] in keys for end in range(1, len(fault.path) + (not fault.key)))
        place = (fault.path, fault.code == "missing_property")
        if not below and (place not in told or fault.code == "missing_property"):
            telling.append(fault)
            told.add(place)
    return telling


def _written_out(kind: str, body: Mapping[str, object]) -> dict[str, object]:
    """Copy the body with every picklist value as a mapping, in place of a bare label."""
    if kind == "picklist" and isinstance(body.get("values"), dict):
        return {**body, "values": _full_values(body["values"])}
    fields = body.get("fields")
    if kind != "object" or not isinstance(fields, dict):
        return dict(body)
    full = {
        name: {**each, "values": _full_values(each["values"])}
        if isinstance(each, dict) and isinstance(each.get("values"), dict)
        else each
        for name, each in fields.items()
    }
    return {**body, "fields": full}


def _full_values(values: dict[str, object]) -> dict[str, object]:
    return {
        code: {"label": value} if isinstance(value, str) or _is_label(value) else value
        for code, value in values.items()
    }


def _is_label(value: object) -> bool:
    """Whether a mapping is meant as a label per language, even if not all its keys are languages."""
    return isinstance(value, dict) and any(map(is_language, value)) and not set(value) & _OF_CHOICE


def _field_faults(field: object, path: Path) -> Iterator[Fault]:
    if not isinstance(field, dict):
        yield _wrong_type(field, ["object"], path)
        return
    name = field.get("type")
    if name is None:
        yield Fault("missing_property", path, {"name": "type", "allowed": tuple(field_types)}, key=True)
    elif not isinstance(name, str):
        yield _wrong_type(name, ["string"], (*path, "type"))
    elif name not in field_types:
        meant = OTHER_WORDS.get(name.casefold().replace("-", "_").replace(" ", "_")) or closest(name, field_types)
        params = {"value": shown(name), "allowed": tuple(field_types), "meant": meant}
        yield Fault("unknown_field_type", (*path, "type"), params)
    else:
        for error in _of_field(name).iter_errors(field):
            yield from _faults(error, path)


def _faults(error: ValidationError, above: Path) -> Iterator[Fault]:
    """Say in our own words what a validation error found."""
    path = (*above, *error.path)
    say = _TRANSLATIONS.get(str(error.validator))
    if say is not None:
        yield from say(error, path)
    elif error.validator == "anyOf":
        yield from _best_branch(error, path)


def _extra(error: ValidationError, path: Path) -> Iterator[Fault]:
    allowed = [name for name in error.schema["properties"] if name not in ("remove", "after")]
    for name in error.instance:
        if name not in error.schema["properties"]:
            yield Fault("unknown_property", (*path, name), {"name": shown(name), **similar(name, allowed)}, key=True)


def _type(error: ValidationError, path: Path) -> Iterator[Fault]:
    allowed = error.validator_value
    yield _wrong_type(error.instance, [allowed] if isinstance(allowed, str) else list(allowed), path)


def _wrong_type(value: object, allowed: list[str], path: Path) -> Fault:
    found = kind_of(value)
    meant = YES_NO.get(str(value).casefold()) if allowed == ["boolean"] else None
    if meant is None and "string" in allowed and found in ("number", "boolean"):
        meant = f'"{shown(value)}"'
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    params = {"name": name, "found": shown(value), "kind": found, "expected": tuple(allowed), "meant": meant}
    return Fault("wrong_type", path, params)


def _required(error: ValidationError, path: Path) -> Iterator[Fault]:
    names = [error.validator_value] if error.validator == "x-required" else error.validator_value
    for name in names:
        if name not in (error.instance if isinstance(error.instance, dict) else {}) or error.validator == "x-required":
            yield Fault("missing_property", path, {"name": name}, key=True)


def _enum(error: ValidationError, path: Path) -> Iterator[Fault]:
    allowed = tuple(shown(each) for each in error.validator_value)
    meant = closest(error.instance, allowed) if isinstance(error.instance, str) else None
    yield Fault("value_not_allowed", path, {"value": shown(error.instance), "allowed": allowed, "meant": meant})


def _const(error: ValidationError, path: Path) -> Iterator[Fault]:
    yield Fault(
        "value_not_allowed",
        path,
        {"value": shown(error.instance), "allowed": (shown(error.validator_value),), "meant": None},
    )


def _left_over(error: ValidationError, path: Path) -> Iterator[Fault]:
    yield Fault("remove_without_base", path, {}, key=True)


def _pattern(error: ValidationError, path: Path) -> Iterator[Fault]:
    form = str(error.schema.get("x-format", "option"))
    names_key = "propertyNames" in error.schema_path
    here = (*path, error.instance) if names_key else path
    params = {"value": shown(error.instance), "pattern": error.validator_value}
    yield Fault(f"bad_{form}", here, params, key=names_key)


def _length(error: ValidationError, path: Path) -> Iterator[Fault]:
    names_key = "propertyNames" in error.schema_path
    here = (*path, error.instance) if names_key else path
    if error.validator == "minLength":
        yield Fault("text_empty", here, {}, key=names_key)
    else:
        params = {"limit": error.validator_value, "length": len(error.instance), "value": shown(error.instance)}
        yield Fault("text_too_long", here, params, key=names_key)


def _bound(error: ValidationError, path: Path) -> Iterator[Fault]:
    code = "number_too_small" if error.validator in ("minimum", "exclusiveMinimum") else "number_too_large"
    yield Fault(code, path, {"value": shown(error.instance), "limit": error.validator_value})


def _count(error: ValidationError, path: Path) -> Iterator[Fault]:
    few = error.validator in ("minItems", "minProperties")
    code = "too_few" if few else "too_many"
    yield Fault(code, path, {"limit": error.validator_value, "count": len(error.instance)})


def _twice(error: ValidationError, path: Path) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, each in enumerate(error.instance):
        if repr(each) in seen:
            yield Fault("listed_twice", (*path, index), {"value": shown(each)})
            return
        seen.add(repr(each))


_TRANSLATIONS = {
    "additionalProperties": _extra, "type": _type, "required": _required, "x-required": _required, "enum": _enum,
    "const": _const, "not": _left_over, "pattern": _pattern, "maxLength": _length, "minLength": _length,
    "minimum": _bound, "maximum": _bound,
    "minItems": _count, "maxItems": _count, "minProperties": _count, "maxProperties": _count, "uniqueItems": _twice,
}


def _best_branch(error: ValidationError, path: Path) -> Iterator[Fault]:
    """Where several forms are allowed: report the faults of the form that was probably meant."""
    branches: dict[int, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.schema_path[0], []).append(each)  # type: ignore[arg-type]
    for found in branches.values():
        if not any(each.validator == "type" and not each.relative_path for each in found):
            for each in found:
                yield from _faults(each, path)
            return
    expected = [_type_of(each) for each in error.validator_value]
    yield _wrong_type(error.instance, list(dict.fromkeys(expected)), path)


def _type_of(schema: Schema) -> str:
    return str(schema.get("type", "string"))


def _without(body: dict[str, object], faults: list[Fault]) -> dict[str, object]:
    """Take the faulty values out; lists keep their other members."""
    for path in sorted(
        {fault.path for fault in faults if fault.code != "missing_property"}, key=_last_first, reverse=True
    ):
        if path:
            body = _cut(body, path)  # type: ignore[assignment]
    return body


def _last_first(path: Path) -> tuple[object, ...]:
    return tuple((isinstance(step, int), step) if isinstance(step, int) else (False, str(step)) for step in path)


def _cut(value: object, path: Path) -> object:
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and step in value:
        if rest:
            return {**value, step: _cut(value[step], rest)}
        return {key: each for key, each in value.items() if key != step}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return [
            _cut(each, rest) if index == step else each for index, each in enumerate(value) if rest or index != step
        ]
    return value
