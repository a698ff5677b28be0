"""One application with a small app per module and database; tests bring their own users."""

from collections.abc import Iterator

import pytest

from tests.support.application import Application
from tests.support.databases import KINDS
from tests.support.loans import LOANS
from tests.support.places import on_either


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The app for lending equipment, on either database."""
    yield from on_either(request, tmp_path_factory, LOANS)
