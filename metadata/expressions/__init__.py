"""One expression language for formulas, rules, filters and defaults: one meaning, three back ends."""

from metadata.expressions.compile import compile_expression
from metadata.expressions.evaluate import evaluate
from metadata.expressions.expression import ERROR, PURPOSES, Expression, ExpressionError, Moment, Scope
from metadata.expressions.functions import FUNCTIONS
from metadata.expressions.numbers import rounded
from metadata.expressions.problems import ExpressionInvalid, UnknownName
from metadata.expressions.sql.sqlite_functions import install_sqlite_functions
from metadata.expressions.sql.values import SqlResult, SqlValue
from metadata.expressions.sql.write import filter_sql, rounded_sql, to_sql
from metadata.expressions.types import ValueType

__all__ = [
    "ERROR", "FUNCTIONS", "PURPOSES", "Expression", "ExpressionError", "ExpressionInvalid", "Moment", "Scope",
    "SqlResult",
    "SqlValue", "UnknownName", "ValueType", "compile_expression", "evaluate", "filter_sql", "install_sqlite_functions",
    "rounded", "rounded_sql", "to_sql",
]
