"""A clinic that a module's tests share, and one of a test's own on either database."""

from collections.abc import Iterator

import pytest

from tests.runtime.web.site import open_clinic
from tests.support.application import Application
from tests.support.databases import Database, sqlite_database
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Visitor]]:
    """A clinic for tests that only look, or that don't mind each other's records."""
    with open_clinic(sqlite_database(tmp_path_factory.mktemp("clinic"))) as opened:
        yield opened


@pytest.fixture
def clinic_of_own(database: Database) -> Iterator[tuple[Application, Visitor]]:
    """A clinic for one test, on SQLite and on PostgreSQL."""
    with open_clinic(database) as opened:
        yield opened
