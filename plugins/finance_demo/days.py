"""The year of the demonstration: workdays of mainland China in 2025, and how days and instants are written."""

from __future__ import annotations

from datetime import date, timedelta

from plugins.finance_demo.chance import Draw

AS_OF = date(2025, 12, 31)
FIRST = date(2025, 1, 1)

_HOLIDAYS = (
    ((1, 1), (1, 1)), ((1, 28), (2, 4)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((5, 31), (6, 2)), ((10, 1), (10, 8)),
)
_MAKE_UP = {date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)}

MONTH_WEIGHTS = (0.90, 0.60, 1.20, 1.00, 0.95, 1.15, 0.95, 0.95, 1.10, 0.85, 1.05, 1.30)


def is_workday(day: date) -> bool:
    """Say whether people work on a day; outside 2025 only weekends are free."""
    if day in _MAKE_UP:
        return True
    free = any(day.year == 2025 and date(2025, *first) <= day <= date(2025, *last) for first, last in _HOLIDAYS)
    return day.weekday() < 5 and not free


def workday(day: date) -> date:
    """Take a day, or the next one on which people work."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workdays(year: int, month: int) -> list[date]:
    """Every workday of a month."""
    day = date(year, month, 1)
    days = []
    while day.month == month:
        if is_workday(day):
            days.append(day)
        day += timedelta(days=1)
    return days


def some_workday(draw: Draw, field: str, month: int) -> date:
    """Draw a workday of a month of 2025."""
    return draw.pick(field, workdays(2025, month))


def by_month(total: int, weights: tuple[float, ...] = MONTH_WEIGHTS) -> list[int]:
    """Split a total over twelve months by weights; the last month takes what rounding leaves."""
    counts = [int(total * weight / sum(weights)) for weight in weights]
    for place in range(total - sum(counts)):
        counts[11 - place % 12] += 1
    return counts


def at(day: date, hour: int, minute: int = 0) -> str:
    """Write an instant on a day, Shanghai time."""
    return f"{day.isoformat()}T{hour:02d}:{minute:02d}:00+08:00"


def office_hour(draw: Draw, field: str, day: date) -> tuple[str, int, int]:
    """Draw an instant within working hours (9 to 12 and 14 to 18) and give it with its hour and minute."""
    hour = draw.pick(f"{field} hour", (9, 10, 11, 14, 15, 16, 17))
    minute = draw.number(f"{field} minute", 0, 55)
    return at(day, hour, minute), hour, minute
