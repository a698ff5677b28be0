"""The app full of secrets, on either database, and filled once for a module."""

from collections.abc import Iterator

import pytest

from tests.runtime.security.secrets import SECRETS, World, filled_world
from tests.support.databases import KINDS
from tests.support.places import on_either


@pytest.fixture(scope="module", params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A tenant with secrets in every field, and with somebody who may not see them."""
    for site in on_either(request, tmp_path_factory, SECRETS):
        yield filled_world(site)
