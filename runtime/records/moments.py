"""When and on whose behalf expressions are computed for a context."""

from __future__ import annotations

from metadata.expressions import Moment
from tenants.context import RecordContext


def moment_of(ctx: RecordContext) -> Moment:
    """Give the moment of a context: its clock, its user's zone, the user and the units he belongs to."""
    units = () if ctx.user.org_unit is None else (ctx.user.org_unit,)
    return Moment(ctx.now(), ctx.time_zone, ctx.user.id, units)
