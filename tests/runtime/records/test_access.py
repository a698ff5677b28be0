"""Who may see and do what: one rule, in SQL and in Python, on every path."""

import itertools

import pytest
from sqlalchemy import select

from runtime.records import attachments, comments, history, query, search, service
from runtime.records.access import ME, access_of, holds, predicate
from runtime.records.errors import NotAllowed, NotFound, Refused
from runtime.records.record import GroupQuery, RecordQuery
from runtime.records.visible import allowed
from tenants.schema import tables
from tests.runtime.records.workshop import ids

ROLES = ("boss", "worker", "looker", "stranger")

MATRIX = {
    # role: (read own, read foreign, create, edit own, edit foreign, delete own, delete foreign)
    "boss": ("yes", "yes", "yes", "yes", "yes", "yes", "yes"),
    "worker": ("yes", "hidden", "yes", "yes", "hidden", "yes", "hidden"),
    "looker": ("yes", "yes", "no", "no", "no", "no", "no"),
    "stranger": ("hidden", "hidden", "hidden", "hidden", "hidden", "hidden", "hidden"),
}


def outcome(act):
    try:
        act()
    except NotFound:
        return "hidden"
    except NotAllowed:
        return "no"
    return "yes"


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_do_to_its_own_and_to_foreign_records(workshop, connection, role):
    ctx = workshop.user(connection, "somebody", role)
    own = service.create(workshop.system, connection, "device", {"name": "Own", "owner": ctx.user.id}).record_id
    foreign = service.create(workshop.system, connection, "device", {"name": "Foreign"}).record_id
    found = (
        outcome(lambda: query.get(ctx, connection, "device", own)), outcome(lambda: query.get(ctx, connection, "device", foreign)),
        outcome(lambda: service.create(ctx, connection, "device", {"name": "New"})),
        outcome(lambda: service.update(ctx, connection, "device", own, {"name": "A"})),
        outcome(lambda: service.update(ctx, connection, "device", foreign, {"name": "B"})),
        outcome(lambda: service.delete(ctx, connection, "device", own)),
        outcome(lambda: service.delete(ctx, connection, "device", foreign)),
    )
    assert found == MATRIX[role]


def ways_to(ctx, connection, record_id):
    """Every door through which one record could be seen."""
    return {
        "get": lambda: query.get(ctx, connection, "device", record_id),
        "history": lambda: history.changes(ctx, connection, "device", record_id),
        "comments": lambda: comments.comments(ctx, connection, "device", record_id),
        "comment": lambda: comments.add_comment(ctx, connection, "device", record_id, "x"),
        "attachments": lambda: attachments.attachments(ctx, connection, "device", record_id),
        "update": lambda: service.update(ctx, connection, "device", record_id, {"name": "x"}),
        "delete": lambda: service.delete(ctx, connection, "device", record_id),
    }


@pytest.mark.parametrize("door", ["get", "history", "comments", "comment", "attachments", "update", "delete"])
def test_a_record_that_may_not_be_seen_is_behind_no_door(workshop, connection, door):
    worker = workshop.user(connection, "wang", "worker")
    foreign = service.create(workshop.system, connection, "device", {"name": "Foreign"}).record_id
    assert outcome(ways_to(worker, connection, foreign)[door]) == "hidden"
    assert outcome(ways_to(worker, connection, 999_999)[door]) == "hidden"


def test_lists_counts_groups_and_search_leave_out_what_may_not_be_seen(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    service.create(workshop.system, connection, "device", {"name": "Foreign lamp"})
    own = service.create(worker, connection, "device", {"name": "Own lamp"}).record_id
    page = query.find(worker, connection, RecordQuery("device", count=True))
    assert (ids(page), page.count) == ([own], 1)
    groups = query.grouped(worker, connection, GroupQuery("device", measures={"n": "count()"}))
    assert groups.rows == ({"n": 1},)
    assert [hit.id for hit in search.search(worker, connection, "lamp")] == [own]


def test_details_follow_their_master_down_to_the_last(workshop, connection):
    worker, boss = workshop.user(connection, "wang", "worker"), workshop.user(connection, "boss", "boss")
    for ctx, name in ((worker, "own"), (workshop.system, "foreign")):
        device = service.create(ctx, connection, "device", {"name": name}).record_id
        visit = service.create(ctx, connection, "visit", {"device": device, "name": name}).record_id
        service.create(ctx, connection, "remark", {"visit": visit, "name": name})
    for object_name in ("visit", "remark"):
        asked = RecordQuery(object_name, ("name",))
        assert [each["name"] for each in query.find(worker, connection, asked).records] == ["own"]
        assert len(query.find(boss, connection, asked).records) == 2


def test_who_may_not_edit_the_master_may_not_edit_its_details(workshop, connection):
    looker = workshop.user(connection, "looker", "looker")
    device = service.create(workshop.system, connection, "device", {"name": "x", "owner": looker.user.id}).record_id
    visit = service.create(workshop.system, connection, "visit", {"device": device}).record_id
    assert allowed(looker, connection, "visit", visit) == {"read"}


def test_the_rule_says_the_same_in_sql_and_in_python(workshop, connection):
    users = [workshop.user(connection, role, role) for role in ROLES] + [workshop.system]
    for number, owner in enumerate(itertools.islice(itertools.cycle(users), 12)):
        device = service.create(workshop.system, connection, "device", {"name": "x", "owner": owner.user.id}).record_id
        visit = service.create(workshop.system, connection, "visit", {"device": device, "owner": users[number % 3].user.id}).record_id
        service.create(workshop.system, connection, "remark", {"visit": visit})
        service.create(workshop.system, connection, "contract", {"name": "x", "owner": owner.user.id})

    def master_of(object_name, record_id):
        return query.get(workshop.system, connection, object_name, record_id).values

    for ctx, object_name, operation in itertools.product(users, ("device", "visit", "remark", "contract", "maker"), ("read", "edit")):
        rule, table = access_of(ctx).rule(object_name, operation), tables(workshop.model).objects[object_name]
        by_sql = set(connection.execute(select(table.c.id).where(
            predicate(rule, table, model=workshop.model)), {ME: ctx.user.id}).scalars())
        everything = query.find(workshop.system, connection, RecordQuery(object_name, limit=200)).records
        in_python = {each.id for each in everything if holds(rule, each.values, me=ctx.user.id, master_of=master_of)}
        assert by_sql == in_python, (ctx.user.login, object_name, operation)


def test_a_formula_needs_the_right_to_all_that_it_reads(workshop, connection):
    worker = access_of(workshop.user(connection, "wang", "worker"))
    looker = access_of(workshop.user(connection, "look", "looker"))
    assert "worth" in worker.readable("device") and "gain" not in worker.readable("device")
    assert "origin" in worker.readable("device") and "origin" not in looker.readable("device"), "no right on the maker"


def test_users_with_equal_rights_share_their_decisions(workshop, connection):
    first, second = (workshop.user(connection, login, "worker") for login in ("a", "b"))
    assert first.permissions is not second.permissions
    assert access_of(first) is access_of(second) is access_of(first)


def test_nobody_grants_a_role_beyond_his_own_rights(workshop, connection):
    boss, worker = workshop.user(connection, "boss", "boss"), workshop.user(connection, "wang", "worker")
    service.update(boss, connection, "user", worker.user.id, {"roles": ["looker"]})
    with pytest.raises(Refused) as caught:
        service.update(boss, connection, "user", worker.user.id, {"roles": ["administrator"]})
    assert [each.code for each in caught.value.problems] == ["role_beyond_own"]
    with pytest.raises(NotAllowed):
        service.update(worker, connection, "user", worker.user.id, {"roles": ["boss"]})


@pytest.mark.parametrize("values", [{"roles": ["looker"]}, {"login": "other"}, {"active": False}])
def test_who_may_sign_in_as_what_is_changed_by_those_who_manage_users(workshop, connection, values):
    clerk, worker = workshop.user(connection, "clerk", "clerk"), workshop.user(connection, "wang", "worker")
    with pytest.raises(Refused) as caught:
        service.update(clerk, connection, "user", worker.user.id, values)
    assert [each.code for each in caught.value.problems] == ["right_missing"]
    with pytest.raises(Refused):
        service.delete(clerk, connection, "user", worker.user.id)
    with pytest.raises(Refused):
        service.create(clerk, connection, "user", {"login": "new", "name": "New", "roles": ["clerk"]})
    assert service.create(clerk, connection, "user", {"login": "new", "name": "New"}).created
    assert service.update(clerk, connection, "user", worker.user.id, {"email": "a@example.com"}).version == 2


def test_nobody_shuts_himself_or_the_platform_out(workshop, connection):
    boss = workshop.user(connection, "boss", "boss")
    for user, values in ((boss.user.id, {"active": False}), (1, {"name": "x"})):
        with pytest.raises(Refused):
            service.update(boss, connection, "user", user, values)
    with pytest.raises(Refused):
        service.delete(boss, connection, "user", 1)


def test_a_change_of_a_user_is_announced_to_every_process(workshop, connection):
    before = connection.exec_driver_sql("SELECT stamp FROM tenon_state").scalar_one()
    workshop.user(connection, "new", "worker")
    assert connection.exec_driver_sql("SELECT stamp FROM tenon_state").scalar_one() > before
