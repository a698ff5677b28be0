"""The people of a tenant as they act: read from the `user` object of the platform's own package."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from metadata.model import Model
from tenants.context import User
from tenants.schema import tables

SYSTEM_USER = User(1, "system", "System")
"""Acts for the platform itself: provisioning, seeds, jobs. Has no password and can't sign in."""


def load_user(connection: Connection, model: Model, user_id: int) -> User | None:
    """Return an active user, or None for one who is unknown, deleted or not active."""
    user = tables(model).objects["user"]
    row = connection.execute(
        select(user.c.id, user.c.login, user.c.name, user.c.org_unit, user.c.roles).where(
            user.c.id == user_id, user.c.active.is_(True), user.c.deleted_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return User(row.id, row.login, row.name or row.login, row.org_unit, tuple(row.roles or ()))
