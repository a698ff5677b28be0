"""What field types share whose values are lines with a form of their own: addresses, official numbers."""

from __future__ import annotations

import unicodedata

from sqlalchemy import String
from sqlalchemy.types import TypeEngine

from metadata.expressions.types import TEXT, ValueType
from metadata.fields.contract import FieldType
from metadata.fields.operators import TEXT_OPERATORS
from metadata.fields.text import checked_line
from metadata.model import Field


class CodeType(FieldType):
    """A line with a form of its own; subclasses say which."""

    operators = TEXT_OPERATORS
    searchable = True
    limit = 255

    def type_of(self, field: Field) -> ValueType:
        """A text of limited length."""
        return ValueType(TEXT.kind, size=self.limit)

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One VARCHAR."""
        return ((field.name, String(self.limit)),)

    def parse(self, field: Field, raw: object) -> str | None:
        """Take a line and check its form."""
        text = checked_code(raw, self.limit)
        return None if text is None else self.checked(text)

    def checked(self, text: str) -> str:
        """Give the normal form of a text; raises InvalidValue when it has not the type's form."""
        raise NotImplementedError(self.name)


def checked_code(raw: object, limit: int) -> str | None:
    """Take a line meant for machines: full-width letters and digits become plain ones."""
    if isinstance(raw, str) and len(raw) <= 4 * limit + 1_000:
        raw = unicodedata.normalize("NFKC", raw)
    return checked_line(raw, limit)
