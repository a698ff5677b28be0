"""The clinic behind a server, shared by the journeys."""

from collections.abc import Iterator

import pytest

from tests.journeys.live import Live, open_live
from tests.support.databases import sqlite_database


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The served clinic; each journey works on records of its own."""
    with open_live(sqlite_database(tmp_path_factory.mktemp("journeys"))) as served:
        yield served
