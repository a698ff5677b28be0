"""How PostgreSQL computes with dates, times and instants."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import (
    ARRAY, ColumnElement, Date, DateTime, Float, Integer, Interval, Numeric, Text, Time, case, cast, extract, func,
    literal_column,
)

from metadata.expressions import times
from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part
from metadata.expressions.types import DATE, DATETIME, INTEGER, NUMBER, TIME

INSTANT = DateTime(timezone=True)
DAY = literal_column(str(times.DAY_MICROSECONDS), Numeric())
ORIGIN = literal_column("TIMESTAMP '0001-01-01 00:00:00'", DateTime())
MILLION = literal_column("1000000", Numeric())
SMALL = Decimal(1_000_000)

Write = Callable[..., Part]


def _field(name: str, value: ColumnElement) -> ColumnElement:
    return func.date_part(name, value)


def _number(name: str, value: ColumnElement) -> ColumnElement:
    return cast(_field(name, value), Numeric())


_PARTS = {"YEAR": "year", "MONTH": "month", "DAY": "day", "ISOWEEK": "week", "ISOYEAR": "isoyear", "DAYOFYEAR": "doy"}


def part(name: str) -> Write:
    """Write a part of a date."""
    return lambda write, day: Part(_number(_PARTS[name], day.value), INTEGER, bound=SMALL)


def part_of_instant(name: str) -> Write:
    """Write a part of an instant's date."""
    read = part(name)

    def write_part(write: object, instant: Part) -> Part:
        day = date_of(write, instant)
        return Part(read(write, day).value, INTEGER, error=day.error, bound=SMALL)

    return write_part


def weekday(write: object, day: Part) -> Part:
    """Write the number of a weekday."""
    return Part(_number("dow", day.value) + 1, INTEGER, bound=SMALL)


def clock_part(name: str) -> Write:
    """Write a part of a time."""
    return lambda write, value: Part(func.trunc(_number(name, value.value), type_=Numeric()), INTEGER, bound=SMALL)


def clock_part_of_instant(name: str) -> Write:
    """Write a part of an instant's time."""

    def write_part(write: object, instant: Part) -> Part:
        value = func.trunc(_number(name, _local(write, instant)), type_=Numeric())
        return Part(value, INTEGER, error=date_of(write, instant).error, bound=SMALL)

    return write_part


def _local(write: object, instant: Part) -> ColumnElement:
    return func.timezone(pieces.text(write.zone), instant.value, type_=DateTime())  # type: ignore[attr-defined]


def date_of(write: object, instant: Part) -> Part:
    """Write the date of an instant."""
    value = cast(_local(write, instant), Date())
    return Part(
        value, DATE, error=~value.between(literal_column("DATE '0001-01-01'"), literal_column("DATE '9999-12-31'"))
    )


def time_of(write: object, instant: Part) -> Part:
    """Write the time of day of an instant."""
    value = cast(func.date_trunc("second", _local(write, instant)), Time())
    return Part(value, TIME, error=date_of(write, instant).error)


def start_of_day(write: object, day: Part) -> Part:
    """Write the instant at which a day begins."""
    value = func.timezone(pieces.text(write.zone), cast(day.value, DateTime()), type_=INSTANT)
    return Part(value, DATETIME, error=_outside_calendar(value))


def start_of(unit: str) -> Write:
    """Write the first day of a month or a year."""
    return lambda write, day: Part(cast(func.date_trunc(unit, cast(day.value, DateTime())), Date()), DATE)


def _outside_calendar(value: ColumnElement) -> ColumnElement:
    return ~value.between(
        literal_column("TIMESTAMPTZ '0001-01-01 00:00:00+00'"),
        literal_column("TIMESTAMPTZ '9999-12-31 23:59:59.999999+00'"),
    )


def end_of_month(write: object, day: Part) -> Part:
    """Write the last day of the month."""
    return Part(_month_end(day.value), DATE)


def _month_end(value: ColumnElement) -> ColumnElement:
    start = func.date_trunc("month", cast(value, DateTime()))
    return cast(start + literal_column("INTERVAL '1 month'") - literal_column("INTERVAL '1 day'"), Date())


def _moved(day: Part, count: Part, sign: int) -> Part:
    moved = pieces.day_number(day.value) + func.trunc(count.value, type_=Numeric()) * sign
    return Part(pieces.day(moved), DATE, error=pieces.outside(moved, 0, pieces.DAYS - 1))


def add_days(write: object, day: Part, count: Part) -> Part:
    """Write a later date."""
    return _moved(day, count, 1)


def take_days(write: object, day: Part, count: Part) -> Part:
    """Write an earlier date."""
    return _moved(day, count, -1)


def _instant_moved(instant: Part, count: Part, sign: int) -> Part:
    moved = _microseconds(_utc(instant.value) - ORIGIN) + pieces.rounded(count.value * DAY * sign, 0)
    value = pieces.let(pieces.wrapped(moved, pieces.DAYS * times.DAY_MICROSECONDS), _instant)
    far = func.abs(count.value) > literal_column(str(times.LAST_DAY))
    error = (far & instant.value.isnot(None)) | pieces.outside(moved, 0, pieces.DAYS * times.DAY_MICROSECONDS - 1)
    return Part(value, DATETIME, error=error)


def _utc(value: ColumnElement) -> ColumnElement:
    return func.timezone("UTC", value, type_=DateTime())


def _microseconds(interval: ColumnElement) -> ColumnElement:
    return cast(extract("epoch", interval), Numeric()) * MILLION


def _instant(moved: ColumnElement) -> ColumnElement:
    """The instant so many microseconds after the first one."""
    days = func.make_interval(0, 0, 0, pieces.integer(func.div(moved, DAY, type_=Numeric())), type_=Interval())
    rest = func.float8(func.mod(moved, DAY), type_=Float())
    clock = func.interval_mul(literal_column("INTERVAL '1 microsecond'", Interval()), rest, type_=Interval())
    return func.timezone("UTC", func.timestamp_pl_interval(ORIGIN + days, clock, type_=DateTime()), type_=INSTANT)


def add_to_instant(write: object, instant: Part, count: Part) -> Part:
    """Write a later instant."""
    return _instant_moved(instant, count, 1)


def take_from_instant(write: object, instant: Part, count: Part) -> Part:
    """Write an earlier instant."""
    return _instant_moved(instant, count, -1)


def date_difference(write: object, left: Part, right: Part) -> Part:
    """Write the days by which the first date is later."""
    return Part(cast(left.value - right.value, Numeric()), INTEGER, bound=SMALL * 10)


def instant_difference(write: object, left: Part, right: Part) -> Part:
    """Write the days by which the first instant is later."""
    apart = _microseconds(_utc(left.value) - _utc(right.value))
    return Part(pieces.rounded(pieces.rounded(apart, 60) / DAY, 18), NUMBER, bound=SMALL * 10)


def make_date(write: object, year: Part, month: Part, day: Part) -> Part:
    """Write the date with these parts."""
    return _dated(year.value, month.value, day.value)


def _dated(year: ColumnElement, month: ColumnElement, day: ColumnElement) -> Part:
    first = func.make_date(
        pieces.integer(pieces.wrapped(year - 1, 9_999)) + 1, pieces.integer(pieces.wrapped(month - 1, 12)) + 1, 1,
        type_=Date(),
    )
    value = first + pieces.integer(pieces.wrapped(day - 1, 31))
    wrong = pieces.outside(year, 1, 9_999) | pieces.outside(month, 1, 12) | pieces.outside(day, 1, 31)
    there = year.isnot(None) & month.isnot(None) & day.isnot(None)
    overflow = _number("month", cast(value, Date())) != func.trunc(month, type_=Numeric())
    return Part(cast(value, Date()), DATE, error=there & (wrong | overflow))


def _read(
    text: Part, pattern: str, made: Callable[[list[ColumnElement]], tuple[ColumnElement, ColumnElement]], count: int,
) -> tuple[ColumnElement, ColumnElement]:
    """The value and the error that are made of the groups which a pattern finds in a text."""
    found = func.regexp_match(text.value, pieces.text(f"^(?:{pattern})$"), type_=ARRAY(Text()))

    def parts(groups: ColumnElement) -> list[ColumnElement]:
        return [groups[number] for number in range(1, count + 1)]

    value = pieces.let(found, lambda groups: made(parts(groups))[0])
    wrong = pieces.let(found, lambda groups: groups.is_(None) | made(parts(groups))[1])
    return value, text.value.isnot(None) & wrong


def read_date(write: object, text: Part) -> Part:
    """Write the date that a text shows."""
    value, error = _read(text, times.DATE, _day_of, 3)
    return Part(value, DATE, error=error)


def _day_of(found: list[ColumnElement]) -> tuple[ColumnElement, ColumnElement]:
    day = _dated(*map(_digits, found[:3]))
    return day.value, day.error  # type: ignore[return-value]


def _digits(group: ColumnElement) -> ColumnElement:
    return cast(group, Numeric())


def _zero_if_blank(value: ColumnElement) -> ColumnElement:
    return func.coalesce(value, literal_column("0", Numeric()), type_=Numeric())


def _clock(found: list[ColumnElement]) -> tuple[ColumnElement, ColumnElement]:
    """The seconds of a time of day, and the condition that it is none."""
    hour, minute, second = _digits(found[0]), _digits(found[1]), _zero_if_blank(_digits(found[2]))
    wrong = pieces.outside(hour, 0, 23) | pieces.outside(minute, 0, 59) | pieces.outside(second, 0, 59)
    return hour * 3_600 + minute * 60 + second, wrong


def _instant_of(found: list[ColumnElement]) -> tuple[ColumnElement, ColumnElement]:
    day, seconds = _dated(*map(_digits, found[:3])), _clock(found[3:6])
    fraction = func.rpad(found[6], 6, "0", type_=Text())
    moment = pieces.day_number(day.value) * DAY + seconds[0] * MILLION + _zero_if_blank(cast(fraction, Numeric()))
    value = pieces.let(pieces.wrapped(moment, pieces.DAYS * times.DAY_MICROSECONDS), _instant)
    return value, day.error | seconds[1]  # type: ignore[operator]


def read_instant(write: object, text: Part) -> Part:
    """Write the instant that a text shows."""
    value, error = _read(text, times.INSTANT, _instant_of, 7)
    return Part(value, DATETIME, error=error)


def _time_of_day(found: list[ColumnElement]) -> tuple[ColumnElement, ColumnElement]:
    seconds, wrong = _clock(found)
    known = func.float8(pieces.wrapped(seconds, 86_400), type_=Float())
    return cast(func.make_interval(0, 0, 0, 0, 0, 0, known, type_=Interval()), Time()), wrong


def read_time(write: object, text: Part) -> Part:
    """Write the time of day that a text shows."""
    value, error = _read(text, times.CLOCK, _time_of_day, 3)
    return Part(value, TIME, error=error)


def add_months(write: object, day: Part, count: Part) -> Part:
    """Write the same day so many months later."""
    known = func.greatest(literal_column("-200000", Numeric()), func.least(
        literal_column("200000", Numeric()), func.trunc(count.value, type_=Numeric())
    ), type_=Numeric())
    steps = case((count.value.isnot(None), known))
    month = _number("year", day.value) * 12 + _number("month", day.value) - 1 + steps

    def moved(at: ColumnElement) -> ColumnElement:
        year = func.greatest(literal_column("1"), pieces.integer(func.div(at, literal_column("12", Numeric()))))
        first = func.make_date(year, pieces.integer(func.mod(at, literal_column("12", Numeric()))) + 1, 1, type_=Date())
        return pieces.let(_month_end(first), lambda last: case(
            (day.value == _month_end(day.value), last),
            else_=func.least(last, cast(cast(func.date_trunc("month", cast(last, DateTime())), Date())
                                        + cast(_field("day", day.value), Integer()) - 1, Date()), type_=Date()),
        ))

    value = pieces.let(pieces.wrapped(month, times.LAST_MONTH + 1), moved)
    return Part(
        case((month.isnot(None), value)), DATE, error=pieces.outside(month, times.FIRST_MONTH, times.LAST_MONTH)
    )


def age(write: object, born: Part, on: Part) -> Part:
    """Write the full years between two dates."""
    years = _number("year", on.value) - _number("year", born.value)
    earlier = func.to_char(on.value, "MMDD", type_=Text()) < func.to_char(born.value, "MMDD", type_=Text())
    return Part(years - case((earlier, literal_column("1", Numeric())), else_=literal_column("0", Numeric())),
                INTEGER, bound=SMALL)
