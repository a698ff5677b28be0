"""From draft to version: the plan of what will happen, the publish, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from designer.drafts import DraftChanged, Workbench
from metadata.documents import Package
from metadata.merge import Overlay
from metadata.model import Model
from metadata.sentences import sentence
from runtime.install import refresh_search
from runtime.problems import complaints
from runtime.unit import Unit
from tenants import catalog
from tenants.catalog import Published
from tenants.context import Tenant
from tenants.migrate import MigrationPlan
from tenants.publish import plan, publish, rollback
from tenants.storage import Storage


def plan_of_draft(storage: Storage, tenant: Tenant, connection: Connection) -> MigrationPlan:
    """Say what publishing the draft would do; raises PackageInvalid with every problem."""
    bench = Workbench(connection)
    return plan(storage, tenant, bench.packages, bench.to_publish())


def plan_json(plan: MigrationPlan, locale: str) -> dict[str, object]:
    """Show a plan: what changes, each step in words and SQL, what goes out of sight, what stands against it."""
    return {
        "base": plan.base,
        "version": plan.number,
        "changes": [each.to_json() for each in plan.changes],
        "steps": [
            {
                "action": each.action, "object": each.table, "field": each.column or None, "records": each.records,
                "takes_away": each.takes_away, "words": sentence(each.words, locale), "sql": list(each.sql),
            }
            for each in plan.steps
        ],
        "problems": [each.as_json() for each in complaints(plan.problems, locale=locale)],
    }


def publish_draft(
    unit: Unit, packages: Sequence[Package], overlay: Overlay, *, base: int, message: str
) -> Published:
    """Publish a draft that was read at version `base`; raises DraftChanged when it is no longer the same."""

    def then(connection: Connection, model: Model) -> None:
        drafted = catalog.draft(connection)
        if drafted is None or drafted.overlay != overlay:
            raise DraftChanged(kind="draft", name="draft")
        catalog.discard_draft(connection)
        refresh_search(connection, unit.ctx.model, model)

    tenant, author = unit.ctx.tenant, unit.ctx.user
    return publish(
        unit.storage, tenant, packages, overlay, author=author, message=message, base=base, then=then,
        clock=unit.ctx.clock,
    )


def roll_back(unit: Unit, number: int, *, message: str) -> Published:
    """Publish an earlier version again; raises VersionUnknown."""

    def then(connection: Connection, model: Model) -> None:
        refresh_search(connection, unit.ctx.model, model)

    return rollback(
        unit.storage, unit.ctx.tenant, number, author=unit.ctx.user, message=message, then=then, clock=unit.ctx.clock
    )
