"""The headers that every answer carries: what browsers may do with it, and which request it belongs to."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
))
HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
"""Defaults; an answer that set one of them itself (an asset its caching, a download its policy) keeps it."""

OF_DOCUMENTS = (
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("X-Frame-Options", "DENY"),
)
"""What only says something about a document in a window; answers to programs go without."""

DATA = frozenset({"application/json", "application/problem+json"})

_OF_DATA = tuple((name.lower(), name, value) for name, value in HEADERS)
_OF_ALL = _OF_DATA + tuple((name.lower(), name, value) for name, value in OF_DOCUMENTS)
ONE_YEAR = 31_536_000
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")


def add_headers(app: Flask) -> None:
    """Give every request an id and every answer its headers."""
    app.before_request(_take_request_id)
    app.after_request(_complete)


def _take_request_id() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _REQUEST_ID.match(given) else secrets.token_hex(8)


def _complete(response: Response) -> Response:
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for small, name, value in _OF_DATA if response.mimetype in DATA else _OF_ALL:
        if small not in present:
            headers.add(name, value)
    headers.add("X-Request-Id", g.get("request_id", "-"))
    if request.scheme == "https":
        headers.add("Strict-Transport-Security", f"max-age={ONE_YEAR}")
    return response
