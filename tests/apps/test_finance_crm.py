"""The bundled finance CRM: complete in both languages, whole, held by its own tests, with a year of demonstration data."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from metadata.compile import bundled_package, compile_model
from metadata.model import Model, Object
from runtime.apptests import run
from runtime.records.query import find
from runtime.records.record import RecordQuery
from runtime.web.assets import icon_names
from tenants.context import User
from tenants.credentials import create_token
from tests.support.application import Application, Client, open_application
from tests.support.databases import postgresql_database, sqlite_database

APP = "finance_crm"
LANGUAGES = {"zh_CN", "en"}
SHOWN = ("label", "plural", "help", "message", "hint", "description")

DEMO_COUNTS = {
    "org_unit": 24, "account": 200, "contact": 146, "household": 36, "household_member": 96, "account_relation": 60, "lead": 400,
    "campaign": 14, "campaign_member": 900, "product": 48, "price_book": 3, "price_book_entry": 120, "rate_table": 96,
    "competitor": 8, "competitor_product": 24, "opportunity": 160, "opportunity_competitor": 95, "quote": 150, "contract": 72,
    "order": 60, "delivery": 48, "payment_plan": 180, "receipt": 142, "invoice": 90, "activity": 1500,
}


@cache
def model() -> Model:
    return compile_model([bundled_package(APP)])


def own_objects() -> list[Object]:
    return [each for each in model().objects.values() if each.app == APP]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """One tenant with the whole demonstration; tests only read in it."""
    database = sqlite_database(tmp_path_factory.mktemp("demo"))
    with open_application(database, bundled_package(APP), demo=True) as application:
        yield application


def values(application: Application, object_name: str, *fields: str, where: str | None = None) -> list[Mapping[str, object]]:
    """All records as the platform sees them."""
    ctx = application.context()
    found: list[Mapping[str, object]] = []
    after = None
    with application.storage.reading(application.tenant) as connection:
        while True:
            page = find(ctx, connection, RecordQuery(object_name, fields=fields, where=where, limit=200, after=after))
            found.extend(each.values for each in page.records)
            after = page.after
            if after is None:
                return found


def texts(body: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every text for people in a definition: what stands under a name that is shown, and every mapping by language."""
    if isinstance(body, Mapping):
        if body.keys() & LANGUAGES:
            yield path, body
            return
        for key, value in body.items():
            if key in SHOWN and isinstance(value, str):
                yield f"{path}.{key}", value
            else:
                yield from texts(value, f"{path}.{key}")
    elif isinstance(body, list | tuple):
        for place, value in enumerate(body):
            yield from texts(value, f"{path}[{place}]")


def test_it_compiles_without_a_remark() -> None:
    package = bundled_package(APP)

    assert not package.problems
    assert len(own_objects()) >= 38


def test_every_text_is_in_both_languages() -> None:
    found = [(item.file, *each) for item in bundled_package(APP).items if item.kind not in ("data", "demo", "test") for each in texts(item.body)]
    faults = [(file, path) for file, path, text in found if not isinstance(text, Mapping) or set(text) != LANGUAGES or not all(text.values())]

    assert len(found) > 1000
    assert not faults


def test_every_field_rule_and_choice_has_a_label_in_both_languages() -> None:
    for of in own_objects():
        for field in of.own_fields:
            assert {code for code, _ in field.label} == LANGUAGES, f"{of.name}.{field.name}"
            for choice in field.picklist.choices.values() if field.picklist else ():
                assert field.picklist.name == "tenon_roles" or {code for code, _ in choice.label} == LANGUAGES, f"{field.picklist.name}.{choice.code}"
        assert all({code for code, _ in rule.message} == LANGUAGES for rule in of.validation), of.name


def test_icons_exist() -> None:
    app = model().apps[APP]
    named = {app.icon, *(group.icon for group in app.navigation), *(each.icon for each in own_objects())}

    assert named <= icon_names()
    assert "file" not in named


def test_each_object_has_a_list_view_and_a_layout() -> None:
    for of in own_objects():
        assert any(each.object == of.name for each in model().list_views.values()), of.name
        assert any(each.object == of.name for each in model().layouts.values()), of.name


def test_each_object_is_reached_by_the_navigation_or_stands_below_another() -> None:
    tabs = [tab for group in model().apps[APP].navigation for tab in group.tabs]
    reached = {tab.name if tab.kind == "object" else model().list_views[tab.name].object for tab in tabs}

    assert {each.name for each in own_objects() if each.parent is None} <= reached


def test_details_are_shown_with_their_master() -> None:
    shown = {(tab.related.object, tab.related.by) for layout in model().layouts.values() for tab in layout.tabs if tab.related}

    assert {(each.name, each.parent) for each in own_objects() if each.parent} <= shown


def test_every_role_can_do_something() -> None:
    used = {name for role in model().roles.values() for name in role.permission_sets}

    assert all(role.permission_sets for role in model().roles.values())
    assert {name for name in model().permission_sets if name not in ("everyone",)} <= used


def test_its_own_tests_pass_and_exercise_nearly_every_rule_formula_and_restriction() -> None:
    report = run([bundled_package(APP)], APP)
    failed = [each.case.sentence for each in report.results if not each.passed]
    rules, formulas, restrictions = exercised(report)

    assert not failed
    assert rules >= 0.9, rules
    assert formulas >= 0.9, formulas
    assert restrictions >= 0.9, restrictions


def exercised(report: object) -> tuple[float, float, float]:
    """Shares of the refusing rules, of the formulas and of the restricted fields that some test speaks of."""
    cases = [each.case for each in report.results]  # type: ignore[attr-defined]
    refused, expected, denied = set(), set(), set()
    for case in cases:
        objects = {name: of for name, of, _ in case.given}
        if case.create:
            objects[case.create[0]] = case.create[1]
        touched = [(case.create[1], case.create[2])] if case.create else []
        touched += [(objects[name], sent) for name, sent in case.update.items()]
        if case.refused:
            refused |= {(of, case.refused["by"]) for of, _ in touched}
            if case.refused["by"] == "permission":
                denied |= {(of, field) for of, sent in touched for field in sent}
        expected |= {(objects[place.partition(".")[0]], place.partition(".")[2]) for place in case.expect}
    own = model().objects.values()
    rules = {(of.name, rule.name) for of in own for rule in of.validation if rule.level == "error"}
    formulas = {(of.name, name) for of in own for name in of.formulas}
    restricted = {
        (name, field)
        for each in (model().permission_sets[name] for name in ("sales_core", "deal_work", "catalogue_read"))
        for name, rights in each.objects.items() for field in rights.fields if model().objects[name].fields[field].formula is None
    } - {("price_book_entry", "floor_price"), ("rate_table", "ftp_rate")}
    return len(rules & refused) / len(rules), len(formulas & expected) / len(formulas), len(restricted & denied) / len(restricted)


@pytest.mark.parametrize("object_name", DEMO_COUNTS)
def test_the_demonstration_has_as_many_records_as_planned(demo: Application, object_name: str) -> None:
    assert len(values(demo, object_name, "id")) == DEMO_COUNTS[object_name]


def test_the_demonstrations_contracts_add_up(demo: Application) -> None:
    monthly = Counter[int]()
    for contract in values(demo, "contract", "sign_date", "amount"):
        monthly[contract["sign_date"].month] += contract["amount"]  # type: ignore[attr-defined, operator]

    assert [monthly[month] // 10_000 for month in range(1, 13)] == [120, 132, 128, 140, 155, 150, 162, 171, 168, 180, 194, 205]
    assert sum(monthly.values()) == Decimal("19050000.00")


def test_the_demonstrations_funnel_narrows_as_planned(demo: Application) -> None:
    leads = values(demo, "lead", "effective_at", "converted_opportunity", "converted_opportunity.is_won")
    quoted = {each["opportunity"] for each in values(demo, "quote", "opportunity")}
    converted = [each["converted_opportunity"] for each in leads if each["converted_opportunity"]]

    assert (
        len(leads), sum(each["effective_at"] is not None for each in leads), len(converted), len(quoted & set(converted)),
        sum(each["converted_opportunity.is_won"] is True for each in leads),
    ) == (400, 180, 90, 54, 27)


def test_numbers_follow_the_time_at_which_records_came_into_being(demo: Application) -> None:
    contracts = values(demo, "contract", "number", "created_at", "external_id")

    assert sorted(each["number"] for each in contracts) == [f"HT-2025-{number:05d}" for number in range(1, 73)]
    assert all(str(each["number"])[3:7] == str(each["created_at"].year) for each in contracts)  # type: ignore[attr-defined]


def test_story_records_are_as_told(demo: Application) -> None:
    accounts = {each["external_id"]: each for each in values(
        demo, "account", "external_id", "name", "pool_state", "ext_used", "owner.login", "protected", "level_no", "mobile", "group_account.name",
    )}

    assert accounts["S01"]["name"] == "张一鸣"
    assert accounts["S01"]["pool_state"] == "private_yellow"
    assert (accounts["S02"]["ext_used"], accounts["S03"]["ext_used"]) == (1, 2)
    assert accounts["S04"]["owner.login"] == "zheng.head"
    assert {accounts[each]["owner.login"] for each in ("S06", "S07", "S08")} == {None}
    assert accounts["S09"]["protected"] is True
    assert accounts["S26"]["level_no"] == 7
    assert accounts["S12-2"]["group_account.name"] == accounts["S12"]["name"]


def test_the_story_of_s13_has_its_quotes_discount_plan_and_overdue_instalment(demo: Application) -> None:
    quotes = values(demo, "quote", "revision", "total", "status", where="account.external_id == 'S13'")
    lines = values(demo, "quote_line", "effective_discount", where="quote.account.external_id == 'S13' and quote.is_primary")
    plans = values(demo, "payment_plan", "period_no", "amount", "state", where="contract.account.external_id == 'S13'")

    assert sorted(each["revision"] for each in quotes) == [1, 2, 3]
    assert {each["effective_discount"] for each in lines} == {Decimal("0.1450")}
    assert [(each["amount"], each["state"]) for each in sorted(plans, key=lambda each: each["period_no"])] == [  # type: ignore[arg-type, return-value]
        (Decimal("51300.00"), "paid"), (Decimal("102600.00"), "overdue"), (Decimal("17100.00"), "pending"),
    ]
    assert len(values(demo, "contact", "id", where="account.external_id == 'S13'")) == 3
    assert len(values(demo, "opportunity_competitor", "id", where="opportunity.account.external_id == 'S13'")) == 2


def test_the_newcomers_closed_after_6_and_19_days(demo: Application) -> None:
    first = {
        each["owner.login"]: (each["sign_date"] - each["owner.hire_date"]).days  # type: ignore[operator]
        for each in values(demo, "contract", "sign_date", "owner.login", "owner.hire_date", where="account.external_id in ['S29-1', 'S29-2']")
    }

    assert first == {"chen.rep": 6, "lu.rep": 19}


def person(demo: Application, login: str) -> Client:
    """Somebody of the demonstration, with a token of his own."""
    [found] = values(demo, "user", "id", "roles", where=f"login == '{login}'")
    with demo.storage.writing(demo.tenant) as connection:
        token = create_token(connection, found["id"], "test")  # type: ignore[arg-type]
    user = User(found["id"], login, login, None, tuple(found["roles"]))  # type: ignore[arg-type]
    return Client(demo.app.test_client(), f"/{demo.tenant.slug}/api/v1", {"Authorization": f"Bearer {token}"}, user)


def counted(client: Client, object_name: str) -> int:
    return client.get(f"/records/{object_name}?count=true&limit=1").json["count"]


def test_a_rep_sees_his_own_customers_and_their_details_alone(demo: Application) -> None:
    rep = person(demo, "li.rep")
    own = values(demo, "account", "external_id", where="owner.login == 'li.rep'")
    contacts = values(demo, "contact", "id", where="account.owner.login == 'li.rep'")

    assert counted(rep, "account") == len(own) > 5
    assert counted(rep, "contact") == len(contacts) > 0
    assert counted(rep, "opportunity") == len(values(demo, "opportunity", "id", where="owner.login == 'li.rep'")) > 0


def test_the_executive_sees_everything_and_the_rep_all_products(demo: Application) -> None:
    executive, rep = person(demo, "zhou.exec"), person(demo, "li.rep")

    assert (counted(executive, "account"), counted(executive, "contract")) == (200, 72)
    assert counted(rep, "product") == counted(executive, "product") == 48


@pytest.mark.parametrize(("login", "sees"), [("li.rep", False), ("zhao.rm", False), ("zheng.head", True), ("lin.risk", True)])
def test_costs_and_floor_prices_are_for_managers(demo: Application, login: str, sees: bool) -> None:
    client = person(demo, login)

    for object_name, field in (("product", "cost"), ("price_book_entry", "floor_price"), ("rate_table", "ftp_rate")):
        described = {each["name"] for each in client.get(f"/objects/{object_name}").json["fields"]}
        assert (field in described) is sees
    assert (client.get("/records/product?where=cost > 0&limit=1").status_code == 200) is sees


def test_who_has_left_can_not_sign_in(demo: Application) -> None:
    [leaver] = values(demo, "user", "active", "employment", where="login == 'xu.rep'")

    assert (leaver["active"], leaver["employment"]) == (False, "left")


def test_the_demonstration_loads_on_postgresql_too(pg_url: str, tmp_path: Path) -> None:
    with open_application(postgresql_database(tmp_path, pg_url), bundled_package(APP), demo=True) as application:
        assert sum(each["amount"] for each in values(application, "contract", "amount")) == Decimal("19050000.00")  # type: ignore[misc]
        assert len(values(application, "activity", "id")) == DEMO_COUNTS["activity"]


def test_the_committed_demonstration_is_small() -> None:
    folder = Path("metadata/apps") / APP / "demo"

    assert sum(path.stat().st_size for path in folder.glob("*.yaml")) < 2_500_000
