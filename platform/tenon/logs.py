"""Logs as one JSON object per line, with tenant, user and request; never a secret, a body or a query string.

Somebody who watches a server in a terminal gets short lines instead, with the same facts.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TextIO

from flask import g, has_request_context
from sqlalchemy.exc import StatementError

errors = logging.getLogger("tenon.errors")

FACTS = ("method", "path", "status", "ms", "bytes")

_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class AccessLog:
    """Writes a line for each request that was answered, in the form of all lines, without a record in between."""

    NAME = "tenon.access"

    def __init__(self) -> None:
        self._handler: logging.StreamHandler[TextIO] | None = None

    def start(self, handler: logging.StreamHandler[TextIO]) -> None:
        """Write where this handler writes, as its formatter does; before that nothing is written."""
        self._handler = handler

    def tell(self, facts: Mapping[str, object]) -> None:
        """Write the line of an answer; `facts` are named by `FACTS`."""
        handler = self._handler
        if handler is None:
            return
        if isinstance(handler.formatter, LineFormatter):
            handler.handle(logging.makeLogRecord({"name": self.NAME, **facts}))
            return
        line = _encode(
            {"at": _shown(datetime.now(timezone.utc)), "level": "info", "log": self.NAME, **_asked(), **facts}
        )
        with handler.lock:  # type: ignore[union-attr]
            handler.stream.write(f"{line}\n")
            handler.flush()


access = AccessLog()


class JsonFormatter(logging.Formatter):
    """Writes a record and what is known of the request it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line."""
        at = _shown(datetime.fromtimestamp(record.created, timezone.utc))
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "log": record.name, **_asked()}
        line.update((name, record.__dict__[name]) for name in FACTS if name in record.__dict__)
        message = record.getMessage()
        if message:
            line["message"] = message
        if record.exc_info:
            _hide_values(record.exc_info[1])
            line["exception"] = self.formatException(record.exc_info)
        return _encode(line)


class LineFormatter(logging.Formatter):
    """Writes a record for a person: the time, what happened, and for whom."""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line; a failure keeps its traceback."""
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        facts = [str(record.__dict__[name]) for name in FACTS[:3] if name in record.__dict__]
        if "ms" in record.__dict__:
            facts.append(f"{record.__dict__['ms']} ms")
        whose = g.get("user_login") if has_request_context() else None
        said = " ".join([*facts, record.getMessage(), f"({whose})" if whose else ""]).strip()
        if record.exc_info:
            _hide_values(record.exc_info[1])
            said += "\n" + self.formatException(record.exc_info)
        return f"{at} {said}"


def start_logging(stream: TextIO | None = None) -> None:
    """Send everything from INFO upwards to standard error; called once per process."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter() if stream.isatty() else JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    access.start(handler)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _shown(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _asked() -> dict[str, object]:
    if not has_request_context():
        return {}
    return {"tenant": g.get("tenant_slug"), "user": g.get("user_login"), "request": g.get("request_id")}


def _hide_values(error: BaseException | None) -> None:
    """Keep the values of a failed statement, which may be anybody's, out of its text."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, StatementError):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__
