"""Makes a checked expression of a source: scan, parse, limit, read, type; all problems at once."""

from __future__ import annotations

import ast
from dataclasses import replace

from metadata.errors import Location, Problem
from metadata.expressions.check import Checking
from metadata.expressions.expression import BLANKS, PURPOSES, Expression, Scope
from metadata.expressions.misread import misread
from metadata.expressions.prepare import prepare
from metadata.expressions.problems import ExpressionInvalid
from metadata.expressions.reader import Reader
from metadata.expressions.scan import Scanned, place, scan
from metadata.expressions.sql.size import too_large
from metadata.expressions.tree import Call, Change, MomentValue, Node, Path
from metadata.expressions.types import BOOLEAN, ValueType

MAX_NODES = 200
MAX_DEPTH = 25
MAX_CHAIN = 60
"""How many terms a sum may have."""

_IN_SQL = ("formula", "filter")
_TRUTHS = ("condition", "validation", "filter")
_UNREADABLE = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError)


def compile_expression(
    source: str, *, scope: Scope, purpose: str, expect: ValueType | None = None, blanks: str = "blank",
) -> Expression:
    """Parse, type and check an expression.

    `expect` is the type wanted; conditions, rules and filters want a boolean anyway. With blanks
    `zero` blank numbers of the record are read as 0. Raises ExpressionInvalid with every problem.
    """
    if purpose not in PURPOSES or blanks not in BLANKS:
        raise ValueError(f"unknown purpose or policy: {purpose}, {blanks}")
    scanned = scan(source)
    if scanned.problems:
        raise _invalid(source, scanned.problems)
    check = Checking()
    tree = Reader(scanned, scope, purpose, check).read(_parsed(source, scanned))
    wanted = expect if expect is not None else BOOLEAN if purpose in _TRUTHS else None
    if wanted is not None and not check.problems:
        check.result(tree, wanted)
    if check.problems:
        raise _invalid(source, check.problems)
    if purpose in _IN_SQL and too_large(tree):
        raise _invalid(source, [place("expression_too_large", 0, limit=MAX_NODES)])
    return _made(source, tree, purpose, blanks)


def _made(source: str, tree: Node, purpose: str, blanks: str) -> Expression:
    nodes = list(tree.walk())
    paths = [node.path for node in nodes if isinstance(node, Path | Change) and node.path]
    return Expression(
        source, tree.type, tuple(dict.fromkeys(paths)), purpose, blanks, tree,
        deterministic=not any(
            isinstance(node, MomentValue) or (isinstance(node, Call) and node.form.zoned) for node in nodes
        ),
        uses_changes=any(isinstance(node, Change) for node in nodes),
        run=prepare(tree, zero=blanks == "zero"),
    )


def _parsed(source: str, scanned: Scanned) -> ast.AST:
    try:
        tree = ast.parse(scanned.plain.lstrip(), mode="eval").body
    except _UNREADABLE as unreadable:
        problem = misread(scanned.plain, _stopped(scanned.plain, unreadable), deepest=MAX_DEPTH)
        raise _invalid(source, [problem]) from unreadable
    if _size(tree) > MAX_NODES:
        raise _invalid(source, [place("expression_too_large", 0, limit=MAX_NODES)])
    deepest = _deepest(tree)
    if deepest is not None:
        raise _invalid(source, [place("expression_too_deep", 0, limit=deepest)])
    return tree


def _stopped(plain: str, unreadable: Exception) -> int:
    """Where Python's parser gave up; it says 0 for the end."""
    offset = getattr(unreadable, "offset", None)
    if not offset:
        return max(0, len(plain.rstrip()) - 1)
    return min(len(plain) - 1, len(plain) - len(plain.lstrip()) + offset - 1)


def _size(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.expr) for node in ast.walk(tree))


def _deepest(tree: ast.AST) -> int | None:
    """The limit that nesting exceeds."""
    waiting = [(tree, 1, 1)]
    while waiting:
        node, depth, chain = waiting.pop()
        if depth > MAX_DEPTH:
            return MAX_DEPTH
        if chain > MAX_CHAIN:
            return MAX_CHAIN
        row = _before(node)
        for child in ast.iter_child_nodes(node):
            if child is row:
                waiting.append((child, depth, chain + 1))
            else:
                waiting.append((child, depth + 1, 1))
    return None


def _before(node: ast.AST) -> ast.AST | None:
    """What a sum, or a path, continues: a row of terms is long, not deep."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.BitAnd):
        return node.left
    return node.value if isinstance(node, ast.Attribute) else None


def _invalid(source: str, problems: list[Problem] | tuple[Problem, ...]) -> ExpressionInvalid:
    placed = sorted(problems, key=lambda problem: problem.path[0])
    return ExpressionInvalid(
        replace(problem, path=(), location=_location(source, int(problem.path[0]))) for problem in placed
    )


def _location(source: str, position: int) -> Location:
    before = source[:position]
    return Location("", before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
