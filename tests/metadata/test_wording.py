"""Every code that the product can say has a sentence in both languages, with the same facts."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from metadata.errors import Problem
from metadata.reading import read_yaml
from metadata.sentences import FOLDER, say, sentence, wording
from metadata.text import Text

ROOT = Path(__file__).parents[2]
ROOMS = ("metadata", "tenants", "runtime", "designer", "platform")
SPEAKERS = frozenset({"Problem", "InvalidValue", "Fault", "_Refused"})
"""What is made with a code, in any room."""

SPEAKING = frozenset({"problem", "_problem", "refuse", "_complain", "_at", "_stop", "place"})
"""Functions of the language's own rooms whose first or second argument is a code."""

NEVER_SAID = frozenset({"unfit"})
"""Codes that are replaced by others before anybody reads them."""

CODE = re.compile(r"[a-z]+(_[a-z]+)+\Z")

FILES = sorted(FOLDER.glob("*.yaml"))


def python_files() -> Iterator[Path]:
    """All modules of the product."""
    for room in ROOMS:
        yield from (file for file in (ROOT / room).rglob("*.py") if "node_modules" not in file.parts)


def codes_of(file: Path) -> Iterator[tuple[str, int]]:
    """The codes that a module says, with their lines: constants only."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in SPEAKERS and node.args:
                yield from _constant(node.args[0])
            elif name in SPEAKING and file.is_relative_to(ROOT / "metadata"):
                yield from (each for argument in node.args[:3] for each in _constant(argument) if CODE.match(each[0]))
        elif isinstance(node, ast.ClassDef) and any("code" in _targets(each) for each in node.body):
            for each in node.body:
                if "code" in _targets(each) and isinstance(each, ast.Assign):
                    yield from _constant(each.value)


def _targets(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else []


def _constant(node: ast.expr) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, node.lineno
    elif isinstance(node, ast.IfExp):
        yield from _constant(node.body)
        yield from _constant(node.orelse)


def test_every_code_that_is_raised_has_a_sentence() -> None:
    silent = [
        f"{file.relative_to(ROOT)}:{line} {code}"
        for file in python_files()
        for code, line in codes_of(file)
        if code not in wording() and code not in NEVER_SAID
    ]

    assert not silent, "\n".join(silent)


def test_every_form_that_a_schema_asks_for_has_a_sentence() -> None:
    schemas = [file.read_text(encoding="utf-8") for file in (ROOT / "metadata" / "schemas").glob("*.json")]
    forms = {form for text in schemas for form in re.findall(r'"x-format": "([a-z]+)"', text)}

    assert forms and not {f"bad_{form}" for form in forms} - wording().keys()


def test_every_kind_that_can_be_referred_to_has_a_sentence_for_what_is_missing() -> None:
    kinds = ("object", "picklist", "layout", "list_view", "role", "permission_set", "choice", "field", "record")

    assert not {f"no_such_{kind}" for kind in kinds} - wording().keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_sentence_is_there_in_both_languages_with_the_same_facts(file: Path) -> None:
    body, problems = read_yaml(file.read_text(encoding="utf-8"), file.name)
    assert not problems
    assert isinstance(body, dict)

    for code, texts in body.items():
        assert set(texts) == {"en", "zh_CN"}, code
        english, chinese = (Counter(_parameters(texts[language])) for language in ("en", "zh_CN"))
        assert english.keys() == chinese.keys(), f"{code}: {english} {chinese}"


def _parameters(template: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]


def test_no_code_has_two_sentences() -> None:
    places: dict[str, list[str]] = {}
    for file in FILES:
        body, _ = read_yaml(file.read_text(encoding="utf-8"), file.name)
        for code in body if isinstance(body, dict) else ():
            places.setdefault(code, []).append(file.name)

    assert not {code: files for code, files in places.items() if len(files) > 1}


def test_a_sentence_lists_values_and_leaves_out_what_is_not_meant() -> None:
    params = {"name": "lable", "allowed": ("label", "color"), "meant": "label"}

    assert sentence(Problem("unknown_property", (), params), "en") == (
        "There is no property “lable” here. Allowed: label, color. Did you mean “label”?"
    )
    assert sentence(Problem("unknown_property", (), {**params, "meant": None}), "zh_CN") == "此处没有属性“lable”。可用：label、color。"


def test_a_sentence_speaks_of_types_in_the_readers_language() -> None:
    params = {"name": "sort", "found": "day", "kind": "string", "expected": ("array", "object"), "meant": None}
    problem = Problem("wrong_type", (), params)

    assert sentence(problem, "en") == "“sort” must be a list or a mapping, but day is a text."
    assert sentence(problem, "zh_CN") == "“sort”应为列表或键值对，而 day 是文本。"


def test_a_sentence_writes_numbers_without_exponents_and_labels_in_the_language() -> None:
    assert sentence(Problem("too_small", (), {"min": Decimal("1E+3")}), "en").endswith("1000.")
    label = Text((("en", "Due"), ("zh_CN", "应还")))
    assert "应还" in sentence(Problem("no_such_picklist", (), {"name": label, "allowed": (), "meant": None}), "zh_CN")


def test_a_long_list_is_cut() -> None:
    params = {"name": "x", "allowed": tuple(f"n{number}" for number in range(40)), "meant": None}

    assert "n11, …" in sentence(Problem("no_such_picklist", (), params), "en")


def test_a_list_of_what_is_allowed_is_left_out_where_nothing_is() -> None:
    for locale, ending in (("en", "."), ("zh_CN", "。")):
        params = {"object": "loan", "value": "x", "name": "x", "allowed": (), "meant": None}
        for code in ("no_such_record", "expression_unknown_name", "remove_unknown", "test_unknown_record"):
            said = say(code, params, locale)
            assert said.endswith(ending) and ": ." not in said and "：。" not in said and said.count(ending) == 1, said


MADE_OF_PARTS = ("word_", "hint_", "bad_", "no_such_", "step_")
"""How codes begin that are put together where they are said."""


def test_no_sentence_is_left_that_nobody_says() -> None:
    said = {text for file in python_files() for text in re.findall(r'"([a-z][a-z_0-9]*)"', file.read_text(encoding="utf-8"))}

    assert not [code for code in wording() if code not in said and not code.startswith(MADE_OF_PARTS)]
