"""Packages, extensions and a tenant's overlay become one set of definitions, per property.

An extension says only what differs: mappings are merged by key, everything else is replaced,
`remove: true` takes away and `after: name` places. An overlay is a list of edits of single properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from metadata.containers import CONTAINERS, after_key, is_container, language_map, shorthand
from metadata.documents import Item, Package
from metadata.edits import AFTER, NO_OVERLAY, REMOVED, Edit, Overlay, applied
from metadata.errors import Location, Problem
from metadata.frozen import freeze
from metadata.kinds import KINDS, OVERLAY, SYSTEM
from metadata.names import TENANT_PREFIX
from metadata.similar import similar

PRIVATE = frozenset({"data", "demo", "test", "translations"})
"""Kinds whose items belong to one package alone: their names get the package's name in front."""

DEEPEST = 5
"""No named thing stands deeper in a definition."""


@dataclass(slots=True)
class Definition:
    """One merged item: its body, the package that brought it, and all items that say something of it."""

    kind: str
    name: str
    body: dict[str, object]
    package: str
    parts: list[tuple[str, Item]] = field(default_factory=list)
    edited: list[tuple[str, ...]] = field(default_factory=list)

    def item_at(self, path: tuple[str | int, ...]) -> Item:
        """Find the item in which a value stands: the overlay's if it set it, else the last that knows most of it."""
        if any(path[: len(edit)] == edit for edit in self.edited):
            return self.parts[-1][1]
        if len(self.parts) == 1:
            return self.parts[0][1]
        return max(reversed(self.parts), key=lambda part: _known_steps(part[1].body, path))[1]

    def location(self, path: tuple[str | int, ...] = (), *, key: bool = False) -> Location:
        """Say where a value of the merged body stands."""
        return self.item_at(path).location(path, key=key)

    def writer(self, path: tuple[str | int, ...]) -> str:
        """Name the package that said what stands at a path."""
        item = self.item_at(path)
        return next(package for package, each in self.parts if each is item)


def _known_steps(body: object, path: tuple[str | int, ...]) -> int:
    """Count the steps of a path that exist in a body; positions don't tell, for stored packages have none."""
    for depth, step in enumerate(path):
        known = isinstance(step, int) and step < len(body) if isinstance(body, list | tuple) else (
            isinstance(body, Mapping) and step in body)
        if not known:
            return depth
        body = body[step]
    return len(path)


@dataclass(slots=True)
class Definitions:
    """All merged items by kind and name, and what was wrong while merging."""

    kinds: dict[str, dict[str, Definition]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    problems: list[Problem] = field(default_factory=list)

    def __getitem__(self, kind: str) -> dict[str, Definition]:
        return self.kinds[kind]

    def __iter__(self) -> Iterable[Definition]:
        return (each for items in self.kinds.values() for each in items.values())

    def bodies(self) -> dict[str, dict[str, object]]:
        """The plain definitions: kind → name → body."""
        return {kind: {name: each.body for name, each in items.items()} for kind, items in self.kinds.items()}


def merged(
    packages: Sequence[Package], overlay: Overlay = NO_OVERLAY
) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """Merge packages, given in the order of dependence, and an overlay into frozen definitions.

    What doesn't fit together is left out without complaint; `compile_model` is what complains.
    """
    return freeze(combined(packages, overlay).bodies())  # type: ignore[return-value]


def combined(packages: Sequence[Package], overlay: Overlay = NO_OVERLAY) -> Definitions:
    """Merge packages and an overlay, keeping where everything came from."""
    definitions = Definitions()
    requires = {package.name: required_by(package) for package in packages}
    for package in packages:
        for item in package.items:
            _add(definitions, package, item, requires[package.name])
    for edit in overlay.edits:
        _edit(definitions, edit)
    return definitions


def required_by(package: Package) -> frozenset[str]:
    """Name the packages that one requires, the system package among them."""
    for item in package.items:
        if item.kind == "app" and isinstance(item.body.get("requires"), Mapping):
            return frozenset(item.body["requires"]) | {SYSTEM}
    return frozenset({SYSTEM})


def qualified(kind: str, package: str, name: str) -> str:
    """Give the name under which an item stands among the definitions of all packages."""
    return f"{package}/{name}" if kind in PRIVATE else name


def _add(definitions: Definitions, package: Package, item: Item, requires: frozenset[str]) -> None:
    name = qualified(item.kind, package.name, item.name)
    known = definitions[item.kind].get(name)
    part = (package.name, item)
    if known is None:
        body = dict(item.body)
        if item.kind in CONTAINERS and item.marks.mentions(AFTER):
            body = _arranged(item.kind, body, ())
        definitions[item.kind][name] = Definition(item.kind, name, body, package.name, [part])
    elif any(owner == package.name for owner, _ in known.parts):
        other = known.parts[-1][1].file
        _complain(
            definitions, item, "name_twice", (KINDS[item.kind].key or "",), kind=item.kind, name=item.name, other=other
        )
    elif known.package not in requires:
        key = KINDS[item.kind].key or ""
        _complain(definitions, item, "name_taken", (key,), kind=item.kind, name=item.name, package=known.package)
    elif item.body.get("remove") is True:
        del definitions[item.kind][name]
    else:
        known.body = _extended(definitions, item, known.body, item.body, ())
        known.parts.append(part)


def _complain(definitions: Definitions, item: Item, code: str, path: tuple[str, ...], **params: object) -> None:
    definitions.problems.append(Problem(code, path, params, item.location(path)))


def _arranged(kind: str, value: object, path: tuple[str, ...]) -> object:
    """Honour `after` in a definition that extends nothing."""
    if not isinstance(value, dict) or len(path) >= DEEPEST:
        return value
    arranged: dict[str, object] = {}
    named = is_container(kind, path)
    for key, each in value.items():
        inside = _arranged(kind, each, (*path, key))
        arranged = _placed(arranged, key, inside) if named else {**arranged, key: inside}
    return arranged


def _placed(mapping: dict[str, object], key: str, value: object) -> dict[str, object]:
    """Set a key and, where its value says `after`, put it there; the `after` is used up."""
    if not (isinstance(value, dict) and isinstance(value.get("after"), str)):
        return {**mapping, key: value}
    stripped = {name: each for name, each in value.items() if name != "after"}
    return after_key(mapping, key, stripped, value["after"])


def _extended(
    definitions: Definitions,
    item: Item,
    base: Mapping[str, object],
    change: Mapping[str, object],
    path: tuple[str, ...],
) -> dict[str, object]:
    """Lay an extension's mapping over the one it extends."""
    result = dict(base)
    named = is_container(item.kind, path)
    for key, value in change.items():
        here = (*path, key)
        if isinstance(value, dict) and value.get("remove") is True:
            if key in result:
                del result[key]
            else:
                params = {"name": key, **similar(key, base)}
                definitions.problems.append(Problem("remove_unknown", here, params, item.location(here, key=True)))
            continue
        old = result.get(key)
        if shorthand(item.kind, path):
            old, value = _full(old), _full(value)
        if isinstance(old, dict) and isinstance(value, dict):
            after = value.get("after") if named else None
            value = _extended(
                definitions, item, old, {k: v for k, v in value.items() if k != "after" or not named}, here
            )
            if isinstance(after, str):
                value["after"] = after
        elif isinstance(old, str) and language_map(value):
            value = {"en": old, **value}
        result = _placed(result, key, value) if named else {**result, key: value}
    return result


def _full(value: object) -> object:
    """Write out the short form of a picklist value."""
    return {"label": value} if isinstance(value, str) or language_map(value) else value


def _edit(definitions: Definitions, edit: Edit) -> None:
    if edit.kind not in KINDS:
        definitions.problems.append(
            Problem("unknown_kind", (edit.kind,), {"name": edit.kind, **similar(edit.kind, KINDS)})
        )
        return
    known = definitions[edit.kind].get(edit.name)
    place = Location(f"{OVERLAY}/{edit.kind}/{edit.name}")
    if edit.path == () and edit.value is REMOVED:
        definitions[edit.kind].pop(edit.name, None)
    elif known is None and edit.path:
        if edit.value is not REMOVED:
            params = {"kind": edit.kind, "name": edit.name}
            definitions.problems.append(Problem("overlay_without_item", edit.path, params, place))
    else:
        item = Item(edit.kind, edit.name, {}, place.file)
        if known is None:
            known = Definition(edit.kind, edit.name, {}, OVERLAY, [(OVERLAY, item)])
            definitions[edit.kind][edit.name] = known
            if KINDS[edit.kind].tenant_prefix and not edit.name.startswith(TENANT_PREFIX):
                params = {"name": edit.name, "prefix": TENANT_PREFIX}
                definitions.problems.append(Problem("tenant_prefix", (), params, place))
        elif known.package != OVERLAY:
            _check_prefix(definitions, known.body, edit, place)
        known.body = applied(known.body, edit)
        known.edited.append(edit.path)
        if known.parts[-1][0] != OVERLAY:
            known.parts.append((OVERLAY, item))


def _check_prefix(definitions: Definitions, body: Mapping[str, object], edit: Edit, place: Location) -> None:
    """What a tenant adds to something of a package must have a name that no later version takes."""
    here: object = body
    for index, step in enumerate(edit.path):
        here = here if isinstance(here, Mapping) else {}
        if is_container(edit.kind, edit.path[:index]) and step not in here and edit.value is not REMOVED:
            if not step.startswith(TENANT_PREFIX):
                params = {"name": step, "prefix": TENANT_PREFIX}
                definitions.problems.append(Problem("tenant_prefix", edit.path[: index + 1], params, place))
            return
        here = here.get(step)
    if is_container(edit.kind, edit.path) and isinstance(edit.value, Mapping):
        known = here if isinstance(here, Mapping) else {}
        for name in edit.value:
            if name not in known and not str(name).startswith(TENANT_PREFIX):
                params = {"name": name, "prefix": TENANT_PREFIX}
                definitions.problems.append(Problem("tenant_prefix", (*edit.path, name), params, place))
