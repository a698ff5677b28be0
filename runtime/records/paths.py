"""Dotted paths in SQL: the columns they end at, the joins they need, formulas put in where they stand.

Every relation crossed is a LEFT JOIN whose condition also holds what the reader may see of the other side: a record
that may not be seen reads as blank, wherever the path is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, case, false, or_, select

from metadata.expressions import Moment, SqlValue, ValueType, rounded_sql, to_sql
from metadata.expressions.types import ANY_RECORD, NUMBER
from metadata.fields.storage import ScaledDecimal
from metadata.model import Field, Model
from runtime.records.access import Access, Anyone, predicate
from runtime.records.moments import NOTHING, Uses, uses_of
from tenants.schema import tables

Path = tuple[str, ...]
Columns = tuple[ColumnElement[object], ...]


@dataclass(frozen=True, slots=True)
class Root:
    """Where paths begin: an object, and the columns that hold the fields of its record."""

    object: str
    columns_of: Callable[[Field], Columns]


class Paths:
    """The paths of one statement. Without `access` nothing is hidden: the platform itself asks."""

    def __init__(self, model: Model, root: Root, *, moment: Moment, dialect: str, access: Access | None) -> None:
        self._model = model
        self._root = root
        self._moment = moment
        self._dialect = dialect
        self._access = access
        self.uses: Uses = NOTHING
        self._rows: dict[Path, FromClause] = {}
        self._joins: list[tuple[FromClause, ColumnElement[bool]]] = []

    def field(self, path: Path) -> Field:
        """The field a path ends at; the path must be known."""
        name = self._root.object
        for step in path[:-1]:
            name = self._model.objects[name].fields[step].targets[0]
        return self._model.objects[name].fields[path[-1]]

    def columns(self, path: Path) -> Columns:
        """The stored columns a path ends at."""
        field = self.field(path)
        if len(path) == 1:
            return self._known(field, self._root.columns_of(field))
        row = self._row(path[:-1])
        return self._known(field, tuple(row.c[name] for name, _ in field.type.columns(field)))

    def _known(self, field: Field, columns: Columns) -> Columns:
        """A relation to any object reads as blank where it leads to an object that the reader may not know of."""
        if self._access is None or field.type.type_of(field).kind != ANY_RECORD.kind:
            return columns
        known = [each for each in field.targets if self._access.rights(each).read]
        if len(known) == len(field.targets):
            return columns
        is_known = or_(false(), *(columns[0] == name for name in known))
        return tuple(case((is_known, each)) for each in columns)

    def value(self, path: Path) -> SqlValue:
        """What a path means inside an expression; formulas are put in."""
        field = self.field(path)
        kind = field.type.type_of(field)
        if field.formula is not None:
            return self._computed(path, field, kind)
        columns = self.columns(path)
        if not columns:
            return SqlValue(self._linked_ids(path, field), kind)
        if kind.kind == ANY_RECORD.kind:
            return SqlValue(columns[1], kind, other=columns[0])
        return SqlValue(
            columns[0], kind, scale=self._scale(columns[0]), other=columns[1] if len(columns) > 1 else None
        )

    def _computed(self, path: Path, field: Field, kind: ValueType) -> SqlValue:
        prefix = path[:-1]
        self.uses |= uses_of(field.formula)
        found = to_sql(field.formula, lambda inner: self.value((*prefix, *inner)), self._moment, self._dialect)
        if kind.kind == NUMBER.kind and kind.scale is not None:
            found = rounded_sql(found, kind.scale, self._dialect)
        return SqlValue(found.value, kind, scale=self._scale(found.value), error=found.error)

    def _scale(self, column: ColumnElement[object]) -> int | None:
        exact = self._dialect == "sqlite" and isinstance(column.type, ScaledDecimal)
        return column.type.scale if exact else None  # type: ignore[attr-defined]

    def _linked_ids(self, path: Path, field: Field) -> ColumnElement[object]:
        """The ids that a many-to-many field leads to, as a query within the query."""
        link = tables(self._model).links[field.object, field.name]
        owner = self._root.columns_of(self._model.objects[field.object].fields["id"])[0] if len(path) == 1 else (
            self._row(path[:-1]).c.id)
        target = tables(self._model).objects[field.targets[0]].alias()
        found = select(link.c.target).join(target, target.c.id == link.c.target)
        found = found.where(link.c.record == owner, target.c.deleted_at.is_(None))
        if self._access is not None:
            found = found.where(predicate(self._access.rule(field.targets[0], "read"), target, model=self._model))
        return found  # type: ignore[return-value]

    def joined(self, start: FromClause) -> FromClause:
        """The root's row with everything that was crossed so far."""
        for row, condition in self._joins:
            start = start.outerjoin(row, condition)
        return start

    def _row(self, path: Path) -> FromClause:
        """The row that a relation leads to, joined once."""
        if path not in self._rows:
            target = self.field(path).targets[0]
            row = tables(self._model).objects[target].alias()
            condition = row.c.id == self.columns(path)[0]
            if self._access is not None:
                rule = self._access.rule(target, "read")
                if not isinstance(rule, Anyone):
                    condition = and_(condition, predicate(rule, row, model=self._model))
            self._rows[path] = row
            self._joins.append((row, condition))
        return self._rows[path]


def table_root(model: Model, object_name: str, row: FromClause) -> Root:
    """Begin at a row of the object's table."""
    return Root(object_name, lambda field: tuple(row.c[name] for name, _ in field.type.columns(field)))
