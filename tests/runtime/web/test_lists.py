"""Lists in the browser: columns, conditions, order, pages and totals, as far as the reader may see them."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from runtime.web.lists import ROWS
from tests.runtime.web.site import signed_in
from tests.support.application import Application
from tests.support.visitor import Visitor

Clinic = tuple[Application, Visitor]
TAG = re.compile(r"<[^>]*>")


def names(page: str) -> list[str]:
    return [TAG.sub("", each) for each in re.findall(r"<a data-row [^>]*>(.*?)</a>", page)]


def text(page: str) -> str:
    return " ".join(TAG.sub(" ", page).split())


def test_a_list_shows_names_labels_and_formatted_values(shared: Clinic) -> None:
    _, visitor = shared

    page = visitor.get("/o/patient").text
    row = text(re.search(r"<tr>(?:(?!</tr>).)*陈晓明.*?</tr>", page)[0])

    assert row.startswith("陈晓明 P2026-0001 男 42 13800000001 青霉素 坚果 是 75% ¥1,250.50")
    assert "penicillin" not in text(page) and "None" not in text(page)


def test_a_blank_is_a_dash_and_a_negative_amount_has_its_minus_first(shared: Clinic) -> None:
    _, visitor = shared

    page = text(visitor.get("/o/patient").text)

    assert "欧阳丽华 P2026-0004 – – – – –" in page
    assert "-¥320.00" in page


def test_totals_count_every_page(shared: Clinic) -> None:
    _, visitor = shared

    assert "合计 ¥1,000,930.50" in text(visitor.get("/o/patient").text)
    assert "合计 ¥930.50" in text(visitor.get("/o/patient?c=insured:is_true:").text)


@pytest.mark.parametrize(("condition", "found", "chip"), [
    ("name:contains:晓", ["陈晓明"], "姓名 包含 晓"),
    ("balance:greater:1,000", ["Zhang Wei 张伟", "陈晓明"], "账户余额 大于 ¥1,000.00"),
    ("balance:between:-500|0", ["林芳"], "账户余额 介于 -¥500.00 – ¥0.00"),
    ("share:equals:75", ["陈晓明"], "报销比例 等于 75%"),
    ("gender:in:male", ["Zhang Wei 张伟", "陈晓明"], "性别 属于 男"),
    ("gender:equals:女", ["林芳"], "性别 等于 女"),
    ("born_on:less:1980-01-01", ["Zhang Wei 张伟"], "出生日期 小于 1980-01-01"),
    ("age:greater:45", ["Zhang Wei 张伟"], "年龄 大于 45"),
    ("phone:is_blank:", ["Zhang Wei 张伟", "欧阳丽华"], "手机 为空"),
    ("owner.name:equals:System", ["Zhang Wei 张伟", "林芳", "欧阳丽华", "陈晓明"], "所有人 等于 System"),
    ("owner.name:me:", [], "所有人 是 我"),
])
def test_a_condition_narrows_the_list_and_can_be_read_aloud(shared: Clinic, condition: str, found: list[str], chip: str) -> None:
    _, visitor = shared

    page = visitor.get(f"/o/patient?c={quote(condition)}").text

    assert names(page) == found
    assert chip in text(page)


@pytest.mark.parametrize("condition", [
    "balance:greater:much", "born_on:less:yesterday", "gender:equals:other", "nothing:equals:1", "secret.x:equals:1",
    "balance:contains:1", "balance:between:1", "balance:greater:", "::", "",
])
def test_a_condition_that_does_not_fit_is_explained(shared: Clinic, condition: str) -> None:
    _, visitor = shared

    answer = visitor.get(f"/o/patient?c={quote(condition)}")

    assert answer.status_code == 422
    assert "条件与字段不符" in answer.text and names(answer.text) == []


def test_the_builders_form_leads_to_an_address_with_the_condition(shared: Clinic) -> None:
    _, visitor = shared

    answer = visitor.get("/o/patient?view=patients_all&sort=-name&c=insured:is_true:&f=name&op=contains&v=a|b")

    asked = parse_qs(urlsplit(answer.location).query)
    assert asked == {"view": ["patients_all"], "sort": ["-name"], "c": ["insured:is_true:", "name:contains:a\\|b"]}


def test_an_expression_narrows_too_and_a_faulty_one_is_explained(shared: Clinic) -> None:
    _, visitor = shared

    good = visitor.get("/o/patient?where=" + quote("balance > 1000 and insured"))
    bad = visitor.get("/o/patient?where=" + quote("balanse > 1000"))

    assert names(good.text) == ["陈晓明"]
    assert bad.status_code == 422 and "balanse" in text(bad.text)


def test_texts_offer_first_to_hold_a_part(shared: Clinic) -> None:
    _, visitor = shared

    page = visitor.get("/o/patient").text

    for field, first in {"name": "contains", "phone": "contains", "owner.name": "me", "balance": "equals", "gender": "equals"}.items():
        assert re.search(rf'<option value="{field}" data-operators="(\w+)', page)[1] == first


def test_a_head_sorts_and_a_second_click_turns_the_order(shared: Clinic) -> None:
    _, visitor = shared

    down = visitor.get("/o/patient?sort=-balance").text
    up = visitor.get("/o/patient?sort=balance").text

    assert names(down)[0] == "Zhang Wei 张伟" and 'aria-sort="descending"' in down
    assert names(up)[-1] == "Zhang Wei 张伟" and 'href="/acme/o/patient?sort=-balance"' in up


def test_only_columns_sort(shared: Clinic) -> None:
    _, visitor = shared

    assert names(visitor.get("/o/patient?sort=secret").text) == names(visitor.get("/o/patient").text)


def test_pages_lead_there_and_back(both: Clinic) -> None:
    site, visitor = both
    client = site.client()
    for number in range(2 * ROWS + 4):
        client.create("doctor", name=f"页 {number:03}", fee="1")

    first = visitor.get("/o/doctor?sort=name&c=name:begins_with:页")
    second = visitor.get(link(first.text, "next"))
    third = visitor.get(link(second.text, "next"))
    back = visitor.get(link(third.text, "prev"))

    seen = [*names(first.text), *names(second.text), *names(third.text)]
    assert len(seen) == len(set(seen)) == 2 * ROWS + 4
    assert names(back.text) == names(second.text)
    assert "第 101–104 条，共 104 条" in text(third.text)
    assert 'rel="next"' not in third.text and 'rel="prev"' not in first.text


def link(page: str, rel: str) -> str:
    address = re.search(rf'rel="{rel}" href="([^"]*)"', page)[1].replace("&amp;", "&")
    return address.removeprefix("/acme")


def test_a_cursor_of_another_list_is_refused_kindly(shared: Clinic) -> None:
    _, visitor = shared

    assert visitor.get("/o/patient?after=nonsense").status_code == 422


def test_relations_of_all_kinds_show_names(both: Clinic) -> None:
    site, visitor = both
    number = site.client().create(
        "appointment", patient=1, doctor=2, helpers=[1, 3], about={"object": "doctor", "id": 3}, starts_at="2026-01-08T01:00:00Z"
    )

    page = visitor.get("/o/appointment").text

    assert f"A202601-{number:04} 陈晓明 13800000001 李雪梅 Dr. Anna Weber 、 王建国 Dr. Anna Weber 2026-01-08 09:00 已预约" in text(page)
    assert 'href="/acme/o/doctor/1"' in page


def test_what_a_reader_may_not_see_is_no_column_no_condition_and_no_view(shared: Clinic) -> None:
    site, _ = shared
    nurse = signed_in(site, "nina", "nurse")

    page = nurse.get("/o/patient").text

    assert "内部代号" not in page and "patients_secret" not in page
    assert nurse.get("/o/patient?c=secret:equals:1").status_code == 422
    assert nurse.get("/o/patient?where=secret=='x'").status_code == 422
    assert nurse.get("/o/org_unit/new").status_code == 403
    assert "新建医生" not in nurse.get("/o/doctor").text


def test_an_object_without_rights_does_not_exist(shared: Clinic) -> None:
    site, _ = shared
    stranger = signed_in(site, "sam")

    unknown, hidden = stranger.get("/o/nothing"), stranger.get("/o/patient")

    assert unknown.status_code == hidden.status_code == 404
    assert unknown.text.replace("nothing", "patient") == hidden.text


def test_an_empty_list_helps(shared: Clinic) -> None:
    _, visitor = shared

    empty = visitor.get("/o/treatment").text
    narrowed = visitor.get("/o/patient?c=name:equals:x").text

    assert "还没有治疗项目" in empty and 'href="/acme/o/treatment/new"' in empty
    assert "没有符合条件的记录" in narrowed and 'href="/acme/o/patient"' in narrowed


def statements_of(visitor: Visitor, path: str) -> int:
    """How many statements a page needs."""
    counted: list[str] = []

    def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
        counted.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        assert visitor.get(path).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(counted)


def test_a_list_asks_the_database_as_often_for_many_records_as_for_few(both: Clinic) -> None:
    site, visitor = both
    client = site.client()

    client.create("appointment", patient=1, helpers=[1], about={"object": "patient", "id": 1}, starts_at="2026-01-08T01:00:00Z")
    statements_of(visitor, "/o/appointment")
    few = statements_of(visitor, "/o/appointment")
    for number in range(20):
        client.create(
            "appointment", patient=1 + number % 4, doctor=1, helpers=[1, 2, 3], starts_at="2026-01-08T01:00:00Z",
            about={"object": "patient", "id": 1 + number % 3},
        )

    assert statements_of(visitor, "/o/appointment") == few
