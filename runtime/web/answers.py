"""Answers with a page: the shell around a template, the notes a redirect leaves for the next page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, redirect, request

from metadata.model import Object
from runtime.unit import Unit
from runtime.visit import current_visit
from runtime.web.environment import render
from runtime.web.i18n import language_tag
from runtime.web.reader import Reader
from runtime.web.shell import APP_COOKIE, Note, frame_of, shell_of

NOTE_COOKIE = "tenon_note"
"""Carries what was just done, as `<act>:<object>:<id>`, to the page shown next."""

_ACTS = ("created", "saved", "deleted", "restored")


def page(
    unit: Unit, reader: Reader, template: str, *, status: int = 200, at: str = "", app: str | None = None, sought: str = "",
    **values: object,
) -> Response:
    """Answer with a template inside the shell; `at` is the object it is about, `app` the app it belongs to."""
    visit = current_visit()
    notes = _notes_left(unit, reader)
    shell = shell_of(unit, reader, at=at, app=app, sought=sought, notes=notes)
    answer = html(render(reader.locale, template, frame=frame_of(visit), shell=shell, **values), reader.locale, status=status)
    if request.cookies.get(NOTE_COOKIE):
        answer.delete_cookie(NOTE_COOKIE, path=f"/{unit.ctx.tenant.slug}")
    if app is not None and request.cookies.get(APP_COOKIE) != app:
        remember(answer, APP_COOKIE, app, path=f"/{unit.ctx.tenant.slug}")
    return answer


def html(text: str, locale: str, *, status: int = 200) -> Response:
    """Answer with HTML that is complete."""
    answer = Response(text, status=status, mimetype="text/html")
    answer.headers["Content-Language"] = language_tag(locale)
    return answer


def remember(answer: Response, name: str, value: str, *, path: str = "/") -> None:
    """Let the browser keep a preference for a year; it is no secret and decides nothing."""
    answer.set_cookie(name, value, max_age=31_536_000, path=path, samesite="Lax", secure=request.is_secure)


def go(url: str) -> Response:
    """Lead on after something was done."""
    return redirect(url, 303)  # type: ignore[return-value]


def leave_note(unit: Unit, answer: Response, act: str, of: Object, record_id: int) -> Response:
    """Let the next page say what was done."""
    answer.set_cookie(
        NOTE_COOKIE, f"{act}:{of.name}:{record_id}", max_age=60, path=f"/{unit.ctx.tenant.slug}", samesite="Lax",
        httponly=True, secure=request.is_secure,
    )
    return answer


def _notes_left(unit: Unit, reader: Reader) -> Sequence[Note]:
    """Read the note of the page before; anything that is not one of ours is no note."""
    act, _, rest = request.cookies.get(NOTE_COOKIE, "").partition(":")
    name, _, number = rest.partition(":")
    of = reader.model.objects.get(name)
    if act not in _ACTS or of is None or not reader.access.rights(name).read or not (number.isascii() and number.isdigit() and len(number) < 20):
        return ()
    text = _sentence(reader, act, of)
    undo = f"/{unit.ctx.tenant.slug}/o/{of.name}/{number}/restore" if act == "deleted" else ""
    return (Note(text, undo),)


def _sentence(reader: Reader, act: str, of: Object) -> str:
    label = reader.object_label(of)
    return {
        "created": reader.say("%(object)s created", object=label),
        "saved": reader.say("Saved"),
        "deleted": reader.say("%(object)s deleted", object=label),
        "restored": reader.say("%(object)s restored", object=label),
    }[act]
