"""The built scripts, styles and icons: where they lie and under which unchanging address a page finds them."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask import Response, abort, request

BUILT = Path(__file__).parent / "static" / "dist"
ADDRESS = "/assets/"
YEAR, DAY = 31_536_000, 86_400

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3454d1"/>'
    '<path d="M9 9h14v5h-4.5v9h-5v-9H9z" fill="#fff"/></svg>'
)
"""What a browser shows beside an answer that is no page; pages carry it in themselves."""

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


def manifest(built: Path = BUILT) -> Mapping[str, Asset]:
    """Give the built files by their logical names (`app.css`, `app.js`, `icons.svg`).

    What is built while a server runs is found within a second.
    """
    return _listed(built, _written_at(built, int(time.monotonic())))


@lru_cache(8)
def _written_at(built: Path, _second: int) -> int:
    """When the list was written; the file system is asked once a second at most."""
    try:
        return (built / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError as error:
        raise AssetsMissing("Build the pages first: python3 bootstrap.py setup") from error


@lru_cache(8)
def _listed(built: Path, _written: int) -> Mapping[str, Asset]:
    listed = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
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


def send_icon() -> Response:
    """Answer `/favicon.ico`, which browsers ask for of themselves."""
    answer = Response(ICON, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = f"public, max-age={DAY}"
    return answer


@lru_cache(64)
def _content(name: str, squeezed: bool) -> bytes:
    content = (BUILT / name).read_bytes()
    return gzip.compress(content, 9, mtime=0) if squeezed else content
