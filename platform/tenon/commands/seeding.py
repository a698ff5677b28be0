"""What comes into a tenant with its packages: seed records, demonstration records and their passwords."""

from __future__ import annotations

from sqlalchemy import Connection

from runtime.records.seeds import load
from tenants.context import RecordContext
from tenants.credentials import set_password
from tenon.commands.people import ensure_administrator, give_password_to_all

DEMO_PASSWORD = "tenon-demo"


def load_seeds(ctx: RecordContext, connection: Connection, *, demo: bool) -> int:
    """Load the seed records of all packages, with the demonstration ones if wanted; returns how many were written."""
    seeds = [each for each in ctx.model.seeds if demo or not each.demo]
    return load(ctx, connection, seeds, passwords=set_password)


def seed_new_tenant(ctx: RecordContext, connection: Connection, *, demo: bool, name: str, password: str) -> int:
    """Fill a new tenant and make its administrator; for a demonstration everybody gets the same password."""
    written = load_seeds(ctx, connection, demo=demo)
    ensure_administrator(ctx, connection, name=name, password=password)
    if demo:
        give_password_to_all(ctx, connection, password)
    return written
