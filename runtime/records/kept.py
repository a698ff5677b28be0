"""Compiled things that are kept: a bounded mapping from a key that says everything to what was made from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by key; when it is full the oldest goes. A key must hold all that the thing depends on."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._things: dict[Hashable, Thing] = {}

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Give the thing of a key, made now if it is not kept.

        Two threads may make the same thing at once; one of the two equal things stays.
        """
        found = self._things.get(key)
        if found is None:
            # What was being made meanwhile may already be there; either of two equal things will do.
            found = self._things[key] = make()
            while len(self._things) > self._limit:
                self._things.pop(next(iter(self._things)), None)
        return found

    def find(self, key: Hashable) -> Thing | None:
        """Give the thing of a key if it is kept."""
        return self._things.get(key)

    def __len__(self) -> int:
        return len(self._things)
