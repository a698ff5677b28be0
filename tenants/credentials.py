"""How people and programs prove who they are: passwords, API tokens and sessions.

Nothing that would let somebody in is stored: passwords as argon2id hashes, tokens and session keys, which
are random and long, as SHA-256. Every change bumps the tenant's stamp, so that what processes remember
about a token or a session ends with the next request.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import column, delete, insert, or_, select, table, true
from sqlalchemy.engine import Connection

from tenants.catalog import bump_stamp
from tenants.context import Clock, SystemClock
from tenants.system_tables import SYSTEM

TOKEN_PREFIX = "tn_"
SESSION_LIFETIME = timedelta(hours=12)
MAX_PASSWORD = 1024
"""Characters that count; hashing more would only serve somebody who wants us busy."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The second of OWASP's equivalent settings: 19 MiB and some 20 ms for each sign-in."""

_user = table("user", column("id"), column("login"), column("active"), column("deleted_at"))
_CLOCK = SystemClock()


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as it can be listed; its secret is known to its owner alone."""

    id: int
    user_id: int
    name: str
    created_at: datetime
    expires_at: datetime | None


def set_password(connection: Connection, user_id: int, password: str, *, clock: Clock = _CLOCK) -> None:
    """Give a user a password; it replaces the old one and ends the user's sessions."""
    remove_password(connection, user_id)
    connection.execute(insert(SYSTEM.credential).values(
        user_id=user_id, password_hash=HASHER.hash(_bytes(password)), changed_at=clock.now(),
    ))


def remove_password(connection: Connection, user_id: int) -> None:
    """Take a user's password away and end the user's sessions."""
    connection.execute(delete(SYSTEM.credential).where(SYSTEM.credential.c.user_id == user_id))
    end_sessions(connection, user_id)


def check_password(connection: Connection, login: str, password: str) -> int | None:
    """Return the id of the active user with this login and password, else None.

    Takes the same time whether or not the login exists. A deleted or inactive user can't sign in.
    """
    row = connection.execute(
        select(_user.c.id, SYSTEM.credential.c.password_hash)
        .join(SYSTEM.credential, SYSTEM.credential.c.user_id == _user.c.id)
        .where(_user.c.login == _storable(login), _user.c.active == true(), _user.c.deleted_at.is_(None))
    ).first()
    nobody = _hash_of_nobody()
    fits = _fits(row.password_hash if row else nobody, password)
    return row.id if row and fits else None


def create_token(
    connection: Connection, user_id: int, name: str, *, expires_at: datetime | None = None, clock: Clock = _CLOCK,
) -> str:
    """Make an API token for a user and return its secret, which can't be read again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    connection.execute(insert(SYSTEM.token).values(
        user_id=user_id, name=name, hash=_digest(secret), created_at=clock.now(), expires_at=expires_at,
    ))
    bump_stamp(connection)
    return secret


def user_of_token(connection: Connection, secret: str, *, clock: Clock = _CLOCK) -> int | None:
    """Return the id of the user whose valid token this is, else None; whether the user is active is not asked."""
    token = SYSTEM.token
    alive = or_(token.c.expires_at.is_(None), token.c.expires_at > clock.now())
    return connection.execute(select(token.c.user_id).where(token.c.hash == _digest(secret), alive)).scalar()


def tokens(connection: Connection, user_id: int) -> tuple[Token, ...]:
    """List a user's tokens, the oldest first."""
    token = SYSTEM.token
    rows = connection.execute(
        select(token.c.id, token.c.user_id, token.c.name, token.c.created_at, token.c.expires_at)
        .where(token.c.user_id == user_id).order_by(token.c.id)
    )
    return tuple(Token(*row) for row in rows)


def revoke_token(connection: Connection, token_id: int) -> None:
    """End a token; does nothing if it is gone."""
    connection.execute(delete(SYSTEM.token).where(SYSTEM.token.c.id == token_id))
    bump_stamp(connection)


def create_session(
    connection: Connection, user_id: int, *, lifetime: timedelta = SESSION_LIFETIME, clock: Clock = _CLOCK,
) -> str:
    """Begin a session of a user and return its key; forgets sessions that have expired."""
    key = secrets.token_urlsafe(32)
    now = clock.now()
    session = SYSTEM.session
    connection.execute(delete(session).where(session.c.expires_at <= now))
    connection.execute(insert(session).values(
        hash=_digest(key), user_id=user_id, created_at=now, expires_at=now + lifetime,
    ))
    return key


def user_of_session(connection: Connection, key: str, *, clock: Clock = _CLOCK) -> int | None:
    """Return the id of the user whose session this is, else None."""
    session = SYSTEM.session
    return connection.execute(
        select(session.c.user_id).where(session.c.hash == _digest(key), session.c.expires_at > clock.now())
    ).scalar()


def end_session(connection: Connection, key: str) -> None:
    """End a session; does nothing if it has ended."""
    connection.execute(delete(SYSTEM.session).where(SYSTEM.session.c.hash == _digest(key)))
    bump_stamp(connection)


def end_sessions(connection: Connection, user_id: int) -> None:
    """End every session of a user."""
    connection.execute(delete(SYSTEM.session).where(SYSTEM.session.c.user_id == user_id))
    bump_stamp(connection)


@cache
def _hash_of_nobody() -> str:
    """A hash that no password fits, for logins that do not exist to take as long as others."""
    return HASHER.hash(secrets.token_urlsafe())


def _fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password[:MAX_PASSWORD].encode(errors="surrogatepass")


def _storable(text: str) -> str:
    """Blank a text that no database could hold, so that it is simply not found."""
    return "" if "\0" in text or not text.isprintable() else text


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
