"""From draft to version: the plan of what will happen, the publish, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from designer.drafts import DraftChanged, Workbench
from metadata.documents import Package
from metadata.merge import Overlay
from metadata.model import Model
from runtime.unit import Unit
from tenants import catalog
from tenants.catalog import Published
from tenants.context import Tenant
from tenants.publish import MigrationPlan, plan, publish, rollback
from tenants.storage import Storage


def plan_of_draft(storage: Storage, tenant: Tenant, connection: Connection) -> MigrationPlan:
    """Say what publishing the draft would do; raises PackageInvalid, PublishRefused with every problem."""
    bench = Workbench(connection)
    return plan(storage, tenant, bench.packages, bench.to_publish())


def publish_draft(unit: Unit, packages: Sequence[Package], overlay: Overlay, *, message: str) -> Published:
    """Publish a draft that was read before; raises DraftChanged when it is no longer the same."""

    def then(connection: Connection, model: Model) -> None:
        drafted = catalog.draft(connection)
        if drafted is None or drafted.overlay != overlay:
            raise DraftChanged(kind="draft", name="draft")
        catalog.discard_draft(connection)

    tenant, author = unit.ctx.tenant, unit.ctx.user
    return publish(unit.storage, tenant, packages, overlay, author=author, message=message, then=then)


def roll_back(unit: Unit, number: int, *, message: str) -> Published:
    """Publish an earlier version again; raises VersionUnknown."""
    return rollback(unit.storage, unit.ctx.tenant, number, author=unit.ctx.user, message=message)
