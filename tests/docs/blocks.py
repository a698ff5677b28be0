"""The code blocks of the documentation: the ones that are marked are run or checked by tests."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.house import ROOT

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
BLOCK = re.compile(r"^```(?P<kind>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# (\S+\.yaml)\b")


@dataclass(frozen=True)
class Block:
    """A fenced block: `kind` is what stands behind the fence."""

    kind: str
    text: str


def blocks(page: Path, kind: str) -> list[Block]:
    """The blocks of a page marked with exactly this kind, such as `sh runnable`."""
    found = (Block(each["kind"].strip(), each["text"]) for each in BLOCK.finditer(page.read_text(encoding="utf-8")))
    return [each for each in found if each.kind == kind]


def script(page: Path, *, port: int) -> str:
    """All runnable shell blocks of a page, one after the other, against a server on this port."""
    texts = [each.text for each in blocks(page, "sh runnable")]
    return "\n".join(["set -euo pipefail", *texts]).replace("localhost:8000", f"127.0.0.1:{port}")


def package_files(page: Path) -> dict[str, str]:
    """The YAML blocks of a page that begin with a comment naming their file."""
    return {found[1]: each.text for each in blocks(page, "yaml") if (found := FILE.match(each.text))}
