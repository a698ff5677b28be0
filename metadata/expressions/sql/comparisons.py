"""Comparisons that both databases write alike, so that an index on a column can answer them."""

from __future__ import annotations

import operator
from collections.abc import Callable

from sqlalchemy import BigInteger, ColumnElement, Text, literal, type_coerce

from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part

COMPARE: dict[str, Callable[[ColumnElement, ColumnElement], ColumnElement]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compared(sign: str, left: ColumnElement, right: ColumnElement, *, exact: bool) -> ColumnElement:
    """Compare; `==` and `!=` take a blank for a value of its own.

    Unless it must be `exact`, `==` may give NULL instead of false, which an index answers better.
    """
    if sign == "==" and exact:
        return left.is_not_distinct_from(right)
    if sign == "!=":
        return left.is_distinct_from(right)
    return COMPARE[sign](left, right)


def integer_compared(
    column: ColumnElement, sign: str, answer: tuple[str, int] | bool, *, exact: bool,
) -> ColumnElement:
    """Compare an integer column by what `compared_integer` found out about the constant."""
    if isinstance(answer, bool):
        if sign in ("==", "!="):
            return pieces.ALWAYS if answer else pieces.NEVER
        return column == column if answer else column != column
    sign, value = answer
    return compared(sign, column, literal(value, BigInteger()), exact=exact)


def same_record(sign: str, left: Part, right: Part) -> ColumnElement:
    """Compare references of which one may lead to any object."""
    first, second = (
        literal(each.type.object or "", Text()) if each.other is None else type_coerce(each.other, Text())
        for each in (left, right)
    )
    if right.constant is not None:
        # False for a blank, and plain comparisons, which an index answers.
        same = (left.value == right.value) & (first == second) & left.value.isnot(None)
    else:
        same = pieces.let(left.value, lambda value: (
            value.is_not_distinct_from(right.value) & (value.is_(None) | (first == second))
        ))
    return same if sign == "==" else ~same
