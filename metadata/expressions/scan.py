"""Reads an expression's source into words with their positions, and answers signs that aren't ours.

Python's parser then sees the source with every text replaced by one without escapes or special
letters, so that what a text means is decided here alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from metadata.errors import Problem

MAX_SOURCE = 2_000

_WORDS = re.compile(
    r"""(?P<space>[ \t\r\n\f\u3000\u00a0]+)
    |(?P<text>'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*")
    |(?P<number>(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[^\W0-9]\w*)
    |(?P<sign>\*\*|==|!=|<=|>=|//|<<|>>|&&|\|\||<>|:=|->|.)""",
    re.VERBOSE | re.DOTALL,
)
_OURS = frozenset({"**", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "&", "(", ")", ",", ".", "[", "]"})
_INSTEAD = {
    "=": "==", ":=": "==", "&&": "and", "||": "or", "!": "not", "<>": "!=", "^": "**", "%": "MOD(a, b)",
    "//": "FLOOR(a / b)",
    "（": "(", "）": ")", "，": ",", "。": ".", "＝": "==", "＜": "<", "＞": ">", "＋": "+", "－": "-", "＊": "*",
    "／": "/", "×": "*", "÷": "/", "≠": "!=", "≤": "<=", "≥": ">=", "“": '"', "”": '"', "‘": "'", "’": "'",
    "＂": '"', "＇": "'", "【": "[", "】": "]", "；": ",", ";": ",", "＆": "&", "？": "IF(a, b, c)", "?": "IF(a, b, c)",
    "|": "or", "~": "not", "{": "[", "}": "]",
}
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A number, text, name or sign of the source; `start` counts characters from 0."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """The source in words; `plain` is what Python's parser may see, of the same length."""

    plain: str
    texts: dict[int, str]
    numbers: dict[int, str]
    problems: tuple[Problem, ...]


def place(code: str, start: int, **params: object) -> Problem:
    """Make a problem at a position; the caller of the whole adds line and column."""
    return Problem(code, (start,), params)


def scan(source: str) -> Scanned:
    """Read a source into words, collecting everything in it that expressions don't have."""
    problem = _unreadable(source)
    if problem:
        return Scanned("", {}, {}, (problem,))
    plain, texts, numbers, problems = [], {}, {}, []
    before: Word | None = None
    for match in _WORDS.finditer(source):
        word = Word(str(match.lastgroup), match.group(), match.start())
        plain.append(_plain(word))
        if word.kind == "space":
            continue
        if word.kind == "text":
            texts[word.start] = _meant(word.text)
        elif word.kind == "number":
            numbers[word.start] = word.text.replace("_", "")
        problem = _problem(word, before)
        if problem:
            problems.append(problem)
        before = word
    if before is None:
        problems.append(place("expression_empty", 0))
    return Scanned("".join(plain), texts, numbers, tuple(problems))


def _unreadable(source: str) -> Problem | None:
    if len(source) > MAX_SOURCE:
        return place("expression_too_long", 0, length=len(source), limit=MAX_SOURCE)
    for position, character in enumerate(source):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            return place("expression_unreadable", position, character=f"U+{ord(character):04X}")
    return None


def _plain(word: Word) -> str:
    if word.kind == "space":
        return " " * len(word.text)
    if word.kind == "text":
        return "'" + "_" * (len(word.text) - 2) + "'"
    return word.text


def _meant(text: str) -> str:
    """What a text says; a backslash that escapes nothing is an ordinary one, as patterns need it."""
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found.group(1), found.group()), text[1:-1])


def _problem(word: Word, before: Word | None) -> Problem | None:
    if word.kind == "text" and before is not None and before.kind in ("text", "name") and _touch(before, word):
        return place("expression_text_twice", word.start)
    if word.kind == "name" and before is not None and before.kind == "number" and _ends(before) == word.start:
        return place("expression_number", before.start, number=before.text + word.text)
    if word.kind != "sign" or word.text in _OURS:
        return None
    if word.text in "'\"":
        return place("expression_text_open", word.start)
    if word.text in _INSTEAD:
        return place("expression_sign_instead", word.start, sign=word.text, instead=_INSTEAD[word.text])
    return place("expression_sign", word.start, sign=word.text)


_BEFORE_TEXT = frozenset({"and", "or", "not", "in", "if", "else", "is"})


def _touch(before: Word, word: Word) -> bool:
    return before.kind == "text" or (before.text not in _BEFORE_TEXT and _ends(before) == word.start)


def _ends(word: Word) -> int:
    return word.start + len(word.text)
