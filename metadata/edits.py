"""Edits: changes of single properties, which make up a tenant's overlay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from metadata.containers import after_key, is_container


class Mark:
    """A value that no definition can hold, such as REMOVED."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


REMOVED = Mark("REMOVED")
"""The value of an edit that takes something away."""

KEPT = Mark("KEPT")
"""The value of an edit that only moves something: see `Edit.after`."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one property: `path` leads into the body of the item `kind`/`name`, () is the item itself.

    `after` places a key behind another one of the same mapping (`""`: first); None leaves it where
    it is, or puts a new key last.
    """

    kind: str
    name: str
    path: tuple[str, ...]
    value: object
    after: str | None = None

    def to_json(self) -> dict[str, object]:
        """Give plain data that `from_json` reads."""
        data: dict[str, object] = {"kind": self.kind, "name": self.name, "path": list(self.path)}
        if self.after is not None:
            data["after"] = self.after
        if self.value is REMOVED:
            data["removed"] = True
        elif self.value is not KEPT:
            data["value"] = self.value
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Edit:
        """Read what `to_json` gave."""
        value = REMOVED if data.get("removed") else data.get("value") if "value" in data else KEPT
        return cls(str(data["kind"]), str(data["name"]), tuple(data["path"]), value, data.get("after"))


@dataclass(frozen=True, slots=True)
class Overlay:
    """A tenant's own changes on top of the installed packages, in the order made."""

    edits: tuple[Edit, ...] = ()

    def with_edits(self, edits: Iterable[Edit]) -> Overlay:
        """Add later edits; an earlier edit of the same property, or of something in it, is replaced."""
        kept = list(self.edits)
        for edit in edits:
            if edit.value is not KEPT:
                kept = [each for each in kept if not _covers(edit, each)]
            kept.append(edit)
        return Overlay(tuple(kept))

    def to_json(self) -> list[dict[str, object]]:
        """Give plain data that `from_json` reads."""
        return [edit.to_json() for edit in self.edits]

    @classmethod
    def from_json(cls, data: Iterable[Mapping[str, object]]) -> Overlay:
        """Read what `to_json` gave."""
        return cls(tuple(Edit.from_json(each) for each in data))


NO_OVERLAY = Overlay()


def applied(body: Mapping[str, object], edit: Edit) -> dict[str, object]:
    """Give the body with one edit made; the old body is left alone, missing parents are added."""
    if not edit.path:
        return dict(edit.value) if isinstance(edit.value, Mapping) else dict(body)
    return _applied(body, edit.path, edit)


def edits_between(
    base: Mapping[str, object] | None, body: Mapping[str, object] | None, *, kind: str, name: str
) -> tuple[Edit, ...]:
    """List the edits that turn one body of an item into another; None means that there is no item."""
    if body is None:
        return () if base is None else (Edit(kind, name, (), REMOVED),)
    if base is None:
        return (Edit(kind, name, (), body),)
    return tuple(_between(base, body, (), kind, name))


def _covers(edit: Edit, earlier: Edit) -> bool:
    same = (edit.kind, edit.name) == (earlier.kind, earlier.name)
    return same and earlier.path[: len(edit.path)] == edit.path and (earlier.after is None or earlier.path != edit.path)


def _applied(body: object, path: tuple[str, ...], edit: Edit) -> dict[str, object]:
    result = dict(body) if isinstance(body, Mapping) else {}
    step, rest = path[0], path[1:]
    if rest:
        if edit.value is REMOVED and not isinstance(result.get(step), Mapping):
            return result
        result[step] = _applied(result.get(step), rest, edit)
    elif edit.value is REMOVED:
        result.pop(step, None)
    elif edit.value is KEPT:
        if step in result and edit.after is not None:
            return after_key(result, step, result[step], edit.after)
    elif edit.after is None:
        result[step] = edit.value
    else:
        return after_key(result, step, edit.value, edit.after)
    return result


def _between(
    base: Mapping[str, object], body: Mapping[str, object], path: tuple[str, ...], kind: str, name: str
) -> Iterator[Edit]:
    for key in base:
        if key not in body:
            yield Edit(kind, name, (*path, key), REMOVED)
    named = is_container(kind, path)
    order = [key for key in base if key in body]
    for index, (key, value) in enumerate(body.items()):
        before = list(body)[index - 1] if index else ""
        if key in base:
            yield from _changed(base[key], value, (*path, key), kind, name)
            if named and order[index] != key:
                order.remove(key)
                order.insert(index, key)
                yield Edit(kind, name, (*path, key), KEPT, before)
        elif named and index < len(order):
            order.insert(index, key)
            yield Edit(kind, name, (*path, key), value, before)
        else:
            order.append(key)
            yield Edit(kind, name, (*path, key), value)


def _changed(old: object, new: object, path: tuple[str, ...], kind: str, name: str) -> Iterator[Edit]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _between(old, new, path, kind, name)
    elif not same(old, new):
        yield Edit(kind, name, path, new)


def same(old: object, new: object) -> bool:
    """Whether two plain values mean the same, frozen or not; `1` and `true` don't."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        return len(old) == len(new) and all(same(*pair) for pair in zip(old, new, strict=True))
    return old == new and isinstance(old, bool) == isinstance(new, bool)
