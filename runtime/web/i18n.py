"""The pages' own sentences in the reader's language: message catalogues, read once when the process starts.

Message ids are the English sentences; each other language is one `messages.po`, compiled in memory.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parent / "translations"

LANGUAGES = ("zh_CN", "en")
"""The languages of the pages, in the order of the switch; an app may have more for its own texts."""


@cache
def translations(locale: str) -> NullTranslations:
    """Give the catalogue of a locale; English is what the message ids say."""
    file = CATALOGUES / locale / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        related = [each for each in LANGUAGES if each.partition("_")[0] == locale.partition("_")[0] and each != locale]
        return translations(related[0]) if related else NullTranslations()
    with file.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def say(locale: str, message: str, **params: object) -> str:
    """Give one of the pages' sentences in a locale; `%(name)s` in it is filled."""
    text = translations(locale).gettext(message)
    return text % params if params else text


def say_count(locale: str, one: str, many: str, count: int, **params: object) -> str:
    """Give a sentence that depends on a number, which fills `%(count)s`."""
    return translations(locale).ngettext(one, many, count) % {"count": count, **params}


def language_tag(locale: str) -> str:
    """Write a locale as HTML wants it: `zh-CN`."""
    return locale.replace("_", "-")


@cache
def babel_locale(locale: str) -> Locale:
    """Give Babel's knowledge of a locale; of one that it doesn't know, that of English."""
    try:
        return Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def language_name(locale: str) -> str:
    """Name a language in itself: 中文, English."""
    return babel_locale(locale).get_language_name(locale) or locale
