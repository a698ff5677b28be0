"""The reference of the language for consultants, written from the schemas of all kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metadata.fields import field_types
from metadata.kinds import KINDS
from metadata.schemas import Schema, checked_schema, common_field_schema, file_of
from metadata.schemas import definitions as shared_definitions
from metadata.writing import yaml_text

_HEAD = """# Reference of the package language

This page is generated from the schemas by which packages are checked. [The introduction](language.md) shows the
language by example; [field types](field-types.md) lists the options of each type of field. `tenon schema DIR` writes
the schemas for an editor.

In the tables, `*` stands for a name of your own. Everything without a default or the remark *needed* may be left out.

| kind | file | |
|---|---|---|
"""

_WORDS = {"string": "text", "object": "mapping", "array": "list", "boolean": "true or false", "integer": "whole number"}
_FORMS = {"label": "label", "text": "text", "expression": "expression", "path": "path", "name": "name", "code": "code"}


def page() -> str:
    """Write the page in Markdown."""
    kinds = [kind for kind in KINDS.values() if kind.name != "demo"]
    rows = "".join(
        _row(f"[{_title(kind.name)}](#{_anchor(kind.name)})", f"`{_place(kind.name)}`", _of(kind.name)["description"])
        for kind in kinds
    )
    return _HEAD + rows + _forms() + "".join(_section(kind.name) for kind in kinds)


def _of(kind: str) -> Schema:
    return checked_schema(file_of(kind))


def _title(kind: str) -> str:
    return str(_of(kind)["title"])


def _anchor(kind: str) -> str:
    return _title(kind).lower().replace(" ", "-")


def _place(kind: str) -> str:
    folder = KINDS[kind].folder
    if kind == "data":
        return "data/NAME.yaml, demo/NAME.yaml"
    return "app.yaml" if not folder else f"{folder}/{'LANGUAGE' if kind == 'translations' else 'NAME'}.yaml"


def _row(*cells: object) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |\n"


def _forms() -> str:
    lines = [
        f"- **{form}**: {each['description']} Example: {_example(each)}\n"
        for each, form in ((shared_definitions()[name], form) for name, form in _FORMS.items())
    ]
    return "\n## Forms of values\n\n" + "".join(lines)


def _section(kind: str) -> str:
    schema = _of(kind)
    example = yaml_text(schema["examples"][0])  # type: ignore[index]
    parts = [
        f"\n## {schema['title']}\n\n{schema['description']} File: `{_place(kind)}`\n\n```yaml\n{example}```\n\n",
        _table(schema),
    ]
    if kind == "object":
        field = common_field_schema()
        parts.append(
            f"\n### {field['title']}\n\n{field['description']} See [field types](field-types.md).\n\n{_table(field)}"
        )
        parts.append(f"\nTypes: {', '.join(f'[`{name}`](field-types.md#{name})' for name in field_types)}.\n")
    return "".join(parts)


def _table(schema: Schema) -> str:
    rows = [
        _row(f"`{path}`", _form(each), _default(each, needed), each.get("description", ""), _example(each))
        for path, each, needed in _walk(schema, "")
    ]
    return "| property | form | default | meaning | example |\n|---|---|---|---|---|\n" + "".join(rows)


def _walk(schema: Mapping[str, object], above: str) -> Iterator[tuple[str, Schema, bool]]:
    """Every property of a schema with its path; labels and texts are not opened."""
    needed = {*schema.get("required", ()), *schema.get("x-required", ())}  # type: ignore[misc]
    for name, each in schema.get("properties", {}).items():  # type: ignore[attr-defined]
        if name in ("remove", "after") and above:
            continue
        yield f"{above}{name}", each, name in needed
        yield from _inside(each, f"{above}{name}.")


def _inside(schema: Schema, above: str) -> Iterator[tuple[str, Schema, bool]]:
    if "x-text" in schema:
        return
    yield from _walk(schema, above)
    named = schema.get("additionalProperties")
    if isinstance(named, dict) and "x-choice" in named:
        yield from _walk(named, f"{above}*.")
    elif isinstance(named, dict) and "properties" in named:
        yield from _walk(named, f"{above}*.")
    elif isinstance(named, dict):
        yield from _inside(named, f"{above}*.")
    items = schema.get("items")
    for branch in items.get("anyOf", ()) if isinstance(items, dict) else ():
        yield from _inside(branch, above)


def _form(schema: Schema) -> str:
    if "x-text" in schema:
        return "label" if schema["x-text"] == 80 else "text"
    if "x-expression" in schema:
        return "expression"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])  # type: ignore[attr-defined]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_form(each) for each in schema["anyOf"]))  # type: ignore[attr-defined]
    if schema.get("x-format") in _FORMS:
        return _FORMS[str(schema["x-format"])]
    kind = schema.get("type", "true")
    words = [_WORDS.get(each, each) for each in ([kind] if isinstance(kind, str) else kind)]
    if kind == "array" and isinstance(schema.get("items"), dict) and schema["items"]:
        return (
            f"list of {_form(schema['items'])}s"
            if "enum" not in schema["items"]
            else f"list of {_form(schema['items'])}"
        )
    return " or ".join(words)


def _default(schema: Schema, needed: bool) -> str:
    if needed:
        return "*needed*"
    return f"`{_flow(schema['default'])}`" if "default" in schema else ""


def _example(schema: Schema) -> str:
    examples = schema.get("examples")
    return f"`{_flow(examples[0])}`" if isinstance(examples, list) and examples else ""


def _flow(value: object) -> str:
    """Write a value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return yaml_text(value).removesuffix("...\n").strip()
