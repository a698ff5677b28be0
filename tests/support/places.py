"""One application for a whole test module, on SQLite and then on PostgreSQL.

    @pytest.fixture(scope="module", params=KINDS)
    def site(request, tmp_path_factory):
        yield from on_either(request, tmp_path_factory, LOANS)
"""

from collections.abc import Iterator

import pytest

from metadata.documents import Package
from tests.support.application import Application, open_application
from tests.support.databases import postgresql_database, sqlite_database


def on_either(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, *packages: Package | str
) -> Iterator[Application]:
    """Give the application on the database that the fixture's parameter names, and clear up."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        with open_application(sqlite_database(folder), *packages) as application:
            yield application
        return
    server = request.getfixturevalue("postgres")
    url = server.fresh_database()
    with open_application(postgresql_database(folder, url), *packages) as application:
        yield application
    server.drop_database(url)
