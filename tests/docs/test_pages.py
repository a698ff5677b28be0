"""What the pages claim and a program can check: links, headings, commands, settings, package files."""

import re
from pathlib import Path

import pytest

from metadata.compile import compile_model
from metadata.documents import read_package, zip_of
from tenon.starter import PACKAGE
from tests.architecture.house import ROOT
from tests.docs.blocks import PAGES, package_files

LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:)([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
COMMAND = re.compile(r"(?<![\w/-])tenon ((?:[a-z]+ ?){1,2})")
SETTING = re.compile(r"\bTENON_[A-Z_]+\b")
OWN_FILES = [page for page in PAGES if package_files(page)]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page make."""
    prose = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in HEADING.findall(prose)}


def links(page: Path) -> list[tuple[Path, str]]:
    """Where a page leads to: file and anchor."""
    pairs = (each.partition("#") for each in LINK.findall(CODE.sub("", text_of(page))))
    return [((page.parent / file).resolve() if file else page, anchor) for file, _, anchor in pairs]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = [
        f"{file.name}#{anchor}" for file, anchor in links(page)
        if not file.exists() or (anchor and anchor not in anchors(file))
    ]

    assert not broken


def test_every_page_is_reached_from_the_readme() -> None:
    found, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page not in found and page.suffix == ".md":
            found.add(page)
            left += [file for file, _ in links(page) if file.exists()]

    assert not {name_of(page) for page in PAGES} - {name_of(page) for page in found if page.is_relative_to(ROOT)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    commands = set(HEADING.findall(text_of(ROOT / "docs" / "admin" / "command-line.md")))
    said = {each.strip() for code in CODE.findall(text_of(page)) for each in COMMAND.findall(code)}

    assert not [each for each in said if not {each, each.split()[0]} & commands]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_a_page_names_is_read_somewhere(page: Path) -> None:
    rooms = ("bootstrap.py", "platform", "tests", "tenants", "metadata", "runtime")
    files = (file for room in rooms for file in [ROOT / room, *(ROOT / room).rglob("*.py")] if file.suffix == ".py")
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files if "node_modules" not in file.parts)

    assert not {each for each in SETTING.findall(text_of(page)) if each not in sources}


@pytest.mark.parametrize("page", OWN_FILES, ids=name_of)
def test_the_package_files_of_a_page_are_valid(page: Path) -> None:
    files = package_files(page)
    starter = {str(file.relative_to(PACKAGE)): file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.yaml")}

    model = compile_model([read_package(zip_of(files if "app.yaml" in files else {**starter, **files}))])

    assert model.objects
