"""When and on whose behalf expressions are computed, and how far a compiled statement depends on that."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

from metadata.expressions import Expression, Moment
from metadata.expressions.tree import Call, MomentValue
from runtime.records.kept import Kept
from tenants.context import RecordContext

NOW, TODAY, USER, UNITS, ZONE = "now", "today", "user", "org_units", "zone"

Uses = frozenset[str]
"""What of the moment something depends on: some of NOW, TODAY, USER, UNITS, ZONE."""

NOTHING: Uses = frozenset()


def moment_of(ctx: RecordContext) -> Moment:
    """Give the moment of a context: its clock, its user's zone, the user and the units he belongs to."""
    return Moment(ctx.now(), ctx.time_zone, ctx.user.id, _units(ctx))


def uses_of(expression: Expression) -> Uses:
    """Say what of the moment an expression depends on, without the formulas that it reads."""
    if expression.deterministic:
        return NOTHING
    found = set()
    for node in expression.tree.walk():
        if isinstance(node, MomentValue):
            found.add(node.name)
        elif isinstance(node, Call) and node.form.zoned:
            found.add(ZONE)
    return frozenset(found)


class Made(Protocol):
    """A compiled thing that knows what of the moment went into it."""

    @property
    def uses(self) -> Uses:
        """What of the moment it depends on."""


Thing = TypeVar("Thing", bound=Made)


class KeptForMoment(Generic[Thing]):
    """Compiled things into which the moment may have gone: kept as long as what went in is the same.

    What depends on the very instant is made anew each time.
    """

    def __init__(self, limit: int) -> None:
        self._uses: Kept[Uses] = Kept(limit)
        self._things: Kept[Thing] = Kept(limit)

    def get(self, ctx: RecordContext, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Give the thing of a key at the moment of a context."""
        uses = self._uses.find(key)
        if uses is None or NOW in uses:
            made = make()
            uses = self._uses.get(key, lambda: made.uses)
            return made if NOW in uses else self._things.get((key, _part(ctx, uses)), lambda: made)
        return self._things.get((key, _part(ctx, uses)) if uses else (key, ()), make)


def _part(ctx: RecordContext, uses: Uses) -> tuple[object, ...]:
    """What of the moment matters to a thing, as part of its key."""
    if not uses:
        return ()
    return (
        ctx.today() if TODAY in uses else None, ctx.time_zone if ZONE in uses or TODAY in uses else None,
        ctx.user.id if USER in uses else None, _units(ctx) if UNITS in uses else None,
    )


def _units(ctx: RecordContext) -> tuple[int, ...]:
    return () if ctx.user.org_unit is None else (ctx.user.org_unit,)
