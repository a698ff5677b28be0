"""Many writes at once: all or nothing, or each for itself."""

from tests.support.application import Client


def test_operations_are_done_in_order_and_see_each_other(admin: Client) -> None:
    answer = admin.post("/records/equipment/batch", json={"operations": [
        {"do": "create", "values": {"code": "B-1", "name": "Bag"}},
        {"do": "upsert", "by": "code", "value": "B-1", "values": {"name": "Big bag"}},
        {"do": "upsert", "by": "code", "value": "B-2", "values": {"name": "Box"}},
        {"do": "create", "object": "loan", "values": {"equipment": {"code": "B-2"}}},
    ]})

    assert answer.status_code == 200, answer.text
    first, second, third, fourth = answer.json["results"]
    assert [each["status"] for each in (first, second, third, fourth)] == [201, 200, 201, 201]
    assert (second["id"], second["version"]) == (first["id"], 2)
    assert admin.get(f"/records/loan/{fourth['id']}").json["equipment"] == third["id"]


def test_all_or_nothing_leaves_nothing_and_names_every_faulty_operation(admin: Client) -> None:
    answer = admin.post("/records/equipment/batch", json={"operations": [
        {"do": "create", "values": {"code": "B-10", "name": "Bag"}},
        {"do": "create", "values": {"code": "B-11"}},
        {"do": "update", "id": 999999, "version": 1, "values": {}},
        {"do": "update", "id": 1, "values": {}},
        {"do": "create", "values": {"code": "B-10", "name": "Again"}},
    ]})

    assert answer.status_code == 422
    assert answer.json["code"] == "batch_refused"
    assert [(each["field"], each["code"]) for each in answer.json["errors"]] == [
        ("operations.1.name", "required"), ("operations.2", "not_found"), ("operations.3.version", "version_required"),
        ("operations.4.code", "not_unique"),
    ]
    assert admin.get("/records/equipment?where=BEGINS(code, 'B-1')&count=true&fields=code").json["records"] == [] or all(
        each["code"] == "B-1"
        for each in admin.get("/records/equipment?where=BEGINS(code, 'B-1')&fields=code").json["records"]
    )


def test_each_for_itself_keeps_what_can_be_kept(admin: Client) -> None:
    answer = admin.post("/records/equipment/batch", json={"atomic": False, "operations": [
        {"do": "create", "values": {"code": "B-20", "name": "Bag"}},
        {"do": "create", "values": {"code": "B-20", "name": "Again"}},
        {"do": "create", "values": {"code": "B-21", "name": "Box"}},
    ]})

    assert answer.status_code == 200
    assert [each["status"] for each in answer.json["results"]] == [201, 422, 201]
    assert answer.json["results"][1]["errors"][0]["field"] == "code"
    assert admin.get("/records/equipment?where=BEGINS(code, 'B-2')&count=true").json["count"] >= 2


def test_a_batch_updates_and_deletes(admin: Client) -> None:
    one, two = admin.create("equipment", code="B-30", name="a"), admin.create("equipment", code="B-31", name="b")

    answer = admin.post("/records/equipment/batch", json={"operations": [
        {"do": "update", "id": one, "version": 1, "values": {"name": "c"}},
        {"do": "delete", "id": two, "version": 1},
    ]})

    assert [each["status"] for each in answer.json["results"]] == [200, 204]
    assert admin.get(f"/records/equipment/{one}").json["name"] == "c"
    assert admin.get(f"/records/equipment/{two}").status_code == 404


def test_a_batch_is_bounded(admin: Client) -> None:
    operation = {"do": "create", "values": {}}

    answer = admin.post("/records/equipment/batch", json={"operations": [operation] * 201})

    assert answer.status_code == 422
    assert answer.json["code"] == "too_many_operations"


def test_two_hundred_operations_are_one_batch(admin: Client) -> None:
    operations = [{"do": "create", "values": {"code": f"BB-{number}", "name": "x"}} for number in range(200)]

    answer = admin.post("/records/equipment/batch", json={"operations": operations})

    assert answer.status_code == 200
    assert len({each["id"] for each in answer.json["results"]}) == 200


def test_a_stale_version_refuses_one_operation(admin: Client) -> None:
    one = admin.create("equipment", code="B-40", name="a")
    admin.patch(f"/records/equipment/{one}", json={"name": "b", "version": 1})

    answer = admin.post("/records/equipment/batch", json={"atomic": False, "operations": [
        {"do": "update", "id": one, "version": 1, "values": {"name": "c"}},
    ]})

    assert answer.json["results"][0]["status"] == 409
    assert answer.json["results"][0]["current"] == 2
