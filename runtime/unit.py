"""The unit of work of one HTTP request: who asks, with which model, inside which transaction.

The application opens exactly one per request: `receive_body()`, `connection = open_transaction(storage, tenant)`, then,
when it knows the user, `bind_unit(Unit(ctx, connection, storage))`; after the response `close_transaction(keep=...)`
commits what succeeded (status below 400) and rolls back the rest. Views only ask for `current_unit()`.
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
from tenants.context import RecordContext, Tenant
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


def open_transaction(storage: Storage, tenant: Tenant) -> Connection:
    """Open the request's one transaction: a reading one where nothing will be changed, else a writing one."""
    transaction = storage.reading(tenant) if request_only_reads() else storage.writing(tenant)
    connection = transaction.__enter__()
    g.transaction = transaction
    return connection


def close_transaction(*, keep: bool) -> None:
    """Commit (`keep`) or roll back what `open_transaction` opened; does nothing if that has been done."""
    g.pop("unit", None)
    transaction = g.pop("transaction", None)
    if transaction is None:
        return
    if keep:
        transaction.__exit__(None, None, None)
    else:
        refusal = RequestRefused("bad_request")
        transaction.__exit__(type(refusal), refusal, None)


def release_unit() -> Unit:
    """End the request's transaction early and give the unit for what is still known of it.

    For acts that need the tenant for themselves, such as publishing: their own transaction would wait for this one.
    """
    unit = current_unit()
    close_transaction(keep=True)
    g.released = unit
    return unit


def only_reads(view: View) -> View:
    """Mark a view that answers POST without changing anything, such as a grouped query."""
    view.only_reads = True  # type: ignore[attr-defined]
    return view


def takes_files(view: View) -> View:
    """Mark a view that takes files in, whose body may therefore be larger."""
    view.max_body = MAX_UPLOAD  # type: ignore[attr-defined]
    return view


def receive_body() -> None:
    """Take in the whole body, once; called before the unit is opened, so that a slow sender holds no lock.

    Raises RequestRefused (`body_too_large`).
    """
    if request.method in SAFE_METHODS or "body_received" in g:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    limit = request.max_content_length = getattr(view, "max_body", MAX_BODY)
    try:
        if request.mimetype in FORMS:
            request.form  # noqa: B018  (reading it parses the fields and the files)
        else:
            request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise RequestRefused("body_too_large", limit=limit) from None
    g.body_received = True


def request_only_reads() -> bool:
    """Whether the request in progress needs no writing transaction."""
    if request.method in SAFE_METHODS:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "only_reads", False)
