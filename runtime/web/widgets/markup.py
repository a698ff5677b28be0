"""The small pieces pages are made of: icons, pills, people, links; each escapes what it is given."""

from __future__ import annotations

from functools import cache, lru_cache
from zlib import crc32

from markupsafe import Markup, escape

from runtime.web.assets import icon_names, manifest

TONES = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")
"""The colours a picklist value may have, beside gray."""

UNKNOWN_ICON = "box"

BLANK = Markup('<span class="blank">–</span>')


@cache
def icon(name: str, classes: str = "icon") -> Markup:
    """Draw an icon of the sprite; one that is not in it becomes a box."""
    shown = name if name in icon_names() else UNKNOWN_ICON
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>').format(
        classes, manifest()["icons.svg"].url, shown
    )


def tone_of(text: str) -> str:
    """Choose a colour that always belongs to the same text."""
    return TONES[crc32(text.encode("utf-8", "replace")) % len(TONES)]


@cache
def emblem(name: str, tone: str, size: str = "") -> Markup:
    """Draw an object's icon on its soft square."""
    classes = f"emblem emblem-{size}" if size else "emblem"
    return Markup('<span class="{} tone-{}" aria-hidden="true">{}</span>').format(classes, tone, icon(name))


@cache
def pill(text: str, tone: str) -> Markup:
    """Show a picklist value in its colour."""
    return Markup('<span class="pill tone-{}">{}</span>').format(tone, text)


@lru_cache(4096)
def avatar(name: str, size: str = "") -> Markup:
    """Draw a person's initials on a colour of their own."""
    classes = f"avatar-dot avatar-{size}" if size else "avatar-dot"
    return Markup('<span class="{} tone-{}" aria-hidden="true">{}</span>').format(classes, tone_of(name), initials(name))


@lru_cache(4096)
def person(name: str) -> Markup:
    """Show a person: initials and name."""
    return Markup('<span class="person">{}<span class="clip">{}</span></span>').format(avatar(name), name)


def initials(name: str) -> str:
    """Shorten a name for an avatar: one Chinese character, or the first letters of two words."""
    words = name.split()
    if not words:
        return "?"
    if ord(words[0][0]) > 0x2E80:
        return words[0][0]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def attributes(**given: object) -> str:
    """Write HTML attributes, already escaped; None and False leave one out, True gives it no value."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in ((key.rstrip("_").replace("_", "-"), each) for key, each in given.items())
        if value is not None and value is not False
    )


def joined(parts: list[str]) -> Markup:
    """Put pieces together that are markup already."""
    return Markup("".join(parts))


def trusted(html: str) -> Markup:
    """Take HTML that this package has made, or that `nh3` has cleaned, as markup."""
    return Markup(html)
