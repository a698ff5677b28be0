"""What a new tenant begins with: its packages' records, an administrator, and passwords for demonstrations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from runtime.install import load_seeds
from tenants.context import RecordContext
from tenon.commands.people import ensure_administrator, give_password_to_all

DEMO_PASSWORD = "tenon-demo"


def seed_new_tenant(
    ctx: RecordContext, connection: Connection, packages: Iterable[str], *, demo: bool, name: str, password: str,
    demo_until: date | None = None,
) -> int:
    """Load the records of packages and make the administrator; for a demonstration everybody gets the same password."""
    loaded = load_seeds(connection, ctx.tenant, ctx.model, packages=set(packages), demo=demo, demo_until=demo_until)
    ensure_administrator(ctx, connection, name=name, password=password)
    if demo:
        give_password_to_all(ctx, connection, password)
    return loaded.written
