"""The cookies of a tenant's pages, signed so that nobody but us can make one, and the CSRF tokens tied to them.

A session cookie holds the session's key and the minute it was last used; it is written anew while it is used, so an
idle one grows stale without a write to the database. Each cookie is meant for one tenant, by its path and signature.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request

SESSION = "tenon_session"
VISIT = "tenon_visit"
RENEWED_AFTER = 60
"""Seconds after which a used session cookie is written anew."""


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """A genuine cookie that is not stale: the session's key, and whether it is time to write it anew."""

    key: str
    is_due: bool


class Cookies:
    """Reads and writes the cookies with one signing key."""

    def __init__(self, signing_key: bytes, idle: timedelta) -> None:
        self._key = signing_key
        self._idle = int(idle.total_seconds())

    def session(self, slug: str) -> SessionCookie | None:
        """Give the request's session cookie for a tenant, if it is genuine and was used lately."""
        key, _, rest = request.cookies.get(SESSION, "").partition(".")
        used, _, mark = rest.partition(".")
        if not mark or not (used.isascii() and used.isdigit() and len(used) < 12):
            return None
        if not self._fits(mark, "session", slug, key, used):
            return None
        age = int(time.time()) - int(used)
        return SessionCookie(key, age > RENEWED_AFTER) if age <= self._idle else None

    def write_session(self, response: Response, slug: str, key: str) -> None:
        """Let the browser hold a session of a tenant."""
        used = str(int(time.time()))
        self._set(response, slug, SESSION, f"{key}.{used}.{self._mark('session', slug, key, used)}")

    def forget_session(self, response: Response, slug: str) -> None:
        """Let the browser forget its session."""
        response.delete_cookie(SESSION, path=f"/{slug}/", httponly=True, samesite="Lax", secure=request.is_secure)

    def visit(self) -> str | None:
        """Give what the browser of somebody not signed in is known by."""
        known = request.cookies.get(VISIT, "")
        return known if 20 <= len(known) <= 64 else None

    def write_visit(self, response: Response, slug: str, visit: str) -> None:
        """Let a browser be known before anybody signs in."""
        self._set(response, slug, VISIT, visit)

    def csrf_token(self, slug: str, secret: str) -> str:
        """Make the token of a session or a visit; without our key nobody can make it from the cookie."""
        return self._mark("csrf", slug, secret)

    def csrf_fits(self, given: str, slug: str, secret: str) -> bool:
        """Whether a token belongs to a session or a visit."""
        return self._fits(given, "csrf", slug, secret)

    def _fits(self, given: str, *parts: str) -> bool:
        return hmac.compare_digest(given.encode(errors="replace"), self._mark(*parts).encode())

    def _mark(self, *parts: str) -> str:
        return hmac.new(self._key, "|".join(parts).encode(errors="replace"), "sha256").hexdigest()

    @staticmethod
    def _set(response: Response, slug: str, name: str, value: str) -> None:
        response.set_cookie(name, value, path=f"/{slug}/", httponly=True, samesite="Lax", secure=request.is_secure)


def new_visit() -> str:
    """Make what a browser is known by before anybody signs in."""
    return secrets.token_urlsafe(24)
