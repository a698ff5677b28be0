"""Sentences for problems: the one reader of `metadata/wording/*.yaml`.

A template may take a parameter as it is (`{name}`), as a list (`{allowed}` of several values), or in
a form: `{expected:words}` looks its values up as words, `{meant:hint}` is a whole clause that is
left out when there is no value.
"""

from __future__ import annotations

import logging
import re
import string
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from metadata.errors import Problem
from metadata.reading import read_yaml
from metadata.text import Text

FOLDER = Path(__file__).parent / "wording"
WORD = "word_"
HINT = "hint_"
LISTED = 12
LIST_OF_ALLOWED = re.compile(r"(?<=[.。}])\s?[^.。{}]*[:：]\s*\{allowed\}[.。]")
"""A sentence that lists what is allowed; it is left out where there is nothing to list."""

SEPARATORS = {"zh": ("、", "等"), "en": (", ", ", …")}

logger = logging.getLogger(__name__)


class WordingBroken(Exception):
    """The wording files can't be used; a mistake of ours, found when they are first read."""


def sentence(problem: Problem, locale: str) -> str:
    """Say in a locale what is wrong; a code without a sentence is said as it is, and logged as our mistake."""
    return say(problem.code, problem.params, locale)


def say(code: str, params: Mapping[str, object], locale: str) -> str:
    """Say a code with its parameters in a locale."""
    known = wording().get(code)
    if known is None:
        logger.error("no sentence for the code %r", code)
        return code
    template = known.in_(locale)
    if params.get("allowed") in ((), [], ""):
        template = LIST_OF_ALLOWED.sub("", template)
    return _Formatter(locale).vformat(template, (), _Parameters(params))


@cache
def wording() -> Mapping[str, Text]:
    """Read all sentences by code. Raises WordingBroken for a file that can't be read."""
    known: dict[str, Text] = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        body, problems = read_yaml(file.read_text(encoding="utf-8"), file.name)
        if problems or not isinstance(body, dict):
            raise WordingBroken(f"{file.name}: {[(each.code, str(each.location)) for each in problems]}")
        for code, texts in body.items():
            if not isinstance(texts, dict):
                raise WordingBroken(f"{file.name}: {code} has no sentence per language")
            known.setdefault(code, Text.of(texts))
    return known


class _Parameters(dict):
    """Parameters of which a template may name more than there are."""

    def __missing__(self, name: str) -> object:
        return ""


class _Formatter(string.Formatter):
    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.separator, self.more = SEPARATORS["zh" if locale.startswith("zh") else "en"]

    def format_field(self, value: object, format_spec: str) -> str:
        """Write one parameter in the form that the template asks for."""
        if format_spec == "words":
            values = value if isinstance(value, (list, tuple)) else (value,)
            return self._either([self._word(str(each)) for each in values])
        if format_spec == "hint":
            return say(f"{HINT}meant", {"meant": value}, self.locale) if value else ""
        if format_spec == "word":
            return self._word(str(value))
        return self._plain(value) if not format_spec else format(value, format_spec)

    def convert_field(self, value: object, conversion: str | None) -> object:
        """Leave values alone; templates use forms instead of conversions."""
        return value

    def _word(self, name: str) -> str:
        known = wording().get(f"{WORD}{name}")
        return known.in_(self.locale) if known else name

    def _either(self, words: list[str]) -> str:
        if len(words) < 2:
            return "".join(words)
        return self.separator.join(words[:-1]) + wording()[f"{HINT}or"].in_(self.locale) + words[-1]

    def _plain(self, value: object) -> str:
        if isinstance(value, Text):
            return value.in_(self.locale)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            return f"{value:f}"
        if isinstance(value, datetime):
            return value.isoformat(sep=" ", timespec="seconds")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, (list, tuple, set, frozenset)):
            shown = [self._plain(each) for each in list(value)[:LISTED]]
            return self.separator.join(shown) + (self.more if len(value) > LISTED else "")
        if value is None:
            return ""
        return str(value)
