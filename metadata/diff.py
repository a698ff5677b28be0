"""The difference of two sets of definitions, as facts about properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from metadata.containers import is_container
from metadata.edits import same

Bodies = Mapping[str, Mapping[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was `added`, `removed` or `changed`; an empty path means the whole item.

    What is added or removed is reported once, as a whole. A changed order of named things (fields,
    tabs, values) is a change of their mapping, with the names in order as `old` and `new`.
    """

    action: str
    kind: str
    name: str
    path: tuple[str, ...]
    old: object = None
    new: object = None

    def to_json(self) -> dict[str, object]:
        """Give plain data that `from_json` reads."""
        return {
            "action": self.action, "kind": self.kind, "name": self.name, "path": list(self.path),
            "old": self.old, "new": self.new,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Change:
        """Read what `to_json` gave."""
        return cls(data["action"], data["kind"], data["name"], tuple(data["path"]), data["old"], data["new"])


def diff(old: Bodies, new: Bodies) -> tuple[Change, ...]:
    """List what differs between two sets of definitions (kind → name → body), kind by kind."""
    return tuple(_changes(old, new))


def _changes(old: Bodies, new: Bodies) -> Iterator[Change]:
    for kind in dict.fromkeys((*old, *new)):
        before, after = old.get(kind, {}), new.get(kind, {})
        for name in dict.fromkeys((*before, *after)):
            if name not in after:
                yield Change("removed", kind, name, (), old=before[name])
            elif name not in before:
                yield Change("added", kind, name, (), new=after[name])
            elif before[name] is not after[name]:
                yield from _inside(kind, name, (), before[name], after[name])


def _inside(
    kind: str, name: str, path: tuple[str, ...], old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        here = (*path, key)
        if key not in new:
            yield Change("removed", kind, name, here, old=old[key])
        elif key not in old:
            yield Change("added", kind, name, here, new=new[key])
        elif isinstance(old[key], Mapping) and isinstance(new[key], Mapping):
            yield from _inside(kind, name, here, old[key], new[key])
        elif not same(old[key], new[key]):
            yield Change("changed", kind, name, here, old[key], new[key])
    if is_container(kind, path):
        before = tuple(key for key in old if key in new)
        after = tuple(key for key in new if key in old)
        if before != after:
            yield Change("changed", kind, name, path, before, after)
