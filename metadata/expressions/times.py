"""What the functions of dates and times do, in Python; an instant's parts are those of the moment's zone."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from metadata.expressions import numbers
from metadata.expressions.problems import Fault

DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
CLOCK = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?"
INSTANT = rf"{DATE}[T ]{CLOCK}(?:\.([0-9]{{1,6}}))?Z?"
_DATE, _CLOCK, _INSTANT = re.compile(DATE), re.compile(CLOCK), re.compile(INSTANT)
_MICROSECOND = timedelta(microseconds=1)
DAY_MICROSECONDS = 86_400_000_000
DAY_LENGTH = Decimal(DAY_MICROSECONDS)
LAST_DAY = date.max.toordinal()
LAST_MONTH = 9_999 * 12 + 11
FIRST_MONTH = 12


def make_date(year: Decimal, month: Decimal, day: Decimal) -> date:
    """Make a date of its parts; raises Fault for an impossible one."""
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError) as impossible:
        raise Fault from impossible


def read_date(text: str) -> date:
    """Read `2026-01-31`; raises Fault."""
    found = _DATE.fullmatch(text)
    if not found:
        raise Fault
    return make_date(*map(Decimal, found.groups()))


def date_of(zone: ZoneInfo, instant: datetime) -> date:
    """Give the date of an instant on the calendar of a zone."""
    return local(zone, instant).date()


def local(zone: ZoneInfo, instant: datetime) -> datetime:
    """Give an instant as a clock of a zone shows it; raises Fault outside the calendar."""
    try:
        return instant.astimezone(zone)
    except OverflowError as outside:
        raise Fault from outside


def start_of(zone: ZoneInfo, day: date) -> datetime:
    """Give the instant at which a day begins in a zone.

    Where the clock shows midnight twice it is the second one, where it never does the first instant
    after it, as PostgreSQL has it.
    """
    first = datetime.combine(day, time(), zone)
    offset = min(first.utcoffset(), first.replace(fold=1).utcoffset())  # type: ignore[type-var]
    try:
        return first.replace(tzinfo=timezone.utc) - offset  # type: ignore[operator]
    except OverflowError as outside:
        raise Fault from outside


def read_instant(text: str) -> datetime:
    """Read `2026-01-31 08:30:00`, in UTC, seconds and a closing Z may be there or not; raises Fault."""
    found = _INSTANT.fullmatch(text)
    if not found:
        raise Fault
    year, month, day, hour, minute, second, fraction = found.groups(default="0")
    try:
        return datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), int(fraction.ljust(6, "0")),
            timezone.utc,
        )
    except ValueError as impossible:
        raise Fault from impossible


def read_time(text: str) -> time:
    """Read `08:30` or `08:30:00`; raises Fault."""
    found = _CLOCK.fullmatch(text)
    if not found:
        raise Fault
    try:
        return time(*map(int, found.groups(default="0")))
    except ValueError as impossible:
        raise Fault from impossible


def time_of(zone: ZoneInfo, instant: datetime) -> time:
    """Give the time of day of an instant in a zone, to the second."""
    return local(zone, instant).time().replace(microsecond=0, fold=0)


def add_days(day: date, count: Decimal) -> date:
    """Add whole days, cutting off fractions; raises Fault outside the calendar."""
    number = day.toordinal() + int(count)
    if not 1 <= number <= LAST_DAY:
        raise Fault
    return date.fromordinal(number)


def take_days(day: date, count: Decimal) -> date:
    """Go back whole days."""
    return add_days(day, numbers.negative(count))


def add_to_instant(instant: datetime, days: Decimal) -> datetime:
    """Add days and fractions of a day, to the microsecond; raises Fault outside the calendar."""
    if numbers.size(days) > LAST_DAY:
        raise Fault
    try:
        return instant + timedelta(microseconds=int(numbers.round_to(numbers.exact_product(days, DAY_LENGTH))))
    except OverflowError as outside:
        raise Fault from outside




def take_from_instant(instant: datetime, days: Decimal) -> datetime:
    """Go back days and fractions of a day."""
    return add_to_instant(instant, numbers.negative(days))


def days_between(first: date, second: date) -> Decimal:
    """Count the days from one date to another."""
    return Decimal(second.toordinal() - first.toordinal())


def date_difference(left: date, right: date) -> Decimal:
    """Count the days by which the first date is later."""
    return days_between(right, left)


def instant_difference(left: datetime, right: datetime) -> Decimal:
    """Give the days, with fractions, by which the first instant is later."""
    return numbers.divide(Decimal((left - right) // _MICROSECOND), DAY_LENGTH)


def add_months(day: date, count: Decimal) -> date:
    """Add months; the end of a month stays one, a day that the month lacks becomes its last."""
    month = day.year * 12 + day.month - 1 + max(-200_000, min(200_000, int(count)))
    if not FIRST_MONTH <= month <= LAST_MONTH:
        raise Fault
    last = end_of_month(date(month // 12, month % 12 + 1, 1))
    return last if day == end_of_month(day) else last.replace(day=min(day.day, last.day))


def end_of_month(day: date) -> date:
    """Give the last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def start_of_month(day: date) -> date:
    """Give the first day of the month."""
    return day.replace(day=1)


def start_of_year(day: date) -> date:
    """Give the first day of the year."""
    return day.replace(month=1, day=1)


def age(born: date, on: date) -> Decimal:
    """Count the full years between two dates."""
    return Decimal(on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def weekday(day: date) -> Decimal:
    """Number the days of the week from Sunday, which is 1."""
    return Decimal(day.isoweekday() % 7 + 1)


def iso_week(day: date) -> Decimal:
    """Give the week by ISO 8601."""
    return Decimal(day.isocalendar().week)


def iso_year(day: date) -> Decimal:
    """Give the year that the week by ISO 8601 belongs to."""
    year, week, _ = day.isocalendar()
    return Decimal(year)


def day_of_year(day: date) -> Decimal:
    """Number the days of the year from 1."""
    return Decimal(day.timetuple().tm_yday)
