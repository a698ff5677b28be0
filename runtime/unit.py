"""The unit of work of one HTTP request: who asks, with which model, inside which transaction.

The application opens exactly one per request, after it knows the user: one transaction that is committed when the
response says success (status below 400) and rolled back otherwise. Views only ask for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import current_app, g, request
from sqlalchemy import Connection
from werkzeug.exceptions import RequestEntityTooLarge

from runtime.problems import RequestRefused
from runtime.records.files import MAX_FILE
from tenants.context import RecordContext
from tenants.storage import Storage

View = TypeVar("View", bound=Callable[..., object])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})

MAX_BODY = 10 * 1024 * 1024
MAX_UPLOAD = MAX_FILE + 1024 * 1024
"""Bytes that a request may have: without files, and with one."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one request works with; `connection` stands in the request's only transaction."""

    ctx: RecordContext
    connection: Connection
    storage: Storage


def current_unit() -> Unit:
    """Give the unit of the request in progress.

    Raises RequestRefused (`not_signed_in`) when nobody is known: without a user nothing opens.
    """
    unit = g.get("unit")
    if unit is None:
        raise RequestRefused("not_signed_in")
    return unit


def bind_unit(unit: Unit) -> None:
    """Make this the unit of the request in progress."""
    g.unit = unit


def only_reads(view: View) -> View:
    """Mark a view that answers POST without changing anything, such as a grouped query."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def takes_files(view: View) -> View:
    """Mark a view that takes files in, whose body may therefore be larger."""
    view.max_body = MAX_UPLOAD  # type: ignore[attr-defined]
    return view


def receive_body() -> None:
    """Take in the whole body; called before the unit is opened, so that a slow sender holds no lock.

    Raises RequestRefused (`too_large`).
    """
    if request.method in SAFE_METHODS:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    limit = request.max_content_length = getattr(view, "max_body", MAX_BODY)
    try:
        if request.mimetype in FORMS:
            request.form  # noqa: B018  (reading it parses the fields and the files)
        else:
            request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise RequestRefused("too_large", limit=limit) from None


def request_only_reads() -> bool:
    """Whether the request in progress needs no writing transaction."""
    if request.method in SAFE_METHODS:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "only_reads", False)
