"""How what SQLite computed becomes a value in Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timezone
from decimal import Context, Decimal

from sqlalchemy import BigInteger, Boolean, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from metadata.expressions.sql.literals import sqlite_value

_EXACT = Context(prec=60)


class ExactText(TypeDecorator[Decimal]):
    """A number that SQLite holds as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write a number."""
        return None if value is None else format(Decimal(value), "f")  # type: ignore[arg-type]

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        """Read the number."""
        return None if value is None else Decimal(value)  # type: ignore[arg-type]


class ScaledInteger(TypeDecorator[Decimal]):
    """A number that SQLite holds as an integer `scale` digits too large."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: object, dialect: Dialect) -> int | None:
        """Take the point away."""
        return None if value is None else int(Decimal(value).scaleb(self.scale, _EXACT))  # type: ignore[arg-type]

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        """Put the point where it belongs."""
        return None if value is None else Decimal(value).scaleb(-self.scale, _EXACT)  # type: ignore[arg-type]


class _Read(TypeDecorator):
    """A value that SQLite holds as text in ISO form."""

    impl = Text
    cache_ok = True
    read: Callable[[str], object]

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Write a value as SQLite holds it."""
        return sqlite_value(value)

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        """Read the text."""
        return None if value is None else self.read(value)  # type: ignore[arg-type,call-arg]


class DateText(_Read):
    """A date as text."""

    cache_ok = True
    read = staticmethod(date.fromisoformat)


class TimeText(_Read):
    """A time of day as text."""

    cache_ok = True
    read = staticmethod(time.fromisoformat)


class InstantText(_Read):
    """An instant as text, in UTC."""

    cache_ok = True
    read = staticmethod(lambda text: datetime.fromisoformat(text).replace(tzinfo=timezone.utc))


RESULTS: dict[str, TypeEngine] = {
    "date": DateText(), "time": TimeText(), "datetime": InstantText(), "boolean": Boolean(), "number": ExactText(),
    "record": BigInteger(), "any_record": BigInteger(),
}
