"""What gets installed is pinned and hashed, and no committed file says where packages come from."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

REQUIREMENTS = sorted((ROOT / "requirements").iterdir())
LOCKS = [path for path in REQUIREMENTS if path.suffix == ".txt"]
UI = ROOT / "runtime" / "web" / "ui"
SETTINGS = [ROOT / "setup.cfg", ROOT / "setup.py", ROOT / "pyproject.toml", UI / ".npmrc", UI / "package.json"]
PINNED = re.compile(r"^(\S+==\S+)", re.MULTILINE)
NAMES_A_SOURCE = re.compile(
    r"https?://|--(extra-)?index-url|--find-links|--trusted-host|^\s*registry\s*=", re.MULTILINE
)


@pytest.mark.parametrize("path", [*REQUIREMENTS, *SETTINGS], ids=lambda path: path.name)
def test_no_file_names_a_package_source(path: Path) -> None:
    assert not NAMES_A_SOURCE.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_library_is_pinned_and_hashed(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())

    assert entries
    assert not [
        entry for entry in entries if not re.match(r"[a-z0-9.\[\],-]+==\S+", entry) or "--hash=sha256:" not in entry
    ]


def test_the_locks_agree() -> None:
    pinned = {lock.stem: set(PINNED.findall(lock.read_text(encoding="utf-8"))) for lock in LOCKS}

    assert pinned["run"] <= pinned["test"]


def test_every_locked_npm_package_has_a_checksum_and_no_address() -> None:
    packages = json.loads((UI / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    del packages[""]

    assert packages
    assert not [name for name, package in packages.items() if "integrity" not in package or "resolved" in package]


def test_every_npm_package_asked_for_is_pinned() -> None:
    package = json.loads((UI / "package.json").read_text(encoding="utf-8"))

    asked = {**package["dependencies"], **package["devDependencies"]}
    assert not {name: version for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)}
