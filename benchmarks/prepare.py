"""A tenant with the benchmark's package, one seller, and the rows, for the server under test to serve."""

from __future__ import annotations

import http.client
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import Connection, Engine

from benchmarks import data
from metadata.documents import read_package
from metadata.model import Model
from metadata.permissions import everything
from runtime.install import install
from runtime.records import service
from tenants import catalog, credentials
from tenants.context import RecordContext, Tenant
from tenants.directory import Directory
from tenants.provision import create_tenant
from tenants.schema import tables
from tenants.storage import Storage
from tenants.users import SYSTEM_USER

SLUG = "bench"
LOGIN, PASSWORD = "seller", "benchmark-7f3a91"
PACKAGE = Path(__file__).parent / "package"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A filled tenant and how its seller comes in."""

    slug: str
    token: str

    def sign_in(self, port: int) -> str:
        """Sign the seller in at a running server and return the Cookie header."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", f"/{self.slug}/login")
        shown = connection.getresponse()
        page = shown.read().decode()
        cookies = _cookies(shown)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
        form = urlencode({"login": LOGIN, "password": PASSWORD, "csrf_token": csrf[1] if csrf else ""})
        connection.request("POST", f"/{self.slug}/login", form, {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies,
            "Origin": f"http://127.0.0.1:{port}",
        })
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (302, 303):
            raise RuntimeError(f"signing in was answered with {answer.status}")
        return _cookies(answer) or cookies


def prepare_tenant(url: str, folder: Path, *, opportunities: int = data.OPPORTUNITIES) -> Prepared:
    """Make the tenant, install the package, add the seller and insert the rows."""
    folder.mkdir(exist_ok=True)
    directory, storage = Directory(url, folder), Storage(folder)
    tenant = create_tenant(directory, storage, SLUG, "Benchmark", None)
    model = install(storage, tenant, [read_package(PACKAGE)], author=SYSTEM_USER).published.model
    with storage.writing(tenant) as connection:
        seller, token = _seller(tenant, model, connection)
        _rows(connection, model, seller, opportunities)
    storage.close()
    engine = create_engine(_place(url, folder, SLUG))
    settle(engine)
    engine.dispose()
    return Prepared(SLUG, token)


def _seller(tenant: Tenant, model: Model, connection: Connection) -> tuple[int, str]:
    ctx = RecordContext(tenant, SYSTEM_USER, model, everything(model))
    saved = service.create(ctx, connection, "user", {"login": LOGIN, "name": "Seller", "roles": ["seller"], "locale": "en"})
    credentials.set_password(connection, saved.record_id, PASSWORD)
    catalog.bump_stamp(connection)
    return saved.record_id, credentials.create_token(connection, saved.record_id, "benchmark")


def _rows(connection: Connection, model: Model, seller: int, opportunities: int) -> None:
    made = tables(model).objects
    stamp = {"owner": seller, "created_at": data.NOW, "created_by": seller, "updated_at": data.NOW,
             "updated_by": seller, "version": 1}
    connection.execute(insert(made["account"]), [{**row, **stamp} for row in data.accounts()])
    rows = ({**data.opportunity(index), **stamp} for index in range(opportunities))
    while batch := list(itertools.islice(rows, 5000)):
        connection.execute(insert(made["opportunity"]), [{**row, "account": row["account"] + 1} for row in batch])


def settle(engine: Engine) -> None:
    """Let the database know its rows; on PostgreSQL also which pages all may see, as its autovacuum does in time."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))


def _place(url: str, folder: Path, slug: str) -> str:
    """Where the tenant's rows are: a file of its own, or the server."""
    return f"sqlite:///{folder}/tenants/{slug}.db" if url.startswith("sqlite") else url


def _cookies(response: http.client.HTTPResponse) -> str:
    headers = response.headers.get_all("Set-Cookie") or []
    return "; ".join(each.partition(";")[0] for each in headers)
