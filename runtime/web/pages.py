"""The table of the pages' addresses, and how errors look there."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from metadata.errors import Problem, TenonError
from metadata.model import Object
from metadata.sentences import sentence
from runtime.problems import RequestRefused, status_of
from runtime.unit import SAFE_METHODS, current_unit
from runtime.visit import LOCALE_COOKIE, Visit, current_visit, open_to_all, safe_next
from runtime.web import browsing, editing, viewing
from runtime.web.answers import go, html, page, remember
from runtime.web.environment import render
from runtime.web.i18n import LANGUAGES, say
from runtime.web.reader import Reader, reader_of
from runtime.web.saying import say_problem
from runtime.web.shell import THEME_COOKIE, THEMES, frame_of

PREFIX = "/<tenant>"
ALL_METHODS = ("GET", "POST")
ERROR_LOG = "tenon.errors"
"""Where failures of the program are written, of pages and API alike."""

View = Callable[..., Response]


@open_to_all
def preferences() -> Response:
    """Keep the chosen language and appearance in the browser and go back to where one was."""
    visit = current_visit()
    back = request.form.get("back") or _own(request.headers.get("Referer", ""))
    answer = go(safe_next(back, f"/{visit.tenant.slug}/"))
    locale, theme = request.form.get("locale"), request.form.get("theme")
    if locale in LANGUAGES:
        remember(answer, LOCALE_COOKIE, str(locale))
    if theme in dict(THEMES):
        remember(answer, THEME_COOKIE, str(theme))
    return answer


def nowhere(rest: str = "") -> Response:
    """Say that nothing is at an address."""
    code = "route_unknown" if request.method == "GET" else "method_refused"
    raise RequestRefused(code, method=request.method, allowed="GET")


ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/", browsing.home_page),
    ("GET", "/app/<app_name>", browsing.app_page),
    ("GET", "/search", browsing.search_page),
    ("GET", "/suggest", browsing.suggest),
    ("GET", "/recycle-bin", browsing.recycle_bin),
    ("GET", "/lookup/<object_name>/<field_name>", browsing.lookup),
    ("POST", "/preferences", preferences),
    ("POST", "/form/<object_name>/state", editing.state),
    ("GET", "/o/<object_name>", browsing.list_page),
    ("GET", "/o/<object_name>/new", editing.new_page),
    ("POST", "/o/<object_name>/new", editing.create),
    ("GET", "/o/<object_name>/<record_id>", viewing.record_page),
    ("GET", "/o/<object_name>/<record_id>/edit", editing.edit_page),
    ("POST", "/o/<object_name>/<record_id>/edit", editing.update),
    ("POST", "/o/<object_name>/<record_id>/delete", editing.delete),
    ("POST", "/o/<object_name>/<record_id>/restore", editing.restore),
    ("GET", "/o/<object_name>/<record_id>/history", viewing.history_page),
    ("POST", "/o/<object_name>/<record_id>/comments", viewing.comment),
    ("POST", "/o/<object_name>/<record_id>/attachments", viewing.add_attachment),
    ("GET", "/o/<object_name>/<record_id>/attachments/<attachment_id>", viewing.download_attachment),
    ("POST", "/o/<object_name>/<record_id>/attachments/<attachment_id>/remove", viewing.remove_attachment),
    ("GET", "/o/<object_name>/<record_id>/file/<field_name>", viewing.download_field),
)


def blueprint() -> Blueprint:
    """Make the blueprint of the pages; the application mounts it once."""
    web = Blueprint("web", __name__, url_prefix=PREFIX)
    web.url_value_preprocessor(_drop_tenant)
    for method, address, view in ROUTES:
        web.add_url_rule(address, view.__name__, view, methods=[method])
    web.add_url_rule("/<path:rest>", "nowhere", nowhere, methods=ALL_METHODS)
    web.register_error_handler(TenonError, _show_error)
    web.register_error_handler(HTTPException, _show_http)
    web.register_error_handler(Exception, _show_failure)
    return web


def _drop_tenant(endpoint: str | None, values: dict[str, object] | None) -> None:
    """The tenant of the address was resolved before; views don't get it."""
    if values:
        values.pop("tenant", None)


def _show_http(error: HTTPException) -> Response:
    """Show what the framework refused like what we refuse."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    code = {404: "route_unknown", 405: "method_refused", 413: "body_too_large"}.get(error.code or 400, "bad_request")
    return _show_error(RequestRefused(code, method=request.method, allowed="GET, POST", limit="-"))


def _show_failure(error: Exception) -> Response:
    """Tell the log everything and the reader only under which number to find it there."""
    logging.getLogger(ERROR_LOG).error("the request failed", exc_info=error)
    visit = current_visit()
    told = sentence(Problem("internal", (), {"request_id": g.get("request_id", "-")}), visit.locale)
    return _bare(visit, say(visit.locale, "That did not work"), [told], 500)


def _bare(visit: Visit, title: str, lines: list[str], status: int) -> Response:
    """Answer with a page that needs nobody signed in and no data."""
    shown = render(
        visit.locale, "problem_bare.html", frame=frame_of(visit), title=title, lines=lines, home_url=f"/{visit.tenant.slug}/"
    )
    return html(shown, visit.locale, status=status)


def _show_error(error: TenonError) -> Response:
    """Show an error as a page: in the shell where somebody is signed in, else bare."""
    status = status_of(error)
    visit = current_visit()
    object_name = (request.view_args or {}).get("object_name", "")
    home = f"/{visit.tenant.slug}/"
    back = request.headers.get("Referer", "") if request.method not in SAFE_METHODS else ""
    title = {403: say(visit.locale, "You may not do this"), 404: say(visit.locale, "This page does not exist")}.get(
        status, say(visit.locale, "That did not work")
    )
    if not visit.is_signed_in:
        return _bare(visit, title, [sentence(each, visit.locale) for each in error.problems], status)
    unit = current_unit()
    reader = reader_of(unit.ctx)
    of = reader.model.objects.get(str(object_name)) if reader.access.rights(str(object_name)).read else None
    lines = _lines(reader, of, error.problems, status)
    symbol = {403: "lock", 404: "search"}.get(status, "alert-triangle")
    return page(
        unit, reader, "problem.html", status=status, at=of.name if of else "", title=title, lines=lines, symbol=symbol,
        home_url=home, back_url=_own(back),
    )


def _lines(reader: Reader, of: Object | None, problems: tuple[Problem, ...], status: int) -> list[str]:
    if status == 404:
        return [reader.say("It may have been deleted, or you may not see it.")]
    return [say_problem(reader, of, each) for each in problems]


def _own(address: str) -> str:
    """The path of an address of this very host; empty for any other."""
    start = request.host_url
    return safe_next(address[len(start) - 1 :], "") if address.startswith(start) else ""
