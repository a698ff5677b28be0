"""How a value from a definition is quoted in a problem: short, and as it would be written in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

LONGEST = 60


def shown(value: object) -> str:
    """Quote a value in at most 60 characters."""
    if value is None:
        text = "null"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, Decimal):
        text = f"{value:f}"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: …" for key in list(value)[:3]) + "}"
    elif isinstance(value, (list, tuple)):
        text = "[" + ", ".join(shown(each) for each in value[:3]) + (", …]" if len(value) > 3 else "]")
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def kind_of(value: object) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (int, Decimal)):
        return "number"
    return "object" if isinstance(value, Mapping) else "array"
