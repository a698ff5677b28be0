"""What commands do with the users of a tenant: find them, create them, give them passwords."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sqlalchemy import Connection, select

from metadata.errors import Problem, TenonError
from metadata.model import Model
from runtime.records import service
from runtime.records.errors import Refused
from tenants.context import RecordContext
from tenants.credentials import set_password
from tenants.schema import tables
from tenants.users import SYSTEM_USER

ADMINISTRATOR = "administrator"
ADMIN_LOGIN = "admin"


class UserUnknown(TenonError):
    """The tenant has no such user (`login`)."""

    code = "user_unknown"


class PasswordMissing(TenonError):
    """A password was to be read and was empty."""

    code = "password_missing"


def user_id_of(connection: Connection, model: Model, login: str) -> int:
    """Find a user by login; raises UserUnknown."""
    people = tables(model).objects["user"]
    query = select(people.c.id).where(people.c.login == login, people.c.deleted_at.is_(None))
    found = connection.execute(query).scalar()
    if found is None:
        raise UserUnknown(login=login)
    return found


def create_user(
    ctx: RecordContext, connection: Connection, *, login: str, name: str, roles: Iterable[str], password: str
) -> int:
    """Create an active user with a password; raises Refused for unknown roles and whatever else does not fit."""
    roles = tuple(roles)
    unknown = [role for role in roles if role not in ctx.model.roles]
    if unknown:
        allowed = tuple(ctx.model.roles)
        raise Refused(Problem("role_unknown", ("roles",), {"role": role, "allowed": allowed}) for role in unknown)
    values = {"login": login, "name": name, "roles": list(roles), "active": True}
    saved = service.create(ctx, connection, "user", values)
    set_password(connection, saved.record_id, password)
    return saved.record_id


def ensure_administrator(ctx: RecordContext, connection: Connection, *, name: str, password: str) -> None:
    """Make sure that `admin` exists with the role of an administrator and this password."""
    try:
        found = user_id_of(connection, ctx.model, ADMIN_LOGIN)
    except UserUnknown:
        create_user(ctx, connection, login=ADMIN_LOGIN, name=name, roles=(ADMINISTRATOR,), password=password)
        return
    service.update(ctx, connection, "user", found, {"roles": [ADMINISTRATOR], "active": True})
    set_password(connection, found, password)


def give_password_to_all(ctx: RecordContext, connection: Connection, password: str) -> int:
    """Give every active user the same password, for demonstrations; returns how many."""
    people = tables(ctx.model).objects["user"]
    query = select(people.c.id).where(
        people.c.active.is_(True), people.c.deleted_at.is_(None), people.c.id != SYSTEM_USER.id
    )
    found = connection.execute(query).scalars().all()
    for user_id in found:
        set_password(connection, user_id, password)
    return len(found)


def new_password() -> str:
    """Make a password that can be typed: five groups of four, no letters that look alike."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))


def password_from(stream: Iterable[str]) -> str:
    """Read a password from the first line of a stream; raises PasswordMissing."""
    line = next(iter(stream), "").rstrip("\r\n")
    if not line:
        raise PasswordMissing()
    return line
