"""The names of records that a page refers to beyond its own columns: looked up for the whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from runtime.records import names as record_names
from runtime.records.files import file_of_field
from runtime.records.record import Record
from runtime.unit import Unit
from runtime.web.widgets.cells import NAMES, Column


def names_of(unit: Unit, object_name: str, ids: Iterable[int]) -> Mapping[int, str]:
    """Give the names of records, as far as the user may see them, in the order of the names."""
    found = record_names.names_of(unit.ctx, unit.connection, object_name, ids)
    return dict(sorted(found.items(), key=lambda each: each[1]))


def with_names(unit: Unit, columns: Sequence[Column], records: Sequence[Record]) -> list[Mapping[str, object]]:
    """Give the values of records for the cells: with the names their columns need, and `id`."""
    needing = [each for each in columns if each.names_of is not None]
    if not needing:
        return [each.values for each in records]
    rows = [{"id": each.id, **each.values} for each in records]
    for column in needing:
        _ADDERS[column.field.type.widget](unit, column, rows)
    return rows  # type: ignore[return-value]


def _add_many(unit: Unit, column: Column, rows: list[dict[str, object]]) -> None:
    target = column.field.targets[0]
    ids = [each for row in rows for each in row[column.path] or ()]  # type: ignore[attr-defined]
    names = names_of(unit, target, ids)
    for row in rows:
        held = set(row[column.path] or ())  # type: ignore[call-overload]
        row[column.path + NAMES] = {each: name for each, name in names.items() if each in held}


def _add_any(unit: Unit, column: Column, rows: list[dict[str, object]]) -> None:
    held = [row[column.path] for row in rows if row[column.path] is not None]
    names = {
        target: names_of(unit, target, [each.id for each in held if each.object == target])  # type: ignore[attr-defined]
        for target in {each.object for each in held}  # type: ignore[attr-defined]
    }
    for row in rows:
        if row[column.path] is not None:
            object_name, record_id = row[column.path]  # type: ignore[misc]
            row[column.path + NAMES] = names[object_name].get(record_id)


def _add_file(unit: Unit, column: Column, rows: list[dict[str, object]]) -> None:
    # A list shows that there is a file; its name is looked up where one record is shown.
    if len(rows) != 1 or rows[0][column.path] is None or "." in column.path:
        return
    of, number = column.field.object, int(str(rows[0]["id"]))
    rows[0][column.path + NAMES] = file_of_field(unit.ctx, unit.connection, of, number, column.field.name).name


_ADDERS = {"multi_lookup": _add_many, "any_lookup": _add_any, "file": _add_file, "image": _add_file}
