"""The demonstration data are what the generator makes, the same on every run, and have the planned numbers."""

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pytest

from plugins.finance_demo.chance import Draw, dealt, u
from plugins.finance_demo.days import AS_OF, is_workday
from plugins.finance_demo.fakes import citizen_id, credit_code
from plugins.finance_demo.files import SeedFile, text_of
from plugins.finance_demo.year import FOLDER, seed_files

FUNNEL = (400, 180, 90, 54, 27)
MONTHLY = (120, 132, 128, 140, 155, 150, 162, 171, 168, 180, 194, 205)

COUNTS = {
    "org_unit": 24, "user": 35, "account": 200, "contact": 146, "household": 36, "household_member": 96, "account_relation": 60,
    "lead": 400, "opportunity": 160, "opportunity_competitor": 95, "quote": 150, "contract": 72, "order": 60, "delivery": 48,
    "payment_plan": 180, "receipt": 142, "invoice": 90, "campaign": 14, "campaign_member": 900, "product": 48, "price_book": 3,
    "price_book_entry": 120, "rate_table": 96, "competitor": 8, "competitor_product": 24, "activity": 1500,
}

SPREAD = {
    ("account", "record_type"): {"personal": 140, "corporate": 52, "partner": 8},
    ("account", "partner_kind"): {"agent": 3, "distributor": 3, "supplier": 2},
    ("account", "status"): {"invalid": 12, "base": 34, "potential": 58, "success": 78, "dormant": 8, "lost": 6, "frozen": 4},
    ("account", "pool_state"): {
        "private_green": 128, "private_yellow": 16, "private_red": 14, "dept_pool": 12, "city_pool": 26, "frozen": 4,
    },
    ("account", "tier"): {
        "private": 4, "diamond": 14, "platinum": 26, "gold": 48, "mass": 48, "strategic": 3, "key": 12, "normal": 25, "small": 12,
    },
    ("account", "province"): {"310000": 78, "110000": 62, "440000": 38, "330000": 22},
    ("account_relation", "kind"): {
        "referral": 40, "group": 9, "guarantee": 3, "supply": 3, "legal": 2, "shareholder": 1, "actual_ctrl": 1, "spouse": 1,
    },
    ("campaign", "kind"): {"salon": 4, "seminar": 2, "email": 3, "sms": 2, "letter": 1, "fax": 1, "phone": 1},
    ("quote", "is_primary"): {True: 110, False: 40},
}


@cache
def files() -> dict[str, SeedFile]:
    return {each.name: each for each in seed_files()}


def records(object_name: str) -> list[dict[str, object]]:
    return [dict(record) for each in files().values() if each.object == object_name for record in each.records]


def test_the_committed_files_are_what_the_generator_writes() -> None:
    committed = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}

    assert committed.keys() == files().keys()
    stale = [name for name, file in files().items() if text_of(file) != committed[name]]
    assert not stale, "run python -m plugins.finance_demo"


@pytest.mark.parametrize("object_name", COUNTS)
def test_there_are_as_many_records_as_planned(object_name: str) -> None:
    assert len(records(object_name)) == COUNTS[object_name]


@pytest.mark.parametrize("place", SPREAD, ids=".".join)
def test_values_are_spread_as_planned(place: tuple[str, str]) -> None:
    found = Counter(value for each in records(place[0]) if (value := each.get(place[1])) is not None)

    assert found == SPREAD[place]


def test_keys_are_unique() -> None:
    for file in files().values():
        keys = [each[file.key] for each in file.records]
        assert len(keys) == len(set(keys)), file.name


def test_the_contracts_of_each_month_have_the_planned_amount() -> None:
    signed = Counter[int]()
    for contract in records("contract"):
        signed[contract["sign_date"].month] += contract["amount"]  # type: ignore[attr-defined, operator]

    assert tuple(signed[month] for month in range(1, 13)) == tuple(each * 10_000 for each in MONTHLY)
    assert sum(signed.values()) == Decimal("19050000.00")


def test_the_funnel_narrows_as_planned() -> None:
    leads = records("lead")
    effective = [each for each in leads if each["effective_at"]]
    opportunities = {each["converted_opportunity"] for each in leads if each["converted_opportunity"]}
    quoted = opportunities & {each["opportunity"] for each in records("quote")}
    won = opportunities & {each["opportunity"] for each in records("contract")}

    assert (len(leads), len(effective), len(opportunities), len(quoted), len(won)) == FUNNEL
    assert len({each["source"] for each in leads}) == 14


def test_opportunities_end_as_planned() -> None:
    ends = Counter(
        "won" if each["stage"] in ("won", "disburse", "issued", "trade") else "lost" if each["loss_reason"] else "open"
        for each in records("opportunity")
    )

    assert ends == {"won": 72, "lost": 44, "open": 44}
    assert sum(bool(each["is_key"]) for each in records("opportunity")) == 6


def test_quotes_add_up_to_their_contracts() -> None:
    amounts = {each["opportunity"]: each["amount"] for each in records("contract")}
    for quote in records("quote"):
        if quote["status"] == "converted":
            total = quote["subtotal"] * (1 - quote["header_discount"])  # type: ignore[operator]
            assert total == amounts[quote["opportunity"]], quote["external_id"]


def test_instalments_add_up_to_their_contract_and_receipts_to_what_was_received() -> None:
    due, allocated = Counter[object](), Counter[object]()
    for plan in records("payment_plan"):
        due[plan["contract"]] += plan["amount"]  # type: ignore[operator]
    for allocation in records("receipt_allocation"):
        allocated[allocation["plan"]] += allocation["amount"]  # type: ignore[operator]

    assert due == {each["external_id"]: each["amount"] for each in records("contract")}
    assert all(each["received"] == allocated[each["external_id"]] for each in records("payment_plan"))


def test_campaigns_cost_what_they_should_every_month() -> None:
    spent = Counter[int]()
    for expense in records("campaign_expense"):
        spent[expense["spent_on"].month] += expense["actual"]  # type: ignore[attr-defined, operator]

    assert tuple(spent[month] // 10_000 for month in range(1, 13)) == (10, 18, 9, 16, 12, 20, 11, 22, 13, 19, 15, 24)
    assert sum(spent.values()) == sum(each["actual_cost"] for each in records("campaign")) == 1_890_000  # type: ignore[misc]


def test_the_leavers_customers_went_to_the_pool_and_to_the_successor() -> None:
    former = [each for each in records("account") if each.get("last_owner") == "xu.rep"]

    assert Counter(each["pool_state"] for each in former) == {"city_pool": 17, "private_green": 14}


def test_calls_are_made_on_workdays_within_working_hours_and_58_percent_are_effective() -> None:
    calls = files()["activity_call"].records
    hours = {int(str(each["start_at"])[11:13]) for each in calls}

    assert all(is_workday(type(AS_OF).fromisoformat(str(each["start_at"])[:10])) for each in calls)
    assert hours <= {9, 10, 11, 14, 15, 16, 17}
    assert round(sum(each["duration_s"] >= 30 for each in calls) / len(calls), 2) == 0.58  # type: ignore[operator]


@pytest.mark.parametrize(("pattern", "fits"), [
    (r"\"?(id_no): \"?(\w+)", lambda number: number.startswith("990000")),
    (r"(uscc): \"?(\w+)", lambda number: number[2:8] == "990000"),
    (r"(email): \"?([^\", }]+)", lambda address: address.endswith("@example.com")),
    (r"(mobile|phone_number): \"([^\"]+)\"", lambda number: number.replace("+86 ", "").replace("-", "").startswith("100")),
    (r"(website): \"([^\"]+)\"", lambda address: address.endswith(".example.com")),
], ids=["citizen", "company", "mail", "mobile", "site"])
def test_nobody_real_is_meant(pattern: str, fits: Callable[[str], bool]) -> None:
    found = [value for file in files().values() for _, value in re.findall(pattern, text_of(file))]

    assert found
    assert all(map(fits, found))


def test_a_draw_depends_on_its_own_address_alone() -> None:
    assert u("account", 7, "tier") == u("account", 7, "tier") != u("account", 8, "tier")
    assert 0 <= Draw("account", 7).u("tier") < 1
    assert Counter(dealt("account", "tier", {"gold": 3, "mass": 5})) == {"gold": 3, "mass": 5}


def test_fake_numbers_have_a_right_checksum() -> None:
    assert citizen_id(AS_OF, 3, female=True)[:14] == "99000020251231"
    assert credit_code(1)[:10] == "91990000MA"
