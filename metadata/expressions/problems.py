"""What this room raises: an expression that can't be used, and a name that isn't there."""

from __future__ import annotations

from metadata.errors import Invalid, TenonError


class ExpressionInvalid(Invalid):
    """An expression was read completely and refused.

    Each problem's location has the line and the column inside the source, both from 1.
    """

    code = "expression_invalid"


class UnknownName(TenonError):
    """A scope doesn't know a step of a path: its `index`, and the names that are `allowed` there."""

    code = "expression_unknown_name"

    def __init__(self, name: str, allowed: tuple[str, ...], index: int = 0) -> None:
        self.name = name
        self.allowed = allowed
        self.index = index
        super().__init__(name=name, allowed=allowed)


class Fault(Exception):
    """A value can't be computed; the expression, or the IFERROR around it, answers it."""
