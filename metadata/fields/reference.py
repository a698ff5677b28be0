"""The reference of all field types, written from the registry: a page of the consultants' documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metadata.fields import FieldType, Option, Sample, field_types
from metadata.fields.operators import operators

_HEAD = """# Field types

This page is generated from the field types themselves. A field stands in an object's `fields`:

```yaml
fields:
  due_date: {type: date, required: true, default: "TODAY()", label: {zh_CN: 应还日期, en: Due}}
```

Every field may have `label`, `help`, `required`, `unique`, `index`, `default` (an expression or a plain value) and
`read_only` (no client may change it). The options below belong to the types.

| type | | meaning |
|---|---|---|
"""


def page() -> str:
    """Write the page in Markdown; English, with the Chinese names beside."""
    rows = "".join(
        f"| [`{each.name}`](#{each.name}) | {_names(each)} | {_cell(each.help.in_('en'))} |\n"
        for each in field_types.values()
    )
    return _HEAD + rows + "".join(_section(each) for each in field_types.values())


def _names(field_type: FieldType) -> str:
    return f"{field_type.label.in_('en')} · {field_type.label.in_('zh_CN')}"


def _section(field_type: FieldType) -> str:
    parts = [f"\n## {field_type.name}\n\n{field_type.help.in_('en')}\n\n{field_type.help.in_('zh_CN')}\n"]
    if field_type.options:
        parts.append("\n| option | allowed | default | |\n|---|---|---|---|\n")
        parts.extend(_option(each) for each in field_type.options)
    if field_type.operators:
        names = ", ".join(operators[each].label.in_("en") for each in field_type.operators)
        parts.append(f"\nFilters: {names}.\n")
    parts.append(_examples(field_type.samples))
    return "".join(parts)


def _option(option: Option) -> str:
    default = "required" if option.required else "" if option.default is None else f"`{option.default}`"
    meaning = _cell(str(option.schema.get("description", "")))
    return f"| `{option.name}` | {_allowed(option.schema)} | {default} | {meaning} |\n"


def _allowed(schema: Mapping[str, object]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])  # type: ignore[attr-defined]
    if "oneOf" in schema:
        return " or ".join(_allowed(each) for each in schema["oneOf"])  # type: ignore[attr-defined]
    words = {"object": "mapping", "array": "list", "string": "text"}.get(
        str(schema.get("type")), str(schema.get("type"))
    )
    least, most = schema.get("minimum"), schema.get("maximum")
    return words if least is None or most is None else f"{words} {least} to {most}"


def _examples(samples: Iterable[Sample]) -> str:
    fitting = [each for each in samples if each.refused is None and each.raw not in (None, "") and _short(each.raw)]
    refused = [each for each in samples if each.refused is not None and isinstance(each.raw, str) and _short(each.raw)]
    lines = [f"`{_cell(repr(each.raw))}` is kept as `{_cell(repr(each.shown))}`" for each in fitting[:3]]
    lines += [f"`{_cell(repr(each.raw))}` is refused (`{each.refused}`)" for each in refused[:3]]
    return "\nExamples: " + "; ".join(lines) + ".\n" if lines else ""


def _short(raw: object) -> bool:
    return isinstance(raw, (str, int, list, dict)) and len(str(raw)[:80]) < 60 and str(raw).isprintable()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
