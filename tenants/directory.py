"""Who the tenants are and on which database each one lives.

A tenant appears in two steps and vanishes in two, so that neither leaves half a tenant behind: its row is
written as not ready, its data made, then it is ready; its row is made not ready, its data destroyed, then
the row is deleted. What was interrupted is not ready: nobody sees it, and creating it again starts afresh.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Boolean, Column, MetaData, Table, create_engine, delete, event, insert, select, text, update
from sqlalchemy.engine import Connection, Engine, Row, make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateSchema

from metadata.names import is_tenant
from tenants.context import Tenant
from tenants.errors import TenantExists, TenantNameInvalid, TenantUnknown
from tenants.storage import SQLITE, place_kind
from tenants.system_tables import text_type

FILE = "directory.db"
SCHEMA = "tenon_directory"
REMEMBERED_SECONDS = 2.0
"""How long a process may go on believing what it read of a tenant; data that is gone is noticed at once."""


class Directory:
    """The list of tenants, in a file of the data directory or in a schema of a PostgreSQL database.

    `url` is where the directory lives and where tenants are placed that name no other database. Without
    one the directory is a file in `data`; tenants on SQLite are always files in `data`.
    """

    def __init__(self, url: str | None, data: Path) -> None:
        self.url = url or SQLITE
        self._engine = _engine(self.url, data)
        self._table = _table(None if place_kind(self.url) == "sqlite" else SCHEMA)
        self._remembered: dict[str, tuple[float, Tenant]] = {}
        self._made = False
        self._making = threading.Lock()

    def find(self, slug: str) -> Tenant:
        """Return a tenant; raises TenantUnknown."""
        remembered = self._remembered.get(slug)
        if remembered is not None and time.monotonic() - remembered[0] < REMEMBERED_SECONDS:
            return remembered[1]
        if not is_tenant(slug):
            raise TenantUnknown(slug=slug)
        with self._transaction() as connection:
            row = connection.execute(
                select(self._table).where(self._table.c.slug == slug, self._table.c.ready)
            ).one_or_none()
        if row is None:
            self._remembered.pop(slug, None)
            raise TenantUnknown(slug=slug)
        tenant = _tenant(row)
        self._remembered[slug] = (time.monotonic(), tenant)
        return tenant

    def tenants(self) -> tuple[Tenant, ...]:
        """List all tenants by slug."""
        with self._transaction() as connection:
            rows = connection.execute(select(self._table).where(self._table.c.ready).order_by(self._table.c.slug))
            return tuple(_tenant(row) for row in rows)

    def create(self, slug: str, name: str, url: str | None = None, **settings: str) -> Tenant:
        """Enter a tenant whose data is there already; `provision.create_tenant` makes both."""
        with self.creating(slug, name, url, **settings) as tenant:
            return tenant

    @contextmanager
    def creating(
        self, slug: str, name: str, url: str | None = None, *,
        locale: str = "zh_CN", time_zone: str = "Asia/Shanghai",
    ) -> Iterator[Tenant]:
        """Enter a tenant while its data is made: it can be found once the block ends without an exception.

        Raises TenantNameInvalid, TenantExists, PlaceUnknown.
        """
        if not is_tenant(slug):
            raise TenantNameInvalid(slug=slug)
        tenant = Tenant(slug, name, _placed(url or self.url), locale, time_zone)
        self._reserve(tenant)
        with self._transaction(write=True) as connection:
            self._lock(connection, slug)
            yield tenant
            values = {"name": name, "url": tenant.url, "locale": locale, "time_zone": time_zone, "ready": True}
            connection.execute(update(self._table).where(self._table.c.slug == slug).values(**values))

    @contextmanager
    def dropping(self, slug: str) -> Iterator[Tenant]:
        """Take a tenant out of the directory while its data is destroyed; nobody finds it from the start."""
        tenant = self.find(slug)
        with self._transaction(write=True) as connection:
            connection.execute(update(self._table).where(self._table.c.slug == slug).values(ready=False))
        self._remembered.pop(slug, None)
        yield tenant
        with self._transaction(write=True) as connection:
            connection.execute(delete(self._table).where(self._table.c.slug == slug))

    def drop(self, slug: str) -> Tenant:
        """Take a tenant out of the directory and leave its data; `provision.drop_tenant` destroys both."""
        with self.dropping(slug) as tenant:
            return tenant

    def close(self) -> None:
        """Close every idle connection."""
        self._engine.dispose(close=True)

    def _reserve(self, tenant: Tenant) -> None:
        values = {"slug": tenant.slug, "name": tenant.name, "url": tenant.url, "locale": tenant.locale}
        with self._transaction(write=True) as connection:
            ready = self._is_ready(connection, tenant.slug)
            if ready:
                raise TenantExists(slug=tenant.slug)
            if ready is None:
                try:
                    connection.execute(insert(self._table).values(**values, time_zone=tenant.time_zone, ready=False))
                except IntegrityError as error:
                    raise TenantExists(slug=tenant.slug) from error

    def _lock(self, connection: Connection, slug: str) -> None:
        """Hold the row, so that two who create one tenant come one after the other."""
        if self._is_ready(connection, slug):
            raise TenantExists(slug=slug)

    def _is_ready(self, connection: Connection, slug: str) -> bool | None:
        query = select(self._table.c.ready).where(self._table.c.slug == slug).with_for_update()
        return connection.execute(query).scalar()

    @contextmanager
    def _transaction(self, *, write: bool = False) -> Iterator[Connection]:
        self._make()
        with self._engine.connect().execution_options(write=write) as connection, connection.begin():
            yield connection

    def _make(self) -> None:
        if self._made:
            return
        with self._making:
            with self._engine.connect().execution_options(write=True) as connection, connection.begin():
                if self._table.schema:
                    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('tenon_directory'))"))
                    connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
                self._table.metadata.create_all(connection)
            self._made = True


def _table(schema: str | None) -> Table:
    return Table(
        "tenant", MetaData(schema=schema),
        Column("slug", text_type(40), primary_key=True),
        Column("name", text_type(255), nullable=False),
        Column("url", text_type(), nullable=False),
        Column("locale", text_type(20), nullable=False),
        Column("time_zone", text_type(64), nullable=False),
        Column("ready", Boolean, nullable=False),
    )


def _engine(url: str, data: Path) -> Engine:
    if place_kind(url) == "postgresql":
        server = make_url(url).set(drivername="postgresql+psycopg")
        return create_engine(server, pool_size=1, max_overflow=3, pool_pre_ping=True)
    file = Path(make_url(url).database or data / FILE)
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{file}", poolclass=QueuePool, pool_size=2, max_overflow=30,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": 60},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: object, _record: object) -> None:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _placed(url: str) -> str:
    return SQLITE if place_kind(url) == "sqlite" else url


def _tenant(row: Row) -> Tenant:
    return Tenant(row.slug, row.name, row.url, row.locale, row.time_zone)
