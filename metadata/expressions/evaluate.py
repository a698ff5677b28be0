"""Evaluates an expression for one record."""

from __future__ import annotations

from metadata.expressions.expression import ERROR, Expression, Moment
from metadata.expressions.prepare import Situation, ValueOf
from metadata.expressions.problems import Fault


def evaluate(
    expression: Expression, value_of: ValueOf, moment: Moment, *, prior: ValueOf | None = None, is_new: bool = False,
) -> object:
    """Compute the value of an expression: None is a blank, ERROR a value that can't be computed.

    `value_of` gives what a path of `expression.references` leads to (None for a blank, ERROR for a
    formula that can't be computed); `prior` gives the values before the present save.
    """
    try:
        return expression.run(Situation(value_of, moment, prior, is_new))
    except Fault:
        return ERROR
