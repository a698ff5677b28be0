"""Rules of the platform for its own object `user`: rights end at once, and nobody grants what he lacks himself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from metadata.errors import Problem
from metadata.permissions import Permissions, permissions_of
from runtime.events import Event, listeners
from runtime.records.errors import Refused
from tenants.catalog import bump_stamp
from tenants.context import RecordContext

USER, ROLES, ACTIVE = "user", "roles", "active"
SYSTEM_USER = 1
MANAGE_USERS = "manage_users"
GUARDED = frozenset({"login", ROLES, ACTIVE})
"""Who may sign in, as what; changing this of a user needs the right to manage users."""


def register() -> None:
    """Have every write of a user examined before it and announced after it."""
    listeners.before(USER, _examine)
    listeners.after(USER, _announce)


def _examine(ctx: RecordContext, connection: Connection, event: Event) -> Mapping[str, object]:
    """Refuse what needs the right to manage users, roles beyond one's own rights, and shutting oneself out."""
    if event.record_id == SYSTEM_USER and event.action != "create" and ctx.user.id != SYSTEM_USER:
        raise Refused((Problem("system_user"),))
    locks_out = event.action == "delete" or (ACTIVE in event.changed and not event.new.get(ACTIVE))
    if locks_out and event.record_id == ctx.user.id and ctx.user.id != SYSTEM_USER:
        raise Refused((Problem("own_account", (ACTIVE,) if event.action != "delete" else ()),))
    guarded = GUARDED & event.changed if event.action != "delete" else frozenset({ROLES})
    if event.action == "create":
        guarded &= {ROLES}
    if guarded and MANAGE_USERS not in ctx.permissions.system:
        raise Refused(Problem("right_missing", (name,), {"right": MANAGE_USERS}) for name in sorted(guarded))
    if ROLES in event.changed:
        _examine_roles(ctx, event)
    return {}


def _examine_roles(ctx: RecordContext, event: Event) -> None:
    before, after = (frozenset(values.get(ROLES) or ()) for values in (event.old, event.new))
    for role in sorted(before ^ after):
        if not _covers(ctx.permissions, permissions_of(ctx.model, (role,))):
            raise Refused((Problem("role_beyond_own", (ROLES,), {"role": role}),))


def _covers(own: Permissions, asked: Permissions) -> bool:
    """Whether one has every right that is asked."""
    if not asked.system <= own.system:
        return False
    return all(_covers_object(own, name, rights) for name, rights in asked.objects.items())


def _covers_object(own: Permissions, name: str, asked: object) -> bool:
    mine = own.of(name)
    flags: Iterable[str] = ("create", "read", "edit", "delete", "view_all", "edit_all")
    if any(getattr(asked, flag) and not getattr(mine, flag) for flag in flags):
        return False
    return asked.readable <= mine.readable and asked.editable <= mine.editable  # type: ignore[attr-defined]


def _announce(ctx: RecordContext, connection: Connection, event: Event) -> None:
    bump_stamp(connection)
