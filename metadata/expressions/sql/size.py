"""Measures how much SQL an expression becomes: deep ones may repeat parts that can fail."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice

from sqlalchemy import BigInteger, column
from sqlalchemy.sql import visitors

from metadata.expressions.expression import Moment
from metadata.expressions.sql import pieces
from metadata.expressions.sql.literals import TYPES
from metadata.expressions.sql.postgresql import PostgresqlWriter
from metadata.expressions.sql.values import SqlValue
from metadata.expressions.tree import Node, Path

MAX_PARTS = 10_000
SURELY_SMALL = 12
"""A tree of so few nodes is never too large."""

_MOMENT = Moment(datetime(2000, 1, 1, tzinfo=timezone.utc), "UTC", 0)


def too_large(tree: Node) -> bool:
    """Tell whether an expression becomes more SQL than a database should be asked to read."""
    nodes = list(tree.walk())
    if len(nodes) <= SURELY_SMALL:
        return False
    types = {node.path: node.type for node in nodes if isinstance(node, Path)}

    def column_of(path: tuple[str, ...]) -> SqlValue:
        held = BigInteger() if types[path].scale == 0 else TYPES[types[path].kind]
        return SqlValue(column("x", held), types[path], other=column("y", TYPES[types[path].kind]))

    with pieces.own_names():
        part = PostgresqlWriter(column_of, _MOMENT, False).write(tree)
    size = 0
    for element in (part.value, part.error):
        if element is not None:
            size += sum(1 for _ in islice(visitors.iterate(element), MAX_PARTS + 1))
    return size > MAX_PARTS
