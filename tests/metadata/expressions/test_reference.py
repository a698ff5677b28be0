"""The page on expressions says what is registered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from metadata.expressions import FUNCTIONS, compile_expression
from metadata.expressions.reference import with_reference
from metadata.expressions.types import ANY_RECORD, BOOLEAN, DATE, DATETIME, TEXT, ValueType, choice, record

PAGE = Path(__file__).resolve().parents[3] / "docs" / "consultant" / "expressions.md"
WRITTEN = PAGE.read_text(encoding="utf-8")


def test_the_reference_of_functions_is_up_to_date() -> None:
    assert with_reference(WRITTEN) == WRITTEN, f"run: python -m metadata.expressions.reference {PAGE}"


def test_every_function_is_documented() -> None:
    assert not [name for name in FUNCTIONS if f"`{name}(" not in WRITTEN]


class Anything:
    types = {
        "stage": choice(("won", "lost")), "tags": ValueType("choices", choices=("vip",)), "phone": TEXT, "first_name": TEXT, "last_name": TEXT,
        "due_date": DATE, "from_date": DATE, "created_at": DATETIME, "owner": record("user"), "contract": record("contract"), "condition": BOOLEAN,
        "regarding": ANY_RECORD,
    }

    def resolve(self, path: tuple[str, ...]) -> ValueType:
        return self.types.get(path[-1], ValueType("number", scale=2))


INTRODUCTION = WRITTEN.partition("## Where it differs")[0]
EXPRESSIONS = [
    each for each in re.findall(r"`([^`\n]+)`", INTRODUCTION)
    if re.search(r"[a-z0-9)'] (==|!=|[-+<*/]|in|and|if) [a-z0-9('T\[]|ROUND\(", each) and "..." not in each and "'x'" not in each
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_an_expression_shown_in_the_introduction_can_be_used(source: str) -> None:
    compile_expression(source, scope=Anything(), purpose="formula")


def test_enough_expressions_of_the_introduction_are_tried() -> None:
    assert len(EXPRESSIONS) > 10
