"""Writing records: what a save fills in, what it refuses, and that it says everything at once."""

from datetime import date
from decimal import Decimal

import pytest

from runtime.records import query, service
from runtime.records.errors import Conflict, NotAllowed, NotFound, Refused
from tests.runtime.records.workshop import codes


def refusal(act):
    with pytest.raises(Refused) as caught:
        act()
    return codes(caught.value.problems)


def test_a_new_record_gets_its_defaults_and_belongs_to_its_creator(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    saved = service.create(worker, connection, "device", {"name": "Lamp", "bought": "2026-01-10"})
    found = query.get(worker, connection, "device", saved.record_id)
    assert (found["owner"], found["created_by"], found["version"]) == (worker.user.id, worker.user.id, 1)
    assert (found["due"], found["state"], found["quantity"]) == (date(2026, 2, 9), "fresh", 1)
    assert found["number"].startswith("D2026-")


def test_what_was_sent_stays_even_when_it_is_blank(workshop, connection):
    saved = service.create(workshop.system, connection, "device", {"name": "Lamp", "bought": "2026-01-10", "due": None})
    assert query.get(workshop.system, connection, "device", saved.record_id)["due"] is None


def test_all_problems_are_told_at_once_each_at_its_field(workshop, connection):
    sent = {"price": "-1", "bought": "2026-02-30", "maker": 99, "state": "stolen", "nonsense": 1, "quantity": "many"}
    found = refusal(lambda: service.create(workshop.system, connection, "device", sent))
    assert {("price", "too_small"), ("maker", "reference_not_found"), ("nonsense", "unknown_field"),
            ("name", "required")} <= set(found)
    assert {field for field, _ in found} == {"price", "bought", "maker", "state", "nonsense", "quantity", "name"}


def test_every_broken_rule_is_told_with_its_field(workshop, connection):
    sent = {"name": "Lamp", "price": 2000, "bought": "2026-01-10", "due": "2026-01-01"}
    found = refusal(lambda: service.create(workshop.system, connection, "device", sent))
    assert found == [("due", "validation_rule"), ("code", "validation_rule")]


def test_a_rule_reads_across_a_relation(workshop, connection):
    maker = service.create(workshop.system, connection, "maker", {"name": "Poor", "rating": 2}).record_id
    sent = {"name": "Lamp", "price": 600, "maker": maker}
    assert refusal(lambda: service.create(workshop.system, connection, "device", sent)) == [("maker", "validation_rule")]


def test_a_warning_comes_back_and_refuses_nothing(workshop, connection):
    saved = service.create(workshop.system, connection, "device", {"name": "Lamp", "price": "0.50"})
    assert [(each.level, each.params["rule"]) for each in saved.warnings] == [("warning", "cheap")]


@pytest.mark.parametrize("field", ["id", "version", "created_at", "created_by", "updated_by", "deleted_at", "number", "worth", "locked"])
def test_a_field_that_clients_never_write_is_refused(workshop, connection, field):
    found = refusal(lambda: service.create(workshop.system, connection, "device", {"name": "Lamp", field: "1"}))
    assert found == [(field, "read_only")]


def test_a_package_may_fill_what_clients_may_not(workshop, connection):
    sent = {"name": "Lamp", "number": "OLD-1", "locked": "yes"}
    saved = service.create(workshop.system, connection, "device", sent, trusted=True)
    found = query.get(workshop.system, connection, "device", saved.record_id)
    assert (found["number"], found["locked"]) == ("OLD-1", "yes")


def test_a_hidden_field_is_as_unknown_as_one_that_never_was(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    found = refusal(lambda: service.create(worker, connection, "device", {"name": "Lamp", "cost": 1, "kost": 1}))
    assert found == [("cost", "unknown_field"), ("kost", "unknown_field")]


def test_a_field_without_the_right_to_edit_is_refused_and_not_ignored(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    found = refusal(lambda: service.create(worker, connection, "device", {"name": "Lamp", "price": 5}))
    assert found == [("price", "not_editable")]


def test_a_rule_at_a_hidden_field_does_not_name_it(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    saved = service.create(worker, connection, "device", {"name": "Lamp"})
    connection.exec_driver_sql(f"UPDATE device SET cost = {600_000 if connection.dialect.name == 'sqlite' else 6_000}")
    found = refusal(lambda: service.update(worker, connection, "device", saved.record_id, {"name": "Lamp 2"}))
    assert found == [("", "validation_rule")]


def test_a_relation_can_be_given_by_a_unique_field(workshop, connection):
    maker = service.create(workshop.system, connection, "maker", {"name": "Acme"}).record_id
    saved = service.create(workshop.system, connection, "device", {
        "name": "Lamp", "maker": {"name": "Acme"}, "fans": [{"name": "Acme"}]})
    found = query.get(workshop.system, connection, "device", saved.record_id)
    assert (found["maker"], found["fans"]) == (maker, (maker,))


def test_a_relation_given_by_what_is_not_unique_or_not_there_is_refused(workshop, connection):
    for given, code in (({"country": "cn"}, "not_a_unique_field"), ({"name": "Nobody"}, "reference_not_found"),
                        ({}, "bad_reference"), ({"nonsense": 1}, "unknown_field")):
        sent = {"name": "Lamp", "maker": given}
        assert refusal(lambda: service.create(workshop.system, connection, "device", sent)) == [("maker", code)]


def test_a_lookup_filter_holds(workshop, connection):
    maker = service.create(workshop.system, connection, "maker", {"name": "Bad", "rating": 0}).record_id
    sent = {"name": "Lamp", "maker": maker}
    assert refusal(lambda: service.create(workshop.system, connection, "device", sent)) == [("maker", "reference_filtered_out")]


def test_a_polymorphic_relation_leads_only_to_its_targets_and_to_what_is_there(workshop, connection):
    maker = service.create(workshop.system, connection, "maker", {"name": "Acme"}).record_id
    saved = service.create(workshop.system, connection, "device", {"name": "Lamp", "about": {"object": "maker", "id": maker}})
    assert query.get(workshop.system, connection, "device", saved.record_id)["about"] == ("maker", maker)
    for given, code in (({"object": "visit", "id": 1}, "not_a_target"), ({"object": "device", "id": 999}, "reference_not_found")):
        found = refusal(lambda: service.create(workshop.system, connection, "device", {"name": "Lamp", "about": given}))
        assert found == [("about", code)]


def test_a_unique_value_is_refused_naming_its_field(workshop, connection):
    maker = service.create(workshop.system, connection, "maker", {"name": "Acme"}).record_id
    first = {"name": "Lamp", "code": "L1", "maker": maker, "serial": "7"}
    service.create(workshop.system, connection, "device", first)
    found = refusal(lambda: service.create(workshop.system, connection, "device", first))
    assert found == [("code", "not_unique"), ("maker", "not_unique")]


def test_a_blank_and_a_deleted_record_hold_no_unique_value(workshop, connection):
    first = service.create(workshop.system, connection, "device", {"name": "Lamp", "code": "L1"}).record_id
    service.create(workshop.system, connection, "device", {"name": "Lamp"})
    service.create(workshop.system, connection, "device", {"name": "Lamp"})
    service.delete(workshop.system, connection, "device", first)
    assert service.create(workshop.system, connection, "device", {"name": "Lamp", "code": "L1"}).created


def test_a_dependent_choice_goes_with_its_controlling_one(workshop, connection):
    for state, reason, wrong in (("used", "worn", False), ("broken", "worn", True), ("broken", "other", False), ("fresh", "fell", True)):
        sent = {"name": "Lamp", "state": state, "reason": reason}
        if wrong:
            found = refusal(lambda: service.create(workshop.system, connection, "device", sent))
            assert found == [("reason", "choice_not_offered")]
        else:
            assert service.create(workshop.system, connection, "device", sent).created


def test_a_retired_choice_stays_but_is_not_chosen_anew(workshop, connection):
    assert refusal(lambda: service.create(workshop.system, connection, "device", {"name": "Lamp", "state": "lost"})) == [
        ("state", "choice_inactive")]
    held = service.create(workshop.system, connection, "device", {"name": "Lamp"}).record_id
    connection.exec_driver_sql("UPDATE device SET state = 'lost'")
    assert service.update(workshop.system, connection, "device", held, {"name": "Lamp 2"}).version == 2


def test_a_record_type_brings_its_defaults_and_limits_choices(workshop, connection):
    sale = service.create(workshop.system, connection, "contract", {"name": "A"}).record_id
    found = query.get(workshop.system, connection, "contract", sale)
    assert (found["record_type"], found["note"]) == ("sale", "sale of A")
    sent = {"name": "B", "record_type": "loan", "stage": "signed"}
    assert refusal(lambda: service.create(workshop.system, connection, "contract", sent)) == [
        ("stage", "choice_not_in_record_type")]


def test_the_layout_of_the_record_requires_by_condition_and_by_stage(workshop, connection):
    def create(**values):
        return service.create(workshop.system, connection, "contract", {"name": "A", "note": "x", **values})

    assert refusal(lambda: create(stage="sent")) == [("amount", "required")]
    assert refusal(lambda: create(stage="signed")) == [("amount", "required_at_stage")]
    assert refusal(lambda: create(amount=200, note=None)) == [("note", "required")]
    assert create(stage="signed", amount=5).created
    assert create(record_type="loan", stage="sent").created, "another record type has another layout"


def test_the_layout_holds_a_field_fast_in_the_present_state(workshop, connection):
    signed = service.create(workshop.system, connection, "contract", {"name": "A", "stage": "signed", "amount": 1}).record_id

    def change(**values):
        return service.update(workshop.system, connection, "contract", signed, values)

    assert refusal(lambda: change(note="other")) == [("note", "read_only_now")]
    assert change(note="other", stage="sent").version == 2


def test_a_change_needs_the_version_that_was_read(workshop, connection):
    held = service.create(workshop.system, connection, "maker", {"name": "Acme"}).record_id
    assert service.update(workshop.system, connection, "maker", held, {"rating": 1}, version=1).version == 2
    with pytest.raises(Conflict) as caught:
        service.update(workshop.system, connection, "maker", held, {"rating": 2}, version=1)
    assert (caught.value.current, caught.value.theirs) == (2, 1)


def test_a_change_that_changes_nothing_writes_nothing(workshop, connection):
    held = service.create(workshop.system, connection, "device", {"name": "Lamp", "price": "5.00"}).record_id
    assert service.update(workshop.system, connection, "device", held, {"name": "Lamp", "price": 5}).version == 1


def test_what_may_not_be_seen_is_not_found_and_what_may_not_be_changed_is_not_allowed(workshop, connection):
    worker, looker, stranger = (workshop.user(connection, name, name) for name in ("worker", "looker", "stranger"))
    other = service.create(workshop.system, connection, "device", {"name": "Lamp"}).record_id
    with pytest.raises(NotFound):
        service.update(worker, connection, "device", other, {"name": "Mine"})
    with pytest.raises(NotAllowed):
        service.update(looker, connection, "device", other, {"name": "Mine"})
    with pytest.raises(NotFound):
        service.create(stranger, connection, "device", {"name": "Mine"})
    with pytest.raises(NotFound):
        service.create(workshop.system, connection, "nonsense", {})


def test_a_detail_needs_a_master_that_may_be_changed(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    own = service.create(worker, connection, "device", {"name": "Mine"}).record_id
    other = service.create(workshop.system, connection, "device", {"name": "Yours"}).record_id
    visit = service.create(worker, connection, "visit", {"device": own, "name": "first"}).record_id
    assert service.create(worker, connection, "remark", {"visit": visit}).created
    assert refusal(lambda: service.create(worker, connection, "visit", {"device": other})) == [("device", "reference_not_found")]
    assert refusal(lambda: service.update(worker, connection, "visit", visit, {"device": other})) == [("device", "reference_not_found")]


def test_links_that_a_writer_may_not_see_stay(workshop, connection):
    makers = [service.create(workshop.system, connection, "maker", {"name": name}).record_id for name in "ABC"]
    held = service.create(workshop.system, connection, "device", {"name": "Lamp", "fans": makers[:2]}).record_id
    service.delete(workshop.system, connection, "maker", makers[0])
    service.update(workshop.system, connection, "device", held, {"fans": [makers[2]]})
    assert query.get(workshop.system, connection, "device", held)["fans"] == (makers[2],)
    service.restore(workshop.system, connection, "maker", makers[0])
    assert query.get(workshop.system, connection, "device", held)["fans"] == (makers[0], makers[2])


def test_upsert_creates_once_and_changes_afterwards(workshop, connection):
    first = service.upsert(workshop.system, connection, "device", "code", "L1", {"name": "Lamp"})
    second = service.upsert(workshop.system, connection, "device", "code", "L1", {"name": "Lamp 2"})
    assert (first.created, second.created, second.record_id, second.version) == (True, False, first.record_id, 2)
    assert refusal(lambda: service.upsert(workshop.system, connection, "device", "name", "x", {})) == [("name", "not_a_unique_field")]
    assert refusal(lambda: service.upsert(workshop.system, connection, "device", "code", "", {})) == [("code", "required")]


def test_values_come_back_as_they_were_written(workshop, connection):
    sent = {"name": "Lamp", "price": "12.30", "bought": "2026-01-10", "checked": "2026-01-10T08:00:00+08:00",
            "active": True, "marks": ["loud", "hot"], "place": "31.5, 121.25"}
    saved = service.create(workshop.system, connection, "device", sent)
    found = query.get(workshop.system, connection, "device", saved.record_id)
    assert (found["price"], found["active"], found["marks"]) == (Decimal("12.30"), True, ("loud", "hot"))
    shown = query.get_json(workshop.system, connection, "device", saved.record_id)
    assert (shown["price"], shown["checked"], shown["place"]) == ("12.30", "2026-01-10T00:00:00Z", {"lat": 31.5, "lng": 121.25})
