"""Signing in and out of a tenant's pages."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request

from metadata.errors import Problem, TenonError
from metadata.sentences import sentence
from runtime.problems import status_of
from runtime.unit import current_unit, release_unit
from runtime.visit import current_visit, open_to_all, safe_next
from runtime.web.environment import render
from runtime.web.shell import csrf_field, frame_of, here, languages_of
from tenants.context import Tenant
from tenants.credentials import check_password, create_session, end_session
from tenon.attempts import Attempts
from tenon.auth import Gate

MAX_LOGIN = 200


def blueprint(gate: Gate) -> Blueprint:
    """Make the blueprint of `/{tenant}/login` and `/{tenant}/logout`."""
    entry = Blueprint("entry", __name__, url_prefix="/<tenant>")
    attempts = Attempts()
    entry.add_url_rule("/login", "login", open_to_all(lambda tenant: _show()), methods=["GET"])
    entry.add_url_rule("/login", "sign_in", open_to_all(lambda tenant: _sign_in(gate, attempts)), methods=["POST"])
    entry.add_url_rule("/logout", "logout", lambda tenant: _sign_out(gate), methods=["POST"])
    entry.register_error_handler(TenonError, _of_tenon)
    return entry


def _of_tenon(error: TenonError) -> Response:
    """Show what was refused above the form; trying again is all that can be done."""
    return _form(request.form.get("next", ""), request.form.get("login", ""), error.problems[0], status_of(error))


def _show() -> Response:
    visit = current_visit()
    if visit.is_signed_in:
        return _go(visit.tenant, request.args.get("next"))
    return _form(request.args.get("next", ""))


def _sign_in(gate: Gate, attempts: Attempts) -> Response:
    """Check login and password; a new session each time, so that nobody can be given one beforehand."""
    visit = current_visit()
    slug, address = visit.tenant.slug, request.remote_addr or "-"
    login, password = request.form.get("login", "").strip().lower(), request.form.get("password", "")
    wait = attempts.wait(slug, login, address)
    if wait:
        return _form(request.form.get("next", ""), login, Problem("too_many_requests", (), {"seconds": wait}), 429)
    attempts.failed(slug, login, address)
    if visit.is_signed_in:
        release_unit()  # who signs in once more holds the transaction that is needed here
    with gate.storage.reading(visit.tenant) as connection:
        user_id = check_password(connection, login, password) if 0 < len(login) <= MAX_LOGIN else None
    if user_id is None:
        return _form(request.form.get("next", ""), login, Problem("login_refused"), 401)
    attempts.succeeded(slug, login, address)
    earlier = gate.cookies.session(slug)
    with gate.storage.writing(visit.tenant) as connection:
        if earlier is not None:
            end_session(connection, earlier.key)
        key = create_session(connection, user_id, clock=gate.clock)
    answer = _go(visit.tenant, request.form.get("next"))
    gate.cookies.write_session(answer, slug, key)
    return answer


def _sign_out(gate: Gate) -> Response:
    unit = current_unit()
    slug = unit.ctx.tenant.slug
    cookie = gate.cookies.session(slug)
    if cookie is not None:
        end_session(unit.connection, cookie.key)
    answer = make_response(redirect(f"/{slug}/login", 303))
    gate.cookies.forget_session(answer, slug)
    return answer


def _go(tenant: Tenant, wanted: str | None) -> Response:
    return make_response(redirect(safe_next(wanted, f"/{tenant.slug}/"), 303))


def _form(wanted: str, login: str = "", fault: Problem | None = None, status: int = 200) -> Response:
    visit = current_visit()
    slug = visit.tenant.slug
    page = render(
        visit.locale,
        "sign_in.html",
        frame=frame_of(visit),
        csrf_field=csrf_field(visit),
        languages=languages_of(visit),
        action=f"/{slug}/login",
        preferences_url=f"/{slug}/preferences",
        here=here() if request.method == "GET" else f"/{slug}/login",
        next=safe_next(wanted, f"/{slug}/"),
        login=login[:MAX_LOGIN],
        fault=sentence(fault, visit.locale) if fault else "",
    )
    answer = Response(page, status=status, mimetype="text/html")
    answer.headers["Content-Language"] = visit.locale.replace("_", "-")
    return answer
