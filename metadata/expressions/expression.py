"""A compiled expression, what it is compiled against and what it is evaluated with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

from metadata.expressions.types import ValueType

if TYPE_CHECKING:
    from metadata.expressions.tree import Node

PURPOSES = ("formula", "condition", "validation", "filter", "default")
BLANKS = ("blank", "zero")

Path = tuple[str, ...]


class Scope(Protocol):
    """What the names of an expression mean."""

    def resolve(self, path: Path) -> ValueType:
        """Give the type of a dotted path; raises UnknownName with what would be allowed."""


class ExpressionError:
    """The value of an expression that can't be computed: a division by zero, an impossible date."""

    _only: ExpressionError | None = None

    def __new__(cls) -> ExpressionError:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "ERROR"

    def __bool__(self) -> bool:
        return False


ERROR: Final = ExpressionError()


@dataclass(frozen=True)
class Moment:
    """When and on whose behalf: the instant (aware, UTC), the zone of its calendar, the user's id, his units."""

    now: datetime
    time_zone: str
    user: int
    org_units: tuple[int, ...] = ()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which TODAY and the parts of an instant are meant."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def today(self) -> date:
        """The date on the calendar of the zone."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """An expression that was parsed, typed and checked.

    `references` are the paths it reads, without repetition. `deterministic` says that its value
    depends on those alone, not on the moment; `uses_changes` that it asks what the present save
    changes. `tree` is the typed tree, `run` what `evaluate` calls.
    """

    source: str
    type: ValueType
    references: tuple[Path, ...]
    purpose: str
    blanks: str
    tree: Node
    deterministic: bool
    uses_changes: bool
    run: Callable[..., object] = field(repr=False)
