"""The steps that lead from the tables a tenant has to those a model wants.

Nothing is ever dropped here: what a model no longer has is hidden, and comes back with its data when the
model has it again. A column whose values would mean something else (a relation to another object) makes
room: it is renamed and hidden, and a blank one takes its name. Pure: no database is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alembic.ddl.base import AddColumn, ColumnName, ColumnType, DropColumn
from sqlalchemy import Column

from metadata.model import Field, Model
from tenants.schema import identifier
from tenants.shape import ColumnShape, KeyShape, TableMaker, TableShape, statement
from tenants.steps import FRESH, Conversion, Step

TEXTS = ("String(", "Text(")


@dataclass(frozen=True, slots=True)
class Difference:
    """Steps in the order in which they can run, and the shapes of all tables afterwards."""

    steps: tuple[Step, ...]
    shapes: Mapping[str, TableShape]


def difference(
    found: Mapping[str, TableShape], wanted: Mapping[str, TableMaker], *, old: Model | None, new: Model,
    dialect: str, version: int,
) -> Difference:
    """Compare the tables found with the tables wanted; `version` is the number about to be published."""
    comparison = _Comparison(old, new, dialect, version)
    for name, maker in wanted.items():
        if name in found:
            comparison.change(found[name], maker)
        else:
            comparison.add(maker)
    for name, shape in found.items():
        if name not in wanted:
            comparison.put_away(shape)
    return comparison.result()


class _Comparison:
    """Collects steps by the phase in which they run."""

    def __init__(self, old: Model | None, new: Model, dialect: str, version: int) -> None:
        self._old, self._new, self._dialect, self._version = old, new, dialect, version
        self._first: list[Step] = []
        self._middle: list[Step] = []
        self._rebuilds: list[Step] = []
        self._last: list[Step] = []
        self._shapes: dict[str, TableShape] = {}

    def result(self) -> Difference:
        return Difference((*self._first, *self._middle, *self._rebuilds, *self._last), self._shapes)

    def add(self, maker: TableMaker) -> None:
        """Make a table that is not there."""
        name = maker.shape.name
        self._middle.append(Step("add_table", name, sql=maker.create))
        self._last.extend(Step("add_index", name, sql=(each.sql,)) for each in maker.shape.indexes.values())
        self._last.extend(Step("add_key", name, each, (sql,)) for each, sql in maker.keys.items())
        self._shapes[name] = maker.shape

    def put_away(self, found: TableShape) -> None:
        """Hide a table that no definition has any more, and free those that its rows refer to."""
        if found.hidden:
            self._shapes[found.name] = found
            return
        self._shapes[found.name] = replace(found, hidden=self._version, keys={})
        self._middle.append(Step("hide_table", found.name, count=_count(found.name)))
        self._drop_keys(found.name, found.keys)
        if found.keys and self._dialect == "sqlite":
            self._rebuilds.append(Step("rebuild_table", found.name))

    def change(self, found: TableShape, maker: TableMaker) -> None:
        """Bring a table to what is wanted, out of its hiding first if need be."""
        if found.hidden:
            self._middle.append(Step("restore_table", found.name, count=_count(found.name)))
        columns = dict(found.columns)
        remade: set[str] = set()
        for name in maker.shape.columns:
            if self._change_column(found, maker, name, columns):
                remade.add(name)
        for name, present in found.columns.items():
            if name not in maker.shape.columns and not present.hidden:
                columns[name] = replace(present, hidden=self._version)
                self._step("hide_column", found.name, name, count=_count(found.name, name))
        self._shapes[found.name] = replace(maker.shape, columns=columns)
        self._change_indexes(found, maker.shape, remade)
        self._change_keys(found, maker)

    def _change_column(
        self, found: TableShape, maker: TableMaker, name: str, columns: dict[str, ColumnShape],
    ) -> bool:
        """Bring one column to what is wanted; say whether it was made anew, so that its indexes must be too."""
        wanted, present, table = maker.shape.columns[name], found.columns.get(name), found.name
        columns[name] = wanted
        if present is None:
            self._return_or_add(found, maker.table.c[name], wanted, columns)
            return True
        if present.hidden and present.holds_as(wanted):
            self._step("restore_column", table, name, count=_count(table, name))
            return False
        if present.hidden or present.refers != wanted.refers or not self._converts(table, name, present, wanted):
            aside = identifier(name, str(self._version))
            columns[aside] = replace(present, hidden=present.hidden or self._version, origin=name)
            sql = (self._renamed(table, name, aside), self._added(maker.table.c[name]))
            self._step("replace_column", table, name, sql=sql, count=_count(table, name))
            return True
        return self._change_type(maker.table.c[name], present, wanted)

    def _return_or_add(
        self, found: TableShape, column: Column, wanted: ColumnShape, columns: dict[str, ColumnShape],
    ) -> None:
        """Bring back the column that once made room under this name, if it fits; else add a blank one."""
        table = found.name
        for aside, present in found.columns.items():
            if present.origin == column.name and present.holds_as(wanted):
                del columns[aside]
                sql = (self._renamed(table, aside, column.name),)
                self._step("restore_column", table, column.name, sql=sql, count=_count(table, aside))
                return
        self._step("add_column", table, column.name, sql=(self._added(column),))

    def _converts(self, table: str, name: str, present: ColumnShape, wanted: ColumnShape) -> bool:
        """Whether values can be taken over; without the old model nobody knows what they meant."""
        known = all(_field(model, table, name) for model in (self._old, self._new))
        return known or _stays_in_place(present, wanted)

    def _change_type(self, column: Column, present: ColumnShape, wanted: ColumnShape) -> bool:
        table, name = column.table.name, column.name
        before, after = _field(self._old, table, name), _field(self._new, table, name)
        if present.holds_as(wanted) and (before is None or after is None or before.type.name == after.type.name):
            return False
        in_place = _stays_in_place(present, wanted)
        conversion = Conversion(before, after, in_place) if before and after else None
        if in_place and before and after and before.type.name == after.type.name and _is_wider(present, wanted):
            conversion = None
        sql = self._altered(column, present, wanted) if in_place else self._remade(column)
        self._step("change_type", table, name, sql=sql, count=_count(table, name), conversion=conversion)
        return not in_place

    def _altered(self, column: Column, present: ColumnShape, wanted: ColumnShape) -> tuple[str, ...]:
        """Let the database change a column as it is; SQLite does not care how long a text may be."""
        if self._dialect == "sqlite" or present.type == wanted.type:
            return ()
        return (statement(ColumnType(column.table.name, column.name, column.type), self._dialect),)

    def _remade(self, column: Column) -> tuple[str, ...]:
        """Make a column anew under another name; its values are converted after the first statement."""
        table = column.table.name
        fresh = Column(FRESH, column.type, nullable=column.nullable, server_default=column.server_default)
        return (
            statement(AddColumn(table, fresh), self._dialect),
            statement(DropColumn(table, column), self._dialect),
            self._renamed(table, FRESH, column.name),
        )

    def _change_indexes(self, found: TableShape, wanted: TableShape, remade: set[str]) -> None:
        kept = {
            name for name, index in found.indexes.items()
            if wanted.indexes.get(name) == index and not remade.intersection(index.columns)
        }
        for name in found.indexes.keys() - kept:
            self._first.append(Step("drop_index", found.name, sql=(f'DROP INDEX "{name}"',)))
        for name, index in wanted.indexes.items():
            if name not in kept:
                duplicates = index.columns if index.unique else ()
                self._last.append(Step("add_index", found.name, sql=(index.sql,), duplicates=duplicates))

    def _change_keys(self, found: TableShape, maker: TableMaker) -> None:
        """Bring foreign keys to what is wanted; SQLite can't without making the table anew."""
        wanted, table = maker.shape.keys, found.name
        added = {name: key for name, key in wanted.items() if found.keys.get(name) != key}
        gone = {name: key for name, key in found.keys.items() if wanted.get(name) != key}
        self._drop_keys(table, gone)
        added_now = ("add_column", "replace_column")
        blank = {each.column for each in self._middle if each.table == table and each.action in added_now}
        mends = {name: () if key.column in blank else (_mend(table, key),) for name, key in added.items()}
        if self._dialect == "postgresql":
            self._last.extend(Step("add_key", table, name, (*mends[name], maker.keys[name])) for name in added)
        elif gone or any(key.column not in blank for key in added.values()):
            self._rebuilds.append(
                Step("rebuild_table", table, sql=tuple(sql for each in mends.values() for sql in each))
            )

    def _drop_keys(self, table: str, keys: Mapping[str, KeyShape]) -> None:
        if self._dialect == "postgresql":
            for name in keys:
                sql = f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'
                self._first.append(Step("drop_key", table, name, (sql,)))

    def _renamed(self, table: str, old: str, new: str) -> str:
        return statement(ColumnName(table, old, new), self._dialect)

    def _added(self, column: Column) -> str:
        inline = self._dialect == "sqlite" and bool(column.foreign_keys)
        return statement(AddColumn(column.table.name, column, inline_references=inline), self._dialect)

    def _step(self, action: str, table: str, column: str, **rest: object) -> None:
        self._middle.append(Step(action, table, column, **rest))


def _field(model: Model | None, table: str, column: str) -> Field | None:
    definition = model.objects.get(table) if model else None
    return definition.fields.get(column) if definition else None


def _stays_in_place(present: ColumnShape, wanted: ColumnShape) -> bool:
    """Whether the database can keep a column as it is, or alter it by itself."""
    return present.holds_as(wanted) or (present.kind.startswith(TEXTS) and wanted.kind.startswith(TEXTS))


def _is_wider(present: ColumnShape, wanted: ColumnShape) -> bool:
    before, after = (re.search(r"length=(\d+)", each.kind) for each in (present, wanted))
    return after is None or (before is not None and int(after[1]) >= int(before[1]))


def _count(table: str, column: str = "") -> str:
    """Ask how many records a table has, or how many of them have a value in a column."""
    return f'SELECT count(*) FROM "{table}"' + (f' WHERE "{column}" IS NOT NULL' if column else "")


def _mend(table: str, key: KeyShape) -> str:
    """Blank references whose targets were purged while nothing enforced them."""
    return (
        f'UPDATE "{table}" SET "{key.column}" = NULL WHERE "{key.column}" IS NOT NULL '
        f'AND NOT EXISTS (SELECT 1 FROM "{key.target}" AS held WHERE held.id = "{table}"."{key.column}")'
    )
