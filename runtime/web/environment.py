"""The template engine of the pages: one per language, whose sentences are put in when a template is compiled."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from runtime.web.i18n import translations
from runtime.web.widgets.markup import emblem, icon, trusted

TEMPLATES = Path(__file__).parent / "templates"


class Settled(Extension):
    """Puts in at compile time what never changes: `{{ _("...") }}` and `{{ icon("...") }}` without parameters."""

    _SENTENCE = re.compile(r'\{\{ _\(("(?:[^"\\]|\\.)*")\) \}\}')
    _ICON = re.compile(r'\{\{ icon\("([a-z0-9-]+)"(?:, "([a-z -]+)")?\) \}\}')

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Put the sentences of the engine's language, and the icons, into a template."""
        return self._ICON.sub(self._drawn, self._SENTENCE.sub(self._translated, source))

    def _translated(self, found: re.Match[str]) -> str:
        return str(escape(self.environment.spoken.gettext(ast.literal_eval(found[1]))))  # type: ignore[attr-defined]

    def _drawn(self, found: re.Match[str]) -> str:
        return str(icon(found[1], found[2] or "icon"))


@cache
def environment(locale: str) -> Environment:
    """Give the engine of a locale."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", Settled],
    )
    made.spoken = translations(locale)  # type: ignore[attr-defined]
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(icon=icon, emblem=emblem)
    return made


def render(locale: str, template: str, **values: object) -> str:
    """Fill a template."""
    return environment(locale).get_template(template).render(values)


def fragment(locale: str, template: str, **values: object) -> Markup:
    """Fill a template whose result becomes a part of a page."""
    return trusted(render(locale, template, **values))
