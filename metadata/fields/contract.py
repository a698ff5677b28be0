"""What a field type is. One module per family registers its types in `metadata.fields.field_types`.

A new type is one subclass with six attributes and three methods; it then has storage, form, filter,
import, API, a documentation page and the contract tests of `tests/contracts/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.types import TypeEngine

from metadata.expressions.types import ValueType
from metadata.text import Text

if TYPE_CHECKING:
    from metadata.model import Field

MISSING = object()


@dataclass(frozen=True, slots=True)
class Option:
    """A property that fields of a type may carry: its JSON Schema (with description) and its default."""

    name: str
    schema: Mapping[str, object]
    default: object = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A specimen: `raw` as sent, `value` as held in Python, `shown` as JSON; or the `refused` code.

    `options` are the field's properties for this specimen.
    """

    raw: object
    value: object = None
    shown: object = None
    refused: str | None = None
    options: Mapping[str, object] | None = None


class FieldType:
    """The behaviour of all fields of one type; instances are stateless singletons.

    `value_type` may depend on options: override `type_of`. `columns` names the physical columns;
    a type without storage (formula, many-to-many) returns none. `widget` names the form control.
    `single_reference` says that a value is the id of one record of `field.targets[0]`.
    """

    name: str
    label: Text
    help: Text
    widget: str
    operators: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    samples: tuple[Sample, ...] = ()
    single_reference: bool = False
    computed: bool = False
    """Never written by a client: auto-numbers, formulas."""
    searchable: bool = False
    """Whether its text may stand in an object's `search`."""

    def type_of(self, field: Field) -> ValueType:
        """The type of a value of this field inside expressions."""
        raise NotImplementedError(self.name)

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """The physical columns of a field: (name, SQLAlchemy type), first the one that is compared."""
        raise NotImplementedError(self.name)

    def parse(self, field: Field, raw: object) -> object:
        """Turn what a client sent (JSON value or form text) into the value; None means blank.

        Raises InvalidValue with a stable code when it does not fit. Never reads a database.
        """
        raise NotImplementedError(self.name)

    def dump(self, field: Field, value: object) -> object:
        """Turn a value into JSON; the inverse of `parse`."""
        return value

    def load(self, field: Field, row: tuple[object, ...]) -> object:
        """Make the value from what its columns hold; called only for types with several columns."""
        return row[0]

    def store(self, field: Field, value: object) -> tuple[object, ...]:
        """Split a value over its columns; the inverse of `load`."""
        return (value,)

    def problems(self, field: Field) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
        """What is wrong with a field's definition beyond its schema: (option, code, params)."""
        return ()
