"""The check of data that came as JSON: the same budgets and characters as for YAML."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from metadata.errors import Location, Problem
from metadata.reading import CONTROL, MAX_DEPTH, MAX_KEY, MAX_NODES


class _Refused(Exception):
    def __init__(self, code: str, path: tuple[str | int, ...], **params: object) -> None:
        self.problem = (code, path, params)


def plain_problems(value: object, file: str) -> tuple[object, list[Problem]]:
    """Copy a JSON value into dicts, lists and scalars with Decimals; say what can't be in a definition."""
    try:
        return _Copy().of(value, ()), []
    except _Refused as refused:
        code, path, params = refused.problem
        return None, [Problem(code, path, params, Location(file))]


class _Copy:
    def __init__(self) -> None:
        self.nodes = 0

    def of(self, value: object, path: tuple[str | int, ...]) -> object:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refused("yaml_nodes", path, max=MAX_NODES)
        if len(path) > MAX_DEPTH:
            raise _Refused("yaml_depth", path, max=MAX_DEPTH)
        if isinstance(value, str):
            return _text(value, path)
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, (float, Decimal)):
            if not math.isfinite(value):
                raise _Refused("json_number", path)
            return Decimal(repr(value)) if isinstance(value, float) else value
        if isinstance(value, Mapping):
            return {_key(key, path): self.of(each, (*path, key)) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.of(each, (*path, index)) for index, each in enumerate(value)]
        raise _Refused("json_number", path)


def _key(key: object, path: tuple[str | int, ...]) -> str:
    text = _text(str(key), path)
    if len(text) > MAX_KEY:
        raise _Refused("yaml_long_key", path, max=MAX_KEY)
    return text


def _text(text: str, path: tuple[str | int, ...]) -> str:
    found = CONTROL.search(text)
    if found:
        raise _Refused("yaml_control", path, character=f"U+{ord(found.group()):04X}")
    return text
