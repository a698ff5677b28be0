"""One step of a migration, as a value that can be shown before it is run."""

from __future__ import annotations

from dataclasses import dataclass

from metadata.errors import Problem
from metadata.model import Field

TAKES_AWAY = frozenset({"hide_table", "hide_column", "replace_column"})
"""Steps after which data is out of sight; it is kept until it is purged."""

FRESH = "tenon_fresh"
"""The name of a column while its values are converted into it."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What becomes of a column's values when its field changes type; the columns are of one name."""

    old: Field
    new: Field
    in_place: bool
    """The database can keep the column as it is, or widen it by itself; values are only checked."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one table.

    `sql` are the statements, in order; a conversion runs first, or after the first statement where the
    column is made anew. `count` asks how many records a step
    concerns, `records` is the answer. `duplicates` asks which values stand in the way of a unique index.
    """

    action: str
    table: str
    column: str = ""
    sql: tuple[str, ...] = ()
    count: str = ""
    records: int = 0
    conversion: Conversion | None = None
    duplicates: tuple[str, ...] = ()

    @property
    def takes_away(self) -> bool:
        """Whether data goes out of sight."""
        return self.action in TAKES_AWAY

    @property
    def words(self) -> Problem:
        """The step as a fact that `metadata.sentences` can say in any language."""
        params = {"table": self.table, "column": self.column, "records": self.records}
        return Problem(f"step_{self.action}", (self.table, self.column) if self.column else (self.table,), params)
