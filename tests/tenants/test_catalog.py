"""What a tenant runs: packages, overlay, draft, versions, and the way back."""

import os
from collections.abc import Callable

import pytest
from sqlalchemy import delete, text, update

from metadata.merge import REMOVED, Edit, Overlay
from metadata.sentences import sentence, wording
from tenants import catalog
from tenants.context import Tenant
from tenants.directory import Directory
from tenants.errors import VersionStale, VersionUnknown, VersionUnreadable
from tenants.hidden import hidden
from tenants.provision import create_tenant
from tenants.publish import plan, publish, rollback, upgrade
from tenants.schema import tables
from tenants.shape import stored_shapes
from tenants.steps import Step
from tenants.storage import Storage
from tenants.system_tables import SYSTEM
from tests.support.databases import Database
from tests.tenants.conftest import LOAN
from tests.tenants.models import package_with
from tests.tenants.physical import assert_as_a_fresh_install
from tests.tenants.records import add

PACKAGE = package_with({"loan": LOAN})
OVERLAY = Overlay((
    Edit("object", "loan", ("fields", "x_note"), {"type": "text", "label": "Note"}),
    Edit("object", "loan", ("fields", "amount", "label"), "Sum"),
    Edit("object", "loan", ("fields", "urgent"), REMOVED),
))


@pytest.fixture
def lender(directory: Directory, storage: Storage) -> Tenant:
    """A tenant with the package of loans."""
    return create_tenant(directory, storage, "lender", "Lender", packages=[PACKAGE])


def fields(storage: Storage, tenant: Tenant) -> list[str]:
    with storage.reading(tenant) as connection:
        model = catalog.published(connection).model
        assert_as_a_fresh_install(connection, tables(model))
        return [each.name for each in model.objects["loan"].own_fields]


def test_an_overlay_changes_a_package_and_is_kept_per_property(storage: Storage, lender: Tenant) -> None:
    publish(storage, lender, [PACKAGE], OVERLAY)
    assert fields(storage, lender) == ["number", "borrower", "amount", "tags", "x_note"]
    with storage.reading(lender) as connection:
        assert catalog.overlay(connection) == OVERLAY
        assert [each.name for each in catalog.installed(connection)] == ["test"]
        assert catalog.installed(connection)[0].checksum == PACKAGE.checksum


def test_rolling_back_publishes_an_earlier_version_again(storage: Storage, lender: Tenant) -> None:
    publish(storage, lender, [PACKAGE], OVERLAY)
    assert rollback(storage, lender, 1, message="Back").number == 3
    assert fields(storage, lender) == list(LOAN)
    with storage.reading(lender) as connection:
        assert catalog.overlay(connection) == Overlay()
        assert [(each.number, each.message) for each in catalog.versions(connection)][0] == (3, "Back")
    rollback(storage, lender, 2)
    assert fields(storage, lender) == ["number", "borrower", "amount", "tags", "x_note"]


def test_a_version_that_never_was_is_unknown(storage: Storage, lender: Tenant) -> None:
    with pytest.raises(VersionUnknown):
        rollback(storage, lender, 9)
    with storage.reading(lender) as connection, pytest.raises(VersionUnknown):
        catalog.version(connection, 0)


def test_versions_are_listed_newest_first_in_pages(storage: Storage, lender: Tenant) -> None:
    publish(storage, lender, [PACKAGE], OVERLAY)
    publish(storage, lender, [PACKAGE])
    with storage.reading(lender) as connection:
        assert [each.number for each in catalog.versions(connection, limit=2)] == [3, 2]
        assert [each.number for each in catalog.versions(connection, before=2)] == [1]


def test_a_draft_is_kept_until_it_is_published_or_discarded(storage: Storage, lender: Tenant) -> None:
    with storage.writing(lender) as connection:
        assert catalog.draft(connection) is None
        catalog.save_draft(connection, OVERLAY, base=1)
        catalog.save_draft(connection, Overlay(OVERLAY.edits[:1]), base=1)
    with storage.writing(lender) as connection:
        assert catalog.draft(connection) == catalog.Draft(1, Overlay(OVERLAY.edits[:1]))
        catalog.save_draft(connection, Overlay(), base=1)
        assert catalog.draft(connection) == catalog.Draft(1, Overlay())
        catalog.discard_draft(connection)
        assert catalog.draft(connection) is None
    assert fields(storage, lender) == list(LOAN)


def test_a_version_that_another_process_published_is_seen_at_once(
    storage: Storage, lender: Tenant, database: Database
) -> None:
    assert fields(storage, lender) == list(LOAN)
    child = os.fork()
    if child == 0:
        try:
            publish(Storage(database.data), lender, [PACKAGE], OVERLAY)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert "x_note" in fields(storage, lender)


def test_a_plan_shows_changes_steps_and_sql_and_changes_nothing(storage: Storage, lender: Tenant) -> None:
    planned = plan(storage, lender, [PACKAGE], OVERLAY)
    assert (planned.base, planned.number, planned.problems) == (1, 2, ())
    assert {(each.action, each.path) for each in planned.changes} >= {
        ("added", ("fields", "x_note")), ("removed", ("fields", "urgent")), ("changed", ("fields", "amount", "label")),
    }
    assert [(each.action, each.column) for each in planned.steps] == [("add_column", "x_note"), ("hide_column", "urgent")]
    assert "ADD COLUMN x_note" in planned.sql
    assert fields(storage, lender) == list(LOAN)


@pytest.mark.parametrize("action", [code.removeprefix("step_") for code in wording() if code.startswith("step_")])
def test_every_kind_of_step_has_words(action: str) -> None:
    step = Step(action, "loan", "amount", records=7)
    assert all("{" not in sentence(step.words, locale) and "loan" in sentence(step.words, locale) for locale in ("en", "zh_CN"))


def test_every_step_of_a_plan_can_be_said(storage: Storage, lender: Tenant) -> None:
    planned = plan(storage, lender, [package_with({"loan": {**LOAN, "borrower": {"type": "lookup", "to": "org_unit"}}})])
    for step in planned.steps:
        for locale in ("en", "zh_CN"):
            assert "{" not in sentence(step.words, locale), step


def test_a_rollback_from_an_outdated_version_is_refused(storage: Storage, lender: Tenant) -> None:
    publish(storage, lender, [PACKAGE], OVERLAY)
    with pytest.raises(VersionStale):
        publish(storage, lender, [PACKAGE], base=1)


def test_a_tenant_of_another_release_of_the_platform_is_upgraded(storage: Storage, lender: Tenant) -> None:
    """As if the platform's own `user` had no e-mail field when the tenant was published."""
    with storage.publishing(lender) as connection:
        shape = stored_shapes(connection)["user"]
        for name in [name for name, index in shape.indexes.items() if "email" in index.columns]:
            connection.execute(text(f'DROP INDEX "{name}"'))
            del shape.indexes[name]
        connection.execute(text('ALTER TABLE "user" DROP COLUMN email'))
        del shape.columns["email"]
        kept = SYSTEM.shape
        connection.execute(update(kept).where(kept.c.table_name == "user").values(shape=shape.to_json()))
        connection.execute(update(SYSTEM.state).values(checksum="0" * 64))
    for _ in range(2):
        with storage.reading(lender) as connection, pytest.raises(VersionUnreadable):
            catalog.published(connection)
    assert upgrade(storage, lender) is True
    assert upgrade(storage, lender) is False
    with storage.reading(lender) as connection:
        published = catalog.published(connection)
        assert published.number == 2
        assert_as_a_fresh_install(connection, tables(published.model))


def test_a_version_that_this_release_refuses_is_tried_once(storage: Storage, lender: Tenant) -> None:
    with storage.writing(lender) as connection:
        connection.execute(update(SYSTEM.state).values(checksum="1" * 64))
    with storage.reading(lender) as connection:
        assert catalog.readable_model(connection) is None
    with storage.writing(lender) as connection:
        connection.execute(delete(SYSTEM.package))
    with storage.reading(lender) as connection, pytest.raises(VersionUnreadable):
        catalog.published(connection)


def test_values_whose_meaning_only_another_release_knows_are_put_away_not_dropped(
    storage: Storage, lender: Tenant
) -> None:
    with storage.writing(lender) as connection:
        add(connection, tables(catalog.published(connection).model).objects["loan"], number="A-1", amount=5)
        connection.execute(update(SYSTEM.state).values(checksum="2" * 64))
    publish(storage, lender, [package_with({"loan": {**LOAN, "amount": {"type": "date"}}})])
    with storage.reading(lender) as connection:
        assert [(each.table, each.name) for each in hidden(connection)] == [("loan", "amount")]
        aside = hidden(connection)[0].column
        assert connection.exec_driver_sql(f'SELECT "{aside}" FROM loan').scalar_one() in (500, 5)


def test_packages_are_stored_once_however_many_versions_use_them(
    storage: Storage, lender: Tenant, new_tenant: Callable[..., Tenant]
) -> None:
    publish(storage, lender, [PACKAGE], OVERLAY)
    publish(storage, lender, [PACKAGE])
    with storage.reading(lender) as connection:
        rows = connection.exec_driver_sql("SELECT name, version FROM tenon_package").all()
    assert [tuple(each) for each in rows] == [("test", "1.0.0")]
