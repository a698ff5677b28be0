"""Signing in and out, and what keeps others from doing it for somebody."""

import itertools

import pytest

from tenon.attempts import FREE
from tenon.cookies import SESSION
from tests.support.application import Application
from tests.support.visitor import PASSWORD, Visitor, person

_numbers = itertools.count()


@pytest.fixture
def login(site: Application) -> str:
    name = f"somebody{next(_numbers)}"
    person(site, name)
    return name


@pytest.fixture
def visitor(site: Application) -> Visitor:
    return Visitor(site.app)


def test_who_is_not_signed_in_is_led_to_the_form_and_back(visitor: Visitor, login: str) -> None:
    asked = visitor.get("/o/loan?view=x")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/acme/login?next=%2Facme%2Fo%2Floan%3Fview%3Dx"

    entered = visitor.sign_in(login, next="/acme/o/loan?view=x")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/acme/o/loan?view=x")


def test_capitals_in_a_login_make_no_difference(visitor: Visitor, login: str) -> None:
    assert visitor.sign_in(f" {login.upper()} ").status_code == 303


def test_login_and_password_open_the_pages(visitor: Visitor, login: str) -> None:
    assert visitor.sign_in(login).status_code == 303
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("password", ["wrong", "", "x" * 5_000, "nul\x00"])
def test_a_wrong_password_gives_the_form_again_without_saying_what_was_wrong(visitor: Visitor, login: str, password: str) -> None:
    refused = visitor.sign_in(login, password)
    unknown = visitor.sign_in("nobody-of-this-name", password)

    assert refused.status_code == unknown.status_code == 401
    assert visitor.cookie(SESSION) is None
    assert refused.text.replace(login, "") .count("role=\"alert\"") == unknown.text.count("role=\"alert\"") == 1


def test_the_platform_itself_cannot_sign_in(visitor: Visitor) -> None:
    assert visitor.sign_in("system", "").status_code == 401


def test_a_sign_in_without_the_forms_token_is_refused(visitor: Visitor, login: str) -> None:
    visitor.get("/login")
    visitor.token = "0" * 64

    assert visitor.post("/login", {"login": login, "password": PASSWORD}).status_code == 403
    assert visitor.cookie(SESSION) is None


def test_each_sign_in_makes_a_new_session_and_ends_the_one_before(site: Application, visitor: Visitor, login: str) -> None:
    visitor.sign_in(login)
    first = visitor.cookie(SESSION)
    visitor.get("/")
    visitor.post("/login", {"login": login, "password": PASSWORD})
    second = visitor.cookie(SESSION)

    thief = Visitor(site.app)
    thief.http.set_cookie(SESSION, first or "", path="/acme/")
    assert first.partition(".")[0] != second.partition(".")[0]
    assert thief.get("/").status_code == 303


def test_signing_out_ends_the_session_everywhere(site: Application, visitor: Visitor, login: str) -> None:
    visitor.sign_in(login)
    kept = visitor.cookie(SESSION)
    visitor.get("/")

    assert visitor.post("/logout").headers["Location"] == "/acme/login"

    thief = Visitor(site.process())
    thief.http.set_cookie(SESSION, kept or "", path="/acme/")
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/a\nb", "\\/evil"]
)
def test_signing_in_leads_to_no_other_host(visitor: Visitor, login: str, target: str) -> None:
    assert visitor.sign_in(login, next=target).headers["Location"] == "/acme/"


def test_guessing_becomes_slow(visitor: Visitor, login: str) -> None:
    answers = [visitor.sign_in(login, f"guess {number}") for number in range(FREE + 1)]

    assert [each.status_code for each in answers] == [401] * FREE + [429]
    assert visitor.sign_in(login).status_code == 429


def test_a_session_does_not_work_at_another_tenant(visitor: Visitor, login: str) -> None:
    visitor.sign_in(login)

    assert visitor.http.get("/other/").status_code == 404


def test_what_is_sent_with_a_session_needs_its_token(visitor: Visitor, login: str) -> None:
    visitor.sign_in(login)
    body = {"code": f"C-{login}", "name": "Camera"}

    without = visitor.http.post("/acme/api/v1/records/equipment", json=body)
    visitor.get("/")
    given = visitor.http.post("/acme/api/v1/records/equipment", json=body, headers={"X-CSRF-Token": visitor.token})

    assert (without.status_code, without.json["code"]) == (403, "csrf_refused")
    assert given.status_code == 201


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
def test_what_another_site_sends_is_refused_even_with_the_token(visitor: Visitor, login: str, headers: dict[str, str]) -> None:
    visitor.sign_in(login)
    visitor.get("/")

    assert visitor.post("/logout", headers=headers).status_code == 403


def test_a_session_may_read_the_api(visitor: Visitor, login: str) -> None:
    visitor.sign_in(login)

    assert visitor.get("/api/v1/objects").status_code == 200


def test_an_idle_session_ends(site: Application, visitor: Visitor, login: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.sign_in(login)
    key, _, _ = (visitor.cookie(SESSION) or "").partition(".")
    cookies = site.app.extensions["tenon_gate"].cookies
    old = "1700000000"
    stale = f"{key}.{old}.{cookies._mark('session', 'acme', key, old)}"
    visitor.http.set_cookie(SESSION, stale, path="/acme/")

    assert visitor.get("/").status_code == 303
