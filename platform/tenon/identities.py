"""Who a token or a session belongs to and what that user may do, remembered as long as nothing about it changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import Connection, select

from metadata.model import Model
from metadata.permissions import Permissions, permissions_of
from tenants.catalog import Published
from tenants.context import Clock, Tenant, User
from tenants.credentials import user_of_session, user_of_token
from tenants.schema import tables
from tenants.users import load_user

TOKEN, SESSION = "token", "session"
BELIEVED_SECONDS = 10.0
"""How long a remembered answer holds by itself; a change of users, rights or credentials ends it at once."""

KEPT = 5_000
_OF_SECRET = {TOKEN: user_of_token, SESSION: user_of_session}


@dataclass(frozen=True, slots=True)
class Identity:
    """An active user with all rights in one published model; `locale` is None if the user chose none."""

    user: User
    permissions: Permissions
    locale: str | None
    time_zone: str


class Identities:
    """Remembers by tenant, credential, stamp and model; every process for itself."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], tuple[float, Identity | None]] = OrderedDict()

    def find(
        self, connection: Connection, published: Published, *, tenant: Tenant, kind: str, secret: str, clock: Clock
    ) -> Identity | None:
        """Give the identity behind a token or a session key; None if it is unknown, ended or of an inactive user."""
        key = (tenant.slug, kind, secret, published.stamp, published.model.checksum)
        known = self._known.get(key)
        now = time.monotonic()
        if known is not None and now < known[0]:
            return known[1]
        user_id = _OF_SECRET[kind](connection, secret, clock=clock)
        found = _look_up(connection, published.model, user_id, tenant=tenant)
        if found is not None:  # a guess is not worth remembering
            self._known[key] = (now + BELIEVED_SECONDS, found)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return found


def _look_up(connection: Connection, model: Model, user_id: int | None, *, tenant: Tenant) -> Identity | None:
    user = load_user(connection, model, user_id) if user_id is not None else None
    return identity_of(connection, model, user, tenant=tenant) if user is not None else None


def identity_of(connection: Connection, model: Model, user: User, *, tenant: Tenant) -> Identity:
    """Read what else is to be known of a user who acts."""
    people = tables(model).objects["user"]
    query = select(people.c.locale, people.c.time_zone).where(people.c.id == user.id)
    row = connection.execute(query).one()
    zone = row.time_zone if row.time_zone in available_timezones() else tenant.time_zone
    return Identity(user, permissions_of(model, user.roles), row.locale or None, zone)
