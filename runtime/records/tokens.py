"""Words for the search index: one function for what is written and one for what is asked, in one place.

Chinese, Japanese and Korean writing has no spaces: a run of it becomes its pairs of characters and its last
character. Two characters are then one token; a single one is the beginning of a token. Other writing becomes words,
found by their beginning. Width and case do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_TEXT = 10_000
"""Characters of one value that are searchable."""

MAX_WORDS = 6
MAX_ASKED = 100

_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_WIDE}]+|[^\W_{_WIDE}]+")
_IS_WIDE = re.compile(rf"[{_WIDE}]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question: tokens that must all be there; with `open` the last one may go on.

    `verify` is a text that must stand in the value as it is, because its pairs alone do not prove it.
    """

    tokens: tuple[str, ...]
    open: bool
    verify: str | None = None


def normal(text: str) -> str:
    """A text as it is compared: without differences of width and case."""
    return unicodedata.normalize("NFKC", text).casefold()


def storable(text: str) -> str:
    """A text without what no database can keep: NUL and half surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def tokens(text: str) -> tuple[str, ...]:
    """The tokens of a value, each once."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(normal(text[:MAX_TEXT])):
        found.update(dict.fromkeys(_pairs(run) if _IS_WIDE.match(run) else (run,)))
    return tuple(found)


def words(text: str) -> tuple[Word, ...]:
    """What a question asks for; no words when there is nothing to look for."""
    found = []
    for run in _RUNS.findall(normal(text[:MAX_ASKED])):
        if not _IS_WIDE.match(run):
            found.append(Word((run,), open=True))
        elif len(run) == 1:
            found.append(Word((run,), open=True))
        else:
            pairs = tuple(run[place:place + 2] for place in range(len(run) - 1))
            found.append(Word(pairs, open=False, verify=run if len(run) > 2 else None))
    return tuple(dict.fromkeys(found))[:MAX_WORDS]


def _pairs(run: str) -> list[str]:
    return [run[place:place + 2] for place in range(len(run) - 1)] + [run[-1]]
