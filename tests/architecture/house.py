"""Reads the house: its rooms, and every Python module in them as a syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FLOORS = ("metadata", "tenants", "runtime", "designer", "tenon")
"""From the lowest to the highest: a module imports from its own floor and from those before it."""

PLUGINS = "plugins"
ROOMS = {floor: "platform/tenon" if floor == "tenon" else floor for floor in FLOORS}
"""Where each floor's package lies: `platform/` is a source root."""


@dataclass(frozen=True)
class Module:
    """One Python file: `path` from the root of the checkout, `name` as it is imported, `room` its first word."""

    path: str
    name: str
    room: str
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class Import:
    """One imported module, and the line that imports it."""

    module: Module
    line: int
    target: str
    inside_function: bool

    @property
    def room(self) -> str:
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.module.path}:{self.line} imports {self.target}"


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the five floors, sorted by path."""
    return tuple(module for room, folder in ROOMS.items() for module in modules_in(room, ROOT / folder))


@cache
def plugin_modules() -> tuple[Module, ...]:
    return tuple(modules_in(PLUGINS, ROOT / PLUGINS))


def modules_in(room: str, folder: Path) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        parts = [room, *path.relative_to(folder).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        text = path.read_text(encoding="utf-8")
        yield Module(str(path.relative_to(ROOT)), name, room, text, ast.parse(text, str(path)))


def imports(module: Module) -> Iterator[Import]:
    """Yield what a module imports, wherever in it; `from a import b` counts as `a.b`."""
    inside = {id(node) for function in functions(module) for node in ast.walk(function)}
    for node in ast.walk(module.tree):
        for target in imported_names(module, node):
            yield Import(module, node.lineno, target, id(node) in inside)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported_names(module: Module, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    start = node.module or ""
    if node.level:
        package = module.name.split(".") if module.path.endswith("__init__.py") else module.name.split(".")[:-1]
        start = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
    return [f"{start}.{alias.name}" for alias in node.names]
