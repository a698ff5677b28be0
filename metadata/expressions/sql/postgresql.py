"""Writes a typed tree in PostgreSQL's SQL.

A part is a value and the condition under which it can't be computed. Values are written so that
computing one never fails, even where its condition holds: PostgreSQL may compute both at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import (
    BigInteger, Boolean, ColumnElement, Integer, Numeric, Select, Text, and_, case, cast, exists, func, literal,
    literal_column, null, or_, type_coerce,
)

from metadata.expressions import numbers, texts
from metadata.expressions.expression import ERROR, Moment
from metadata.expressions.functions.number import limit_of
from metadata.expressions.functions.registry import Form
from metadata.expressions.functions.text import size_of
from metadata.expressions.sql import pieces
from metadata.expressions.sql.binding import bound
from metadata.expressions.sql.comparisons import TURNED, compared, integer_compared, same_record
from metadata.expressions.sql.constants import READS, known
from metadata.expressions.sql.literals import TYPES, compared_integer, postgresql_literal
from metadata.expressions.sql.values import Part, SqlValue
from metadata.expressions.tree import (
    And, BlankValue, Call, Choose, Compare, Constant, Contains, IfError, IsBlank, Match, MomentValue, Node, Not, OneOf,
    Or, Path,
)
from metadata.expressions.types import BOOLEAN, NUMBER, ValueType

TRUE, FALSE = literal_column("TRUE", Boolean()), literal_column("FALSE", Boolean())


class PostgresqlWriter:
    """One expression being written."""

    dialect = "postgresql"

    def __init__(self, column_of: Callable[[tuple[str, ...]], SqlValue], moment: Moment, zero: bool) -> None:
        self._column_of, self._moment, self._zero = column_of, moment, zero
        self.zone = moment.time_zone
        self._ways: dict[type[Node], Callable[..., Part]] = {
            Path: self._path, Call: self._call, And: self._and, Or: self._or, Not: self._not, Compare: self._compare,
            OneOf: self._one_of, Contains: self._contains, IsBlank: self._is_blank, BlankValue: self._blank_value,
            IfError: self._if_error, Choose: self._choose, Match: self._match,
        }

    def write(self, node: Node) -> Part:
        """Write a node so that a blank is told from false."""
        if not isinstance(node, Path):
            value = known(node, self._moment)
            if value is not READS:
                return self._literal(value, node.type)
        return self._ways[type(node)](node)

    def _literal(self, value: object, type: ValueType) -> Part:
        if value is ERROR:
            return Part(postgresql_literal(None, type.kind), type, error=TRUE)
        if type.kind == "point" and value is not None:
            first, second = value  # type: ignore[misc]
            return Part(pieces.number(first), type, other=pieces.number(second))
        if type.kind == "records":
            return Part(null(), type, constant=value)
        bound = numbers.size(value) + 1 if isinstance(value, Decimal) else None
        return Part(postgresql_literal(value, type.kind), type, bound=bound, constant=value, blank=value is None)

    def _path(self, node: Path) -> Part:
        found = self._column_of(node.path)
        kind = node.type.kind
        if kind == "records":
            return Part(found.element, node.type, error=found.error)
        value, bound = type_coerce(found.element, TYPES[kind]), None
        if kind == NUMBER.kind:
            value = cast(found.element, Numeric()) if isinstance(found.element.type, Integer) else value
            bound = numbers.LIMIT / 10 if found.error is None else None
            if self._zero:
                value = func.coalesce(value, literal_column("0", Numeric()))
        other = found.other if found.other is None or kind != "point" else type_coerce(found.other, Numeric())
        return Part(value, node.type, error=found.error, bound=bound, other=other)

    def _call(self, node: Call) -> Part:
        arguments = [
            self._typed_blank(self.write(each), node.form.wanted(at)) for at, each in enumerate(node.arguments)
        ]
        written = self._formed(node.form, arguments)
        sides = {
            side: None if getattr(written, side) is None else bound(
                node.form, arguments, side, lambda parts, side=side: getattr(self._formed(node.form, parts), side)
            )
            for side in ("value", "other", "error")
        }
        large = _too_big(replace(written, value=sides["value"]), node.type)
        error = pieces.any_of([*(each.error for each in arguments), sides["error"], large])
        size = min(limit_of(written), numbers.LIMIT) if node.type.kind == NUMBER.kind else None
        return Part(sides["value"], node.type, error=error, bound=size, other=sides["other"])

    def _formed(self, form: Form, arguments: list[Part]) -> Part:
        return form.postgresql(self, *arguments)  # type: ignore[misc,return-value]

    def _typed_blank(self, part: Part, wanted: str) -> Part:
        if part.type.kind != "blank":
            return part
        null_value = postgresql_literal(None, wanted)
        return Part(null_value, ValueType(wanted), part.error, other=null_value, blank=True)

    def _and(self, node: And) -> Part:
        parts = [self._unified(each, BOOLEAN) for each in node.operands]
        error = None
        for part in reversed(parts):
            if error is not None:
                error = and_(part.value.isnot(FALSE), error)
            error = pieces.any_of([part.error, error])
        return Part(and_(*(part.value for part in parts)), BOOLEAN, error=error)

    def _or(self, node: Or) -> Part:
        parts = [self._unified(each, BOOLEAN) for each in node.operands]
        error = None
        for part in reversed(parts):
            if error is not None:
                error = and_(part.value.isnot(TRUE), error)
            error = pieces.any_of([part.error, error])
        return Part(or_(*(part.value for part in parts)), BOOLEAN, error=error)

    def _not(self, node: Not) -> Part:
        part = self._unified(node.operand, BOOLEAN)
        return Part(~part.value, BOOLEAN, error=part.error)

    def _is_blank(self, node: IsBlank) -> Part:
        part = self.write(node.operand)
        if node.operand.type.kind == "records":
            return Part(~_exists(part), BOOLEAN, error=part.error)
        return Part(part.value.is_(None), BOOLEAN, error=part.error)

    def _compare(self, node: Compare) -> Part:
        left, right = self.write(node.left), self.write(node.right)
        return Part(self._compared(node, left, right, exact=True), BOOLEAN, pieces.any_of([left.error, right.error]))

    def _compared(self, node: Compare, left: Part, right: Part, *, exact: bool) -> ColumnElement:
        sign = node.operator
        if isinstance(node.left, Constant | MomentValue) and left.constant is not None:
            node, left, right, sign = Compare(node.type, 0, sign, node.right, node.left), right, left, TURNED[sign]
        left, right = self._typed_blank(left, right.type.kind), self._typed_blank(right, left.type.kind)
        if sign in ("==", "!=") and right.blank:
            return left.value.is_(None) if sign == "==" else left.value.isnot(None)
        if "any_record" in (left.type.kind, right.type.kind):
            return same_record(sign, left, right)
        stored = self._stored_integer(node.left)
        constant = right.constant
        if stored is not None and isinstance(constant, int | Decimal) and not isinstance(constant, bool):
            answer = compared_integer(sign, Decimal(constant), 0)
            return integer_compared(stored, sign, answer, exact=exact)
        first, second = _as_numbers(left, right)
        if sign not in ("==", "!=") and node.left.type.kind == "text":
            first = first.collate("C")
        return compared(sign, first, second, exact=exact or right.constant is None)

    def _stored_integer(self, node: Node) -> ColumnElement | None:
        """The integer column that a path ends at, so that an index on it can be used."""
        if not isinstance(node, Path) or (self._zero and node.type.kind == NUMBER.kind):
            return None
        element = self._column_of(node.path).element
        integer = node.type.kind in ("number", "record") and isinstance(element.type, Integer)
        return element if integer else None

    def _one_of(self, node: OneOf) -> Part:
        item = self._unified(node.item, _listed_type(node))
        found = pieces.let(item.value, lambda value: self._among(node, replace(item, value=value)))
        return Part(func.coalesce(found, FALSE), BOOLEAN, error=self._items_error(node, item))

    def _items_error(self, node: OneOf, item: Part) -> ColumnElement | None:
        return pieces.any_of([item.error, *(self.write(each).error for each in node.items)])

    def _among(self, node: OneOf, item: Part) -> ColumnElement:
        constants = [each for each in node.items if isinstance(each, Constant)]
        conditions = [
            self._compared(Compare(BOOLEAN, 0, "==", node.item, each), item, self.write(each), exact=True)
            for each in node.items if not isinstance(each, Constant)
        ]
        if any(each.value is None for each in constants):
            conditions.append(item.value.is_(None))
        values = [each.value for each in constants if each.value is not None]
        if values:
            conditions.append(self._in(node.item, item, values))
        return or_(*conditions) if conditions else FALSE

    def _in(self, node: Node, item: Part, values: list[object]) -> ColumnElement:
        stored = self._stored_integer(node)
        if stored is not None:
            whole = [compared_integer("==", Decimal(each), 0) for each in values]  # type: ignore[arg-type]
            return stored.in_([literal(each[1], BigInteger()) for each in whole if isinstance(each, tuple)])
        kind = "number" if isinstance(values[0], Decimal) else node.type.kind
        value = pieces.as_number(item.value) if kind == "number" else item.value
        return value.in_([postgresql_literal(each, kind) for each in values])

    def _contains(self, node: Contains) -> Part:
        container, item = self.write(node.container), self.write(node.item)
        error = pieces.any_of([container.error, item.error])
        return Part(func.coalesce(self._included(node, container, item), FALSE), BOOLEAN, error=error)

    def _included(self, node: Contains, container: Part, item: Part) -> ColumnElement:
        if isinstance(node.container, MomentValue):
            units = [literal(each, BigInteger()) for each in container.constant or ()]  # type: ignore[attr-defined]
            return item.value.in_(units)
        if node.container.type.kind == "records":
            return item.value.in_(container.value)

        def has(code: ColumnElement) -> ColumnElement:
            part = func.concat(";", code, ";", type_=Text())
            return (func.strpos(type_coerce(container.value, Text()), part) > 0) & (func.strpos(code, ";") == 0)

        return pieces.let(type_coerce(item.value, Text()), has)

    def _blank_value(self, node: BlankValue) -> Part:
        part, other = self._unified(node.operand, node.type), self._unified(node.otherwise, node.type)
        late = None if other.error is None else and_(part.value.is_(None), other.error)
        value = func.coalesce(part.value, other.value, type_=TYPES[node.type.kind])
        return Part(value, node.type, error=pieces.any_of([part.error, late]), bound=_bound(part, other))

    def _if_error(self, node: IfError) -> Part:
        part, other = self._unified(node.operand, node.type), self._unified(node.otherwise, node.type)
        if part.error is None:
            return part
        error = None if other.error is None else and_(part.error, other.error)
        value = case((part.error, other.value), else_=part.value)
        return Part(value, node.type, error=error, bound=_bound(part, other),
                    other=None if part.other is None else case((part.error, other.other), else_=part.other))

    def _unified(self, node: Node, type: ValueType) -> Part:
        part = self.write(node)
        if part.type.kind == "blank":
            return self._typed_blank(part, type.kind)
        return part

    def _choose(self, node: Choose) -> Part:
        conditions = [self._unified(each, BOOLEAN) for each in node.conditions]
        results = [self._unified(each, node.type) for each in node.results]
        otherwise = self._unified(node.otherwise, node.type)
        pairs = [(condition.value, condition.error) for condition in conditions]
        return _chosen(node.type, pairs, results, otherwise)

    def _match(self, node: Match) -> Part:
        subject = self.write(node.subject)
        values = [self.write(each) for each in node.values]
        results = [self._unified(each, node.type) for each in node.results]
        otherwise = self._unified(node.otherwise, node.type)

        def pairs(known_subject: ColumnElement) -> list[tuple[ColumnElement, ColumnElement | None]]:
            part = Part(known_subject, subject.type, constant=subject.constant, other=subject.other)
            blank = Constant(subject.type, 0, None)
            return [
                (self._compared(Compare(BOOLEAN, 0, "==", blank, value_node), part, value, exact=True), value.error)
                for value_node, value in zip(node.values, values, strict=True)
            ]

        found = pieces.let(subject.value, lambda x: _chosen(node.type, pairs(x), results, otherwise).value)
        error = None
        if any(each.error is not None for each in (*values, *results, otherwise)):
            error = pieces.let(subject.value, lambda x: _error_of(_chosen(node.type, pairs(x), results, otherwise)))
        bounds = _bound(*results, otherwise)
        return Part(found, node.type, error=pieces.any_of([subject.error, error]), bound=bounds)

    def condition(self, node: Node) -> ColumnElement:
        """Write a node so that only its truth matters: blank and error are as good as false."""
        if isinstance(node, And):
            return and_(*(self.condition(each) for each in node.operands))
        if isinstance(node, Or) and all(self.write(each).error is None for each in node.operands[:-1]):
            return or_(*(self.condition(each) for each in node.operands))
        if known(node, self._moment) is READS:
            plain = self._plain(node)
            if plain is not None:
                return plain
        part = self._unified(node, BOOLEAN)
        return part.value if part.error is None else and_(part.value, part.error.isnot(TRUE))

    def _plain(self, node: Node) -> ColumnElement | None:
        """A comparison as an index can answer it."""
        if isinstance(node, Compare):
            left, right = self.write(node.left), self.write(node.right)
            if left.error is None and right.error is None:
                return self._compared(node, left, right, exact=False)
        if isinstance(node, OneOf):
            item = self._unified(node.item, _listed_type(node))
            if self._items_error(node, item) is None:
                return pieces.let(item.value, lambda value: self._among(node, replace(item, value=value)))
        if isinstance(node, Contains):
            container, item = self.write(node.container), self.write(node.item)
            if container.error is None and item.error is None:
                return self._included(node, container, item)
        if isinstance(node, Path):
            found = self._column_of(node.path)
            return found.element if found.error is None else None
        if isinstance(node, Not) and isinstance(node.operand, IsBlank):
            part = self.write(node.operand.operand)
            if part.error is None and node.operand.operand.type.kind != "records":
                return part.value.isnot(None)
        return None


def _too_big(written: Part, type: ValueType) -> ColumnElement | None:
    if type.kind == NUMBER.kind and (written.bound is None or written.bound > numbers.LIMIT):
        return func.abs(written.value) >= pieces.number(numbers.LIMIT)
    size = size_of(written.type)
    if type.kind == "text" and (size is None or size > texts.MAX_TEXT):
        return func.length(written.value) > pieces.whole(texts.MAX_TEXT)
    return None


def _listed_type(node: OneOf) -> ValueType:
    """What a blank item is, judged by the list."""
    kinds = [each.type for each in (node.item, *node.items) if each.type.kind != "blank"]
    return kinds[0] if kinds else node.item.type


def _bound(*parts: Part) -> Decimal | None:
    return None if any(each.bound is None for each in parts) else max(limit_of(each) for each in parts)


def _exists(part: Part) -> ColumnElement:
    return exists(part.value) if isinstance(part.value, Select) else part.value.isnot(None)


def _as_numbers(left: Part, right: Part) -> tuple[ColumnElement, ColumnElement]:
    kinds = {left.type.kind, right.type.kind}
    if kinds == {"record", "number"}:
        return pieces.as_number(left.value), pieces.as_number(right.value)
    return left.value, right.value


def _chosen(
    type: ValueType, pairs: list[tuple[ColumnElement, ColumnElement | None]], results: list[Part], otherwise: Part,
) -> Part:
    value = case(*((pair[0], result.value) for pair, result in zip(pairs, results, strict=True)), else_=otherwise.value)
    whens = []
    for (condition, wrong), result in zip(pairs, results, strict=True):
        if wrong is not None:
            whens.append((wrong, TRUE))
        whens.append((condition, FALSE if result.error is None else result.error))
    error = None
    if any(wrong is not None for _, wrong in pairs) or any(each.error is not None for each in (*results, otherwise)):
        error = case(*whens, else_=FALSE if otherwise.error is None else otherwise.error)
    other = None
    if all(each.other is not None for each in (*results, otherwise)):
        other = case(
            *((pair[0], result.other) for pair, result in zip(pairs, results, strict=True)), else_=otherwise.other
        )
    return Part(value, type, error=error, bound=_bound(*results, otherwise), other=other)


def _error_of(part: Part) -> ColumnElement:
    return FALSE if part.error is None else part.error


