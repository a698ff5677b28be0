"""The functions that SQLite borrows from Python: the same ones that evaluate a record.

Numbers travel as texts or integers, other values as SQLite holds them; an error is an empty BLOB,
which no column of ours ever holds. A function never raises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timezone
from decimal import Decimal
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from metadata.expressions import numbers
from metadata.expressions.expression import ExpressionError
from metadata.expressions.functions import Form, forms_by_name
from metadata.expressions.prepare import ORDERS
from metadata.expressions.problems import Fault
from metadata.expressions.sql.literals import sqlite_value
from metadata.expressions.sql.sqlite_aggregates import AGGREGATES


class Connection(Protocol):
    """A connection of Python's sqlite3, as far as it is needed here."""

    def create_function(self, name: str, narg: int, func: Callable[..., object], *, deterministic: bool) -> None:
        """Let SQL call a function."""

    def create_aggregate(self, name: str, n_arg: int, aggregate_class: type) -> None:
        """Let SQL call an aggregate."""


PREFIX = "tenon_"
WRONG = b""
"""An error as a value."""

Read = Callable[[object], object]


def _instant(value: object) -> datetime:
    return datetime.fromisoformat(str(value)).replace(tzinfo=timezone.utc)


def _point(value: object) -> tuple[Decimal, Decimal]:
    latitude, longitude, scale = str(value).split(",")
    return Decimal(latitude).scaleb(-int(scale), numbers.EXACT), Decimal(longitude).scaleb(-int(scale), numbers.EXACT)


READ: dict[str, Read] = {
    "number": Decimal,
    "date": date.fromisoformat,
    "datetime": _instant,
    "time": time.fromisoformat,  # type: ignore[dict-item]
    "boolean": bool,
    "point": _point,
}


def written(value: object) -> object:
    """How a function gives a value back to SQLite."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return f"{value[0]:f},{value[1]:f},0"
    return sqlite_value(value)


def _same(value: object) -> object:
    return value


def _form(form: Form) -> Callable[..., object]:
    """What SQLite calls for a form of a function."""
    compute, keeps, zoned = form.evaluate, form.keeps_blanks, form.zoned

    def call(*values: object) -> object:
        if WRONG in values:
            return WRONG
        if None in values and not keeps:
            return None
        known = [None if value is None else _read(form, at, value) for at, value in enumerate(values[zoned:])]
        try:
            if zoned:
                return written(compute(ZoneInfo(str(values[0])), *known))
            return written(compute(*known))
        except Fault:
            return WRONG

    return call


def _read(form: Form, at: int, value: object) -> object:
    return READ.get(form.wanted(at), _same)(value)


def _decimal(value: object, scale: int) -> object:
    if value is None or value == WRONG:
        return value
    return format(Decimal(value).scaleb(-scale, numbers.EXACT), "f")  # type: ignore[arg-type]


def _rounded(value: object, scale: int) -> object:
    if value is None or value == WRONG:
        return value
    result = numbers.rounded(Decimal(value), scale)  # type: ignore[arg-type]
    return WRONG if isinstance(result, ExpressionError) or result is None else int(result.scaleb(scale, numbers.EXACT))


def _fitting(value: object) -> object:
    if value is None or value == WRONG:
        return value
    return value if abs(value) < 10**numbers.STORED_DIGITS else WRONG  # type: ignore[arg-type]


def _compare(sign: str, read: Read, left: object, right: object) -> object:
    if left == WRONG or right == WRONG:
        return WRONG
    if sign in ("==", "!="):
        same = left is right if left is None or right is None else read(left) == read(right)
        return int(same == (sign == "=="))
    if left is None or right is None:
        return None
    return int(ORDERS[sign](read(left), read(right)))


def _all(*values: object) -> object:
    result: object = 1
    for value in values:
        if value == WRONG or value == 0:
            return value
        if value is None:
            result = None
    return result


def _any(*values: object) -> object:
    result: object = 0
    for value in values:
        if value == WRONG or value == 1:
            return value
        if value is None:
            result = None
    return result


def _opposite(value: object) -> object:
    return value if value is None or value == WRONG else int(not value)


def _blank(value: object) -> object:
    return value if value == WRONG else int(value is None)


def _if_error(value: object, otherwise: object) -> object:
    return otherwise if value == WRONG else value


def _one_of(read: Read, item: object, *items: object) -> object:
    if item == WRONG or WRONG in items:
        return WRONG
    if item is None:
        return int(None in items)
    known = read(item)
    return int(any(each is not None and read(each) == known for each in items))


def _includes(container: object, item: object) -> object:
    if container == WRONG or item == WRONG:
        return WRONG
    return int(container is not None and item is not None and str(item) in str(container).split(";")[1:-1])


def _functions() -> dict[str, Callable[..., object]]:
    found: dict[str, Callable[..., object]] = {name: _form(form) for name, form in forms_by_name().items()}
    found |= {
        "decimal": _decimal,
        "rounded": _rounded,
        "fitting": _fitting,
        "all": _all,
        "any": _any,
        "opposite": _opposite,
        "blank": _blank,
        "if_error": _if_error,
        "one_of": partial(_one_of, _same),
        "number_one_of": partial(_one_of, Decimal),
        "includes": _includes,
    }
    for sign in ("==", "!=", *ORDERS):
        found[COMPARISONS[sign]] = partial(_compare, sign, _same)
        found[f"number_{COMPARISONS[sign]}"] = partial(_compare, sign, Decimal)
    return found


COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
FUNCTIONS = {f"{PREFIX}{name.lower()}": function for name, function in _functions().items()}


def install_sqlite_functions(connection: Connection) -> None:
    """Give a connection of Python's sqlite3 the functions that expressions need."""
    for name, function in FUNCTIONS.items():
        connection.create_function(name, -1, function, deterministic=True)
    for name, aggregate in AGGREGATES.items():
        connection.create_aggregate(name, 1, aggregate)
