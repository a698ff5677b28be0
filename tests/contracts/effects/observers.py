"""Where the effect of a property is seen: each takes the packages of a tenant and gives what somebody then sees."""

import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from metadata.compile import compile_model
from metadata.documents import Item, Package, package_of
from metadata.errors import PackageInvalid
from metadata.permissions import everything
from metadata.reading import read_yaml
from metadata.sentences import sentence
from runtime.api.objects import description
from runtime.api.openapi import openapi
from runtime.apptests import run
from tenants.context import RecordContext, Tenant
from tenants.schema import tables
from tenants.shape import makers
from tenants.users import SYSTEM_USER
from tests.support.application import Application, open_application
from tests.support.databases import sqlite_database
from tests.support.visitor import Visitor, person

Packages = Sequence[Package]
Observer = Callable[[Packages], object]
TENANT = Tenant("acme", "Acme", "sqlite://", "en")
DRAWN_BY_CHANCE = re.compile(r'(csrf_token|form_key|csrf)(" value=|" content=)"[^"]*"|request_id=\w+')


def _context(packages: Packages) -> RecordContext:
    model = compile_model(packages)
    return RecordContext(TENANT, SYSTEM_USER, model, everything(model), locale="en")


def described(object_name: str) -> Observer:
    """What the API says of an object."""
    return lambda packages: description(_context(packages), object_name)


def openapi_document(packages: Packages) -> object:
    """What generators of clients read."""
    document = dict(openapi(_context(packages)))
    return {**document, "info": {**document["info"], "version": ""}}


def ddl(table: str) -> Observer:
    """The statements that make a table with its indexes."""
    def observe(packages: Packages) -> object:
        maker = makers(tables(compile_model(packages)), "sqlite")[table]
        return [*maker.create, *(each.sql for each in maker.shape.indexes.values()), maker.shape.keys]
    return observe


def problems(packages: Packages) -> object:
    """What is wrong with the packages."""
    try:
        compile_model(packages)
    except PackageInvalid as invalid:
        return sorted(each.code for each in invalid.problems)
    return []


def tested(*tests: str) -> Observer:
    """What becomes of some tests of the app, each a YAML text in place of its own: the sentences of what is wrong."""
    def observe(packages: Packages) -> object:
        body, faults = read_yaml("tests:\n" + "".join(f"  test {n}: {each}\n" for n, each in enumerate(tests)), "")
        assert isinstance(body, dict) and not faults, faults
        return _report([_with_tests(packages[0], body), *packages[1:]])
    return observe


def own_tests(packages: Packages) -> object:
    """What becomes of the tests that the package itself brings."""
    return _report(packages)


def _with_tests(package: Package, body: dict[str, object]) -> Package:
    kept = [each for each in package.items if each.kind != "test"]
    return package_of(package.name, package.version, [*kept, Item("test", "only", body, "tests/only.yaml")])


def _report(packages: Packages) -> object:
    report = run(packages, packages[0].name, locale="en")
    return [
        (each.case.sentence, [(problem.path, sentence(problem, "en")) for problem in each.problems])
        for each in report.results
    ]


@contextmanager
def installed(packages: Packages) -> Iterator[Application]:
    with tempfile.TemporaryDirectory() as folder:
        with open_application(sqlite_database(Path(folder)), *packages) as application:
            yield application


def answered(*calls: str, role: str = "administrator", locale: str = "en") -> Observer:
    """Statuses and bodies of some REST calls (`GET /objects`, a body after a blank) of somebody with a role."""
    def observe(packages: Packages) -> object:
        with installed(packages) as application:
            client = application.client(roles=[role])
            client.headers["Accept-Language"] = locale
            return [_call(client, each) for each in calls]
    return observe


def _call(client, call: str) -> object:  # noqa: ANN001
    method, path, *rest = call.split(" ", 2)
    sent = {"json": json.loads(rest[0])} if rest else {}
    answer = client.send(method, path, **sent)
    return answer.status_code, answer.text


def handed_in(field: str) -> Observer:
    """What is said when a picture of one and a half megabytes is put into a field of a record."""
    def observe(packages: Packages) -> object:
        with installed(packages) as application:
            client = application.client()
            picture = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(1_500_000))
            file = client.post("/files", data={"file": (picture, "dot.png")}).json["id"]
            answer = client.post("/records/thing", json={"name": "x", field: file})
            return answer.status_code, [each["code"] for each in answer.json.get("errors", ())]
    return observe


def page(path: str) -> Observer:
    """A page as an administrator sees it, without what is drawn by chance."""
    def observe(packages: Packages) -> object:
        with installed(packages) as application:
            person(application, "amy")
            visitor = Visitor(application.app)
            visitor.sign_in("amy")
            visitor.http.set_cookie("tenon_locale", "en")
            return DRAWN_BY_CHANCE.sub("", visitor.get(path).text)
    return observe
