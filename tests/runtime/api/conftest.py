"""One application per module and database for the tests of the API; each test brings its own users and records."""

from collections.abc import Iterator

import pytest

from tests.support.application import Application, Client
from tests.support.databases import KINDS
from tests.support.loans import LOANS
from tests.support.places import on_either


@pytest.fixture(scope="module", params=KINDS)
def loans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The app for lending equipment, on either database."""
    yield from on_either(request, tmp_path_factory, LOANS)


@pytest.fixture
def admin(loans: Application) -> Client:
    """Somebody who may do everything."""
    return loans.client()


@pytest.fixture
def clerk(loans: Application) -> Client:
    """Somebody who lends: sees no cost, sets no deposit, sees own loans only."""
    return loans.client(roles=["clerk"])
