"""A whole application inside a test: a few lines of YAML give a tenant, clients and a clock, on either database.

    with open_application(database, LOANS) as application:
        clerk = application.client(roles=["clerk"])
        assert clerk.post("/records/loan", json={"purpose": "film"}).status_code == 201
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from metadata.compile import bundled_package
from metadata.documents import Package, read_package
from metadata.kinds import APP_FILE, KINDS, file_of
from metadata.permissions import everything, permissions_of
from runtime.install import Installed, create_with, install
from runtime.records import service
from tenants import catalog
from tenants.context import RecordContext, SetClock, Tenant, User
from tenants.credentials import create_token
from tenants.directory import Directory
from tenants.storage import Storage
from tenants.users import SYSTEM_USER
from tenon.app import create_app
from tenon.config import Config
from tests.support.databases import Database

SLUG = "acme"
BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=timezone.utc)
"""Nine o'clock on a Monday in Shanghai."""

APP = "app: {name}\nversion: {version}\nlabel: {{zh_CN: 测试, en: Test}}\nlanguages: [zh_CN, en]\nrequires: {{tenon: '>=0.1'}}\n"


def package_of(text: str, *, name: str = "testing", version: str = "1.0.0") -> Package:
    """Make a package of YAML items separated by `---`; the first key tells the kind, or a line `# data/x.yaml` the file."""
    with tempfile.TemporaryDirectory() as folder:
        for file, content in _files(text, name, version).items():
            place = Path(folder) / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        return read_package(Path(folder))


def _files(text: str, name: str, version: str) -> dict[str, str]:
    files = {APP_FILE: APP.format(name=name, version=version)}
    for part in (each.strip("\n") for each in f"\n{text}\n".split("\n---\n")):
        first = part.partition("\n")[0]
        if first.startswith("# "):
            files[first[2:].strip()] = part
        elif part.strip():
            kind, _, item = first.partition(":")
            files[file_of(next(each.name for each in KINDS.values() if each.key == kind), item.strip())] = part
    return files


@dataclass
class Client:
    """Sends requests to the API of one tenant as one user."""

    http: FlaskClient
    prefix: str
    headers: dict[str, str]
    user: User

    def send(self, method: str, path: str, **options: object) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}  # type: ignore[dict-item]
        return self.http.open(self.prefix + path, method=method, headers=headers, **options)  # type: ignore[arg-type]

    def get(self, path: str, **options: object) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, **options: object) -> TestResponse:
        return self.send("POST", path, **options)

    def put(self, path: str, **options: object) -> TestResponse:
        return self.send("PUT", path, **options)

    def patch(self, path: str, **options: object) -> TestResponse:
        return self.send("PATCH", path, **options)

    def delete(self, path: str, **options: object) -> TestResponse:
        return self.send("DELETE", path, **options)

    def create(self, object_name: str, **values: object) -> int:
        """Create a record and give its id; the test fails when it is refused."""
        answer = self.post(f"/records/{object_name}", json=values)
        assert answer.status_code == 201, answer.text
        return int(answer.json["id"])


class Application:
    """One process of the product with one tenant in it."""

    def __init__(self, database: Database, clock: SetClock, packages: Sequence[Package], *, demo: bool) -> None:
        self.database = database
        self.clock = clock
        self.directory = Directory(database.url, database.data)
        self.storage = Storage(database.data)
        self.tenant: Tenant = create_with(
            self.directory, self.storage, SLUG, "Acme", packages=packages, demo=demo, clock=clock
        )
        self.app = self.process()
        self._count = 0

    def process(self) -> Flask:
        """One more process of the product on the same data."""
        config = Config(data=self.database.data, database_url=self.database.url, signing_key=b"k" * 32)
        app = create_app(config, clock=self.clock)
        app.testing = True
        return app

    def install(self, *packages: Package | str, demo: bool = False) -> Installed:
        """Install packages, or texts that become packages."""
        wanted = [package_of(each) if isinstance(each, str) else each for each in packages]
        return install(self.storage, self.tenant, wanted, author=SYSTEM_USER, demo=demo, clock=self.clock)

    def client(
        self, *, roles: Sequence[str] = ("administrator",), tenant: Tenant | None = None, **values: object
    ) -> Client:
        """A new user with roles and a token of that user; further `values` of the user may be given."""
        self._count += 1
        tenant = tenant or self.tenant
        login = str(values.pop("login", f"user{self._count}"))
        with self.storage.writing(tenant) as connection:
            model = catalog.published(connection).model
            ctx = RecordContext(tenant, SYSTEM_USER, model, everything(model), self.clock)
            sent = {"login": login, "name": login, "active": True, "roles": list(roles), **values}
            user_id = service.create(ctx, connection, "user", sent).record_id
            token = create_token(connection, user_id, "test")
        user = User(user_id, login, login, None, tuple(roles))
        return Client(self.app.test_client(), f"/{tenant.slug}/api/v1", {"Authorization": f"Bearer {token}"}, user)

    def context(self, user: User = SYSTEM_USER) -> RecordContext:
        """A context for calling the runtime directly; the platform itself may do everything."""
        with self.storage.reading(self.tenant) as connection:
            model = catalog.published(connection).model
        rights = everything(model) if user is SYSTEM_USER else permissions_of(model, user.roles)
        return RecordContext(self.tenant, user, model, rights, self.clock, self.tenant.locale, self.tenant.time_zone)

    def later(self, **time: float) -> None:
        """Move the clock: `later(days=1)`."""
        self.clock.instant += timedelta(**time)

    def close(self) -> None:
        """Let go of every connection."""
        self.app.extensions["tenon_gate"].storage.close()
        self.storage.close()


@contextmanager
def open_application(database: Database, *packages: Package | str, demo: bool = False) -> Iterator[Application]:
    """Give an application whose tenant `acme` has the packages installed."""
    wanted = [package_of(each) if isinstance(each, str) else each for each in packages]
    application = Application(database, SetClock(BEGIN), wanted, demo=demo)
    try:
        yield application
    finally:
        application.close()


def bundled(name: str) -> Package:
    """A package that is delivered with the product."""
    return bundled_package(name)
