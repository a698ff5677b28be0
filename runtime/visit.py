"""Who looks at the pages of a tenant, signed in or not; set by the application before each request.

Pages put `csrf_token` into every form (field FIELD) and into what scripts send (header HEADER). The
application refuses an unsafe request of a session without it, so views need not look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import g

from runtime.problems import RequestRefused
from tenants.context import Tenant

View = TypeVar("View", bound=Callable[..., object])

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
LOCALE_COOKIE = "tenon_locale"
"""Where a browser keeps the language that was chosen in it; it goes before the user's own."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser at a tenant's pages; `locale` is what the answer is to be written in."""

    tenant: Tenant
    csrf_token: str
    locale: str
    is_signed_in: bool = False


def current_visit() -> Visit:
    """Give the visit of the request in progress; raises RequestRefused where the address names no tenant."""
    visit = g.get("visit")
    if visit is None:
        raise RequestRefused("not_found")
    return visit


def bind_visit(visit: Visit) -> None:
    """Make this the visit of the request in progress."""
    g.visit = visit


def open_to_all(view: View) -> View:
    """Mark a view that answers without a signed-in user: the sign-in page, choosing the language."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def safe_next(wanted: str | None, fallback: str) -> str:
    """Give an address to go on to: `wanted` if it is a path of this very host, else `fallback`."""
    if not wanted or len(wanted) > 2_000 or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return fallback
    if "\\" in wanted or not wanted.isprintable():
        return fallback
    return wanted
