"""Data out of sight, and its end."""

from collections.abc import Callable

import pytest

from tenants import catalog
from tenants.context import Tenant
from tenants.errors import NothingHidden
from tenants.hidden import Hidden, hidden, purge
from tenants.publish import publish_release
from tenants.schema import tables
from tenants.storage import Storage
from tests.tenants.conftest import LOAN
from tests.tenants.models import release_of
from tests.tenants.physical import assert_as_a_fresh_install
from tests.tenants.records import add

WITHOUT_AMOUNT = {"loan": {name: each for name, each in LOAN.items() if name != "amount"}}


def what_is_hidden(storage: Storage, tenant: Tenant) -> tuple[Hidden, ...]:
    with storage.reading(tenant) as connection:
        return hidden(connection)


def test_hidden_columns_and_tables_are_listed_with_the_version_that_hid_them(storage: Storage, tenant: Tenant) -> None:
    publish_release(storage, tenant, release_of(WITHOUT_AMOUNT))
    publish_release(storage, tenant, release_of({}))
    assert what_is_hidden(storage, tenant) == (
        Hidden("loan", "", "loan", 3), Hidden("loan", "amount", "amount", 2),
        Hidden("loan$tags$org_unit", "", "loan$tags$org_unit", 3),
    )


def test_a_purged_column_comes_back_blank(storage: Storage, tenant: Tenant) -> None:
    with storage.writing(tenant) as connection:
        add(connection, tables(catalog.published(connection).model).objects["loan"], number="A-1", amount=5)
    publish_release(storage, tenant, release_of(WITHOUT_AMOUNT))
    purge(storage, tenant, table="loan", column="amount")
    assert what_is_hidden(storage, tenant) == ()
    publish_release(storage, tenant, release_of({"loan": LOAN}))
    with storage.reading(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        assert connection.execute(loan.select()).one().amount is None


def test_a_purged_table_can_be_made_again(storage: Storage, tenant: Tenant) -> None:
    release = release_of({"loan": LOAN})
    publish_release(storage, tenant, release_of({}))
    for each in what_is_hidden(storage, tenant):
        purge(storage, tenant, table=each.table)
    publish_release(storage, tenant, release)
    with storage.reading(tenant) as connection:
        assert_as_a_fresh_install(connection, tables(release.model))


@pytest.mark.parametrize(("table", "column"), [("loan", "amount"), ("loan", ""), ("user", ""), ("nothing", "")])
def test_what_is_in_sight_is_never_purged(storage: Storage, tenant: Tenant, table: str, column: str) -> None:
    with pytest.raises(NothingHidden):
        purge(storage, tenant, table=table, column=column)


def test_a_column_that_made_room_is_listed_under_its_former_name(
    storage: Storage, new_tenant: Callable[..., Tenant]
) -> None:
    tenant = new_tenant()
    moved = {"loan": {**LOAN, "borrower": {"type": "lookup", "to": "org_unit"}}}
    publish_release(storage, tenant, release_of(moved))
    assert what_is_hidden(storage, tenant) == (Hidden("loan", "borrower$2", "borrower", 2),)
    purge(storage, tenant, table="loan", column="borrower$2")
    assert what_is_hidden(storage, tenant) == ()
