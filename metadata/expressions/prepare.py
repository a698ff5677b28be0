"""Makes a Python function of a typed tree: the back end that evaluates one record.

Every node becomes a closure over those below it, so that evaluating costs no look-ups. Faults are
exceptions inside and become ERROR at the border.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import timezone
from decimal import Decimal
from functools import singledispatch

from metadata.expressions.expression import ERROR, Moment
from metadata.expressions.problems import Fault
from metadata.expressions.tree import (
    And, BlankValue, Call, Change, Choose, Compare, Constant, Contains, IfError, IsBlank, Match, MomentValue, Node, Not,
    OneOf, Or, Path,
)
from metadata.expressions.types import NUMBER

ValueOf = Callable[[tuple[str, ...]], object]


class Situation:
    """What an evaluation may ask: values, values before the save, the moment."""

    __slots__ = ("value_of", "moment", "prior", "is_new")

    def __init__(self, value_of: ValueOf, moment: Moment, prior: ValueOf | None = None, is_new: bool = False) -> None:
        self.value_of = value_of
        self.moment = moment
        self.prior = prior
        self.is_new = is_new


Run = Callable[[Situation], object]


def prepare(tree: Node, *, zero: bool = False) -> Run:
    """Make the function that evaluates a tree; with `zero`, blank numbers of the record are 0."""
    return _run(tree, zero)


@singledispatch
def _run(node: Node, zero: bool) -> Run:
    raise TypeError(type(node).__name__)


@_run.register
def _constant(node: Constant, zero: bool) -> Run:
    value = node.value
    return lambda situation: value


@_run.register
def _path(node: Path, zero: bool) -> Run:
    path, known = node.path, normal(node.type.kind)
    if zero and node.type.kind == NUMBER.kind:
        nothing = Decimal(0)

        def number(situation: Situation) -> object:
            value = known(situation.value_of(path))
            return nothing if value is None else value

        return number
    return lambda situation: known(situation.value_of(path))


def normal(kind: str) -> Callable[[object], object]:
    """How a value of a record becomes one of expressions: exact numbers, instants in UTC, no empty texts."""
    return _NORMAL.get(kind, _checked)


def _checked(value: object) -> object:
    if value is ERROR:
        raise Fault
    return value


def _number(value: object) -> object:
    kind = type(value)
    if kind is Decimal or value is None:
        return value
    if kind is int:
        return Decimal(value)  # type: ignore[arg-type]
    return _checked(value) if value is ERROR else Decimal(str(value))


def _text(value: object) -> object:
    if value is ERROR:
        raise Fault
    return value or None


def _several(value: object) -> object:
    if value is ERROR:
        raise Fault
    return tuple(value) if value else None  # type: ignore[arg-type]


def _pair(value: object) -> object:
    if value is ERROR:
        raise Fault
    return None if value is None else tuple(value)  # type: ignore[arg-type]


def _instant(value: object) -> object:
    if value is ERROR:
        raise Fault
    return None if value is None else value.astimezone(timezone.utc)  # type: ignore[attr-defined]


_NORMAL: dict[str, Callable[[object], object]] = {
    "number": _number, "text": _text, "choice": _text, "choices": _several, "records": _several, "datetime": _instant,
    "any_record": _pair,
}


@_run.register
def _call(node: Call, zero: bool) -> Run:
    compute, arguments = node.form.evaluate, [_run(each, zero) for each in node.arguments]
    if node.form.zoned:
        return _zoned(compute, arguments)
    if node.form.keeps_blanks:
        return lambda situation: compute(*[each(situation) for each in arguments])
    if len(arguments) == 1:
        return _unary(compute, arguments[0])
    if len(arguments) == 2:
        return _binary(compute, arguments[0], arguments[1])

    def run(situation: Situation) -> object:
        values = [each(situation) for each in arguments]
        return None if None in values else compute(*values)

    return run


def _unary(compute: Callable[..., object], argument: Run) -> Run:
    def run(situation: Situation) -> object:
        value = argument(situation)
        return None if value is None else compute(value)

    return run


def _binary(compute: Callable[..., object], first: Run, second: Run) -> Run:
    def run(situation: Situation) -> object:
        left, right = first(situation), second(situation)
        return None if left is None or right is None else compute(left, right)

    return run


def _zoned(compute: Callable[..., object], arguments: list[Run]) -> Run:
    def run(situation: Situation) -> object:
        values = [each(situation) for each in arguments]
        return None if None in values else compute(situation.moment.zone, *values)

    return run


@_run.register
def _and(node: And, zero: bool) -> Run:
    operands = [_run(each, zero) for each in node.operands]

    def run(situation: Situation) -> object:
        result: bool | None = True
        for each in operands:
            value = each(situation)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return run


@_run.register
def _or(node: Or, zero: bool) -> Run:
    operands = [_run(each, zero) for each in node.operands]

    def run(situation: Situation) -> object:
        result: bool | None = False
        for each in operands:
            value = each(situation)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return run


@_run.register
def _not(node: Not, zero: bool) -> Run:
    return _unary(operator.not_, _run(node.operand, zero))


ORDERS: dict[str, Callable[[object, object], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,  # type: ignore[dict-item]
}


@_run.register
def _compare(node: Compare, zero: bool) -> Run:
    left, right = _run(node.left, zero), _run(node.right, zero)
    if "any_record" in (node.left.type.kind, node.right.type.kind):
        left, right = _named(node.left, left), _named(node.right, right)
    if node.operator == "==":
        return lambda situation: left(situation) == right(situation)
    if node.operator == "!=":
        return lambda situation: left(situation) != right(situation)
    return _binary(ORDERS[node.operator], left, right)


def _named(node: Node, run: Run) -> Run:
    """A reference together with its object, as one that may lead to any object has it."""
    if node.type.kind != "record":
        return run
    object_name = node.type.object
    return _unary(lambda number: (object_name, number), run)


@_run.register
def _one_of(node: OneOf, zero: bool) -> Run:
    item = _run(node.item, zero)
    if all(isinstance(each, Constant) for each in node.items):
        known = frozenset(each.value for each in node.items)  # type: ignore[attr-defined]
        return lambda situation: item(situation) in known
    items = [_run(each, zero) for each in node.items]

    def run(situation: Situation) -> object:
        value = item(situation)
        return value in [each(situation) for each in items]

    return run


@_run.register
def _contains(node: Contains, zero: bool) -> Run:
    container, item = _run(node.container, zero), _run(node.item, zero)

    def run(situation: Situation) -> object:
        values, value = container(situation), item(situation)
        return values is not None and value is not None and value in values  # type: ignore[operator]

    return run


@_run.register
def _is_blank(node: IsBlank, zero: bool) -> Run:
    operand = _run(node.operand, zero)
    return lambda situation: operand(situation) is None


@_run.register
def _blank_value(node: BlankValue, zero: bool) -> Run:
    operand, otherwise = _run(node.operand, zero), _run(node.otherwise, zero)

    def run(situation: Situation) -> object:
        value = operand(situation)
        return otherwise(situation) if value is None else value

    return run


@_run.register
def _if_error(node: IfError, zero: bool) -> Run:
    operand, otherwise = _run(node.operand, zero), _run(node.otherwise, zero)

    def run(situation: Situation) -> object:
        try:
            return operand(situation)
        except Fault:
            return otherwise(situation)

    return run


@_run.register
def _choose(node: Choose, zero: bool) -> Run:
    pairs = [
        (_run(condition, zero), _run(result, zero))
        for condition, result in zip(node.conditions, node.results, strict=True)
    ]
    otherwise = _run(node.otherwise, zero)

    def run(situation: Situation) -> object:
        for condition, result in pairs:
            if condition(situation) is True:
                return result(situation)
        return otherwise(situation)

    return run


@_run.register
def _match(node: Match, zero: bool) -> Run:
    subject, otherwise = _run(node.subject, zero), _run(node.otherwise, zero)
    pairs = [(_run(value, zero), _run(result, zero)) for value, result in zip(node.values, node.results, strict=True)]

    def run(situation: Situation) -> object:
        value = subject(situation)
        for candidate, result in pairs:
            if candidate(situation) == value:
                return result(situation)
        return otherwise(situation)

    return run


@_run.register
def _moment_value(node: MomentValue, zero: bool) -> Run:
    read = operator.attrgetter(node.name)
    return lambda situation: read(situation.moment)


@_run.register
def _change(node: Change, zero: bool) -> Run:
    if node.name == "is_new":
        return lambda situation: situation.is_new
    path, known = node.path, normal(node.type.kind)

    def prior(situation: Situation) -> object:
        if situation.is_new or situation.prior is None:
            return None
        return known(situation.prior(path))

    if node.name == "prior":
        return prior
    return lambda situation: (
        not situation.is_new and situation.prior is not None and situation.prior(path) != situation.value_of(path)
    )
