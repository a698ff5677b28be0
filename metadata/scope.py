"""What the names of an expression mean over objects: fields, the platform's own fields, paths across lookups."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from metadata.expressions import UnknownName, ValueType
from metadata.model import Field, Model

Path = tuple[str, ...]


class Unresolvable(Exception):
    """A path leads through a definition that is itself faulty; nothing can be said about it."""


class FieldScope:
    """The names that an expression over one object may use.

    `fields_of` gives the fields of any object. `faulty` knows (object, field) pairs, and (object, "*")
    for whole objects, whose definitions are broken: a path through them raises Unresolvable.
    """

    def __init__(
        self,
        object_name: str,
        fields_of: Callable[[str], Mapping[str, Field]],
        *,
        faulty: Container[tuple[str, str]] = frozenset(),
    ) -> None:
        self.object_name = object_name
        self._fields_of = fields_of
        self._faulty = faulty
        self._types: dict[Path, ValueType] = {}

    def resolve(self, path: Path) -> ValueType:
        """Give the type of a dotted path; raises UnknownName with what would be allowed."""
        if path not in self._types:
            field = self.field(path)
            self._types[path] = field.type.type_of(field)
        return self._types[path]

    def field(self, path: Path) -> Field:
        """Find the field at the end of a dotted path; raises UnknownName, with the index of the wrong step."""
        object_name: str | None = self.object_name
        field: Field | None = None
        for index, step in enumerate(path):
            if object_name is None:
                raise UnknownName(step, (), index)
            field = self._step(object_name, step, index)
            object_name = field.targets[0] if field.is_relation else None
        if field is None:
            raise UnknownName("", (), 0)
        return field

    def _step(self, object_name: str, step: str, index: int) -> Field:
        if (object_name, "*") in self._faulty or (object_name, step) in self._faulty:
            raise Unresolvable(object_name, step)
        fields = self._fields_of(object_name)
        if step not in fields:
            raise UnknownName(step, own_first(fields), index)
        return fields[step]


def own_first(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Name the fields of an object, those that the platform adds at the end."""
    return tuple(sorted(fields, key=lambda name: fields[name].standard))


def scope_of(model: Model, object_name: str) -> FieldScope:
    """The scope of expressions over one object of a compiled model."""
    return FieldScope(object_name, lambda name: model.objects[name].fields)
