"""Finds the sentences of the pages in their sources; `python -m tests.support.messages` brings the catalogues up to date."""

import ast
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from runtime.web.i18n import CATALOGUES, LANGUAGES

WEB = CATALOGUES.parent
SAYERS = {"say": 1, "say_count": 2}
"""Functions whose first texts are message ids, with how many of them there are."""


def messages() -> dict[str | tuple[str, ...], list[str]]:
    """Give every message id with the files it stands in; one with a plural is a pair."""
    found: dict[str | tuple[str, ...], list[str]] = {}
    for file in sorted(WEB.rglob("*.py")):
        for message in _in_python(file):
            found.setdefault(message, []).append(str(file.relative_to(WEB)))
    for file in sorted((WEB / "templates").glob("*.html")):
        for message in _in_template(file):
            found.setdefault(message, []).append(str(file.relative_to(WEB)))
    return found


def _in_python(file: Path) -> list[str | tuple[str, ...]]:
    found: list[str | tuple[str, ...]] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in SAYERS and len(texts) >= SAYERS[name]:
            found.append(texts[0] if SAYERS[name] == 1 else tuple(texts[:2]))
    return found


def _in_template(file: Path) -> list[str]:
    options = {"trimmed": "true", "encoding": "utf-8", "trim_blocks": "true", "lstrip_blocks": "true"}
    with file.open("rb") as source:
        extracted = list(babel_extract(source, ("_", "gettext"), (), options))
    return [message if isinstance(message, str) else message[0] for _, _, message, _ in extracted]


def catalogue(locale: str) -> Catalog:
    """Read the catalogue of a locale as it lies there."""
    file = CATALOGUES / locale / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return Catalog(locale=locale)
    with file.open("rb") as source:
        return read_po(source, locale=locale)


def update(locale: str) -> list[str]:
    """Write the catalogue with today's messages; gives those that still lack a translation."""
    known = {message.id: message.string for message in catalogue(locale) if message.id}
    made = Catalog(locale=locale, fuzzy=False, project="Tenon", charset="utf-8")
    for message, files in sorted(messages().items(), key=lambda each: str(each[0])):
        made.add(message, known.get(message), locations=[(file, None) for file in dict.fromkeys(files)])  # type: ignore[misc]
    file = CATALOGUES / locale / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, made, omit_header=False, width=0, include_lineno=False)
    return [str(each.id) for each in made if each.id and not any(each.string if isinstance(each.string, tuple) else (each.string,))]


if __name__ == "__main__":
    for language in LANGUAGES:
        if language != "en":
            for missing in update(language):
                print(f"{language}: {missing}")
