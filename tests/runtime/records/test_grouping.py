"""Grouped queries: the same exact numbers on both databases."""

from datetime import date
from decimal import Decimal

import pytest

from runtime.records import query, service
from runtime.records.errors import NotFound, QueryInvalid
from runtime.records.record import GroupQuery, Grouping
from tests.runtime.records.workshop import codes, counting


def by(*names):
    return tuple(Grouping(*name.split("/")) for name in names)


def grouped(ctx, connection, *names, **options):
    return query.grouped(ctx, connection, GroupQuery("device", by(*names), **options)).rows


@pytest.fixture
def devices(workshop, connection):
    acme = service.create(workshop.system, connection, "maker", {"name": "Acme", "country": "de"}).record_id
    rows = [
        {"state": "used", "price": "0.10", "quantity": 3, "bought": "2026-01-31", "checked": "2025-12-31T16:30:00Z", "maker": acme},
        {"state": "used", "price": "0.20", "quantity": 2, "bought": "2026-02-01", "checked": "2025-12-31T15:30:00Z", "maker": acme},
        {"state": "broken", "price": None, "quantity": 0, "bought": "2025-12-29"},
        {"state": "broken", "price": "99999999999999.99", "quantity": 1, "bought": None, "code": "x"},
    ]
    for row in rows:
        service.create(workshop.system, connection, "device", {"name": "x", **row})
    return acme


def test_counts_and_sums_by_a_choice_in_the_order_of_the_picklist(workshop, connection, devices):
    rows = grouped(workshop.system, connection, "state", measures={"n": "count()", "total": "sum(price)", "filled": "count(price)"})
    assert rows == (
        {"state": "used", "n": 2, "total": Decimal("0.30"), "filled": 2},
        {"state": "broken", "n": 2, "total": Decimal("99999999999999.99"), "filled": 1},
    )


def test_without_groups_there_is_one_row_and_nothing_sums_to_zero(workshop, connection):
    rows = grouped(workshop.system, connection, measures={
        "n": "count()", "total": "sum(price)", "mean": "avg(price)", "least": "min(price)", "first": "min(bought)"})
    assert rows == ({"n": 0, "total": Decimal(0), "mean": None, "least": None, "first": None},)


def test_averages_are_exact_and_leave_blanks_out(workshop, connection, devices):
    (row,) = grouped(workshop.system, connection, where="state == 'used' or ISBLANK(price)", measures={
        "mean": "avg(price)", "items": "avg(quantity)", "kinds": "count_distinct(state)", "most": "max(quantity)"})
    assert row == {"mean": Decimal("0.15"), "items": Decimal("1.666666666666666667"), "kinds": 2, "most": 3}


def test_measures_over_expressions_and_formulas(workshop, connection, devices):
    (row,) = grouped(workshop.system, connection, where="state == 'used'", measures={
        "worth": "sum(worth)", "same": "sum(price * quantity)", "third": "sum(price / 3)", "most": "max(price / quantity)",
        "big": "sum(IF(price > 0.15, 1, 0))"})
    assert row["worth"] == row["same"] == Decimal("0.70")
    assert row["third"] == Decimal("0.100000000000000000") and row["most"] == Decimal("0.1") and row["big"] == 1


def test_what_cannot_be_computed_counts_as_blank(workshop, connection, devices):
    (row,) = grouped(workshop.system, connection, measures={"n": "count(each)", "total": "sum(each)"})
    assert row == {"n": 3, "total": Decimal("183.33")}


def test_a_sum_beyond_64_bits_stays_exact(workshop, connection):
    for number in range(12):
        sent = {"name": "x", "price": "9999999999999999.99", "code": str(number)}
        service.create(workshop.system, connection, "device", sent)
    assert grouped(workshop.system, connection, measures={"total": "sum(price)"}) == ({"total": Decimal("119999999999999999.88")},)


@pytest.mark.parametrize(("per", "expected"), [
    ("day", [None, date(2025, 12, 29), date(2026, 1, 31), date(2026, 2, 1)]),
    ("week", [None, date(2025, 12, 29), date(2026, 1, 26)]),
    ("month", [None, date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]),
    ("quarter", [None, date(2025, 10, 1), date(2026, 1, 1)]),
    ("year", [None, date(2025, 1, 1), date(2026, 1, 1)]),
])
def test_dates_are_grouped_by_period(workshop, connection, devices, per, expected):
    rows = grouped(workshop.system, connection, f"bought/{per}", measures={"n": "count()"})
    assert [row[f"bought_{per}"] for row in rows] == expected
    assert sum(row["n"] for row in rows) == 4


def test_instants_are_grouped_by_the_days_of_the_users_calendar(workshop, connection, devices):
    rows = grouped(workshop.system, connection, "checked/month", where="not ISBLANK(checked)")
    assert [row["checked_month"] for row in rows] == [date(2025, 12, 1), date(2026, 1, 1)]


def test_groups_by_paths_and_relations_with_their_names(workshop, connection, devices):
    rows = grouped(workshop.system, connection, "maker", "maker.country", measures={"n": "count()"}, names=True)
    assert rows == (
        {"maker": None, "maker.name": None, "maker.country": None, "n": 2},
        {"maker": devices, "maker.name": "Acme", "maker.country": "de", "n": 2},
    )


def test_groups_are_sorted_filtered_and_cut(workshop, connection, devices):
    asked = GroupQuery("device", by("state"), {"total": "sum(price)", "mean": "avg(price)"}, sort=("-total",), limit=1)
    page = query.grouped(workshop.system, connection, asked)
    assert ([row["state"] for row in page.rows], page.more) == (["broken"], True)
    assert [row["state"] for row in grouped(workshop.system, connection, "state", measures={"mean": "avg(price)"}, sort=("mean",))] == ["used", "broken"]
    rows = grouped(workshop.system, connection, "state", measures={"total": "sum(price)"}, having="total < 1 and state != 'broken'")
    assert [row["state"] for row in rows] == ["used"]


def test_one_statement_answers_and_one_more_tells_names(workshop, connection, devices):
    asked = GroupQuery("device", by("maker"), {"n": "count()", "mean": "avg(price)"}, names=True)
    query.grouped(workshop.system, connection, asked)
    with counting(connection) as seen:
        query.grouped(workshop.system, connection, asked)
    assert len(seen) == 2


@pytest.mark.parametrize(("options", "expected"), [
    ({"by": by("cost")}, ("by", "unknown_field")), ({"by": by("gain")}, ("by", "unknown_field")),
    ({"measures": {"x": "sum(cost)"}}, ("measures", "expression_unknown_name")),
    ({"measures": {"x": "max(gain)"}}, ("measures", "expression_unknown_name")),
    ({"measures": {"x": "sum(name)"}}, ("measures", "measure_needs_number")),
    ({"measures": {"x": "median(price)"}}, ("measures", "measure_unknown")),
    ({"measures": {"x": "sum()"}}, ("measures", "measure_unknown")), ({"measures": {"x": "price"}}, ("measures", "measure_unknown")),
    ({"measures": {"x": "min(place)"}}, ("measures", "measure_unknown")),
    ({"by": by("place")}, ("by", "not_groupable")), ({"by": by("fans")}, ("by", "not_groupable")),
    ({"by": by("bought/fortnight")}, ("by", "grain_unknown")), ({"by": by("price/month")}, ("by", "grain_needs_date")),
    ({"by": by("state"), "measures": {"state": "count()"}}, ("measures", "group_name_twice")),
    ({"by": by("state"), "sort": ("price",)}, ("sort", "group_sort_unknown")),
    ({"by": by("state"), "having": "price > 1"}, ("having", "expression_unknown_name")),
    ({"where": "cost > 1"}, ("where", "expression_unknown_name")),
], ids=str)
def test_a_faulty_question_is_told_what_is_wrong(workshop, connection, options, expected):
    worker = workshop.user(connection, "wang", "worker")
    with pytest.raises(QueryInvalid) as caught:
        query.grouped(worker, connection, GroupQuery("device", **options))
    assert codes(caught.value.problems) == [expected]


def test_an_object_that_may_not_be_read_can_not_be_counted(workshop, connection):
    stranger = workshop.user(connection, "nobody", "stranger")
    with pytest.raises(NotFound):
        query.grouped(stranger, connection, GroupQuery("device", measures={"n": "count()"}))
