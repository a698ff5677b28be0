"""The fixtures every test may ask for; what they stand on is in tests/support."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import open_page, running_browser
from tests.support.databases import KINDS, Database, postgresql_database, sqlite_database
from tests.support.postgres import Postgres, start_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL server, started when the first test asks for it."""
    server = start_postgres()
    yield server
    server.close()


@pytest.fixture
def pg_url(postgres: Postgres) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of this test's own."""
    url = postgres.fresh_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty place for data; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return sqlite_database(tmp_path)
    return postgresql_database(tmp_path, request.getfixturevalue("pg_url"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The session's Chromium."""
    with running_browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in Chinese in a browser context of its own; the test fails if the page reports an error."""
    with open_page(browser) as opened:
        yield opened
