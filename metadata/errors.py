"""What can be wrong, as facts: a code with parameters and a place, never a sentence.

Sentences are made at the edge by `metadata.wording`, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file of a package; line and column count from 1, 0 means unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `path` leads to the faulty value: in a definition (`("fields", "due_date", "type")`) or in a
    record (`("due_date",)`; empty for the record as a whole). `code` is stable and has a sentence
    per language in `metadata/wording/`; `params` fill that sentence.
    """

    code: str
    path: tuple[str | int, ...] = ()
    params: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    location: Location | None = None
    level: str = "error"


class TenonError(Exception):
    """The root of everything we raise on purpose; `status` facts belong to higher floors."""

    code = "error"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params: Mapping[str, object] = params

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The facts as problems, so that every error can be shown the same way."""
        return (Problem(self.code, (), self.params),)


class Invalid(TenonError):
    """Input was examined completely and refused, with all its problems."""

    code = "invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        super().__init__(count=len(self._problems))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that was found, in the order of the input."""
        return self._problems


class PackageInvalid(Invalid):
    """A package, or a tenant's definitions, can't be compiled."""

    code = "package_invalid"


class InvalidValue(TenonError):
    """A single value does not fit its field; the caller adds where it stood."""

    code = "invalid_value"

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        super().__init__(**params)
