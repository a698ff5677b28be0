"""The only door to a tenant's data."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from tenants import catalog
from tenants.context import Tenant
from tenants.errors import PlaceUnknown, TenantBusy, TenantNameInvalid, TenantUnknown
from tenants.provision import drop_tenant
from tenants.publish import publish_release
from tenants.schema import tables
from tenants.storage import Storage, dialect, savepoint
from tests.support.databases import Database
from tests.tenants.models import model_of, release_of
from tests.tenants.records import add

NewTenant = Callable[..., Tenant]


def loans(storage: Storage, tenant: Tenant) -> list[str]:
    with storage.reading(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        return list(connection.execute(select(loan.c.number).order_by(loan.c.id)).scalars())


def add_loan(storage: Storage, tenant: Tenant, number: str) -> int:
    with storage.writing(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        return add(connection, loan, number=number)


def test_what_a_writing_transaction_wrote_stays(storage: Storage, tenant: Tenant) -> None:
    add_loan(storage, tenant, "A-1")
    assert loans(storage, tenant) == ["A-1"]


def test_an_exception_undoes_the_whole_transaction(storage: Storage, tenant: Tenant) -> None:
    with pytest.raises(ZeroDivisionError), storage.writing(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        add(connection, loan, number="A-1")
        raise ZeroDivisionError
    assert loans(storage, tenant) == []


def test_tenants_do_not_see_each_other(storage: Storage, new_tenant: NewTenant) -> None:
    one, other = new_tenant("one"), new_tenant("other")
    add_loan(storage, one, "A-1")
    add_loan(storage, other, "B-1")
    assert (loans(storage, one), loans(storage, other)) == (["A-1"], ["B-1"])


def test_one_connection_used_by_two_tenants_never_mixes_them(
    storage: Storage, new_tenant: NewTenant, database: Database
) -> None:
    """The same statement often enough that the driver prepares it on the server, tenants in turn."""
    one, other = new_tenant("one"), new_tenant("other")
    add_loan(storage, one, "A-1")
    add_loan(storage, other, "B-1")
    for _ in range(20):
        assert loans(storage, one) == ["A-1"]
        assert loans(storage, other) == ["B-1"]


def test_tenants_with_different_column_types_share_a_connection(storage: Storage, new_tenant: NewTenant) -> None:
    """PostgreSQL refuses a prepared statement whose columns changed their types; ours are forgotten in time."""
    one = new_tenant("one", {"loan": {"name": {"type": "text"}, "number": {"type": "text"}}})
    other = new_tenant("other", {"loan": {"name": {"type": "text"}, "number": {"type": "integer"}}})
    add_loan(storage, one, "A-1")
    add_loan(storage, other, 7)
    for tenant, number in ((one, "A-1"), (other, 7)) * 2:
        for _ in range(12):
            assert loans(storage, tenant) == [number]


@pytest.mark.parametrize("slug", ["", "../etc", "a b", 'x"; DROP SCHEMA public; --', "A", "a" * 41, "health", "é"])
def test_a_slug_that_is_none_opens_nothing(tmp_path: Path, slug: str) -> None:
    with pytest.raises(TenantNameInvalid), Storage(tmp_path).reading(Tenant(slug, "x", "sqlite://")):
        pass


@pytest.mark.parametrize("url", ["mysql://h/x", "nonsense", "oracle://u:secret@h/x", ""])
def test_only_known_databases_hold_tenants(tmp_path: Path, url: str) -> None:
    storage = Storage(tmp_path)
    with pytest.raises(PlaceUnknown) as refused, storage.reading(Tenant("acme", "x", url)):
        pass
    assert "secret" not in str(refused.value)


def test_a_tenant_without_data_is_unknown(storage: Storage, tenant: Tenant) -> None:
    nobody = Tenant("nobody", "Nobody", tenant.url)
    with pytest.raises(TenantUnknown), storage.reading(nobody) as connection:
        catalog.state(connection)


def test_data_dropped_by_another_process_is_gone_at_once(
    storage: Storage, tenant: Tenant, database: Database, directory: object
) -> None:
    assert loans(storage, tenant) == []
    drop_tenant(directory, Storage(database.data), "acme")
    with pytest.raises(TenantUnknown):
        loans(storage, tenant)


def test_a_tenant_made_again_under_the_same_slug_starts_empty(
    storage: Storage, tenant: Tenant, database: Database, directory: object, new_tenant: NewTenant
) -> None:
    add_loan(storage, tenant, "A-1")
    with storage.reading(tenant) as connection:
        before = catalog.state(connection).stamp
    drop_tenant(directory, Storage(database.data), "acme")
    again = new_tenant()
    assert loans(storage, again) == []
    with storage.reading(again) as connection:
        assert catalog.state(connection).stamp != before


def test_a_savepoint_undoes_only_its_part(storage: Storage, tenant: Tenant) -> None:
    with storage.writing(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        add(connection, loan, number="A-1")
        with pytest.raises(ZeroDivisionError), savepoint(connection):
            add(connection, loan, number="A-2")
            with savepoint(connection):
                add(connection, loan, number="A-3")
            raise ZeroDivisionError
        add(connection, loan, number="A-4")
    assert loans(storage, tenant) == ["A-1", "A-4"]


def test_a_savepoint_survives_a_broken_constraint(storage: Storage, tenant: Tenant) -> None:
    with storage.writing(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        add(connection, loan, number="A-1")
        with pytest.raises(Exception, match="(?i)unique"), savepoint(connection):
            add(connection, loan, number="A-1")
        add(connection, loan, number="A-2")
    assert loans(storage, tenant) == ["A-1", "A-2"]


def test_writers_at_once_wait_for_each_other(storage: Storage, tenant: Tenant, database: Database) -> None:
    """Two storages stand for two processes, each with two threads."""
    other = Storage(database.data)

    def count_up(door: Storage) -> None:
        for _ in range(10):
            with door.writing(tenant) as connection:
                catalog.bump_stamp(connection)

    with storage.reading(tenant) as connection:
        before = catalog.state(connection).stamp
    threads = [threading.Thread(target=count_up, args=(door,)) for door in (storage, other) * 2]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with storage.reading(tenant) as connection:
        assert catalog.state(connection).stamp == before + 40
    other.close()


def test_readers_go_on_while_somebody_writes(storage: Storage, tenant: Tenant) -> None:
    with storage.writing(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        add(connection, loan, number="A-1")
        assert loans(storage, tenant) == []
    assert loans(storage, tenant) == ["A-1"]


def test_a_publish_waits_for_requests_and_requests_for_the_publish(storage: Storage, tenant: Tenant) -> None:
    order: list[str] = []
    begun = threading.Event()

    def publish() -> None:
        with storage.publishing(tenant) as connection:
            begun.set()
            connection.execute(text("CREATE TABLE tenon_trial (id INTEGER)"))
            time.sleep(0.1)
            order.append("published")

    def write() -> None:
        begun.wait(5)
        with storage.writing(tenant) as connection:
            connection.execute(text("INSERT INTO tenon_trial VALUES (1)"))
            order.append("wrote")

    threads = [threading.Thread(target=each) for each in (publish, write)]
    with storage.writing(tenant):
        for each in threads:
            each.start()
        time.sleep(0.1)
        order.append("first")
    for each in threads:
        each.join()
    assert order == ["first", "published", "wrote"]


def test_a_publish_that_waits_too_long_is_refused(
    storage: Storage, tenant: Tenant, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.postgresql.PUBLISH_TRIES", 1)
    monkeypatch.setattr("tenants.postgresql.PUBLISH_WAITS_SECONDS", 0.1)
    monkeypatch.setattr("tenants.sqlite.BUSY_SECONDS", 0.1)
    for other in (storage, Storage(database.data)):
        with storage.writing(tenant), pytest.raises(TenantBusy), other.publishing(tenant):
            pass
        with other.publishing(tenant):
            pass
        other.close()


def test_texts_sort_by_code_point_on_both_databases(storage: Storage, tenant: Tenant) -> None:
    for number in ("b", "B", "a", "é", "王", "Z"):
        add_loan(storage, tenant, number)
    with storage.reading(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        found = list(connection.execute(select(loan.c.number).order_by(loan.c.number)).scalars())
    assert found == ["B", "Z", "a", "b", "é", "王"]


def test_ids_are_never_given_twice(storage: Storage, tenant: Tenant) -> None:
    first = add_loan(storage, tenant, "A-1")
    with storage.writing(tenant) as connection:
        loan = tables(catalog.published(connection).model).objects["loan"]
        connection.execute(loan.delete())
    assert add_loan(storage, tenant, "A-2") > first


def test_every_system_table_can_be_written_and_read(storage: Storage, tenant: Tenant) -> None:
    with storage.writing(tenant) as connection:
        system = tables(model_of({})).system
        for table in system:
            connection.execute(select(func.count()).select_from(table)).scalar_one()
        if dialect(connection) == "sqlite":
            connection.execute(insert(system.search_index).values(rowid=1, tokens="王伟 伟华"))
            match = system.search_index.c.tokens.op("MATCH")("王伟")
            assert connection.execute(select(system.search_index.c.rowid).where(match)).scalars().all() == [1]


def test_a_type_that_changes_does_not_break_what_was_prepared(storage: Storage, new_tenant: NewTenant) -> None:
    tenant = new_tenant(objects={"loan": {"name": {"type": "text"}, "number": {"type": "integer"}}})
    add_loan(storage, tenant, 7)
    for kind, number in (("text", "7"), ("integer", 7), ("text", "7")):
        publish_release(storage, tenant, release_of({"loan": {"name": {"type": "text"}, "number": {"type": kind}}}),
                        then=lambda connection, model: list(connection.execute(select(tables(model).objects["loan"]))))
        for _ in range(10):
            assert loans(storage, tenant) == [number]


def test_connections_that_the_server_closed_are_replaced(storage: Storage, tenant: Tenant) -> None:
    with storage.reading(tenant) as connection:
        kind = dialect(connection)
    if kind == "postgresql":
        with Storage(Path("/nowhere")).reading(tenant) as connection:
            connection.execute(text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            ))
    assert loans(storage, tenant) == []
