"""What publishing put out of sight is listed, and destroyed only on purpose."""

import json
from collections.abc import Iterator

import pytest

from tests.support.application import Application, Client, open_application
from tests.support.databases import Database
from tests.support.loans import LOANS

ANY = {"If-Match": "*"}
ROOM = {"label": {"en": "Room"}, "plural": {"en": "Rooms"}, "fields": {"name": {"type": "text"}}}


@pytest.fixture
def admin(database: Database) -> Iterator[Client]:
    with open_application(database, LOANS) as application:
        yield application.client()


def put(client: Client, name: str, body: dict[str, object]) -> None:
    answer = client.put(f"/metadata/object/{name}", json=body, headers=ANY)
    assert answer.status_code == 200, answer.text


def publish(client: Client) -> None:
    answer = client.post("/metadata/publish", json={})
    assert answer.status_code == 200, answer.text


def hidden(client: Client) -> list[dict[str, object]]:
    return client.get("/metadata/hidden").json["hidden"]


def test_a_field_out_of_sight_is_listed_and_destroyed_for_good(admin: Client) -> None:
    record = admin.create("equipment", code="a", name="a", value=5)
    body = json.loads(admin.get("/metadata/object/equipment").text)
    fields = {name: each for name, each in body["fields"].items() if name not in ("value", "margin")}
    assert hidden(admin) == []
    put(admin, "equipment", {**body, "fields": fields})
    loan = json.loads(admin.get("/metadata/object/loan").text)
    put(admin, "loan", {**loan, "validation": {}})
    publish(admin)

    assert hidden(admin) == [{"object": "equipment", "field": "value", "name": "value", "since": 2, "records": 3}]
    assert admin.delete("/metadata/hidden/equipment/code").status_code == 404
    assert admin.delete("/metadata/hidden/equipment/value").status_code == 204

    assert hidden(admin) == []
    assert admin.post("/metadata/versions/1/rollback").status_code == 200
    assert admin.get(f"/records/equipment/{record}").json["value"] is None


def test_nothing_of_a_destroyed_object_is_shown_with_a_later_one_of_its_name(admin: Client) -> None:
    put(admin, "x_room", ROOM)
    publish(admin)
    room = admin.create("x_room", name="101")
    assert admin.post(f"/records/x_room/{room}/comments", json={"text": "secret"}).status_code == 201
    admin.delete("/metadata/object/x_room", headers=ANY)
    publish(admin)
    assert [(each["object"], each["field"], each["records"]) for each in hidden(admin)] == [("x_room", None, 1)]

    assert admin.delete("/metadata/hidden/x_room").status_code == 204

    put(admin, "x_room", ROOM)
    publish(admin)
    again = admin.create("x_room", name="102")
    assert "secret" not in admin.get(f"/records/x_room/{again}/comments").text
    assert len(admin.get(f"/records/x_room/{again}/history").json["changes"]) == 1
