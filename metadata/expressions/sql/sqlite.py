"""Writes a typed tree in SQLite's SQL.

What an index can answer, and sums and choices of stored numbers, are written natively over scaled
integers; everything else calls the functions of `sqlite_functions`, so that it means the same as in
Python by construction. An error is a value there, an empty BLOB.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    type_coerce,
)

from metadata.expressions.expression import ERROR, Moment
from metadata.expressions.sql import pieces
from metadata.expressions.sql.comparisons import TURNED, compared, integer_compared, same_record
from metadata.expressions.sql.constants import READS, known
from metadata.expressions.sql.literals import INT64, SQLITE_TYPES, cast_null, compared_integer, sqlite_literal
from metadata.expressions.sql.results import ExactText, ScaledInteger
from metadata.expressions.sql.scaled import aligned, as_scaled
from metadata.expressions.sql.sqlite_native import NATIVE
from metadata.expressions.sql.sqlite_functions import COMPARISONS, PREFIX
from metadata.expressions.sql.values import Part, SqlValue
from metadata.expressions.tree import (
    And, BlankValue, Call, Choose, Compare, Contains, IfError, IsBlank, Match, MomentValue, Node, Not, OneOf,
    Or, Path,
)
from metadata.expressions.types import BOOLEAN, NUMBER, ValueType

WRONG = literal_column("x''", Text())
TRUE, FALSE = literal_column("1", Integer()), literal_column("0", Integer())


class SqliteWriter:
    """One expression being written."""

    dialect = "sqlite"

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
                return _literal(value, node.type)
        return self._ways[type(node)](node)

    def _path(self, node: Path) -> Part:
        found = self._column_of(node.path)
        kind, element = node.type.kind, found.element
        if kind == "records":
            return Part(element, node.type)
        if kind == "point":
            part = Part(_point(element, found.other, found.scale or 0), node.type)
        elif kind == NUMBER.kind:
            part = self._number_path(found, node.type)
        else:
            other = None if found.other is None else type_coerce(found.other, Text())
            part = Part(type_coerce(element, SQLITE_TYPES[kind]), node.type, other=other)
        if found.error is None:
            return part
        value = part.value if part.scale is None else _exact(part)
        return Part(case((found.error, WRONG), else_=value), node.type, fails=True, other=part.other)

    def _number_path(self, found: SqlValue, type: ValueType) -> Part:
        element = found.element
        if isinstance(element.type, ExactText):
            value = type_coerce(element, Text())
            return Part(func.coalesce(value, "0") if self._zero else value, type)
        scale = found.scale
        if scale is None:
            scale = element.type.scale if isinstance(element.type, ScaledInteger) else 0
        value = type_coerce(element, BigInteger())
        if self._zero:
            value = func.coalesce(value, literal_column("0", BigInteger()))
        return Part(value, type, scale=scale, bound=Decimal(10) ** 18 if scale else Decimal(INT64))

    def _call(self, node: Call) -> Part:
        arguments = [self.write(each) for each in node.arguments]
        native = NATIVE.get(node.form.name)
        part = native(node, arguments) if native is not None else None
        if part is not None:
            return part
        values = [
            _exact(each) if node.form.wanted(at) == NUMBER.kind else each.value for at, each in enumerate(arguments)
        ]
        if node.form.zoned:
            values.insert(0, literal(self.zone, Text()))
        return Part(_function(node.form.name, *values, kind=node.type.kind), node.type, fails=True)

    def _and(self, node: And) -> Part:
        parts = [self.write(each) for each in node.operands]
        if not _fail(parts):
            return Part(and_(*(_truth(each) for each in parts)), BOOLEAN)
        return Part(_function("all", *(each.value for each in parts), kind="boolean"), BOOLEAN, fails=True)

    def _or(self, node: Or) -> Part:
        parts = [self.write(each) for each in node.operands]
        if not _fail(parts):
            return Part(or_(*(_truth(each) for each in parts)), BOOLEAN)
        return Part(_function("any", *(each.value for each in parts), kind="boolean"), BOOLEAN, fails=True)

    def _not(self, node: Not) -> Part:
        part = self.write(node.operand)
        if part.fails:
            return Part(_function("opposite", part.value, kind="boolean"), BOOLEAN, fails=True)
        return Part(~_truth(part), BOOLEAN)

    def _is_blank(self, node: IsBlank) -> Part:
        part = self.write(node.operand)
        if part.fails:
            return Part(_function("blank", part.value, kind="boolean"), BOOLEAN, fails=True)
        if node.operand.type.kind == "records":
            return Part(~exists(part.value), BOOLEAN)
        return Part(part.value.is_(None), BOOLEAN)

    def _compare(self, node: Compare) -> Part:
        return self._compared(node.operator, self.write(node.left), self.write(node.right), exact=True)

    def _compared(self, sign: str, left: Part, right: Part, *, exact: bool) -> Part:
        if left.constant is not None and right.constant is None:
            left, right, sign = right, left, TURNED[sign]
        if sign in ("==", "!=") and right.type.kind == "blank" and not left.fails:
            return Part(left.value.is_(None) if sign == "==" else left.value.isnot(None), BOOLEAN)
        if "any_record" in (left.type.kind, right.type.kind) and not (left.fails or right.fails):
            return Part(same_record(sign, left, right), BOOLEAN)
        numeric = NUMBER.kind in (left.type.kind, right.type.kind)
        if numeric:
            stored = as_scaled(left)
            if stored is not None and isinstance(right.constant, int | Decimal):
                answer = compared_integer(sign, Decimal(right.constant), stored.scale or 0)
                return Part(integer_compared(stored.value, sign, answer, exact=exact), BOOLEAN)
            pair = aligned([left, right])
            if pair is None:
                name = f"number_{COMPARISONS[sign]}"
                return Part(_function(name, _exact(left), _exact(right), kind="boolean"), BOOLEAN, fails=True)
            left, right = pair
        elif left.fails or right.fails:
            value = _function(COMPARISONS[sign], left.value, right.value, kind="boolean")
            return Part(value, BOOLEAN, fails=True)
        return Part(_plainly(sign, left, right, exact=exact), BOOLEAN)

    def _one_of(self, node: OneOf) -> Part:
        item = self.write(node.item)
        items = [self.write(each) for each in node.items]
        if self._among(item, items) is not None:
            found = pieces.let(item.value, lambda value: self._among(replace(item, value=value), items))
            return Part(func.coalesce(found, FALSE, type_=Integer()), BOOLEAN)
        numeric = NUMBER.kind in {each.type.kind for each in (item, *items)}
        value = _function(
            "number_one_of" if numeric else "one_of",
            *(_exact(each) if numeric else each.value for each in (item, *items)), kind="boolean",
        )
        return Part(value, BOOLEAN, fails=True)

    def _among(self, item: Part, items: list[Part]) -> ColumnElement | None:
        """The item in a list of constants, natively where that is possible."""
        if item.fails or any(each.fails or (each.constant is None and each.type.kind != "blank" and not each.blank)
                             for each in items):
            return None
        values = [each.constant for each in items if each.constant is not None]
        conditions = [item.value.is_(None)] if len(values) < len(items) else []
        if any(isinstance(each, Decimal) for each in values) or item.type.kind == NUMBER.kind:
            stored = as_scaled(item)
            if stored is None:
                return None
            answers = [compared_integer("==", Decimal(each), stored.scale or 0) for each in values]
            values = [each[1] for each in answers if isinstance(each, tuple)]
            conditions.append(stored.value.in_([literal(each, BigInteger()) for each in values]))
        elif values:
            conditions.append(item.value.in_([sqlite_literal(each, item.type.kind) for each in values]))
        return or_(*conditions) if conditions else pieces.NEVER

    def _contains(self, node: Contains) -> Part:
        item = self.write(node.item)
        if isinstance(node.container, MomentValue):
            values = literal_list(self._moment.org_units)
            return _listed(item, lambda value: value.in_(values))
        container = self.write(node.container)
        if node.container.type.kind == "records":
            return _listed(item, lambda value: value.in_(container.value))
        if item.fails or container.fails:
            value = _function("includes", container.value, item.value, kind="boolean")
            return Part(value, BOOLEAN, fails=True)

        def has(code: ColumnElement) -> ColumnElement:
            sought = literal_column("';'", Text()).op("||")(code).op("||")(literal_column("';'", Text()))
            return (func.instr(container.value, sought) > 0) & (func.instr(code, ";") == 0)

        return Part(func.coalesce(pieces.let(item.value, has), FALSE, type_=Integer()), BOOLEAN)

    def _blank_value(self, node: BlankValue) -> Part:
        parts = _unified(node.type, [self.write(node.operand), self.write(node.otherwise)])
        value = func.coalesce(*(each.value for each in parts), type_=parts[0].value.type)
        return _like(parts, value, node.type)

    def _if_error(self, node: IfError) -> Part:
        operand = self.write(node.operand)
        if not operand.fails:
            return operand
        other = self.write(node.otherwise)
        values = [_exact(each) if node.type.kind == NUMBER.kind else each.value for each in (operand, other)]
        return Part(_function("if_error", *values, kind=node.type.kind), node.type, fails=other.fails)

    def _choose(self, node: Choose) -> Part:
        conditions = [self.write(each) for each in node.conditions]
        return self._chosen(node.type, conditions, node.results, node.otherwise)

    def _chosen(self, type: ValueType, conditions: list[Part], results: tuple[Node, ...], otherwise: Node) -> Part:
        parts = _unified(type, [self.write(each) for each in (*results, otherwise)])
        value, whens = parts[-1].value, []
        for condition, part in reversed(list(zip(conditions, parts[:-1], strict=True))):
            if condition.fails:
                value = case({TRUE: part.value, WRONG: WRONG}, value=condition.value, else_=_first(whens, value))
                whens = []
            else:
                whens.insert(0, (_truth(condition), part.value))
        chosen = _like(parts, _first(whens, value), type)
        return Part(chosen.value, type, scale=chosen.scale, bound=chosen.bound, fails=chosen.fails or _fail(conditions))

    def _match(self, node: Match) -> Part:
        subject = self.write(node.subject)
        values = [self.write(each) for each in node.values]
        whole: list[Part] = []

        def body(value: ColumnElement) -> ColumnElement:
            part = Part(value, subject.type, scale=subject.scale, bound=subject.bound, fails=subject.fails,
                        other=subject.other)
            conditions = [self._compared("==", part, each, exact=True) for each in values]
            whole.append(self._chosen(node.type, conditions, node.results, node.otherwise))
            return type_coerce(whole[0].value, whole[0].value.type)

        found = pieces.let(subject.value, body)
        return Part(found, node.type, scale=whole[0].scale, bound=whole[0].bound, fails=whole[0].fails)

    def condition(self, node: Node) -> ColumnElement:
        """Write a node so that only its truth matters: blank and error are as good as false."""
        if isinstance(node, And):
            return and_(*(self.condition(each) for each in node.operands))
        if isinstance(node, Or) and not _fail([self.write(each) for each in node.operands[:-1]]):
            return or_(*(self.condition(each) for each in node.operands))
        if known(node, self._moment) is READS:
            plain = self._plain(node)
            if plain is not None:
                return plain
        part = self.write(node)
        return part.value == TRUE if part.fails else _truth(part)

    def _plain(self, node: Node) -> ColumnElement | None:
        """A comparison as an index can answer it."""
        if isinstance(node, Compare):
            part = self._compared(node.operator, self.write(node.left), self.write(node.right), exact=False)
            return None if part.fails else part.value
        if isinstance(node, OneOf):
            return self._among(self.write(node.item), [self.write(each) for each in node.items])
        if isinstance(node, Contains) and node.container.type.kind == "records":
            part = self._contains(node)
            return part.value if not part.fails else None
        if isinstance(node, Not) and isinstance(node.operand, IsBlank):
            part = self.write(node.operand.operand)
            if not part.fails and node.operand.operand.type.kind != "records":
                return part.value.isnot(None)
        return None


def literal_list(values: tuple[int, ...]) -> list[ColumnElement]:
    """Ids as parameters."""
    return [literal(each, BigInteger()) for each in values]


def _listed(item: Part, within: Callable[[ColumnElement], ColumnElement]) -> Part:
    value = type_coerce(item.value, BigInteger())
    if item.constant is not None:
        value = literal(int(item.constant), BigInteger())  # type: ignore[call-overload]
    if not item.fails:
        return Part(func.coalesce(within(value), FALSE, type_=Integer()), BOOLEAN)
    found = pieces.let(
        value, lambda x: case((x == WRONG, WRONG), else_=func.coalesce(within(x), FALSE, type_=Integer()))
    )
    return Part(type_coerce(found, Integer()), BOOLEAN, fails=True)


def _point(latitude: ColumnElement, longitude: ColumnElement | None, scale: int) -> ColumnElement:
    comma = literal_column("','", Text())
    both = type_coerce(latitude, Text()).op("||")(comma).op("||")(type_coerce(longitude, Text()))
    return both.op("||")(comma).op("||")(literal_column(f"'{scale}'", Text()))


def _literal(value: object, type: ValueType) -> Part:
    if value is ERROR:
        return Part(WRONG, type, fails=True)
    if type.kind == "point" and value is not None:
        return Part(literal(f"{value[0]:f},{value[1]:f},0", Text()), type)  # type: ignore[index]
    if type.kind == "records":
        return Part(cast_null("record"), type, constant=value)
    return Part(sqlite_literal(value, type.kind), type, constant=value, blank=value is None)


def _function(name: str, *values: object, kind: str) -> ColumnElement:
    return getattr(func, f"{PREFIX}{name.lower()}")(*values, type_=SQLITE_TYPES[kind])


def _fail(parts: list[Part]) -> bool:
    return any(each.fails for each in parts)


def _first(whens: list[tuple[ColumnElement, ColumnElement]], otherwise: ColumnElement) -> ColumnElement:
    """The first result whose condition holds: one flat CASE, for SQLite's parser can't nest a long choice."""
    return case(*whens, else_=otherwise) if whens else otherwise


def _truth(part: Part) -> ColumnElement:
    """A boolean as a condition; a stored one is compared, as an index on it wants it."""
    if isinstance(part.value.type, Integer):
        return part.value == TRUE
    return part.value


def _exact(part: Part) -> ColumnElement:
    """A number as text, or as an integer where it is one."""
    if isinstance(part.constant, Decimal) or not part.scale:
        return part.value
    return _function("decimal", part.value, literal_column(str(part.scale)), kind="number")


def _unified(type: ValueType, parts: list[Part]) -> list[Part]:
    """Values of one type in one form."""
    if type.kind != NUMBER.kind:
        return parts
    together = aligned(parts)
    if together is not None:
        return together
    return [Part(_exact(each), type, fails=each.fails) for each in parts]


def _like(parts: list[Part], value: ColumnElement, type: ValueType) -> Part:
    bounds = [each.bound for each in parts if each.bound is not None]
    held = BigInteger() if parts[0].scale is not None else SQLITE_TYPES[type.kind]
    return Part(
        type_coerce(value, held), type, scale=parts[0].scale, bound=max(bounds, default=None), fails=_fail(parts)
    )


def _plainly(sign: str, left: Part, right: Part, *, exact: bool) -> ColumnElement:
    return compared(sign, left.value, right.value, exact=exact or right.constant is None)
