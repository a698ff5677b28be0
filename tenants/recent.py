"""Keeps the most recently used results of costly work, each made once even when many threads ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Recent(Generic[Made]):
    """At most `capacity` values by key; reading a kept value takes no lock."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._making = threading.RLock()
        self._last: tuple[str, Made] | None = None

    def get(self, key: str, make: Callable[[], Made]) -> Made:
        """Return the kept value of a key, or make and keep it; what `make` raises is raised, not kept."""
        last = self._last
        if last is not None and last[0] == key:
            return last[1]
        with self._making:
            return self._keep(key, self._kept[key] if key in self._kept else make())

    def put(self, key: str, value: Made) -> None:
        """Keep a value that was made elsewhere, in place of one kept before."""
        with self._making:
            self._keep(key, value)

    def _keep(self, key: str, value: Made) -> Made:
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        self._last = (key, value)
        return value
