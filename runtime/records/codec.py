"""From rows to values: what a statement's columns hold becomes values by path, or JSON, in one pass.

The conversions of a statement are found once, when it is compiled; a row then costs one dictionary and the few
conversions that its columns really need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Numeric
from sqlalchemy.engine import Dialect

from metadata.expressions import ERROR
from metadata.fields.contract import FieldType
from metadata.model import Field
from runtime.records.json_forms import as_it_is, json_form
from runtime.records.moments import Uses
from runtime.records.statements import Prepared

ERROR_SHOWN = "#Error!"
"""What a formula that can't be computed looks like in JSON and in lists."""

Convert = Callable[[object], object]
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Output:
    """One value of a row: its key, its columns in SQL, and for formulas the column that flags an error."""

    key: str
    field: Field
    columns: tuple[ColumnElement[object], ...]
    error: ColumnElement[object] | None = None


class Decoder:
    """Turns rows of one statement into mappings by key: Python values, or JSON-able ones."""

    def __init__(self, outputs: Sequence[Output], dialect: Dialect, *, as_json: bool) -> None:
        self.columns: tuple[ColumnElement[object], ...] = ()
        self._keys: list[str] = []
        self._converts: list[tuple[str, Convert]] = []
        self._wide: list[tuple[str, int, int, Convert]] = []
        self._flags: list[tuple[str, int]] = []
        self._error = ERROR_SHOWN if as_json else ERROR
        for output in outputs:
            self._add(output, dialect, as_json)
        self._spare = [key for key in self._keys if key.startswith(_SPARE)]

    def values(self, row: Row) -> dict[str, object]:
        """Make the values of one row; columns beyond the decoder's own are passed over."""
        values = dict(zip(self._keys, row))
        for key, convert in self._converts:
            held = values[key]
            if held is not None:
                values[key] = convert(held)
        for key, start, stop, convert in self._wide:
            values[key] = convert(row[start:stop])
        for key, at in self._flags:
            if row[at]:
                values[key] = self._error
        for key in self._spare:
            del values[key]
        return values

    def _add(self, output: Output, dialect: Dialect, as_json: bool) -> None:
        start = len(self.columns)
        self.columns += output.columns
        self._keys.append(output.key)
        self._keys.extend(f"{_SPARE}{start + number}" for number in range(1, len(output.columns)))
        if len(output.columns) > 1:
            self._wide.append((output.key, start, len(self.columns), wide_converter(output, dialect, as_json)))
        else:
            convert = converter(output.field, output.columns[0], dialect, as_json=as_json)
            if convert is not None:
                self._converts.append((output.key, convert))
        if output.error is not None:
            self._flags.append((output.key, len(self.columns)))
            self._keys.append(f"{_SPARE}{len(self.columns)}")
            self.columns += (output.error,)


@dataclass(frozen=True, slots=True)
class Reading:
    """A compiled statement with the decoder of its rows, and what of the moment went into it."""

    statement: Prepared
    decoder: Decoder
    uses: Uses


_SPARE = "\0"
"""Begins the keys of columns that are no values of their own."""


def converter(field: Field, column: ColumnElement[object], dialect: Dialect, *, as_json: bool) -> Convert | None:
    """How what a column holds becomes the field's value, or its JSON; None when it already is."""
    shortest = json_form(field, column, dialect) if as_json else None
    if shortest is not None:
        return None if shortest is as_it_is else shortest
    steps = [from_driver(column, dialect)]
    if type(field.type).load is not FieldType.load:
        steps.append(lambda value: field.type.load(field, (value,)))
    if as_json and type(field.type).dump is not FieldType.dump:
        steps.append(lambda value: field.type.dump(field, value))
    return _chained([step for step in steps if step is not None])


def wide_converter(output: Output, dialect: Dialect, as_json: bool) -> Convert:
    """How what several columns hold becomes one value, or its JSON."""
    processors = [from_driver(column, dialect) for column in output.columns]
    field = output.field

    def convert(held: Row) -> object:
        parts = tuple(
            value if value is None or processor is None else processor(value)
            for value, processor in zip(held, processors, strict=True)
        )
        value = None if parts[0] is None else field.type.load(field, parts)
        return field.type.dump(field, value) if as_json and value is not None else value

    return convert  # type: ignore[return-value]


def dumped(fields: Mapping[str, Field], values: Mapping[str, object]) -> dict[str, object]:
    """Make values by field name JSON-able."""
    return {
        name: None if value is None else fields[name].type.dump(fields[name], value) for name, value in values.items()
    }


def from_driver(column: ColumnElement[object], dialect: Dialect) -> Convert | None:
    """How what the driver gives for a column becomes a Python value; None when it already is one."""
    if dialect.name == "postgresql" and isinstance(column.type, Numeric):
        return None
    return column.type.dialect_impl(dialect).result_processor(dialect, None)


def _chained(steps: list[Convert]) -> Convert | None:
    if len(steps) < 2:
        return steps[0] if steps else None
    if len(steps) == 2:
        first, second = steps
        return lambda value: second(first(value))
    first, second, third = steps
    return lambda value: third(second(first(value)))
