"""A workshop on each database, made once; every test works in a transaction that is undone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from tests.runtime.records.workshop import Workshop, open_workshop
from tests.support.databases import KINDS, postgresql_database, sqlite_database


@pytest.fixture(scope="session", params=KINDS)
def workshop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The tenant with the app, on one kind of database."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        opened = open_workshop(sqlite_database(folder))
    else:
        opened = open_workshop(postgresql_database(folder, request.getfixturevalue("postgres").fresh_database()))
    yield opened
    opened.storage.close()


@pytest.fixture
def connection(workshop: Workshop) -> Iterator[Connection]:
    """A transaction of this test's own."""
    start = workshop.clock.instant
    with workshop.trying() as opened:
        yield opened
    workshop.clock.instant = start
