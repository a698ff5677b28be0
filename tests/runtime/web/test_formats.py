"""How figures, money, dates, times and sizes are written in a language."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from runtime.web import formats

NOW = datetime(2026, 1, 10, 8, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(("locale", "currency", "value", "shown"), [
    ("zh_CN", "CNY", "1234567.5", "¥1,234,567.50"),
    ("zh_CN", "CNY", "-0.004", "¥0.00"),
    ("zh_CN", "USD", "-3.005", "-US$3.01"),
    ("en", "CNY", "12", "CN¥12.00"),
    ("en", "CHF", "1200", "CHF\N{NO-BREAK SPACE}1,200.00"),
    ("de", "EUR", "1234.5", "€1.234,50"),
    ("en", "", "5", "5.00"),
])
def test_money_has_its_sign_thousands_and_decimals(locale: str, currency: str, value: str, shown: str) -> None:
    assert formats.money(locale, currency, 2)(Decimal(value)) == shown


@pytest.mark.parametrize(("value", "scale", "shown"), [
    ("0.15", 4, "15%"), ("0.1525", 4, "15.25%"), ("0.043500", 6, "4.35%"), ("-0.5", 4, "-50%"), ("12", 4, "1,200%"), ("0", 4, "0%"),
])
def test_a_fraction_is_written_as_per_cent(value: str, scale: int, shown: str) -> None:
    assert formats.percent("zh_CN", scale)(Decimal(value)) == shown


def test_a_computed_number_is_written_without_idle_zeros() -> None:
    assert [formats.figure("en", None)(Decimal(each)) for each in ("12.500", "1E+3", "0E-10", "0.1")] == ["12.5", "1,000", "0", "0.1"]


@pytest.mark.parametrize(("locale", "shown"), [("zh_CN", "2026-01-09"), ("en", "Jan 9, 2026"), ("de", "09.01.2026")])
def test_a_date_is_written_as_the_language_does(locale: str, shown: str) -> None:
    assert formats.day(locale, date(2026, 1, 9)) == shown


@pytest.mark.parametrize(("ago", "shown"), [
    (timedelta(seconds=20), "刚刚"), (timedelta(minutes=5), "5分钟前"), (timedelta(hours=3), "3小时前"), (timedelta(days=3), "3天前"),
    (timedelta(days=8), "2026-01-02"), (timedelta(hours=-2), "2小时后"),
])
def test_what_is_near_is_written_as_a_distance(ago: timedelta, shown: str) -> None:
    written = formats.relative("zh_CN", NOW - ago, now=NOW, just_now="刚刚", zone=ZoneInfo("Asia/Shanghai"))

    assert written.replace("\N{NO-BREAK SPACE}", "").replace(" ", "") == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (84_200, "84.2 KB"), (123_456, "123 KB"), (3_412_345, "3.4 MB"), (5 * 10**12, "5,000 GB")])
def test_a_size_is_written_shortly(count: int, shown: str) -> None:
    assert formats.size("en", count) == shown
