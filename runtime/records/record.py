"""The values that go in and out of the read path and the write path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from metadata.errors import Problem

MAX_LIMIT = 200
"""The longest page; a list is always bounded."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as this user may see it: values by path as asked for (`amount`, `account.name`).

    A value is what its field type holds in Python; None is blank; a formula that can't be computed
    is `metadata.expressions.ERROR`; a many-to-many field is a tuple of ids.
    """

    object: str
    id: int
    version: int
    values: Mapping[str, object]

    def __getitem__(self, path: str) -> object:
        return self.values[path]

    def get(self, path: str) -> object:
        """The value at a path, None when it was not asked for."""
        return self.values.get(path)


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records of an object, which of their fields, in which order.

    `fields` are dotted paths, empty for every field the user may read; with `names` each relation
    among them comes with the name of its record under `<relation>.<name field>`, a polymorphic one under
    `<relation>.name`, and a many-to-many one with a list of names there. `where` and each of
    `also` (a list view's own condition, a related list's) must hold. `sort` names paths, descending
    with a leading `-`; without it the newest records come first (`-id`). `after` is the cursor of the
    page before. `deleted` asks the recycle bin instead.
    """

    object: str
    fields: tuple[str, ...] = ()
    where: str | None = None
    sort: tuple[str, ...] = ()
    limit: int = 50
    after: str | None = None
    count: bool = False
    deleted: bool = False
    also: tuple[str, ...] = ()
    names: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records; `after` leads to the next one, None on the last."""

    records: tuple[Record, ...]
    after: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class JsonPage:
    """One page of records as JSON-able mappings (`id` and `version` always among the keys)."""

    records: tuple[dict[str, object], ...]
    after: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """One thing to group by: a path, for dates optionally by day, week, month, quarter or year.

    A group's value appears under `key`: the path, or `<path>_<per>` with a grain, whose value is the
    first day of the period.
    """

    field: str
    per: str | None = None

    @property
    def key(self) -> str:
        """The name of the group's value in the result."""
        return f"{self.field}_{self.per}" if self.per else self.field


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """A grouped question: `measures` by name, each an aggregate such as `sum(amount * rate)`.

    Aggregates: `count()`, `count(x)`, `count_distinct(x)`, `sum(x)`, `avg(x)`, `min(x)`, `max(x)`.
    `having` is an expression over group keys and measures; `sort` names them, descending with `-`.
    With `names` a group by a relation also has its record's name under `<path>.<name field>`.
    """

    object: str
    by: tuple[Grouping, ...] = ()
    measures: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None
    having: str | None = None
    sort: tuple[str, ...] = ()
    limit: int = 200
    also: tuple[str, ...] = ()
    names: bool = False


@dataclass(frozen=True, slots=True)
class GroupPage:
    """The groups, each a mapping from key or measure to its value; `more` tells that some were cut off."""

    rows: tuple[Mapping[str, object], ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write did; `warnings` are validation rules that remark without refusing.

    `news` are those warnings that this write has to do with: it changed something that their rules read.
    """

    record_id: int
    version: int
    warnings: tuple[Problem, ...] = ()
    created: bool = False
    news: tuple[Problem, ...] = ()
