"""Generated files that are committed: a test fails when one is stale, and one setting renews it."""

import os
from pathlib import Path

ACCEPT = "TENON_ACCEPT"


def assert_fresh(path: Path, text: str) -> None:
    """Compare a committed file with what is generated now; with TENON_ACCEPT=1 write it instead."""
    if os.environ.get(ACCEPT):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    committed = path.read_text(encoding="utf-8") if path.exists() else ""
    assert committed == text, f"{path} is stale: run the test once with {ACCEPT}=1 and commit the file"
