"""Exact sums and extremes on SQLite, of numbers that travel as texts and of sums beyond 64 bits."""

from __future__ import annotations

from decimal import Context, Decimal

_EXACT = Context(prec=60)


class ExactSum:
    """Adds numbers up exactly; the sum of nothing is a blank."""

    def __init__(self) -> None:
        self._total: Decimal | None = None

    def step(self, value: str | int | None) -> None:
        """Take one value; a blank takes no part."""
        if value is not None:
            number = Decimal(value)
            self._total = number if self._total is None else _EXACT.add(self._total, number)

    def finalize(self) -> str | None:
        """Give the sum as text."""
        return None if self._total is None else format(self._total, "f")


class _Extreme:
    def __init__(self) -> None:
        self._found: Decimal | None = None

    def step(self, value: str | int | None) -> None:
        """Take one value; a blank takes no part."""
        if value is not None:
            number = Decimal(value)
            if self._found is None or self.wins(number, self._found):
                self._found = number

    def finalize(self) -> str | None:
        """Give the number as text."""
        return None if self._found is None else format(self._found, "f")

    def wins(self, number: Decimal, over: Decimal) -> bool:
        """Whether a number takes the place of another."""
        raise NotImplementedError


class Least(_Extreme):
    """Keeps the least number."""

    def wins(self, number: Decimal, over: Decimal) -> bool:
        """Whether it is less."""
        return number < over


class Greatest(_Extreme):
    """Keeps the greatest number."""

    def wins(self, number: Decimal, over: Decimal) -> bool:
        """Whether it is greater."""
        return number > over


AGGREGATES = {"tenon_sum": ExactSum, "tenon_min": Least, "tenon_max": Greatest}
