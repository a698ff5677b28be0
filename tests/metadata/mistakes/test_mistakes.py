"""Each mistake is reported once, at its line, saying what would be allowed; nothing else is blamed for it."""

from __future__ import annotations

import pytest

from metadata.compile import compile_model
from metadata.documents import read_package, zip_of
from metadata.errors import PackageInvalid, Problem
from metadata.sentences import sentence
from tests.metadata.mistakes.in_expressions import IN_EXPRESSIONS
from tests.metadata.mistakes.in_files import IN_APP, IN_FOLDERS, IN_YAML
from tests.metadata.mistakes.in_objects import IN_FIELDS, IN_OBJECTS, IN_PICKLISTS
from tests.metadata.mistakes.in_pages import IN_DATA, IN_PAGES, IN_RIGHTS, IN_TESTS, IN_WORDS
from tests.metadata.mistakes.mistake import Mistake, clinic

MISTAKES = [
    *IN_YAML, *IN_FOLDERS, *IN_APP, *IN_OBJECTS, *IN_FIELDS, *IN_PICKLISTS, *IN_EXPRESSIONS, *IN_PAGES, *IN_RIGHTS,
    *IN_DATA, *IN_WORDS, *IN_TESTS,
]


def problems_of(texts: dict[str, str]) -> tuple[Problem, ...]:
    """What is wrong with a package; nothing but PackageInvalid may be raised."""
    try:
        compile_model([read_package(zip_of(texts), lenient=True)])
    except PackageInvalid as invalid:
        return invalid.problems
    return ()


def test_there_are_two_hundred_mistakes() -> None:
    assert len({(each.file, each.old, each.new) for each in MISTAKES}) >= 200


def test_the_package_without_a_mistake_is_valid() -> None:
    assert not problems_of(clinic())


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_reported_at_its_place_in_words_that_help(mistake: Mistake) -> None:
    problems = problems_of(mistake.texts())
    said = [f"{each.location} {each.code} {sentence(each, 'en')}" for each in problems]
    assert sorted(each.code for each in problems) == sorted((mistake.code, *mistake.also)), said

    found = next(each for each in problems if each.code == mistake.code)
    where = mistake.where or mistake.file
    assert found.location is not None
    line = mistake.line() if found.location.line else 0
    assert (found.location.file, found.location.line) == (where, line), said
    assert mistake.says in sentence(found, "en"), said
    assert sentence(found, "zh_CN") not in ("", sentence(found, "en"))
