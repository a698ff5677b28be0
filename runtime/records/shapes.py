"""What the write path must know of an object, found once: its stored fields, links, keys, and how values are bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metadata.fields.contract import FieldType
from metadata.model import Field, Object
from runtime.records.kept import Kept

Store = Callable[[object], tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object as records of it are written.

    `blank` holds what each stored field of a new record begins with. `bound` names the parameters of each stored
    field's columns, with the function that splits its value if there are several. `unique` are the keys that must be
    unique among live records; `choices` the fields with a picklist; `read_links` the many-to-many fields that
    validation rules read.
    """

    stored: tuple[Field, ...]
    links: Mapping[str, Field]
    blank: Mapping[str, object]
    bound: Mapping[str, tuple[tuple[str, ...], Store | None]]
    unique: tuple[tuple[str, ...], ...]
    choices: tuple[Field, ...]
    auto_numbers: tuple[Field, ...]
    read_links: frozenset[str]


def shape_of(of: Object) -> Shape:
    """Give the shape of an object."""
    return _kept.get(of, lambda: _made(of))


def _made(of: Object) -> Shape:
    stored = tuple(each for each in of.fields.values() if each.formula is None and each.type.columns(each))
    links = {each.name: each for each in of.fields.values() if _is_link(each)}
    read = {path[0] for rule in of.validation for path in rule.error_when.references}
    return Shape(
        stored, links,
        {each.name: _nothing(each) for each in stored},
        {each.name: _bound(each) for each in stored},
        tuple(dict.fromkeys([*((each.name,) for each in of.fields.values() if each.unique), *of.unique])),
        tuple(each for each in of.fields.values() if each.picklist is not None),
        tuple(each for each in of.fields.values() if each.type.name == "auto_number"),
        frozenset(read & links.keys()),
    )


def _is_link(field: Field) -> bool:
    return bool(field.targets) and field.formula is None and not field.type.columns(field)


def _nothing(field: Field) -> object:
    return False if field.type.name == "boolean" else None


def _bound(field: Field) -> tuple[tuple[str, ...], Store | None]:
    names = tuple(f"v_{column}" for column, _ in field.type.columns(field))
    if type(field.type).store is FieldType.store:
        return names, None
    return names, lambda value: field.type.store(field, value)


_kept: Kept[Shape] = Kept(4_000)
