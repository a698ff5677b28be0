"""The comparisons that a filter offers per field type, each with the expression it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal

from metadata.registry import Registry
from metadata.text import Text

MANY = -1
"""So many operands as are given."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison; `template` holds the field as {0} and its operands as {1}, {2}; `operands` counts them."""

    name: str
    label: Text
    operands: int
    template: str


operators: Registry[Operator] = Registry("operator", needs=("label", "template"))


def _add(name: str, template: str, operands: int, *, en: str, zh: str) -> None:
    operators.register(Operator(name, Text.of({"en": en, "zh_CN": zh}), operands, template))


_add("equals", "{0} == {1}", 1, en="is", zh="等于")
_add("not_equals", "{0} != {1}", 1, en="is not", zh="不等于")
_add("contains", "CONTAINS({0}, {1})", 1, en="contains", zh="包含")
_add("not_contains", "CONTAINS({0}, {1}) != true", 1, en="doesn't contain", zh="不包含")
_add("begins_with", "BEGINS({0}, {1})", 1, en="begins with", zh="开头是")
_add("greater", "{0} > {1}", 1, en="is more than", zh="大于")
_add("greater_or_equal", "{0} >= {1}", 1, en="is at least", zh="大于等于")
_add("less", "{0} < {1}", 1, en="is less than", zh="小于")
_add("less_or_equal", "{0} <= {1}", 1, en="is at most", zh="小于等于")
_add("between", "{0} >= {1} and {0} <= {2}", 2, en="is between", zh="介于")
_add("in", "{0} in ({1})", MANY, en="is one of", zh="属于")
_add("not_in", "{0} not in ({1})", MANY, en="is none of", zh="不属于")
_add("includes", "{1} in {0}", 1, en="includes", zh="含有")
_add("not_includes", "{1} not in {0}", 1, en="doesn't include", zh="不含")
_add("is_true", "{0} == true", 0, en="is yes", zh="为是")
_add("is_false", "{0} == false", 0, en="is no", zh="为否")
_add("is_blank", "ISBLANK({0})", 0, en="is blank", zh="为空")
_add("is_not_blank", "not ISBLANK({0})", 0, en="is filled", zh="不为空")

BLANKS = ("is_blank", "is_not_blank")
TEXT_OPERATORS = ("equals", "not_equals", "contains", "not_contains", "begins_with", "in", *BLANKS)
ORDER_OPERATORS = ("equals", "not_equals", "greater", "greater_or_equal", "less", "less_or_equal", "between", *BLANKS)
CHOICE_OPERATORS = ("equals", "not_equals", "in", "not_in", *BLANKS)


def condition(path: str, operator: str, operands: Sequence[object]) -> str:
    """Write a comparison in the expression language; the operands are parsed values.

    Raises KeyError for an unknown operator and ValueError for a wrong number of operands.
    """
    kind = operators[operator]
    if len(operands) != kind.operands and not (kind.operands == MANY and operands):
        raise ValueError(f"{operator} takes {kind.operands} operands, not {len(operands)}")
    written = [literal(each) for each in operands]
    if kind.operands == MANY:
        written = [", ".join(written) + ","]
    return kind.template.format(path, *written)


def literal(value: object) -> str:
    """Write a value of a field in the expression language."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, datetime):
        return f"DATETIMEVALUE('{value.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}Z')"
    if isinstance(value, date):
        return f"DATE({value.year}, {value.month}, {value.day})"
    if isinstance(value, time):
        return f"TIMEVALUE('{value:%H:%M:%S}')"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\r", "").replace("\n", "\\n") + "'"
    raise ValueError(f"no literal for {type(value).__name__}")
