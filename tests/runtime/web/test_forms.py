"""Creating and editing in a page: what is entered is saved, what is wrong stays and is explained."""

import io
import re

import pytest

from tests.runtime.web.filled import filled_form
from tests.runtime.web.site import signed_in
from tests.support.application import Application
from tests.support.visitor import Visitor

Clinic = tuple[Application, Visitor]


def patient(site: Application, **values: object) -> int:
    """A patient of this test's own, with values that forms write otherwise than they are held."""
    return site.client().create(
        "patient", name="陈晓明", phone="13800000001", visits=12, balance="1250.50", share="0.125", notes="一\n二", story="<p>好</p>",
        allergies=["nuts", "pollen"], home={"lat": 23.1, "lng": 113.2}, **values,
    )


def record_of(site: Application, object_name: str, number: int) -> dict[str, object]:
    return site.client().get(f"/records/{object_name}/{number}").json


def send(visitor: Visitor, path: str, changes: dict[str, object] | None = None, **options: object):
    form = filled_form(visitor.get(path).text)
    for name, value in (changes or {}).items():
        form.setlist(name, value if isinstance(value, list) else [value])
    return visitor.post(path.partition("?")[0], form.to_dict(flat=False), **options)


def number_of(answer) -> int:
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


def test_a_new_record_is_saved_as_it_was_entered(both: Clinic) -> None:
    site, visitor = both

    answer = send(visitor, "/o/patient/new", {
        "name": "赵敏", "gender": "female", "born_on": "1990-05-06", "phone": "13800000009", "province": "gd", "city": "gz",
        "allergies": ["", "nuts", "pollen"], "insured": ["false", "true"], "share": "12.5", "balance": "1,234.50", "height": "165.5",
        "visits": "3", "home.lat": "23.1291", "home.lng": "113.2644", "notes": "第一行\r\n第二行", "story": "<p>好<script>x</script></p>",
    })

    saved = record_of(site, "patient", number_of(answer))
    assert (saved["name"], saved["gender"], saved["born_on"], saved["city"]) == ("赵敏", "female", "1990-05-06", "gz")
    assert (saved["allergies"], saved["insured"], saved["share"], saved["balance"]) == (["pollen", "nuts"], True, "0.1250", "1234.50")
    assert (saved["height"], saved["visits"], saved["home"]) == ("165.5", 3, {"lat": 23.1291, "lng": 113.2644})
    assert (saved["notes"], saved["story"]) == ("第一行\n第二行", "<p>好</p>")


def test_a_form_sent_as_it_was_opened_changes_nothing(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)
    before = record_of(site, "patient", number)

    send(visitor, f"/o/patient/{number}/edit")

    assert record_of(site, "patient", number) == before


def test_only_what_was_changed_is_written_to_the_history(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)

    send(visitor, f"/o/patient/{number}/edit", {"balance": "10"})

    latest = site.client().get(f"/records/patient/{number}/history").json["changes"][0]
    assert [each["field"] for each in latest["fields"]] == ["balance"]


def test_problems_stand_on_top_and_beside_their_fields_and_what_was_typed_stays(shared: Clinic) -> None:
    _, visitor = shared

    answer = send(visitor, "/o/patient/new", {"name": "", "height": "-3", "email": "nobody", "notes": "bleibt <b>"})

    assert answer.status_code == 422
    assert [each for each in ("#f-name", "#f-email", "#f-height") if f'href="{each}"' in answer.text] == ["#f-name", "#f-email", "#f-height"]
    assert answer.text.count('aria-invalid="true"') == 3
    assert 'value="-3"' in answer.text and "bleibt &lt;b&gt;" in answer.text


def test_a_warning_is_shown_first_and_may_then_be_confirmed(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)
    path = f"/o/appointment/new?record_type=visit&set.patient={number}"

    answer = send(visitor, path, {"starts_at": "2026-01-08T09:00", "minutes": "200"})
    again = filled_form(answer.text)

    assert answer.status_code == 422 and "时长超过两小时" in answer.text
    assert site.client().get(f"/records/appointment?where=patient == {number}").json["records"] == []
    number = number_of(visitor.post("/o/appointment/new", {**again.to_dict(flat=False), "confirmed": "yes"}))
    assert record_of(site, "appointment", number)["minutes"] == 200


def test_a_warning_returns_only_when_what_it_speaks_of_is_changed(both: Clinic) -> None:
    site, visitor = both
    number = site.client().create("appointment", patient=patient(site), starts_at="2026-01-08T01:00:00Z", minutes=200)
    path = f"/o/appointment/{number}/edit"

    assert send(visitor, path, {"reason": "发烧"}).status_code == 303
    assert send(visitor, path, {"minutes": "210"}).status_code == 422
    version = site.client().get(f"/records/appointment/{number}").json["version"]
    answer = site.client().patch(f"/records/appointment/{number}", json={"reason": "咳嗽"}, headers={"If-Match": str(version)})
    assert [each["code"] for each in answer.json["warnings"]] == ["validation_rule"]


def test_a_local_time_is_meant_in_the_users_zone(both: Clinic) -> None:
    site, visitor = both

    answer = send(visitor, "/o/appointment/new?record_type=visit&set.patient=1", {"starts_at": "2026-01-08T09:00"})

    number = number_of(answer)
    assert record_of(site, "appointment", number)["starts_at"] == "2026-01-08T01:00:00Z"
    assert 'value="2026-01-08T09:00"' in visitor.get(f"/o/appointment/{number}/edit").text


def test_sending_a_form_twice_makes_one_record(both: Clinic) -> None:
    site, visitor = both
    form = filled_form(visitor.get("/o/doctor/new").text)
    form["name"], form["fee"] = "Dr. Twice", "5"

    first, second = (visitor.post("/o/doctor/new", form.to_dict(flat=False)) for _ in range(2))

    assert first.location == second.location
    assert site.client().get("/records/doctor?where=name == 'Dr. Twice'&count=true").json["count"] == 1


def test_the_record_type_decides_defaults_and_choices(shared: Clinic) -> None:
    _, visitor = shared

    kinds = visitor.get("/o/appointment/new").text
    checkup = visitor.get("/o/appointment/new?record_type=checkup").text

    assert "体检" in kinds and "门诊" in kinds
    assert filled_form(checkup)["minutes"] == "60"
    assert 'value="cancelled"' not in checkup


def test_a_value_of_the_address_fills_the_form(shared: Clinic) -> None:
    _, visitor = shared

    page = visitor.get("/o/appointment/new?record_type=visit&set.patient=2&set.minutes=45&set.to_pay=1&set.nothing=1").text

    assert (filled_form(page)["patient"], filled_form(page)["minutes"]) == ("2", "45")
    assert '<option value="2" selected>林芳</option>' in page


def test_a_file_is_kept_until_another_one_comes(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)
    consent = (io.BytesIO(b"I agree"), "同意书.txt")

    send(visitor, f"/o/patient/{number}/edit", {"consent": consent}, content_type="multipart/form-data")
    send(visitor, f"/o/patient/{number}/edit", {"visits": "13"})

    answer = visitor.get(f"/o/patient/{number}/file/consent")
    assert answer.data == b"I agree"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "同意书.txt" in visitor.get(f"/o/patient/{number}").text


def test_a_file_can_be_taken_away(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)
    send(visitor, f"/o/patient/{number}/edit", {"consent": (io.BytesIO(b"x"), "a.txt")}, content_type="multipart/form-data")

    send(visitor, f"/o/patient/{number}/edit", {"consent.remove": "true"})

    assert record_of(site, "patient", number)["consent"] is None


def test_without_scripts_a_relation_is_chosen_by_typing_its_name(both: Clinic) -> None:
    site, visitor = both
    path = "/o/appointment/new?record_type=visit"

    number = number_of(send(visitor, path, {"patient.name": "林芳", "starts_at": "2026-01-08T09:00", "about.name": "李雪梅"}))
    refused = send(visitor, path, {"patient.name": "没有这人", "starts_at": "2026-01-08T09:00"})

    assert record_of(site, "appointment", number)["patient"] == 2
    assert record_of(site, "appointment", number)["about"] == {"object": "doctor", "id": 2}
    assert refused.status_code == 422 and "没有这人" in refused.text


def test_a_condition_hides_and_requires_in_the_form_and_on_the_server(both: Clinic) -> None:
    _, visitor = both
    form = filled_form(visitor.get("/o/appointment/new?record_type=visit&set.patient=1").text)
    form["starts_at"], form["status"] = "2026-01-08T09:00", "cancelled"

    state = visitor.post("/form/appointment/state", form.to_dict(flat=False)).json
    answer = visitor.post("/o/appointment/new", form.to_dict(flat=False))

    assert state["fields"]["cancelled_because"] == {"show": True, "required": True, "read_only": False}
    assert state["sections"]["details-money"] is False
    assert answer.status_code == 422 and 'href="#f-cancelled_because"' in answer.text


def test_formulas_are_computed_while_one_types(shared: Clinic) -> None:
    _, visitor = shared
    form = filled_form(visitor.get("/o/appointment/new?record_type=visit").text)
    form["fee"], form["discount"] = "200", "25"

    state = visitor.post("/form/appointment/state", form.to_dict(flat=False)).json

    assert state["fields"]["to_pay"]["html"] == "¥150.00"
    assert state["fields"]["discount"]["read_only"] is False


def test_a_formula_is_shown_as_it_would_be_stored(shared: Clinic) -> None:
    _, visitor = shared
    form = filled_form(visitor.get("/o/appointment/new?record_type=visit").text)
    form["minutes"] = "20"

    state = visitor.post("/form/appointment/state", form.to_dict(flat=False)).json

    assert state["fields"]["hours"]["html"] == "0.3333"


def test_a_field_that_may_not_be_edited_is_shown_only(both: Clinic) -> None:
    site, _ = both
    nurse = signed_in(site, "nina", "nurse")

    page = nurse.get(f"/o/patient/{patient(site)}/edit").text

    assert 'name="balance"' not in page and "¥1,250.50" in page
    assert 'name="secret"' not in page and "内部代号" not in page


@pytest.mark.parametrize("path", ["/o/doctor/new", "/o/doctor/1/edit"])
def test_who_may_not_write_gets_no_form(shared: Clinic, path: str) -> None:
    site, _ = shared

    assert signed_in(site, f"nurse{len(path)}", "nurse").get(path).status_code == 403


def test_only_what_one_may_change_offers_to_be_edited(both: Clinic) -> None:
    site, _ = both
    matron = signed_in(site, "matilda", "matron")
    own = number_of(send(matron, "/o/doctor/new", {"name": f"Dr. Own {site.database.kind}", "fee": "1"}))

    foreign = matron.get("/o/doctor/1").text

    assert "/o/doctor/1/edit" not in foreign and "/attachments" not in foreign
    assert matron.get("/o/doctor/1/edit").status_code == 403
    assert f"/o/doctor/{own}/edit" in matron.get(f"/o/doctor/{own}").text
    assert matron.get(f"/o/doctor/{own}/edit").status_code == 200


def test_what_is_no_part_of_a_form_is_refused_as_from_a_program(both: Clinic) -> None:
    site, _ = both
    nurse = signed_in(site, "nele", "nurse")
    number = patient(site)

    for field, told in {"nonsense": "nonsense", "secret": "secret", "balance": "账户余额", "age": "年龄"}.items():
        answer = send(nurse, f"/o/patient/{number}/edit", {"phone": "13700000000", field: "7"})
        assert answer.status_code == 422 and told in answer.text.partition("notice-bad")[2].partition("</ul>")[0]
        assert "内部代号" not in answer.text

    assert record_of(site, "patient", number)["phone"] == "13800000001"


def test_a_field_that_a_condition_locks_is_refused_not_left_out(both: Clinic) -> None:
    site, visitor = both
    number = site.client().create(
        "appointment", patient=patient(site), starts_at="2026-01-08T01:00:00Z", fee="50", discount="0.1",
    )

    answer = send(visitor, f"/o/appointment/{number}/edit", {"discount": "90"})

    assert answer.status_code == 422 and 'href="#f-discount"' in answer.text


def test_a_conflict_shows_all_sides_and_loses_nothing(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)
    form = filled_form(visitor.get(f"/o/patient/{number}/edit").text)
    site.client(name="陈护士").patch(f"/records/patient/{number}", json={"phone": "13911111111", "visits": 13, "version": 1})
    form["phone"], form["height"] = "13922222222", "180"

    conflict = visitor.post(f"/o/patient/{number}/edit", form.to_dict(flat=False))

    assert conflict.status_code == 409
    assert [each in conflict.text for each in ("13800000001", "13911111111", "13922222222", "陈护士")] == [True] * 4
    choice = filled_form(conflict.text)
    picks = {name: value for name, value in choice.items() if name.startswith("pick.")}
    assert picks == {"pick.phone": "theirs", "pick.height": "mine"}
    choice["pick.phone"] = "mine"
    assert visitor.post(f"/o/patient/{number}/edit", choice.to_dict(flat=False)).status_code == 303
    saved = record_of(site, "patient", number)
    assert (saved["phone"], saved["height"], saved["visits"]) == ("13922222222", "180.0", 13)


def test_deleting_offers_the_way_back(both: Clinic) -> None:
    site, visitor = both
    number = site.client().create("patient", name="诸葛大力")
    visitor.get(f"/o/patient/{number}")

    answer = visitor.post(f"/o/patient/{number}/delete", {"version": "1"})
    after = visitor.get("/o/patient").text

    assert answer.status_code == 303
    undo = re.search(r'action="([^"]*/restore)"', after)
    assert undo and "诸葛大力" not in after and "诸葛大力" in visitor.get("/recycle-bin").text
    visitor.http.post(undo[1], data={"csrf_token": visitor.token})
    assert "诸葛大力" in visitor.get("/o/patient").text


def test_a_record_in_use_stays_and_the_page_says_why(both: Clinic) -> None:
    site, visitor = both
    number = patient(site)
    site.client().create("appointment", patient=number, starts_at="2026-01-08T01:00:00Z")
    visitor.get(f"/o/patient/{number}")

    answer = visitor.post(f"/o/patient/{number}/delete", {"version": "1"})

    assert answer.status_code in (409, 422)
    assert "预约" in answer.text and "appointment" not in re.sub(r"<[^>]*>", "", answer.text)
