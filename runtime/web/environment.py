"""The template engine of the pages: one per language, so that a sentence is looked up without asking which."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runtime.web.i18n import translations
from runtime.web.widgets.markup import emblem, icon, trusted

TEMPLATES = Path(__file__).parent / "templates"


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
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(icon=icon, emblem=emblem)
    return made


def render(locale: str, template: str, **values: object) -> str:
    """Fill a template."""
    return environment(locale).get_template(template).render(values)


def fragment(locale: str, template: str, **values: object) -> Markup:
    """Fill a template whose result becomes a part of a page."""
    return trusted(render(locale, template, **values))
