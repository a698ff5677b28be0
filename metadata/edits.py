"""Edits: changes of single properties, which make up a tenant's overlay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metadata.containers import after_key, is_container

AFTER = "after"


class Mark:
    """A value that no definition can hold, such as REMOVED."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


REMOVED = Mark("REMOVED")
"""The value of an edit that takes something away."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one property: `path` leads into the body of the item `kind`/`name`, () is the item itself.

    An edit of the property `after` of a named thing (a field, a tab, a value) places it behind the
    one named, `""` first; a new thing may carry `after` in its value.
    """

    kind: str
    name: str
    path: tuple[str, ...]
    value: object

    def to_json(self) -> dict[str, object]:
        """Give plain data that `from_json` reads."""
        data: dict[str, object] = {"kind": self.kind, "name": self.name, "path": list(self.path)}
        return data | ({"removed": True} if self.value is REMOVED else {"value": self.value})

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Edit:
        """Read what `to_json` gave."""
        value = REMOVED if data.get("removed") else data["value"]
        return cls(data["kind"], data["name"], tuple(data["path"]), value)

    @property
    def places(self) -> bool:
        """Whether this edit only says where a named thing stands."""
        return len(self.path) > 2 and self.path[-1] == AFTER and is_container(self.kind, self.path[:-2])


@dataclass(frozen=True, slots=True)
class Overlay:
    """A tenant's own changes on top of the installed packages, in the order made."""

    edits: tuple[Edit, ...] = ()

    def to_json(self) -> list[dict[str, object]]:
        """Give plain data that `from_json` reads."""
        return [edit.to_json() for edit in self.edits]

    @classmethod
    def from_json(cls, data: Iterable[Mapping[str, Any]]) -> Overlay:
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


def _applied(body: object, path: tuple[str, ...], edit: Edit) -> dict[str, object]:
    result = dict(body) if isinstance(body, Mapping) else {}
    step, rest = path[0], path[1:]
    if edit.places and rest == (AFTER,):
        return after_key(result, step, result[step], str(edit.value)) if step in result else result
    if rest:
        if edit.value is REMOVED and not isinstance(result.get(step), Mapping):
            return result
        result[step] = _applied(result.get(step), rest, edit)
    elif edit.value is REMOVED:
        result.pop(step, None)
    elif is_container(edit.kind, edit.path[:-1]) and isinstance(edit.value, Mapping) and AFTER in edit.value:
        value = {key: each for key, each in edit.value.items() if key != AFTER}
        return after_key(result, step, value, str(edit.value[AFTER]))
    else:
        result[step] = edit.value
    return result


def _between(
    base: Mapping[str, object], body: Mapping[str, object], path: tuple[str, ...], kind: str, name: str
) -> Iterator[Edit]:
    for key in base:
        if key not in body:
            yield Edit(kind, name, (*path, key), REMOVED)
    for key, value in body.items():
        if key not in base:
            yield Edit(kind, name, (*path, key), value)
        else:
            yield from _changed(base[key], value, (*path, key), kind, name)
    if is_container(kind, path):
        order = [*(key for key in base if key in body), *(key for key in body if key not in base)]
        for index, (key, before) in enumerate(zip(body, ("", *body), strict=False)):
            if order[index] != key:
                order.remove(key)
                order.insert(index, key)
                yield Edit(kind, name, (*path, key, AFTER), before)


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
