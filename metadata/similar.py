"""What somebody may have meant by a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

MAX_SHOWN = 40
MAX_COMPARED = 1_000


def closest(name: str, names: Iterable[str]) -> str | None:
    """Find the name that was probably meant."""
    return _closest(name[:100], tuple(names)[:MAX_COMPARED])


@lru_cache(maxsize=1_000)
def _closest(name: str, names: tuple[str, ...]) -> str | None:
    by_folded = {each.casefold().replace("-", "_").replace(" ", "_"): each for each in names}
    folded = name.casefold().replace("-", "_").replace(" ", "_")
    if folded in by_folded:
        return by_folded[folded]
    found = get_close_matches(folded, by_folded, n=1, cutoff=0.7)
    return by_folded[found[0]] if found else None


def similar(name: str, names: Iterable[str], *, allowed: Iterable[str] | None = None) -> dict[str, object]:
    """Give the parameters of a problem about an unknown name: what is allowed, and what was meant."""
    names = tuple(names)
    shown = names if allowed is None else tuple(allowed)
    return {"allowed": shown[:MAX_SHOWN], "meant": closest(name, names)}
