"""Plans: what one shape of list query becomes, compiled once per model, rights and database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement, Date, Float, FromClause, Integer, bindparam, case, cast, func, literal, null, select, type_coerce,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from metadata.errors import Problem
from metadata.expressions import Expression, ExpressionInvalid, Moment, filter_sql
from metadata.expressions.sql.results import ExactText, ScaledInteger
from metadata.fields.storage import MAX_DIGITS, ClockTime, Instant, ScaledDecimal
from metadata.model import Field, Object
from runtime.records import cursors
from runtime.records.access import Access, predicate
from runtime.records.codec import Decoder, Output
from runtime.records.cursors import SortKey
from runtime.records.errors import QueryInvalid
from runtime.records.moments import NOTHING, Uses, uses_of
from runtime.records.paths import Path, Paths, table_root
from runtime.records.record import RecordQuery
from runtime.records.scope import compiled
from runtime.records.statements import Prepared
from tenants.schema import tables

LIMIT = "tenon_limit"
RECORD = "tenon_record"
"""Bind parameters of lists and single reads."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A compiled list: its page, its count, and how rows become values.

    `links` are many-to-many fields, `spoken` the relations whose names are found beside the page.
    """

    object: str
    page: Prepared
    count: Prepared | None
    decoder: Decoder
    keys: tuple[SortKey, ...]
    links: tuple[tuple[str, Field], ...]
    spoken: tuple[tuple[str, Field], ...]
    uses: Uses


class Planner:
    """Turns one query into statements; collects every fault of the query before complaining."""

    def __init__(self, access: Access, object_name: str, *, moment: Moment, dialect: Dialect) -> None:
        self.access = access
        self.object: Object = access.object(object_name)
        self.dialect = dialect
        self.moment = moment
        self.problems: list[Problem] = []
        self.table: FromClause = tables(access.model).objects[object_name]
        self.uses: Uses = NOTHING

    def paths(self) -> Paths:
        """Start a statement on the object's table."""
        root = table_root(self.access.model, self.object.name, self.table)
        return Paths(self.access.model, root, moment=self.moment, dialect=self.dialect.name, access=self.access)

    def path(self, dotted: str, place: str) -> Path | None:
        """Read a path; one that is unknown or hidden is a problem at `place`."""
        path = tuple(dotted.split("."))
        if self.access.can_read_path(self.object.name, path):
            return path
        self.problems.append(Problem("unknown_field", (place,), {"name": dotted, "object": self.object.name}))
        return None

    def conditions(self, sources: Sequence[tuple[str, str | None]]) -> list[Expression]:
        """Compile the conditions of a query, each from its place in the query."""
        found = []
        for place, source in sources:
            if source is not None and source.strip():
                try:
                    found.append(compiled(self.access, self.object.name, source, place=place))
                except ExpressionInvalid as error:
                    self.problems.extend(error.problems)
        self.uses = self.uses.union(*map(uses_of, found))
        return found

    def where(self, paths: Paths, conditions: Sequence[Expression], *, deleted: bool, operation: str = "read"
              ) -> list[ColumnElement[bool]]:
        """All that must hold: what the user may see, what was asked, in the bin or not."""
        rule = predicate(self.access.rule(self.object.name, operation), self.table, model=self.access.model)
        gone = self.table.c.deleted_at
        asked = [filter_sql(each, paths.value, self.moment, self.dialect.name) for each in conditions]
        return [gone.is_not(None) if deleted else gone.is_(None), rule, *asked]

    def refuse(self) -> None:
        """Raise QueryInvalid if anything is wrong."""
        if self.problems:
            raise QueryInvalid(self.problems)


def list_plan(
    access: Access, query: RecordQuery, *, moment: Moment, dialect: Dialect, blanks: tuple[bool, ...] | None, as_json: bool
) -> Plan:
    """Compile a list query; `blanks` tells which values of its cursor are blank, None without a cursor."""
    planner = Planner(access, query.object, moment=moment, dialect=dialect)
    outputs = _output_paths(planner, query.fields, names=query.names, deleted=query.deleted)
    conditions = planner.conditions([("where", query.where), *(("where", each) for each in query.also)])
    sorts = _sort_paths(planner, query.sort)
    planner.refuse()
    paths = planner.paths()
    decoder, links = _decoder(planner, paths, outputs, as_json=as_json)
    keys = sort_keys(planner, paths, sorts)
    where = planner.where(paths, conditions, deleted=query.deleted)
    if blanks is not None:
        where.append(cursors.beyond(keys, blanks))
    page = (
        select(*decoder.columns, *(key.column for key in keys)).select_from(paths.joined(planner.table))
        .where(*where).order_by(*cursors.order(keys, dialect=dialect.name)).limit(bindparam(LIMIT, type_=Integer))
    )
    count = _count(planner, conditions, query) if query.count else None
    return Plan(
        query.object, Prepared(page, dialect), count, decoder, tuple(keys), links, _spoken(paths, outputs, query),
        planner.uses | paths.uses,
    )


def record_plan(
    access: Access, query: RecordQuery, *, moment: Moment, dialect: Dialect, as_json: bool
) -> Plan:
    """Compile the reading of one record by its id."""
    planner = Planner(access, query.object, moment=moment, dialect=dialect)
    outputs = _output_paths(planner, query.fields, names=query.names, deleted=query.deleted)
    planner.refuse()
    paths = planner.paths()
    decoder, links = _decoder(planner, paths, outputs, as_json=as_json)
    where = planner.where(paths, [], deleted=query.deleted)
    statement = (
        select(*decoder.columns).select_from(paths.joined(planner.table))
        .where(planner.table.c.id == bindparam(RECORD), *where)
    )
    spoken = _spoken(paths, outputs, query)
    return Plan(query.object, Prepared(statement, dialect), None, decoder, (), links, spoken, paths.uses)


def _spoken(paths: Paths, outputs: Sequence[Path], query: RecordQuery) -> tuple[tuple[str, Field], ...]:
    """The relations whose names come by statements of their own, if names are asked for."""
    found = [(".".join(path), paths.field(path)) for path in outputs if query.names]
    return tuple((key, field) for key, field in found if field.targets and not field.is_relation)


def _count(planner: Planner, conditions: Sequence[Expression], query: RecordQuery) -> Prepared:
    paths = planner.paths()
    where = planner.where(paths, conditions, deleted=query.deleted)
    return Prepared(select(func.count()).select_from(paths.joined(planner.table)).where(*where), planner.dialect)


def _output_paths(planner: Planner, asked: Sequence[str], *, names: bool, deleted: bool) -> list[Path]:
    if asked:
        found = [path for each in asked if (path := planner.path(each, "fields"))]
    else:
        readable = planner.access.readable(planner.object.name)
        found = [(name,) for name in planner.object.fields if name in readable and (deleted or name != "deleted_at")]
    if names:
        found += [named for path in found if (named := name_path(planner, path))]
    return list(dict.fromkeys([("id",), ("version",), *found]))


def name_path(planner: Planner, path: Path) -> Path | None:
    """The path of the name of the record that a relation leads to, if there is one to be read."""
    field = _field(planner, path)
    target = planner.access.model.objects.get(field.targets[0]) if field.targets else None
    if not field.type.single_reference or target is None or len(field.targets) != 1:
        return None
    named = (*path, target.name_field)
    return named if planner.access.can_read_path(planner.object.name, named) else None


def _field(planner: Planner, path: Path) -> Field:
    name = planner.object.name
    for step in path[:-1]:
        name = planner.access.model.objects[name].fields[step].targets[0]
    return planner.access.model.objects[name].fields[path[-1]]


def _decoder(
    planner: Planner, paths: Paths, outputs: Sequence[Path], *, as_json: bool
) -> tuple[Decoder, tuple[tuple[str, Field], ...]]:
    found, links = [], []
    for path in outputs:
        key, field = ".".join(path), paths.field(path)
        if field.formula is not None:
            computed = paths.value(path)
            found.append(Output(key, field, (computed.element,), computed.error))
        elif field.type.columns(field):
            found.append(Output(key, field, paths.columns(path)))
        else:
            links.append((key, field))
    return Decoder(found, planner.dialect, as_json=as_json), tuple(links)


def _sort_paths(planner: Planner, sort: Sequence[str]) -> list[tuple[Path, bool]]:
    found: list[tuple[Path, bool]] = []
    for each in sort:
        path = planner.path(each.removeprefix("-"), "sort")
        if path is not None:
            path = name_path(planner, path) or path
            if not _sortable(_field(planner, path)):
                planner.problems.append(Problem("not_sortable", ("sort",), {"name": each.removeprefix("-")}))
            elif path not in [known for known, _ in found]:
                found.append((path, each.startswith("-")))
    return found


_UNSORTABLE = frozenset({"point", "records", "any_record", "choices"})


def _sortable(field: Field) -> bool:
    return field.type.type_of(field).kind not in _UNSORTABLE


def sort_keys(planner: Planner, paths: Paths, sorts: Sequence[tuple[Path, bool]]) -> list[SortKey]:
    """Make the keys of an order; `id` closes it, in the direction of the key before."""
    keys = [_sort_key(paths, path, descending) for path, descending in sorts]
    if "id" not in [key.name for key in keys]:
        descending = keys[-1].descending if keys else True
        keys.append(SortKey("id", planner.table.c.id, "integer", descending, nullable=False))
    return keys


def _sort_key(paths: Paths, path: Path, descending: bool) -> SortKey:
    field, name = paths.field(path), ".".join(path)
    kind = field.type.type_of(field).kind
    if kind == "choice" and field.picklist is not None:
        return SortKey(name, rank(paths.columns(path)[0], field), "integer", descending, nullable=True)
    if field.formula is not None:
        computed = paths.value(path)
        return _computed_key(computed.element, name, kind, descending)
    column = paths.columns(path)[0]
    kind = "integer" if isinstance(column.type, Integer) else kind
    return SortKey(name, column, kind, descending, nullable=len(path) > 1 or bool(getattr(column, "nullable", True)))


def _computed_key(column: ColumnElement[object], name: str, kind: str, descending: bool) -> SortKey:
    """A key over what a formula computes, typed like a stored column, so that cursors can carry it."""
    if isinstance(column.type, ExactText):
        return SortKey(name, cast(column, Float), "float", descending, nullable=True)
    scaled = isinstance(column.type, ScaledInteger)
    stored = ScaledDecimal(MAX_DIGITS, column.type.scale) if scaled else _STORED.get(kind)  # type: ignore[attr-defined]
    return SortKey(name, column if stored is None else type_coerce(column, stored), kind, descending, nullable=True)


_STORED: dict[str, TypeEngine] = {"date": Date(), "datetime": Instant(), "time": ClockTime()}


def rank(column: ColumnElement[object], field: Field) -> ColumnElement[object]:
    """The place of a choice in its picklist: lists are sorted as the picklist is written."""
    places = {code: literal(place, Integer) for place, code in enumerate(field.picklist.choices)}
    return case(places, value=column) if places else null()
