"""Every problem that records can raise has a sentence in both languages."""

import ast
from pathlib import Path

import pytest

from metadata.sentences import wording
from runtime import records

FOLDER = Path(records.__file__).parent
RAISERS = {"Problem": 0, "InvalidValue": 0, "_complain": 0, "_not_offered": 0, "_reference_problem": None}


def codes():
    for file in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0] if node.args else None
                if RAISERS.get(name) == 0 and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code" and isinstance(node.value, ast.Constant):
                yield node.value.value


@pytest.mark.parametrize("code", sorted(set(codes())))
def test_a_problem_has_its_sentence_in_both_languages(code):
    languages = dict(wording()[code])
    assert languages["en"] and languages["zh_CN"]
