"""The only door to a tenant's data: a transaction is opened for exactly one tenant, or not at all.

A connection that leaves this door sees one tenant's tables and nothing else: on SQLite it is open on
that tenant's file, on PostgreSQL its search path names that tenant's schema for this transaction only.
A Storage belongs to the process that made it: make it after forking, never before.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError

from metadata.errors import TenonError
from metadata.names import is_tenant
from tenants import postgresql
from tenants.context import Tenant
from tenants.errors import PlaceUnknown, TenantNameInvalid
from tenants.files import FileStore
from tenants.places import Place
from tenants.postgresql import PostgresqlPlace
from tenants.sqlite import SqlitePlace
from tenants.system_tables import SYSTEM

LEFT_OVER = "left_over"
"""Where a transaction remembers contents that may have become superfluous."""

logger = logging.getLogger("tenon.storage")

SQLITE = "sqlite://"
"""The url of tenants whose data is a file in the data directory."""


class Storage:
    """Opens transactions on tenants' data and gives out their files; safe to share among threads."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._places: dict[str, Place] = {}

    def reading(self, tenant: Tenant) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads and sees one state of the data from its first statement on."""
        return self._transaction(tenant, "read")

    def writing(self, tenant: Tenant) -> AbstractContextManager[Connection]:
        """Open a transaction that writes; committed at the end, rolled back by any exception.

        Raises TenantBusy when others hold the tenant's data for too long.
        """
        return self._transaction(tenant, "write")

    def publishing(self, tenant: Tenant, *, rebuild: bool = False) -> AbstractContextManager[Connection]:
        """Open a transaction that changes tables; no other transaction of the tenant runs beside its changes.

        `rebuild` suspends the enforcement of foreign keys on SQLite, where tables are then made anew;
        they are checked as a whole before the commit.
        """
        return self._transaction(tenant, "rebuild" if rebuild else "publish")

    def make_place(self, tenant: Tenant) -> None:
        """Make the empty file or schema that is to hold a tenant; does nothing if it is there."""
        self._place(tenant).make(tenant.slug)

    def remove_place(self, tenant: Tenant) -> None:
        """Destroy a tenant's data and files for good; does nothing if they are gone."""
        self._place(tenant).remove(tenant.slug)
        self.files(tenant).remove_all()

    def files(self, tenant: Tenant) -> FileStore:
        """The tenant's store of file contents."""
        return FileStore(self._data / "files" / checked(tenant.slug))

    def close(self) -> None:
        """Close every idle connection; the storage can be used again afterwards."""
        for place in tuple(self._places.values()):
            place.close()

    @contextmanager
    def _transaction(self, tenant: Tenant, purpose: str) -> Iterator[Connection]:
        place = self._place(tenant)
        connection = place.begin(tenant.slug, purpose)
        try:
            try:
                yield connection
            except BaseException:
                connection.info.pop(LEFT_OVER, None)
                connection.rollback()
                raise
            left_over = connection.info.pop(LEFT_OVER, frozenset())
            place.commit(connection, purpose)
        finally:
            place.give_back(connection, tenant.slug, purpose)
        if left_over:
            self._remove_contents(tenant, left_over)

    def _remove_contents(self, tenant: Tenant, contents: Iterable[str]) -> None:
        """Remove contents that no file has any more; what can't be looked at now stays."""
        try:
            with self._transaction(tenant, "write") as connection:
                for sha256 in sorted(contents):
                    claim_content(connection, sha256)
                    kept = select(SYSTEM.file.c.id).where(SYSTEM.file.c.sha256 == sha256).limit(1)
                    if connection.execute(kept).first() is None:
                        self.files(tenant).remove(sha256)
        except TenonError as error:
            logger.warning("contents of tenant %s stay although no file has them: %s", tenant.slug, error.code)

    def _place(self, tenant: Tenant) -> Place:
        checked(tenant.slug)
        place = self._places.get(tenant.url)
        if place is None:
            place = self._places.setdefault(tenant.url, self._new_place(tenant.url))
        return place

    def _new_place(self, url: str) -> Place:
        kind = place_kind(url)
        return SqlitePlace(self._data / "tenants") if kind == "sqlite" else PostgresqlPlace(url)


def place_kind(url: str) -> str:
    """Say whether tenants at a url live in files ("sqlite") or on a server ("postgresql").

    Raises PlaceUnknown for anything else.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise PlaceUnknown(url=url.rpartition("@")[2]) from error
    if parsed.get_backend_name() in ("sqlite", "postgresql"):
        return parsed.get_backend_name()
    raise PlaceUnknown(url=parsed.render_as_string(hide_password=True))


def checked(slug: str) -> str:
    """Return a slug that is one; raises TenantNameInvalid otherwise."""
    if not is_tenant(slug):
        raise TenantNameInvalid(slug=slug)
    return slug


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Run a part of a transaction that can fail for itself: an exception undoes the part and goes on."""
    with connection.begin_nested():
        yield


def leave_content(connection: Connection, sha256: str) -> None:
    """Have a content removed once the transaction is committed, unless a file still has it then."""
    connection.info.setdefault(LEFT_OVER, set()).add(sha256)


def claim_content(connection: Connection, sha256: str) -> None:
    """Let nobody else keep or remove a content until the transaction ends; on SQLite writers take turns anyway."""
    if dialect(connection) == "postgresql":
        key = int.from_bytes(hashlib.sha256(f"{connection.info['tenant']} {sha256}".encode()).digest()[:8], signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def dialect(connection: Connection) -> str:
    """The kind of database behind a connection: "sqlite" or "postgresql"."""
    return connection.dialect.name


def forget_prepared(connection: Connection) -> None:
    """Forget what the driver prepared before the tables changed; SQLite notices by itself."""
    if dialect(connection) == "postgresql":
        postgresql.forget_prepared(connection)


def run_script(connection: Connection, statements: Iterable[str]) -> None:
    """Run statements without parameters inside the transaction: on PostgreSQL in one round trip."""
    whole = (";\n".join(statements),) if dialect(connection) == "postgresql" else statements
    for each in filter(None, whole):
        connection.exec_driver_sql(each, execution_options={"no_parameters": True})
