"""The difference of two sets of definitions, as facts about properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One property that was added, removed or changed; an empty path means the whole item."""

    action: str
    kind: str
    name: str
    path: tuple[str, ...]
    old: object = None
    new: object = None


def diff(old: Mapping, new: Mapping) -> tuple[Change, ...]:
    """List what differs between two sets of definitions (kind → name → body)."""
    raise NotImplementedError
