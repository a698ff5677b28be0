"""Turns whatever is raised below the API's prefix into a problem document."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from metadata.errors import TenonError
from runtime import problems
from runtime.language import requested_locale
from runtime.problems import RequestRefused

DEFAULT_LOCALE = "en"

OF_HTTP = {
    400: "bad_request", 404: "route_unknown", 405: "method_refused", 413: "body_too_large", 415: "media_type_refused",
}


def answer_errors(blueprint: Blueprint) -> None:
    """Answer every error below a blueprint with `application/problem+json`."""
    blueprint.register_error_handler(TenonError, _of_tenon)
    blueprint.register_error_handler(HTTPException, _of_http)
    blueprint.register_error_handler(OperationalError, _of_database)


def locale_of_request() -> str:
    """The language of the answer: the context's, or what the request asks for while nobody is known."""
    unit = g.get("unit") or g.get("released")
    return unit.ctx.locale if unit else requested_locale(DEFAULT_LOCALE)


def _of_tenon(error: TenonError) -> Response:
    stale = error.code == "conflict" and "If-Match" in request.headers
    headers = {"Allow": str(error.params["allowed"])} if error.code == "method_refused" else None
    return problems.response(error, locale=locale_of_request(), status=412 if stale else None, headers=headers)


def _of_http(error: HTTPException) -> Response:
    status = error.code or 500
    if status >= 500:
        facts = RequestRefused("internal", request_id=g.get("request_id", "-"))
    elif status == 405:
        allowed = ", ".join(sorted(error.valid_methods or ()))  # type: ignore[attr-defined]
        facts = RequestRefused("method_refused", method=request.method, allowed=allowed)
    else:
        facts = RequestRefused(OF_HTTP.get(status, "bad_request"), limit="-", expected="-", given="-")
    return problems.response(facts, locale=locale_of_request(), status=status)


def _of_database(error: DBAPIError) -> Response:
    """A database that is locked or full is the machine's state, not a fault of the program."""
    text = str(error.orig)
    if "full" in text or "No space left" in text:
        facts = RequestRefused("disk_full")
    elif "locked" in text or "busy" in text or "timeout" in text or "deadlock" in text:
        facts = RequestRefused("busy")
    else:
        raise error
    return problems.response(facts, locale=locale_of_request())
