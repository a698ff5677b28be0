"""The one loud registry: a second registration of a name, or an incomplete one, stops the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class AlreadyRegistered(Exception):
    """Two things claim one name."""


class Registry(Mapping[str, Thing], Generic[Thing]):
    """Things by name, in the order of registration; `what` names them in messages."""

    def __init__(self, what: str, *, needs: tuple[str, ...] = ()) -> None:
        self.what = what
        self._needs = needs
        self._things: dict[str, Thing] = {}

    def register(self, thing: Thing) -> Thing:
        """Add a thing under its `name`.

        Raises AlreadyRegistered for a taken name, TypeError when a needed attribute is missing.
        """
        missing = [need for need in ("name", *self._needs) if getattr(thing, need, None) is None]
        if missing:
            raise TypeError(f"{self.what} {thing!r} lacks {', '.join(missing)}")
        name = str(getattr(thing, "name"))
        if name in self._things:
            raise AlreadyRegistered(f"{self.what} {name!r} is registered twice")
        self._things[name] = thing
        return thing

    def __getitem__(self, name: str) -> Thing:
        return self._things[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)
