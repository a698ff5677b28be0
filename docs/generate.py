"""Writes the reference pages from what is registered; run it when a test says that a page is stale.

.venv/bin/python docs/generate.py
"""

import json
from collections.abc import Iterator
from pathlib import Path

from metadata.fields import FieldType, Option, field_types

DOCS = Path(__file__).resolve().parent
NOTE = "<!-- Written by docs/generate.py; change what it is written from. -->"


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    return {DOCS / "consultant" / "field-types.md": page_of_field_types()}


def page_of_field_types() -> str:
    opening = [
        NOTE,
        "# Field types",
        "A field of an object names its type and the type's own properties:",
        "```yaml\nfields:\n  amount: {type: money, min: 0, label: {zh_CN: 金额, en: Amount}}\n```",
        "| Type | | |\n|---|---|---|\n" + "\n".join(map(row_of_type, field_types.values())),
    ]
    return "\n\n".join([*opening, *(part for each in field_types.values() for part in parts_of_type(each))]) + "\n"


def row_of_type(each: FieldType) -> str:
    return f"| [`{each.name}`](#{each.name}) | {each.label.in_('en')} | {each.label.in_('zh_CN')} |"


def parts_of_type(each: FieldType) -> Iterator[str]:
    yield f"## `{each.name}`"
    yield f"**{each.label.in_('en')}.** {each.help.in_('en')}"
    yield f"**{each.label.in_('zh_CN')}：** {each.help.in_('zh_CN')}"
    if each.options:
        rows = "\n".join(map(row_of_option, each.options))
        yield f"| Property | Meaning | Values | Default |\n|---|---|---|---|\n{rows}"
    if each.operators:
        yield f"In filters: {', '.join(operator.replace('_', ' ') for operator in each.operators)}."


def row_of_option(option: Option) -> str:
    default = "required" if option.required else "" if option.default is None else f"`{json.dumps(option.default)}`"
    cells = (f"`{option.name}`", str(option.schema.get("description", "")), values_of(option), default)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def values_of(option: Option) -> str:
    """Say in words what an option's schema allows."""
    schema = option.schema
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kind = " or ".join(each.get("type", "") for each in schema.get("oneOf", [schema]))
    limits = [f"{word} {schema[key]}" for word, key in (("from", "minimum"), ("to", "maximum")) if key in schema]
    return " ".join([kind, *limits])


def main() -> None:
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
