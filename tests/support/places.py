"""One application for a whole test module, on SQLite and then on PostgreSQL.

    @pytest.fixture(scope="module", params=KINDS)
    def site(request, tmp_path_factory):
        yield from on_either(request, tmp_path_factory, LOANS)
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from metadata.documents import Package
from tests.support.application import Application, open_application
from tests.support.databases import Database, postgresql_database, sqlite_database


def on_either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, *packages: Package | str
) -> Iterator[Application]:
    """Give the application on the database that the fixture's parameter names, and clear up."""
    with database_of(request, tmp_path_factory) as database, open_application(database, *packages) as application:
        yield application


@contextmanager
def database_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give an empty place of the kind that the fixture's parameter names, and clear up."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        yield sqlite_database(folder)
        return
    server = request.getfixturevalue("postgres")
    url = server.fresh_database()
    yield postgresql_database(folder, url)
    server.drop_database(url)
