"""The README's commands work as they stand there, in this order, on the demo tenant."""

from pathlib import Path

import pytest

from tenon.cli import main
from tests.architecture.house import ROOT
from tests.docs.blocks import script
from tests.docs.terminal import open_terminal


def test_the_tour_in_the_terminal_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENON_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("TENON_DATABASE_URL", raising=False)
    assert main(["tenant", "create", "demo", "--app", "finance_crm", "--demo"]) == 0

    with open_terminal(tmp_path) as terminal:
        shown = terminal.run(script(ROOT / "README.md", port=terminal.port))

    customers, lead, groups, *rest = shown.splitlines()
    assert '"name":"瀚海示例恒泰建筑工程有限公司"' in customers
    assert lead.startswith('{"id":') and '"errors"' not in lead
    assert '"rows":[{"stage":' in groups
    assert "equipment_pool 0.1.0 is valid: 2 objects, 14 fields." in rest
    assert "All 4 tests passed." in rest
    assert any("serial_number" in each and each.startswith("  +") for each in rest)
