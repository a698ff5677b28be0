"""Decides whether the parts of an expression fit together, collecting every problem."""

from __future__ import annotations

from collections.abc import Sequence

from metadata.errors import Problem
from metadata.expressions.functions.registry import accepts
from metadata.expressions.scan import place
from metadata.expressions.tree import BlankValue, Choose, Constant, IfError, Match, Node
from metadata.expressions.types import (
    ANY_RECORD, BLANK, BOOLEAN, CHOICE, DATE, DATETIME, NUMBER, RECORD, TEXT, TIME, ValueType,
)

UNKNOWN = ValueType("unknown")
"""The type of a part that already has a problem; it fits everywhere."""

ORDERED = (NUMBER.kind, TEXT.kind, DATE.kind, DATETIME.kind, TIME.kind)
COMPARED = (*ORDERED, BOOLEAN.kind, CHOICE.kind, RECORD.kind, ANY_RECORD.kind)

_HINTS = {
    (TEXT.kind, NUMBER.kind): "TEXT(...)", (TEXT.kind, DATE.kind): "TEXT(...)", (TEXT.kind, DATETIME.kind): "TEXT(...)",
    (NUMBER.kind, TEXT.kind): "VALUE(...)", (DATE.kind, DATETIME.kind): "DATEVALUE(...)",
    (DATE.kind, TEXT.kind): "DATEVALUE(...)", (DATETIME.kind, DATE.kind): "DATETIMEVALUE(...)",
    (DATETIME.kind, TEXT.kind): "DATETIMEVALUE(...)", (TIME.kind, TEXT.kind): "TIMEVALUE(...)",
    (CHOICE.kind, "choices"): "INCLUDES(...)", (TEXT.kind, "choices"): "INCLUDES(...)",
    (TEXT.kind, BOOLEAN.kind): "TEXT(...)", (TEXT.kind, TIME.kind): "TEXT(...)",
}


class Checking:
    """The problems found so far, and the rules that find them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, code: str, start: int, **params: object) -> None:
        """Note a problem."""
        self.problems.append(place(code, start, **params))

    def expect(self, node: Node, type: ValueType) -> bool:
        """Require a node to have a type, noting a problem if it hasn't."""
        if accepts(type.kind, node.type.kind):
            return True
        self._mismatch(node, type.kind)
        return False

    def _mismatch(self, node: Node, wanted: str) -> None:
        hint = _HINTS.get((wanted, node.type.kind))
        code = "expression_type_hint" if hint else "expression_type"
        self.problem(code, node.start, expected=wanted, given=node.type.kind, **({"hint": hint} if hint else {}))

    def common(self, nodes: Sequence[Node]) -> ValueType:
        """Find the type that all these values have, noting a problem if there is none."""
        result = BLANK
        for node in nodes:
            joined = _joined(result, node.type)
            if joined is None:
                self._mismatch(node, result.kind)
                return UNKNOWN
            result = joined
        return result

    def equal(self, left: Node, right: Node) -> None:
        """Require that two values can be equal, noting a problem if they can't."""
        kinds = {left.type.kind, right.type.kind}
        if "unknown" in kinds or "blank" in kinds:
            return
        if not kinds <= set(COMPARED):
            self.problem("expression_not_comparable", right.start, left=left.type.kind, right=right.type.kind)
        elif _different_records(left.type, right.type):
            self.problem("expression_other_object", right.start, left=left.type.object, right=right.type.object)
        elif _joined(left.type, right.type) is None and not _references(kinds):
            self._mismatch(right, left.type.kind)
        self._known_code(left, right)
        self._known_code(right, left)

    def element(self, container: Node, item: Node) -> None:
        """Require that a multi-picklist can have a value, noting a problem if it can't."""
        if self.expect(item, TEXT):
            self._known_code(container, item)

    def _known_code(self, choice: Node, constant: Node) -> None:
        codes = choice.type.choices
        if codes is not None and isinstance(constant, Constant) and isinstance(constant.value, str):
            if constant.value not in codes:
                self.problem("expression_unknown_choice", constant.start, value=constant.value, allowed=codes)

    def ordered(self, left: Node, right: Node) -> None:
        """Require that two values have an order, noting a problem if they haven't."""
        for node in (left, right):
            if node.type.kind not in (*ORDERED, "blank", "unknown"):
                self.problem("expression_no_order", node.start, given=node.type.kind)
                return
        if _joined(left.type, right.type) is None:
            self._mismatch(right, left.type.kind)

    def result(self, node: Node, expected: ValueType) -> None:
        """Require what the whole expression gives."""
        kind = node.type.kind
        if expected.kind == CHOICE.kind and kind in (TEXT.kind, CHOICE.kind):
            for constant in _results(node):
                self._known_code(Constant(expected, 0, None), constant)
        elif expected.kind == RECORD.kind and kind == NUMBER.kind:
            return
        elif expected.kind == RECORD.kind and _different_records(expected, node.type):
            self.problem("expression_other_object", node.start, left=expected.object, right=node.type.object)
        else:
            self.expect(node, expected)


def _joined(left: ValueType, right: ValueType) -> ValueType | None:
    """The type of a value that has one of two types; None if there is none."""
    if left.kind == "unknown" or right.kind == BLANK.kind:
        return left
    if right.kind == "unknown" or left.kind == BLANK.kind:
        return right
    if {left.kind, right.kind} == {CHOICE.kind, TEXT.kind}:
        return TEXT
    if left.kind != right.kind or _different_records(left, right):
        return None
    return left if left == right else _widened(left, right)


def _widened(left: ValueType, right: ValueType) -> ValueType:
    scale = None if left.scale is None or right.scale is None else max(left.scale, right.scale)
    size = None if left.size is None or right.size is None else max(left.size, right.size)
    choices = None
    if left.choices is not None and right.choices is not None:
        choices = tuple(dict.fromkeys(left.choices + right.choices))
    final = tuple(dict.fromkeys(left.final + right.final))
    return ValueType(left.kind, left.object or right.object, choices, scale, final, size)


def _different_records(left: ValueType, right: ValueType) -> bool:
    return (
        left.kind == right.kind == RECORD.kind and left.object is not None and right.object is not None
        and left.object != right.object
    )


def _references(kinds: set[str]) -> bool:
    return kinds in ({RECORD.kind, NUMBER.kind}, {RECORD.kind, ANY_RECORD.kind})


def _results(node: Node) -> list[Node]:
    """The constants that a node may give."""
    if isinstance(node, Choose | Match):
        return [found for each in (*node.results, node.otherwise) for found in _results(each)]
    if isinstance(node, BlankValue | IfError):
        return _results(node.operand) + _results(node.otherwise)
    return [node]
