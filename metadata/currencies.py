"""Which codes of currencies there are (ISO 4217)."""

from __future__ import annotations

from functools import cache

from babel.core import get_global


@cache
def currencies() -> frozenset[str]:
    """Every code of ISO 4217, those of former currencies too: records may be old."""
    return frozenset(get_global("all_currencies"))
