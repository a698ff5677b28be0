"""What browsers are made to do by others does nothing: forged requests, planted sessions, foreign addresses."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tenants.credentials import set_password
from tenon.cookies import SESSION
from tenon.logs import JsonFormatter
from tests.support.application import Application
from tests.support.databases import KINDS
from tests.support.loans import LOANS
from tests.support.places import on_either
from tests.support.visitor import PASSWORD, Visitor, person

FILLED = {
    "tenant": "acme", "object_name": "loan", "record_id": "1", "attachment_id": "1", "rest": "x", "number": "1", "field_name": "code",
    "value": "x", "kind": "object", "name": "loan", "app_name": "system",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'", "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
}
OF_DOCUMENTS = {"X-Frame-Options": "DENY", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()"}
"""What an answer needs that a window might show; JSON is for programs, and framed nowhere by its policy."""


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    for opened in on_either(request, tmp_path_factory, LOANS):
        opened.client(roles=["administrator"]).create("loan", equipment={"code": "CAM-1"}, purpose="film")
        yield opened


@pytest.fixture(scope="module")
def counter() -> Iterator[int]:
    yield iter(range(10_000))  # type: ignore[misc]


@pytest.fixture
def login(site: Application, counter: Iterator[int]) -> str:
    name = f"person{next(counter)}"
    person(site, name)
    return name


@pytest.fixture
def visitor(site: Application, login: str) -> Visitor:
    opened = Visitor(site.app)
    assert opened.sign_in(login).status_code == 303
    assert opened.get("/").status_code == 200
    return opened


def unsafe_routes(site: Application) -> list[tuple[str, str]]:
    """Every address that takes something in, filled in."""
    return sorted(
        (method, re.sub(r"<(?:path:)?(\w+)>", lambda found: FILLED[found[1]], rule.rule))
        for rule in site.app.url_map.iter_rules() for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    )


def send(visitor: Visitor, method: str, path: str, **headers: str) -> TestResponse:
    if "/api/" in path:
        return visitor.http.open(path, method=method, json={}, headers=headers)
    return visitor.http.open(path, method=method, data={"purpose": "forged"}, headers=headers)


def counts(site: Application) -> str:
    admin = site.client()
    return str([admin.get(f"/records/{name}?count=true&limit=1").json["count"] for name in ("loan", "equipment", "loan_item")])


def test_no_address_takes_anything_from_a_session_without_its_token(site: Application, visitor: Visitor) -> None:
    """`__Host-`like cookies are sent by browsers with every request; the token is not."""
    stranger = Visitor(site.app)
    stranger.get("/login")
    before = counts(site)
    routes = unsafe_routes(site)
    assert len(routes) >= 30
    for method, path in routes:
        for token in ("", "0" * 64, stranger.token, visitor.token[:-1], visitor.token.upper()):
            answer = send(visitor, method, path, **({"X-CSRF-Token": token} if token else {}))
            assert answer.status_code == 403, (method, path, token, answer.status_code)
    assert counts(site) == before
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"}, {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost@evil.example"},
])
def test_no_address_takes_anything_from_another_site_even_with_the_token(site: Application, visitor: Visitor, headers: dict[str, str]) -> None:
    for method, path in unsafe_routes(site):
        answer = send(visitor, method, path, **headers, **{"X-CSRF-Token": visitor.token})
        assert answer.status_code == 403, (method, path, answer.status_code)


def test_looking_changes_nothing(site: Application, visitor: Visitor) -> None:
    """A link or a picture on another site may make a browser look; that must have no effect."""
    before = counts(site)
    for rule in site.app.url_map.iter_rules():
        if "GET" in rule.methods:
            visitor.http.get(re.sub(r"<(?:path:)?(\w+)>", lambda found: FILLED[found[1]], rule.rule))
    assert counts(site) == before
    assert visitor.get("/").status_code == 200, "no address ends the session by being looked at"


@pytest.mark.parametrize("planted", ["x" * 43, "a.b.c", "1.1700000000." + "0" * 64])
def test_a_session_planted_before_signing_in_is_not_the_one_afterwards(site: Application, login: str, planted: str) -> None:
    victim = Visitor(site.app)
    victim.http.set_cookie(SESSION, planted, path="/acme/")
    victim.sign_in(login)
    after = victim.cookie(SESSION) or ""

    assert after and after.partition(".")[0] != planted.partition(".")[0]
    thief = Visitor(site.app)
    thief.http.set_cookie(SESSION, planted, path="/acme/")
    assert thief.get("/").status_code == 303


def test_a_genuine_session_planted_before_signing_in_is_ended(site: Application, login: str) -> None:
    thief = Visitor(site.app)
    person(site, f"thief-of-{login}")
    thief.sign_in(f"thief-of-{login}")
    planted = thief.cookie(SESSION) or ""
    victim = Visitor(site.app)
    victim.http.set_cookie(SESSION, planted, path="/acme/")
    victim.get("/")
    victim.post("/login", {"login": login, "password": PASSWORD})

    assert victim.get("/api/v1/objects").status_code == 200
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize("change", ["password", "inactive", "deleted"])
def test_sessions_and_tokens_of_who_was_shut_out_are_dead_in_every_process(site: Application, login: str, change: str) -> None:
    here, there = Visitor(site.app), Visitor(site.process())
    here.sign_in(login)
    there.http.set_cookie(SESSION, here.cookie(SESSION) or "", path="/acme/")
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 200)

    admin = site.client()
    found = admin.get("/records/user", query_string={"where": f"login == '{login}'"}).json["records"][0]
    if change == "password":
        with site.storage.writing(site.tenant) as connection:
            set_password(connection, found["id"], "another one altogether")
    elif change == "inactive":
        assert admin.patch(f"/records/user/{found['id']}", json={"active": False, "version": found["version"]}).status_code == 200
    else:
        assert admin.delete(f"/records/user/{found['id']}?version={found['version']}").status_code == 204

    assert (here.get("/").status_code, there.get("/").status_code) == (303, 303)
    assert there.get("/api/v1/objects").status_code == 401
    assert Visitor(site.app).sign_in(login).status_code == 401


def test_rights_taken_away_are_gone_with_the_next_request_in_every_process(site: Application, login: str) -> None:
    here, there = Visitor(site.app), Visitor(site.process())
    here.sign_in(login)
    there.http.set_cookie(SESSION, here.cookie(SESSION) or "", path="/acme/")
    assert (here.get("/o/loan").status_code, there.get("/o/loan").status_code) == (200, 200)

    admin = site.client()
    found = admin.get("/records/user", query_string={"where": f"login == '{login}'"}).json["records"][0]
    assert admin.patch(f"/records/user/{found['id']}", json={"roles": [], "version": found["version"]}).status_code == 200

    for visitor in (here, there):
        assert visitor.get("/o/loan").status_code == 404
        assert visitor.get("/api/v1/metadata/draft").status_code == 403
        assert "/o/loan" not in visitor.get("/").text


TARGETS = (
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/\t/evil.example",
    "/\n/evil.example", "http:evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y", "@evil.example", " //evil.example", "/\u2028/evil.example", "data:text/html,x",
)


@pytest.mark.parametrize("target", TARGETS)
def test_no_redirect_leads_to_another_host(site: Application, visitor: Visitor, login: str, target: str) -> None:
    fresh = Visitor(site.app)
    answers = [
        fresh.sign_in(login, next=target), visitor.get("/login", query_string={"next": target}), visitor.post("/preferences", {"back": target}),
        visitor.post("/preferences", {}, headers={"Referer": target.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")}),
    ]
    for answer in answers:
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/acme/"
        assert "X" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost@evil.example", "evil.example/x", "a b", "[::1", "é.example"])
def test_a_forged_host_gets_into_no_address(site: Application, visitor: Visitor, host: str) -> None:
    for path in ("/", "/acme/", "/acme/login", "/acme/o/loan", "/acme/o/loan/1", "/acme/api/v1/objects", "/acme/api/v1/openapi.json", "/acme/nothing"):
        answer = visitor.http.get(path, headers={"Host": host.encode().decode("latin-1")})
        assert answer.status_code < 500
        shown = answer.text + str(answer.headers)
        assert "evil.example" not in shown


def test_cookies_are_kept_from_scripts_and_other_sites(site: Application, login: str) -> None:
    visitor = Visitor(site.app)
    answer = visitor.http.get("/acme/login", base_url="https://localhost")
    visitor.token = re.search(r'name="csrf_token" value="([^"]*)"', answer.text)[1]  # type: ignore[index]
    entered = visitor.http.post(
        "/acme/login", base_url="https://localhost", data={"csrf_token": visitor.token, "login": login, "password": PASSWORD})
    cookies = [*answer.headers.getlist("Set-Cookie"), *entered.headers.getlist("Set-Cookie")]

    assert len(cookies) >= 2
    for each in cookies:
        parts = {part.strip() for part in each.split(";")}
        assert {"Secure", "HttpOnly", "Path=/acme/", "SameSite=Lax"} <= parts, each
        assert not any(part.startswith("Domain") for part in parts)


def kinds_of_answers(site: Application, visitor: Visitor) -> dict[str, TestResponse]:
    http, anonymous, admin = visitor.http, site.app.test_client(), site.client()
    page = http.get("/acme/")
    asset = re.search(r'(?:href|src)="(/assets/[^"]+)"', page.text)
    files = {"data": {"file": (io.BytesIO(b"x"), "x.txt")}}
    attached = admin.post("/records/loan/1/attachments", **files).json["id"]
    return {
        "page": page, "sign-in": anonymous.get("/acme/login"), "redirect": anonymous.get("/acme/"), "404 page": http.get("/acme/nothing/here"),
        "403 page": http.post("/acme/logout"), "bare 404": anonymous.get("/nothing/at/all/"), "no tenant": anonymous.get("/nowhere/"),
        "json": http.get("/acme/api/v1/objects"), "401": anonymous.get("/acme/api/v1/objects"), "api 404": http.get("/acme/api/v1/nothing"),
        "405": anonymous.delete("/health"), "asset": anonymous.get(asset[1] if asset else "/assets/x"), "missing asset": anonymous.get("/assets/none.js"),
        "health": anonymous.get("/health"), "home": anonymous.get("/"), "download": http.get(f"/acme/o/loan/1/attachments/{attached}"),
        "204": admin.delete(f"/records/loan/1/attachments/{attached}"), "413": admin.post("/records/loan", data=b"x" * 11_000_000),
        "400": anonymous.get("/acme/login", headers={"Host": "a b"}), "options": anonymous.options("/acme/login"), "head": anonymous.head("/acme/login"),
        "304": http.get("/acme/api/v1/records/loan/1", headers={"If-None-Match": http.get("/acme/api/v1/records/loan/1").headers["ETag"]}),
    }


def test_every_kind_of_answer_has_the_headers(site: Application, visitor: Visitor) -> None:
    for kind, answer in kinds_of_answers(site, visitor).items():
        is_data = kind == "304" or answer.mimetype in ("application/json", "application/problem+json")
        for name, start in (HEADERS if is_data else HEADERS | OF_DOCUMENTS).items():
            expected = ("default-src 'none'; sandbox", start) if (kind, name) == ("download", "Content-Security-Policy") else (start,)
            assert answer.headers.get(name, "").startswith(expected), (kind, name, answer.headers.get(name))
        assert len(answer.headers.getlist("Content-Security-Policy")) == 1, kind
        assert kind == "download" or "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], kind
        assert "unsafe" not in answer.headers["Content-Security-Policy"], kind
        assert answer.headers.get("Cache-Control"), kind
        assert "Werkzeug" not in answer.headers.get("Server", "") and "X-Powered-By" not in answer.headers, kind
        assert "Access-Control-Allow-Origin" not in answer.headers, kind


def test_an_answer_to_a_failure_has_them_too(site: Application) -> None:
    app = site.process()
    app.add_url_rule("/<tenant>/api/v1/fail", "api.fail", lambda tenant: 1 / 0)
    app.add_url_rule("/fail", "fail", lambda: 1 / 0)
    for path in ("/fail", "/acme/api/v1/fail"):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (500, "nosniff")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "ZeroDivision" not in answer.text


def test_what_a_session_shows_is_kept_by_no_cache(site: Application, visitor: Visitor) -> None:
    for path in ("/acme/", "/acme/o/loan", "/acme/o/loan/1", "/acme/api/v1/records/loan", "/acme/api/v1/records/loan/1", "/acme/api/v1/openapi.json"):
        policy = visitor.http.get(path).headers["Cache-Control"]
        assert "no-store" in policy or "private" in policy, (path, policy)
        assert "public" not in policy


def test_no_secret_is_told_anywhere(site: Application, login: str) -> None:
    """Passwords, tokens, sessions and CSRF tokens stand in no log, history, answer or description."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    root, keeping = logging.getLogger(), Keeping()
    level = root.level
    root.addHandler(keeping)
    root.setLevel(logging.DEBUG)
    try:
        visitor, admin = Visitor(site.app), site.client()
        visitor.sign_in(login, "a wrong secret word")
        visitor.sign_in(login)
        visitor.get("/")
        visitor.post("/o/loan/1/comments", {"text": "x"})
        number = admin.get("/records/user", query_string={"where": f"login == '{login}'"}).json["records"][0]["id"]
        told = [
            admin.get(path).text for path in (
                "/openapi.json", "/objects/user", f"/records/user/{number}", f"/records/user/{number}/history", "/records/user?limit=200",
                "/metadata/object/user", "/metadata/versions", "/search?q=argon2id", "/objects",
            )
        ]
    finally:
        root.removeHandler(keeping)
        root.setLevel(level)
    session = (visitor.cookie(SESSION) or "").partition(".")[0]
    secrets = (PASSWORD, "a wrong secret word", session, visitor.token, admin.headers["Authorization"].partition(" ")[2])
    assert all(len(each) > 8 for each in secrets)
    for text in (*lines, *told):
        assert not [each for each in secrets if each in text], text[:500]
        assert "argon2" not in text.replace("q=argon2id", "") or '"hits":[]' in text
    assert all(json.loads(each) for each in lines)
