"""Reading records: filters, paths, orders, pages, and what a reader may not see."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metadata.expressions import ERROR
from runtime.records import query, service
from runtime.records.cursors import CursorInvalid
from runtime.records.errors import NotFound, QueryInvalid
from runtime.records.record import MAX_LIMIT, RecordQuery
from tests.runtime.records.workshop import all_ids, codes, counting, ids


def make(workshop, connection, object_name="device", **values):
    return service.create(workshop.system, connection, object_name, values).record_id


def find(ctx, connection, *fields, **options):
    return query.find(ctx, connection, RecordQuery("device", fields, **options))


@pytest.fixture
def lamps(workshop, connection):
    acme = make(workshop, connection, "maker", name="Acme", country="de", rating=5)
    return [
        make(workshop, connection, name="Lamp", price=10, quantity=2, maker=acme, state="used", bought="2026-01-10"),
        make(workshop, connection, name="灯", price="7.5", quantity=0, state="fresh"),
        make(workshop, connection, name="Fan", quantity=3, maker=acme, state="broken", bought="2025-12-31"),
    ]


@pytest.mark.parametrize(("where", "expected"), [
    ("price > 8", [0]), ("name == '灯'", [1]), ("maker.name == 'Acme'", [2, 0]), ("ISBLANK(maker)", [1]),
    ("state in ('used', 'broken')", [2, 0]), ("worth == 20", [0]), ("each > 30", [2, 0]), ("bought < TODAY()", [2]),
    ("maker.country == 'de' and not ISBLANK(bought)", [2, 0]), ("CONTAINS(name, 'a')", [2, 0]),
    ("origin == 'Acme!'", [2, 0]), ("price == 7.5", [1]), ("owner == CURRENT_USER()", [2, 1, 0]), ("true", [2, 1, 0]),
    ("ISBLANK(fans)", [2, 1, 0]), ("active", []), ("number == 'nothing'", []),
])
def test_a_filter_in_the_expression_language(workshop, connection, lamps, where, expected):
    page = find(workshop.system, connection, "name", where=where, count=True)
    assert ids(page) == [lamps[place] for place in expected]
    assert page.count == len(expected)


def test_a_filter_about_today_moves_with_the_clock(workshop, connection, lamps):
    assert ids(find(workshop.system, connection, where="bought == TODAY()")) == []
    workshop.clock.instant += timedelta(days=5)
    assert ids(find(workshop.system, connection, where="bought == TODAY()")) == [lamps[0]]


def test_a_filter_about_the_user_depends_on_who_asks(workshop, connection):
    first, second = (workshop.user(connection, name, "boss") for name in ("first", "second"))
    for ctx in (first, second):
        service.create(ctx, connection, "device", {"name": ctx.user.login})
    for ctx in (first, second, first):
        (found,) = find(ctx, connection, "name", where="owner == CURRENT_USER()").records
        assert found["name"] == ctx.user.login


def test_paths_lead_across_relations_and_names_come_along(workshop, connection, lamps):
    (found,) = find(workshop.system, connection, "maker", "maker.country", "owner.login", names=True, where="price == 10").records
    assert found["maker.name"] == "Acme"
    assert (found["maker.country"], found["owner.login"]) == ("de", "system")


def test_formulas_are_computed_and_errors_are_told_apart_from_blanks(workshop, connection, lamps):
    found = {each.id: each for each in find(workshop.system, connection, "worth", "each").records}
    assert [found[each]["worth"] for each in lamps] == [Decimal("20.00"), Decimal("0.00"), Decimal("0.00")]
    assert [found[each]["each"] for each in lamps] == [Decimal("50.00"), ERROR, Decimal("33.33")]
    shown = query.find_json(workshop.system, connection, RecordQuery("device", ("each",)))
    assert [each["each"] for each in shown.records] == ["33.33", "#Error!", "50.00"]


def test_json_says_what_the_field_types_say(workshop, connection, lamps):
    fields = workshop.model.objects["device"].fields
    asked = RecordQuery("device")
    page, shown = query.find(workshop.system, connection, asked), query.find_json(workshop.system, connection, asked)
    for record, values in zip(page.records, shown.records, strict=True):
        for name, value in record.values.items():
            expected = "#Error!" if value is ERROR else None if value is None else fields[name].type.dump(fields[name], value)
            assert values[name] == (expected if name != "fans" else list(value)), name


def test_a_related_record_that_may_not_be_seen_shows_no_name(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    foreign = make(workshop, connection, name="Secret", price=5)
    own = service.create(worker, connection, "device", {"name": "Mine"}).record_id
    service.update(workshop.system, connection, "device", own, {"replaces": foreign})
    found = query.get(worker, connection, "device", own, ("replaces", "replaces.name"))
    assert (found["replaces"], found["replaces.name"]) == (foreign, None)
    assert ids(find(worker, connection, where="replaces.name == 'Secret'")) == []
    assert ids(find(worker, connection, where="ISBLANK(replaces.name)")) == [own]


HIDDEN_PLACES = [
    {"fields": ("cost",)}, {"fields": ("gain",)}, {"fields": ("maker.margin",)}, {"where": "cost > 1"},
    {"where": "gain > 1"}, {"where": "maker.margin > 1"}, {"sort": ("cost",)}, {"sort": ("-maker.margin",)},
    {"also": ("cost == 1",)}, {"where": "ISBLANK(replaces.cost)"},
]


@pytest.mark.parametrize("options", HIDDEN_PLACES, ids=str)
def test_a_hidden_field_is_unknown_wherever_it_is_named(workshop, connection, options):
    worker = workshop.user(connection, "wang", "worker")
    names = {"cost": "kost", "gain": "kain", "margin": "kargin"}

    def complaint(asked):
        with pytest.raises(QueryInvalid) as caught:
            query.find(worker, connection, RecordQuery("device", **asked))
        return codes(caught.value.problems)

    def renamed(value):
        for hidden, unknown in names.items():
            value = value.replace(hidden, unknown)
        return value

    unknown = {key: tuple(map(renamed, value)) if isinstance(value, tuple) else renamed(value) for key, value in options.items()}
    assert complaint(options) == complaint(unknown)


def test_a_hidden_field_is_not_among_all_fields(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    own = service.create(worker, connection, "device", {"name": "Mine"}).record_id
    found = query.get(worker, connection, "device", own).values
    assert "price" in found and not {"cost", "gain", "deleted_at"} & set(found)


def test_every_fault_of_a_query_is_told(workshop, connection):
    with pytest.raises(QueryInvalid) as caught:
        find(workshop.system, connection, "nonsense", "fans.name", where="price >", sort=("place", "-nothing"))
    assert {field for field, _ in codes(caught.value.problems)} == {"fields", "where", "sort"}
    assert len(caught.value.problems) == 5


@pytest.mark.parametrize("limit", [0, -1, MAX_LIMIT + 1])
def test_a_page_is_bounded(workshop, connection, limit):
    with pytest.raises(QueryInvalid):
        find(workshop.system, connection, limit=limit)


def test_an_object_that_may_not_be_read_does_not_exist(workshop, connection):
    stranger = workshop.user(connection, "nobody", "stranger")
    for ask in (lambda: find(stranger, connection), lambda: query.get(stranger, connection, "device", 1),
                lambda: query.find(stranger, connection, RecordQuery("nonsense"))):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize(("sort", "expected"), [
    ((), [2, 1, 0]), (("name",), [2, 0, 1]), (("-name",), [1, 0, 2]), (("price",), [2, 1, 0]), (("-price",), [0, 1, 2]),
    (("state",), [1, 0, 2]), (("-state",), [2, 0, 1]), (("maker", "-price"), [1, 0, 2]), (("worth",), [1, 2, 0]),
    (("each",), [1, 2, 0]), (("-bought",), [0, 2, 1]), (("id",), [0, 1, 2]),
])
def test_orders_put_blanks_first_and_choices_as_they_are_written(workshop, connection, lamps, sort, expected):
    assert ids(find(workshop.system, connection, sort=sort)) == [lamps[place] for place in expected]


KEYS = ("price", "name", "quantity", "bought", "checked", "active", "state", "maker.rating", "worth", "each", "maker", "id", "due")


@pytest.fixture
def many(workshop, connection):
    makers = [make(workshop, connection, "maker", name=f"M{place}", rating=rating) for place, rating in enumerate([4, None, 5])]
    for place in range(40):
        make(
            workshop, connection, name="abAB灯"[place % 5], price=[None, 1, "2.5", 900][place % 4], quantity=[None, 0, 3][place % 3],
            bought=[None, "2026-01-01", "2025-01-01"][place % 3], checked=[None, "2026-01-01T00:00:00.123456Z"][place % 2],
            active=place % 2 == 0, state=[None, "used", "broken"][place % 3], maker=[None, *makers][place % 4],
        )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(KEYS), st.booleans()), min_size=1, max_size=3, unique_by=lambda key: key[0]), st.integers(1, 17))
def test_pages_one_after_the_other_are_the_whole_list(workshop, connection, many, keys, limit):
    sort = tuple(f"-{name}" if descending else name for name, descending in keys)
    whole = ids(find(workshop.system, connection, sort=sort, limit=MAX_LIMIT))
    assert len(whole) == 40
    assert all_ids(workshop.system, connection, RecordQuery("device", ("name",), sort=sort, limit=limit)) == whole


@pytest.mark.parametrize("key", KEYS)
def test_descending_is_ascending_turned_round(workshop, connection, many, key):
    down = ids(find(workshop.system, connection, sort=(f"-{key}",), limit=MAX_LIMIT))
    assert down == ids(find(workshop.system, connection, sort=(key,), limit=MAX_LIMIT))[::-1]


def test_records_written_between_pages_neither_shift_nor_repeat(workshop, connection, many):
    asked = RecordQuery("device", ("name",), sort=("name",), limit=10)
    first = query.find(workshop.system, connection, asked)
    make(workshop, connection, name="A")
    rest = all_ids(workshop.system, connection, RecordQuery("device", ("name",), sort=("name",), limit=10, after=first.after))
    assert not set(ids(first)) & set(rest)
    assert len(first.records) + len(rest) == 40


@pytest.mark.parametrize("damage", [
    lambda cursor: "", lambda cursor: "x", lambda cursor: cursor[:-2], lambda cursor: cursor[2:], lambda cursor: "é" + cursor,
    lambda cursor: "e30", lambda cursor: "W10", lambda cursor: cursor * 300, lambda cursor: "bnVsbA",
    lambda cursor: "WyJhIixbMSwyXV0", lambda cursor: "WyJhIiwxXQ",
])
def test_a_torn_cursor_is_a_clear_problem(workshop, connection, many, damage):
    good = find(workshop.system, connection, sort=("price",), limit=5).after
    with pytest.raises(CursorInvalid):
        find(workshop.system, connection, sort=("price",), limit=5, after=damage(good))


def test_a_cursor_of_another_order_is_refused(workshop, connection, many):
    good = find(workshop.system, connection, sort=("price",), limit=5).after
    for sort in ((), ("-price",), ("price", "name")):
        with pytest.raises(CursorInvalid):
            find(workshop.system, connection, sort=sort, limit=5, after=good)


@pytest.mark.parametrize("value", [True, "x", 1.5, 10**30, [], {}, "1e999999999", "NaN", "\0", "\ud800", None, float("nan")], ids=repr)
def test_forged_values_in_a_cursor_never_break_a_query(workshop, connection, many, value):
    import base64
    import json

    for key in KEYS[:-2]:
        good = find(workshop.system, connection, sort=(key,), limit=5).after
        made_for, values = json.loads(base64.urlsafe_b64decode(good + "==="))
        forged = base64.urlsafe_b64encode(json.dumps([made_for, [value, values[1]]]).encode()).decode().rstrip("=")
        try:
            find(workshop.system, connection, sort=(key,), limit=5, after=forged)
        except CursorInvalid:
            continue


@pytest.mark.parametrize("limit", [1, 30])
def test_the_number_of_statements_does_not_depend_on_the_page(workshop, connection, many, limit):
    asked = RecordQuery("device", names=True, where="not ISBLANK(name)", sort=("-price",), limit=limit, count=True)
    query.find(workshop.system, connection, asked)
    with counting(connection) as seen:
        query.find(workshop.system, connection, asked)
    assert len(seen) == 3, "the page, the count, the one many-to-many field; nobody is named by it"


def test_names_of_many_and_of_polymorphic_relations_come_along(workshop, connection):
    makers = [make(workshop, connection, "maker", name=name) for name in "AB"]
    other = make(workshop, connection, name="Fan", about={"object": "maker", "id": makers[1]})
    held = make(workshop, connection, name="Lamp", fans=makers, about={"object": "device", "id": other})
    asked = RecordQuery("device", ("fans", "about"), names=True)
    for records in (query.find(workshop.system, connection, asked).records, query.find_json(workshop.system, connection, asked).records):
        lamp, fan = records
        assert (lamp["fans.name"], lamp["about.name"], fan["fans.name"], fan["about.name"]) == (["A", "B"], "Fan", [], "B")
    with counting(connection) as seen:
        query.get(workshop.system, connection, "device", held, ("fans", "about"), names=True)
    assert len(seen) == 4, "the record, its links, the makers' names, the device's name"


def test_many_to_many_values_come_with_the_page_as_far_as_they_may_be_seen(workshop, connection):
    makers = [make(workshop, connection, "maker", name=name) for name in "AB"]
    held = make(workshop, connection, name="Lamp", fans=makers)
    make(workshop, connection, name="Fan")
    assert [each["fans"] for each in find(workshop.system, connection, "fans").records] == [(), tuple(makers)]
    looker = workshop.user(connection, "looker", "looker")
    assert query.get(looker, connection, "device", held, ("fans",))["fans"] == ()
    assert ids(find(workshop.system, connection, where=f"{makers[0]} in fans")) == [held]


ODD = [
    "name == '\\0'", "name == '\0'", "name == '\ud800'", "price == 99999999999999999999999", "price == 1e400", "quantity == 9223372036854775808",
    "maker == 99999999999999999999", "bought == DATE(99999, 1, 1)", "checked == DATETIMEVALUE('x')", "'x' * 1000000 == name",
    "(" * 300 + "true" + ")" * 300, " or ".join(["price == 1"] * 500), "name == '" + "x" * 100_000 + "'", "price in (" + "1," * 900 + ")",
    "__import__('os')", "name.upper()", "price == 0.1 + 0.2", "not " * 1200 + "true", "price ** 9 ** 9 > 1", "\n", "name == 'x' -- y",
]


@pytest.mark.parametrize("where", ODD, ids=lambda text: ascii(text)[:40])
def test_an_odd_filter_is_answered_or_refused_but_never_breaks(workshop, connection, where):
    make(workshop, connection, name="Lamp", price=5)
    try:
        find(workshop.system, connection, "name", where=where, count=True)
    except QueryInvalid as error:
        assert error.problems


@pytest.mark.parametrize("record_id", [0, -1, 2**62])
def test_an_id_that_no_record_has_is_not_found(workshop, connection, record_id):
    with pytest.raises(NotFound):
        query.get(workshop.system, connection, "device", record_id)
