"""The typed tree of a checked expression; evaluation and SQL are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from metadata.expressions.types import ValueType

if TYPE_CHECKING:
    from metadata.expressions.functions.registry import Form


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of an expression: its type, and where it starts in the source (from 0)."""

    type: ValueType
    start: int

    @property
    def children(self) -> Iterator[Node]:
        """The nodes right below."""
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Node))

    def walk(self) -> Iterator[Node]:
        """This node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Node):
    """A value written in the source; None is a blank."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Path(Node):
    """A value of the record, or of a record that it leads to."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """An operation that computes with the values of all its arguments."""

    form: Form
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class And(Node):
    """True if all are true, examined from left to right."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Or(Node):
    """True if one is true, examined from left to right."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    """The opposite; of a blank a blank."""

    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Node):
    """A comparison of two values of one kind: `==`, `!=`, `<`, `<=`, `>` or `>=`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Node):
    """Whether a value equals one of several."""

    item: Node
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Contains(Node):
    """Whether a list of values, held by the record or known at the moment, has a value in it."""

    container: Node
    item: Node


@dataclass(frozen=True, slots=True, eq=False)
class IsBlank(Node):
    """Whether there is no value."""

    operand: Node


@dataclass(frozen=True, slots=True, eq=False)
class BlankValue(Node):
    """A value, or where it is blank another."""

    operand: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class IfError(Node):
    """A value, or where it can't be computed another."""

    operand: Node
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class Choose(Node):
    """The result beside the first condition that is true; conditions and results alternate."""

    conditions: tuple[Node, ...]
    results: tuple[Node, ...]
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class Match(Node):
    """The result beside the first value that equals the subject."""

    subject: Node
    values: tuple[Node, ...]
    results: tuple[Node, ...]
    otherwise: Node


@dataclass(frozen=True, slots=True, eq=False)
class MomentValue(Node):
    """What the moment of evaluation knows: `today`, `now`, `user` or `org_units`."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Change(Node):
    """What the present save does: `is_new`, or with the path of a field `is_changed` or `prior`."""

    name: str
    path: tuple[str, ...] = ()
