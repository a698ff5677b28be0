"""A clinic that the tests of a module share, on SQLite, and one on each database."""

from collections.abc import Iterator

import pytest

from tests.runtime.web.site import open_clinic
from tests.support.application import Application
from tests.support.databases import KINDS, postgresql_database, sqlite_database
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Visitor]]:
    """A clinic whose seeds nobody changes: for tests that only look."""
    with open_clinic(sqlite_database(tmp_path_factory.mktemp("clinic"))) as opened:
        yield opened


@pytest.fixture(scope="module", params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Visitor]]:
    """A clinic on SQLite, then one on PostgreSQL; tests change only records that they made."""
    folder = tmp_path_factory.mktemp("clinic")
    if request.param == "sqlite":
        with open_clinic(sqlite_database(folder)) as opened:
            yield opened
        return
    server = request.getfixturevalue("postgres")
    url = server.fresh_database()
    with open_clinic(postgresql_database(folder, url)) as opened:
        yield opened
    server.drop_database(url)
