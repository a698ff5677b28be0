"""Patterns that texts are checked with: the regular part of regular expressions, matched in linear time.

A pattern comes from a package or a formula, so matching must never run away. Look-arounds, back
references and flags are refused; what remains is matched by following all possibilities at once.
`\\d`, `\\w` and `\\s` mean ASCII characters, so that both databases agree with Python. A pattern
always speaks of the whole text; a leading `^` and a trailing `$` may be written and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from metadata.errors import InvalidValue

MAX_SOURCE = 500
MAX_STATES = 400
MAX_TEXT = 10_000
_MAX_REPEAT = 200
_MAX_CACHED = 5_000

_LAST = 0x10FFFF
_DIGIT = ((48, 57),)
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE = ((9, 13), (32, 32))
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}

Ranges = tuple[tuple[int, int], ...]
Node = tuple  # ("set", ranges) · ("cat", nodes) · ("alt", nodes) · ("repeat", node, least, most or None)


class Pattern:
    """A checked pattern; `matches` tells whether it fits a whole text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._tree = _Reader(source).read()
        self._sets: list[Ranges] = []
        self._next: list[tuple[int, ...]] = []
        self._empty: list[tuple[int, ...]] = []
        self._accept = self._state()
        self._start = self._closure((self._build(self._tree, self._accept),))
        self._moves: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        """Tell whether the whole text fits; a text above MAX_TEXT characters never does."""
        if len(text) > MAX_TEXT:
            return False
        current, moves = self._start, self._moves
        for character in text:
            following = moves.get((current, character))
            if following is None:
                following = self._step(current, character)
            current = following
            if not current:
                return False
        return self._accept in current

    def postgres(self) -> str:
        """Write the pattern so that PostgreSQL's `~` means exactly the same."""
        return f"^(?:{_postgres(self._tree)})$"

    def _step(self, current: frozenset[int], character: str) -> frozenset[int]:
        point = ord(character)
        reached = [
            self._next[state][0]
            for state in current
            if self._sets[state] and any(low <= point <= high for low, high in self._sets[state])
        ]
        following = self._closure(reached)
        if len(self._moves) >= _MAX_CACHED:
            self._moves = {}
        self._moves[current, character] = following
        return following

    def _closure(self, states: Iterable[int]) -> frozenset[int]:
        waiting, seen = list(states), set()
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                waiting.extend(self._empty[state])
        return frozenset(state for state in seen if self._sets[state] or state == self._accept)

    def _state(self, ranges: Ranges = (), then: tuple[int, ...] = (), empty: tuple[int, ...] = ()) -> int:
        if len(self._sets) > MAX_STATES:
            raise InvalidValue("pattern_too_large", limit=MAX_STATES)
        self._sets.append(ranges)
        self._next.append(then)
        self._empty.append(empty)
        return len(self._sets) - 1

    def _build(self, node: Node, then: int) -> int:
        """Make the states of a node that lead to `then`; gives the first of them."""
        kind = node[0]
        if kind == "set":
            return self._state(node[1] or ((-1, -1),), (then,))
        if kind == "cat":
            for part in reversed(node[1]):
                then = self._build(part, then)
            return then
        if kind == "alt":
            return self._state(empty=tuple(self._build(part, then) for part in node[1]))
        return self._repeat(node, then)

    def _repeat(self, node: Node, then: int) -> int:
        _, part, least, most = node
        if most is None:
            loop = self._state()
            self._empty[loop] = (self._build(part, loop), then)
            then = loop
        else:
            for _ in range(most - least):
                then = self._state(empty=(self._build(part, then), then))
        for _ in range(least):
            then = self._build(part, then)
        return then


@lru_cache(maxsize=1_000)
def pattern(source: str) -> Pattern:
    """Read a pattern, once per source.

    Raises InvalidValue: `pattern_syntax` or `pattern_unsupported` with the position (from 1), or
    `pattern_too_large`.
    """
    if len(source) > MAX_SOURCE:
        raise InvalidValue("pattern_too_large", limit=MAX_SOURCE)
    return Pattern(source)


def _postgres(node: Node) -> str:
    kind = node[0]
    if kind == "set":
        return "[" + "".join(_range(low, high) for low, high in node[1]) + "]" if node[1] else "[^\\s\\S]"
    if kind == "cat":
        return "".join(_postgres(part) for part in node[1])
    if kind == "alt":
        return "(?:" + "|".join(_postgres(part) for part in node[1]) + ")"
    _, part, least, most = node
    return f"(?:{_postgres(part)}){{{least},{'' if most is None else most}}}"


def _range(low: int, high: int) -> str:
    low = max(low, 1)  # PostgreSQL's texts hold no NUL
    return f"\\U{low:08X}-\\U{high:08X}" if high > low else f"\\U{low:08X}"


class _Reader:
    """Reads a pattern's source into nodes."""

    def __init__(self, source: str) -> None:
        end = len(source)
        self._at = 1 if source.startswith("^") else 0
        escapes = end - 1 - len(source[:-1].rstrip("\\"))
        if source.endswith("$") and escapes % 2 == 0:
            end -= 1
        self._source = source[:end]
        self._depth = 0

    def read(self) -> Node:
        node = self._alternatives()
        if self._at < len(self._source):
            raise self._syntax()
        return node

    def _syntax(self) -> InvalidValue:
        return InvalidValue("pattern_syntax", position=self._at + 1)

    def _unsupported(self, construct: str) -> InvalidValue:
        return InvalidValue("pattern_unsupported", position=self._at + 1, construct=construct)

    def _peek(self) -> str:
        return self._source[self._at] if self._at < len(self._source) else ""

    def _take(self) -> str:
        if self._at >= len(self._source):
            raise self._syntax()
        self._at += 1
        return self._source[self._at - 1]

    def _alternatives(self) -> Node:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else ("alt", tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom()))
        return ("cat", tuple(parts))

    def _atom(self) -> Node:
        character = self._peek()
        if character in "*+?{}":
            raise self._syntax()
        if character in "^$":
            raise self._unsupported(character)
        self._at += 1
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == ".":
            return ("set", _inverted(((10, 10),)))
        if character == "]":
            self._at -= 1
            raise self._syntax()
        if character == "\\":
            return ("set", self._escape())
        return ("set", ((ord(character), ord(character)),))

    def _group(self) -> Node:
        if self._peek() == "?":
            if not self._source.startswith("?:", self._at):
                raise self._unsupported(self._source[self._at - 1:self._at + 2])
            self._at += 2
        self._depth += 1
        if self._depth > 20:
            raise InvalidValue("pattern_too_large", limit=20)
        node = self._alternatives()
        self._depth -= 1
        if self._take() != ")":
            raise self._syntax()
        return node

    def _escape(self) -> Ranges:
        character = self._take()
        if character.lower() in _CLASSES:
            ranges = _CLASSES[character.lower()]
            return ranges if character.islower() else _inverted(ranges)
        if character == "u":
            digits = self._source[self._at:self._at + 4]
            if len(digits) < 4 or not all(each in "0123456789abcdefABCDEF" for each in digits):
                raise self._syntax()
            self._at += 4
            return ((int(digits, 16), int(digits, 16)),)
        character = _CONTROLS.get(character, character)
        if character.isascii() and character.isalnum():
            self._at -= 2
            raise self._unsupported(f"\\{character}")
        return ((ord(character), ord(character)),)

    def _class(self) -> Node:
        negated = self._peek() == "^"
        self._at += negated
        ranges: list[tuple[int, int]] = []
        first = True
        while first or self._peek() != "]":
            first = False
            ranges.extend(self._class_item())
        self._at += 1
        return ("set", _inverted(tuple(ranges)) if negated else tuple(ranges))

    def _class_item(self) -> Ranges:
        low = self._class_character()
        if self._peek() != "-" or self._source[self._at + 1:self._at + 2] in ("]", ""):
            return low
        self._at += 1
        high = self._class_character()
        if (
            len(low) > 1
            or len(high) > 1
            or low[0][0] != low[0][1]
            or high[0][0] != high[0][1]
            or low[0][0] > high[0][0]
        ):
            raise self._syntax()
        return ((low[0][0], high[0][0]),)

    def _class_character(self) -> Ranges:
        character = self._take()
        if character == "[" and self._peek() in (":", ".", "="):
            raise self._unsupported("[" + self._peek())
        return self._escape() if character == "\\" else ((ord(character), ord(character)),)

    def _quantified(self, node: Node) -> Node:
        character = self._peek()
        if character not in ("*", "+", "?", "{"):
            return node
        self._at += 1
        if character == "{":
            least, most = self._counts()
        else:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[character]
        if self._peek() == "?":
            self._at += 1
        if self._peek() in ("*", "+", "?", "{"):
            raise self._syntax()
        return ("repeat", node, least, most)

    def _counts(self) -> tuple[int, int | None]:
        end = self._source.find("}", self._at)
        low, comma, high = self._source[self._at:end].partition(",") if end > 0 else ("", "", "")
        if not _is_count(low) or (high and not _is_count(high)):
            raise self._syntax()
        least = int(low)
        most = least if not comma else int(high) if high else None
        if max(least, most or 0) > _MAX_REPEAT:
            raise InvalidValue("pattern_too_large", limit=_MAX_REPEAT)
        if most is not None and most < least:
            raise self._syntax()
        self._at = end + 1
        return least, most


def _is_count(text: str) -> bool:
    return 0 < len(text) <= 3 and text.isascii() and text.isdigit()


def _inverted(ranges: Ranges) -> Ranges:
    """Everything outside the ranges."""
    result, following = [], 0
    for low, high in sorted(ranges):
        if low > following:
            result.append((following, low - 1))
        following = max(following, high + 1)
    if following <= _LAST:
        result.append((following, _LAST))
    return tuple(result)
