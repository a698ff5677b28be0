"""Operations that SQLite can do itself, exactly, when their operands allow it."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Text, func, literal_column

from metadata.expressions import texts
from metadata.expressions.functions.text import joined_type, size_of
from metadata.expressions.sql import pieces
from metadata.expressions.sql.literals import INT64
from metadata.expressions.sql.scaled import aligned
from metadata.expressions.sql.values import Part
from metadata.expressions.tree import Call


def _added(node: Call, arguments: list[Part]) -> Part | None:
    pair = aligned(arguments)
    if pair is None or pair[0].bound is None or pair[1].bound is None:
        return None
    bound = pair[0].bound + pair[1].bound
    if bound >= INT64:
        return None
    left, right = (each.value for each in pair)
    value = left + right if node.form.name == "add" else left - right
    return Part(value, node.type, scale=pair[0].scale, bound=bound)


def _joined(node: Call, arguments: list[Part]) -> Part | None:
    size = size_of(joined_type(tuple(each.type for each in arguments)))
    if any(each.fails for each in arguments) or size is None or size > texts.MAX_TEXT:
        return None
    empty = literal_column("''", Text())
    first, *others = (func.coalesce(each.value, empty, type_=Text()) for each in arguments)
    for other in others:
        first = first.op("||")(other)
    return Part(pieces.blank_if_empty(first), node.type)


NATIVE: dict[str, Callable[[Call, list[Part]], Part | None]] = {"add": _added, "subtract": _added, "join": _joined}
"""By the name of the form; each gives None where the operands don't allow it."""
