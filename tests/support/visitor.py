"""A browser without a screen: keeps cookies, takes CSRF tokens from forms, signs in."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tenants.credentials import set_password
from tests.support.application import SLUG, Application

TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
PASSWORD = "correct horse battery"


class Visitor:
    """Somebody at the pages of the tenant."""

    def __init__(self, app: Flask, slug: str = SLUG) -> None:
        self.http: FlaskClient = app.test_client()
        self.base = f"/{slug}"
        self.token = ""

    def get(self, path: str = "/", **options: object) -> TestResponse:
        answer = self.http.get(self.base + path, **options)  # type: ignore[arg-type]
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def post(self, path: str, data: dict[str, object] | None = None, **options: object) -> TestResponse:
        return self.http.post(self.base + path, data={"csrf_token": self.token, **(data or {})}, **options)  # type: ignore[arg-type]

    def sign_in(self, login: str, password: str = PASSWORD, **data: object) -> TestResponse:
        self.get("/login")
        return self.post("/login", {"login": login, "password": password, **data})

    def cookie(self, name: str) -> str | None:
        found = self.http.get_cookie(name, path=f"{self.base}/")
        return found.value if found else None


def person(site: Application, login: str, *, roles: tuple[str, ...] = ("administrator",)) -> int:
    """Make a user with PASSWORD and return the id."""
    client = site.client(roles=roles, login=login)
    with site.storage.writing(site.tenant) as connection:
        set_password(connection, client.user.id, PASSWORD)
    return client.user.id
