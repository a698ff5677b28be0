"""Finds the language a request is to be answered in."""

from __future__ import annotations

from functools import lru_cache

from flask import request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

SPOKEN = ("zh_CN", "en")
"""The languages in which every sentence of the platform exists."""

MAX_HEADER = 200


def requested_locale(default: str, offered: tuple[str, ...] = SPOKEN) -> str:
    """Choose by `?lang=`, else by Accept-Language, among `offered` (codes like `zh_CN`); else `default`."""
    asked = request.environ
    wanted = ("lang=" in asked.get("QUERY_STRING", "") and request.args.get("lang")) or asked.get(
        "HTTP_ACCEPT_LANGUAGE"
    )
    return _best(wanted[:MAX_HEADER], offered) or default if wanted else default


@lru_cache(maxsize=256)
def _best(wanted: str, offered: tuple[str, ...]) -> str | None:
    for tag, quality in parse_accept_header(wanted, LanguageAccept):
        if quality <= 0:
            continue
        code = tag.replace("-", "_").lower()
        language = code.partition("_")[0]
        exact = (each for each in offered if each.lower() == code)
        related = (each for each in offered if each.partition("_")[0].lower() == language)
        found = next(exact, None) or next(related, None)
        if found:
            return found
    return None
