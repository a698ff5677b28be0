"""What an expression means where people would otherwise guess: blanks, errors, rounding, dates, changes."""

from __future__ import annotations

import timeit
from datetime import date, datetime, time, timezone
from decimal import Decimal

import pytest

from metadata.expressions import ERROR, Moment, compile_expression, evaluate, rounded
from tests.metadata.expressions.specimens import MOMENT, SpecimenScope

VALUES: dict[str, object] = {
    "amount": Decimal("10.50"), "rate": None, "count": 3, "name": "Tenon", "note": "", "active": True, "due": date(2026, 1, 31),
    "at": datetime(2026, 1, 31, 17, 30, tzinfo=timezone.utc), "clock": time(8, 30), "stage": "won", "colors": ("red",), "owner": 7, "unit": 4,
    "place": (Decimal("31.2304"), Decimal("121.4737")), "account_name": None, "account_budget": None, "account_since": None,
}


def value(source: str, *, blanks: str = "blank", moment: Moment = MOMENT, **changed: object) -> object:
    expression = compile_expression(source, scope=SpecimenScope(), purpose="formula", blanks=blanks)
    known = {**VALUES, **changed}
    return evaluate(expression, lambda path: known["_".join(path)], moment)


@pytest.mark.parametrize("source, wanted", [
    ("rate + 1", None), ("rate == none", True), ("rate != 1", True), ("rate == rate", True), ("rate > 1", None), ("not (rate > 1)", None),
    ("rate > 1 and false", False), ("rate > 1 or true", True), ("rate > 1 or false", None), ("IF(rate > 1, 'a', 'b')", "b"),
    ("note == ''", True), ("ISBLANK(note)", True), ("note & name", "Tenon"), ("note + note", None), ("MAX(rate, 1)", None),
    ("rate in [1, none]", True), ("rate in [1]", False), ("stage in ['won']", True), ("ISBLANK(account.name)", True),
    ("CONTAINS(note, 'a')", None), ("LEN(note)", 0), ("CASE(rate, 1, 'a', none, 'b', 'c')", "b"), ("ISFINAL(stage)", True),
    ("'red' in colors", True), ("owner == CURRENT_USER()", True), ("unit in MY_ORG_UNITS()", True), ("owner == 7", True),
])
def test_a_blank(source: str, wanted: object) -> None:
    assert value(source) == wanted and isinstance(value(source), bool) == isinstance(wanted, bool)


@pytest.mark.parametrize("source, wanted", [
    ("rate + 1", 1), ("rate == 0", True), ("ISBLANK(rate)", False), ("BLANKVALUE(rate, 5)", 0), ("1 / rate", ERROR),
    ("ISBLANK(note)", True), ("ISBLANK(VALUE(note))", True), ("ISBLANK(account.budget)", False),
])
def test_a_blank_number_that_is_read_as_zero(source: str, wanted: object) -> None:
    assert value(source, blanks="zero") == wanted


@pytest.mark.parametrize("source, wanted", [
    ("1 / 0", ERROR), ("rate / 0", None), ("1 / 0 == 1", ERROR), ("false and 1 / 0 == 1", False), ("1 / 0 == 1 and false", ERROR),
    ("rate > 0 and 1 / 0 == 1", ERROR), ("true or 1 / 0 == 1", True), ("IF(true, 1, 1 / 0)", 1), ("IF(1 / 0 == 1, 1, 2)", ERROR),
    ("rate + 1 / 0", ERROR), ("ISBLANK(1 / 0)", ERROR), ("BLANKVALUE(1 / 0, 2)", ERROR), ("IFERROR(1 / 0, 2)", 2),
    ("IFERROR(IFERROR(1 / 0, 1 / 0), 2)", 2), ("CASE(1, 1, 2, 1 / 0)", 2), ("1 in [1, 1 / 0]", ERROR), ("LEN(TEXT(1 / 0))", ERROR),
    ("99999999999999999999 + 1", ERROR), ("99999999999999999999 * 0.1", Decimal("9999999999999999999.9")),
    ("LEN(LPAD('x', 10000) + 'y')", ERROR), ("due + 9999999", ERROR), ("2 ** 0.5", ERROR), ("2 ** 65", ERROR), ("0 ** -1", ERROR),
    ("DATE(2026, 2, 29)", ERROR), ("SQRT(-1)", ERROR),
])
def test_an_error(source: str, wanted: object) -> None:
    assert value(source) == wanted


@pytest.mark.parametrize("source, wanted", [
    ("1 / 3", Decimal("0.333333333333333333")), ("2 / 3", Decimal("0.666666666666666667")), ("-2 / 3", Decimal("-0.666666666666666667")),
    ("0.1 + 0.2", Decimal("0.3")), ("0.1 * 3 == 0.3", True), ("0.5 / 1000000000000000000", Decimal("0.000000000000000001")),
    ("MOD(-7, 3)", -1), ("ROUND(0.5)", 1), ("ROUND(1.5)", 2), ("ROUND(-0.5)", -1), ("2 ** 10", 1024), ("2 ** -2", Decimal("0.25")), ("-2 ** 2", -4),
    ("0 ** 0", 1), ("-99999999999999999.999999999999999999 + 0", Decimal("-99999999999999999.999999999999999999")),
    ("ABS(-99999999999999999.999999999999999999)", Decimal("99999999999999999.999999999999999999")),
    ("SQRT(2)", Decimal("1.414213562373095049")), ("EXP(1)", Decimal("2.718281828459045235")), ("LN(2)", Decimal("0.693147180559945309")),
])
def test_a_number_is_exact(source: str, wanted: object) -> None:
    assert value(source) == wanted


@pytest.mark.parametrize("number, scale, wanted", [
    ("2.345", 2, "2.35"), ("-2.345", 2, "-2.35"), ("2.5", 0, "3"), ("999999999999999999", 0, "999999999999999999"), ("-0.001", 2, "0.00"),
])
def test_a_result_is_rounded_half_away_from_zero(number: str, scale: int, wanted: str) -> None:
    assert str(rounded(Decimal(number), scale)) == wanted


def test_a_result_that_no_field_can_hold_is_an_error() -> None:
    assert rounded(Decimal(10) ** 16, 2) is ERROR
    assert rounded(None, 2) is None
    assert rounded(ERROR, 2) is ERROR


@pytest.mark.parametrize("zone, today, hour", [
    ("Asia/Shanghai", date(2026, 2, 1), 1), ("UTC", date(2026, 1, 31), 17), ("America/New_York", date(2026, 1, 31), 12),
])
def test_today_and_the_parts_of_an_instant_are_those_of_the_users_zone(zone: str, today: date, hour: int) -> None:
    moment = Moment(MOMENT.now, zone, 7)

    assert value("TODAY()", moment=moment) == today
    assert value("DATEVALUE(at)", moment=moment) == today
    assert value("HOUR(at)", moment=moment) == hour
    assert value("DATEVALUE(DATETIMEVALUE(due)) == due", moment=moment) is True
    assert value("NOW()", moment=moment) == MOMENT.now


@pytest.mark.parametrize("source, wanted", [
    ("at + 0.5", datetime(2026, 2, 1, 5, 30, tzinfo=timezone.utc)), ("at - (at - 1.25)", Decimal("1.25")), ("due + 1.9", date(2026, 2, 1)),
    ("due - DATE(2025, 12, 31)", 31), ("3 + due", date(2026, 2, 3)), ("ADDMONTHS(due, 1)", date(2026, 2, 28)), ("TEXT(clock)", "08:30:00"),
])
def test_dates_are_computed_with(source: str, wanted: object) -> None:
    assert value(source) == wanted


def changes(source: str, before: dict[str, object] | None, after: dict[str, object]) -> object:
    expression = compile_expression(source, scope=SpecimenScope(), purpose="validation")
    prior = None if before is None else (lambda path: before["_".join(path)])
    return evaluate(expression, lambda path: after["_".join(path)], MOMENT, prior=prior, is_new=before is None)


def test_a_rule_may_ask_what_a_save_changes() -> None:
    old, new = {**VALUES, "amount": Decimal("1.00")}, VALUES

    assert changes("ISNEW()", None, new) is True
    assert changes("ISNEW()", old, new) is False
    assert changes("ISCHANGED(amount)", old, new) is True
    assert changes("ISCHANGED(amount)", old, old) is False
    assert changes("ISCHANGED(amount)", None, new) is False
    assert changes("PRIORVALUE(amount) == 1", old, new) is True
    assert changes("ISBLANK(PRIORVALUE(amount))", None, new) is True


def test_a_small_expression_takes_microseconds() -> None:
    expression = compile_expression("amount > 10 and stage == 'won' and not ISBLANK(due)", scope=SpecimenScope(), purpose="condition")
    known = {(name,): each for name, each in VALUES.items()}

    assert min(timeit.repeat(lambda: evaluate(expression, known.get, MOMENT), number=1_000, repeat=5)) / 1_000 < 0.000_1
