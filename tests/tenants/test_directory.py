"""Who the tenants are, and that none of them is ever half there."""

import io
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from metadata.model import Model
from tenants import catalog
from tenants.context import Tenant
from tenants.directory import Directory
from tenants.errors import PlaceUnknown, TenantExists, TenantNameInvalid, TenantUnknown
from tenants.provision import create_tenant, drop_tenant
from tenants.schema import tables
from tenants.storage import Storage
from tests.support.databases import Database
from tests.tenants.conftest import LOAN
from tests.tenants.models import package_with
from tests.tenants.records import add


def fail(connection: Connection, model: Model) -> None:
    raise ZeroDivisionError


def test_a_new_tenant_has_the_platforms_package_and_the_system_user(directory: Directory, storage: Storage) -> None:
    tenant = create_tenant(directory, storage, "acme", "Acme", locale="en", time_zone="Europe/Berlin")
    assert directory.find("acme") == tenant
    assert (tenant.name, tenant.locale, tenant.time_zone) == ("Acme", "en", "Europe/Berlin")
    with storage.reading(tenant) as connection:
        model = catalog.published(connection).model
        users = connection.execute(tables(model).objects["user"].select()).all()
        assert [(each.id, each.login, each.created_by) for each in users] == [(1, "system", 1)]
        assert [each.number for each in catalog.versions(connection)] == [1]


def test_a_tenant_comes_with_packages_and_their_records(directory: Directory, storage: Storage) -> None:
    def seed(connection: Connection, model: Model) -> None:
        add(connection, tables(model).objects["loan"], number="A-1")

    tenant = create_tenant(directory, storage, "acme", "Acme", packages=[package_with({"loan": LOAN})], then=seed)
    with storage.reading(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        assert connection.execute(loan.select()).one().number == "A-1"


def test_a_slug_is_given_once(directory: Directory, storage: Storage) -> None:
    create_tenant(directory, storage, "acme", "Acme")
    with pytest.raises(TenantExists):
        create_tenant(directory, storage, "acme", "Other")


def test_a_bad_slug_is_refused(directory: Directory, storage: Storage) -> None:
    for slug in ("", "Acme", "a/b", "..", "api", "x" * 41, "-a", "a\n", "a\0"):
        with pytest.raises(TenantNameInvalid):
            create_tenant(directory, storage, slug, "Acme")
        with pytest.raises(TenantUnknown):
            directory.find(slug)


def test_an_unknown_database_is_refused(directory: Directory, storage: Storage) -> None:
    with pytest.raises(PlaceUnknown):
        create_tenant(directory, storage, "acme", "Acme", "mysql://localhost/x")
    assert directory.tenants() == ()


def test_a_creation_that_fails_leaves_nothing_and_can_be_tried_again(directory: Directory, storage: Storage) -> None:
    with pytest.raises(ZeroDivisionError):
        create_tenant(directory, storage, "acme", "Acme", then=fail)
    with pytest.raises(TenantUnknown):
        directory.find("acme")
    assert directory.tenants() == ()
    create_tenant(directory, storage, "acme", "Acme again")
    assert directory.find("acme").name == "Acme again"


def test_of_two_who_create_the_same_tenant_one_wins(database: Database) -> None:
    outcomes: list[object] = []

    def create(name: str) -> None:
        directory, storage = Directory(database.url, database.data), Storage(database.data)
        try:
            outcomes.append(create_tenant(directory, storage, "acme", name).name)
        except TenantExists:
            outcomes.append(TenantExists)
        finally:
            directory.close()
            storage.close()

    threads = [threading.Thread(target=create, args=(name,)) for name in ("one", "two")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(outcomes) == 2
    assert outcomes.count(TenantExists) == 1


def test_a_dropped_tenant_is_gone_with_its_files(
    directory: Directory, storage: Storage, new_tenant: Callable[..., Tenant], database: Database
) -> None:
    tenant = new_tenant()
    storage.files(tenant).put(io.BytesIO(b"contract"))
    drop_tenant(directory, storage, "acme")
    with pytest.raises(TenantUnknown):
        directory.find("acme")
    with pytest.raises(TenantUnknown), storage.reading(tenant) as connection:
        catalog.state(connection)
    assert not [each for each in database.data.rglob("*") if "acme" in each.name]


def test_another_process_sees_a_new_tenant_at_once(database: Database, directory: Directory, storage: Storage) -> None:
    other = Directory(database.url, database.data)
    with pytest.raises(TenantUnknown):
        other.find("acme")
    create_tenant(directory, storage, "acme", "Acme")
    assert other.find("acme").name == "Acme"
    assert [each.slug for each in other.tenants()] == ["acme"]
    other.close()
