"""Search across objects: records that hold all the words, as far as the reader may see records and fields."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from tenants.context import RecordContext


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: its name and the field (path) that holds the text."""

    object: str
    id: int
    name: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a relation could lead to."""

    id: int
    name: str


def search(
    ctx: RecordContext, connection: Connection, text: str, *, objects: tuple[str, ...] | None = None, limit: int = 20
) -> tuple[Hit, ...]:
    """Find records by words; two Chinese characters suffice. The number of statements depends on the objects only."""
    raise NotImplementedError


def candidates(
    ctx: RecordContext, connection: Connection, object_name: str, field_name: str, text: str, *, limit: int = 20,
    target: str | None = None,
) -> tuple[Candidate, ...]:
    """Offer records for a relation field whose name holds `text` (blank: any), its lookup filter applied.

    `target` chooses the object of a relation that leads to several.
    """
    raise NotImplementedError
