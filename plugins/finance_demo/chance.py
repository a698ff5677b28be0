"""Chance without a generator: every value is drawn from its own address, so that a new object or field changes no other."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import TypeVar

SEED = "hanhai-2025"

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


def u(object_name: str, index: int | str, field: str) -> float:
    """Draw the number in [0, 1) that belongs to a field of a record."""
    return int(sha256(f"{SEED}|{object_name}|{index}|{field}".encode()).hexdigest()[:13], 16) / 16**13


@dataclass(frozen=True, slots=True)
class Draw:
    """The draws of one record."""

    object: str
    index: int | str

    def u(self, field: str) -> float:
        """Draw a number in [0, 1)."""
        return u(self.object, self.index, field)

    def number(self, field: str, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self.u(field) * (high - low + 1))

    def happens(self, field: str, share: float) -> bool:
        """Decide whether something that happens to a share of the records happens to this one."""
        return self.u(field) < share

    def pick(self, field: str, options: Sequence[T]) -> T:
        """Choose one of several, all equally likely."""
        return options[int(self.u(field) * len(options))]

    def weighted(self, field: str, weights: Mapping[T, float]) -> T:
        """Choose one of several by their weights."""
        left = self.u(field) * sum(weights.values())
        for option, weight in weights.items():
            left -= weight
            if left < 0:
                return option
        return option

    def day(self, field: str, first: date, last: date) -> date:
        """Draw a day, both ends included."""
        return first + timedelta(days=self.number(field, 0, (last - first).days))


def dealt(object_name: str, field: str, counts: Mapping[H, int]) -> list[H]:
    """Deal exactly so many of each value, in an order drawn by chance."""
    cards = [value for value, count in counts.items() for _ in range(count)]
    order = sorted(range(len(cards)), key=lambda index: u(object_name, index, f"deal {field}"))
    return [cards[index] for index in order]


def chosen(object_name: str, field: str, options: Sequence[T], count: int) -> list[T]:
    """Choose so many of the options, in their own order."""
    order = sorted(range(len(options)), key=lambda index: u(object_name, index, f"choose {field}"))
    return [options[index] for index in sorted(order[:count])]
