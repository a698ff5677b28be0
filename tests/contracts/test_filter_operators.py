"""Every comparison that a field type offers is an expression of the language, and means what its name says."""

from collections.abc import Mapping
from datetime import datetime, timezone

import pytest

from metadata.expressions import Moment, UnknownName, ValueType, compile_expression, evaluate
from metadata.fields import FieldType, field_types
from metadata.fields.operators import MANY, condition, literal, operators
from tests.support.fields import field_of

MOMENT = Moment(datetime(2026, 1, 5, tzinfo=timezone.utc), "Asia/Shanghai", 1)
CASES = [(each, name) for each in field_types.values() for name in each.operators]


class OneField:
    """A scope with a single field `x`."""

    def __init__(self, kind: ValueType) -> None:
        self.kind = kind

    def resolve(self, path: tuple[str, ...]) -> ValueType:
        if path != ("x",):
            raise UnknownName(path[0], ("x",))
        return self.kind


def specimen(field_type: FieldType) -> tuple[Mapping[str, object], object]:
    """Options and a value of a type; a formula is taken as one that gives numbers or texts."""
    found = next(each for each in field_type.samples if each.refused is None and (each.value is not None or field_type.computed))
    return found.options or {}, found.value


def operand_of(field_type: FieldType, name: str, value: object) -> object:
    """What such a comparison is given: one of several values for lists, a number or a text for formulas."""
    if field_type.name == "formula":
        return "a" if name in ("contains", "begins_with") else 3
    return value[0] if isinstance(value, tuple) and name in ("includes", "not_includes") else value


@pytest.mark.parametrize(("field_type", "name"), CASES, ids=lambda each: getattr(each, "name", each))
def test_every_operator_of_a_type_makes_an_expression_that_compiles(field_type: FieldType, name: str) -> None:
    options, value = specimen(field_type)
    if field_type.name == "formula":
        returns = {"contains": "text", "begins_with": "text", "is_true": "boolean", "is_false": "boolean"}.get(name, "decimal")
        options = {"returns": returns, "formula": "1"}
    count = {MANY: 2}.get(operators[name].operands, operators[name].operands)
    source = condition("x", name, [operand_of(field_type, name, value)] * count)
    kind = field_type.type_of(field_of(field_type, options))

    compiled = compile_expression(source, scope=OneField(kind), purpose="filter")

    assert compiled.type.kind == "boolean"


@pytest.mark.parametrize(
    ("name", "operands", "fitting", "others"),
    [
        ("equals", ["a'b\\"], ["a'b\\"], ["a", None]),
        ("not_equals", ["a"], ["b", None], ["a"]),
        ("contains", ["王"], ["小王子"], ["李", None]),
        ("not_contains", ["王"], ["李", None], ["小王子"]),
        ("begins_with", ["ab"], ["abc"], ["cab", None]),
        ("in", ["a", "b"], ["a", "b"], ["c", None]),
        ("is_blank", [], [None], ["a"]),
        ("is_not_blank", [], ["a"], [None]),
    ],
)
def test_a_comparison_of_texts_holds_for_what_its_name_says(name: str, operands: list, fitting: list, others: list) -> None:
    compiled = compile_expression(condition("x", name, operands), scope=OneField(field_types["text"].type_of(field_of("text"))), purpose="filter")

    assert [evaluate(compiled, lambda _path: value, MOMENT) for value in fitting] == [True] * len(fitting)
    assert not any(evaluate(compiled, lambda _path: value, MOMENT) for value in others)


@pytest.mark.parametrize("text", ["", "'", '"', "\\", "\\'", "a\nb\tc", "{0}", "%s", "𠮷", "\u2028", "\x7f"])
def test_any_text_can_be_written_as_a_literal(text: str) -> None:
    compiled = compile_expression(f"x == {literal(text)}", scope=OneField(field_types["text"].type_of(field_of("text"))), purpose="filter")

    assert evaluate(compiled, lambda _path: text or None, MOMENT) is True


def test_a_wrong_number_of_operands_is_refused() -> None:
    for name, operands in [("equals", []), ("between", ["a"]), ("is_blank", ["a"]), ("in", [])]:
        with pytest.raises(ValueError):
            condition("x", name, operands)
