"""Installs app packages into a tenant: publishes them and loads their records, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from metadata.documents import Package
from metadata.merge import Overlay
from metadata.model import Model
from metadata.permissions import everything
from runtime.records import search_index, seeds
from runtime.records.seed_dates import moved
from tenants import catalog
from tenants import publish as publishing
from tenants.catalog import Published
from tenants.context import Clock, RecordContext, SystemClock, Tenant, User
from tenants.credentials import set_password
from tenants.directory import Directory
from tenants.migrate import MigrationPlan
from tenants.provision import create_tenant
from tenants.storage import Storage
from tenants.users import SYSTEM_USER

_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Installed:
    """The version that an installation published, and the records that it left as they are."""

    published: Published
    remarks: tuple[seeds.Remark, ...]


def install(
    storage: Storage, tenant: Tenant, packages: Sequence[Package], *, author: User, demo: bool = False,
    message: str = "", clock: Clock = _CLOCK,
) -> Installed:
    """Install packages, or upgrade those that are there, and load their data (`demo`: their demo records too).

    Records that the tenant's own changes refuse stay as they are and become remarks. Raises PackageInvalid,
    PublishRefused or SeedsInvalid with all problems; then nothing was changed.
    """
    wanted, overlay, base, old = _together(storage, tenant, packages)
    names = {each.name for each in packages}
    remarks: list[seeds.Remark] = []

    def then(connection: Connection, model: Model) -> None:
        refresh_search(connection, old, model)
        loaded = load_seeds(
            connection, tenant, model, packages=names, demo=demo, clock=clock, changed=bool(overlay.edits)
        )
        remarks.extend(loaded.remarks)

    published = publishing.publish(
        storage, tenant, wanted, overlay, author=author, message=message or _says(packages), base=base, then=then,
        clock=clock,
    )
    return Installed(published, tuple(remarks))


def create_with(
    directory: Directory, storage: Storage, slug: str, name: str, *, url: str | None = None,
    packages: Sequence[Package] = (), demo: bool = False, clock: Clock = _CLOCK, **settings: str,
) -> Tenant:
    """Create a tenant with packages and their data from the start, all or nothing; see `install`."""
    names = {each.name for each in packages}
    tenant = Tenant(slug, name, url or "", **settings)

    def then(connection: Connection, model: Model) -> None:
        load_seeds(connection, tenant, model, packages=names, demo=demo, clock=clock)

    return create_tenant(
        directory, storage, slug, name, url, packages=packages, message=_says(packages), then=then, clock=clock,
        **settings,
    )


def plan_install(storage: Storage, tenant: Tenant, packages: Sequence[Package]) -> MigrationPlan:
    """Say what installing packages would do, without doing it; raises PackageInvalid."""
    wanted, overlay, _, _ = _together(storage, tenant, packages)
    return publishing.plan(storage, tenant, wanted, overlay)


def upgrade(storage: Storage, tenant: Tenant) -> bool:
    """Bring a tenant that another release of the platform published to this one; say whether that was needed.

    Raises PackageInvalid when this release refuses the tenant's definitions, PublishRefused when its data does.
    """

    def then(connection: Connection, model: Model) -> None:
        refresh_search(connection, None, model)

    return publishing.upgrade(storage, tenant, then=then)


def load_seeds(
    connection: Connection, tenant: Tenant, model: Model, *, packages: Iterable[str], demo: bool,
    demo_until: date | None = None, clock: Clock = _CLOCK, changed: bool = False,
) -> seeds.Loaded:
    """Load the records that packages bring, as the platform itself; `changed` as for `seeds.load`.

    `demo_until` moves the demo records by whole weeks so that their newest lies in the week that ends there.
    """
    ctx = RecordContext(
        tenant, SYSTEM_USER, model, everything(model), clock, tenant.locale, tenant.time_zone, "install"
    )
    wanted = [each for each in model.seeds if each.name.partition("/")[0] in packages and (demo or not each.demo)]
    if demo_until is not None:
        wanted = [*moved(wanted, model, demo_until)]
    return seeds.load(ctx, connection, wanted, passwords=set_password, changed=changed)


def refresh_search(connection: Connection, old: Model | None, new: Model) -> None:
    """Index again the objects in which a publish changed what is searched; called inside the publish.

    Without the old model, which another release of the platform made, every object is indexed again.
    """
    search_index.reindex(connection, new, search_index.objects_to_reindex(old, new))


def _together(
    storage: Storage, tenant: Tenant, packages: Sequence[Package]
) -> tuple[tuple[Package, ...], Overlay, int, Model | None]:
    """The packages the tenant will have, those already there in their old order, its own changes, and what holds now.

    What holds may be a version of another release of the platform, which has no model here: packages that fit this
    release are what helps such a tenant.
    """
    with storage.reading(tenant) as connection:
        known, overlay = catalog.installed(connection), catalog.overlay(connection)
        base, old = catalog.state(connection).version, catalog.readable_model(connection)
    new = {each.name: each for each in packages}
    return (*(new.pop(each.name, each) for each in known), *new.values()), overlay, base, old


def _says(packages: Sequence[Package]) -> str:
    return ", ".join(f"{each.name} {each.version}" for each in packages)
