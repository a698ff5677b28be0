"""Who gets what answer at every address: one table over the running application's own routes.

A new route fails here until it stands in the table. Each request is one that works for an administrator, so that a
refusal of the others says something; and it is sent by the administrator last, so that it shows that the others had no
effect.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from runtime.install import create_with
from tenants.credentials import set_password
from tests.support.application import Application, Client, package_of
from tests.support.databases import KINDS
from tests.support.loans import LOANS
from tests.support.places import on_either
from tests.support.visitor import PASSWORD, Visitor

SIGN_IN, CSRF = "to the sign-in page", 403
API = "/<tenant>/api/v1"
O = "/<tenant>/o/<object_name>"
RECORD = f"{API}/records/<object_name>"
OTHER = "other"

LOAN = {"equipment": {"code": "CAM-1"}, "purpose": "film"}


@dataclass(frozen=True)
class Row:
    """A route, a request to it that an administrator may make, and what a user without any role gets."""

    method: str
    rule: str
    administrator: int
    without_rights: int
    fill: str = ""
    sent: object = None
    query: str = ""
    if_match: str = ""
    is_public: bool = False
    stranger: int = 401
    """What somebody without a session or a token gets from the API; pages lead to the sign-in page."""

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


NEW_FORM = {"equipment": "{equipment}", "purpose": "film", "from_date": "2026-01-10", "due_date": "2026-01-20"}
A_FILE = "a file"

TABLE = (
    Row("GET", "/", 302, 302, is_public=True),
    Row("GET", "/health", 200, 200, is_public=True),
    Row("GET", "/assets/<name>", 404, 404, "name=nothing.js", is_public=True),
    Row("GET", "/favicon.ico", 200, 200, is_public=True),
    Row("GET", "/<tenant>/login", 303, 303, is_public=True),
    Row("POST", "/<tenant>/login", 401, 401, sent={"login": "nobody", "password": "wrong"}, is_public=True),
    Row("POST", "/<tenant>/preferences", 303, 303, sent={"locale": "en"}, is_public=True),
    # the REST API
    Row("GET", f"{API}/objects", 200, 200),
    Row("GET", f"{API}/objects/<object_name>", 200, 404),
    Row("GET", f"{API}/openapi.json", 200, 200),
    Row("GET", f"{API}/search", 200, 200, query="q=film"),
    Row("POST", f"{API}/query", 200, 404, sent={"object": "loan", "measures": {"n": "count()"}}),
    Row("POST", f"{API}/files", 201, 201, sent=A_FILE),
    Row("GET", RECORD, 200, 404),
    Row("POST", RECORD, 201, 404, sent=LOAN),
    Row("POST", f"{RECORD}/batch", 200, 422, sent={"operations": [{"do": "create", "values": LOAN}]}),
    Row("PUT", f"{RECORD}/by/<field_name>/<path:value>", 201, 404, "object_name=equipment field_name=code value={code}", {"name": "Tripod"}),
    Row("GET", f"{RECORD}/<record_id>", 200, 404, "record_id={loan}"),
    Row("PATCH", f"{RECORD}/<record_id>", 200, 404, "record_id={loan}", {"purpose": "x", "version": 1}),
    Row("DELETE", f"{RECORD}/<record_id>", 204, 404, "record_id={loan}", query="version=1"),
    Row("GET", f"{RECORD}/<record_id>/history", 200, 404, "record_id={loan}"),
    Row("GET", f"{RECORD}/<record_id>/comments", 200, 404, "record_id={loan}"),
    Row("POST", f"{RECORD}/<record_id>/comments", 201, 404, "record_id={loan}", {"text": "hello"}),
    Row("DELETE", f"{RECORD}/<record_id>/comments/<number>", 204, 404, "record_id={commented} number={comment}"),
    Row("GET", f"{RECORD}/<record_id>/attachments", 200, 404, "record_id={loan}"),
    Row("POST", f"{RECORD}/<record_id>/attachments", 201, 404, "record_id={loan}", A_FILE),
    Row("GET", f"{RECORD}/<record_id>/attachments/<number>", 200, 404, "record_id={attached} number={attachment}"),
    Row("DELETE", f"{RECORD}/<record_id>/attachments/<number>", 204, 404, "record_id={attached} number={attachment}"),
    Row("GET", f"{RECORD}/<record_id>/files/<field_name>", 200, 404, "object_name=equipment record_id={filed} field_name=manual"),
    Row("GET", f"{API}/recycle-bin/<object_name>", 200, 404),
    Row("POST", f"{API}/recycle-bin/<object_name>/<record_id>/restore", 200, 404, "record_id={deleted}"),
    Row("DELETE", f"{API}/recycle-bin/<object_name>/<record_id>", 204, 404, "record_id={deleted}"),
    *(Row(method, f"{API}/<path:rest>", 404, 404, "rest=nothing", stranger=404) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
    *(Row(method, f"{API}/", 404, 404, stranger=404) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
    # definitions
    Row("GET", f"{API}/metadata/<kind>", 200, 403, "kind=object"),
    Row("GET", f"{API}/metadata/<kind>/<name>", 200, 403, "kind=object name=loan"),
    Row("PUT", f"{API}/metadata/<kind>/<name>", 200, 403, "kind=picklist name=x_colour", {"picklist": "x_colour", "values": {"red": "Red"}}, if_match="*"),
    Row("GET", f"{API}/metadata/draft", 200, 403),
    Row("GET", f"{API}/metadata/draft/plan", 200, 403),
    Row("POST", f"{API}/metadata/publish", 200, 403, sent={"message": "colours"}),
    Row("GET", f"{API}/metadata/versions", 200, 403),
    Row("GET", f"{API}/metadata/versions/<number>", 200, 403, "number=1"),
    Row("DELETE", f"{API}/metadata/<kind>/<name>", 204, 403, "kind=picklist name=x_colour", if_match="*"),
    Row("DELETE", f"{API}/metadata/draft", 204, 403),
    Row("POST", f"{API}/metadata/versions/<number>/rollback", 200, 403, "number=2", sent={}),
    Row("GET", f"{API}/metadata/hidden", 200, 403),
    Row("DELETE", f"{API}/metadata/hidden/<object_name>", 404, 403),
    Row("DELETE", f"{API}/metadata/hidden/<object_name>/<field_name>", 404, 403, "field_name=purpose"),
    # pages
    Row("GET", "/<tenant>/", 200, 200),
    Row("GET", "/<tenant>/app/<app_name>", 200, 200, "app_name=system"),
    Row("GET", "/<tenant>/search", 200, 200, query="q=film"),
    Row("GET", "/<tenant>/suggest", 200, 200, query="q=film"),
    Row("GET", "/<tenant>/recycle-bin", 200, 200),
    Row("GET", "/<tenant>/lookup/<object_name>/<field_name>", 200, 404, "field_name=equipment"),
    Row("POST", "/<tenant>/form/<object_name>/state", 200, 404, sent=NEW_FORM),
    Row("GET", O, 200, 404),
    Row("GET", f"{O}/new", 200, 404),
    Row("POST", f"{O}/new", 303, 404, sent=NEW_FORM),
    Row("GET", f"{O}/<record_id>", 200, 404, "record_id={loan}"),
    Row("GET", f"{O}/<record_id>/edit", 200, 404, "record_id={loan}"),
    Row("POST", f"{O}/<record_id>/edit", 303, 404, "record_id={loan}", {**NEW_FORM, "version": "1"}),
    Row("POST", f"{O}/<record_id>/delete", 303, 404, "record_id={loan}", {"version": "1"}),
    Row("POST", f"{O}/<record_id>/restore", 303, 404, "record_id={deleted}", {}),
    Row("GET", f"{O}/<record_id>/history", 200, 404, "record_id={loan}"),
    Row("POST", f"{O}/<record_id>/comments", 303, 404, "record_id={loan}", {"text": "hello"}),
    Row("POST", f"{O}/<record_id>/attachments", 303, 404, "record_id={loan}", A_FILE),
    Row("GET", f"{O}/<record_id>/attachments/<attachment_id>", 200, 404, "record_id={attached} attachment_id={attachment}"),
    Row("POST", f"{O}/<record_id>/attachments/<attachment_id>/remove", 303, 404, "record_id={attached} attachment_id={attachment}", {}),
    Row("GET", f"{O}/<record_id>/file/<field_name>", 200, 404, "object_name=equipment record_id={filed} field_name=manual"),
    Row("GET", "/<tenant>/<path:rest>", 404, 404, "rest=nothing/at/all"),
    Row("POST", "/<tenant>/<path:rest>", 405, 405, "rest=nothing/at/all", {}),
    Row("POST", "/<tenant>/logout", 303, 303, sent={}),
)


class Scene:
    """The tenant and its neighbour, who asks, and what there is to ask for; made when first needed."""

    def __init__(self, site: Application) -> None:
        self.site = site
        self.neighbour = create_with(site.directory, site.storage, OTHER, "Other", packages=[package_of(LOANS)], clock=site.clock)
        self.admin, self.clerk, self.nobody = site.client(), site.client(roles=["clerk"]), site.client(roles=[])
        self.foreigner = site.client(tenant=self.neighbour, login="foreigner")
        self.count = 0

    def thing(self, name: str, known: dict[str, str]) -> str:
        if name not in known:
            self.count += 1
            known.update(getattr(self, f"_{name}")())
        return known[name]

    def _loan(self) -> dict[str, str]:
        return {"loan": str(self.admin.create("loan", **LOAN))}

    def _code(self) -> dict[str, str]:
        return {"code": f"TRI-{self.count}"}

    def _equipment(self) -> dict[str, str]:
        return {"equipment": str(self.admin.create("equipment", code=f"E-{self.count}", name="Lamp"))}

    def _deleted(self) -> dict[str, str]:
        number = self.admin.create("loan", **LOAN)
        assert self.admin.delete(f"/records/loan/{number}?version=1").status_code == 204
        return {"deleted": str(number)}

    def _commented(self) -> dict[str, str]:
        number = self.admin.create("loan", **LOAN)
        made = self.admin.post(f"/records/loan/{number}/comments", json={"text": "hello"})
        return {"commented": str(number), "comment": str(made.json["id"])}

    def _attached(self) -> dict[str, str]:
        number = self.admin.create("loan", **LOAN)
        made = self.admin.post(f"/records/loan/{number}/attachments", data={"file": (io.BytesIO(b"x"), "x.txt")})
        return {"attached": str(number), "attachment": str(made.json["id"])}

    def _filed(self) -> dict[str, str]:
        file = self.admin.post("/files", data={"file": (io.BytesIO(b"x"), "x.txt")}).json["id"]
        return {"filed": str(self.admin.create("equipment", code=f"F-{self.count}", name="Lamp", manual=file))}

    def request(self, row: Row, slug: str = "acme", **instead: str) -> "Request":
        """The request of a row; `instead` replaces what fills the address."""
        known: dict[str, str] = {}
        wanted = {"object_name": "loan", **dict(each.split("=", 1) for each in row.fill.split())}
        filled = {name: self._fill(text, known) for name, text in wanted.items()} | {"tenant": slug} | instead
        path = re.sub(r"<(?:path:)?(\w+)>", lambda found: filled[found[1]], row.rule)
        return Request(row, path + (f"?{row.query}" if row.query else ""), self._sent(row.sent, known, instead))

    def _fill(self, text: str, known: dict[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.thing(found[1], known), text)

    def _sent(self, sent: object, known: dict[str, str], instead: dict[str, str]) -> object:
        if isinstance(sent, dict) and "object" in sent and "object_name" in instead:
            return sent | {"object": instead["object_name"]}
        if isinstance(sent, dict):
            return {name: self._fill(value, known) if isinstance(value, str) else value for name, value in sent.items()}
        return sent


@dataclass(frozen=True)
class Request:
    """A request ready to be sent by anybody."""

    row: Row
    path: str
    body: object

    @property
    def is_page(self) -> bool:
        return not self.row.rule.startswith(API)

    def send(self, http: object, headers: dict[str, str] | None = None, csrf: str = "") -> TestResponse:
        headers = dict(headers or {})
        if self.row.if_match:
            headers["If-Match"] = self.row.if_match
        if csrf:
            headers["X-CSRF-Token"] = csrf
        body: dict[str, object] = {}
        if self.body == A_FILE:
            body = {"data": {"file": (io.BytesIO(b"content"), "x.txt")}}
        elif self.body is not None:
            body = {"data": self.body} if self.is_page else {"json": self.body}
        return http.open(self.path, method=self.row.method, headers=headers, **body)


@pytest.fixture(scope="module", params=KINDS)
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    for site in on_either(request, tmp_path_factory, LOANS):
        yield Scene(site)


def signed_in(scene: Scene, login: str, slug: str = "acme") -> Visitor:
    visitor = Visitor(scene.site.app, slug)
    assert visitor.sign_in(login).status_code == 303
    visitor.get("/")
    return visitor


def outcome(answer: TestResponse) -> object:
    leads = answer.headers.get("Location", "")
    return SIGN_IN if answer.status_code == 303 and re.match(r"/\w+/login(\?|$)", leads) else answer.status_code


def test_every_route_of_the_application_stands_in_the_table_once(scene: Scene) -> None:
    running = sorted(
        (method, rule.rule) for rule in scene.site.app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    )
    assert sorted((row.method, row.rule) for row in TABLE) == running


def test_only_these_are_open_to_everybody() -> None:
    assert [str(row) for row in TABLE if row.is_public] == [
        "GET /", "GET /health", "GET /assets/<name>", "GET /favicon.ico", "GET /<tenant>/login", "POST /<tenant>/login", "POST /<tenant>/preferences",
    ]


@pytest.mark.parametrize("row", [row for row in TABLE if not row.is_public], ids=str)
def test_who_gets_what(scene: Scene, row: Row) -> None:
    asked = scene.request(row)
    fresh = scene.site.app.test_client
    unsafe_page = asked.is_page and row.method == "POST"

    assert outcome(asked.send(fresh())) == ((CSRF if unsafe_page else SIGN_IN) if asked.is_page else row.stranger)
    if unsafe_page:
        visitor = Visitor(scene.site.app)
        visitor.get("/login")
        assert outcome(asked.send(visitor.http, csrf=visitor.token)) == SIGN_IN
    assert outcome(asked.send(fresh(), scene.foreigner.headers)) == 401
    for somebody, expected in ((scene.nobody, row.without_rights), (scene.admin, row.administrator)):
        assert asked.send(fresh(), somebody.headers).status_code == expected


@pytest.fixture(scope="module")
def foreign_session(scene: Scene) -> Visitor:
    """A session of the other tenant, whose cookie is shown to ours."""
    person_at_other(scene)
    visitor = signed_in(scene, "foreign_person", OTHER)
    visitor.http.set_cookie("tenon_session", visitor.cookie("tenon_session") or "", path="/acme/")
    return visitor


def person_at_other(scene: Scene) -> None:
    client = scene.site.client(tenant=scene.neighbour, login="foreign_person")
    with scene.site.storage.writing(scene.neighbour) as connection:
        set_password(connection, client.user.id, PASSWORD)


@pytest.mark.parametrize("row", [row for row in TABLE if not row.is_public], ids=str)
def test_a_session_of_another_tenant_is_nobody(scene: Scene, foreign_session: Visitor, row: Row) -> None:
    asked = scene.request(row)
    expected = (CSRF if row.method == "POST" else SIGN_IN) if asked.is_page else row.stranger

    assert outcome(asked.send(foreign_session.http, csrf=foreign_session.token)) == expected


@pytest.mark.parametrize("row", [row for row in TABLE if row.administrator < 400 and ("object_name" in row.rule or "/query" in row.rule)], ids=str)
def test_an_object_without_rights_answers_like_one_that_is_not_there(scene: Scene, row: Row) -> None:
    hidden, absent = scene.request(row), scene.request(row, object_name="nothing")
    fresh = scene.site.app.test_client
    one, other = (each.send(fresh(), scene.nobody.headers) for each in (hidden, absent))

    assert one.status_code == other.status_code == row.without_rights
    assert plain(one, hidden) == plain(other, absent)


def plain(answer: TestResponse, asked: Request) -> str:
    """The answer without what the asker said himself, and without its own marks."""
    text = re.sub(r'(?<="id": )[0-9]+', "ID", answer.text.replace(asked.path, "PATH"))
    text = re.sub(r'\b(loan|equipment|nothing)\b', "OBJECT", text)
    return re.sub(r'(csrf_token" value=|token" content=)"[^"]*"', "", text)


@pytest.mark.parametrize("row", [row for row in TABLE if re.search(r"<(record_id|number|attachment_id)>", row.rule) and row.administrator < 400 and "metadata" not in row.rule and "{filed}" not in row.fill], ids=str)
def test_what_belongs_to_somebody_else_answers_like_what_is_not_there(scene: Scene, row: Row) -> None:
    """A clerk sees own loans only (equipment is everybody's): every way to another's loan must be a way to nothing."""
    foreign, absent = scene.request(row), scene.request(row, record_id="999999999")
    one, other = (each.send(scene.site.app.test_client(), scene.clerk.headers) for each in (foreign, absent))

    assert one.status_code == other.status_code == 404
    assert plain(one, foreign) == plain(other, absent)


@pytest.mark.parametrize("row", [row for row in TABLE if row.method == "GET"], ids=str)
def test_head_and_options_tell_no_more_than_get(scene: Scene, row: Row) -> None:
    asked = scene.request(row)
    http = scene.site.app.test_client
    got = asked.send(http())
    head, options = (http().open(asked.path, method=method) for method in ("HEAD", "OPTIONS"))

    assert (head.status_code, head.data) == (got.status_code, b"")
    assert options.data == b"" or options.status_code >= 400 or outcome(options) == SIGN_IN


@pytest.fixture(scope="module")
def numbers(scene: Scene) -> dict[str, str]:
    """Ids that exist at the neighbour only."""
    theirs, admin = scene.foreigner, scene.admin
    newest = admin.create("loan", **LOAN)
    for _ in range(newest // 200 + 1):
        theirs.post("/records/loan/batch", json={"operations": [{"do": "create", "values": LOAN}] * 200})
    record = theirs.create("loan", **LOAN)
    upload = {"data": {"file": (io.BytesIO(b"theirs"), "theirs.txt")}}
    files = [theirs.post("/files", data={"file": (io.BytesIO(b"theirs"), "theirs.txt")}).json["id"] for _ in range(60)]
    attachment = theirs.post(f"/records/loan/{record}/attachments", **upload).json["id"]
    comments = [theirs.post(f"/records/loan/{record}/comments", json={"text": "theirs"}).json["id"] for _ in range(40)]
    return {"record": str(record), "file": str(files[-1]), "attachment": str(attachment), "comment": str(comments[-1])}


ABSENT = "999999999"


def test_numbers_of_the_neighbour_are_numbers_of_nothing(scene: Scene, numbers: dict[str, str]) -> None:
    own = scene.admin.create("loan", **LOAN)
    for address, name in (
        ("/records/loan/{}", "record"), ("/records/loan/{}/history", "record"), ("/records/loan/{}/comments", "record"),
        (f"/records/loan/{own}/attachments/{{}}", "attachment"), (f"/records/loan/{own}/comments/{{}}", "comment"),
    ):
        method = "DELETE" if "comments/{}" in address else "GET"
        theirs, nothing = (scene.admin.send(method, address.format(number)) for number in (numbers[name], ABSENT))
        assert theirs.status_code == nothing.status_code == 404, address
        asked = (re.sub(r'(?<="id": )[0-9]+', "ID", each.text) for each in (theirs, nothing))
        assert len(set(asked)) == 1, address


def test_a_file_of_the_neighbour_can_not_be_put_into_a_field(scene: Scene, numbers: dict[str, str]) -> None:
    sent = [
        scene.admin.post("/records/equipment", json={"code": "FILE", "name": "x", "manual": int(number)})
        for number in (numbers["file"], ABSENT)
    ]
    assert [each.status_code for each in sent] == [422, 422]
    assert sent[0].text == sent[1].text


def test_a_relation_to_a_record_of_the_neighbour_leads_to_nothing(scene: Scene, numbers: dict[str, str]) -> None:
    item = {"name": "x", "quantity": 1}
    sent = [scene.admin.post("/records/loan_item", json={**item, "loan": int(n)}) for n in (numbers["record"], ABSENT)]
    assert [each.status_code for each in sent] == [422, 422]
    assert sent[0].text == sent[1].text


def test_a_cursor_of_the_neighbour_shows_nothing_of_his(scene: Scene, numbers: dict[str, str]) -> None:
    theirs = scene.foreigner.get("/records/loan?limit=1&fields=number").json["after"]
    answer = scene.admin.get(f"/records/loan?limit=200&fields=number&after={theirs}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        for each in answer.json["records"]:
            assert scene.admin.get(f"/records/loan/{each['id']}").status_code == 200


def test_an_idempotency_key_of_another_replays_nothing(scene: Scene) -> None:
    key = {"Idempotency-Key": "the-very-same"}
    body = {"code": "KEY", "name": "Lamp"}
    for client in (scene.foreigner, scene.admin):
        answer = client.post("/records/equipment", json=body, headers=key)
        assert (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (201, None)
    colleague = scene.site.client().post("/records/equipment", json=body, headers=key)
    assert (colleague.status_code, colleague.json["code"]) == (422, "refused")


def test_a_version_of_the_neighbour_is_unknown(scene: Scene) -> None:
    body = {"picklist": "x_size", "values": {"small": "Small"}}
    assert scene.foreigner.put("/metadata/picklist/x_size", json=body, headers={"If-Match": "*"}).status_code == 200
    assert scene.foreigner.post("/metadata/publish", json={}).status_code == 200
    assert scene.admin.get("/metadata/picklist/x_size").status_code == 404
    newest = scene.admin.get("/metadata/versions").json["versions"][0]["number"]
    assert scene.admin.get(f"/metadata/versions/{newest + 1}").status_code == 404
