"""A field that somebody may not read is nowhere: no answer holds its name, label, choices or value."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.runtime.security.secrets import HIDDEN, MARK, World, form_of, hits, upload
from tests.support.application import Client
from tests.support.visitor import Visitor

Ask = Callable[[World, Client, Visitor], TestResponse]


def get(path: str) -> Ask:
    return lambda world, client, browser: client.get(path.format_map(vars(world)))


def look(path: str) -> Ask:
    return lambda world, client, browser: browser.get(path.format_map(vars(world)))


def post(path: str, body: object) -> Ask:
    return lambda world, client, browser: client.post(path.format_map(vars(world)), json=body)


def stale_change(world: World, client: Client, browser: Visitor) -> TestResponse:
    return client.patch(f"/records/thing/{world.thing}", json={"name": "Lamp", "version": 1})


def stale_form(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, f"/o/thing/{world.thing}/edit")
    return browser.post(f"/o/thing/{world.thing}/edit", {**form, "version": "1", "price": "12", "form_key": "x"})


def refused_form(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, f"/o/thing/{world.thing}/edit")
    return browser.post(f"/o/thing/{world.thing}/edit", {**form, "price": "no number", "name": ""})


def warned_form(world: World, client: Client, browser: Visitor) -> TestResponse:
    form = form_of(browser, f"/o/thing/{world.thing}/edit")
    return browser.post(f"/o/thing/{world.thing}/edit", {**form, "price": "600"})


def state_of_edited(world: World, client: Client, browser: Visitor) -> TestResponse:
    return browser.post("/form/thing/state", form_of(browser, f"/o/thing/{world.thing}/edit"))


def replayed(world: World, client: Client, browser: Visitor) -> TestResponse:
    key = {"Idempotency-Key": f"key-{client.user.id}"}
    sent = [client.post("/records/thing", json={"name": f"R{client.user.id}"}, headers=key) for _ in range(2)]
    assert sent[1].headers["Idempotency-Replayed"] == "true"
    return sent[1]


def written_and_shown(world: World, client: Client, browser: Visitor) -> TestResponse:
    return client.put("/records/thing/by/code/L-1?fields=name,inherits", json={"price": "11"}) if client is world.admin else client.put(
        "/records/thing/by/code/L-1?fields=name", json={"price": "11"})


def attachments(world: World, client: Client, browser: Visitor) -> TestResponse:
    return client.get(f"/records/thing/{world.thing}/attachments")


API = {
    "list": get("/records/thing"), "list with names": get("/records/thing?names=true&count=true"), "get": get("/records/thing/{thing}"),
    "get with names": get("/records/thing/{thing}?names=true"), "list of details": get("/records/part?names=true"),
    "search": get("/search?q=Lamp"), "history": get("/records/thing/{thing}/history"), "recycle bin": get("/recycle-bin/thing"),
    "comments": get("/records/thing/{thing}/comments"), "attachments": attachments, "objects": get("/objects"),
    "describe": get("/objects/thing"), "describe details": get("/objects/part"), "openapi": get("/openapi.json"),
    "group": post("/query", {"object": "thing", "by": ["name"], "measures": {"n": "count()"}, "names": True}),
    "conflict": stale_change, "replay": replayed, "upsert": written_and_shown,
    "unique key of a hidden field": post("/records/thing", {"name": "Lamp"}),
    "broken rule": post("/records/thing", {"price": "600", "name": "Careful"}),
    "missing": post("/records/thing", {}),
    "unknown member": post("/records/thing", {"nonsense": 1}),
    "batch": post("/records/thing/batch", {"operations": [{"do": "create", "values": {"name": "Lamp"}}], "atomic": False}),
    "unknown field": get("/records/thing?fields=nonsense"), "unknown path": get("/records/thing?where=nonsense%20%3D%3D%201"),
    "unknown measure": post("/query", {"object": "thing", "measures": {"n": "sum(nonsense)"}}),
    "unknown object": get("/records/nonsense"), "unknown sort": get("/records/thing?sort=nonsense"),
    "definitions": get("/metadata/object/thing"), "versions": get("/metadata/versions"), "draft": get("/metadata/draft"),
}

PAGES = {
    "home": look("/"), "app": look("/app/system"), "list page": look("/o/thing"), "dear list": look("/o/thing?view=things_dear"),
    "filtered list": look("/o/thing?c=name:contains:a"), "sorted list": look("/o/thing?sort=-price"),
    "faulty list": look("/o/thing?where=nonsense"), "record": look("/o/thing/{thing}"), "details tab": look("/o/thing/{thing}?tab=parts"),
    "vaults tab": look("/o/thing/{thing}?tab=vaults"), "deleted record": look("/o/thing/{deleted}"),
    "new form": look("/o/thing/new?record_type=plain"), "kinds": look("/o/thing/new"), "edit form": look("/o/thing/{thing}/edit"),
    "history page": look("/o/thing/{thing}/history"), "recycle bin page": look("/recycle-bin"), "search page": look("/search?q=Lamp"),
    "suggestions": look("/suggest?q=Lamp"), "lookup": look("/lookup/part/thing?q="), "lookup any": look("/lookup/thing/about?q="), "lookup of a hidden object": look("/lookup/thing/leads?q="),
    "state": state_of_edited, "conflict page": stale_form, "refused form": refused_form, "warned form": warned_form,
    "prefilled form": look("/o/thing/new?record_type=plain&set.name=Lamp"), "detail form": look("/o/part/new?set.thing={thing}"),
}

REFUSED = {"faulty list", "conflict page", "refused form", "warned form"}
"""Pages that answer that something is wrong."""


@pytest.mark.parametrize("channel", [*API, *PAGES])
def test_no_answer_holds_a_trace_of_what_is_hidden(world: World, channel: str) -> None:
    ask = (API | PAGES)[channel]
    answer = ask(world, world.worker, world.browser)

    assert answer.status_code < (400 if channel in PAGES.keys() - REFUSED else 500)
    assert hits(answer.text + str(answer.headers), MARK) == []


def test_there_is_something_to_hide_in_most_channels(world: World) -> None:
    shown = {channel for channel, ask in (API | PAGES).items() if hits(ask(world, world.admin, world.boss_browser).text, MARK)}

    assert len(shown) >= 24, sorted((API | PAGES).keys() - shown)


PROBES = (
    "GET /records/thing?fields={}", "GET /records/thing?where={}%20%3D%3D%201", "GET /records/thing?where=not%20ISBLANK({})",
    "GET /records/thing?sort={}", "GET /records/thing?sort=-{}", "GET /records/thing/{thing}?fields={}", "GET /records/part?fields=thing.{}",
    "GET /records/part?where=ISBLANK(thing.{})", "GET /records/part?sort=thing.{}", "GET /recycle-bin/thing?fields={}",
    "GET /recycle-bin/thing?where=ISBLANK({})", "GET /recycle-bin/thing?sort={}", "GET /records/thing/{thing}/files/{}",
    "GET /records/thing?where={}.name%20%3D%3D%20'x'", "GET /records/thing?fields={}.name", "GET /search?q=Lamp&objects={}",
    "GET /objects/{}", "GET /records/{}", "GET /records/{}/1", "GET /recycle-bin/{}",
)
BODIES = (
    ("POST", "/query", '{"object": "thing", "by": ["{}"], "measures": {"n": "count()"}}'),
    ("POST", "/query", '{"object": "thing", "by": [{"field": "{}", "per": "month"}]}'),
    ("POST", "/query", '{"object": "thing", "measures": {"n": "sum({})"}}'),
    ("POST", "/query", '{"object": "thing", "measures": {"n": "count()"}, "where": "not ISBLANK({})"}'),
    ("POST", "/query", '{"object": "thing", "by": ["name"], "measures": {"n": "count()"}, "having": "max({}) > 1"}'),
    ("POST", "/query", '{"object": "thing", "by": ["name"], "measures": {"n": "count()"}, "sort": ["{}"]}'),
    ("POST", "/query", '{"object": "part", "by": ["thing.{}"], "measures": {"n": "count()"}}'),
    ("POST", "/query", '{"object": "{}", "measures": {"n": "count()"}}'),
    ("POST", "/records/thing", '{"name": "Probe", "{}": null}'),
    ("POST", "/records/thing", '{"name": "Probe", "{}": "zz"}'),
    ("POST", "/records/part", '{"name": "Probe", "thing": {"{}": "zz"}}'),
    ("POST", "/records/thing/batch", '{"operations": [{"do": "create", "values": {"name": "Probe", "{}": 1}}]}'),
    ("POST", "/records/thing/batch", '{"operations": [{"do": "upsert", "by": "{}", "value": "zz", "values": {"name": "Probe"}}]}'),
    ("POST", "/records/thing/batch", '{"operations": [{"do": "create", "object": "{}", "values": {"name": "Probe"}}]}'),
    ("PUT", "/records/thing/by/{}/zz", '{"name": "Probe"}'),
    ("PATCH", "/records/thing/{thing}", '{"{}": 1, "version": {version}}'),
    ("POST", "/records/{}", '{"name": "Probe"}'),
    ("POST", "/records/thing", '{"name": "Probe", "about": {"object": "{}", "id": 1}}'),
)


def twin(name: str) -> str:
    """A name of the same length that no field has."""
    return "ww" + name[2:]


def alike(one: TestResponse, name: str, other: TestResponse) -> bool:
    return (one.status_code, without(one.text, name)) == (other.status_code, without(other.text, twin(name)))


def without(text: str, name: str) -> str:
    text = re.sub(r'(name="(csrf_token|form_key)" value|name="csrf-token" content)="[^"]*"', "", text)
    return text.replace(name, "NAME")


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("probe", PROBES)
def test_asking_for_it_is_like_asking_for_what_does_not_exist(world: World, name: str, probe: str) -> None:
    method, _, path = probe.replace("{thing}", str(world.thing)).partition(" ")
    one, other = (world.worker.send(method, path.replace("{}", each)) for each in (name, twin(name)))

    assert one.status_code in (400, 404, 422)
    assert alike(one, name, other), (one.text, other.text)


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_sending_it_is_like_sending_what_does_not_exist(world: World, name: str, method: str, path: str, body: str) -> None:
    place = path.replace("{thing}", str(world.thing))
    filled = body.replace("{version}", str(world.admin.get(f"/records/thing/{world.thing}").json["version"]))
    one, other = (
        world.worker.send(method, place.replace("{}", each), data=filled.replace("{}", each), content_type="application/json")
        for each in (name, twin(name))
    )
    assert one.status_code in (400, 404, 422), one.text
    assert alike(one, name, other), (one.text, other.text)


LOOKS = (
    "/o/thing?sort={}", "/o/thing?c={}:equals:zz", "/o/thing?c={}:is_blank:", "/o/thing?where=ISBLANK({})", "/o/thing?f={}&op=equals&v=zz",
    "/o/thing/new?record_type=plain&set.{}=1", "/o/thing/{thing}?tab={}", "/o/thing/{thing}/file/{}", "/lookup/thing/{}?q=", "/o/{}",
    "/o/{}/new", "/o/{}/1", "/o/{}/1/edit", "/o/{}/1/history", "/o/part?c=thing.{}:equals:zz", "/o/thing?view={}",
)


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("path", LOOKS)
def test_a_page_about_it_is_like_a_page_about_nothing(world: World, name: str, path: str) -> None:
    place = path.replace("{thing}", str(world.thing))
    one, other = (world.browser.get(place.replace("{}", each)) for each in (name, twin(name)))

    assert alike(one, name, other)


def test_a_form_that_sends_it_changes_nothing(world: World) -> None:
    form = form_of(world.browser, f"/o/thing/{world.thing}/edit")
    for name in HIDDEN:
        for path in (f"/o/thing/{world.thing}/edit", "/form/thing/state"):
            sent = [world.browser.post(path, {**form, "form_key": "", each: "zz"}) for each in (name, twin(name))]
            assert sent[0].status_code == sent[1].status_code
            assert hits(sent[0].text.replace(name, ""), MARK) == []
            assert hits(sent[1].text, MARK) == []
            assert sent[0].text.count(name) == sent[1].text.count(twin(name)), "it is said of both, or of none"
            form = form_of(world.browser, f"/o/thing/{world.thing}/edit")
    kept = world.admin.get(f"/records/thing/{world.thing}").json
    assert (kept["zqtext"], kept["zqamount"], kept["zqlevel"]) == ("zqvalue words", "77.70", "zqhigh")


@pytest.mark.parametrize("words", ["zqvalue", "zqvalue words", "77.7", "zqhigh"])
def test_searching_for_its_value_finds_nothing(world: World, words: str) -> None:
    assert world.worker.get("/search", query_string={"q": words}).json["hits"] == []
    for path in ("/search", "/suggest"):
        one, other = (world.browser.get(path, query_string={"q": each}) for each in (words, "qqqqqqqq"))
        assert one.text.count("<a ") == other.text.count("<a ")
    assert world.browser.get("/lookup/part/thing", query_string={"q": words}).json == {"options": []}


def test_a_note_in_the_browser_names_no_hidden_object(world: World) -> None:
    world.browser.http.set_cookie("tenon_note", "created:zqvault:1", path="/acme")
    assert hits(world.browser.get("/").text, MARK) == []


def test_a_file_in_a_hidden_field_can_not_be_taken_over(world: World) -> None:
    answer = world.worker.post("/records/thing", json={"name": "Thief", "paper": world.file})
    nothing = world.worker.post("/records/thing", json={"name": "Thief", "paper": 999_999})
    assert (answer.status_code, answer.text) == (422, nothing.text)
    assert upload(world.worker, "mine.txt") != world.file
