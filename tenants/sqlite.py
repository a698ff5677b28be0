"""Tenants on SQLite: one file per tenant, kept open by a small pool, all through one engine.

One engine means one cache of compiled statements for all tenants. Files stay open because opening one
costs milliseconds and closing the last connection of a file checkpoints it. `synchronous=FULL` makes an
acknowledged write survive a power cut; in WAL mode it costs one fsync a commit.

Writers of one file take turns: inside a process by a lock, among processes by asking often. SQLite's own
waiting sleeps longer each time, so that under load some writers would wait for seconds while others pass.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import OrderedDict
from contextvars import ContextVar
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from metadata.expressions import install_sqlite_functions
from tenants.errors import PlaceUnreachable, TenantBusy, TenantUnknown
from tenants.places import write_json

IDLE_CONNECTIONS = 48
"""Idle connections kept over all tenants; each holds up to three file descriptors and 2 MB of pages."""

BUSY_SECONDS = 5
ASK_AGAIN_SECONDS = 0.0005
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA cache_size=-2000",
    "PRAGMA journal_size_limit=33554432",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
)

_file: ContextVar[str] = ContextVar("tenant_file")


class SqlitePlace:
    """A directory of tenants' files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = FilePool(_connect, reset_on_return="rollback")
        self._engine = create_engine("sqlite://", pool=self._pool, query_cache_size=4000, json_serializer=write_json)
        self._turns: dict[str, threading.Lock] = {}

    def make(self, slug: str) -> None:
        """Make an empty file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sqlite3.connect(self._path(slug)).execute("PRAGMA journal_mode=WAL").connection.close()

    def remove(self, slug: str) -> None:
        """Delete the file with its log; connections that are still open on it lose nothing but their purpose."""
        path = self._path(slug)
        self._pool.forget(path)
        for suffix in ("-wal", "-shm", ""):
            Path(path + suffix).unlink(missing_ok=True)

    def begin(self, slug: str, purpose: str) -> Connection:
        """Open a transaction on the tenant's file; one that writes waits for its turn."""
        if purpose != "read" and not self._turn(slug).acquire(timeout=BUSY_SECONDS):
            raise TenantBusy(slug=slug)
        try:
            return self._begin(slug, purpose)
        except BaseException:
            self._end_turn(slug, purpose)
            raise

    def commit(self, connection: Connection, purpose: str) -> None:
        """Make the transaction last."""
        connection.commit()

    def give_back(self, connection: Connection, slug: str, purpose: str) -> None:
        """Keep the connection for the file's next transaction and let the next writer have its turn."""
        try:
            self._close(connection, purpose)
        finally:
            self._end_turn(slug, purpose)

    def close(self) -> None:
        """Close all idle connections."""
        self._engine.dispose(close=True)

    def _begin(self, slug: str, purpose: str) -> Connection:
        connection = self._connect(slug)
        try:
            connection.begin()
            connection.info["tenant"] = slug
            raw = connection.connection.dbapi_connection
            if purpose == "rebuild":
                raw.execute("PRAGMA foreign_keys=OFF")
            if purpose == "read":
                raw.execute("BEGIN")
            else:
                _begin_immediate(raw)
        except sqlite3.OperationalError as error:
            self._close(connection, purpose)
            raise (TenantBusy if _is_busy(error) else PlaceUnreachable)(slug=slug) from error
        return connection

    def _close(self, connection: Connection, purpose: str) -> None:
        if purpose == "rebuild":
            raw = connection.connection.dbapi_connection
            raw.rollback()
            raw.execute("PRAGMA foreign_keys=ON")
        connection.close()

    def _connect(self, slug: str) -> Connection:
        token = _file.set(self._path(slug))
        try:
            return self._engine.connect()
        except FileNotFoundError as error:
            raise TenantUnknown(slug=slug) from error
        finally:
            _file.reset(token)

    def _turn(self, slug: str) -> threading.Lock:
        return self._turns.get(slug) or self._turns.setdefault(slug, threading.Lock())

    def _end_turn(self, slug: str, purpose: str) -> None:
        if purpose != "read":
            self._turns[slug].release()

    def _path(self, slug: str) -> str:
        return f"{self._folder}/{slug}.db"


class FilePool(Pool):
    """Keeps a bounded number of idle connections by file; the file used longest ago is closed first.

    A file that was replaced or deleted is noticed at the next use: its connections are closed.
    """

    def __init__(self, creator: object, **options: object) -> None:
        super().__init__(creator, **options)
        self._lock = threading.Lock()
        self._idle: OrderedDict[str, list[ConnectionPoolEntry]] = OrderedDict()
        self._idle_count = 0

    def forget(self, path: str) -> None:
        """Close the idle connections of one file."""
        with self._lock:
            entries = self._idle.pop(path, [])
            self._idle_count -= len(entries)
        for entry in entries:
            entry.close()

    def recreate(self) -> FilePool:
        """Return this pool: it holds nothing once its idle connections are closed."""
        return self

    def dispose(self) -> None:
        """Close every idle connection."""
        for path in tuple(self._idle):
            self.forget(path)

    def status(self) -> str:
        """Say how many connections wait, for how many files."""
        return f"{self._idle_count} idle connections to {len(self._idle)} files"

    def _do_get(self) -> ConnectionPoolEntry:
        path = _file.get()
        inode = os.stat(path).st_ino
        while True:
            with self._lock:
                entries = self._idle.get(path)
                if not entries:
                    break
                entry = entries.pop()
                self._idle_count -= 1
            if entry.record_info["inode"] == inode:
                return entry
            entry.close()
        entry = self._create_connection()
        entry.record_info.update(path=path, inode=inode)
        return entry

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        path = record.record_info["path"]
        with self._lock:
            self._idle.setdefault(path, []).append(record)
            self._idle.move_to_end(path)
            self._idle_count += 1
            surplus = self._surplus()
        for entry in surplus:
            entry.close()

    def _surplus(self) -> list[ConnectionPoolEntry]:
        surplus = []
        while self._idle_count > IDLE_CONNECTIONS:
            path, entries = next(iter(self._idle.items()))
            if not entries:
                del self._idle[path]
                continue
            surplus.append(entries.pop(0))
            self._idle_count -= 1
        return surplus


def _begin_immediate(raw: sqlite3.Connection) -> None:
    """Become the one writer of the file, waiting for those of other processes."""
    deadline = time.monotonic() + BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(ASK_AGAIN_SECONDS)
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _connect() -> sqlite3.Connection:
    path = _file.get()
    connection = sqlite3.connect(
        f"file:{path}?mode=rw", uri=True, isolation_level=None, check_same_thread=False, cached_statements=512,
    )
    for pragma in PRAGMAS:
        connection.execute(pragma)
    install_sqlite_functions(connection)
    return connection
