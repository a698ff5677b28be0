"""Texts of definitions: the languages they are written in, and what `translations/` adds to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metadata.kinds import OVERLAY, SYSTEM
from metadata.similar import similar
from metadata.text import Text

if TYPE_CHECKING:
    from metadata.compile.workshop import Workshop
    from metadata.merge import Definition

SECTIONS = {
    "objects": "object", "picklists": "picklist", "layouts": "layout", "list_views": "list_view", "roles": "role",
    "permission_sets": "permission_set",
}
TEXTS = frozenset({"label", "plural", "help", "message", "hint", "description"})
LONGEST = {"label": 80, "plural": 80}
LONGEST_TEXT = 1000


class Texts:
    """Makes the `Text`s of a model."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._translated: dict[tuple[str, str, tuple[object, ...]], list[tuple[str, str]]] = {}
        self._languages: dict[str, str] = {}
        self._declared: dict[str, tuple[str, ...]] = {}

    def prepare(self) -> None:
        """Read the languages of all packages and everything in `translations/`."""
        for name, app in self._workshop.definitions["app"].items():
            languages = self._workshop.body(app).get("languages")
            self._languages[name] = languages[0] if isinstance(languages, list) and languages else "en"
            whole = isinstance(languages, list) and languages == app.body.get("languages")
            self._declared[name] = tuple(languages) if whole else ()  # type: ignore[arg-type]
        for each in self._workshop.definitions["translations"].values():
            self._translation(each)

    def language(self, package: str) -> str:
        """The language of texts that a package writes without saying one; a tenant writes in that of its first app."""
        if package == OVERLAY:
            package = next((name for name in self._languages if name != SYSTEM), SYSTEM)
        return self._languages.get(package, "en")

    def of(
        self, definition: Definition, path: tuple[str | int, ...], value: object, *, name: str | None = None
    ) -> Text:
        """Make the text at a path; without one, a label is made from a name."""
        if isinstance(value, str):
            said = Text.of(value, self.language(definition.writer(path)))
        elif isinstance(value, dict):
            said = Text.of({language: text for language, text in value.items() if isinstance(text, str)})
            self._check_declared(definition, path, said)
        else:
            said = from_name(name) if name else Text()
        more = self._translated.get((definition.kind, definition.name, path))
        if not more:
            return said
        known = dict(said.values)
        return Text((*said.values, *((language, text) for language, text in more if language not in known)))

    def _check_declared(self, definition: Definition, path: tuple[str | int, ...], said: Text) -> None:
        """A text must be there in one of the languages that its package declares."""
        writer = definition.writer(path)
        if writer == OVERLAY:
            declared = tuple(language for languages in self._declared.values() for language in languages)
        else:
            declared = self._declared.get(writer, ())
        known = {language.partition("_")[0] for language in declared}
        written = tuple(language for language, _ in said.values)
        if declared and written and not any(language.partition("_")[0] in known for language in written):
            self._workshop.problem(definition, "language_not_declared", path, languages=written, allowed=declared)

    def _translation(self, each: Definition) -> None:
        body = self._workshop.body(each)
        language = body.get("translations")
        if not isinstance(language, str):
            return
        definitions = self._workshop.definitions
        app = definitions["app"].get(each.package)
        for section, tree in body.items():
            if section in SECTIONS and isinstance(tree, dict):
                for name, texts in tree.items():
                    found = self._workshop.refer(each, (section, name), SECTIONS[section], name, at_key=True)
                    if found is not None:
                        self._fold(each, found, language, (section, name), (), texts)
            elif section == "app" and app:
                self._fold(each, app, language, (section,), (), tree)
            elif section == "navigation" and app:
                self._fold(each, app, language, (section,), ("navigation",), tree)

    def _fold(
        self,
        each: Definition,
        target: Definition,
        language: str,
        at: tuple[str, ...],
        path: tuple[str, ...],
        tree: object,
    ) -> None:
        """Walk a translation and the item it translates side by side."""
        if not isinstance(tree, dict):
            self._workshop.problem(
                each,
                "wrong_type",
                at,
                name=at[-1],
                found=str(tree)[:60],
                kind="string",
                expected=("object",),
                meant=None,
            )
            return
        body = _inside(self._workshop.body(target), path)
        for key, value in tree.items():
            if key in TEXTS and isinstance(value, str) and not (path and path[-1] in ("fields", "validation")):
                self._text(each, target, language, (*at, key), (*path, key), value)
            elif isinstance(body, Mapping) and isinstance(body.get(key), Mapping):
                self._fold(each, target, language, (*at, key), (*path, key), value)
            else:
                names = (
                    [name for name, inside in body.items() if isinstance(inside, Mapping)]
                    if isinstance(body, Mapping)
                    else []
                )
                self._workshop.problem(
                    each, "translation_without_item", (*at, key), at_key=True, name=key, **similar(key, names)
                )

    def _text(
        self,
        each: Definition,
        target: Definition,
        language: str,
        at: tuple[str, ...],
        path: tuple[str, ...],
        value: str,
    ) -> None:
        limit = LONGEST.get(path[-1], LONGEST_TEXT)
        if not value or len(value) > limit:
            code, params = (
                ("text_too_long", {"limit": limit, "length": len(value), "value": value[:60]})
                if value
                else ("text_empty", {})
            )
            self._workshop.problem(each, code, at, **params)
            return
        self._translated.setdefault((target.kind, target.name, path), []).append((language, value))


def _inside(body: object, path: tuple[str, ...]) -> object:
    for step in path:
        body = body.get(step) if isinstance(body, Mapping) else None
    return body


def from_name(name: str) -> Text:
    """Make a label of a name: `due_date` reads `Due date`."""
    words = name.replace("_", " ").strip() or name
    return Text((("en", words[:1].upper() + words[1:]),))
