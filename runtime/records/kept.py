"""Compiled things that are kept: a bounded mapping from a key that says everything to what was made from it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by key; when it is full the oldest goes. A key must hold all that the thing depends on."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._putting = Lock()
        self._things: dict[Hashable, Thing] = {}

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Give the thing of a key, made now if it is not kept.

        Two threads may make the same thing at once; one of the two equal things stays.
        """
        found = self._things.get(key)
        return self._put(key, make()) if found is None else found

    def find(self, key: Hashable) -> Thing | None:
        """Give the thing of a key if it is kept."""
        return self._things.get(key)

    def _put(self, key: Hashable, thing: Thing) -> Thing:
        with self._putting:
            self._things[key] = thing
            while len(self._things) > self._limit:
                del self._things[next(iter(self._things))]
        return thing

    def __len__(self) -> int:
        return len(self._things)
