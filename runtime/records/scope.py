"""What names mean in an expression that a user writes: only fields that the user may read exist."""

from __future__ import annotations

from metadata.errors import Problem
from metadata.expressions import Expression, ExpressionInvalid, UnknownName, ValueType, compile_expression
from runtime.records.access import Access
from runtime.records.kept import Kept

_KEPT = 4_000


class ReadableScope:
    """The fields of an object, and across its relations, as far as they may be read."""

    def __init__(self, access: Access, object_name: str) -> None:
        self._access = access
        self._object = object_name

    def resolve(self, path: tuple[str, ...]) -> ValueType:
        """Give the type of a path; a hidden field is as unknown as one that never was."""
        name: str | None = self._object
        for index, step in enumerate(path):
            if name is None:
                raise UnknownName(step, (), index)
            readable = self._access.readable(name)
            fields = self._access.model.objects[name].fields
            if step not in readable:
                raise UnknownName(step, tuple(each for each in fields if each in readable), index)
            field = fields[step]
            name = field.targets[0] if field.is_relation and field.targets[0] in self._access.model.objects else None
        return field.type.type_of(field)


def compiled(access: Access, object_name: str, source: str, *, place: str) -> Expression:
    """Compile a condition a user wrote; raises ExpressionInvalid, its problems at `place`."""
    key = (access.key, object_name, source)
    try:
        return _conditions.get(key, lambda: compile_expression(
            source, scope=ReadableScope(access, object_name), purpose="filter"))
    except ExpressionInvalid as error:
        raise ExpressionInvalid(relocated(error, place)) from error


def relocated(error: ExpressionInvalid, place: str) -> list[Problem]:
    """Say of an expression's problems in which part of a query it stood."""
    return [Problem(each.code, (place,), each.params, each.location) for each in error.problems]


_conditions: Kept[Expression] = Kept(_KEPT)
