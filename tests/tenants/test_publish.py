"""From one version to the next: plan, migration, versions and the way back."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Connection, insert, select, update

from metadata.model import Model
from tenants import catalog
from tenants.context import SetClock, Tenant, User
from tenants.errors import PublishRefused, VersionStale
from tenants.publish import plan_model, publish_release
from tenants.schema import tables
from tenants.storage import Storage
from tests.tenants.conftest import LOAN
from tests.tenants.models import model_of, release_of
from tests.tenants.physical import assert_as_a_fresh_install
from tests.tenants.records import NOW, add

NewTenant = Callable[..., Tenant]


def publish(storage: Storage, tenant: Tenant, objects: dict, **options: object) -> int:
    """Publish a model and check that the tables are then as if it had been installed afresh."""
    release = release_of(objects, **options)
    number = publish_release(storage, tenant, release).number
    with storage.reading(tenant) as connection:
        assert_as_a_fresh_install(connection, tables(release.model))
    return number


def fill(storage: Storage, tenant: Tenant, name: str, rows: list[dict]) -> list[int]:
    with storage.writing(tenant) as connection:
        table = tables(catalog.published(connection).model).objects[name]
        return [add(connection, table, **row) for row in rows]


def values(storage: Storage, tenant: Tenant, name: str, column: str) -> list[object]:
    with storage.reading(tenant) as connection:
        table = tables(catalog.published(connection).model).objects[name]
        return list(connection.execute(select(table.c[column]).order_by(table.c.id)).scalars())


def loan(**changes: object) -> dict:
    fields = {**LOAN, **changes}
    return {"loan": {name: each for name, each in fields.items() if each is not None}}


def test_a_new_field_is_blank_in_existing_records(storage: Storage, tenant: Tenant) -> None:
    fill(storage, tenant, "loan", [{"number": "A-1"}])
    assert publish(storage, tenant, loan(note={"type": "long_text"}, closed={"type": "boolean"})) == 2
    assert values(storage, tenant, "loan", "note") == [None]
    assert values(storage, tenant, "loan", "closed") == [False]


def test_a_new_relation_is_enforced_by_the_database(storage: Storage, tenant: Tenant) -> None:
    publish(storage, tenant, loan(approver={"type": "lookup", "to": "user"}))
    with pytest.raises(Exception, match="(?i)foreign key"):
        fill(storage, tenant, "loan", [{"number": "A-1", "approver": 99}])


def test_a_new_object_comes_with_its_relations(storage: Storage, tenant: Tenant) -> None:
    item = {"name": {"type": "text"}, "loan": {"type": "master_detail", "to": "loan"}}
    publish(storage, tenant, {**loan(), "item": item})
    first, _ = fill(storage, tenant, "loan", [{"number": "A-1"}, {"number": "A-2"}])
    fill(storage, tenant, "item", [{"name": "cable", "loan": first}])
    with storage.writing(tenant) as connection:
        table = tables(catalog.published(connection).model).objects["loan"]
        connection.execute(table.delete().where(table.c.id == first))
    assert values(storage, tenant, "item", "name") == []


def test_a_removed_field_is_hidden_and_comes_back_with_its_values(storage: Storage, tenant: Tenant) -> None:
    fill(storage, tenant, "loan", [{"number": "A-1", "amount": Decimal("12.50")}, {"number": "A-2"}])
    plan = plan_model(storage, tenant, model_of(loan(amount=None)))
    assert [(each.action, each.column, each.records) for each in plan.takes_away] == [("hide_column", "amount", 1)]
    publish(storage, tenant, loan(amount=None))
    fill(storage, tenant, "loan", [{"number": "A-3"}])
    publish(storage, tenant, loan())
    assert values(storage, tenant, "loan", "amount") == [Decimal("12.50"), None, None]


def test_a_hidden_boolean_and_a_hidden_unique_field_disturb_nobody(storage: Storage, tenant: Tenant) -> None:
    publish(storage, tenant, loan(code={"type": "text", "unique": True}, number={"type": "text"}))
    publish(storage, tenant, loan(number={"type": "text"}, urgent=None))
    fill(storage, tenant, "loan", [{"number": "A-1"}, {"number": "A-1"}])
    publish(storage, tenant, loan(code={"type": "text", "unique": True}, number={"type": "text"}))
    assert values(storage, tenant, "loan", "urgent") == [False, False]


def test_a_removed_object_is_hidden_and_comes_back_with_its_records(storage: Storage, tenant: Tenant) -> None:
    fill(storage, tenant, "loan", [{"number": "A-1"}, {"number": "A-2"}])
    plan = plan_model(storage, tenant, model_of({}))
    assert ("hide_table", "loan", 2) in [(each.action, each.table, each.records) for each in plan.takes_away]
    publish(storage, tenant, {})
    publish(storage, tenant, loan())
    assert values(storage, tenant, "loan", "number") == ["A-1", "A-2"]


def test_a_hidden_object_does_not_hold_on_to_what_it_refers_to(storage: Storage, tenant: Tenant) -> None:
    [person] = fill(storage, tenant, "user", [{"login": "li", "name": "Li"}])
    fill(storage, tenant, "loan", [{"number": "A-1", "borrower": person}])
    publish(storage, tenant, {})
    with storage.writing(tenant) as connection:
        user = tables(catalog.published(connection).model).objects["user"]
        connection.execute(user.delete().where(user.c.id == person))
    publish(storage, tenant, loan())
    assert values(storage, tenant, "loan", "borrower") == [None]


def test_a_relation_to_another_object_starts_blank_and_the_old_one_can_come_back(
    storage: Storage, tenant: Tenant
) -> None:
    [person] = fill(storage, tenant, "user", [{"login": "li", "name": "Li"}])
    fill(storage, tenant, "loan", [{"number": "A-1", "borrower": person}])
    plan = plan_model(storage, tenant, model_of(loan(borrower={"type": "lookup", "to": "org_unit"})))
    assert [(each.action, each.records) for each in plan.takes_away] == [("replace_column", 1)]
    publish(storage, tenant, loan(borrower={"type": "lookup", "to": "org_unit"}))
    assert values(storage, tenant, "loan", "borrower") == [None]
    publish(storage, tenant, loan(borrower=None))
    publish(storage, tenant, loan())
    publish(storage, tenant, loan(borrower={"type": "lookup", "to": "org_unit"}))
    assert values(storage, tenant, "loan", "borrower") == [None]


def test_a_many_to_many_field_that_changes_its_target_keeps_the_old_links(storage: Storage, tenant: Tenant) -> None:
    [unit] = fill(storage, tenant, "org_unit", [{"name": "North", "code": "N"}])
    [number] = fill(storage, tenant, "loan", [{"number": "A-1"}])
    with storage.writing(tenant) as connection:
        links = tables(catalog.published(connection).model).links["loan", "tags"]
        connection.execute(insert(links).values(record=number, target=unit))
    publish(storage, tenant, loan(tags={"type": "many_to_many", "to": "user"}))
    publish(storage, tenant, loan())
    with storage.reading(tenant) as connection:
        links = tables(catalog.published(connection).model).links["loan", "tags"]
        assert connection.execute(select(links)).all() == [(number, unit)]


@pytest.mark.parametrize(
    ("before", "after", "stored", "expected"),
    [
        ({"type": "integer"}, {"type": "text"}, [12, None, -3], ["12", None, "-3"]),
        ({"type": "text"}, {"type": "integer"}, ["12", None, "-3"], [12, None, -3]),
        ({"type": "integer"}, {"type": "decimal", "scale": 2}, [12, None], [Decimal("12.00"), None]),
        ({"type": "decimal", "scale": 2}, {"type": "decimal", "scale": 4}, [Decimal("1.25")], [Decimal("1.2500")]),
        ({"type": "decimal", "scale": 2}, {"type": "text"}, [Decimal("1.25")], ["1.25"]),
        ({"type": "boolean"}, {"type": "text"}, [True, False], ["true", "false"]),
        ({"type": "text", "max_length": 20}, {"type": "text", "max_length": 500}, ["x" * 20], ["x" * 20]),
        ({"type": "text"}, {"type": "long_text", "index": False}, ["x"], ["x"]),
        ({"type": "text", "max_length": 50}, {"type": "text", "max_length": 5}, ["abc"], ["abc"]),
    ],
)
def test_a_field_that_changes_its_type_keeps_its_values(
    storage: Storage, new_tenant: NewTenant, before: dict, after: dict, stored: list, expected: list
) -> None:
    tenant = new_tenant(objects={"thing": {"name": {"type": "text"}, "it": {"index": True, **before}}})
    fill(storage, tenant, "thing", [{"name": "n", "it": each} for each in stored])
    publish(storage, tenant, {"thing": {"name": {"type": "text"}, "it": {"index": True, **after}}})
    assert values(storage, tenant, "thing", "it") == expected


@pytest.mark.parametrize(
    ("before", "after", "stored", "count"),
    [
        ({"type": "text"}, {"type": "integer"}, ["12", "12x", "", "abc", "12x"], 3),
        ({"type": "text"}, {"type": "date"}, ["2026-01-10", "2026-02-30"], 1),
        ({"type": "text", "max_length": 50}, {"type": "text", "max_length": 5}, ["abcdef", "abc"], 1),
        ({"type": "decimal", "scale": 2}, {"type": "integer"}, [Decimal("1.50"), Decimal("2.00")], 1),
    ],
)
def test_values_that_do_not_fit_a_new_type_refuse_the_publish(
    storage: Storage, new_tenant: NewTenant, before: dict, after: dict, stored: list, count: int
) -> None:
    tenant = new_tenant(objects={"thing": {"name": {"type": "text"}, "it": before}})
    fill(storage, tenant, "thing", [{"name": "n", "it": each or None} for each in stored])
    release = release_of({"thing": {"name": {"type": "text"}, "it": after}})
    [problem] = plan_model(storage, tenant, release.model).problems
    assert (problem.code, problem.path, problem.params["count"]) == ("values_do_not_fit", ("thing", "it"), count)
    with pytest.raises(PublishRefused) as refused:
        publish_release(storage, tenant, release)
    assert refused.value.problems == (problem,)
    assert values(storage, tenant, "thing", "it") == [each or None for each in stored]


def test_a_unique_key_over_equal_values_is_refused_with_examples(storage: Storage, new_tenant: NewTenant) -> None:
    tenant = new_tenant(objects={"thing": {"name": {"type": "text"}}})
    fill(storage, tenant, "thing", [{"name": "a"}, {"name": "a"}, {"name": "b"}, {"name": None}, {"name": None}])
    model = model_of({"thing": {"name": {"type": "text", "unique": True}}})
    [problem] = plan_model(storage, tenant, model).problems
    assert (problem.code, problem.params["count"], problem.params["examples"]) == ("values_not_unique", 2, "a")


def test_a_deleted_record_does_not_hold_its_unique_value(storage: Storage, tenant: Tenant) -> None:
    fill(storage, tenant, "loan", [{"number": "A-1", "deleted_at": NOW}, {"number": "A-1"}])
    with pytest.raises(Exception, match="(?i)unique"):
        fill(storage, tenant, "loan", [{"number": "A-1"}])


def test_a_lookup_that_becomes_required_restricts_deletion(storage: Storage, tenant: Tenant) -> None:
    [person] = fill(storage, tenant, "user", [{"login": "li", "name": "Li"}])
    fill(storage, tenant, "loan", [{"number": "A-1", "borrower": person}])
    publish(storage, tenant, loan(borrower={"type": "lookup", "to": "user", "required": True}))
    with pytest.raises(Exception, match="(?i)foreign key"), storage.writing(tenant) as connection:
        user = tables(catalog.published(connection).model).objects["user"]
        connection.execute(user.delete().where(user.c.id == person))
    assert values(storage, tenant, "loan", "borrower") == [person]


def test_making_a_parent_table_anew_keeps_its_children(storage: Storage, new_tenant: NewTenant) -> None:
    item = {"name": {"type": "text"}, "loan": {"type": "master_detail", "to": "loan"}}
    tenant = new_tenant(objects={**loan(), "item": item})
    [number] = fill(storage, tenant, "loan", [{"number": "A-1"}])
    fill(storage, tenant, "item", [{"name": "cable", "loan": number}])
    publish(storage, tenant, {**loan(borrower=None), "item": item})
    assert values(storage, tenant, "item", "loan") == [number]
    with storage.writing(tenant) as connection:
        table = tables(catalog.published(connection).model).objects["loan"]
        connection.execute(table.delete())
    assert values(storage, tenant, "item", "loan") == []


def test_ids_are_not_given_again_after_a_table_was_made_anew(storage: Storage, tenant: Tenant) -> None:
    [first] = fill(storage, tenant, "loan", [{"number": "A-1"}])
    with storage.writing(tenant) as connection:
        connection.execute(tables(catalog.published(connection).model).objects["loan"].delete())
    publish(storage, tenant, loan(borrower=None))
    [second] = fill(storage, tenant, "loan", [{"number": "A-2"}])
    assert second > first


def test_a_version_remembers_who_when_and_why(storage: Storage, tenant: Tenant) -> None:
    release = release_of(loan(note={"type": "text"}), "Notes for the auditors")
    author = User(7, "wang", "王伟")
    publish_release(storage, tenant, type(release)(
        release.packages, release.overlay, release.model, author, release.message), clock=SetClock(NOW))
    with storage.reading(tenant) as connection:
        newest, first = catalog.versions(connection)
    assert (newest.number, newest.author, newest.at, newest.message) == (2, "wang", NOW, "Notes for the auditors")
    assert newest.packages == (("test", "1.0.0"),)
    assert ("added", ("fields", "note")) in [(each.action, each.path) for each in newest.changes]
    assert first.number == 1


def test_a_change_made_from_an_older_version_is_refused(storage: Storage, tenant: Tenant) -> None:
    publish(storage, tenant, loan(note={"type": "text"}))
    with pytest.raises(VersionStale) as refused:
        publish_release(storage, tenant, release_of(loan()), base=1)
    assert refused.value.params == {"base": 1, "current": 2}


def test_of_two_publishes_at_once_one_wins_and_the_other_is_told(storage: Storage, tenant: Tenant) -> None:
    outcomes: list[object] = []
    barrier = threading.Barrier(2)

    def go(name: str) -> None:
        release = release_of(loan(**{name: {"type": "text"}}))
        barrier.wait()
        try:
            outcomes.append(publish_release(storage, tenant, release, base=1).number)
        except VersionStale as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=go, args=(name,)) for name in ("one", "other")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes, key=str) == sorted([2, VersionStale], key=str)


def test_what_then_raises_undoes_the_publish(storage: Storage, tenant: Tenant) -> None:
    def then(connection: Connection, model: Model) -> None:
        add(connection, tables(model).objects["loan"], number="A-1", note="x")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_release(storage, tenant, release_of(loan(note={"type": "text"})), then=then)
    with storage.reading(tenant) as connection:
        assert catalog.state(connection).version == 1
        assert_as_a_fresh_install(connection, tables(model_of(loan())))


def test_a_publish_announces_itself_by_a_new_stamp(storage: Storage, tenant: Tenant) -> None:
    with storage.reading(tenant) as connection:
        before = catalog.state(connection).stamp
    publish(storage, tenant, loan(note={"type": "text"}))
    with storage.reading(tenant) as connection:
        assert catalog.state(connection).stamp > before


def test_two_tenants_on_the_same_definitions_share_model_and_tables(storage: Storage, new_tenant: NewTenant) -> None:
    models = []
    for slug in ("one", "other"):
        with storage.reading(new_tenant(slug)) as connection:
            models.append(catalog.published(connection).model)
    assert models[0] is models[1]
    assert tables(models[0]) is tables(models[1])


def test_publishing_the_same_definitions_again_changes_no_table(storage: Storage, tenant: Tenant) -> None:
    assert plan_model(storage, tenant, model_of(loan())).steps == ()


def test_a_large_table_is_converted_quickly_enough_to_watch(storage: Storage, new_tenant: NewTenant) -> None:
    tenant = new_tenant(objects={"thing": {"name": {"type": "text"}, "it": {"type": "text"}}})
    with storage.writing(tenant) as connection:
        table = tables(catalog.published(connection).model).objects["thing"]
        row = {"owner": 1, "created_at": NOW, "created_by": 1, "updated_at": NOW, "updated_by": 1, "name": "n"}
        connection.execute(insert(table), [{**row, "it": str(number)} for number in range(3_000)])
        connection.execute(update(table).where(table.c.id <= 10).values(it=None))
    publish(storage, tenant, {"thing": {"name": {"type": "text"}, "it": {"type": "integer"}}})
    assert values(storage, tenant, "thing", "it")[9:12] == [None, 10, 11]
