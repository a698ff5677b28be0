"""The composition root: here, and only here, everything is wired together."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask.sessions import SessionInterface
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from designer.api import blueprint as designer_api
from metadata.errors import TenonError
from runtime import problems
from runtime.api import blueprint as records_api
from runtime.language import requested_locale
from runtime.problems import RequestRefused
from runtime.web import blueprint as pages
from runtime.web.assets import ADDRESS, send_asset, send_icon
from tenants.context import Clock, SystemClock
from tenants.directory import Directory
from tenants.storage import Storage
from tenon import logs
from tenon.auth import Gate, guard
from tenon.config import Config
from tenon.cookies import Cookies
from tenon.entry import blueprint as entry
from tenon.headers import add_headers
from tenon.health import health
from tenon.home import home

DEFAULT_LOCALE = "zh_CN"


class _Application(Flask):
    """Flask whose functions are all plain ones, which need not be looked at again with each request."""

    def ensure_sync(self, func: Callable[..., object]) -> Callable[..., object]:
        """Return a function as it is; none of ours is a coroutine."""
        return func

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Lead on within this host only, whatever host the client named."""
        error = request.routing_exception
        if isinstance(error, RequestRedirect):
            error.new_url = _within_host(error.new_url)
        super().raise_routing_exception(request)


class _NoSessions(SessionInterface):
    """Flask's own sessions are not used; ours are `tenon.cookies`."""

    def open_session(self, app: Flask, request: object) -> None:
        return None

    def save_session(self, app: Flask, session: object, response: Response) -> None:
        return None


def create_app(config: Config, *, clock: Clock | None = None) -> Flask:
    """Make the application of one process; make it after forking, for it holds database connections."""
    app = _Application("tenon", static_folder=None, template_folder=None)
    app.session_interface = _NoSessions()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    directory = Directory(config.database_url, config.data)
    cookies = Cookies(config.signing_key, config.idle)
    gate = Gate(directory, Storage(config.data), cookies, clock=clock or SystemClock())

    app.before_request(_start_watch)
    app.after_request(_log)
    add_headers(app)
    guard(app, gate)
    for make in (records_api, designer_api, pages):
        app.register_blueprint(make())
    app.register_blueprint(entry(gate))
    app.add_url_rule("/", "home", lambda: home(directory))
    app.add_url_rule("/health", "health", lambda: health(directory, config.data))
    app.add_url_rule(f"{ADDRESS}<name>", "assets", send_asset)
    app.add_url_rule("/favicon.ico", "favicon", send_icon)
    app.register_error_handler(TenonError, _of_tenon)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_program)
    if config.proxies:
        count = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _within_host(url: str) -> str:
    """The path and query of an address; exactly one slash begins it, two would name a host."""
    parts = urlsplit(url)
    return f"/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def _start_watch() -> None:
    g.started = time.perf_counter()


def _log(response: Response) -> Response:
    spent = time.perf_counter() - g.get("started", time.perf_counter())
    logs.access.tell({
        "method": request.method, "path": request.path, "status": response.status_code,
        "ms": round(spent * 1000, 1), "bytes": response.content_length,
    })
    return response


def _of_tenon(error: TenonError) -> Response:
    return problems.response(error, locale=_locale())


def _of_http(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    code = {404: "route_unknown", 405: "method_refused", 413: "body_too_large"}.get(error.code or 500, "bad_request")
    if (error.code or 500) >= 500:
        return _of_program(error)
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    facts = RequestRefused(code, method=request.method, allowed=allowed, limit="-")
    return problems.response(facts, locale=_locale(), status=error.code)


def _of_program(error: Exception) -> Response:
    """Tell the log everything and the client only under which number to find it there."""
    original = error.original_exception if isinstance(error, InternalServerError) else error
    logs.errors.error("the request failed", exc_info=original or error)
    return problems.response(RequestRefused("internal", request_id=g.get("request_id", "-")), locale=_locale())


def _locale() -> str:
    unit = g.get("unit")
    return unit.ctx.locale if unit else requested_locale(DEFAULT_LOCALE)
