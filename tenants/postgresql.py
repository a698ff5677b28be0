"""Tenants on PostgreSQL: one schema per tenant, one pool of connections per server address.

The driver runs in autocommit mode and we begin transactions ourselves, so that BEGIN, the search path, the
tenant's lock and its state travel in one round trip. Every transaction shares an advisory lock of its tenant and a
publish takes it alone: a request never sees tables change under it, and table locks can't deadlock.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, TimeoutError

from tenants.errors import DriverMissing, PlaceUnreachable, TenantBusy, TenantUnknown
from tenants.places import write_json
from tenants.system_tables import STATE_SQL

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

SETTINGS = (
    "-c timezone=UTC -c client_min_messages=warning -c lock_timeout=5000 -c idle_in_transaction_session_timeout=120000"
)
"""No request waits longer than five seconds for another's lock; one that hangs can't hold its own for ever."""

POOL_SIZE = 8
POOL_OVERFLOW = 8
POOL_WAITS_SECONDS = 5
RECYCLE_SECONDS = 1800
"""A connection keeps memory for every table it ever touched, so it does not live for ever."""

PUBLISH_WAITS_SECONDS = 1
TABLE_WAITS_SECONDS = 10
PUBLISH_TRIES = 12
PUBLISH_PAUSES_SECONDS = 0.2
"""A waiting publish holds up the requests behind it: it waits briefly, lets them pass, and tries again."""

PREFIX = "tenant_"

# libpq's own numbers; the driver is optional, so its names are not imported.
FATAL_ERROR = 7
CONNECTION_OK = 0
SQLSTATE = 67
FAILURES = {b"55P03": TenantBusy, b"42P01": TenantUnknown}
"""What a transaction could not begin for: a lock was not available, a table is not there."""


class PostgresqlPlace:
    """A PostgreSQL database that holds tenants as schemas."""

    def __init__(self, url: str) -> None:
        try:
            self._engine = create_engine(
                make_url(url).set(drivername="postgresql+psycopg"),
                isolation_level="AUTOCOMMIT",
                pool_size=POOL_SIZE,
                max_overflow=POOL_OVERFLOW,
                pool_timeout=POOL_WAITS_SECONDS,
                pool_recycle=RECYCLE_SECONDS,
                pool_use_lifo=True,
                query_cache_size=4000,
                json_serializer=write_json,
                connect_args={"options": SETTINGS, "connect_timeout": 10},
            )
        except ModuleNotFoundError as error:
            raise DriverMissing(driver="psycopg") from error

    def make(self, slug: str) -> None:
        """Make an empty schema."""
        with self._engine.connect() as connection:
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{PREFIX}{slug}"'))

    def remove(self, slug: str) -> None:
        """Drop the schema with all it holds."""
        with self._engine.connect() as connection:
            connection.execute(text(f'DROP SCHEMA IF EXISTS "{PREFIX}{slug}" CASCADE'))

    def begin(self, slug: str, purpose: str) -> Connection:
        """Open a transaction on the tenant's schema, waiting for a publish that is under way."""
        if purpose in ("publish", "rebuild"):
            return self._begin_alone(slug)
        mode = "READ ONLY" if purpose == "read" else ""
        lock = f"SELECT pg_advisory_xact_lock_shared({_key(slug)})"
        connection, result = self._begin(slug, f"BEGIN {mode};{_choose(slug)};{lock};{STATE_SQL}")
        if not result.ntuples:
            connection.close()
            raise TenantUnknown(slug=slug)
        version, checksum, stamp = (result.get_value(0, column).decode() for column in range(3))
        connection.info["state"] = (int(version), checksum, int(stamp))
        if connection.info.get("prepared_for") != checksum:
            forget_prepared(connection)
            connection.info["prepared_for"] = checksum
        return connection

    def commit(self, connection: Connection, purpose: str) -> None:
        """Make the transaction last."""
        connection.commit()

    def give_back(self, connection: Connection, slug: str, purpose: str) -> None:
        """Return the connection to the pool."""
        connection.close()

    def close(self) -> None:
        """Close all idle connections."""
        self._engine.dispose(close=True)

    def _begin_alone(self, slug: str) -> Connection:
        script = (
            f"BEGIN;{_choose(slug)};SET LOCAL lock_timeout='{PUBLISH_WAITS_SECONDS}s';"
            f"SELECT pg_advisory_xact_lock({_key(slug)});SET LOCAL lock_timeout='{TABLE_WAITS_SECONDS}s'"
        )
        for _ in range(PUBLISH_TRIES):
            try:
                connection = self._begin(slug, script)[0]
                forget_prepared(connection)
                return connection
            except TenantBusy:
                time.sleep(PUBLISH_PAUSES_SECONDS)
        raise TenantBusy(slug=slug)

    def _begin(self, slug: str, script: str) -> tuple[Connection, PGresult]:
        connection = self._connect(slug)
        result = _send(connection, script)
        if result.status == FATAL_ERROR and _is_broken(connection):
            connection.invalidate()
            connection.close()
            self._engine.dispose(close=True)
            connection = self._connect(slug)
            result = _send(connection, script)
        if result.status == FATAL_ERROR:
            connection.close()
            raise FAILURES.get(result.error_field(SQLSTATE), PlaceUnreachable)(slug=slug)
        connection.begin()
        connection.info["tenant"] = slug
        connection.info.pop("state", None)
        return connection, result

    def _connect(self, slug: str) -> Connection:
        try:
            return self._engine.connect()
        except TimeoutError as error:
            raise TenantBusy(slug=slug) from error
        except DBAPIError as error:
            raise PlaceUnreachable(slug=slug) from error


def forget_prepared(connection: Connection) -> None:
    """Forget the statements that the driver prepared on this connection, for other tables than it meets now.

    PostgreSQL plans a prepared statement again when the search path changes, so it never reads another
    tenant's rows; but it refuses one whose columns changed their types ("must not change result type").
    The driver notices that its statements are gone only in a command that it has not seen before.
    """
    info = connection.info
    if "prepared_for" in info:
        info["forgotten"] = info.get("forgotten", 0) + 1
        connection.exec_driver_sql(f"DEALLOCATE ALL -- {info['forgotten']}")
    info["prepared_for"] = ""


def _choose(slug: str) -> str:
    return f'SET LOCAL search_path TO "{PREFIX}{slug}"'


def _key(slug: str) -> int:
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:8], signed=True)


def _raw(connection: Connection) -> psycopg.Connection:
    return connection.connection.dbapi_connection


def _send(connection: Connection, script: str) -> PGresult:
    return _raw(connection).pgconn.exec_(script.encode())


def _is_broken(connection: Connection) -> bool:
    return _raw(connection).pgconn.status != CONNECTION_OK
