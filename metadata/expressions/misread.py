"""Says what is wrong with a row of words that is no expression: what is missing, or which word is too many."""

from __future__ import annotations

import re
from itertools import pairwise

from metadata.errors import Problem
from metadata.expressions.scan import place

_WORD = re.compile(r"'_*'|[\w.]+|\*\*|==|!=|<=|>=|\S")
_BETWEEN = frozenset("and or in is if else ** == != <= >= < > * / & , + -".split())
_BEFORE = frozenset({"not", "-", "+"})
_OPENING = {"(": ")", "[": "]"}

Word = tuple[str, int]


def misread(plain: str, stopped: int, *, deepest: int) -> Problem:
    """Find the likeliest reason why Python's parser gave up on a scanned source at a position."""
    words = [(found.group(), found.start()) for found in _WORD.finditer(plain)]
    return _brackets(words, deepest) or _neighbours(words) or place("expression_syntax", stopped)


def _brackets(words: list[Word], deepest: int) -> Problem | None:
    open_ones: list[Word] = []
    for word, start in words:
        if word in _OPENING:
            open_ones.append((word, start))
            if len(open_ones) > deepest:
                return place("expression_too_deep", start, limit=deepest)
        elif word in _OPENING.values():
            if not open_ones or _OPENING[open_ones[-1][0]] != word:
                return place("expression_bracket_extra", start, sign=word)
            open_ones.pop()
    if open_ones:
        word, start = open_ones[-1]
        return place("expression_bracket_open", start, sign=word, other=_OPENING[word])
    return None


def _neighbours(words: list[Word]) -> Problem | None:
    first, last = words[0], words[-1]
    if first[0] in _BETWEEN - _BEFORE:
        return place("expression_missing_before", first[1], sign=first[0])
    for (word, start), (following, at) in pairwise(words):
        operator = word in _BETWEEN or word in _BEFORE
        if word in _OPENING and following in _BETWEEN - _BEFORE:
            return place("expression_missing_before", at, sign=following)
        if operator and following in (_BETWEEN - _BEFORE) | {")", "]"} and (word, following) != ("not", "in"):
            if word != "," or following not in (")", "]"):
                return place("expression_missing_after", start, sign=word)
        if not operator and word not in _OPENING and _begins(following):
            return place("expression_word_extra", at, word="…" if following.startswith("'") else following)
    if last[0] in _BETWEEN or last[0] in _BEFORE:
        return place("expression_missing_after", last[1], sign=last[0])
    return None


def _begins(word: str) -> bool:
    """Whether a word can only begin a value, so that none may stand right before it."""
    return (word[0].isalnum() or word[0] in "_'") and word not in _BETWEEN and word not in _BEFORE
