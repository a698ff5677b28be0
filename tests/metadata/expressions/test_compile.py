"""What an expression may say, and what is answered to one that can't be used."""

from __future__ import annotations

import pytest

from metadata.expressions import Expression, ExpressionInvalid, compile_expression
from metadata.expressions.types import BOOLEAN, DATE, NUMBER, TEXT, ValueType, choice, record
from metadata.sentences import sentence
from tests.metadata.expressions.specimens import STAGES, SpecimenScope


def compiled(source: str, purpose: str = "formula", **options: object) -> Expression:
    return compile_expression(source, scope=SpecimenScope(), purpose=purpose, **options)  # type: ignore[arg-type]


def problems(source: str, purpose: str = "formula", **options: object) -> list[tuple[str, int]]:
    with pytest.raises(ExpressionInvalid) as raised:
        compiled(source, purpose, **options)
    for problem in raised.value.problems:
        for locale in ("en", "zh_CN"):
            said = sentence(problem, locale)
            assert said and said != problem.code and "{" not in said
    return [(problem.code, problem.location.column) for problem in raised.value.problems]  # type: ignore[union-attr]


@pytest.mark.parametrize("source, kind", [
    ("amount * rate", "number"), ("name & stage", "text"), ("due + 14", "date"), ("at - 0.5", "datetime"), ("due - due", "number"),
    ("at - at", "number"), ("amount > 1 and not active", "boolean"), ("amount if active else rate", "number"),
    ("'x' in ['a', name]", "boolean"), ("stage in ('won', 'lost')", "boolean"), ("1 < amount <= 10", "boolean"),
    ("IF(active, stage, 'won')", "text"), ("BLANKVALUE(stage, none)", "choice"), ("account.name", "text"), ("-amount", "number"),
    ("TRUE", "boolean"), ("1_000.50", "number"), ("ＩＦ(ａｃｔｉｖｅ, 1, 2)", "number"), ("amount ** 2", "number"),
    ("MAX(due, account.since)", "date"), ("stage == none", "boolean"),
])
def test_an_expression_has_a_type(source: str, kind: str) -> None:
    assert compiled(source).type.kind == kind


def test_an_expression_knows_what_it_reads_and_what_it_depends_on() -> None:
    expression = compiled("account.since < TODAY() and amount > 0 and amount < 10", "condition")

    assert expression.references == (("account", "since"), ("amount",))
    assert not expression.deterministic and not expression.uses_changes
    assert compiled("amount + 1").deterministic
    assert not compiled("DATEVALUE(at)").deterministic
    assert compiled("ISCHANGED(amount)", "validation").uses_changes


@pytest.mark.parametrize("source, found", [
    ("amont > 1", [("expression_unknown_name", 1)]),
    ("account.nmae == 'x'", [("expression_unknown_name", 9)]),
    ("榫", [("expression_unknown_name", 1)]),
    ("amount + Isblank(due)", [("expression_unknown_function", 10)]),
    ("TODAY + 1", [("expression_brackets", 1)]),
    ("name + 1", [("expression_type_hint", 8)]),
    ("due + name", [("expression_type_hint", 1)]),
    ("active * 2", [("expression_operands", 1)]),
    ("amount > name", [("expression_type_hint", 10)]),
    ("due == at", [("expression_type_hint", 8)]),
    ("stage == 'win'", [("expression_unknown_choice", 10)]),
    ("stage in ['won', 'win']", [("expression_unknown_choice", 18)]),
    ("CASE(stage, 'win', 1, 0)", [("expression_unknown_choice", 13)]),
    ("INCLUDES(colors, 'pink')", [("expression_unknown_choice", 18)]),
    ("'pink' in colors", [("expression_unknown_choice", 1)]),
    ("stage < 'won'", [("expression_no_order", 1)]),
    ("colors == 'red'", [("expression_not_comparable", 11)]),
    ("owner == unit", [("expression_other_object", 10)]),
    ("'a' in name", [("expression_in", 8)]),
    ("stage not in ['won'] == active", [("expression_chain", 1)]),
    ("IF(amount, 1, 2)", [("expression_type", 4)]),
    ("IF(active, 1)", [("expression_argument_count", 1)]),
    ("IF(active, 1, 'x')", [("expression_type_hint", 15)]),
    ("IFS(active, 1, active, 2)", [("expression_else_missing", 1)]),
    ("YEAR(amount)", [("expression_argument", 6)]),
    ("LEFT(name, name)", [("expression_type_hint", 12)]),
    ("REGEX(name, name)", [("expression_pattern_constant", 13)]),
    ("REGEX(name, '(?=a)')", [("pattern_unsupported", 13)]),
    ("amount is none", [("expression_is", 1)]),
    ("ISNEW() == active", [("expression_function_here", 1)]),
    ("amount > 1 && active", [("expression_sign_instead", 12)]),
    ("amount = 1", [("expression_sign_instead", 8)]),
    ("amount > 1；", [("expression_sign_instead", 11)]),
    ("IF（active, 1, 2）", [("expression_sign_instead", 3), ("expression_sign_instead", 16)]),
    ("amount % 2", [("expression_sign_instead", 8)]),
    ("amount $ 2", [("expression_sign", 8)]),
    ("'abc", [("expression_text_open", 1)]),
    ("name == 'a' 'b'", [("expression_text_twice", 13)]),
    ("0x10", [("expression_number", 1)]),
    ("999999999999999999999", [("expression_number_size", 1)]),
    ("0.0000000000000000001", [("expression_number_size", 1)]),
    ("", [("expression_empty", 1)]),
    ("  ", [("expression_empty", 1)]),
    ("amount +", [("expression_missing_after", 8)]),
    ("stage == 'win' and amont > 1", [("expression_unknown_choice", 10), ("expression_unknown_name", 20)]),
])
def test_a_mistake_is_named_with_its_position(source: str, found: list[tuple[str, int]]) -> None:
    assert problems(source) == found


def test_a_position_in_several_lines_has_a_line() -> None:
    with pytest.raises(ExpressionInvalid) as raised:
        compiled("amount > 1\n  and amont > 2")

    assert str(raised.value.problems[0].location) == ":2:7"


def test_a_problem_names_what_would_be_allowed() -> None:
    with pytest.raises(ExpressionInvalid) as raised:
        compiled("stage == 'win' or amont > 1")

    assert raised.value.problems[0].params["allowed"] == STAGES
    assert raised.value.problems[1].params["meant"] == "amount"
    assert "amount" in sentence(raised.value.problems[1], "zh_CN")


@pytest.mark.parametrize("purpose", ["condition", "validation", "filter"])
def test_a_condition_must_be_true_or_false(purpose: str) -> None:
    assert problems("amount + 1", purpose) == [("expression_type", 1)]


@pytest.mark.parametrize("source, expect", [
    ("'won'", choice(STAGES)), ("IF(active, 'won', 'lost')", choice(STAGES)), ("stage", TEXT), ("none", DATE), ("5", record("user")),
    ("owner", record("user")), ("2.5", NUMBER), ("active", BOOLEAN), ("LOWER(name)", choice(STAGES)),
])
def test_a_result_fits_what_is_expected(source: str, expect: ValueType) -> None:
    compiled(source, "default", expect=expect)


@pytest.mark.parametrize("source, expect, code", [
    ("'win'", choice(STAGES), "expression_unknown_choice"), ("IF(active, 'won', 'win')", choice(STAGES), "expression_unknown_choice"),
    ("1", TEXT, "expression_type_hint"), ("unit", record("user"), "expression_other_object"), ("at", DATE, "expression_type_hint"),
])
def test_a_result_that_does_not_fit_is_refused(source: str, expect: ValueType, code: str) -> None:
    assert problems(source, "default", expect=expect)[0][0] == code


def test_a_backslash_that_escapes_nothing_stays() -> None:
    assert compiled(r"'\d\\\'\n'").tree.value == "\\d\\'\n"  # type: ignore[attr-defined]
