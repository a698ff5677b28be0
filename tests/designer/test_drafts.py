"""The application is changed in a draft over REST, shown as a plan, published, and taken back."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.application import Application, Client, open_application
from tests.support.databases import Database
from tests.support.loans import LOANS

NEW = {"If-None-Match": "*"}


@pytest.fixture
def loans(database: Database) -> Iterator[Application]:
    with open_application(database, LOANS) as application:
        yield application


@pytest.fixture
def admin(loans: Application) -> Client:
    return loans.client()


def add_field(client: Client, name: str = "x_colour", **definition: object) -> None:
    shown = client.get("/metadata/object/equipment")
    body = json.loads(shown.text)
    body["fields"][name] = {"type": "text", "label": {"en": "Colour"}, **definition}
    put = client.put("/metadata/object/equipment", json=body, headers={"If-Match": shown.headers["ETag"]})
    assert put.status_code == 200, put.text


def publish(client: Client, message: str = "") -> int:
    answer = client.post("/metadata/publish", json={"message": message})
    assert answer.status_code == 200, answer.text
    return int(answer.json["version"])


def test_a_field_is_usable_on_the_request_after_its_publish(loans: Application, admin: Client) -> None:
    other_process = Client(loans.process().test_client(), admin.prefix, admin.headers, admin.user)
    assert "x_colour" not in other_process.get("/openapi.json").text
    add_field(admin)
    assert admin.post("/records/equipment", json={"code": "a", "name": "a", "x_colour": "red"}).status_code == 422

    publish(admin, "colours")

    created = other_process.post("/records/equipment", json={"code": "a", "name": "a", "x_colour": "red"})
    assert created.status_code == 201, created.text
    assert other_process.get("/records/equipment?where=x_colour == 'red'").json["records"][0]["x_colour"] == "red"
    assert "x_colour" in other_process.get("/objects/equipment").text
    assert "x_colour" in other_process.get("/openapi.json").text


def test_the_draft_says_what_it_changes_and_is_forgotten(admin: Client) -> None:
    add_field(admin)

    [change] = admin.get("/metadata/draft").json["changes"]
    assert (change["action"], change["kind"], change["name"], change["path"]) == (
        "added", "object", "equipment", ["fields", "x_colour"],
    )
    assert admin.delete("/metadata/draft").status_code == 204
    assert admin.get("/metadata/draft").json["changes"] == []
    assert "x_colour" not in admin.get("/metadata/object/equipment").text


def test_the_plan_shows_steps_in_words_and_sql(admin: Client) -> None:
    add_field(admin)

    plan = admin.get("/metadata/draft/plan?lang=en").json

    [step] = [each for each in plan["steps"] if each["field"] == "x_colour"]
    assert (step["action"], step["object"], step["takes_away"]) == ("add_column", "equipment", False)
    assert "x_colour" in step["sql"][0]
    assert plan["version"] == plan["base"] + 1


def test_every_problem_of_a_draft_is_named_and_nothing_is_published(admin: Client) -> None:
    add_field(admin, "x_a", type="lookup", to="nowhere")
    add_field(admin, "x_b", type="formula", returns="number", formula="valeu * 2")

    for refused in (admin.get("/metadata/draft/plan"), admin.post("/metadata/publish")):
        assert refused.status_code == 422
        fields = [each["field"] for each in refused.json["errors"]]
        assert any("x_a" in each for each in fields) and any("x_b" in each for each in fields)
    assert len(admin.get("/metadata/versions").json["versions"]) == 1


def test_a_name_without_the_prefix_of_tenants_is_refused(admin: Client) -> None:
    add_field(admin, "colour")

    assert admin.get("/metadata/draft/plan").status_code == 422


def test_somebody_elses_change_is_not_overwritten(loans: Application, admin: Client) -> None:
    tag = admin.get("/metadata/object/equipment").headers["ETag"]
    add_field(loans.client())

    stale = admin.put("/metadata/object/equipment", json={"fields": {}}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "draft_conflict")
    assert admin.put("/metadata/object/equipment", json={"fields": {}}).status_code == 428
    assert admin.delete("/metadata/object/equipment", headers={"If-Match": tag}).status_code == 412
    assert "x_colour" in admin.get("/metadata/object/equipment").text


def test_a_new_object_is_added_and_taken_away_again(admin: Client) -> None:
    body = {"label": {"en": "Room"}, "plural": {"en": "Rooms"}, "fields": {"name": {"type": "text"}}}
    assert admin.put("/metadata/object/x_room", json=body, headers=NEW).status_code == 200
    assert admin.put("/metadata/object/x_room", json=body, headers=NEW).status_code == 412
    publish(admin)
    room = admin.create("x_room", name="101")

    assert admin.delete("/metadata/object/x_room", headers={"If-Match": "*"}).status_code == 204
    plan = admin.get("/metadata/draft/plan").json
    assert [(each["action"], each["records"]) for each in plan["steps"] if each["takes_away"]] == [("hide_table", 1)]
    publish(admin)
    assert admin.get(f"/records/x_room/{room}").status_code == 404
    assert admin.put("/metadata/object/x_room", json=body, headers=NEW).status_code == 200
    publish(admin)
    assert admin.get(f"/records/x_room/{room}").json["name"] == "101"


def test_a_field_that_becomes_searchable_is_found_in_old_records(admin: Client) -> None:
    add_field(admin)
    publish(admin)
    record = admin.create("equipment", code="s", name="s", x_colour="翡翠绿")
    assert admin.get("/search?q=翡翠").json["hits"] == []
    shown = admin.get("/metadata/object/equipment")
    body = {**json.loads(shown.text), "search": ["code", "name", "x_colour"]}
    admin.put("/metadata/object/equipment", json=body, headers={"If-Match": shown.headers["ETag"]})

    publish(admin)

    assert [each["id"] for each in admin.get("/search?q=翡翠").json["hits"]] == [record]
    admin.post("/metadata/versions/2/rollback")
    assert admin.get("/search?q=翡翠").json["hits"] == []


def test_the_platforms_own_objects_can_be_extended(admin: Client) -> None:
    shown = admin.get("/metadata/object/user")
    body = json.loads(shown.text)
    body["fields"]["x_desk"] = {"type": "text", "label": {"en": "Desk"}}
    admin.put("/metadata/object/user", json=body, headers={"If-Match": shown.headers["ETag"]})

    publish(admin)

    assert "x_desk" in admin.get(f"/records/user/{admin.user.id}").json


def test_an_earlier_version_comes_back(admin: Client) -> None:
    add_field(admin)
    publish(admin, "colours")
    admin.create("equipment", code="c", name="c", x_colour="red")

    back = admin.post("/metadata/versions/1/rollback", json={"message": "no colours"})

    assert (back.status_code, back.json["version"]) == (200, 3)
    assert "x_colour" not in admin.get("/records/equipment").text
    versions = admin.get("/metadata/versions").json["versions"]
    assert [(each["number"], each["message"], each["author"]) for each in versions[:2]] == [
        (3, "no colours", admin.user.login), (2, "colours", admin.user.login),
    ]
    assert [each["path"] for each in admin.get("/metadata/versions/2").json["changes"]] == [["fields", "x_colour"]]


def test_a_draft_begun_before_other_changes_is_not_published_over_them(admin: Client) -> None:
    add_field(admin)
    publish(admin)
    add_field(admin, "x_size")
    admin.post("/metadata/versions/1/rollback")

    refused = admin.post("/metadata/publish")
    assert (refused.status_code, refused.json["code"]) == (409, "draft_outdated")


def test_a_draft_survives_the_upgrade_of_a_package(loans: Application, admin: Client) -> None:
    add_field(admin)
    loans.install(LOANS.replace("name: {type: text, required: true, label: {zh_CN: 名称, en: Name}}", "name: {type: text, required: true, label: {en: Title}}", 1))
    publish(admin)

    labels = {each["name"]: each["label"] for each in admin.get("/objects/equipment?lang=en").json["fields"]}
    assert (labels["name"], labels["x_colour"]) == ("Title", "Colour")


def test_publishing_nothing_is_refused(admin: Client) -> None:
    assert (admin.post("/metadata/publish").status_code, admin.post("/metadata/publish").json["code"]) == (409, "draft_missing")


def test_two_who_change_different_fields_at_once_both_win(loans: Application, admin: Client) -> None:
    def add(number: int) -> int:
        client = Client(loans.app.test_client(), admin.prefix, admin.headers, admin.user)
        body = {"label": {"en": "Room"}, "plural": {"en": "Rooms"}, "fields": {"name": {"type": "text"}}}
        return client.put(f"/metadata/object/x_room{number}", json=body, headers=NEW).status_code

    with ThreadPoolExecutor(6) as threads:
        assert set(threads.map(add, range(6))) == {200}
    assert len(admin.get("/metadata/draft").json["changes"]) == 6


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/metadata/object"), ("GET", "/metadata/object/loan"), ("PUT", "/metadata/object/loan"),
        ("DELETE", "/metadata/object/loan"), ("GET", "/metadata/draft"), ("DELETE", "/metadata/draft"),
        ("GET", "/metadata/draft/plan"), ("POST", "/metadata/publish"), ("GET", "/metadata/versions"),
        ("GET", "/metadata/versions/1"), ("POST", "/metadata/versions/1/rollback"), ("GET", "/metadata/hidden"),
        ("DELETE", "/metadata/hidden/loan"), ("DELETE", "/metadata/hidden/loan/purpose"),
    ],
)
def test_changing_the_application_needs_a_right(loans: Application, method: str, path: str) -> None:
    options = {"json": {}} if method in ("PUT", "POST") else {}

    answer = loans.client(roles=["clerk"]).send(method, path, headers={"If-Match": "*"}, **options)

    assert (answer.status_code, answer.json["code"]) == (403, "right_missing")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/metadata/nothing", 404), ("GET", "/metadata/object/nothing", 404), ("GET", "/metadata/data/x", 404),
        ("GET", "/metadata/versions/77", 404), ("GET", "/metadata/versions/x", 404),
        ("POST", "/metadata/versions/77/rollback", 404), ("GET", "/metadata/object/loan?publishd=1", 400),
        ("DELETE", "/metadata/hidden/loan", 404), ("DELETE", "/metadata/hidden/loan/purpose", 404),
        ("DELETE", "/metadata/hidden/tenon_credential", 404), ("GET", "/metadata/hidden/loan", 404),
        ("PUT", "/metadata/data/x", 404), ("DELETE", "/metadata/object/nothing", 404), ("PATCH", "/metadata/draft", 405),
    ],
)
def test_a_faulty_call_is_refused(admin: Client, method: str, path: str, status: int) -> None:
    options = {"json": {}} if method in ("PUT", "POST") else {}

    answer = admin.send(method, path, headers={"If-Match": "*"}, **options)

    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "body", [{"object": "other"}, {"fields": []}, {"fields": {"x_a": None}}, {"fields": {"x_a": {"type": 1}}}, {"label": 1e400}]
)
def test_a_body_that_is_no_definition_is_refused_at_the_latest_in_the_plan(admin: Client, body: dict[str, object]) -> None:
    put = admin.put("/metadata/object/x_room", data=json.dumps(body), content_type="application/json", headers=NEW)

    assert put.status_code in (200, 400, 422), put.text
    if put.status_code == 200:
        assert admin.get("/metadata/draft/plan").status_code == 422
