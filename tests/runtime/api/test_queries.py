"""Groups and sums over one object and what it refers to, and the search over all objects."""

import pytest

from tests.support.application import Application, Client


@pytest.fixture
def lent(loans: Application) -> Client:
    client = loans.client()
    for code, deposit, due in (("CAM-1", 100, "2026-02-10"), ("CAM-1", 50, "2026-03-10"), ("LEN-1", 10, "2026-02-20")):
        client.create("loan", equipment={"code": code}, deposit=deposit, due_date=due, purpose=f"group-{client.user.id}")
    return client


def ask(client: Client, **question: object) -> dict[str, object]:
    answer = client.post("/query", json={"object": "loan", "where": f"purpose == 'group-{client.user.id}'", **question})
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[no-any-return]


def test_measures_are_grouped_across_lookups(lent: Client) -> None:
    answer = ask(lent, by=["equipment.category"], measures={"n": "count()", "total": "sum(deposit)"}, sort=["-total"])

    assert answer == {"rows": [
        {"equipment.category": "camera", "n": 2, "total": "150.00"},
        {"equipment.category": "lens", "n": 1, "total": "10.00"},
    ], "more": False}


def test_dates_are_grouped_by_period(lent: Client) -> None:
    answer = ask(lent, by=[{"field": "due_date", "per": "month"}], measures={"n": "count()"}, sort=["due_date_month"])

    assert [(each["due_date_month"], each["n"]) for each in answer["rows"]] == [("2026-02-01", 2), ("2026-03-01", 1)]


def test_groups_are_filtered_and_cut_off(lent: Client) -> None:
    assert len(ask(lent, by=["equipment.code"], measures={"n": "count()"}, having="n > 1")["rows"]) == 1
    assert ask(lent, by=["equipment.code"], measures={"n": "count()"}, limit=1)["more"] is True


def test_without_groups_there_is_one_row(lent: Client) -> None:
    assert ask(lent, measures={"n": "count()", "most": "max(deposit)"})["rows"] == [{"n": 3, "most": "100.00"}]


def test_nobody_counts_what_he_may_not_see(lent: Client, clerk: Client) -> None:
    question = {"object": "loan", "measures": {"n": "count()"}, "where": f"purpose == 'group-{lent.user.id}'"}

    assert clerk.post("/query", json=question).json["rows"] == [{"n": 0}]


@pytest.mark.parametrize(
    "question",
    [
        {"by": ["equipment.cost"]}, {"measures": {"x": "sum(equipment.cost)"}}, {"where": "equipment.cost > 1"},
        {"by": ["nothing"]}, {"measures": {"x": "sum(purpose)"}}, {"measures": {"x": "drop()"}},
        {"by": [{"field": "purpose", "per": "month"}]}, {"having": "m > 1"}, {"sort": ["nothing"]},
        {"measures": {"x; drop table loan": "count()"}}, {"object": "nothing"}, {"measures": {"x": 7}},
        {"by": ["purpose"] * 9}, {"measures": {f"m{n}": "count()" for n in range(31)}}, {"where": "(" * 3000},
        {"limit": 0}, {"limit": 10**30}, {"by": [{"feld": "purpose"}]}, {"measures": {"x": "sum(" * 2000}}, {"measures": {}},
    ],
)
def test_a_faulty_question_is_refused(clerk: Client, question: dict[str, object]) -> None:
    answer = clerk.post("/query", json={"object": "loan", "measures": {"n": "count()"}, **question})

    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.json["errors"]


def test_two_chinese_characters_are_found(admin: Client) -> None:
    record = admin.create("equipment", code="S-1", name="便携投影仪")

    hits = admin.get("/search?q=投影").json["hits"]

    assert [(each["object"], each["id"], each["name"]) for each in hits] == [("equipment", record, "便携投影仪")]
    assert admin.get("/search?q=投影&objects=loan").json["hits"] == []


def test_nobody_finds_what_he_may_not_see(loans: Application, clerk: Client) -> None:
    clerk.create("loan", equipment={"code": "CAM-1"}, purpose="绝密项目")

    assert len(clerk.get("/search?q=绝密").json["hits"]) == 1
    assert loans.client(roles=["clerk"]).get("/search?q=绝密").json["hits"] == []


@pytest.mark.parametrize("query", ["", "?q=" + "x" * 201, "?q=%00", "?q=x&limit=0", "?q=x&limit=101", "?q=x&colour=1"])
def test_a_faulty_search_is_refused(clerk: Client, query: str) -> None:
    assert clerk.get(f"/search{query}").status_code == 400


@pytest.mark.parametrize("text", ["%22", "*", "a OR b", "-", "' OR 1=1 --", "(", "NEAR(a b)", "%F0%9F%98%80", "一"])
def test_every_text_may_be_searched_for(clerk: Client, text: str) -> None:
    assert clerk.get(f"/search?q={text}").status_code == 200
