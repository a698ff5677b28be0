"""One application with a small app per module and database; tests bring their own users."""

from collections.abc import Iterator

import pytest

from tests.support.application import Application, open_application
from tests.support.databases import KINDS, postgresql_database, sqlite_database
from tests.support.loans import LOANS


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The app for lending equipment, on either database."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        with open_application(sqlite_database(folder), LOANS) as application:
            yield application
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.fresh_database()
    with open_application(postgresql_database(folder, url), LOANS) as application:
        yield application
    postgres.drop_database(url)
