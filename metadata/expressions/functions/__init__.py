"""All functions of the language, registered."""

from metadata.expressions.functions import chinese, logic, number, record, temporal, text
from metadata.expressions.functions.registry import FUNCTIONS, OPERATORS, Form, Function, forms_by_name

__all__ = [
    "FUNCTIONS",
    "OPERATORS",
    "Form",
    "Function",
    "chinese",
    "forms_by_name",
    "logic",
    "number",
    "record",
    "temporal",
    "text",
]
