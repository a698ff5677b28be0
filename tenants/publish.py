"""Publishing: new definitions, the tables they need and the conversion of the data, all or nothing.

One transaction holds the change of the tables, the version, the overlay, the pointer to the version and
whatever `then` adds (seed records). Killed at any moment it leaves the old version or the new one. Other
processes see the new version with their next request, because they ask for the pointer in each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from metadata.compile import compile_model
from metadata.documents import Package
from metadata.merge import NO_OVERLAY, Overlay
from metadata.model import Model
from tenants import catalog
from tenants.catalog import Published
from tenants.context import Clock, SystemClock, Tenant, User
from tenants.errors import VersionStale
from tenants.migrate import MigrationPlan, plan_migration, run
from tenants.storage import Storage
from tenants.users import SYSTEM_USER

Then = Callable[[Connection, Model], None]
CLOCK = SystemClock()
UPGRADE = "Upgrade of the platform"


@dataclass(frozen=True, slots=True)
class Release:
    """What is to be published: definitions with the model they make, by whom and why."""

    packages: tuple[Package, ...]
    overlay: Overlay
    model: Model
    author: User = SYSTEM_USER
    message: str = ""


def plan(storage: Storage, tenant: Tenant, packages: Sequence[Package], overlay: Overlay = NO_OVERLAY) -> MigrationPlan:
    """Say what publishing these definitions would do to a tenant; changes nothing.

    Raises PackageInvalid. What the tenant's data forbids stands in the plan's `problems`.
    """
    return plan_model(storage, tenant, compile_model(packages, overlay))


def publish(
    storage: Storage, tenant: Tenant, packages: Sequence[Package], overlay: Overlay = NO_OVERLAY, *,
    author: User = SYSTEM_USER, message: str = "", base: int | None = None, then: Then | None = None,
    clock: Clock = CLOCK,
) -> Published:
    """Let these definitions hold from now on; `then` runs inside the transaction, after the tables changed.

    `base` is the version that the definitions were made from; without one, the version that holds now.
    Raises PackageInvalid, PublishRefused (the data forbids it), VersionStale (somebody published since),
    TenantBusy; nothing has changed then.
    """
    release = Release(tuple(packages), overlay, compile_model(packages, overlay), author, message)
    return publish_release(storage, tenant, release, base=base, then=then, clock=clock)


def rollback(
    storage: Storage, tenant: Tenant, number: int, *, author: User = SYSTEM_USER, message: str = "",
    then: Then | None = None, clock: Clock = CLOCK,
) -> Published:
    """Publish the definitions of an earlier version again, as a new version; raises VersionUnknown too."""
    with storage.reading(tenant) as connection:
        base = catalog.state(connection).version
        packages, overlay = catalog.definitions_of(connection, number)
    return publish(
        storage, tenant, packages, overlay, author=author, message=message, base=base, then=then, clock=clock,
    )


def upgrade(storage: Storage, tenant: Tenant, *, then: Then | None = None, clock: Clock = CLOCK) -> bool:
    """Bring a tenant that another release of the platform published to this one; say whether that was needed.

    Raises PackageInvalid when this release refuses the tenant's definitions, PublishRefused when its data does.
    """
    with storage.reading(tenant) as connection:
        now = catalog.state(connection)
        packages, overlay = catalog.definitions_of(connection, now.version)
    if compile_model(packages, overlay).checksum == now.checksum:
        return False
    publish(storage, tenant, packages, overlay, message=UPGRADE, base=now.version, then=then, clock=clock)
    return True


def plan_model(storage: Storage, tenant: Tenant, model: Model) -> MigrationPlan:
    """Say what publishing a model would do to a tenant that has one; changes nothing."""
    with storage.reading(tenant) as connection:
        base = catalog.state(connection).version
        return plan_migration(connection, base=base, old=catalog.readable_model(connection), new=model)


def publish_release(
    storage: Storage, tenant: Tenant, release: Release, *, base: int | None = None, then: Then | None = None,
    clock: Clock = CLOCK,
) -> Published:
    """Publish definitions that are compiled already; see `publish`."""
    planned = plan_model(storage, tenant, release.model)
    if base is not None and planned.base != base:
        raise VersionStale(base=base, current=planned.base)
    with storage.publishing(tenant, rebuild=planned.needs_rebuild) as connection:
        current = catalog.state(connection).version
        if current != planned.base:
            raise VersionStale(base=planned.base, current=current)
        done = execute(connection, planned, release, then=then, clock=clock)
    catalog.keep(release.model)
    return done


def execute(
    connection: Connection, planned: MigrationPlan, release: Release, *, then: Then | None = None, clock: Clock = CLOCK,
) -> Published:
    """Run a plan and record its version in the open publishing transaction."""
    run(connection, planned)
    catalog.write_version(
        connection, planned.number, model=release.model, packages=release.packages, overlay=release.overlay,
        changes=planned.changes, author=release.author, at=clock.now(), message=release.message,
    )
    if then is not None:
        then(connection, release.model)
    return Published(planned.number, release.model, catalog.state(connection).stamp)
