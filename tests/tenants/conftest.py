"""What the tests of tenants stand on: a directory, a storage and one small tenant, on each database."""

from collections.abc import Callable, Iterator

import pytest

from tenants.context import Tenant
from tenants.directory import Directory
from tenants.provision import install
from tenants.storage import Storage
from tests.support.databases import Database
from tests.tenants.models import release_of

LOAN = {
    "number": {"type": "text", "required": True, "unique": True},
    "borrower": {"type": "lookup", "to": "user"},
    "amount": {"type": "money"},
    "tags": {"type": "many_to_many", "to": "org_unit"},
    "urgent": {"type": "boolean"},
}


@pytest.fixture
def storage(database: Database) -> Iterator[Storage]:
    """The door to the tenants of this test."""
    opened = Storage(database.data)
    yield opened
    opened.close()


@pytest.fixture
def directory(database: Database) -> Iterator[Directory]:
    """The tenants of this test."""
    opened = Directory(database.url, database.data)
    yield opened
    opened.close()


@pytest.fixture
def new_tenant(directory: Directory, storage: Storage) -> Callable[..., Tenant]:
    """Make a tenant with some objects; by default one with loans."""

    def make(slug: str = "acme", objects: dict | None = None, **options: dict) -> Tenant:
        with directory.creating(slug, slug.title()) as tenant:
            install(storage, tenant, release_of({"loan": LOAN} if objects is None else objects, **options))
        return tenant

    return make


@pytest.fixture
def tenant(new_tenant: Callable[..., Tenant]) -> Tenant:
    """A tenant with loans."""
    return new_tenant()
