"""Sends a stored file so that a browser keeps it and never runs it."""

from __future__ import annotations

from flask import Response, request, send_file

from runtime.records.files import FileInfo
from tenants.files import FileStore

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What may be shown inside a page: pictures without scripts."""


def download(info: FileInfo, store: FileStore, *, inline: bool = False) -> Response:
    """Answer with a file's content under its own name; 304 or a range when the client asks so."""
    shown = inline and info.content_type in SHOWN_INLINE
    answer = send_file(
        store.open(info.sha256), mimetype=info.content_type, as_attachment=not shown, download_name=info.name,
        etag=info.sha256, last_modified=info.at, conditional=False, max_age=0,
    )
    answer.content_length = info.size
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=info.size)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
