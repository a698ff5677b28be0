"""JSON without loss: decimals stay decimals, and one value has exactly one canonical form."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal

_MARK = "\ue000decimal:"
_MARKED = re.compile(f'"{_MARK}([-0-9.]+)"')


def to_json(value: object, *, indent: int | None = None) -> str:
    """Write plain values, frozen or not, as JSON; a Decimal becomes a number with all its digits."""
    return _MARKED.sub(r"\1", json.dumps(value, default=_special, ensure_ascii=False, indent=indent))


def from_json(text: str | bytes) -> object:
    """Read JSON; numbers with a point become Decimals."""
    return json.loads(text, parse_float=Decimal)


def canonical(value: object) -> bytes:
    """Write a value so that equal values give equal bytes; the order of a mapping's keys counts."""
    text = json.dumps(value, default=_special, ensure_ascii=False, separators=(",", ":"))
    return _MARKED.sub(r"\1", text).encode()


def _special(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}"
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no plain value: {type(value).__name__}")
