"""The recycle bin: what goes along, what comes back, and what holds a record."""

from datetime import timedelta

import pytest

from runtime.records import history, query, search, service
from runtime.records.errors import Conflict, InUse, NotAllowed, NotFound, Refused
from runtime.records.record import RecordQuery
from tests.runtime.records.workshop import codes, ids


def make(workshop, connection, object_name, **values):
    return service.create(workshop.system, connection, object_name, values).record_id


def live(workshop, connection, object_name):
    return ids(query.find(workshop.system, connection, RecordQuery(object_name, ("id",), sort=("id",))))


def binned(workshop, connection, object_name):
    return ids(query.find(workshop.system, connection, RecordQuery(object_name, ("id",), sort=("id",), deleted=True)))


@pytest.fixture
def family(workshop, connection):
    device = make(workshop, connection, "device", name="Lamp", code="L1")
    visits = [make(workshop, connection, "visit", device=device, name=name) for name in "ab"]
    remarks = [make(workshop, connection, "remark", visit=visit, name="r") for visit in visits]
    return device, visits, remarks


def test_details_go_along_with_their_master_and_come_back_with_it(workshop, connection, family):
    device, visits, remarks = family
    service.delete(workshop.system, connection, "device", device)
    assert [live(workshop, connection, name) for name in ("device", "visit", "remark")] == [[], [], []]
    assert [binned(workshop, connection, name) for name in ("device", "visit", "remark")] == [[device], visits, remarks]
    service.restore(workshop.system, connection, "device", device)
    assert [live(workshop, connection, name) for name in ("device", "visit", "remark")] == [[device], visits, remarks]


def test_a_detail_that_was_deleted_before_stays_deleted(workshop, connection, family):
    device, visits, remarks = family
    service.delete(workshop.system, connection, "visit", visits[0])
    service.delete(workshop.system, connection, "device", device)
    service.restore(workshop.system, connection, "device", device)
    assert (live(workshop, connection, "visit"), live(workshop, connection, "remark")) == (visits[1:], remarks[1:])


def test_a_detail_does_not_come_back_without_its_master(workshop, connection, family):
    device, visits, _ = family
    service.delete(workshop.system, connection, "device", device)
    with pytest.raises(Refused) as caught:
        service.restore(workshop.system, connection, "visit", visits[0])
    assert codes(caught.value.problems) == [("device", "master_deleted")]


def test_a_restricting_relation_holds_the_record_and_says_so(workshop, connection):
    maker = make(workshop, connection, "maker", name="Acme")
    device = make(workshop, connection, "device", name="Lamp", maker=maker)
    with pytest.raises(InUse) as caught:
        service.delete(workshop.system, connection, "maker", maker)
    (problem,) = caught.value.problems
    assert (problem.code, problem.params["object"], problem.params["field"], problem.params["count"]) == ("in_use", "device", "maker", 1)
    service.delete(workshop.system, connection, "device", device)
    service.delete(workshop.system, connection, "maker", maker)


def test_who_holds_a_record_is_not_told_to_those_who_may_not_know(workshop, connection):
    maker = make(workshop, connection, "maker", name="Acme")
    make(workshop, connection, "device", name="Lamp", maker=maker)
    looker = workshop.user(connection, "boss", "boss")
    rights = dict(looker.permissions.objects)
    from dataclasses import replace

    from metadata.permissions import NONE, Permissions
    blind = replace(looker, permissions=Permissions({**rights, "device": NONE}, looker.permissions.system))
    with pytest.raises(InUse) as caught:
        service.delete(blind, connection, "maker", maker)
    assert [(each.code, dict(each.params)) for each in caught.value.problems] == [("in_use_elsewhere", {})]


def test_a_clearing_relation_becomes_blank_with_a_line_of_history(workshop, connection):
    device = make(workshop, connection, "device", name="Lamp")
    contract = make(workshop, connection, "contract", name="C", device=device)
    service.delete(workshop.system, connection, "device", device)
    found = query.get(workshop.system, connection, "contract", contract)
    assert (found["device"], found.version) == (None, 2)
    (latest, *_) = history.changes(workshop.system, connection, "contract", contract)
    assert [(each.field, each.old, each.new) for each in latest.fields] == [("device", device, None)]
    service.restore(workshop.system, connection, "device", device)
    assert query.get(workshop.system, connection, "contract", contract)["device"] is None


def test_a_unique_value_given_away_meanwhile_refuses_the_return(workshop, connection, family):
    device, _, _ = family
    service.delete(workshop.system, connection, "device", device)
    make(workshop, connection, "device", name="Other", code="L1")
    with pytest.raises(Refused) as caught:
        service.restore(workshop.system, connection, "device", device)
    assert codes(caught.value.problems) == [("code", "not_unique")]


def test_deleting_needs_the_version_that_was_read(workshop, connection, family):
    with pytest.raises(Conflict):
        service.delete(workshop.system, connection, "device", family[0], version=7)
    service.delete(workshop.system, connection, "device", family[0], version=1)


def test_the_bin_shows_and_gives_back_only_what_the_user_could_see(workshop, connection, family):
    worker, looker = workshop.user(connection, "wang", "worker"), workshop.user(connection, "look", "looker")
    own = service.create(worker, connection, "device", {"name": "Mine"}).record_id
    for ctx, record in ((worker, own), (workshop.system, family[0])):
        service.delete(ctx, connection, "device", record)
    assert ids(query.find(worker, connection, RecordQuery("device", deleted=True))) == [own]
    with pytest.raises(NotFound):
        service.restore(worker, connection, "device", family[0])
    with pytest.raises(NotAllowed):
        service.restore(looker, connection, "device", family[0])
    assert service.restore(worker, connection, "device", own).version == 3


def test_a_deleted_record_is_found_nowhere(workshop, connection, family):
    device, visits, _ = family
    assert search.search(workshop.system, connection, "Lamp")
    service.delete(workshop.system, connection, "device", device)
    assert not search.search(workshop.system, connection, "Lamp")
    for act in (
        lambda: query.get(workshop.system, connection, "device", device),
        lambda: service.update(workshop.system, connection, "device", device, {"name": "x"}),
        lambda: service.delete(workshop.system, connection, "device", device),
        lambda: history.changes(workshop.system, connection, "visit", visits[0]),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused):
        make(workshop, connection, "visit", device=device, name="late")
    service.restore(workshop.system, connection, "device", device)
    assert search.search(workshop.system, connection, "Lamp")


def test_purging_leaves_nothing_behind(workshop, connection, family):
    device, _, _ = family
    with pytest.raises(NotFound):
        service.purge(workshop.system, connection, "device", device)
    service.delete(workshop.system, connection, "device", device)
    service.purge(workshop.system, connection, "device", device)
    for table in ("device", "visit", "remark", "tenon_history", "tenon_search"):
        names = "('device', 'visit', 'remark')"
        where = f" WHERE object IN {names}" if table.startswith("tenon") else ""
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}{where}").scalar_one() == 0, table


def test_what_even_a_deleted_record_needs_is_not_purged(workshop, connection):
    maker = make(workshop, connection, "maker", name="Acme")
    device = make(workshop, connection, "device", name="Lamp", maker=maker)
    service.delete(workshop.system, connection, "device", device)
    service.delete(workshop.system, connection, "maker", maker)
    with pytest.raises(InUse):
        service.purge(workshop.system, connection, "maker", maker)
    service.purge(workshop.system, connection, "device", device)
    service.purge(workshop.system, connection, "maker", maker)


def test_restoring_a_master_later_brings_back_only_its_own_details(workshop, connection, family):
    device, visits, _ = family
    workshop.clock.instant += timedelta(hours=1)
    service.delete(workshop.system, connection, "visit", visits[1])
    workshop.clock.instant += timedelta(hours=1)
    service.delete(workshop.system, connection, "device", device)
    service.restore(workshop.system, connection, "device", device)
    assert live(workshop, connection, "visit") == visits[:1]
    service.restore(workshop.system, connection, "visit", visits[1])
    assert live(workshop, connection, "visit") == visits
