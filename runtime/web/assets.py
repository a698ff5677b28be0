"""The built scripts, styles and icons: where they lie and under which unchanging address a page finds them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask import Response, abort, request

BUILT = Path(__file__).parent / "static" / "dist"
ADDRESS = "/assets/"
YEAR = 31_536_000

_TYPES = {
    ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".png": "image/png",
    ".txt": "text/plain",
}
_TEXTS = (".js", ".css", ".svg", ".txt")


@dataclass(frozen=True, slots=True)
class Asset:
    """A built file; its name changes with its content, so a browser may keep it for ever."""

    url: str
    integrity: str


class AssetsMissing(Exception):
    """The pages' scripts and styles have not been built."""


@cache
def manifest() -> Mapping[str, Asset]:
    """Give the built files by their logical names (`app.css`, `app.js`, `icons.svg`)."""
    try:
        listed = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise AssetsMissing("Build the pages first: python3 bootstrap.py setup") from error
    return {name: Asset(ADDRESS + each["file"], each["integrity"]) for name, each in listed.items()}


@cache
def icon_names() -> frozenset[str]:
    """The icons of the sprite."""
    return frozenset(json.loads((BUILT / "icons.json").read_text(encoding="utf-8")))


def send_asset(name: str) -> Response:
    """Answer with a built file, compressed where the browser takes it."""
    file = BUILT / name
    if "/" in name or file.suffix not in _TYPES or not file.is_file():
        abort(404)
    squeezed = file.suffix in _TEXTS and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(_content(name, squeezed), mimetype=_TYPES[file.suffix])
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if squeezed:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@lru_cache(64)
def _content(name: str, squeezed: bool) -> bytes:
    content = (BUILT / name).read_bytes()
    return gzip.compress(content, 9, mtime=0) if squeezed else content
