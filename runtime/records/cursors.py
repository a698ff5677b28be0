"""Keyset paging: the order of a list, the condition for what comes after a record, and the cursor that carries it.

Blanks come first in ascending and last in descending order, on both databases. The `id` closes every order, in the
direction of the last key, so that an index on that key serves both. A cursor says where a page ended; it is no
secret and needs no signature, because the statement still shows only what its reader may see.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal, InvalidOperation
from hashlib import blake2b

from sqlalchemy import ColumnElement, UnaryExpression, and_, bindparam, false, or_, tuple_

from metadata.errors import Invalid, Problem
from metadata.fields.storage import MAX_DIGITS, ScaledDecimal

MAX_CURSOR = 8_000
MAX_INTEGER = 2**63
MAX_EXPONENT = 40


class CursorInvalid(Invalid):
    """A cursor was not made by this list: torn, altered, or of another order."""

    code = "cursor_invalid"

    def __init__(self) -> None:
        super().__init__((Problem("cursor_invalid", ("after",)),))


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an order: its column, how it is named, and the kind of its values (`NUMBER`, `DATE` ...)."""

    name: str
    column: ColumnElement[object]
    kind: str
    descending: bool
    nullable: bool


def order(keys: Sequence[SortKey], *, dialect: str) -> list[UnaryExpression[object]]:
    """Make the ORDER BY of a list."""
    return [_ordered(key, dialect) for key in keys]


def _ordered(key: SortKey, dialect: str) -> UnaryExpression[object]:
    ordered = key.column.desc() if key.descending else key.column.asc()
    if dialect == "sqlite" or not key.nullable:
        return ordered
    return ordered.nulls_last() if key.descending else ordered.nulls_first()


def beyond(keys: Sequence[SortKey], blanks: Sequence[bool]) -> ColumnElement[bool]:
    """Say which records come after the cursor; its values are the parameters `after_0`, `after_1` ...

    `blanks` tells for each key whether the cursor's value is blank, which decides the form. Raises CursorInvalid when
    they can't be those of this order.
    """
    if len(blanks) != len(keys) or any(blank and not key.nullable for key, blank in zip(keys, blanks, strict=True)):
        raise CursorInvalid
    if len({key.descending for key in keys}) == 1 and not any(blanks):
        return _beyond_as_row(keys)
    condition: ColumnElement[bool] = false()
    for number in reversed(range(len(keys))):
        same = and_(_same(keys[number], number, blanks[number]), condition)
        condition = or_(_strictly_beyond(keys[number], number, blanks[number]), same)
    return condition


def _beyond_as_row(keys: Sequence[SortKey]) -> ColumnElement[bool]:
    """Compare whole rows, which an index can answer; blanks of a descending order come on top."""
    columns = tuple_(*(key.column for key in keys))
    values = tuple_(*(_value(key, number) for number, key in enumerate(keys)))
    if not keys[0].descending:
        return columns > values
    blanks = []
    for number, key in enumerate(keys):
        if key.nullable:
            before = [_same(each, at, False) for at, each in enumerate(keys[:number])]
            blanks.append(and_(*before, key.column.is_(None)))
    return or_(columns < values, *blanks)


def _strictly_beyond(key: SortKey, number: int, blank: bool) -> ColumnElement[bool]:
    if blank:
        return false() if key.descending else key.column.is_not(None)
    value = _value(key, number)
    if not key.descending:
        return key.column > value
    return or_(key.column < value, key.column.is_(None)) if key.nullable else key.column < value


def _same(key: SortKey, number: int, blank: bool) -> ColumnElement[bool]:
    return key.column.is_(None) if blank else key.column == _value(key, number)


def _value(key: SortKey, number: int) -> ColumnElement[object]:
    return bindparam(f"after_{number}", type_=key.column.type)


def encode(order_of: str, values: Sequence[object]) -> str:
    """Write a cursor for an order (a text that names object and keys) from the values of the last record."""
    document = [_print(order_of), [_plain(value) for value in values]]
    return base64.urlsafe_b64encode(json.dumps(document, ensure_ascii=False).encode()).decode().rstrip("=")


def decode(text: str, order_of: str) -> list[object]:
    """Open a cursor; raises CursorInvalid for anything not made for this order."""
    try:
        if len(text) > MAX_CURSOR or not text.isascii():
            raise ValueError(text[:40])
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        made_for, values = json.loads(raw.decode())
        if made_for != _print(order_of) or not isinstance(values, list):
            raise ValueError(made_for)
        return values
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorInvalid from error


def typed(values: Sequence[object], keys: Sequence[SortKey]) -> dict[str, object]:
    """Give the parameters of `beyond` their types; raises CursorInvalid when a value is not of its key's."""
    try:
        return {
            f"after_{number}": None if value is None else _fitting(key, _READ[key.kind](value))
            for number, (key, value) in enumerate(zip(keys, values, strict=True))
        }
    except (ValueError, TypeError, OverflowError, InvalidOperation) as error:
        raise CursorInvalid from error


def _fitting(key: SortKey, value: object) -> object:
    """Refuse a number that the key's column could never hold."""
    kind = key.column.type
    if isinstance(kind, ScaledDecimal) and abs(value) >= Decimal(10) ** (MAX_DIGITS - kind.scale):  # type: ignore[arg-type]
        raise ValueError(value)
    return value


def _print(order_of: str) -> str:
    return blake2b(order_of.encode(), digest_size=6).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: object) -> Decimal:
    number = Decimal(_text(value))
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT or len(number.as_tuple().digits) > MAX_EXPONENT:
        raise ValueError(value)
    return number


def _float(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(value)
    return float(value)


def _integer(value: object) -> int:
    if type(value) is not int or not -MAX_INTEGER <= value < MAX_INTEGER:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


def _truth(value: object) -> bool:
    if value not in (True, False):
        raise ValueError(value)
    return bool(value)


def _instant(value: object) -> datetime:
    found = datetime.fromisoformat(_text(value))
    return found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)


_READ: dict[str, Callable[[object], object]] = {
    "integer": _integer,
    "number": _number,
    "float": _float,
    "text": _text,
    "choice": _text,
    "record": _integer,
    "boolean": _truth,
    "date": lambda value: date.fromisoformat(_text(value)),
    "datetime": _instant,
    "time": lambda value: time.fromisoformat(_text(value)),
}
