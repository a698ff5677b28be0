"""The README's tour works as it stands there: in the browser and in the terminal, on the demo tenant."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tenon.cli import main
from tests.architecture.house import ROOT
from tests.docs.blocks import script
from tests.docs.terminal import Terminal, open_terminal
from tests.support.browser import open_page

COMPANY = "瀚海示例恒泰建筑工程有限公司"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The demo tenant, served, as `bootstrap.py run` makes it."""
    folder = tmp_path_factory.mktemp("readme")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TENON_DATA", str(folder / "data"))
        environment.delenv("TENON_DATABASE_URL", raising=False)
        assert main(["tenant", "create", "demo", "--app", "finance_crm", "--demo"]) == 0
    with open_terminal(folder) as opened:
        yield opened


def test_the_tour_in_the_terminal_works(terminal: Terminal) -> None:
    shown = terminal.run(script(ROOT / "README.md", port=terminal.port))

    customers, lead, groups, *rest = shown.splitlines()
    assert f'"name":"{COMPANY}"' in customers
    assert lead.startswith('{"id":') and '"errors"' not in lead
    assert '"rows":[{"stage":' in groups
    assert "equipment_pool 0.1.0 is valid: 2 objects, 14 fields." in rest
    assert "All 4 tests passed." in rest
    assert any("serial_number" in each and each.startswith("  +") for each in rest)


def test_the_tour_in_the_browser_works(terminal: Terminal, browser: Browser) -> None:
    with open_page(browser, base_url=f"http://127.0.0.1:{terminal.port}", viewport={"width": 1280, "height": 820}) as page:
        page.goto("/demo/")
        page.get_by_role("button", name="English").click()
        page.fill("#login", "li.rep")
        page.fill("#password", "tenon-demo")
        page.get_by_role("button", name="Sign in").click()

        page.fill('.finder input[name="q"]', "恒泰")
        page.locator(".finder-hits a", has_text=COMPANY).first.click()
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_label("Credit used").fill("9,000,000")
        page.locator("[data-save]").click()
        expect(page.locator('[data-field="credit_used"]')).to_contain_text("More credit is used than the line allows")
        page.get_by_label("Credit used").fill("3,000,000")
        page.locator("[data-save]").click()
        expect(page.locator(".timeline").first).to_contain_text("3,000,000.00")

        page.get_by_role("link", name="Contacts", exact=True).last.click()
        page.get_by_role("link", name="New contact").click()
        page.fill("#f-name", "王小明")
        page.locator("[data-save]").click()
        page.get_by_role("button", name="Save anyway").click()
        page.get_by_label("More actions").click()
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_have_text("王小明")

        page.goto("/demo/o/account")
        expect(page.locator("main")).to_contain_text("of 14")
        page.faults[:] = [each for each in page.faults if "the server responded with a status of 422" not in each]

