"""The one reader of YAML text: values, positions, and refusals that name the line.

A small core of YAML 1.2 is accepted: `true` and `false` alone are booleans, numbers are written in
decimal without leading zero or plus (`007` and `+86` stay texts, so no code is ever damaged), a date is a text.
Tags, anchors and duplicate keys are refused. Values are built straight from the parser's events,
which bounds depth and size while reading; positions are read again only when a problem asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import yaml

from metadata.errors import Location, Problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?\Z|-?(\.[0-9]{1,40})\Z")
WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

MAX_DEPTH = 50
MAX_NODES = 100_000
MAX_KEY = 200
MAX_PROBLEMS = 100

SYNTAX = (
    ("escape", "yaml_escape"),
    ("mapping values are not allowed", "yaml_colon"),
    ("cannot start any token", "yaml_character"),
    ("special characters are not allowed", "yaml_control"),
    ("control characters are not allowed", "yaml_control"),
    ("while scanning a quoted scalar", "yaml_quote"),
    ("flow mapping", "yaml_brace"),
    ("flow sequence", "yaml_bracket"),
    ("flow node", "yaml_bracket"),
    ("block mapping", "yaml_indent"),
    ("block collection", "yaml_indent"),
    ("while scanning a simple key", "yaml_key"),
    ("tag handle", "yaml_tag"),
    ("found undefined alias", "yaml_alias"),
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value and its key stand, and what is inside it."""

    line: int
    column: int
    key_line: int
    key_column: int
    inside: dict | list | None = None


class Marks:
    """The positions of everything in one text, found only when one is asked for."""

    __slots__ = ("text", "_root")

    def __init__(self, text: str | None) -> None:
        self.text = text
        self._root: Spot | None = None

    def mentions(self, word: str) -> bool:
        """Whether a word may stand in the text; without a text, it may."""
        return self.text is None or word in self.text

    def at(self, path: tuple[str | int, ...], *, key: bool = False) -> tuple[int, int, int]:
        """Find a value (or its key): line, column, and how many steps of the path exist."""
        if self.text is None:
            return 0, 0, 0
        if self._root is None:
            self._root = _positions(self.text)
        spot, depth = self._root, 0
        for step in path:
            inside = _step(spot.inside, step)
            if inside is None:
                break
            spot, depth = inside, depth + 1
        if key and depth == len(path) and path and isinstance(path[-1], str):
            return spot.key_line, spot.key_column, depth
        return spot.line, spot.column, depth


NO_MARKS = Marks(None)


def _step(inside: dict | list | None, step: str | int) -> Spot | None:
    if isinstance(inside, dict):
        return inside.get(step)
    if isinstance(inside, list) and isinstance(step, int) and step < len(inside):
        return inside[step]
    return None


def read_yaml(text: str, file: str, *, max_nodes: int = MAX_NODES) -> tuple[object, list[Problem]]:
    """Read one YAML text into dicts, lists, texts, ints, Decimals, booleans and None.

    Everything wrong is returned, with its place; the value then lacks what could not be read.
    """
    return _Values(text, file, max_nodes).read()


def scalar(text: str) -> object:
    """Give an unquoted YAML scalar its value."""
    if text in WORDS:
        return WORDS[text]
    first = text[0]
    if first.isdigit() or first in "-.":
        number = NUMBER.match(text)
        if number:
            return int(text) if number.lastindex is None else Decimal(text)
    return text


class _Stopped(Exception):
    """Reading on makes no sense; the problem is already noted."""


class _Values:
    """Builds plain values out of the parser's events, in one pass and without recursion.

    `key` is the mapping key whose value comes next; None means that a key comes next.
    """

    def __init__(self, text: str, file: str, max_nodes: int) -> None:
        self.text = text
        self.file = file
        self.max_nodes = max_nodes
        self.problems: list[Problem] = []
        self.escapes = "\\" in text
        self.root: list[object] = []
        self.stack: list[tuple[object, object]] = []
        self.container: object = self.root
        self.key: str | None = None
        self.nodes = 0

    def read(self) -> tuple[object, list[Problem]]:
        """Build the one document of the text."""
        try:
            self._check_characters()
            self._read_events()
        except _Stopped:
            pass
        return (self.root[0] if self.root else None), self.problems

    def _read_events(self) -> None:
        try:
            loader = LOADER(self.text)
            try:
                self._walk(loader.get_event)
            finally:
                loader.dispose()
        except yaml.YAMLError as error:
            self._syntax(error)

    def _walk(self, next_event: Callable[[], yaml.Event]) -> None:
        actions = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                return
            action = actions.get(kind)
            if action is not None:
                action(event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None or event.anchor is not None:
            self._decorated(event)
        text = event.value
        if self.escapes and CONTROL.search(text):
            self._at(event, "yaml_control", character=_code_point(CONTROL.search(text).group()))
        if self.key is None and type(self.container) is dict:
            self._take_key(event)
        else:
            self._put(scalar(text) if event.implicit[0] else text, event)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if event.tag is not None or event.anchor is not None:
            self._decorated(event)
        if self.key is None and type(self.container) is dict:
            self._stop(event, "yaml_complex_key")
        if len(self.stack) >= MAX_DEPTH:
            self._stop(event, "yaml_depth", max=MAX_DEPTH)
        value: object = {} if type(event) is yaml.MappingStartEvent else []
        outer = self.container
        self._put(value, event)
        self.stack.append((outer, None))
        self.container = value

    def _end(self, event: yaml.Event) -> None:
        self.container, self.key = self.stack.pop()

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._stop(event, "yaml_alias", name=event.anchor)

    def _document(self, event: yaml.Event) -> None:
        if self.root:
            self._stop(event, "yaml_documents")

    def _take_key(self, event: yaml.ScalarEvent) -> None:
        key = event.value
        if len(key) > MAX_KEY:
            self._at(event, "yaml_long_key", max=MAX_KEY)
        if key in self.container:
            self._at(event, "yaml_duplicate_key", key=key)
        self.key = key

    def _put(self, value: object, event: yaml.Event) -> None:
        self.nodes += 1
        if self.nodes > self.max_nodes:
            self._stop(event, "yaml_nodes", max=self.max_nodes)
        if type(self.container) is dict:
            self.container[self.key] = value
            self.key = None
        else:
            self.container.append(value)

    def _decorated(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._at(event, "yaml_anchor", name=event.anchor)
        if event.tag is not None:
            self._at(event, "yaml_tag", tag=event.tag.replace("tag:yaml.org,2002:", "!!"))

    def _stop(self, event: yaml.Event, code: str, **params: object) -> None:
        self._at(event, code, **params)
        raise _Stopped

    def _at(self, event: yaml.Event, code: str, **params: object) -> None:
        self._add(code, event.start_mark.line + 1, event.start_mark.column + 1, **params)

    def _add(self, code: str, line: int, column: int, **params: object) -> None:
        self.problems.append(Problem(code, (), params, Location(self.file, line, column)))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stopped

    def _check_characters(self) -> None:
        found = CONTROL.search(self.text)
        if found:
            line = self.text.count("\n", 0, found.start()) + 1
            column = found.start() - self.text.rfind("\n", 0, found.start())
            self._add("yaml_control", line, column, character=_code_point(found.group()))
            raise _Stopped

    def _syntax(self, error: yaml.YAMLError) -> None:
        said = str(error)
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if "while scanning a quoted scalar" in said:
            mark = getattr(error, "context_mark", None) or mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        character = self._character(line, column)
        code = next((code for part, code in SYNTAX if part in said), "yaml_syntax")
        if character == "\t" and code in ("yaml_character", "yaml_indent", "yaml_syntax"):
            code = "yaml_tab"
        self._add(code, line, column, character=character)

    def _character(self, line: int, column: int) -> str:
        lines = self.text.split("\n")
        return lines[line - 1][column - 1 : column] if 0 < line <= len(lines) else ""


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _positions(text: str) -> Spot:
    """Read where everything stands, in a text that was read before; what follows an error is missing."""
    root = Spot(1, 1, 0, 0)
    stack: list[Spot] = []
    keys: list[yaml.ScalarEvent | None] = [None]
    loader = LOADER(text)
    try:
        while type(event := loader.get_event()) is not yaml.StreamEndEvent:
            kind = type(event)
            if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                stack.pop()
                keys.pop()
            elif kind is yaml.ScalarEvent and stack and type(stack[-1].inside) is dict and keys[-1] is None:
                keys[-1] = event
            elif kind in (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent):
                spot = _spot(event, keys[-1], stack)
                root = root if stack else spot
                keys[-1] = None
                if kind is not yaml.ScalarEvent:
                    stack.append(spot)
                    keys.append(None)
    except yaml.YAMLError:
        return root
    finally:
        loader.dispose()
    return root


def _spot(event: yaml.NodeEvent, key: yaml.ScalarEvent | None, stack: list[Spot]) -> Spot:
    kind = type(event)
    inside: dict | list | None = None
    if kind is not yaml.ScalarEvent:
        inside = {} if kind is yaml.MappingStartEvent else []
    mark = event.start_mark
    key_mark = key.start_mark if key else mark
    spot = Spot(mark.line + 1, mark.column + 1, key_mark.line + 1, key_mark.column + 1, inside)
    if stack and key is not None:
        stack[-1].inside.setdefault(key.value, spot)
    elif stack:
        stack[-1].inside.append(spot)
    return spot
