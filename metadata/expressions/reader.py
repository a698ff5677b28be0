"""Turns the syntax tree of an expression into a typed one.

The walk is simpleeval's: it looks every node, operator and function up in its tables, and ours hold
nothing but what expressions may have. What comes out of its evaluation is the typed tree, which is
then evaluated as often as wanted or written as SQL.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from decimal import Decimal

from simpleeval import FeatureNotAvailable, SimpleEval

from metadata.expressions import numbers
from metadata.expressions.check import UNKNOWN, Checking
from metadata.expressions.expression import Scope
from metadata.expressions.functions import FUNCTIONS, OPERATORS, Form, Function
from metadata.expressions.functions.logic import choose
from metadata.expressions.problems import UnknownName
from metadata.expressions.scan import Scanned
from metadata.expressions.texts import nfkc
from metadata.expressions.tree import And, Call, Compare, Constant, Contains, Node, Not, OneOf, Or, Path
from metadata.expressions.types import ANY_RECORD, BLANK, BOOLEAN, CHOICE, NUMBER, RECORD, TEXT, ValueType
from metadata.similar import similar

REFERENCE = re.compile(r"([a-z][a-z0-9_]*)/([1-9][0-9]{0,17})\Z")
"""How a record is written beside a relation that may lead to any object: `regarding == 'loan/12'`."""

WORDS: dict[str, bool | None] = {
    "true": True, "false": False, "none": None, "TRUE": True, "FALSE": False, "NONE": None,
}
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.BitAnd: "&", ast.USub: "negative",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in",
}


class Reader(SimpleEval):
    """One walk over one expression."""

    def __init__(self, scanned: Scanned, scope: Scope, purpose: str, check: Checking) -> None:
        super().__init__(operators=SIGNS, functions=FUNCTIONS, names=WORDS, allowed_attrs={})  # type: ignore[arg-type]
        self.nodes: dict[type[ast.AST], Callable[..., Node]] = {
            ast.Constant: self._constant, ast.Name: self._path, ast.Attribute: self._path, ast.UnaryOp: self._unary,
            ast.BinOp: self._binary, ast.BoolOp: self._logic, ast.Compare: self._comparison, ast.IfExp: self._choice,
            ast.Call: self._call,
        }
        self._scanned, self._scope, self._purpose, self._check = scanned, scope, purpose, check
        self._offsets = _offsets(scanned.plain)

    def read(self, node: ast.AST) -> Node:
        """Give the typed node; one with a problem fits everywhere, so that reading goes on."""
        try:
            return self._eval(node)
        except FeatureNotAvailable:
            self._check.problem("expression_construct", self.start(node), construct=type(node).__name__)
            return Constant(UNKNOWN, self.start(node), None)

    def start(self, node: ast.AST) -> int:
        """Where a node begins, in characters."""
        return self._offsets(getattr(node, "col_offset", 0))

    def _constant(self, node: ast.Constant) -> Node:
        start = self.start(node)
        if start in self._scanned.texts:
            return self._text(self._scanned.texts[start], start)
        if start in self._scanned.numbers:
            return self._number(self._scanned.numbers[start], start)
        if node.value is None or isinstance(node.value, bool):
            return _word(node.value, start)
        raise FeatureNotAvailable(type(node.value).__name__)

    def _text(self, text: str, start: int) -> Node:
        if "\0" in text:
            self._check.problem("expression_unreadable", start, character="U+0000")
        return Constant(ValueType(TEXT.kind, size=len(text)), start, text or None)

    def _number(self, text: str, start: int) -> Node:
        number = Decimal(text)
        large = bool(number) and number.adjusted() >= numbers.DIGITS
        places = 0 if not number or large else max(0, -int(number.normalize(numbers.LONG).as_tuple().exponent))
        if large or places > numbers.SCALE:
            self._check.problem(
                "expression_number_size", start, digits=numbers.DIGITS, places=numbers.SCALE,
            )
            return Constant(UNKNOWN, start, None)
        return Constant(ValueType(NUMBER.kind, scale=places), start, Decimal(format(number, "f")))

    def _path(self, node: ast.AST) -> Node:
        parts: list[tuple[str, int]] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append((nfkc(inner.attr), self._offsets(inner.end_col_offset or 0) - len(inner.attr)))
            inner = inner.value
        if not isinstance(inner, ast.Name):
            raise FeatureNotAvailable("attribute")
        start = self.start(inner)
        parts.append((nfkc(inner.id), start))
        parts.reverse()
        path = tuple(name for name, _ in parts)
        if len(path) == 1 and path[0] in self.names:
            return _word(WORDS[path[0]], start)
        return self._resolved(path, [at for _, at in parts])

    def _resolved(self, path: tuple[str, ...], starts: list[int]) -> Node:
        try:
            return Path(self._scope.resolve(path), starts[0], path)
        except UnknownName as unknown:
            at = starts[min(unknown.index, len(starts) - 1)]
            if len(path) == 1 and path[0] in FUNCTIONS:
                self._check.problem("expression_brackets", at, signature=FUNCTIONS[path[0]].signature)
            elif unknown.index and not unknown.allowed:
                self._check.problem("no_path_beyond", at, name=unknown.name, field=".".join(path[: unknown.index]))
            else:
                self._check.problem(
                    "expression_unknown_name", at, name=unknown.name, **similar(unknown.name, unknown.allowed)
                )
            return Constant(UNKNOWN, starts[0], None)

    def _unary(self, node: ast.UnaryOp) -> Node:
        operand = self.read(node.operand)
        start = self.start(node)
        if isinstance(node.op, ast.Not):
            self._check.expect(operand, BOOLEAN)
            return Not(BOOLEAN, start, operand)
        if isinstance(node.op, ast.UAdd):
            self._check.expect(operand, NUMBER)
            return operand
        if isinstance(operand, Constant) and isinstance(operand.value, Decimal):
            return Constant(operand.type, start, numbers.negative(operand.value))
        return self._operation(node.op, start, (operand,))

    def _binary(self, node: ast.BinOp) -> Node:
        return self._operation(node.op, self.start(node), (self.read(node.left), self.read(node.right)))

    def _operation(self, operator: ast.AST, start: int, arguments: tuple[Node, ...]) -> Node:
        sign = self.operators.get(type(operator))
        if sign not in OPERATORS:
            raise FeatureNotAvailable(type(operator).__name__)
        kinds = tuple(each.type.kind for each in arguments)
        for form in OPERATORS[sign]:
            if form.fits(kinds):
                if form.takes[-1].endswith("*"):
                    arguments = _row(form, arguments)
                return Call(form.type_of(tuple(each.type for each in arguments)), start, form, arguments)
        self._unfit(sign, start, arguments)
        return Constant(UNKNOWN, start, None)

    def _unfit(self, sign: str, start: int, arguments: tuple[Node, ...]) -> None:
        if sign == "negative":
            self._check.expect(arguments[0], NUMBER)
        elif sign in "+&" and TEXT.kind in {each.type.kind for each in arguments}:
            for each in arguments:
                self._check.expect(each, TEXT)
        else:
            self._check.problem(
                "expression_operands", start, sign=sign, left=arguments[0].type.kind, right=arguments[1].type.kind
            )

    def _logic(self, node: ast.BoolOp) -> Node:
        operands = tuple(self.read(each) for each in node.values)
        for each in operands:
            self._check.expect(each, BOOLEAN)
        return (And if isinstance(node.op, ast.And) else Or)(BOOLEAN, self.start(node), operands)

    def _comparison(self, node: ast.Compare) -> Node:
        parts: list[Node] = []
        left = self.read(node.left)
        if len(node.ops) > 1 and any(isinstance(each, ast.In | ast.NotIn) for each in node.ops):
            self._check.problem("expression_chain", self.start(node))
            return Constant(BOOLEAN, self.start(node), None)
        for operator, right in zip(node.ops, node.comparators, strict=True):
            sign = self.operators.get(type(operator))
            if sign is None:
                self._check.problem("expression_is", self.start(node))
                return Constant(BOOLEAN, self.start(node), None)
            if sign in ("in", "not in"):
                found = self._within(left, right)
                parts.append(found if sign == "in" else Not(BOOLEAN, found.start, found))
            else:
                other = self.read(right)
                left, other = _meant(left, other), _meant(other, left)
                (self._check.equal if sign in ("==", "!=") else self._check.ordered)(left, other)
                parts.append(Compare(BOOLEAN, left.start, sign, left, other))
                left = other
        return parts[0] if len(parts) == 1 else And(BOOLEAN, parts[0].start, tuple(parts))

    def _within(self, item: Node, right: ast.AST) -> Node:
        if isinstance(right, ast.List | ast.Tuple):
            items = tuple(_meant(self.read(each), item) for each in right.elts)
            for each in items:
                self._check.equal(item, each)
            if item.type.kind == ANY_RECORD.kind:
                return Or(BOOLEAN, item.start, tuple(Compare(BOOLEAN, item.start, "==", item, each) for each in items))
            return OneOf(BOOLEAN, item.start, item, items)
        container = self.read(right)
        if container.type.kind == "choices":
            self._check.element(container, item)
            return Contains(BOOLEAN, item.start, container, item)
        if container.type.kind == "records":
            self._check.equal(Constant(ValueType(RECORD.kind, container.type.object), container.start, None), item)
            return Contains(BOOLEAN, item.start, container, item)
        if item.type.kind == CHOICE.kind and isinstance(container, Constant):
            self._check.equal(item, container)
            return OneOf(BOOLEAN, item.start, item, (container,))
        if container.type.kind not in ("unknown", "blank"):
            self._check.problem("expression_in", container.start, given=container.type.kind)
        return OneOf(BOOLEAN, item.start, item, ())

    def _choice(self, node: ast.IfExp) -> Node:
        condition, then, otherwise = self.read(node.test), self.read(node.body), self.read(node.orelse)
        return choose(self._check, self.start(node), (condition,), (then,), otherwise)

    def _call(self, node: ast.Call) -> Node:
        start = self.start(node)
        if not isinstance(node.func, ast.Name) or node.keywords:
            raise FeatureNotAvailable("call")
        arguments = tuple(self.read(each) for each in node.args)
        name = nfkc(node.func.id)
        function: Function | None = self.functions.get(name)
        if function is None:
            self._check.problem("expression_unknown_function", start, name=name, **similar(name, FUNCTIONS))
            return Constant(UNKNOWN, start, None)
        if function.purposes is not None and self._purpose not in function.purposes:
            self._check.problem(
                "expression_function_here", start, function=name, purpose=self._purpose, allowed=function.purposes
            )
        if function.build is not None:
            return function.build(self._check, start, arguments)
        return self._called(function, start, arguments)

    def _called(self, function: Function, start: int, arguments: tuple[Node, ...]) -> Node:
        kinds = tuple(each.type.kind for each in arguments)
        form = next((each for each in function.forms if each.fits(kinds)), None)
        if form is not None:
            return Call(form.type_of(tuple(each.type for each in arguments)), start, form, arguments)
        counted = [each for each in function.forms if each.counts(len(arguments))]
        if not counted:
            self._check.problem(
                "expression_argument_count", start, function=function.name, signature=function.signature
            )
        else:
            self._argument(function, counted, arguments)
        return Constant(UNKNOWN, start, None)

    def _argument(self, function: Function, forms: list, arguments: tuple[Node, ...]) -> None:
        kinds = tuple(each.type.kind for each in arguments)
        at = max(form.mismatches(kinds)[0] for form in forms)
        wanted = tuple(dict.fromkeys(form.wanted(at) for form in forms if form.mismatches(kinds)[0] == at))
        if len(wanted) == 1:
            self._check.expect(arguments[at], ValueType(wanted[0]))
        else:
            self._check.problem(
                "expression_argument", arguments[at].start, function=function.name, number=at + 1,
                given=kinds[at], allowed=wanted,
            )


def _row(form: Form, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
    """The terms of a row of one operator, which may take them all at once."""
    first = arguments[0]
    return (*first.arguments, *arguments[1:]) if isinstance(first, Call) and first.form is form else arguments


def _word(value: bool | None, start: int) -> Node:
    return Constant(BLANK if value is None else BOOLEAN, start, value)


def _offsets(plain: str) -> Callable[[int], int]:
    """How a position in UTF-8 bytes, as Python's parser counts, becomes one in characters."""
    if plain.isascii():
        return lambda position: position
    encoded = plain.encode()
    return lambda position: len(encoded[:position].decode(errors="ignore"))


def _meant(node: Node, beside: Node) -> Node:
    """A text written beside a relation to any object is the record that it names."""
    if beside.type.kind != ANY_RECORD.kind or not isinstance(node, Constant) or not isinstance(node.value, str):
        return node
    named = REFERENCE.match(node.value)
    return Constant(ValueType(RECORD.kind, named[1]), node.start, int(named[2])) if named else node
