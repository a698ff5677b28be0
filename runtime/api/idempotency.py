"""Lets an act happen once: the answer to an `Idempotency-Key` is kept in the transaction of the act itself.

Whoever comes second with the same key waits for the first (a unique row on PostgreSQL, the write lock on SQLite) and
gets the same answer again. A refused act leaves no row, so it may be tried again with the same key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from flask import Response, request
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from runtime.problems import RequestRefused
from runtime.unit import Unit
from tenants.system_tables import SYSTEM

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
KEPT_HEADERS = ("ETag", "Location")
KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")

_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_table = SYSTEM.idempotency


def once(unit: Unit, act: Callable[[], Response]) -> Response:
    """Do an act, unless its key says it was done: then answer as before.

    Raises RequestRefused (`idempotency_differs`) when the key came with another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return act()
    if not KEY.match(key):
        raise RequestRefused("header_invalid", field=HEADER, name=HEADER, expected="1 … 255 ASCII")
    digest = _digest()
    if not _claim(unit, key, digest):
        return _answer_again(unit, key, digest)
    answer = act()
    _keep(unit, key, answer)
    return answer


def _digest() -> str:
    content = request.get_data(cache=True)
    return sha256(b"\0".join((request.method.encode(), request.full_path.encode(), content))).hexdigest()


def _claim(unit: Unit, key: str, digest: str) -> bool:
    now = unit.ctx.now()
    unit.connection.execute(delete(_table).where(_table.c.created_at < now - KEPT_FOR))
    row = {
        "user_id": unit.ctx.user.id, "key": key, "request_hash": digest, "created_at": now, "status": 0,
        "headers": {}, "body": "",
    }
    insert = _INSERT[unit.connection.dialect.name](_table).values(row).on_conflict_do_nothing().returning(_table.c.key)
    return unit.connection.execute(insert).first() is not None


def _answer_again(unit: Unit, key: str, digest: str) -> Response:
    asked = select(_table.c.request_hash, _table.c.status, _table.c.headers, _table.c.body)
    row = unit.connection.execute(asked.where(_table.c.user_id == unit.ctx.user.id, _table.c.key == key)).one()
    if row.request_hash != digest:
        raise RequestRefused("idempotency_differs", field=HEADER)
    answer = Response(row.body, status=row.status, mimetype="application/json", headers=row.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _keep(unit: Unit, key: str, answer: Response) -> None:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    unit.connection.execute(
        update(_table)
        .where(_table.c.user_id == unit.ctx.user.id, _table.c.key == key)
        .values(status=answer.status_code, headers=headers, body=answer.get_data(as_text=True))
    )
