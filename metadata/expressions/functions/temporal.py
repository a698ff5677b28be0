"""Functions of dates, times and instants, and the signs that move them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from metadata.expressions import times
from metadata.expressions.functions.registry import OPERATORS, Check, Form, define
from metadata.expressions.sql import calendars
from metadata.expressions.tree import MomentValue, Node
from metadata.expressions.types import DATE, DATETIME, INTEGER, NUMBER, TIME, ValueType

OPERATORS["+"] += (
    Form("add_days", ("date", "number"), DATE, times.add_days, calendars.add_days),
    Form("days_added", ("number", "date"), DATE, lambda count, day: times.add_days(day, count),
         lambda write, count, day: calendars.add_days(write, day, count)),
    Form("add_to_instant", ("datetime", "number"), DATETIME, times.add_to_instant, calendars.add_to_instant),
    Form("added_to_instant", ("number", "datetime"), DATETIME,
         lambda count, instant: times.add_to_instant(instant, count),
         lambda write, count, instant: calendars.add_to_instant(write, instant, count)),
)
OPERATORS["-"] += (
    Form("take_days", ("date", "number"), DATE, times.take_days, calendars.take_days),
    Form("date_difference", ("date", "date"), INTEGER, times.date_difference, calendars.date_difference),
    Form("take_from_instant", ("datetime", "number"), DATETIME, times.take_from_instant, calendars.take_from_instant),
    Form("instant_difference", ("datetime", "datetime"), NUMBER, times.instant_difference,
         calendars.instant_difference),
)


def _moment(name: str, type: ValueType) -> Callable[[Check, int, tuple[Node, ...]], Node]:
    def build(check: Check, start: int, arguments: tuple[Node, ...]) -> Node:
        if arguments:
            check.problem("expression_argument_count", start, function=name.upper(), signature=f"{name.upper()}()")
        return MomentValue(type, start, name)

    return build


def _part(name: str, of_date: Callable[[date], int]) -> tuple[Form, ...]:
    """A part that dates have, and instants in the zone of the moment."""

    def of_day(day: date) -> Decimal:
        return Decimal(of_date(day))

    def of_instant(zone: ZoneInfo, instant: datetime) -> Decimal:
        return Decimal(of_date(times.date_of(zone, instant)))

    return (
        Form(f"{name}_date", ("date",), INTEGER, of_day, calendars.part(name)),
        Form(f"{name}_datetime", ("datetime",), INTEGER, of_instant, calendars.part_of_instant(name), zoned=True),
    )


def _clock_part(name: str, attribute: str) -> tuple[Form, ...]:
    def of_time(value: object) -> Decimal:
        return Decimal(getattr(value, attribute))

    def of_instant(zone: ZoneInfo, instant: datetime) -> Decimal:
        return Decimal(getattr(times.local(zone, instant), attribute))

    return (
        Form(f"{name}_time", ("time",), INTEGER, of_time, calendars.clock_part(attribute)),
        Form(f"{name}_datetime", ("datetime",), INTEGER, of_instant, calendars.clock_part_of_instant(attribute),
             zoned=True),
    )


def _day(name: str, evaluate: Callable[..., object], write: Callable[..., object], gives: ValueType) -> Form:
    return Form(name, ("date",), gives, evaluate, write)


define(
    "TODAY()", "date and time", build=_moment("today", DATE),
    en="Today on the user's calendar.", zh="今天（按用户所在时区）。", examples=(("TODAY() - TODAY()", "0"),),
)
define(
    "NOW()", "date and time", build=_moment("now", DATETIME),
    en="This instant.", zh="此刻。", examples=(("NOW() - NOW()", "0"),),
)
define(
    "DATE(year, month, day)", "date and time",
    Form("DATE", ("number", "number", "number"), DATE, times.make_date, calendars.make_date),
    en="The date with these parts. An impossible one is an error.", zh="由年、月、日组成的日期；不存在的日期是错误。",
    examples=(("DATE(2026, 1, 31)", "DATEVALUE('2026-01-31')"), ("DATE(2026, 2, 30)", "#")),
)
define(
    "DATEVALUE(value)", "date and time",
    Form("DATEVALUE_datetime", ("datetime",), DATE, times.date_of, calendars.date_of, zoned=True),
    Form("DATEVALUE_text", ("text",), DATE, times.read_date, calendars.read_date),
    en="The date of a date-time on the user's calendar, or the date that a text such as 2026-01-31 shows.",
    zh="日期时间在用户时区的日期，或形如 2026-01-31 的文本所表示的日期。",
    examples=(("DATEVALUE('2026-01-31')", "DATE(2026, 1, 31)"), ("DATEVALUE('31.1.2026')", "#")),
)
define(
    "DATETIMEVALUE(value)",
    "date and time",
    Form("DATETIMEVALUE_date", ("date",), DATETIME, times.start_of, calendars.start_of_day, zoned=True),
    Form("DATETIMEVALUE_text", ("text",), DATETIME, times.read_instant, calendars.read_instant),
    en="The start of a date on the user's calendar, or the instant that a text such as 2026-01-31 08:30:00Z "
    "shows (UTC).",
    zh="某日期在用户时区的开始时刻，或形如 2026-01-31 08:30:00Z 的文本所表示的时刻（UTC）。",
    examples=(
        ("TEXT(DATETIMEVALUE('2026-01-31 08:30'))", "'2026-01-31 08:30:00Z'"),
        ("DATETIMEVALUE('x')", "#"),
        ("DATEVALUE(DATETIMEVALUE(DATE(2026, 1, 31)))", "DATE(2026, 1, 31)"),
    ),
)
define(
    "TIMEVALUE(value)", "date and time",
    Form("TIMEVALUE_datetime", ("datetime",), TIME, times.time_of, calendars.time_of, zoned=True),
    Form("TIMEVALUE_text", ("text",), TIME, times.read_time, calendars.read_time),
    en="The time of day of a date-time on the user's clock, or the one that a text such as 08:30 shows.",
    zh="日期时间在用户时区的钟点，或形如 08:30 的文本所表示的钟点。",
    examples=(("TEXT(TIMEVALUE('08:30'))", "'08:30:00'"), ("TIMEVALUE('24:00')", "#")),
)
define(
    "YEAR(date)", "date and time", *_part("YEAR", lambda day: day.year),
    en="The year of a date, or of a date-time on the user's calendar.", zh="日期的年份；日期时间按用户时区。",
    examples=(("YEAR(DATE(2026, 1, 31))", "2026"),),
)
define(
    "MONTH(date)", "date and time", *_part("MONTH", lambda day: day.month),
    en="The month, from 1 to 12.", zh="月份（1 到 12）。", examples=(("MONTH(DATE(2026, 1, 31))", "1"),),
)
define(
    "DAY(date)", "date and time", *_part("DAY", lambda day: day.day),
    en="The day of the month, from 1 to 31.", zh="一个月中的第几天（1 到 31）。", examples=(("DAY(DATE(2026, 1, 31))", "31"),),
)
define(
    "HOUR(time)", "date and time", *_clock_part("HOUR", "hour"),
    en="The hour of a time, or of a date-time on the user's clock, from 0 to 23.", zh="小时（0 到 23）；日期时间按用户时区。",
    examples=(("HOUR(TIMEVALUE('08:30'))", "8"),),
)
define(
    "MINUTE(time)", "date and time", *_clock_part("MINUTE", "minute"),
    en="The minute, from 0 to 59.", zh="分钟（0 到 59）。", examples=(("MINUTE(TIMEVALUE('08:30'))", "30"),),
)
define(
    "SECOND(time)", "date and time", *_clock_part("SECOND", "second"),
    en="The second, from 0 to 59.", zh="秒（0 到 59）。", examples=(("SECOND(TIMEVALUE('08:30:15'))", "15"),),
)
define(
    "WEEKDAY(date)", "date and time", _day("WEEKDAY", times.weekday, calendars.weekday, INTEGER),
    en="The day of the week: 1 is Sunday, 7 is Saturday.", zh="星期几：1 是星期日，7 是星期六。",
    examples=(("WEEKDAY(DATE(2026, 1, 4))", "1"), ("WEEKDAY(DATE(2026, 1, 10))", "7")),
)
define(
    "ISOWEEK(date)", "date and time", _day("ISOWEEK", times.iso_week, calendars.part("ISOWEEK"), INTEGER),
    en="The week of the year by ISO 8601.", zh="ISO 8601 的周数。", examples=(("ISOWEEK(DATE(2027, 1, 1))", "53"),),
)
define(
    "ISOYEAR(date)", "date and time", _day("ISOYEAR", times.iso_year, calendars.part("ISOYEAR"), INTEGER),
    en="The year that the ISO 8601 week belongs to.", zh="ISO 8601 周所属的年份。",
    examples=(("ISOYEAR(DATE(2027, 1, 1))", "2026"),),
)
define(
    "DAYOFYEAR(date)", "date and time", _day("DAYOFYEAR", times.day_of_year, calendars.part("DAYOFYEAR"), INTEGER),
    en="The day of the year, from 1 to 366.", zh="一年中的第几天（1 到 366）。",
    examples=(("DAYOFYEAR(DATE(2026, 2, 1))", "32"),),
)
define(
    "ADDDAYS(date, days)", "date and time",
    Form("ADDDAYS_date", ("date", "number"), DATE, times.add_days, calendars.add_days),
    Form("ADDDAYS_datetime", ("datetime", "number"), DATETIME, times.add_to_instant, calendars.add_to_instant),
    en="The date so many days later; the same as date + days.", zh="若干天之后的日期，等同于“日期 + 天数”。",
    examples=(("ADDDAYS(DATE(2026, 1, 31), 14)", "DATE(2026, 2, 14)"), ("ADDDAYS(DATE(9999, 12, 31), 1)", "#")),
)
define(
    "ADDMONTHS(date, months)", "date and time",
    Form("ADDMONTHS", ("date", "number"), DATE, times.add_months, calendars.add_months),
    en="The same day so many months later. The last day of a month stays the last; a day that the month lacks becomes "
       "its last.",
    zh="若干个月之后的同一天；月末仍为月末，当月没有的日子取月末。",
    examples=(("ADDMONTHS(DATE(2025, 12, 31), 2)", "DATE(2026, 2, 28)"),
              ("ADDMONTHS(DATE(2026, 2, 28), 1)", "DATE(2026, 3, 31)"),
              ("ADDMONTHS(DATE(2026, 1, 15), -1)", "DATE(2025, 12, 15)")),
)
define(
    "STARTOFMONTH(date)", "date and time",
    _day("STARTOFMONTH", times.start_of_month, calendars.start_of("month"), DATE),
    en="The first day of the month.", zh="当月的第一天。", examples=(("STARTOFMONTH(DATE(2026, 1, 31))", "DATE(2026, 1, 1)"),),
)
define(
    "ENDOFMONTH(date)", "date and time", _day("ENDOFMONTH", times.end_of_month, calendars.end_of_month, DATE),
    en="The last day of the month.", zh="当月的最后一天。", examples=(("ENDOFMONTH(DATE(2028, 2, 1))", "DATE(2028, 2, 29)"),),
)
define(
    "STARTOFYEAR(date)", "date and time", _day("STARTOFYEAR", times.start_of_year, calendars.start_of("year"), DATE),
    en="The first day of the year.", zh="当年的第一天。", examples=(("STARTOFYEAR(DATE(2026, 5, 31))", "DATE(2026, 1, 1)"),),
)
define(
    "DAYSBETWEEN(from, to)", "date and time",
    Form("DAYSBETWEEN", ("date", "date"), INTEGER, times.days_between,
         lambda write, first, second: calendars.date_difference(write, second, first)),
    en="The days from one date to another; the same as to - from.", zh="两个日期之间的天数，等同于“止 - 起”。",
    examples=(("DAYSBETWEEN(DATE(2026, 1, 31), DATE(2026, 2, 14))", "14"),),
)
define(
    "AGE(born, on)", "date and time",
    Form("AGE", ("date", "date"), INTEGER, times.age, calendars.age),
    en="The full years between two dates: AGE(birthday, TODAY()).", zh="两个日期之间的整年数：AGE(生日, TODAY())。",
    examples=(("AGE(DATE(2000, 3, 1), DATE(2026, 2, 28))", "25"), ("AGE(DATE(2000, 3, 1), DATE(2026, 3, 1))", "26")),
)
