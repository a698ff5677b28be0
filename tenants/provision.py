"""A new tenant: its place, the platform's tables, the platform's own package and the first user."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from metadata.compile import compile_model
from metadata.documents import Package
from metadata.merge import NO_OVERLAY
from metadata.model import Model
from tenants import catalog
from tenants.context import Clock, SystemClock, Tenant
from tenants.directory import Directory
from tenants.migrate import plan_migration
from tenants.publish import Release, Then, execute
from tenants.schema import tables
from tenants.storage import Storage
from tenants.users import SYSTEM_USER


def create_tenant(
    directory: Directory, storage: Storage, slug: str, name: str, url: str | None = None, *,
    packages: Sequence[Package] = (), message: str = "", then: Then | None = None, clock: Clock = SystemClock(),
    **settings: str,
) -> Tenant:
    """Create a tenant with the platform's package and the given ones; all or nothing.

    `then(connection, model)` runs in the creating transaction, after the user `system` (id 1) was made.
    `settings` are the tenant's `locale` and `time_zone`. What an interrupted creation left is cleared away.
    """
    model = compile_model(packages, NO_OVERLAY)
    release = Release(tuple(packages), NO_OVERLAY, model, SYSTEM_USER, message)
    with directory.creating(slug, name, url, **settings) as tenant:
        install(storage, tenant, release, then=then, clock=clock)
    return tenant


def install(
    storage: Storage, tenant: Tenant, release: Release, *, then: Then | None = None, clock: Clock = SystemClock(),
) -> None:
    """Make a tenant's place afresh and publish its first version."""
    storage.remove_place(tenant)
    storage.make_place(tenant)
    with storage.publishing(tenant) as connection:
        planned = plan_migration(connection, base=0, old=None, new=release.model)

        def first(connection: Connection, model: Model) -> None:
            _add_system_user(connection, model, clock)
            if then is not None:
                then(connection, model)

        execute(connection, planned, release, then=first, clock=clock)
    catalog.keep(release.model)


def drop_tenant(directory: Directory, storage: Storage, slug: str) -> None:
    """Destroy a tenant with all its data and files; raises TenantUnknown."""
    with directory.dropping(slug) as tenant:
        storage.remove_place(tenant)


def _add_system_user(connection: Connection, model: Model, clock: Clock) -> None:
    """Give the platform its user, by whom first records are made; it owns itself."""
    now = clock.now()
    made = {"created_at": now, "created_by": 1, "updated_at": now, "updated_by": 1, "owner": 1, "active": True}
    user = tables(model).objects["user"]
    row = {"login": SYSTEM_USER.login, "name": SYSTEM_USER.name, **made}
    found = connection.execute(insert(user).values(row)).inserted_primary_key[0]
    if found != SYSTEM_USER.id:
        raise AssertionError(f"the first user got id {found}")
