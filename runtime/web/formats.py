"""How values are written in a locale: figures, money, dates, times, sizes.

Each maker returns a closure that has looked everything up already; lists call them thousands of times.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from metadata.fields.exact import rounded
from runtime.web.i18n import babel_locale

Writer = Callable[[object], str]

_ISO_DATES = ("zh", "sv", "ja", "ko")
"""Languages whose everyday business date is written year-month-day with hyphens."""

_RECENT = timedelta(days=7)


class Separators(NamedTuple):
    """What stands between thousands, and before the decimals."""

    group: str
    point: str


@cache
def separators(locale: str) -> Separators:
    """Give the separators of a locale."""
    known = babel_locale(locale)
    return Separators(get_group_symbol(known), get_decimal_symbol(known))


def _translation(locale: str) -> dict[int, str] | None:
    used = separators(locale)
    return None if used == (",", ".") else {ord(","): used.group, ord("."): used.point}


@cache
def figure(locale: str, scale: int | None) -> Writer:
    """Write numbers with thousands separators and a fixed count of decimals; None keeps those it has."""
    other = _translation(locale)
    pattern = "{:,f}" if scale is None else f"{{:,.{scale}f}}"

    def write(value: object) -> str:
        number = _rounded(value, scale)
        text = pattern.format(number)
        return text.translate(other) if other else text

    return write


def _rounded(value: object, scale: int | None) -> Decimal | int:
    if isinstance(value, int):
        return value if scale in (0, None) else Decimal(value)
    if scale is None:
        # A computed number may carry zeros from its arithmetic.
        return value.normalize() if value else Decimal(0)  # type: ignore[union-attr]
    return rounded(value, scale)  # type: ignore[arg-type]


@cache
def money(locale: str, currency: str, scale: int) -> Writer:
    """Write amounts as `¥1,200.00`, negative ones as `-¥1,200.00`."""
    symbol = currency_symbol(locale, currency)
    number = figure(locale, scale)

    def write(value: object) -> str:
        text = number(value)
        return f"-{symbol}{text[1:]}" if text[0] == "-" else symbol + text

    return write


@cache
def currency_symbol(locale: str, currency: str) -> str:
    """Give the sign of a currency; a code that has none is followed by a space."""
    symbol = get_currency_symbol(currency, babel_locale(locale)) if currency else ""
    return f"{symbol}\N{NO-BREAK SPACE}" if symbol[-1:].isalpha() else symbol


@cache
def percent(locale: str, scale: int) -> Writer:
    """Write fractions as per cent; `scale` counts the decimals of the fraction, of which zeros at the end go."""
    other = _translation(locale)
    places = max(scale - 2, 0)

    def write(value: object) -> str:
        text = f"{_rounded(Decimal(value) * 100, places):,.{places}f}"  # type: ignore[arg-type]
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return (text.translate(other) if other else text) + "%"

    return write


@lru_cache(8192)
def day(locale: str, value: date) -> str:
    """Write a date: `2026-01-10` in Chinese, `Jan 10, 2026` in English."""
    if locale.partition("_")[0] in _ISO_DATES:
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    return format_date(value, "medium", babel_locale(locale))


@lru_cache(4096)
def clock(locale: str, hour: int, minute: int) -> str:
    """Write a time of day to the minute."""
    return format_time(time(hour, minute), "short", locale=babel_locale(locale))


def moment(locale: str, value: datetime) -> str:
    """Write an instant that is already in the reader's zone."""
    return f"{day(locale, value.date())} {clock(locale, value.hour, value.minute)}"


@lru_cache(4096)
def _ago(locale: str, unit: str, count: int) -> str:
    seconds = {"minute": 60, "hour": 3600, "day": 86400}[unit] * count
    distance = timedelta(seconds=seconds)
    return format_timedelta(distance, granularity=unit, threshold=99, add_direction=True, locale=babel_locale(locale))


def relative(locale: str, value: datetime, *, now: datetime, just_now: str, zone: ZoneInfo) -> str:
    """Write an instant as a distance when it is near, else as a date."""
    distance = value - now
    near = abs(distance)
    if near < timedelta(minutes=1):
        return just_now
    if near < timedelta(hours=1):
        return _ago(locale, "minute", int(distance.total_seconds() / 60))
    if near < timedelta(days=1):
        return _ago(locale, "hour", int(distance.total_seconds() / 3600))
    if near < _RECENT:
        return _ago(locale, "day", int(distance.total_seconds() / 86400))
    return day(locale, value.astimezone(zone).date())


@cache
def zone_of(name: str) -> ZoneInfo | timezone:
    """Give a time zone by its name."""
    return ZoneInfo(name)


def size(locale: str, count: int) -> str:
    """Write a number of bytes: `3.4 MB`."""
    amount, unit = Decimal(count), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{figure(locale, 0 if unit == 'B' or amount >= 100 else 1)(amount)} {unit}"
