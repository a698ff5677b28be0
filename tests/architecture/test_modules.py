"""Modules can be read in one sitting, say what they are for, and have names that mean something."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.house import PLUGINS, ROOT, Module, functions, modules, plugin_modules

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
SAYS_NOTHING = set("util utils helper helpers common base manager managers handler handlers misc v2".split())

EVERY_MODULE = [pytest.param(module, id=module.path) for module in (*modules(), *plugin_modules())]
every_module: Callable = pytest.mark.parametrize("module", EVERY_MODULE)


@every_module
def test_a_module_is_readable_in_one_sitting(module: Module) -> None:
    assert len(module.text.splitlines()) <= LONGEST_MODULE


@every_module
def test_a_function_is_never_long(module: Module) -> None:
    lengths = {function.name: function.end_lineno - function.lineno + 1 for function in functions(module)}

    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}


@every_module
def test_a_module_says_what_it_is_for(module: Module) -> None:
    documentation = module.tree.body and getattr(module.tree.body[0], "value", None)

    assert isinstance(getattr(documentation, "value", None), str), f"{module.path} does not open with a docstring"


@every_module
def test_a_module_has_a_name_that_means_something(module: Module) -> None:
    assert not SAYS_NOTHING & set(module.name.split("."))


def test_platform_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_every_room_and_the_standard_library_can_be_imported_from_anywhere(tmp_path: Path) -> None:
    program = (
        f"import platform, uuid, metadata, tenants, runtime, designer, tenon, {PLUGINS};"
        "assert platform.python_version(); print(tenon.__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)

    assert answer.stdout.strip() == "tenon", answer.stderr
