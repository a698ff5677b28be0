"""Cookies can only be made by us, are meant for one tenant, and grow stale."""

from datetime import timedelta

import pytest
from flask import Flask, Response

from tenon.cookies import SESSION, Cookies

COOKIES = Cookies(b"k" * 32, timedelta(minutes=10))


def cookie(slug: str, key: str, cookies: Cookies = COOKIES) -> str:
    with Flask("x").test_request_context("/"):
        response = Response()
        cookies.write_session(response, slug, key)
        return response.headers["Set-Cookie"]


def read(header: str, slug: str, cookies: Cookies = COOKIES):  # noqa: ANN201
    value = header.partition(";")[0]
    with Flask("x").test_request_context("/", headers={"Cookie": value}):
        return cookies.session(slug)


def test_a_session_comes_back() -> None:
    assert read(cookie("demo", "secret"), "demo").key == "secret"


def test_scripts_and_other_sites_do_not_get_it_and_it_stays_below_its_tenant() -> None:
    header = cookie("demo", "secret")

    assert {"HttpOnly", "SameSite=Lax", "Path=/demo/"} <= {part.strip() for part in header.split(";")}


def test_it_is_secure_over_https() -> None:
    with Flask("x").test_request_context("/", base_url="https://example.com"):
        response = Response()
        COOKIES.write_session(response, "demo", "secret")

    assert "Secure" in response.headers["Set-Cookie"]


def test_a_cookie_of_one_tenant_is_nothing_at_another() -> None:
    assert read(cookie("demo", "secret"), "other") is None


def test_a_cookie_signed_with_another_key_is_nothing() -> None:
    assert read(cookie("demo", "secret", Cookies(b"x" * 32, timedelta(hours=1))), "demo") is None


@pytest.mark.parametrize("value", ["", ".", "a.b.c", "secret.1.", "secret.99999999999999.x", "secret.1é.x", "x" * 5_000])
def test_a_forged_cookie_is_nothing(value: str) -> None:
    assert read(f"{SESSION}={value}", "demo") is None


def test_a_cookie_not_used_for_too_long_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    header = cookie("demo", "secret", Cookies(b"k" * 32, timedelta(minutes=10)))

    assert read(header, "demo", Cookies(b"k" * 32, timedelta(seconds=-1))) is None


def test_a_csrf_token_belongs_to_one_session_of_one_tenant() -> None:
    token = COOKIES.csrf_token("demo", "secret")

    assert COOKIES.csrf_fits(token, "demo", "secret")
    assert not any(COOKIES.csrf_fits(*wrong) for wrong in [(token, "demo", "x"), (token, "x", "secret"), ("", "demo", "secret"), ("é", "demo", "secret")])
