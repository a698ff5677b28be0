"""A private record of somebody else is nowhere: not by its name, its values, its details, nor in counts and sums."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.runtime.security.secrets import FOREIGN, World, form_of, hits
from tests.support.application import Client
from tests.support.visitor import Visitor

Ask = Callable[[World, Client, Visitor], TestResponse]
ABSENT = 999_999
FIGURE = r"qj|4[ ,.]?242"
"""What stands in every text of the foreign account, and the credit that it has."""


def get(path: str) -> Ask:
    return lambda world, client, browser: client.get(path.format_map(vars(world)))


def look(path: str) -> Ask:
    return lambda world, client, browser: browser.get(path.format_map(vars(world)))


def group(**body: object) -> Ask:
    return lambda world, client, browser: client.post("/query", json={"names": True, **body})


def state_of_new(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, "/o/deal/new")
    return browser.post("/form/deal/state", {**form, "name": "Mine", "account": str(world.account), "others": [str(world.account)]})


def state_of_edited(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, f"/o/deal/{world.deal}/edit")
    return browser.post("/form/deal/state", {**form, "account": str(world.account)})


def refused(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, f"/o/deal/{world.deal}/edit")
    return browser.post(f"/o/deal/{world.deal}/edit", {**form, "name": "", "account": str(world.account)})


def conflict(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, f"/o/deal/{world.deal}/edit")
    world.admin.put("/records/deal/by/id/1", json={})
    return browser.post(f"/o/deal/{world.deal}/edit", {**form, "version": "0", "name": "Other", "account": ""})


CHANNELS = {
    "list": get("/records/account?names=true&count=true"), "details": get("/records/entry?names=true&count=true"),
    "names": get("/records/deal?names=true"), "paths": get("/records/deal?fields=name,account.name,account.credit,account.code,credit,says"),
    "sorted by it": get("/records/deal?sort=-account.name&fields=name,account.name"), "formula sort": get("/records/deal?sort=-credit&fields=name,credit"),
    "one": get("/records/deal/{deal}?names=true"), "history": get("/records/deal/{deal}/history"),
    "sum": group(object="account", measures={"n": "count()", "s": "sum(credit)", "m": "max(name)"}),
    "groups": group(object="account", by=["name"], measures={"n": "count()"}), "sum of details": group(object="entry", measures={"s": "sum(sum)"}),
    "sum across": group(object="deal", measures={"s": "sum(account.credit)", "t": "max(credit)", "u": "max(account.name)", "v": "max(says)"}),
    "groups across": group(object="deal", by=["account.name"], measures={"n": "count()"}),
    "groups by relation": group(object="deal", by=["account"], measures={"n": "count()"}),
    "having": group(object="deal", by=["account.name"], measures={"n": "sum(account.credit)"}, having="sum(account.credit) > 1"),
    "search": get("/search?q=qjvalue"), "search name": get("/search?q=Deal"), "recycle bin": get("/recycle-bin/account"),
    "objects": get("/objects"), "openapi": get("/openapi.json"),
    "home": look("/"), "list page": look("/o/account"), "deals page": look("/o/deal"), "deal": look("/o/deal/{deal}"),
    "deal history": look("/o/deal/{deal}/history"), "edit deal": look("/o/deal/{deal}/edit"), "new deal": look("/o/deal/new?set.account={account}"),
    "lookup": look("/lookup/deal/account?q="), "lookup many": look("/lookup/deal/others?q="), "lookup any": look("/lookup/deal/about?q=value"),
    "lookup master": look("/lookup/entry/account?q="), "new entry": look("/o/entry/new?set.account={account}"),
    "suggestions": look("/suggest?q=Deal"), "bin page": look("/recycle-bin"), "state": state_of_new, "state of edited": state_of_edited,
    "refused": refused, "conflict": conflict, "sorted page": look("/o/deal?sort=-account.name"),
    "filtered page": look("/o/deal?c=account.name:is_not_blank:"),
}


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_answer_holds_a_trace_of_it(world: World, channel: str) -> None:
    answer = CHANNELS[channel](world, world.worker, world.browser)

    assert answer.status_code < 500
    assert hits(answer.text, FIGURE) == []


def test_there_is_something_to_hide_in_most_channels(world: World) -> None:
    shown = {channel for channel, ask in CHANNELS.items() if hits(ask(world, world.admin, world.boss_browser).text, FIGURE)}

    assert len(shown) >= 28, sorted(CHANNELS.keys() - shown)


def test_it_counts_nowhere(world: World) -> None:
    worker = world.worker
    assert worker.get("/records/account?count=true").json["count"] == 0
    assert worker.get("/records/entry?count=true").json["count"] == 0
    rows = worker.post("/query", json={"object": "account", "measures": {"n": "count()", "s": "sum(credit)"}}).json["rows"]
    assert rows == [{"n": 0, "s": None}] or rows == [{"n": 0, "s": "0"}] or rows == []


@pytest.mark.parametrize("where", [
    "account.name == 'qjvalue name'", "BEGINS(account.name, 'qj')", "account.credit > 1", "credit > 1", "CONTAINS(says, 'note')",
    "not ISBLANK(account.name)", "account.code != ''",
])
def test_no_condition_can_ask_it(world: World, where: str) -> None:
    answer = world.worker.get("/records/deal", query_string={"where": where, "count": "true"})

    assert (answer.status_code, answer.json.get("count")) in ((200, 0), (422, None))
    asked = world.admin.get("/records/deal", query_string={"where": where, "count": "true"})
    assert asked.json.get("count") == (1 if answer.status_code == 200 else None)


PATHS = (
    "GET /records/account/{}", "GET /records/account/{}/history", "GET /records/account/{}/comments", "GET /records/account/{}/attachments",
    "DELETE /records/account/{}?version=1", "POST /recycle-bin/account/{}/restore", "DELETE /recycle-bin/account/{}",
)
LOOKS = ("/o/account/{}", "/o/account/{}/edit", "/o/account/{}/history", "/o/account/{}?tab=entries", "/o/account/{}/attachments/1")


@pytest.mark.parametrize("path", PATHS)
def test_it_answers_like_nothing(world: World, path: str) -> None:
    method, _, place = path.partition(" ")
    one, other = (world.worker.send(method, place.format(each)) for each in (world.account, ABSENT))
    assert one.status_code == other.status_code == 404
    assert one.text.replace(f'"id": {world.account}', "") == other.text.replace(f'"id": {ABSENT}', "")


@pytest.mark.parametrize("path", LOOKS)
def test_its_pages_are_like_pages_of_nothing(world: World, path: str) -> None:
    one, other = (world.browser.get(path.format(each)) for each in (world.account, ABSENT))
    assert one.status_code == other.status_code == 404
    assert one.text.replace(f"account/{world.account}", "") == other.text.replace(f"account/{ABSENT}", "")


@pytest.mark.parametrize("values", [
    {"account": "{}"}, {"others": ["{}"]}, {"about": {"object": "account", "id": "{}"}}, {"owner": "{}"},
])
def test_a_relation_to_it_is_refused_like_one_to_nothing(world: World, values: dict[str, object]) -> None:
    def with_id(value: object, number: int) -> object:
        if isinstance(value, dict):
            return {name: with_id(each, number) for name, each in value.items()}
        if isinstance(value, list):
            return [with_id(each, number) for each in value]
        return number if value == "{}" else value

    foreign = world.account if "owner" not in values else ABSENT + 1
    one, other = (world.worker.post("/records/deal", json={"name": "Mine", **with_id(values, each)}) for each in (foreign, ABSENT))
    assert (one.status_code, one.text) == (422, other.text)


def test_a_detail_can_not_be_put_below_it(world: World) -> None:
    one, other = (world.worker.post("/records/entry", json={"name": "Mine", "account": each}) for each in (world.account, ABSENT))
    assert (one.status_code, one.text) == (422, other.text)
    named = [world.worker.post("/records/entry", json={"name": "Mine", "account": {"code": each}}) for each in ("qjvalue-code", "none-such-1")]
    assert (named[0].status_code, named[0].text) == (422, named[1].text)


def test_a_key_that_it_holds_can_not_be_read_or_taken(world: World) -> None:
    for answer in (
        world.worker.put("/records/account/by/code/qjvalue-code", json={"name": "Mine"}),
        world.worker.post("/records/account", json={"name": "Mine", "code": "qjvalue-code"}),
    ):
        assert answer.status_code == 422
        assert hits(answer.text, "qjvalue (name|note|entry)|4242") == []
        assert f'"id":{world.account}' not in answer.text


def test_who_saves_a_form_over_it_keeps_the_relation(world: World) -> None:
    form = form_of(world.browser, f"/o/deal/{world.deal}/edit")
    answer = world.browser.post(f"/o/deal/{world.deal}/edit", {**form, "name": "Deal renamed"})
    assert answer.status_code == 303
    kept = world.admin.get(f"/records/deal/{world.deal}").json
    assert (kept["account"], kept["others"], kept["about"]) == (world.account, [world.account], {"object": "account", "id": world.account})
    assert FOREIGN not in world.browser.get("/").text


def test_no_rule_can_be_asked_about_it(world: World) -> None:
    """Whoever points at a foreign record and watches which rule breaks could find out its values one by one."""
    for limit in ("1", "4242", "4243", "9999999"):
        body = {"name": "Mine", "limit": limit}
        one, other = (world.worker.post("/records/deal", json={**body, "account": each}) for each in (world.account, ABSENT))
        assert (one.status_code, one.text) == (422, other.text)
        own = world.worker.create("deal", name="Mine")
        one, other = (
            world.worker.patch(f"/records/deal/{own}", json={**body, "account": each, "version": 1}) for each in (world.account, ABSENT)
        )
        assert (one.status_code, one.text) == (422, other.text)
