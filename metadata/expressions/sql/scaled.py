"""Exact numbers as scaled integers on SQLite: when they fit, and how they get one scale."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import BigInteger, literal, literal_column

from metadata.expressions.numbers import EXACT
from metadata.expressions.sql.literals import INT64
from metadata.expressions.sql.values import Part


def as_scaled(part: Part) -> Part | None:
    """The number as a scaled integer, if it is held as one; a reference is an integer too."""
    if part.fails or part.constant is not None:
        return None
    if part.type.kind == "record":
        return replace(part, scale=0, bound=Decimal(INT64))
    return part if part.scale is not None else None


def aligned(parts: list[Part]) -> list[Part] | None:
    """Bring numbers to one scale; None if one isn't an integer or wouldn't fit into 64 bits."""
    known = [_integral(each) for each in parts]
    if any(each is None for each in known):
        return None
    scale = max(each.scale or 0 for each in known)  # type: ignore[union-attr]
    raised = [_raised(each, scale) for each in known]  # type: ignore[arg-type]
    return None if any(each is None for each in raised) else raised  # type: ignore[return-value]


def _integral(part: Part) -> Part | None:
    if part.blank or part.type.kind == "blank":
        value = literal_column("NULL", BigInteger())
        return None if part.fails else replace(part, value=value, scale=0, bound=Decimal(1), blank=True)
    if isinstance(part.constant, Decimal):
        number = part.constant.normalize(EXACT)
        scale = max(0, -int(number.as_tuple().exponent))
        whole = int(number.scaleb(scale, EXACT))
        if abs(whole) >= INT64:
            return None
        return replace(part, value=literal(whole, BigInteger()), scale=scale, bound=Decimal(abs(whole) + 1))
    if isinstance(part.constant, int):
        return replace(part, scale=0, bound=Decimal(INT64))
    return as_scaled(part)


def _raised(part: Part, scale: int) -> Part | None:
    by = scale - (part.scale or 0)
    if by == 0 or part.blank:
        return replace(part, scale=scale)
    factor = 10 ** by
    bound = (part.bound or Decimal(INT64)) * factor
    if bound > INT64:
        return None
    if isinstance(part.constant, Decimal):
        whole = int(part.constant.scaleb(scale, EXACT))
        return replace(part, value=literal(whole, BigInteger()), scale=scale, bound=bound)
    return replace(part, value=part.value * literal_column(str(factor), BigInteger()), scale=scale, bound=bound)
