"""Grouped queries: groups with their counts, sums, averages, least and greatest values, in one statement.

Blanks take no part in measures; the sum of nothing is 0, its average, least and greatest value are blank. A value that can't
be computed counts as blank. Groups come in the order asked for, else in that of their keys, blanks first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Date, Float, Integer, bindparam, cast, select
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError

from metadata.errors import Problem
from metadata.expressions import (
    Expression, ExpressionInvalid, Moment, UnknownName, ValueType, compile_expression, evaluate, to_sql,
)
from metadata.expressions.sql.results import ExactText
from metadata.expressions.tree import Path as PathNode
from metadata.expressions.types import DATE, NUMBER
from metadata.model import Field
from runtime.records.access import ME, Access, access_of
from runtime.records.aggregates import NUMERIC, ORDERED, Aggregate, aggregate, count_all, read_call
from runtime.records.codec import converter
from runtime.records.cursors import SortKey, order
from runtime.records.errors import QueryInvalid
from runtime.records.grains import GRAINS, grain
from runtime.records.moments import NOTHING, KeptForMoment, Uses, moment_of, uses_of
from runtime.records.names import names_of
from runtime.records.paths import Path, Paths
from runtime.records.plans import LIMIT, Planner, rank
from runtime.records.record import GroupPage, GroupQuery, Grouping
from runtime.records.scope import ReadableScope, relocated
from runtime.records.statements import Prepared
from tenants.context import RecordContext

MAX_GROUPS = 10_000
"""Groups that are looked through for a `having`."""

MEASURES = ("count", "count_distinct", "sum", "avg", "min", "max")


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A compiled grouped query."""

    statement: Prepared
    columns: tuple[tuple[str, int, int, Callable[[tuple[object, ...]], object]], ...]
    names: tuple[tuple[str, str, str], ...]
    having: Expression | None
    uses: Uses


def grouped(ctx: RecordContext, connection: Connection, query: GroupQuery) -> GroupPage:
    """Answer a grouped query in one statement.

    Raises NotFound for an object the user may not read, QueryInvalid with every fault of the query.
    """
    if not 1 <= query.limit <= MAX_GROUPS:
        raise QueryInvalid((Problem("limit_out_of_range", ("limit",), {"max": MAX_GROUPS}),))
    access = access_of(ctx)
    access.object(query.object)
    try:
        return _answer(ctx, connection, access, query, wide=False)
    except OperationalError as error:
        if "overflow" not in str(error.orig):
            raise
        return _answer(ctx, connection, access, query, wide=True)


def _answer(ctx: RecordContext, connection: Connection, access: Access, query: GroupQuery, *, wide: bool) -> GroupPage:
    dialect = connection.dialect
    key = (
        access.key, dialect.name, query.object, query.by, tuple(query.measures.items()), query.where, query.also,
        query.having, query.sort, query.names, wide,
    )
    plan = _plans.get(ctx, key, lambda: _Grouped(access, query, moment_of(ctx), dialect, wide=wide).plan())
    most = MAX_GROUPS if plan.having is not None else query.limit + 1
    rows = plan.statement.run(connection, {ME: ctx.user.id, LIMIT: most})
    found = [{name: decode(row[start:stop]) for name, start, stop, decode in plan.columns} for row in rows]
    if plan.having is not None:
        moment = moment_of(ctx)
        found = [row for row in found if evaluate(plan.having, lambda path, row=row: row[path[0]], moment) is True]
    for name, shown, target in plan.names:
        known = names_of(ctx, connection, target, (row[name] for row in found if row[name] is not None))  # type: ignore
        for row in found:
            row[shown] = known.get(row[name])  # type: ignore[call-overload]
    return GroupPage(tuple(found[: query.limit]), len(found) > query.limit)


class _Grouped:
    """Builds the statement of one grouped query; collects every fault before complaining."""

    def __init__(self, access: Access, query: GroupQuery, moment: Moment, dialect: Dialect, *, wide: bool) -> None:
        self._access = access
        self._query = query
        self._moment = moment
        self._dialect = dialect
        self._wide = wide
        self._planner = Planner(access, query.object, moment=moment, dialect=dialect)
        self._paths: Paths = self._planner.paths()
        self._types: dict[str, ValueType] = {}
        self._orders: dict[str, ColumnElement[object]] = {}
        # The codes behind the ranks close the order: it is then definite, and the order in which an index holds the groups.
        self._ties: list[SortKey] = []
        self._uses: Uses = NOTHING

    def plan(self) -> GroupPlan:
        planner, query = self._planner, self._query
        conditions = planner.conditions([("where", query.where), *(("where", each) for each in query.also)])
        by = [(each, path) for each in query.by if (path := planner.path(each.field, "by")) and self._fits(each, path)]
        measures = [(name, found) for name, text in query.measures.items() if (found := self._measure(name, text))]
        self._refuse_twice()
        having = self._having()
        planner.refuse()
        keys = [(each, path, self._key(each, path)) for each, path in by]
        made = [(name, self._aggregate(*found)) for name, found in measures]
        self._orders.update((name, found.order) for name, found in made)
        sort = self._sort()
        planner.refuse()
        columns, decoders = self._columns(keys, made)
        where = planner.where(self._paths, conditions, deleted=False)
        statement = (
            select(*columns).select_from(self._paths.joined(planner.table)).where(*where)
            .group_by(*(column for *_, column in keys)).order_by(*order(sort, dialect=self._dialect.name))
            .limit(bindparam(LIMIT, type_=Integer))
        )
        return GroupPlan(
            Prepared(statement, self._dialect), tuple(decoders), tuple(self._names(keys)), having,
            self._uses | planner.uses | self._paths.uses)

    def _complain(self, code: str, place: str, **params: object) -> None:
        self._planner.problems.append(Problem(code, (place,), params))

    def _fits(self, each: Grouping, path: Path) -> bool:
        kind = self._type(path).kind
        before = len(self._planner.problems)
        if each.per is not None and each.per not in GRAINS:
            self._complain("grain_unknown", "by", per=each.per, allowed=GRAINS)
        elif each.per is not None and kind not in ("date", "datetime"):
            self._complain("grain_needs_date", "by", name=each.field)
        elif kind in ("point", "records", "any_record", "choices"):
            self._complain("not_groupable", "by", name=each.field)
        return len(self._planner.problems) == before

    def _type(self, path: Path) -> ValueType:
        field = self._paths.field(path)
        return field.type.type_of(field)

    def _measure(self, name: str, text: str) -> tuple[str, Expression | None] | None:
        call = read_call(text)
        if call is None:
            self._complain("measure_unknown", "measures", measure=text, allowed=MEASURES[1:])
            return None
        kind, over = call
        if not over:
            return kind, None
        try:
            expression = compile_expression(
                over, scope=ReadableScope(self._access, self._query.object), purpose="formula")
        except ExpressionInvalid as error:
            self._planner.problems.extend(relocated(error, "measures"))
            return None
        if kind in NUMERIC and expression.type.kind != NUMBER.kind:
            self._complain("measure_needs_number", "measures", measure=text)
            return None
        if kind in ("min", "max") and expression.type.kind not in ORDERED:
            self._complain("measure_unknown", "measures", measure=text, allowed=MEASURES[1:])
            return None
        self._uses |= uses_of(expression)
        return kind, expression

    def _refuse_twice(self) -> None:
        seen: set[str] = set()
        for name in (*(each.key for each in self._query.by), *self._query.measures):
            if name in seen:
                self._complain("group_name_twice", "measures", name=name)
            seen.add(name)

    def _having(self) -> Expression | None:
        if self._query.having is None or not self._query.having.strip():
            return None
        names = {each.key: self._key_type(each) for each in self._query.by if self._known(each)}
        for name, text in self._query.measures.items():
            names[name] = self._measure_type(text)
        try:
            return compile_expression(self._query.having, scope=_GroupScope(names), purpose="filter")
        except ExpressionInvalid as error:
            self._planner.problems.extend(relocated(error, "having"))
            return None

    def _known(self, each: Grouping) -> bool:
        return self._access.can_read_path(self._query.object, tuple(each.field.split(".")))

    def _key_type(self, each: Grouping) -> ValueType:
        return DATE if each.per else self._type(tuple(each.field.split(".")))

    def _measure_type(self, text: str) -> ValueType:
        kind, over = read_call(text) or ("count", "")
        if kind not in ("min", "max"):
            return NUMBER
        try:
            return compile_expression(
                over, scope=ReadableScope(self._access, self._query.object), purpose="formula").type
        except ExpressionInvalid:
            return NUMBER

    def _key(self, each: Grouping, path: Path) -> ColumnElement[object]:
        field = self._paths.field(path)
        column = self._plain(path)
        if each.per is not None:
            column = grain(self._date(path, column), each.per, dialect=self._dialect.name)
        self._orders[each.key] = rank(column, field) if field.picklist is not None else column
        if field.picklist is not None:
            self._ties.append(SortKey(each.key, column, "", False, nullable=True))
        return column

    def _plain(self, path: Path) -> ColumnElement[object]:
        column = self._paths.value(path).element
        return cast(column, Float) if isinstance(column.type, ExactText) else column

    def _date(self, path: Path, column: ColumnElement[object]) -> ColumnElement[object]:
        """The date on the user's calendar."""
        if self._type(path).kind == DATE.kind:
            return column
        source = compile_expression(
            f"DATEVALUE({'.'.join(path)})", scope=ReadableScope(self._access, self._query.object), purpose="formula")
        self._uses |= uses_of(source)
        return to_sql(source, self._paths.value, self._moment, self._dialect.name).value

    def _aggregate(self, kind: str, expression: Expression | None) -> Aggregate:
        if expression is None:
            return count_all()
        return aggregate(kind, self._value(expression), self._dialect, wide=self._wide)

    def _value(self, expression: Expression) -> ColumnElement[object]:
        tree = expression.tree
        if isinstance(tree, PathNode) and self._paths.field(tree.path).formula is None:
            return self._paths.columns(tree.path)[0]
        return to_sql(expression, self._paths.value, self._moment, self._dialect.name).value

    def _sort(self) -> list[SortKey]:
        keys = []
        for each in self._query.sort or [each.key for each in self._query.by]:
            name = each.removeprefix("-")
            if name in self._orders:
                keys.append(SortKey(name, self._orders[name], "", each.startswith("-"), nullable=True))
            else:
                self._complain("group_sort_unknown", "sort", name=name)
        rest = [name for name in self._orders if name not in [key.name for key in keys] and name not in self._query.measures]
        return keys + [SortKey(name, self._orders[name], "", False, nullable=True) for name in rest] + self._ties

    def _columns(
        self, keys: Sequence[tuple[Grouping, Path, ColumnElement[object]]], made: Sequence[tuple[str, Aggregate]]
    ) -> tuple[list[ColumnElement[object]], list[tuple[str, int, int, Callable[[tuple[object, ...]], object]]]]:
        columns: list[ColumnElement[object]] = []
        decoders = []
        for each, path, column in keys:
            decoders.append((each.key, len(columns), len(columns) + 1, self._reader(each, path, column)))
            columns.append(column)
        for name, found in made:
            decoders.append((name, len(columns), len(columns) + len(found.columns), found.decode))
            columns.extend(found.columns)
        return [column.label(f"c{place}") for place, column in enumerate(columns)], decoders

    def _reader(self, each: Grouping, path: Path, column: ColumnElement[object]) -> Callable[[tuple[object, ...]], object]:
        field: Field = self._paths.field(path)
        read = converter(field, column, self._dialect, as_json=False)
        if read is None:
            return lambda row: row[0]
        return lambda row: None if row[0] is None else read(row[0])

    def _names(self, keys: Sequence[tuple[Grouping, Path, ColumnElement[object]]]) -> Sequence[tuple[str, str, str]]:
        found = []
        for each, path, _ in keys if self._query.names else ():
            field = self._paths.field(path)
            if field.is_relation and each.per is None:
                target = field.targets[0]
                found.append((each.key, f"{each.key}.{self._access.model.objects[target].name_field}", target))
        return found


class _GroupScope:
    """The names of a `having`: the keys and the measures of the groups."""

    def __init__(self, names: Mapping[str, ValueType]) -> None:
        self._names = names

    def resolve(self, path: tuple[str, ...]) -> ValueType:
        """Give the type of a column of the result."""
        name = ".".join(path)
        if name not in self._names:
            raise UnknownName(path[0], tuple(self._names), 0)
        return self._names[name]


_plans: KeptForMoment[GroupPlan] = KeptForMoment(1_000)
