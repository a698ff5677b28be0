"""What the other tests stand on must itself stand."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from tests.support.browser import accessibility_faults, open_page
from tests.support.databases import Database

ROOT = Path(__file__).resolve().parents[2]
STARTS_AND_DIES = """
import os, signal
from tests.support.postgres import start_postgres
server = start_postgres()
print(server.url.partition("host=")[2], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_test_gets_an_empty_database_of_each_kind(database: Database) -> None:
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
    engine.dispose()

    assert engine.dialect.name == database.kind
    assert list(database.data.iterdir()) == []


def test_nothing_of_postgresql_outlives_a_killed_test_run() -> None:
    run = subprocess.run([sys.executable, "-c", STARTS_AND_DIES], cwd=ROOT, capture_output=True, text=True)
    home = Path(run.stdout.strip())

    assert run.returncode == -signal.SIGKILL, run.stderr
    assert home.name.startswith("tenon-pg-")
    wait_until_gone(home)


def wait_until_gone(home: Path) -> None:
    deadline = time.monotonic() + 15
    while home.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not home.exists()


def test_the_browser_shows_chinese(page: Page) -> None:
    page.set_content("<title>榫卯</title><h1>榫卯</h1>")

    assert page.get_by_role("heading").inner_text() == "榫卯"
    assert page.evaluate("navigator.language") == "zh-CN"


@pytest.mark.parametrize(
    "content", ["<script>throw new Error('boom')</script>", "<script>console.error('boom')</script>"]
)
def test_a_page_that_reports_an_error_fails_the_test(browser: Browser, content: str) -> None:
    with pytest.raises(AssertionError, match="boom"), open_page(browser) as page:
        page.set_content(content)
        page.wait_for_timeout(50)


def test_accessibility_faults_are_found(page: Page) -> None:
    page.set_content("<html lang='en'><title>x</title><body><main><img src='data:,'></main>")

    assert [fault.partition(":")[0] for fault in accessibility_faults(page)] == ["image-alt"]


def test_the_built_pages_manifest_names_existing_files() -> None:
    built = ROOT / "runtime" / "web" / "static" / "dist"
    manifest = json.loads((built / "manifest.json").read_text(encoding="utf-8"))

    assert {"app.js", "app.css", "icons.svg"} <= manifest.keys()
    assert all((built / entry["file"]).is_file() for entry in manifest.values())
