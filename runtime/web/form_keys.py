"""Lets a form take effect once, however often it is sent: its key is kept in the transaction of the act itself.

The same table serves the REST API's `Idempotency-Key`. The key is remembered together with what was sent: who goes
back in the browser and sends something else means something else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256

from flask import Response, redirect, request
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from runtime.unit import Unit
from tenants.system_tables import SYSTEM

FIELD = "form_key"
_LONGEST = 64
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_table = SYSTEM.idempotency


def new_form_key() -> str:
    """Make the key of a form that is being shown."""
    return secrets.token_urlsafe(16)


def once(unit: Unit, act: Callable[[], Response]) -> Response:
    """Do what a form asks, unless it was done already: then lead to where that led.

    An act that answers without leading on (a refusal) is not remembered, because it is rolled back.
    """
    given = request.form.get(FIELD, "")
    if not given or len(given) > _LONGEST:
        return act()
    digest = _digest()
    key = f"form {digest}"
    if not _claim(unit, key, digest):
        return _go_again(unit, key)
    answer = act()
    if answer.location:
        _keep(unit, key, answer.location)
    return answer


def _digest() -> str:
    """A print of all that was sent, the form's key among it."""
    content = sha256(request.path.encode())
    for name, value in request.form.items(multi=True):
        content.update(f"\0{name}\0{value}".encode("utf-8", "surrogatepass"))
    for name, file in request.files.items(multi=True):
        content.update(f"\0{name}\0{file.filename}".encode("utf-8", "surrogatepass"))
    return content.hexdigest()


def _claim(unit: Unit, key: str, digest: str) -> bool:
    row = {
        "user_id": unit.ctx.user.id, "key": key, "request_hash": digest, "created_at": unit.ctx.now(), "status": 0,
        "headers": {}, "body": "",
    }
    insert = _INSERT[unit.connection.dialect.name](_table).values(row).on_conflict_do_nothing().returning(_table.c.key)
    return unit.connection.execute(insert).first() is not None


def _go_again(unit: Unit, key: str) -> Response:
    asked = select(_table.c.headers).where(_table.c.user_id == unit.ctx.user.id, _table.c.key == key)
    headers = unit.connection.execute(asked).scalar_one()
    return redirect(headers.get("Location", f"/{unit.ctx.tenant.slug}/"), 303)  # type: ignore[return-value]


def _keep(unit: Unit, key: str, location: str) -> None:
    unit.connection.execute(
        update(_table)
        .where(_table.c.user_id == unit.ctx.user.id, _table.c.key == key)
        .values(status=303, headers={"Location": location})
    )
