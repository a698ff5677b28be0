"""Logs are JSON, say who asked, and never hold a secret."""

import io
import json
import logging
import sys

import pytest
from flask import Flask, g
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from tenon.logs import JsonFormatter, start_logging


def line(record: logging.LogRecord) -> dict[str, object]:
    return json.loads(JsonFormatter().format(record))


def record(message: str = "hello", **facts: object) -> logging.LogRecord:
    made = logging.LogRecord("tenon.access", logging.INFO, __file__, 1, message, None, None)
    made.__dict__.update(facts)
    return made


def test_a_line_is_one_json_object() -> None:
    shown = line(record("你好\nline two"))

    assert (shown["level"], shown["log"], shown["message"]) == ("info", "tenon.access", "你好\nline two")


def test_a_line_of_a_request_says_tenant_user_and_request() -> None:
    with Flask("x").test_request_context("/"):
        g.tenant_slug, g.user_login, g.request_id = "demo", "li.na", "abc"
        shown = line(record(method="GET", path="/demo/", status=200, ms=1.5))

    assert (shown["tenant"], shown["user"], shown["request"]) == ("demo", "li.na", "abc")
    assert (shown["method"], shown["status"]) == ("GET", 200)


def test_the_values_of_a_failed_statement_are_not_logged() -> None:
    value = "tenon" + "-demo"
    with pytest.raises(SQLAlchemyError), create_engine("sqlite://").connect() as connection:
        try:
            connection.execute(text("SELECT nowhere FROM nothing WHERE x = :secret"), {"secret": value})
        except SQLAlchemyError:
            failed = record()
            failed.exc_info = sys.exc_info()
            shown = JsonFormatter().format(failed)
            raise

    assert "SELECT nowhere" in shown
    assert value not in shown


def test_a_value_that_json_does_not_know_does_not_lose_the_line() -> None:
    assert line(record(path=io.StringIO))["path"]


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_somebody_at_a_terminal_reads_short_lines_with_the_failure_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    start_logging(screen)
    try:
        raise ValueError("the cause")
    except ValueError:
        logging.getLogger("tenon.errors").error("the request failed", exc_info=True)
    logging.getLogger("tenon.access").info("", extra={"method": "GET", "path": "/acme/", "status": 200, "ms": 1.5})
    shown = screen.getvalue()
    assert "the request failed\nTraceback" in shown and "ValueError: the cause" in shown
    assert shown.rstrip().endswith("GET /acme/ 200 1.5 ms")
