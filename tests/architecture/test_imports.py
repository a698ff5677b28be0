"""Imports point downwards only, and stand at the top."""

import pytest

from tests.architecture.house import FLOORS, PLUGINS, Import, imports, modules, plugin_modules

EXTENSION_POINTS = (
    "metadata.errors",
    "metadata.fields",
    "metadata.text",
    "tenants.context",
    "tenon.plugins",
)
"""What a plugin, ours or a stranger's, may rely on. Adding a line is a promise to strangers."""

IMPURE = ("alembic", "flask", "psycopg", "random", "secrets", "socket", "sqlite3", "time", "urllib.request", "uuid")
"""What the language must not know: connections, the web, clocks and chance."""


def is_or_is_in(target: str, packages: tuple[str, ...]) -> bool:
    return any(target == package or target.startswith(f"{package}.") for package in packages)


def listed(faults: list[Import]) -> str:
    return "\n".join(map(str, faults))


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_no_higher_floor(floor: str) -> None:
    higher = FLOORS[FLOORS.index(floor) + 1 :]
    found = [item for module in modules() if module.room == floor for item in imports(module)]

    faults = [item for item in found if item.room in higher]
    assert not faults, listed(faults)


def test_nothing_imports_a_plugin() -> None:
    faults = [item for module in modules() for item in imports(module) if item.room == PLUGINS]

    assert not faults, listed(faults)


def test_a_plugin_imports_extension_points_alone() -> None:
    found = [item for module in plugin_modules() for item in imports(module) if item.room in FLOORS]

    faults = [item for item in found if not is_or_is_in(item.target, EXTENSION_POINTS)]
    assert not faults, listed(faults)


def test_no_import_hides_inside_a_function() -> None:
    everywhere = [*modules(), *plugin_modules()]
    faults = [item for module in everywhere for item in imports(module) if item.inside_function]

    assert not faults, listed(faults)


def test_the_language_knows_no_connection_no_web_no_clock_and_no_chance() -> None:
    found = [item for module in modules() if module.room == "metadata" for item in imports(module)]

    faults = [item for item in found if is_or_is_in(item.target, IMPURE)]
    assert not faults, listed(faults)
