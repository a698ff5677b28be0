"""What holds for every page: the shell, the reader's language and rights, errors, escaping, and what browsers may do."""

import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from runtime.web.assets import manifest
from tests.runtime.web.filled import filled_form
from tests.runtime.web.site import signed_in
from tests.support.application import Application
from tests.support.visitor import Visitor

Clinic = tuple[Application, Visitor]
EVIL = "<script>alert(1)</script>\"'"
EVERY_PAGE = (
    "/", "/app/clinic", "/o/patient", "/o/patient?view=patients_insured", "/o/patient/1", "/o/patient/1?tab=appointments",
    "/o/patient/new", "/o/patient/1/edit", "/o/patient/1/history", "/o/appointment/new", "/o/appointment/new?record_type=checkup",
    "/search?q=陈晓", "/recycle-bin", "/o/patient/999", "/o/user", "/o/user/1", "/o/org_unit/new", "/nowhere",
)
TAG = re.compile(r"<script[^>]*>.*?</script>|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_a_page_is_whole_in_both_languages(shared: Clinic, path: str) -> None:
    _, visitor = shared

    for locale, lang, sign_out in (("en", "en", "Sign out"), ("zh_CN", "zh-CN", "退出登录")):
        visitor.http.set_cookie("tenon_locale", locale)
        answer = visitor.get(path)
        words = " ".join(TAG.sub(" ", answer.text).split())
        assert answer.status_code in (200, 404)
        assert f'<html lang="{lang}"' in answer.text and answer.headers["Content-Language"] == lang
        assert sign_out in words and not re.search(r"\bNone\b|\bundefined\b|%\(\w+\)s|\{\w+\}", words)
        assert "style=" not in answer.text and not re.search(r"<script(?! type=\"module\" src)|\son\w+=", answer.text)


@pytest.mark.parametrize("path", EVERY_PAGE)
def test_every_form_that_changes_something_carries_the_token(shared: Clinic, path: str) -> None:
    _, visitor = shared

    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", visitor.get(path).text, re.DOTALL)

    assert forms and all('name="csrf_token"' in each for each in forms)


def test_a_form_without_the_token_is_refused_with_a_page(shared: Clinic) -> None:
    _, visitor = shared

    answer = visitor.http.post("/acme/o/patient/new", data={"name": "x"})

    assert answer.status_code == 403 and "<html" in answer.text


def test_who_is_not_signed_in_is_asked_to_and_comes_back(shared: Clinic) -> None:
    site, _ = shared
    stranger = Visitor(site.app)

    answer = stranger.get("/o/patient?sort=name")

    assert answer.status_code == 303
    assert answer.location == "/acme/login?next=%2Facme%2Fo%2Fpatient%3Fsort%3Dname"
    assert 'name="login"' in stranger.get("/login").text


def test_texts_of_records_and_of_metadata_are_escaped_everywhere(both: Clinic) -> None:
    site, visitor = both
    client = site.client(name=EVIL)
    number = client.create("patient", name=EVIL, notes=EVIL, gender="male")
    client.post(f"/records/patient/{number}/comments", json={"text": EVIL})
    client.patch(f"/records/patient/{number}", json={"notes": f"{EVIL}2", "version": 1})
    client.create("appointment", patient=number, reason=EVIL, starts_at="2026-01-08T01:00:00Z")

    for path in (
        "/o/patient", f"/o/patient/{number}", f"/o/patient/{number}/edit", f"/o/patient/{number}?tab=appointments", "/o/appointment",
        f"/search?q={quote('script')}", f"/suggest?q={quote('script')}", "/", f"/o/patient?c={quote('name:contains:' + EVIL)}",
        f"/o/patient?where={quote(EVIL)}", f"/o/appointment/new?record_type=visit&set.patient={number}", f"/o/{quote(EVIL)}",
        f"/o/patient/{number}/history",
    ):
        assert "<script>alert" not in visitor.get(path).text, path


def test_a_name_never_leaves_the_json_of_a_lookup_unescaped_as_html(both: Clinic) -> None:
    site, visitor = both
    site.client().create("doctor", name=f"Dr. {EVIL}", fee="1")

    answer = visitor.get("/lookup/appointment/doctor?q=Dr.")

    assert answer.mimetype == "application/json"
    assert {each["text"] for each in answer.json["options"]} >= {"Dr. Anna Weber"}


def test_a_lookup_offers_what_its_filter_lets_through(shared: Clinic) -> None:
    _, visitor = shared

    offered = [each["text"] for each in visitor.get("/lookup/appointment/doctor").json["options"]]
    of_all = visitor.get("/lookup/appointment/about?q=李").json["options"]

    assert "李雪梅" in offered and "赵退休" not in offered
    assert of_all == [{"value": "doctor/2", "text": "李雪梅", "hint": "医生"}]


@pytest.mark.parametrize("path", ["/lookup/patient/name", "/lookup/patient/secret", "/lookup/nothing/x", "/lookup/appointment/nothing"])
def test_a_lookup_of_something_else_does_not_exist(shared: Clinic, path: str) -> None:
    _, visitor = shared

    assert visitor.get(path).status_code == 404


def test_the_navigation_holds_what_one_may_open(shared: Clinic) -> None:
    site, visitor = shared

    assert "/acme/o/user" in visitor.get("/app/system").text
    nurse = signed_in(site, "nadja", "nurse").get("/").text
    assert "诊疗" in nurse and 'href="/acme/o/patient?view=patients_insured"' in nurse
    assert signed_in(site, "simon").get("/").status_code == 200


def test_the_language_and_the_appearance_are_remembered(shared: Clinic) -> None:
    site, _ = shared
    visitor = signed_in(site, "lena", "nurse")
    visitor.get("/o/patient")

    answer = visitor.post("/preferences", {"locale": "en"}, headers={"Referer": "http://localhost/acme/o/patient"})
    visitor.post("/preferences", {"theme": "dark", "back": "https://elsewhere.example/"})
    page = visitor.get("/o/patient").text

    assert answer.location == "/acme/o/patient"
    assert '<html lang="en" data-theme="dark"' in page and "New patient" in page


def test_a_foreign_address_to_go_back_to_is_ignored(shared: Clinic) -> None:
    _, visitor = shared
    visitor.get("/")

    assert visitor.post("/preferences", {"locale": "zh_CN", "back": "//elsewhere.example/"}).location == "/acme/"


def test_a_note_is_shown_once_and_can_say_nothing_of_others(both: Clinic) -> None:
    site, visitor = both
    form = filled_form(visitor.get("/o/doctor/new").text)
    form["name"], form["fee"] = f"Dr. Note {site.database.kind}", "5"

    visitor.post("/o/doctor/new", form.to_dict(flat=False))

    assert "已新建医生" in visitor.get("/").text
    assert "已新建医生" not in visitor.get("/").text
    visitor.http.set_cookie("tenon_note", "deleted:<b>:1", path="/acme")
    assert "<b>" not in visitor.get("/").text


def test_a_deleted_record_is_shown_with_the_way_back(both: Clinic) -> None:
    site, visitor = both
    number = site.client().create("patient", name="将被删除")
    visitor.get(f"/o/patient/{number}")
    visitor.post(f"/o/patient/{number}/delete", {"version": "1"})

    page = visitor.get(f"/o/patient/{number}").text

    assert "这条记录在回收站中" in page and f"/o/patient/{number}/restore" in page and f"/o/patient/{number}/edit" not in page


def test_the_stage_path_says_what_is_done_where_it_stands_and_what_is_missing(both: Clinic) -> None:
    site, visitor = both
    number = site.client().create("appointment", patient=1, starts_at="2026-01-08T01:00:00Z", status="arrived")

    page = visitor.get(f"/o/appointment/{number}").text

    stages = re.findall(r'<li class="(\w+)"[^>]*>(?:<svg.*?</svg>)?<span class="clip">([^<]*)</span></li>', page)
    assert stages == [("past", "已预约"), ("now", "已到达"), ("next", "已完成")]
    assert "进入“已完成”前请填写：费用" in page


def test_a_related_list_belongs_to_its_record_and_begins_a_new_one_for_it(both: Clinic) -> None:
    site, visitor = both
    client = site.client()
    number = client.create("appointment", patient=2, starts_at="2026-01-08T01:00:00Z")
    other = client.create("appointment", patient=2, starts_at="2026-01-08T01:00:00Z")
    client.create("treatment", appointment=number, name="针灸", price="80")
    client.create("treatment", appointment=other, name="按摩", price="90")

    page = visitor.get(f"/o/appointment/{number}?tab=treatments").text

    assert "针灸" in page and "按摩" not in page
    assert f'href="/acme/o/treatment/new?set.appointment={number}"' in page


def test_a_related_list_follows_a_relation_that_may_lead_to_any_object(both: Clinic) -> None:
    site, visitor = both
    client = site.client()
    of_patient = client.create("appointment", patient=2, about={"object": "patient", "id": 1}, starts_at="2026-01-08T01:00:00Z")
    of_doctor = client.create("appointment", patient=2, about={"object": "doctor", "id": 1}, starts_at="2026-01-08T01:00:00Z")

    page = visitor.get("/o/patient/1?tab=mentions").text

    assert f"/o/appointment/{of_patient}\"" in page and f"/o/appointment/{of_doctor}\"" not in page
    assert "set.about=patient/1" in page


def test_the_history_tells_who_changed_what_from_what_to_what(both: Clinic) -> None:
    site, visitor = both
    client = site.client(name="陈护士")
    number = client.create("appointment", patient=1, doctor=1, starts_at="2026-01-08T01:00:00Z")
    client.patch(f"/records/appointment/{number}", json={"doctor": 2, "status": "arrived", "version": 1})

    words = " ".join(TAG.sub(" ", visitor.get(f"/o/appointment/{number}").text).split())

    assert "陈护士 修改了 刚刚" in words
    assert "医生 王建国 至 李雪梅" in words and "状态 已预约 至 已到达" in words


def test_a_search_shows_what_tells_records_apart_and_where_the_words_stand(both: Clinic) -> None:
    site, visitor = both
    client = site.client()
    number = client.create("patient", name="苏打绿", phone="13911112222", balance="88")
    client.create("appointment", patient=number, starts_at="2026-01-08T01:00:00Z", minutes=20)

    by_name = findings(visitor.get("/search?q=苏打绿").text)
    by_phone = findings(visitor.get("/search?q=13911112222").text)

    assert by_name[0] == "苏打绿 手机 13911112222 账户余额 ¥88.00"
    assert "患者: 苏打绿" in by_name[1] and by_name[1].count("苏打绿") == 1 and "开始时间" in by_name[1]
    assert by_phone[0] == "苏打绿 手机: 13911112222 账户余额 ¥88.00"


def findings(page: str) -> list[str]:
    return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in re.findall(r'<a class="finding".*?</a>', page, re.S)]


def test_what_a_page_loads_has_a_name_for_ever_and_is_compressed(shared: Clinic) -> None:
    _, visitor = shared
    style, script = manifest()["app.css"], manifest()["app.js"]

    answers = [visitor.http.get(each.url, headers={"Accept-Encoding": "gzip"}) for each in (style, script)]

    assert all("immutable" in each.headers["Cache-Control"] and each.headers["Content-Encoding"] == "gzip" for each in answers)
    assert sum(len(each.data) for each in answers) < 220 * 1024
    assert all(each.url in visitor.get("/").text and each.integrity in visitor.get("/").text for each in (style, script))
    assert visitor.http.get("/assets/manifest.json").status_code == visitor.http.get("/assets/..%2f__init__.py").status_code == 404


def test_what_is_built_while_a_server_runs_is_found_without_a_restart(tmp_path: Path) -> None:
    place = tmp_path / "manifest.json"
    place.write_text('{"app.css": {"file": "one.css", "integrity": "x"}}', encoding="utf-8")
    assert manifest(tmp_path)["app.css"].url == "/assets/one.css"

    place.write_text('{"app.css": {"file": "two.css", "integrity": "y"}}', encoding="utf-8")
    time.sleep(1)

    assert manifest(tmp_path)["app.css"].url == "/assets/two.css"


def test_a_failure_of_the_program_is_a_page_with_a_number_and_nothing_is_told(shared: Clinic, caplog: pytest.LogCaptureFixture) -> None:
    site, _ = shared
    app = site.process()
    app.testing = False
    app.view_functions["web.recycle_bin"] = lambda: {}["secret detail"]
    visitor = Visitor(app)
    visitor.sign_in("amy")

    answer = visitor.get("/recycle-bin", headers={"X-Request-Id": "number-4711"})

    assert answer.status_code == 500 and "number-4711" in answer.text and "<html" in answer.text
    assert "secret detail" not in answer.text and "secret detail" in caplog.text
