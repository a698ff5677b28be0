"""The draft of a tenant: its own changes on top of the installed packages, gathered until they are published.

A draft is an overlay (`metadata.merge`): one edit per property, so that two people's changes of different properties
live side by side, and the upgrade of a package leaves them alone. It replaces the published overlay when it is
published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection, select

from metadata.canonical import canonical
from metadata.checking import check
from metadata.compile import system_package
from metadata.compile.order import arranged
from metadata.diff import Change, diff
from metadata.documents import Package, item_from_json
from metadata.edits import Edit, Overlay, edits_between
from metadata.errors import PackageInvalid, Problem, TenonError
from metadata.kinds import KINDS
from metadata.merge import PRIVATE, merged
from tenants import catalog
from tenants.catalog import Draft
from tenants.system_tables import SYSTEM

Body = Mapping[str, object]

EDITABLE = tuple(name for name in KINDS if name not in PRIVATE)
"""The kinds of items a tenant may change; seed data, tests and translations stay with their packages."""


class KindUnknown(TenonError):
    """There is no kind of items of this name that a tenant may change (`name`, `allowed`)."""

    code = "kind_unknown"


class ItemUnknown(TenonError):
    """There is no item of this kind and name (`kind`, `name`)."""

    code = "item_unknown"


class DraftChanged(TenonError):
    """Somebody else changed the item, or the draft, since it was read."""

    code = "draft_conflict"


class DraftOutdated(TenonError):
    """Somebody published other changes of the tenant since the draft was begun (`base`, `current`)."""

    code = "draft_outdated"


class DraftMissing(TenonError):
    """There is nothing to publish."""

    code = "draft_missing"


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One item as the draft has it; `tag` changes with its content; `changed` compares it with what is published."""

    kind: str
    name: str
    body: Body
    tag: str
    changed: bool


class Workbench:
    """What is published and what is drafted, read once for one request."""

    def __init__(self, connection: Connection, *, changing: bool = False) -> None:
        """Read everything; `changing` lets nobody else change the draft until the transaction ends."""
        self._connection = connection
        if changing:
            connection.execute(select(SYSTEM.state.c.id).with_for_update())
        self.version = catalog.state(connection).version
        self.packages: tuple[Package, ...] = catalog.installed(connection)
        self.published: Overlay = catalog.overlay(connection)
        self.draft: Draft | None = catalog.draft(connection)

    @property
    def overlay(self) -> Overlay:
        """The overlay as drafted, or as published while there is no draft."""
        return self.draft.overlay if self.draft else self.published

    def items(self, kind: str) -> tuple[DraftItem, ...]:
        """The items of a kind as drafted; raises KindUnknown."""
        check_kind(kind)
        before, after = self._definitions(self.published)[kind], self._definitions(self.overlay)[kind]
        return tuple(_drafted(kind, name, after[name], before.get(name)) for name in after)

    def item(self, kind: str, name: str, *, published: bool = False) -> DraftItem:
        """Give an item as drafted, or as `published`; raises KindUnknown, ItemUnknown."""
        check_kind(kind)
        now = self._definitions(self.published)[kind].get(name)
        body = now if published else self._definitions(self.overlay)[kind].get(name)
        if body is None:
            raise ItemUnknown(kind=kind, name=name)
        return _drafted(kind, name, body, now)

    def put(self, kind: str, name: str, body: Body, *, seen: str | None) -> DraftItem:
        """Replace an item in the draft, or add one; `seen` is the tag of what the change was made from.

        Only what differs from the packages is kept. Raises PackageInvalid when the body does not fit its kind's schema
        (what it refers to is looked at when the draft is planned), DraftChanged when somebody else changed the item.
        """
        self._check_seen(kind, name, seen)
        item = item_from_json(kind, name, body)
        _, faults = check(kind, item.body)
        if faults:
            raise PackageInvalid(Problem(each.code, each.path, each.params) for each in faults)
        base = self._definitions(Overlay())[kind].get(name)
        self._save(kind, name, edits_between(base, item.body, kind=kind, name=name))
        return self.item(kind, name)

    def remove(self, kind: str, name: str, *, seen: str | None) -> None:
        """Take an item away in the draft; raises ItemUnknown, DraftChanged."""
        self.item(kind, name)
        self._check_seen(kind, name, seen)
        base = self._definitions(Overlay())[kind].get(name)
        self._save(kind, name, edits_between(base, None, kind=kind, name=name))

    def changes(self) -> tuple[Change, ...]:
        """What the draft changes of what is published."""
        return diff(self._definitions(self.published), self._definitions(self.overlay))

    def to_publish(self) -> Overlay:
        """Give the overlay to be published; raises DraftMissing, DraftOutdated."""
        if self.draft is None:
            raise DraftMissing()
        if self.draft.base != self.version:
            _, begun_from = catalog.definitions_of(self._connection, self.draft.base)
            if begun_from != self.published:
                raise DraftOutdated(base=self.draft.base, current=self.version)
        return self.draft.overlay

    def _check_seen(self, kind: str, name: str, seen: str | None) -> None:
        check_kind(kind)
        known = self._definitions(self.overlay)[kind].get(name)
        if seen is not None and seen != (tag_of(known) if known is not None else ""):
            raise DraftChanged(kind=kind, name=name)

    def _save(self, kind: str, name: str, edits: tuple[Edit, ...]) -> None:
        others = tuple(each for each in self.overlay.edits if (each.kind, each.name) != (kind, name))
        base = self.draft.base if self.draft else self.version
        self.draft = Draft(base, Overlay((*others, *edits)))
        catalog.save_draft(self._connection, self.draft.overlay, base=base)

    def _definitions(self, overlay: Overlay) -> Mapping[str, Mapping[str, Body]]:
        ordered, _ = arranged(self.packages, system_package())
        return merged(ordered, overlay)


def check_kind(kind: str) -> None:
    """Raise KindUnknown unless a tenant may change items of this kind."""
    if kind not in EDITABLE:
        raise KindUnknown(name=kind, allowed=", ".join(EDITABLE))


def _drafted(kind: str, name: str, body: Body, published: Body | None) -> DraftItem:
    tag = tag_of(body)
    return DraftItem(kind, name, body, tag, published is None or tag_of(published) != tag)


def tag_of(body: Body) -> str:
    """A short print of a body's content."""
    return blake2b(canonical(body), digest_size=8).hexdigest()
