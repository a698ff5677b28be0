"""The package that `tenon app new` writes: small, working, with comments that teach the language."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent / "package"
NAME = "my_app"
"""How the files call the app; replaced by the name that is wanted."""


def write_starter(folder: Path, name: str) -> list[str]:
    """Write the package under another name and return its files, relative to the folder."""
    written = []
    for source in sorted(PACKAGE.rglob("*.yaml")):
        file = source.relative_to(PACKAGE)
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8").replace(NAME, name), encoding="utf-8", newline="\n")
        written.append(str(file))
    return written
