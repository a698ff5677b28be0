"""The calls on records: create, read, list, change, delete, write by key, each with its refusals."""

import json

import pytest

from tests.support.application import Application, Client


def camera(client: Client) -> int:
    found = client.get("/records/equipment?where=code == 'CAM-1'&fields=code").json["records"]
    return int(found[0]["id"])


def lend(client: Client, **values: object) -> int:
    return client.create("loan", **{"equipment": camera(client), **values})


def codes(answer: object) -> list[tuple[str | None, str]]:
    return [(each["field"], each["code"]) for each in answer.json["errors"]]  # type: ignore[attr-defined]


def test_a_created_record_is_read_back_with_its_defaults(clerk: Client) -> None:
    created = clerk.post("/records/loan", json={"equipment": camera(clerk), "purpose": "拍摄"})

    assert created.status_code == 201
    assert created.json["version"] == 1
    assert created.headers["Location"].endswith(f"/records/loan/{created.json['id']}")
    assert created.headers["ETag"] == '"1"'
    shown = clerk.get(f"/records/loan/{created.json['id']}").json
    assert (shown["purpose"], shown["from_date"], shown["due_date"]) == ("拍摄", "2026-01-05", "2026-01-19")
    assert (shown["status"], shown["overdue"], shown["version"]) == ("draft", False, 1)


def test_a_remark_on_a_refused_save_is_no_error(clerk: Client) -> None:
    sent = {"equipment": camera(clerk), "from_date": "2026-01-10", "due_date": "2026-01-09"}
    refused = clerk.post("/records/loan", json=sent).json

    assert [each["field"] for each in refused["errors"]] == ["due_date"]
    assert [each["field"] for each in refused["warnings"]] == ["deposit"]


def test_a_warning_comes_with_the_success(clerk: Client) -> None:
    created = clerk.post("/records/loan?lang=en", json={"equipment": camera(clerk)})

    assert [(each["field"], each["message"]) for each in created.json["warnings"]] == [
        ("deposit", "Dear equipment usually asks for a deposit")
    ]


def test_the_saved_fields_come_back_when_asked_for(clerk: Client) -> None:
    saved = clerk.post("/records/loan?fields=number,equipment.code", json={"equipment": camera(clerk)})

    assert saved.json["record"]["equipment.code"] == "CAM-1"
    assert saved.json["record"]["number"].startswith("JY2026-")


def test_every_fault_of_a_record_is_named_at_once(admin: Client) -> None:
    refused = admin.post(
        "/records/loan", json={"from_date": "2026-02-30", "deposit": -1, "status": "lost", "colour": "red"}
    )

    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    assert {field for field, _ in codes(refused)} >= {"from_date", "deposit", "status", "colour", "equipment"}


def test_a_rule_says_its_message_in_the_readers_language(clerk: Client) -> None:
    body = {"equipment": camera(clerk), "from_date": "2026-01-10", "due_date": "2026-01-09"}

    english = clerk.post("/records/loan", json=body, headers={"Accept-Language": "en-GB,en;q=0.8"})
    chinese = clerk.post("/records/loan", json=body, headers={"Accept-Language": "zh-CN"})

    assert "Due can't be before From" in english.json["errors"][0]["message"]
    assert "应还日期不能早于借出日期" in chinese.json["errors"][0]["message"]
    assert english.json["errors"][0]["field"] == "due_date"


def test_exact_numbers_are_texts_and_both_forms_are_taken(admin: Client) -> None:
    as_number = admin.create("equipment", code="N-1", name="Tripod", value=10.5)
    as_text = admin.create("equipment", code="N-2", name="Tripod", value="10.50")

    values = [admin.get(f"/records/equipment/{each}?fields=value").json["value"] for each in (as_number, as_text)]
    assert values == ["10.50", "10.50"]


def test_a_relation_may_be_named_by_a_unique_field(clerk: Client) -> None:
    created = clerk.post("/records/loan?fields=equipment.code", json={"equipment": {"code": "LEN-1"}})

    assert created.json["record"]["equipment.code"] == "LEN-1"


def test_a_change_needs_the_version_and_makes_the_next(clerk: Client) -> None:
    loan = lend(clerk)

    assert clerk.patch(f"/records/loan/{loan}", json={"purpose": "a"}).status_code == 428
    changed = clerk.patch(f"/records/loan/{loan}", json={"purpose": "a"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json["version"], changed.headers["ETag"]) == (200, 2, '"2"')
    assert clerk.patch(f"/records/loan/{loan}", json={"purpose": "b", "version": 2}).json["version"] == 3


def test_a_stale_version_is_refused_with_both_versions(clerk: Client) -> None:
    loan = lend(clerk)
    clerk.patch(f"/records/loan/{loan}", json={"purpose": "a", "version": 1})

    by_header = clerk.patch(f"/records/loan/{loan}", json={"purpose": "b"}, headers={"If-Match": "1"})
    by_member = clerk.patch(f"/records/loan/{loan}", json={"purpose": "b", "version": 1})

    assert (by_header.status_code, by_member.status_code) == (412, 409)
    assert (by_member.json["current"], by_member.json["theirs"]) == (2, 1)
    assert clerk.get(f"/records/loan/{loan}").json["purpose"] == "a"


def test_a_version_that_is_none_is_refused(clerk: Client) -> None:
    loan = lend(clerk)

    for given in ("*", '"x"', "1, 2", "-1"):
        assert clerk.patch(f"/records/loan/{loan}", json={}, headers={"If-Match": given}).status_code == 400
    for member in ("1", 1.0, True, -1, 2**70, None):
        status = clerk.patch(f"/records/loan/{loan}", json={"version": member}).status_code
        assert status in (400, 428)


def test_the_tag_of_a_read_record_serves_for_the_change(clerk: Client) -> None:
    loan = lend(clerk)
    tag = clerk.get(f"/records/loan/{loan}").headers["ETag"]

    assert clerk.patch(f"/records/loan/{loan}", json={"purpose": "a"}, headers={"If-Match": tag}).status_code == 200


def test_an_unchanged_record_is_not_sent_again(loans: Application, clerk: Client) -> None:
    loan = lend(clerk, status="out", due_date="2026-01-06")
    first = clerk.get(f"/records/loan/{loan}")

    same = clerk.get(f"/records/loan/{loan}", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    loans.later(days=3)
    overdue = clerk.get(f"/records/loan/{loan}", headers={"If-None-Match": first.headers["ETag"]})
    loans.later(days=-3)
    assert (overdue.status_code, overdue.json["overdue"]) == (200, True)


def test_a_deleted_record_goes_to_the_bin_and_comes_back(clerk: Client) -> None:
    loan = lend(clerk, purpose="gone")

    assert clerk.delete(f"/records/loan/{loan}").status_code == 428
    assert clerk.delete(f"/records/loan/{loan}?version=1").status_code == 204
    assert clerk.get(f"/records/loan/{loan}").status_code == 404
    assert loan in [each["id"] for each in clerk.get("/recycle-bin/loan").json["records"]]
    assert clerk.post(f"/recycle-bin/loan/{loan}/restore").status_code == 200
    assert clerk.get(f"/records/loan/{loan}").json["purpose"] == "gone"


def test_a_purged_record_is_gone_for_good(admin: Client) -> None:
    tripod = admin.create("equipment", code="P-1", name="Tripod")
    admin.delete(f"/records/equipment/{tripod}", headers={"If-Match": "1"})

    assert admin.delete(f"/recycle-bin/equipment/{tripod}").status_code == 204
    assert admin.post(f"/recycle-bin/equipment/{tripod}/restore").status_code == 404


def test_a_record_that_others_need_stays(admin: Client) -> None:
    tripod = admin.create("equipment", code="R-1", name="Tripod")
    admin.create("loan", equipment=tripod)

    assert admin.delete(f"/records/equipment/{tripod}?version=1").status_code in (409, 422)


def test_writing_by_a_unique_field_creates_and_then_changes(admin: Client) -> None:
    first = admin.put("/records/equipment/by/code/U%2F1", json={"name": "Tripod"})
    second = admin.put("/records/equipment/by/code/U%2F1?fields=name,code", json={"name": "Stand"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["id"] == second.json["id"]
    assert (second.json["record"]["name"], second.json["record"]["code"]) == ("Stand", "U/1")


def test_a_field_that_is_not_unique_is_no_key(admin: Client) -> None:
    assert admin.put("/records/equipment/by/name/Tripod", json={}).status_code == 422
    assert admin.put("/records/equipment/by/nothing/Tripod", json={}).status_code == 422


def test_a_list_is_filtered_sorted_and_counted(admin: Client) -> None:
    for number in range(5):
        admin.create("equipment", code=f"L-{number}", name=f"Lamp {number}", value=number * 10)

    answer = admin.get("/records/equipment?where=BEGINS(code, 'L-') and value >= 20&sort=-value&fields=code,value&count=true")

    assert answer.json["count"] == 3
    assert [each["code"] for each in answer.json["records"]] == ["L-4", "L-3", "L-2"]
    assert answer.json["records"][0].keys() == {"id", "version", "code", "value"}


def test_pages_follow_each_other_without_gap_or_repetition(admin: Client) -> None:
    for number in range(7):
        admin.create("equipment", code=f"G-{number}", name="Same name")

    seen, after = [], ""
    while after is not None:
        address = "/records/equipment?where=BEGINS(code, 'G-')&sort=name&limit=3&fields=code"
        page = admin.get(address + (f"&after={after}" if after else "")).json
        seen += [each["code"] for each in page["records"]]
        after = page["after"]

    assert sorted(seen) == [f"G-{number}" for number in range(7)]
    assert len(seen) == 7


def test_names_of_what_is_referred_to_come_along(clerk: Client) -> None:
    loan = lend(clerk)

    shown = clerk.get(f"/records/loan/{loan}?fields=equipment&names=true").json

    assert shown["equipment.name"] in ("相机", "Camera")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/records/nothing", 404),
        ("/records/loan/abc", 404),
        ("/records/loan/0", 404),
        ("/records/loan/-1", 404),
        ("/records/loan/１", 404),
        (f"/records/loan/{2**63}", 404),
        (f"/records/loan/{'9' * 5000}", 404),
        ("/records/loan?wher=1", 400),
        ("/records/loan?limit=1000", 400),
        ("/records/loan?where=nothing == 1", 422),
        ("/records/loan?where=((((", 422),
        ("/records/loan?where=" + "(" * 3000, 422),
        ("/records/loan?where=1" + "%2B1" * 1250, 422),
        ("/records/loan?where=purpose == %00", 400),
        ("/records/loan?where=__import__('os')", 422),
        ("/records/loan?where=number.x == 1", 422),
        ("/records/loan?sort=nothing", 422),
        ("/records/loan?sort=equipment.cost.x", 422),
        ("/records/loan?fields=a,b,c", 422),
        ("/records/loan?fields=number;drop table loan", 422),
        ("/records/loan?after=xyz", 400),
        ("/records/loan?after=W10", 400),
        ("/records/loan?after=%F0%28%8C%28", 400),
    ],
)
def test_a_faulty_address_is_refused_and_never_a_failure(admin: Client, address: str, status: int) -> None:
    answer = admin.get(address)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["errors"]


@pytest.mark.parametrize(
    "values",
    [
        {"purpose": "\0"}, {"purpose": "\ud800"}, {"deposit": 10**40}, {"deposit": "1e999"}, {"deposit": [1]},
        {"equipment": 2**63}, {"equipment": "x" * 10_000}, {"equipment": {"code": "CAM-1", "name": "x"}},
        {"equipment": {"cost": 1}}, {"equipment": {"nothing": 1}}, {"equipment": {}}, {"equipment": True},
        {"from_date": "0000-00-00"}, {"from_date": "99999-01-01"}, {"from_date": 20260101}, {"id": 7}, {"version": 3},
        {"number": "JY-1"}, {"overdue": True}, {"created_by": 1}, {"deleted_at": None}, {"purpose": {"zh_CN": "x"}},
        {"": 1}, {"purpose": "x" * 100_000}, {"owner": 10**30}, {"owner": -1}, {"org_unit": "nowhere"},
    ],
)
def test_a_faulty_value_is_refused_and_never_a_failure(admin: Client, values: dict[str, object]) -> None:
    body = json.dumps({"equipment": camera(admin), **values})

    answer = admin.post("/records/loan", data=body, content_type="application/json")

    assert answer.status_code in (400, 422), answer.text
    assert answer.json["errors"][0]["field"] is not None or "" in values


def test_what_is_hidden_is_as_unknown_as_what_never_was(clerk: Client) -> None:
    cases = [
        "/records/equipment?where={} == 1", "/records/equipment?sort={}", "/records/equipment?fields={}",
        "/records/loan?fields=equipment.{}", "/records/loan?where=equipment.{} == 1",
    ]
    for case in cases:
        hidden, unknown = clerk.get(case.format("cost")), clerk.get(case.format("never"))
        assert (hidden.status_code, codes(hidden)) == (unknown.status_code, codes(unknown)) and hidden.status_code == 422
        assert hidden.text.replace("cost", "never") == unknown.text
    assert "cost" not in clerk.get("/records/equipment").json["records"][0]
    assert "margin" not in clerk.get("/records/equipment").json["records"][0]


def test_what_may_not_be_edited_is_refused_and_nothing_is_written(clerk: Client) -> None:
    loan = lend(clerk)

    refused = clerk.patch(f"/records/loan/{loan}", json={"deposit": 100, "purpose": "a", "version": 1})

    assert refused.status_code == 422
    assert codes(refused) == [("deposit", "not_editable")]
    assert clerk.get(f"/records/loan/{loan}").json["version"] == 1


def test_a_record_of_somebody_else_does_not_exist(loans: Application, clerk: Client) -> None:
    loan = lend(clerk)
    other = loans.client(roles=["clerk"])

    foreign, unknown = other.get(f"/records/loan/{loan}"), other.get("/records/loan/999999")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text.replace(str(loan), "999999") == unknown.text
    assert other.patch(f"/records/loan/{loan}", json={"version": 1}).status_code == 404
    assert other.delete(f"/records/loan/{loan}?version=1").status_code == 404


def test_a_reader_sees_all_and_changes_nothing(loans: Application, clerk: Client) -> None:
    loan = lend(clerk)
    reader = loans.client(roles=["reader"])

    assert reader.get(f"/records/loan/{loan}").status_code == 200
    assert reader.patch(f"/records/loan/{loan}", json={"purpose": "x", "version": 1}).status_code == 403
    assert reader.post("/records/loan", json={}).status_code == 403
    assert reader.get("/records/equipment").status_code == 404


def test_history_tells_who_changed_what(clerk: Client) -> None:
    loan = lend(clerk, purpose="a")
    clerk.patch(f"/records/loan/{loan}", json={"purpose": "b", "version": 1})

    changes = clerk.get(f"/records/loan/{loan}/history").json["changes"]

    assert [each["action"] for each in changes] == ["update", "create"]
    assert {"field": "purpose", "old": "a", "new": "b"} in changes[0]["fields"]
    assert changes[0]["user"] == clerk.user.id


def test_the_history_of_a_hidden_field_is_hidden(admin: Client, clerk: Client) -> None:
    tripod = admin.create("equipment", code="H-1", name="Tripod", cost=1)
    admin.patch(f"/records/equipment/{tripod}", json={"cost": 2, "version": 1})

    assert "cost" in admin.get(f"/records/equipment/{tripod}/history").text
    assert "cost" not in clerk.get(f"/records/equipment/{tripod}/history").text


def test_comments_are_added_listed_and_taken_away(loans: Application, clerk: Client) -> None:
    loan = lend(clerk)
    added = clerk.post(f"/records/loan/{loan}/comments", json={"text": "请尽快归还"})

    assert added.status_code == 201
    assert [each["text"] for each in clerk.get(f"/records/loan/{loan}/comments").json["comments"]] == ["请尽快归还"]
    assert loans.client(roles=["clerk"]).get(f"/records/loan/{loan}/comments").status_code == 404
    assert clerk.post(f"/records/loan/{loan}/comments", json={"text": " "}).status_code == 422
    assert clerk.delete(f"/records/loan/{loan}/comments/{added.json['id']}").status_code == 204
    assert clerk.get(f"/records/loan/{loan}/comments").json["comments"] == []
