"""What parts of an expression are worth before any record is looked at."""

from __future__ import annotations

from metadata.expressions.expression import ERROR, Moment
from metadata.expressions.prepare import Situation, prepare
from metadata.expressions.problems import Fault
from metadata.expressions.tree import Change, Constant, Node, Path


READS = object()
"""Stands for the value of a node that depends on the record."""


def known(node: Node, moment: Moment) -> object:
    """Compute a node that reads no record: its value, or ERROR; READS if it reads one."""
    if isinstance(node, Constant):
        return node.value
    if any(isinstance(each, Path | Change) for each in node.walk()):
        return READS
    try:
        return prepare(node)(Situation(_nothing, moment))
    except Fault:
        return ERROR


def _nothing(path: tuple[str, ...]) -> object:
    raise LookupError(path)
