"""Whoever asks is known by token or session, in one tenant, with the rights of this very moment."""

import io
import json
import logging
import re
from pathlib import Path

import pytest

from tenon.app import create_app
from tenon.config import Config
from tenon.logs import JsonFormatter, access, start_logging
from tests.support.application import Application, Client
from tests.support.visitor import Visitor, person


def change(site: Application, client: Client, **values: object) -> None:
    answer = site.client().patch(f"/records/user/{client.user.id}", json=values, headers={"If-Match": version_of(site, client)})
    assert answer.status_code == 200, answer.text


def version_of(site: Application, client: Client) -> str:
    return str(site.client().get(f"/records/user/{client.user.id}").json["version"])


def test_a_token_is_known(site: Application) -> None:
    assert site.client().get("/objects").status_code == 200


@pytest.mark.parametrize("header", ["Bearer tn_wrong", "Bearer ", "Bearer", "Basic dTpw", "", "Bearer " + "x" * 5_000, "Bearer é"])
def test_a_wrong_token_is_refused_not_taken_for_nobody(site: Application, header: str) -> None:
    answer = site.app.test_client().get("/acme/api/v1/objects", headers={"Authorization": header.encode("utf-8").decode("latin-1")})

    assert (answer.status_code, answer.json["code"]) == (401, "token_unknown")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_api_tells_a_stranger_to_sign_in(site: Application) -> None:
    answer = site.app.test_client().get("/acme/api/v1/objects")

    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("slug", ["nowhere", "UPPER", "..", "a" * 300, "system", "acme%00", "%2e%2e"])
def test_a_tenant_that_is_not_there_is_not_found(site: Application, slug: str) -> None:
    headers = site.client().headers

    assert site.app.test_client().get(f"/{slug}/api/v1/objects", headers=headers).status_code == 404


def test_a_deactivated_user_is_out_with_the_next_request_in_every_process(site: Application) -> None:
    client, other = site.client(), site.process().test_client()
    assert other.get("/acme/api/v1/objects", headers=client.headers).status_code == 200

    change(site, client, active=False)

    assert client.get("/objects").status_code == 401
    assert other.get("/acme/api/v1/objects", headers=client.headers).status_code == 401


def test_a_role_taken_away_takes_effect_with_the_next_request_in_every_process(site: Application) -> None:
    client, other = site.client(roles=["clerk"]), site.process().test_client()
    assert other.get("/acme/api/v1/records/loan", headers=client.headers).status_code == 200

    change(site, client, roles=[])

    assert client.get("/records/loan").status_code == 404
    assert other.get("/acme/api/v1/records/loan", headers=client.headers).status_code == 404


def test_every_answer_has_its_headers_and_a_request_id(site: Application) -> None:
    visitor = Visitor(site.app)
    for path in ("/acme/login", "/acme/", "/acme/api/v1/objects", "/nothing/at/all", "/health", "/"):
        answer = visitor.http.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "script-src 'self'" in policy, path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"]
        assert len(answer.headers["X-Request-Id"]) >= 8


def test_a_request_id_is_taken_over_unless_it_is_odd(site: Application) -> None:
    http = site.app.test_client()

    assert http.get("/health", headers={"X-Request-Id": "abc-12345678"}).headers["X-Request-Id"] == "abc-12345678"
    assert http.get("/health", headers={"X-Request-Id": 'a"b,c d'}).headers["X-Request-Id"] != 'a"b,c d'


def test_a_body_that_is_too_large_is_refused(site: Application) -> None:
    answer = site.client().post("/records/equipment", data=b"x" * (11 * 1024 * 1024), content_type="application/json")

    assert answer.status_code == 413


def test_health_says_ok_and_names_what_fails(site: Application, tmp_path: Path) -> None:
    well = site.app.test_client().get("/health")
    ill = create_app(Config(data=tmp_path / "gone", database_url=None, signing_key=b"k" * 32)).test_client()
    (tmp_path / "gone" / "directory.db").unlink(missing_ok=True)
    if (tmp_path / "gone").exists():
        (tmp_path / "gone").rmdir()

    assert (well.status_code, well.json["status"]) == (200, "ok")
    answer = ill.get("/health")
    assert (answer.status_code, answer.json["checks"]["disk"]) == (503, "failing")


def test_a_failure_of_the_program_shows_a_number_and_nothing_else(site: Application, caplog: pytest.LogCaptureFixture) -> None:
    app = site.process()

    @app.route("/fail")
    def fail() -> str:
        raise ZeroDivisionError("secret-value")

    answer = app.test_client().get("/fail")

    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert answer.headers["X-Request-Id"] in answer.text
    assert "secret-value" not in answer.text and "Traceback" not in answer.text
    assert "ZeroDivisionError" in "".join(JsonFormatter().format(each) for each in caplog.records)


def test_the_log_says_who_asked_and_holds_no_secret(site: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(access, "_handler", None)
    start_logging(written)
    person(site, "logged")
    client = site.client()
    client.get("/objects?secret=hidden-in-query")
    visitor = Visitor(site.app)
    visitor.sign_in("logged", "a wrong password")
    visitor.sign_in("logged")
    lines = written.getvalue().splitlines()

    asked = [json.loads(each) for each in lines]
    assert any(each.get("user") == client.user.login and each["tenant"] == "acme" and each["path"].endswith("/objects") for each in asked)
    whole = "\n".join(lines)
    for secret in (client.headers["Authorization"][7:], "a wrong password", "hidden-in-query", "correct horse", visitor.token):
        assert secret not in whole


def test_the_address_without_a_tenant_leads_to_the_only_one(site: Application) -> None:
    assert site.app.test_client().get("/").headers["Location"] == "/acme/"


@pytest.mark.parametrize("path", ["/acme", "//evil.example/acme", "/acme//o/user", "/%2F%2Fevil.example"])
def test_a_redirect_never_leaves_for_the_host_that_a_client_names(site: Application, path: str) -> None:
    answer = site.app.test_client().get(path, headers={"Host": "evil.example"})

    assert answer.location is None or re.match(r"/(?![/\\])", answer.location), answer.location


def test_a_missing_slash_is_added_within_the_host(site: Application) -> None:
    answer = site.app.test_client().get("/acme?x=1", headers={"Host": "evil.example"})

    assert (answer.status_code, answer.location) == (308, "/acme/?x=1")


def test_the_icon_that_browsers_ask_for_is_no_tenant(site: Application) -> None:
    answer = site.app.test_client().get("/favicon.ico")

    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
