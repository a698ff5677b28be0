"""Packages, extensions and a tenant's overlay become one set of definitions, per property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class _Removed:
    """The value of an edit that takes something away."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = _Removed()


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one property: `path` leads into the body of the item `kind`/`name`."""

    kind: str
    name: str
    path: tuple[str, ...]
    value: object


@dataclass(frozen=True, slots=True)
class Overlay:
    """A tenant's own changes on top of the installed packages, in the order made."""

    edits: tuple[Edit, ...] = ()


NO_OVERLAY = Overlay()


def edits_between(base: Mapping[str, object] | None, body: Mapping[str, object] | None) -> tuple[Edit, ...]:
    """List the edits that turn one body of an item into another."""
    raise NotImplementedError
