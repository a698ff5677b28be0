"""The shortest ways from what a driver gives for a stored column to the JSON that its field type would write.

Only speed: `tests/runtime/records/test_codec.py` holds every way to `load` and `dump` of the field types.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import Decimal

from sqlalchemy import BigInteger, ColumnElement, Date
from sqlalchemy.engine import Dialect

from metadata.fields.storage import Instant, ScaledDecimal
from metadata.model import Field

Convert = Callable[[object], object]


def as_it_is(value: object) -> object:
    """Give what the driver gives: it is the JSON value."""
    return value


def json_form(field: Field, column: ColumnElement[object], dialect: Dialect) -> Convert | None:
    """Give the shortest way for a stored column; None when the field type itself must say."""
    stored = field.type.columns(field)
    if len(stored) != 1 or column.type is not stored[0][1] and type(column.type) is not type(stored[0][1]):
        return None
    if isinstance(column.type, ScaledDecimal):
        return _scaled(column.type.scale) if dialect.name == "sqlite" else _decimal
    if isinstance(column.type, BigInteger) and field.type.name in ("integer", "lookup", "master_detail"):
        return as_it_is
    if isinstance(column.type, Date) and field.type.name == "date":
        return as_it_is if dialect.name == "sqlite" else date.isoformat  # type: ignore[return-value]
    if isinstance(column.type, Instant) and field.type.name == "datetime":
        return _instant_text if dialect.name == "sqlite" else _instant  # type: ignore[return-value]
    return None


def _scaled(scale: int) -> Convert:
    """Write an integer that many digits too large."""
    if scale == 0:
        return str
    factor, rest = 10 ** scale, f"0{scale}d"

    def write(value: int) -> str:
        if value < 0:
            whole, part = divmod(-value, factor)
            return f"-{whole}.{part:{rest}}"
        whole, part = divmod(value, factor)
        return f"{whole}.{part:{rest}}"

    return write  # type: ignore[return-value]


def _decimal(value: Decimal) -> str:
    return format(value, "f")


def _instant_text(value: str) -> str:
    """SQLite holds `2026-01-10 09:00:00.000000`."""
    end = 19 if value.endswith(".000000") else 26
    return f"{value[:10]}T{value[11:end]}Z"


def _instant(value: datetime) -> str:
    return value.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"
