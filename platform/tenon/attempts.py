"""Slows down those who guess passwords; each worker process counts for itself."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

FREE = 5
"""Failures that cost nothing."""

FREE_FOR_ALL = 50
"""Failures at one login from all addresses together that cost nothing: a whole office may share one mistake."""

FIRST_WAIT, LONGEST_WAIT = 2.0, 900.0
"""Seconds to wait after one failure more, doubled with each further one."""

FORGOTTEN_AFTER = 3_600.0
KEPT = 20_000


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Attempts:
    """Counts failed attempts by tenant, login and address."""

    def __init__(self) -> None:
        self._failed: OrderedDict[tuple[str, ...], _Failures] = OrderedDict()
        self._changing = threading.Lock()

    def wait(self, tenant: str, login: str, address: str) -> int:
        """Say how many seconds the next attempt must wait; 0 if it may be made now."""
        now = time.monotonic()
        with self._changing:
            return max(self._wait(key, free, now) for key, free in _keys(tenant, login, address))

    def failed(self, tenant: str, login: str, address: str) -> None:
        """Remember a failed attempt."""
        now = time.monotonic()
        with self._changing:
            for key, _ in _keys(tenant, login, address):
                known = self._failed.pop(key, None)
                fresh = known is None or now - known.last > FORGOTTEN_AFTER
                self._failed[key] = _Failures(1 if fresh else known.count + 1, now)  # type: ignore[union-attr]
            while len(self._failed) > KEPT:
                self._failed.popitem(last=False)

    def succeeded(self, tenant: str, login: str, address: str) -> None:
        """Forget the failures of somebody who knew the password."""
        with self._changing:
            for key, _ in _keys(tenant, login, address):
                self._failed.pop(key, None)

    def _wait(self, key: tuple[str, ...], free: int, now: float) -> int:
        known = self._failed.get(key)
        if known is None or known.count < free:
            return 0
        seconds = min(FIRST_WAIT * 2.0 ** min(known.count - free, 12), LONGEST_WAIT)
        left = known.last + seconds - now
        return int(left) + 1 if left > 0 else 0


def _keys(tenant: str, login: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    login = login.casefold()[:200]
    return ((tenant, login, address), FREE), ((tenant, login), FREE_FOR_ALL)
