"""What a function of the language is, and the one registry of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from metadata.expressions.tree import Node
from metadata.expressions.types import ValueType
from metadata.registry import Registry

Gives = ValueType | Callable[[tuple[ValueType, ...]], ValueType]
Build = Callable[["Check", int, tuple[Node, ...]], Node]


class Check(Protocol):
    """What a function that examines its arguments itself may ask of the check."""

    def expect(self, node: Node, type: ValueType) -> bool:
        """Require a node to have a type, noting a problem if it hasn't."""

    def common(self, nodes: Sequence[Node]) -> ValueType:
        """Find the type that all these values have, noting a problem if there is none."""

    def equal(self, left: Node, right: Node) -> None:
        """Require that two values can be equal, noting a problem if they can't."""

    def element(self, container: Node, item: Node) -> None:
        """Require that a multi-picklist can have a value, noting a problem if it can't."""

    def problem(self, code: str, start: int, **params: object) -> None:
        """Note a problem."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way to call a function: what it takes and gives, and how it is computed.

    `takes` lists kinds; `?` after one: may be missing, `*`: once or more, `any`: whatever. A blank
    argument gives a blank, unless the form `keeps_blanks`: then `evaluate` gets None. A `zoned` form
    gets the zone of the moment first. `evaluate` raises Fault. `postgresql` writes the same in SQL
    from a dialect's writer and the arguments; on SQLite the database calls `evaluate` itself.
    """

    name: str
    takes: tuple[str, ...]
    gives: Gives
    evaluate: Callable[..., object]
    postgresql: Callable[..., object]
    keeps_blanks: bool = False
    zoned: bool = False

    def fits(self, kinds: tuple[str, ...]) -> bool:
        """Whether arguments of these kinds can be given."""
        return self.counts(len(kinds)) and not self.mismatches(kinds)

    def counts(self, count: int) -> bool:
        """Whether the form can be called with so many arguments."""
        least = sum(not want.endswith("?") for want in self.takes)
        repeated = bool(self.takes) and self.takes[-1].endswith("*")
        return least <= count and (repeated or count <= len(self.takes))

    def wanted(self, position: int) -> str:
        """The kind of an argument."""
        return self.takes[min(position, len(self.takes) - 1)].rstrip("?*")

    def mismatches(self, kinds: tuple[str, ...]) -> tuple[int, ...]:
        """The positions of arguments that don't fit."""
        return tuple(at for at, kind in enumerate(kinds) if not accepts(self.wanted(at), kind))

    def type_of(self, types: tuple[ValueType, ...]) -> ValueType:
        """The type of the result for arguments of these types."""
        return self.gives if isinstance(self.gives, ValueType) else self.gives(types)


def accepts(wanted: str, kind: str) -> bool:
    """Whether a value of a kind may stand where another is wanted; a picklist's code is a text too."""
    return wanted in ("any", kind) or kind in ("blank", "unknown") or (wanted == "text" and kind == "choice")


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function by name, with what people are told about it.

    `examples` are pairs of an expression and an expression for what it gives; `#` stands for an
    error. A function that examines its arguments itself has `build` instead of `forms`: it gets the
    check, the position and the typed arguments, and makes the tree's node.
    """

    name: str
    group: str
    signature: str
    en: str
    zh: str
    examples: tuple[tuple[str, str], ...]
    forms: tuple[Form, ...] = ()
    build: Build | None = None
    purposes: tuple[str, ...] | None = None
    """Where it may be used; None: everywhere."""


FUNCTIONS: Registry[Function] = Registry("function", needs=("signature", "en", "zh", "examples"))
OPERATORS: dict[str, tuple[Form, ...]] = {}
"""The forms behind the signs `+ - * / ** &` and the sign before a number (`negative`)."""


def define(
    signature: str, group: str, *forms: Form, en: str, zh: str, examples: tuple[tuple[str, str], ...],
    build: Build | None = None, purposes: tuple[str, ...] | None = None,
) -> None:
    """Register a function; the name is the part of the signature before the bracket."""
    name = signature.partition("(")[0]
    FUNCTIONS.register(Function(name, group, signature, en, zh, examples, forms, build, purposes))


def forms_by_name() -> dict[str, Form]:
    """Every form there is, of functions and of operators."""
    every = [form for function in FUNCTIONS.values() for form in function.forms]
    every += [form for forms in OPERATORS.values() for form in forms]
    return {form.name: form for form in every}
