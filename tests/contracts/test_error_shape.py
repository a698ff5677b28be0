"""One shape of refusal for every call of the API: outsiders build on it, whatever goes wrong where."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from designer.api import ROUTES as DESIGNER_ROUTES
from metadata.sentences import wording
from runtime.api.routes import ROUTES
from runtime.problems import STATUSES
from tests.support.application import Application, Client, open_application
from tests.support.databases import sqlite_database
from tests.support.loans import LOANS

CALLS = [(method, re.sub(r"<(?:path:)?(\w+)>", r"{\1}", address)) for method, address, _ in (*ROUTES, *DESIGNER_ROUTES)]
FILLED = {
    "object_name": "loan", "record_id": "1", "field_name": "number", "value": "x", "number": "1", "kind": "object",
    "name": "loan",
}
WITH_BODY = [call for call in CALLS if call[0] in ("POST", "PUT", "PATCH") and "restore" not in call[1]]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def loans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with open_application(sqlite_database(tmp_path_factory.mktemp("shape")), LOANS) as application:
        yield application


@pytest.fixture(scope="module")
def admin(loans: Application) -> Client:
    return loans.client()


def check_shape(answer: TestResponse, status: int) -> None:
    """Every refusal is a problem document that says its status, its code, and each complaint in words."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    document = answer.json
    assert document["status"] == status
    assert document["type"] == f"urn:tenon:problem:{document['code']}"
    assert document["title"] and document["detail"] and document["errors"]
    for each in document["errors"]:
        assert each.keys() - {"place"} == {"field", "code", "message"}
        assert each["message"] and each["message"] != each["code"]
    assert answer.headers["Content-Language"] in ("zh-CN", "en")
    assert "Traceback" not in answer.text and "sqlalchemy" not in answer.text.lower()


@pytest.mark.parametrize(("method", "address"), CALLS)
def test_without_a_token_nothing_opens(loans: Application, admin: Client, method: str, address: str) -> None:
    stranger = Client(loans.app.test_client(), admin.prefix, {}, admin.user)

    check_shape(stranger.send(method, address.format_map(FILLED)), 401)


@pytest.mark.parametrize(("method", "address"), CALLS)
def test_a_token_that_is_none_is_refused(loans: Application, admin: Client, method: str, address: str) -> None:
    for header in ("Bearer tn_x", "Basic YTpi", "Bearer", "Bearer " + "x" * 5000):
        stranger = Client(loans.app.test_client(), admin.prefix, {"Authorization": header}, admin.user)
        check_shape(stranger.send(method, address.format_map(FILLED)), 401)


@pytest.mark.parametrize(("method", "address"), CALLS)
def test_an_unknown_parameter_is_refused(admin: Client, method: str, address: str) -> None:
    body = {"json": {}} if (method, address) in WITH_BODY else {}

    check_shape(admin.send(method, f"{address.format_map(FILLED)}?nonsense=1", **body), 400)


@pytest.mark.parametrize(("method", "address"), [call for call in WITH_BODY if "attachments" not in call[1] and call[1] != "/files"])
def test_a_body_that_is_no_json_object_is_refused(admin: Client, method: str, address: str) -> None:
    place = address.format_map(FILLED)
    check_shape(admin.send(method, place, data=b"{", content_type="application/json"), 400)
    check_shape(admin.send(method, place, data=b"[1]", content_type="application/json"), 400)
    check_shape(admin.send(method, place, data=b"<a/>", content_type="text/xml"), 415)


@pytest.mark.parametrize("address", sorted({address for _, address in CALLS}))
def test_a_method_that_an_address_does_not_know_is_refused(loans: Application, admin: Client, address: str) -> None:
    place = address.format_map(FILLED)
    for method in METHODS:
        with loans.app.test_request_context(admin.prefix + place, method=method) as context:
            answered = not str(context.request.endpoint).endswith("nowhere")
        if not answered:
            answer = admin.send(method, place)
            check_shape(answer, 405)
            assert answer.headers["Allow"] and method not in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/records", "/records/loan/1/nothing", "/objects/loan/x", "/metadata"])
def test_an_address_where_nothing_is_says_so(admin: Client, path: str) -> None:
    check_shape(admin.get(path), 404)


def test_an_unknown_tenant_looks_like_an_unknown_address(admin: Client) -> None:
    for slug in ("nobody", "x" * 200, "Acme", "..", "%00"):
        check_shape(admin.http.get(f"/{slug}/api/v1/objects", headers=admin.headers), 404)


def test_every_code_with_a_status_has_its_sentence() -> None:
    assert not [code for code in STATUSES if code not in wording()]


def test_every_code_raised_over_rest_has_its_sentence() -> None:
    raised = re.compile(r"(?:RequestRefused|Problem|InvalidValue)\(\s*\"([a-z_]+)\"")
    defined = re.compile(r"^    code = \"([a-z_]+)\"", re.MULTILINE)
    root = Path(__file__).parents[2]
    sources = [path.read_text(encoding="utf-8") for room in ("runtime", "designer") for path in (root / room).rglob("*.py")]
    codes = {code for source in sources for pattern in (raised, defined) for code in pattern.findall(source)}

    assert not sorted(codes - wording().keys() - {"unfit"})
