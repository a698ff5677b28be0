"""Keeps SQL from growing: an argument that a function writes more than once gets a name first.

Without this, functions inside functions would double the text at every level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.sql import visitors

from metadata.expressions.functions.registry import Form
from metadata.expressions.sql import pieces
from metadata.expressions.sql.literals import TYPES
from metadata.expressions.sql.values import Part
from metadata.expressions.types import ValueType

SIDES = ("value", "other")


@dataclass(frozen=True, slots=True)
class _Anywhere:
    """Stands for a writer while uses are counted."""

    zone: str = "UTC"


def bound(
    form: Form, arguments: list[Part], side: str, write: Callable[[list[Part]], ColumnElement],
) -> ColumnElement:
    """Write one side of a form's result, its `value`, `other` or `error`, naming what is used more than once."""
    repeated = _repeated(form, tuple(each.type.kind for each in arguments), side)

    def bind(number: int, parts: list[Part]) -> ColumnElement:
        if number == len(repeated):
            return write(parts)
        at, half = repeated[number]

        def named(value: ColumnElement) -> ColumnElement:
            return bind(number + 1, [*parts[:at], replace(parts[at], **{half: value}), *parts[at + 1 :]])

        return pieces.let(getattr(parts[at], half), named)

    return bind(0, arguments)


@lru_cache(maxsize=2_000)
def _repeated(form: Form, kinds: tuple[str, ...], side: str) -> tuple[tuple[int, str], ...]:
    """The arguments, and the halves of them, that a form uses more than once."""
    marks = {
        (at, half): literal_column(f"mark_{at}_{half}", TYPES[form.wanted(at) if form.wanted(at) in TYPES else kind])
        for at, kind in enumerate(kinds) for half in SIDES
    }
    parts = [
        Part(marks[at, "value"], ValueType(kind), other=marks[at, "other"], constant="km")
        for at, kind in enumerate(kinds)
    ]
    written = getattr(form.postgresql(_Anywhere(), *parts), side)  # type: ignore[misc]
    uses = [id(each) for each in visitors.iterate(written)]
    return tuple(key for key, mark in marks.items() if uses.count(id(mark)) > 1)
