"""Nothing of one tenant is reached from another, whatever is asked."""

from collections.abc import Iterator

import pytest

from runtime.install import create_with
from tests.support.application import Application, Client, package_of
from tests.support.loans import LOANS


@pytest.fixture(scope="module")
def neighbour(loans: Application) -> Iterator[str]:
    """A second tenant with the same app."""
    create_with(loans.directory, loans.storage, "other", "Other", packages=[package_of(LOANS)], clock=loans.clock)
    yield "/other/api/v1"


def test_a_token_opens_its_own_tenant_only(loans: Application, admin: Client, neighbour: str) -> None:
    for path in ("/objects", "/records/loan", "/openapi.json", "/search?q=x", "/metadata/draft"):
        stranger = Client(loans.app.test_client(), neighbour, admin.headers, admin.user)
        own, foreign = admin.get(path), stranger.get(path)
        assert (own.status_code, foreign.status_code) == (200, 401)


def test_tenants_on_one_model_keep_their_records_apart(loans: Application, admin: Client, neighbour: str) -> None:
    admin.create("equipment", code="ONLY-HERE", name="独家")
    other = loans.client(tenant=loans.directory.find("other"))

    assert other.prefix == neighbour
    assert "ONLY-HERE" not in other.get("/records/equipment").text
    assert other.get("/search?q=独家").json["hits"] == []
    assert other.put("/records/equipment/by/code/ONLY-HERE", json={"name": "x"}).status_code == 201
