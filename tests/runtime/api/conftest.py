"""One application per module and database for the tests of the API; each test brings its own users and records."""

from collections.abc import Iterator

import pytest

from tests.support.application import Application, Client, open_application
from tests.support.databases import KINDS, postgresql_database, sqlite_database
from tests.support.loans import LOANS


@pytest.fixture(scope="module", params=KINDS)
def loans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The app for lending equipment, on either database."""
    folder = tmp_path_factory.mktemp("loans")
    if request.param == "sqlite":
        with open_application(sqlite_database(folder), LOANS) as application:
            yield application
        return
    postgres = request.getfixturevalue("postgres")
    url = postgres.fresh_database()
    with open_application(postgresql_database(folder, url), LOANS) as application:
        yield application
    postgres.drop_database(url)


@pytest.fixture
def admin(loans: Application) -> Client:
    """Somebody who may do everything."""
    return loans.client()


@pytest.fixture
def clerk(loans: Application) -> Client:
    """Somebody who lends: sees no cost, sets no deposit, sees own loans only."""
    return loans.client(roles=["clerk"])
