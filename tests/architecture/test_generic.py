"""The platform knows no object of the bundled app: what the app needs is said in YAML, or the language is extended."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import yaml

from tests.architecture.house import ROOMS, ROOT, Module, modules

APPS = ROOT / "metadata" / "apps"

ORDINARY_WORDS = {
    "call": "what one does with a function",
    "complaint": "what is wrong with an input",
    "event": "what handlers are told",
    "need": "what something cannot do without",
    "order": "the order of rows",
    "policy": "a Content-Security-Policy",
    "pool": "a pool of connections",
    "position": "a place in a text",
    "product": "what a multiplication gives",
    "security": "the absence of risk",
    "target": "what something points to",
    "task": "a piece of work",
}
"""Names of objects that are also everyday words of programs: allowed in identifiers, never as a string; only shrinks."""

MOST_ORDINARY_WORDS = 12

ALLOWED_STRINGS = {
    ("runtime/api/openapi.py", "security"): "a keyword of OpenAPI",
    ("tenants/schema.py", "target"): "a column of the tables behind many-to-many fields",
    ("tenants/system_tables.py", "position"): "a column: the place of an edit among its neighbours",
}
"""(path of the module, string) -> why the string cannot mean the object. Only shrinks."""

STRING_IN_TEMPLATE = re.compile(r"""["']([a-z][a-z0-9_]*)["']""")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")


@cache
def app_objects() -> frozenset[str]:
    """Return the objects the finance CRM defines; a file without a label extends an object of the platform."""
    return frozenset(
        name
        for path in (APPS / "finance_crm" / "objects").glob("*.yaml")
        for definition in [yaml.safe_load(path.read_text(encoding="utf-8"))]
        if "label" in definition
        for name in (path.stem, definition["object"])
    ) - frozenset(path.stem for path in (APPS / "system" / "objects").glob("*.yaml"))


def strings(module: Module) -> Iterator[tuple[int, str]]:
    """Yield every string of a module that is not documentation."""
    documentation = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def identifiers(module: Module) -> Iterator[tuple[int, str]]:
    """Yield every name that a module defines or uses, but not what it imports from elsewhere."""
    for node in ast.walk(module.tree):
        for attribute in ("id", "attr", "arg", "name"):
            value = getattr(node, attribute, None)
            if isinstance(value, str) and not isinstance(node, ast.alias):
                yield getattr(node, "lineno", 0), value


def names_an_object(identifier: str) -> set[str]:
    """Return the objects whose whole name stands in an identifier: `open_order_count` and `OrderLine` name `order`."""
    words = f"_{'_'.join(word.lower() for word in WORD.findall(identifier))}_"
    return {name for name in app_objects() if f"_{name}_" in words}


def test_the_app_has_objects() -> None:
    assert len(app_objects()) >= 10


def test_no_string_is_the_name_of_an_app_object() -> None:
    faults = [
        f"{module.path}:{line} {text!r}"
        for module in modules()
        for line, text in strings(module)
        if text in app_objects() and (module.path, text) not in ALLOWED_STRINGS
    ]
    assert not faults, "\n".join(faults)


def test_no_identifier_names_an_app_object() -> None:
    faults = [
        f"{module.path}:{line} {identifier} names {', '.join(sorted(found))}"
        for module in modules()
        for line, identifier in identifiers(module)
        if (found := names_an_object(identifier) - ORDINARY_WORDS.keys())
    ]
    assert not faults, "\n".join(faults)


def test_no_template_or_script_names_an_app_object() -> None:
    faults = [
        f"{path.relative_to(ROOT)}: {text!r}"
        for folder in ROOMS.values()
        for kind in ("html", "js", "mjs")
        for path in (ROOT / folder).rglob(f"*.{kind}")
        if not {"node_modules", "dist"} & set(path.parts)
        for text in STRING_IN_TEMPLATE.findall(path.read_text(encoding="utf-8"))
        if text in app_objects() and (str(path.relative_to(ROOT)), text) not in ALLOWED_STRINGS
    ]
    assert not faults, "\n".join(faults)


def test_the_lists_of_exceptions_only_shrink() -> None:
    unused = [key for key in ALLOWED_STRINGS if f'"{key[1]}"' not in (ROOT / key[0]).read_text(encoding="utf-8")]

    assert not unused, f"take out of ALLOWED_STRINGS: {unused}"
    assert len(ORDINARY_WORDS) <= MOST_ORDINARY_WORDS
