"""Entity tags: which version of a record was seen, so that nobody overwrites what he has not seen.

A tag is `"version"` after a change and `"version-digest"` with a body that was read: the digest tells representations
of one version apart (a formula over today's date, a name across a lookup, another language). `If-Match` takes both
forms, and the bare number.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from flask import Response, request

from runtime.problems import RequestRefused

IF_MATCH = re.compile(r'(?:W/)?"?([0-9]{1,18})(?:-[0-9a-f]{1,32})?"?\Z')


def version_tag(version: int) -> str:
    """The tag of a record that was just written."""
    return f'"{version}"'


def tagged(answer: Response, *, version: int | None = None) -> Response:
    """Put the tag of its body on an answer, or answer 304 when the client holds just that."""
    digest = blake2b(answer.data, digest_size=8).hexdigest()
    tag = digest if version is None else f"{version}-{digest}"
    answer.headers["ETag"] = f'"{tag}"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Authorization, Cookie, Accept-Language"
    given = request.headers.get("If-None-Match")
    if given and tag in (each.strip().removeprefix("W/").strip('"') for each in given.split(",")):
        answer.status_code = 304
        answer.data = b""
    return answer


def matched_version() -> int | None:
    """The version that `If-Match` asks for; None when the header is missing."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    found = IF_MATCH.match(given.strip())
    if found is None:
        raise RequestRefused("header_invalid", field="If-Match", name="If-Match", expected='"version"')
    return int(found[1])
