"""A clinic that the tests of a module share, on SQLite, and one on each database."""

from collections.abc import Iterator

import pytest

from tests.runtime.web.site import open_clinic
from tests.support.application import Application
from tests.support.databases import KINDS, sqlite_database
from tests.support.places import database_of
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Visitor]]:
    """A clinic whose seeds nobody changes: for tests that only look."""
    with open_clinic(sqlite_database(tmp_path_factory.mktemp("clinic"))) as opened:
        yield opened


@pytest.fixture(scope="module", params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Visitor]]:
    """A clinic on SQLite, then one on PostgreSQL; tests change only records that they made."""
    with database_of(request, tmp_path_factory) as database, open_clinic(database) as opened:
        yield opened
