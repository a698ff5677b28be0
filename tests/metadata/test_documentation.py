"""The consultants' pages about the language: the introduction works, the reference is fresh."""

from __future__ import annotations

import re
from pathlib import Path

from metadata.compile import compile_model
from metadata.documents import read_package, zip_of
from metadata.reading import read_yaml
from metadata.reference import page
from runtime.apptests.run import run
from tests.support.golden import assert_fresh

DOCS = Path(__file__).parents[2] / "docs" / "consultant"
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
FILE = re.compile(r"# (\S+\.yaml)\n")


def blocks() -> list[str]:
    """All YAML examples of the introduction."""
    return BLOCK.findall((DOCS / "language.md").read_text(encoding="utf-8"))


def introduction() -> dict[str, str]:
    """The files that the introduction shows."""
    return {found.group(1): block for block in blocks() if (found := FILE.match(block))}


def test_the_reference_of_the_language_is_fresh() -> None:
    assert_fresh(DOCS / "reference.md", page())


def test_the_app_of_the_introduction_is_valid() -> None:
    model = compile_model([read_package(zip_of(introduction()))])

    assert {"course", "session", "participant", "booking"} < set(model.objects)
    assert model.languages[:2] == ("zh_CN", "en")


def test_the_tests_of_the_introduction_pass() -> None:
    report = run([read_package(zip_of(introduction()))], "training")

    assert report.results
    assert report.passed, [each for each in report.results if not each.passed]


def test_the_extension_of_the_introduction_extends_it() -> None:
    files = introduction()
    extension = next(block for block in blocks() if not FILE.match(block))
    app = 'app: more\nversion: 1.0.0\nlabel: More\nrequires: {training: ">=1"}\n'
    training, more = read_package(zip_of(files)), read_package(zip_of({"app.yaml": app, "objects/course.yaml": extension}))

    course = compile_model([training, more]).objects["course"]

    assert [field.name for field in course.own_fields] == ["name", "code", "price", "certificate", "seats"]
    assert course.fields["seats"].options.max == 50


def test_every_example_in_a_schema_is_yaml_that_reads_back() -> None:
    assert all(not read_yaml(block, "language.md")[1] for block in blocks())
