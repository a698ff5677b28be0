"""How exact values are held by a database: SQLAlchemy types that keep one meaning on both dialects.

PostgreSQL has exact types of its own. SQLite has not: there decimals are scaled 64-bit integers, and
instants, clock times and calendar dates are texts whose order is the order of time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timezone
from decimal import ROUND_HALF_UP, Context, Decimal

from sqlalchemy import BigInteger, DateTime, Numeric, String, Text, Time
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

MAX_DIGITS = 18
"""Digits that a scaled 64-bit integer can always hold."""

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)

Processor = Callable[[object], object] | None


class ScaledDecimal(TypeDecorator[Decimal]):
    """An exact decimal with `scale` digits after the point; writing rounds half away from zero.

    NUMERIC on PostgreSQL; BIGINT holding value × 10^scale on SQLite.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, precision: int, scale: int) -> None:
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine:
        """The type that the database itself sees."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def bind_processor(self, dialect: Dialect) -> Processor:
        """How a Decimal or an int is handed to the driver."""
        if dialect.name != "sqlite":
            return None
        scale, scaleb, exact = self.scale, _EXACT.scaleb, _EXACT

        def scaled(value: object) -> object:
            if value is None:
                return None
            return int(scaleb(Decimal(value), scale).to_integral_value(ROUND_HALF_UP, exact))  # type: ignore[arg-type]

        return scaled

    def literal_processor(self, dialect: Dialect) -> Callable[[object], str]:
        """How a value stands in the text of a statement."""
        bind = self.bind_processor(dialect)
        return lambda value: format(Decimal(bind(value) if bind else value), "f")  # type: ignore[arg-type]

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """How a column's value becomes a Decimal; nothing to do where the driver already gives one."""
        if dialect.name != "sqlite":
            return None
        scaleb, down, decimal = _EXACT.scaleb, -self.scale, Decimal
        return lambda value: None if value is None else scaleb(decimal(value), down)  # type: ignore[arg-type]


class Instant(TypeDecorator[datetime]):
    """A point in time, aware and in UTC; naive datetimes are refused.

    TIMESTAMPTZ on PostgreSQL; `YYYY-MM-DD HH:MM:SS.ffffff` on SQLite.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine:
        """The type that the database itself sees."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(26))
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Processor:
        """How a datetime is handed to the driver."""
        if dialect.name == "sqlite":
            return lambda value: None if value is None else instant_text(value)  # type: ignore[arg-type]
        return lambda value: None if value is None else in_utc(value)  # type: ignore[arg-type]

    def literal_processor(self, dialect: Dialect) -> Callable[[object], str]:
        """How an instant stands in the text of a statement."""
        zone = "" if dialect.name == "sqlite" else "+00"
        return lambda value: f"'{instant_text(value)}{zone}'"  # type: ignore[arg-type]

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """How a column's value becomes an aware datetime in UTC."""
        utc = timezone.utc
        if dialect.name == "sqlite":
            read = datetime.fromisoformat
            return lambda value: None if value is None else read(value).replace(tzinfo=utc)  # type: ignore[arg-type]
        return lambda value: None if value is None else value.astimezone(utc)  # type: ignore[attr-defined]


class ClockTime(TypeDecorator[time]):
    """A time of day without a zone, to the second; TIME on PostgreSQL, `HH:MM:SS` on SQLite."""

    impl = Time
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine:
        """The type that the database itself sees."""
        return dialect.type_descriptor(String(8) if dialect.name == "sqlite" else Time())

    def bind_processor(self, dialect: Dialect) -> Processor:
        """How a time is handed to the driver."""
        if dialect.name != "sqlite":
            return None
        return lambda value: None if value is None else value.isoformat("seconds")  # type: ignore[attr-defined]

    def literal_processor(self, dialect: Dialect) -> Callable[[object], str]:
        """How a time stands in the text of a statement."""
        return lambda value: f"'{value.isoformat('seconds')}'"  # type: ignore[attr-defined]

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """How a column's value becomes a time."""
        if dialect.name != "sqlite":
            return None
        read = time.fromisoformat
        return lambda value: None if value is None else read(value)  # type: ignore[arg-type]


class ChoiceList(TypeDecorator[tuple[str, ...]]):
    """Several codes in one text, `;a;b;`, so that a contained code is found by `;a;`."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:
        """How codes are handed to the driver; a text (a pattern to compare with) passes unchanged."""
        return choices_text  # type: ignore[return-value]

    def literal_processor(self, dialect: Dialect) -> Callable[[object], str]:
        """How codes stand in the text of a statement."""
        return lambda value: "'" + str(choices_text(value)).replace("'", "''") + "'"  # type: ignore[arg-type]

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:
        """How a column's value becomes a tuple of codes."""
        return lambda value: None if value is None else tuple(value[1:-1].split(";"))  # type: ignore[index]


def instant_text(value: datetime) -> str:
    """Write an aware datetime as SQLite holds it."""
    return in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def in_utc(value: datetime) -> datetime:
    """Convert an aware datetime to UTC; raises ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {value!r}")
    return value.astimezone(timezone.utc)


def choices_text(value: tuple[str, ...] | str | None) -> str | None:
    """Write codes as `;a;b;`; no codes are a blank."""
    if value is None or isinstance(value, str):
        return value
    return f";{';'.join(value)};" if value else None
