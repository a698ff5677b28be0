"""A text that exists in several languages, such as a label, a help text or a message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What is shown to people, by language code (`zh_CN`, `en`), in the order written."""

    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, definition: str | dict[str, str] | None, language: str = "en") -> Text:
        """Read a definition: one text (then it is in `language`) or a mapping by language."""
        if definition is None:
            return cls()
        if isinstance(definition, str):
            return cls(((language, definition),))
        return cls(tuple(definition.items()))

    def in_(self, locale: str) -> str:
        """Say it in a locale; else in another variant of its language, else in the first language."""
        first = ""
        language = locale.partition("_")[0]
        related = None
        for code, text in self.values:
            if code == locale:
                return text
            first = first or text
            if related is None and code.partition("_")[0] == language:
                related = text
        return related if related is not None else first

    def __bool__(self) -> bool:
        return bool(self.values)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.values)
