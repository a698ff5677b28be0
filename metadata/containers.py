"""Which mappings of a definition hold named things, whose order and names mean something."""

from __future__ import annotations

import re
from collections.abc import Mapping

CONTAINERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "app": (("navigation",),),
    "object": (("fields",), ("fields", "*", "values"), ("validation",), ("record_types",)),
    "picklist": (("values",),),
    "layout": (("tabs",), ("tabs", "*", "sections")),
    "test": (("given",), ("tests",)),
}

LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?\Z")


def is_container(kind: str, path: tuple[str, ...]) -> bool:
    """Whether the mapping at a path holds named things (fields, tabs, values), not properties."""
    return any(
        len(path) == len(pattern) and all(want in ("*", step) for want, step in zip(pattern, path, strict=True))
        for pattern in CONTAINERS.get(kind, ())
    )


def shorthand(kind: str, path: tuple[str, ...]) -> bool:
    """Whether what stands in the mapping at a path may be a bare label."""
    return bool(path) and path[-1] == "values" and is_container(kind, path)


def is_language(code: object) -> bool:
    """Whether a text looks like the code of a language: `en`, `zh_CN`, `zh_Hant_TW`."""
    return isinstance(code, str) and LANGUAGE.match(code) is not None


def language_map(value: object) -> bool:
    """Whether a value is a text per language."""
    return isinstance(value, Mapping) and bool(value) and all(is_language(key) for key in value)


def after_key(mapping: Mapping[str, object], key: str, value: object, after: str) -> dict[str, object]:
    """Put a key behind another one; behind nothing (`""`) is first, behind an unknown one is last."""
    rest = {name: each for name, each in mapping.items() if name != key}
    if after == "":
        return {key: value, **rest}
    if after not in rest:
        return {**rest, key: value}
    placed: dict[str, object] = {}
    for name, each in rest.items():
        placed[name] = each
        if name == after:
            placed[key] = value
    return placed
