"""The tenant in which the tests of a package play: empty but for the package's own data, and thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from metadata.documents import Package
from metadata.model import Model
from metadata.permissions import everything, permissions_of
from runtime.install import create_with
from runtime.records import service
from tenants import catalog
from tenants.context import RecordContext, SetClock, Tenant, User
from tenants.directory import Directory
from tenants.storage import SQLITE, Storage
from tenants.users import SYSTEM_USER

BEGIN = "2026-01-01"
"""When a test begins that does not say `at`."""

HOUR = "09:00"
"""The time of day of a date without one."""


class _NothingStays(Exception):
    """Ends the transaction of a stage without keeping anything."""


class Stage:
    """One open transaction on the tests' tenant, and the people who act in it."""

    def __init__(self, tenant: Tenant, connection: Connection, model: Model, locale: str) -> None:
        self.locale = locale
        self.tenant = tenant
        self.connection = connection
        self.model = model
        self._actors: dict[str | None, User] = {}

    def context(self, role: str | None, clock: SetClock) -> RecordContext:
        """The context of somebody with a role, or of one who may do everything."""
        user = self._actors[role]
        rights = permissions_of(self.model, (role,)) if role else everything(self.model)
        return RecordContext(
            self.tenant, user, self.model, rights, clock, self.locale, self.tenant.time_zone, "test"
        )

    def instant(self, text: str) -> datetime:
        """Read a date, or a date and time, on the tenant's calendar."""
        written = text if len(text) > 10 else f"{text} {HOUR}"
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(self.tenant.time_zone)).astimezone(timezone.utc)

    def hire(self, roles: Iterable[str | None]) -> None:
        """Create those who act in some roles (None: in none, with all rights), before the first test."""
        for role in dict.fromkeys(roles):
            self._actors[role] = self._hire(role)

    def _hire(self, role: str | None) -> User:
        login = f"test_{role or 'anyone'}"
        system = RecordContext(self.tenant, SYSTEM_USER, self.model, everything(self.model))
        roles = [role] if role else []
        saved = service.create(
            system, self.connection, "user", {"login": login, "name": role or "Tester", "active": True, "roles": roles}
        )
        return User(saved.record_id, login, role or "Tester", None, tuple(roles))


@contextmanager
def open_stage(packages: Sequence[Package], *, locale: str | None = None) -> Iterator[Stage]:
    """Make a tenant in a temporary folder with the packages and their data; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tenon-test-") as folder:
        data = Path(folder)
        storage = Storage(data)
        directory = Directory(f"sqlite:///{data / 'directory.db'}", data)
        tenant = create_with(directory, storage, "test", "Test", url=SQLITE, packages=packages)
        try:
            with storage.writing(tenant) as connection:
                model = catalog.published(connection).model
                yield Stage(tenant, connection, model, locale or model.languages[0])
                raise _NothingStays
        except _NothingStays:
            return
        finally:
            storage.close()
            directory.close()
