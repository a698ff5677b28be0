"""The one table from what went wrong to what HTTP says about it, for pages and API alike.

Lower floors raise facts (`metadata.errors`); this module gives each its status by its stable `code`, and its
sentences in the reader's language. The body follows RFC 9457 with a list of `{field, code, message}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Response

from metadata.errors import Invalid, Problem, TenonError
from metadata.sentences import sentence

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[str, int] = {
    # the request itself can't be read
    "bad_request": 400, "body_missing": 400, "body_not_json": 400, "body_not_text": 400, "body_not_object": 400,
    "json_duplicate": 400, "json_not_finite": 400, "json_too_deep": 400, "number_too_long": 400,
    "parameter_unknown": 400, "parameter_twice": 400, "parameter_invalid": 400, "parameter_missing": 400,
    "member_unknown": 400,
    "member_missing": 400, "member_invalid": 400, "text_not_unicode": 400, "header_invalid": 400,
    "cursor_invalid": 400, "upload_missing": 400,
    # who asks, and may they
    "not_signed_in": 401, "token_unknown": 401, "login_refused": 401,
    "not_allowed": 403, "csrf_refused": 403, "right_missing": 403,
    # what a user may not see does not exist
    "not_found": 404, "tenant_unknown": 404, "route_unknown": 404, "version_unknown": 404,
    "file_missing": 404, "nothing_hidden": 404, "kind_unknown": 404, "item_unknown": 404,
    "method_refused": 405,
    # the state of things has moved on
    "conflict": 409, "draft_outdated": 409, "draft_missing": 409, "version_stale": 409,
    "draft_conflict": 412,
    "body_too_large": 413,
    "media_type_refused": 415,
    "version_required": 428, "tag_required": 428,
    "too_many_requests": 429,
    # the machine
    "internal": 500,
    "busy": 503, "tenant_busy": 503, "place_unreachable": 503, "version_unreadable": 503,
    "disk_full": 507,
}
"""HTTP status by code; what is not listed is input that was understood and refused: 422."""

REFUSED = 422
MOST_TOLD = 1_000
"""Complaints that one answer names; who sent a hundred thousand wrong members does not get each of them back."""



class RequestRefused(TenonError):
    """A request was refused before anything was tried; `code` names the reason, `field` the faulty part."""

    code = "bad_request"

    def __init__(self, code: str, *, field: str | None = None, **params: object) -> None:
        self.code = code
        self.field = field
        super().__init__(**params)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The one problem, at the faulty parameter or member."""
        return (Problem(self.code, (self.field,) if self.field else (), self.params),)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One problem as people read it; `field` is a dotted path, None for the whole."""

    field: str | None
    code: str
    message: str
    place: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """The member of `errors` or `warnings`."""
        shown = {"field": self.field, "code": self.code, "message": self.message}
        return shown if self.place is None else {**shown, "place": self.place}


def status_of(error: TenonError) -> int:
    """Give the HTTP status of an error."""
    return STATUSES.get(error.code, REFUSED)


def complaints(problems: Iterable[Problem], *, locale: str) -> tuple[Complaint, ...]:
    """Put problems into words."""
    return tuple(_complaint(problem, locale) for problem in problems)


def body(error: TenonError, *, locale: str, status: int | None = None) -> dict[str, object]:
    """Make the RFC 9457 body; what an error carries beyond its problems (versions, say) becomes a member."""
    told = error.problems[:MOST_TOLD]
    found = complaints((each for each in told if each.level == "error"), locale=locale)
    remarks = complaints((each for each in told if each.level != "error"), locale=locale)
    title = sentence(Problem(error.code, (), error.params), locale)
    shown: dict[str, object] = {
        "type": f"urn:tenon:problem:{error.code}",
        "title": title,
        "status": status or status_of(error),
        "code": error.code,
        "detail": found[0].message if len(found) == 1 else title,
        "errors": [each.as_json() for each in found],
    }
    if remarks:
        shown["warnings"] = [each.as_json() for each in remarks]
    if not isinstance(error, Invalid):
        shown.update((name, value) for name, value in error.params.items() if _is_plain(name, value, shown))
    return shown


def response(
    error: TenonError, *, locale: str, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a problem document."""
    document = body(error, locale=locale, status=status)
    # What was sent may hold half a surrogate pair; it comes back as the escape it was.
    text = json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
    answer = Response(text, status=document["status"], mimetype=MEDIA_TYPE, headers=headers)
    answer.headers["Content-Language"] = locale.replace("_", "-")
    if answer.status_code == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _complaint(problem: Problem, locale: str) -> Complaint:
    path = ".".join(str(step) for step in problem.path) or None
    place = str(problem.location) if problem.location and problem.location.file else None
    return Complaint(path, problem.code, sentence(problem, locale), place)


def _is_plain(name: str, value: object, taken: Mapping[str, object]) -> bool:
    return name not in taken and (value is None or isinstance(value, str | int | bool))
