"""One expression language for formulas, rules, filters and defaults: one meaning, three back ends."""

from metadata.expressions.expression import ERROR, Expression, ExpressionError, Moment, Scope
from metadata.expressions.problems import ExpressionInvalid, UnknownName
from metadata.expressions.types import ValueType

__all__ = ["ERROR", "Expression", "ExpressionError", "ExpressionInvalid", "Moment", "Scope", "UnknownName", "ValueType"]
