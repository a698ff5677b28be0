"""From a request to whoever asks: tenant by path, user by token or session, then one unit of work for the view.

For each request of a tenant: take in the body, open the one transaction, ask the tenant's state (one statement),
and find the user among those remembered for exactly this state. A revoked right, an ended session or an inactive
user changes the state's stamp, so it takes effect on the next request of every process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, current_app, g, redirect, request

from metadata.model import Model
from metadata.sentences import sentence
from runtime.language import SPOKEN, requested_locale
from runtime.problems import RequestRefused
from runtime.unit import SAFE_METHODS, Unit, bind_unit, close_transaction, open_transaction, receive_body
from runtime.visit import FIELD, HEADER, LOCALE_COOKIE, Visit, bind_visit
from tenants.catalog import published
from tenants.context import Clock, RecordContext, SystemClock, Tenant
from tenants.directory import Directory
from tenants.errors import TenantUnknown
from tenants.storage import Storage
from tenon.cookies import Cookies, new_visit
from tenon.identities import SESSION, TOKEN, Identities, Identity

SIGN_IN = "/{slug}/login"
PAGES = frozenset({"web", "entry"})
"""Blueprints whose answers are pages: there somebody unknown is asked to sign in."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What it takes to let somebody in."""

    directory: Directory
    storage: Storage
    cookies: Cookies
    identities: Identities = field(default_factory=Identities)
    clock: Clock = field(default_factory=SystemClock)


def guard(app: Flask, gate: Gate) -> None:
    """Let every request of a tenant pass the gate, and end its transaction when it was answered."""
    app.extensions["tenon_gate"] = gate
    app.url_value_preprocessor(_remember_tenant)
    app.before_request(lambda: _enter(gate))
    app.after_request(_leave)
    app.teardown_request(_give_up)


def _remember_tenant(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """Keep the tenant of the address; blueprints may take it from what their views get."""
    if values and "tenant" in values:
        g.tenant_slug = values["tenant"]


def _enter(gate: Gate) -> Response | None:
    slug = g.get("tenant_slug")
    if slug is None:
        return None
    try:
        tenant = gate.directory.find(slug)
    except TenantUnknown as error:
        if request.blueprint not in PAGES:
            raise
        return _no_tenant(error)
    if request.blueprint in PAGES:
        _welcome(gate, tenant, _visit(gate))
    receive_body()
    kind, secret = _credential(gate, slug)
    identity = None
    if secret is not None:
        connection = open_transaction(gate.storage, tenant)
        now = published(connection)
        identity = gate.identities.find(connection, now, tenant=tenant, kind=kind, secret=secret, clock=gate.clock)
        if identity is not None:
            _begin(gate, tenant, now.model, identity=identity, connection=connection)
        else:
            close_transaction(keep=False)
    if identity is None and kind == TOKEN:
        raise RequestRefused("token_unknown")
    return _check_pages(gate, tenant, kind=kind, secret=secret if identity else None)


def _credential(gate: Gate, slug: str) -> tuple[str, str | None]:
    """Find out how the request says who asks; a token goes before a session."""
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not 0 < len(token) <= 200:
            raise RequestRefused("token_unknown")
        return TOKEN, token.strip()
    cookie = gate.cookies.session(slug)
    if cookie is None:
        return SESSION, None
    g.session_is_due = cookie.is_due
    return SESSION, cookie.key


def _begin(gate: Gate, tenant: Tenant, model: Model, *, identity: Identity, connection: object) -> None:
    g.user_login = identity.user.login
    ctx = RecordContext(
        tenant=tenant,
        user=identity.user,
        model=model,
        permissions=identity.permissions,
        clock=gate.clock,
        locale=chosen_locale(model.languages, identity.locale or tenant.locale),
        time_zone=identity.time_zone,
        request_id=g.request_id,
    )
    bind_unit(Unit(ctx, connection, gate.storage))  # type: ignore[arg-type]


def chosen_locale(languages: tuple[str, ...], default: str) -> str:
    """Give the language of the answer: what this browser chose, else what it asks for, else the default.

    For pages a user's own language goes before what the browser asks for.
    """
    offered = _offered(languages)
    chosen = request.cookies.get(LOCALE_COOKIE) if "HTTP_COOKIE" in request.environ else None
    if chosen in offered:
        return chosen
    if request.blueprint in PAGES and "unit" in g:
        return default
    return requested_locale(default, offered)


@lru_cache(maxsize=256)
def _offered(languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*SPOKEN, *languages)))


def _check_pages(gate: Gate, tenant: Tenant, *, kind: str, secret: str | None) -> Response | None:
    """Refuse what another site made the browser send, tell the pages who visits, ask strangers to sign in."""
    if kind == TOKEN:
        return None
    if secret is not None:
        g.pop("visit_to_write", None)
        if g.session_is_due:
            g.session_to_renew = secret
    is_page = request.blueprint in PAGES
    holder = secret or (_visit(gate) if is_page else None)
    if is_page and secret is not None:
        _welcome(gate, tenant, secret)
    if request.method not in SAFE_METHODS:
        _check_origin()
        if holder is not None:
            _check_csrf(gate.cookies, tenant.slug, holder)
    view = current_app.view_functions.get(request.endpoint or "")
    if is_page and secret is None and not getattr(view, "open_to_all", False):
        return _to_sign_in(tenant)
    return None


def _welcome(gate: Gate, tenant: Tenant, holder: str) -> None:
    """Tell the pages who visits; `holder` is the session's key, or what a stranger's browser is known by."""
    unit = g.get("unit")
    locale = unit.ctx.locale if unit else chosen_locale((), tenant.locale)
    bind_visit(Visit(tenant, gate.cookies.csrf_token(tenant.slug, holder), locale, unit is not None))


def _no_tenant(error: TenantUnknown) -> Response:
    facts = error.problems[0]
    text = "\n".join(sentence(facts, locale) for locale in SPOKEN)
    return Response(f"{text}\n", status=404, mimetype="text/plain")


def _visit(gate: Gate) -> str:
    known = gate.cookies.visit() or g.get("visit_to_write")
    if known is None:
        known = g.visit_to_write = new_visit()
    return known


def _check_origin() -> None:
    """Browsers say where a request comes from; what says nothing is no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in (None, "same-origin", "none") or (origin and urlsplit(origin).netloc != request.host):
        raise RequestRefused("csrf_refused")


def _check_csrf(cookies: Cookies, slug: str, holder: str) -> None:
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not cookies.csrf_fits(given, slug, holder):
        raise RequestRefused("csrf_refused")


def _to_sign_in(tenant: Tenant) -> Response:
    place = SIGN_IN.format(slug=tenant.slug)
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = f"{place}?{urlencode({'next': back})}" if back and back != f"/{tenant.slug}/" else place
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)  # type: ignore[return-value]


def _leave(response: Response) -> Response:
    slug = g.get("tenant_slug")
    if slug is not None:
        close_transaction(keep=response.status_code < 400)
        cookies = current_app.extensions["tenon_gate"].cookies
        if "session_to_renew" in g:
            cookies.write_session(response, slug, g.session_to_renew)
        if "visit_to_write" in g:
            cookies.write_visit(response, slug, g.visit_to_write)
    return response


def _give_up(_error: BaseException | None) -> None:
    """Roll back what no answer ended, such as after a failure of the program."""
    close_transaction(keep=False)
