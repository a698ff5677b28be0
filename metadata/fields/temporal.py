"""Field types of the calendar and the clock: date, date-time and time."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timezone
from zoneinfo import ZoneInfo

from sqlalchemy import Date
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import DATE, DATETIME, TIME, ValueType
from metadata.fields.contract import FieldType, Sample
from metadata.fields.operators import ORDER_OPERATORS
from metadata.fields.storage import ClockTime, Instant
from metadata.model import Field
from metadata.text import Text

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|z|[+-][0-9]{2}:[0-9]{2})?\Z"
)
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?\Z")
_UTC = timezone.utc


class DateType(FieldType):
    """A day of the calendar."""

    name = "date"
    label = Text.of({"en": "Date", "zh_CN": "日期"})
    help = Text.of({"en": "A day, such as 2026-01-10; without time and zone.", "zh_CN": "日期，如 2026-01-10，没有时间和时区。"})
    widget = "date"
    operators = ORDER_OPERATORS
    samples = (
        Sample("2026-01-10", date(2026, 1, 10), "2026-01-10"),
        Sample(" 2024-02-29 ", date(2024, 2, 29), "2024-02-29"),
        Sample(date(2026, 1, 10), date(2026, 1, 10), "2026-01-10"),
        Sample("0001-01-01", date(1, 1, 1), "0001-01-01"),
        Sample("9999-12-31", date(9999, 12, 31), "9999-12-31"),
        Sample("", None, None),
        Sample(None, None, None),
        Sample("2026-02-30", refused="bad_date"),
        Sample("2026-2-3", refused="bad_date"),
        Sample("20260110", refused="bad_date"),
        Sample("10/01/2026", refused="bad_date"),
        Sample("2026-01-10T00:00:00Z", refused="bad_date"),
        Sample("２０２６-01-10", refused="bad_date"),
        Sample("0000-01-01", refused="bad_date"),
        Sample("2026-W01-1", refused="bad_date"),
        Sample("2026-01-10\x00", refused="bad_date"),
        Sample("2" * 10_000, refused="bad_date"),
        Sample(20260110, refused="bad_date"),
        Sample(True, refused="bad_date"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A date."""
        return DATE

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One DATE."""
        return ((field.name, Date()),)

    def parse(self, field: Field, raw: object) -> date | None:
        """Read `YYYY-MM-DD`; raises `bad_date`."""
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        text = _stripped(raw, "bad_date")
        if text is None:
            return None
        if not _DATE.match(text):
            raise InvalidValue("bad_date")
        return _read(date.fromisoformat, text, "bad_date")  # type: ignore[return-value]

    def dump(self, field: Field, value: object) -> str | None:
        """`YYYY-MM-DD`."""
        return None if value is None else value.isoformat()  # type: ignore[attr-defined]


class DateTimeType(FieldType):
    """A point in time."""

    name = "datetime"
    label = Text.of({"en": "Date and time", "zh_CN": "日期时间"})
    help = Text.of(
        {
            "en": "A point in time. It is sent with its offset (2026-01-10T09:00:00+08:00 or ...Z), kept in UTC "
            "and shown in the reader's zone.",
            "zh_CN": "时间点。须带时区偏移（如 2026-01-10T09:00:00+08:00 或以 Z 结尾），按 UTC 保存，按用户时区显示。",
        }
    )
    widget = "datetime"
    operators = ORDER_OPERATORS
    samples = (
        Sample("2026-01-10T09:00:00Z", datetime(2026, 1, 10, 9, tzinfo=_UTC), "2026-01-10T09:00:00Z"),
        Sample("2026-01-10T09:00:00+08:00", datetime(2026, 1, 10, 1, tzinfo=_UTC), "2026-01-10T01:00:00Z"),
        Sample("2026-01-10 09:00Z", datetime(2026, 1, 10, 9, tzinfo=_UTC), "2026-01-10T09:00:00Z"),
        Sample(
            "2026-01-10T09:00:00.123456Z",
            datetime(2026, 1, 10, 9, 0, 0, 123456, tzinfo=_UTC),
            "2026-01-10T09:00:00.123456Z",
        ),
        Sample(datetime(2026, 1, 10, 9, tzinfo=_UTC), datetime(2026, 1, 10, 9, tzinfo=_UTC), "2026-01-10T09:00:00Z"),
        Sample("", None, None),
        Sample("2026-01-10T09:00:00", refused="time_zone_missing"),
        Sample(datetime(2026, 1, 10), refused="time_zone_missing"),
        Sample("2026-01-10", refused="bad_datetime"),
        Sample("2026-02-30T09:00:00Z", refused="bad_datetime"),
        Sample("2026-01-10T24:01:00Z", refused="bad_datetime"),
        Sample("2026-01-10T09:00:00+99:00", refused="bad_datetime"),
        Sample("0001-01-01T00:00:00+08:00", refused="bad_datetime"),
        Sample("9999-12-31T23:59:59-08:00", refused="bad_datetime"),
        Sample("9" * 10_000, refused="bad_datetime"),
        Sample(1768000000, refused="bad_datetime"),
        Sample(False, refused="bad_datetime"),
        Sample("2026-01-10T09:00:00Z\x00", refused="bad_datetime"),
    )

    def type_of(self, field: Field) -> ValueType:
        """An instant."""
        return DATETIME

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One instant."""
        return ((field.name, Instant()),)

    def parse(self, field: Field, raw: object) -> datetime | None:
        """Read ISO 8601 with an offset into UTC; raises `bad_datetime`, `time_zone_missing`."""
        if isinstance(raw, datetime):
            return _instant(raw)
        text = _stripped(raw, "bad_datetime")
        if text is None:
            return None
        match = _DATETIME.match(text)
        if match is None:
            raise InvalidValue("bad_datetime")
        if match[3] is None:
            raise InvalidValue("time_zone_missing")
        return _instant(_read(datetime.fromisoformat, text.upper(), "bad_datetime"))  # type: ignore[arg-type]

    def dump(self, field: Field, value: object) -> str | None:
        """ISO 8601 in UTC with `Z`; fractions of a second only if there are any."""
        if value is None:
            return None
        return value.astimezone(_UTC).replace(tzinfo=None).isoformat() + "Z"  # type: ignore[attr-defined]


class TimeType(FieldType):
    """A time of day."""

    name = "time"
    label = Text.of({"en": "Time", "zh_CN": "时间"})
    help = Text.of({"en": "A time of day, such as 09:30; without date and zone.", "zh_CN": "一天中的时间，如 09:30，没有日期和时区。"})
    widget = "time"
    operators = ORDER_OPERATORS
    samples = (
        Sample("09:30", time(9, 30), "09:30:00"),
        Sample("23:59:59", time(23, 59, 59), "23:59:59"),
        Sample(time(9, 30), time(9, 30), "09:30:00"),
        Sample("", None, None),
        Sample("24:00", refused="bad_time"),
        Sample("9:30", refused="bad_time"),
        Sample("09:30:00.5", refused="bad_time"),
        Sample("09:30Z", refused="bad_time"),
        Sample("0" * 10_000, refused="bad_time"),
        Sample(930, refused="bad_time"),
        Sample("09:30\x00", refused="bad_time"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A time of day."""
        return TIME

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One clock time."""
        return ((field.name, ClockTime()),)

    def parse(self, field: Field, raw: object) -> time | None:
        """Read `HH:MM` or `HH:MM:SS`; raises `bad_time`."""
        if isinstance(raw, time) and raw.tzinfo is None:
            return raw.replace(microsecond=0)
        text = _stripped(raw, "bad_time")
        if text is None:
            return None
        if not _TIME.match(text):
            raise InvalidValue("bad_time")
        return _read(time.fromisoformat, text, "bad_time")  # type: ignore[return-value]

    def dump(self, field: Field, value: object) -> str | None:
        """`HH:MM:SS`."""
        return None if value is None else value.isoformat("seconds")  # type: ignore[attr-defined]


def localized(raw: object, time_zone: str) -> object:
    """Give a date-time text without an offset that of a time zone; anything else is left as it is.

    Forms and seed data speak in local time. Of an hour that a clock change repeats, the first is taken.
    """
    text = raw.strip() if isinstance(raw, str) and len(raw) < 60 else ""
    match = _DATETIME.match(text)
    if match is None or match[3] is not None:
        return raw
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone)).isoformat()
    except ValueError:
        return raw  # an impossible date: `parse` refuses it


def _stripped(raw: object, code: str) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) > 60:
        raise InvalidValue(code)
    return raw.strip() or None


def _read(read: object, text: str, code: str) -> object:
    try:
        return read(text)  # type: ignore[operator]
    except ValueError as wrong:
        raise InvalidValue(code) from wrong


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise InvalidValue("time_zone_missing")
    try:
        return value.astimezone(_UTC)
    except OverflowError as wrong:
        raise InvalidValue("bad_datetime") from wrong
