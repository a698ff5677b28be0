"""How many statements a read or a write costs; one more is a failing test."""

import pytest

from sqlalchemy import insert

from runtime.records import query, service
from runtime.records.record import RecordQuery
from tenants.schema import tables
from tests.runtime.records.workshop import counting


def made(workshop, connection, object_name, **values):
    return service.create(workshop.system, connection, object_name, values).record_id


def cost(connection, act):
    act()
    with counting(connection) as seen:
        act()
    return [" ".join(each.split())[:40] for each in seen]


def test_a_plain_detail_asks_for_its_master_and_writes_itself_and_its_history(workshop, connection):
    device = made(workshop, connection, "device", name="Lamp")
    found = cost(connection, lambda: made(workshop, connection, "visit", device=device))
    assert [each[:12] for each in found] == ["SELECT (SELE", "INSERT INTO ", "INSERT INTO "]


def test_a_record_with_relations_and_unique_values_asks_once_before(workshop, connection):
    maker = made(workshop, connection, "maker", name="Acme")
    numbers = iter(range(9))
    found = cost(connection, lambda: made(
        workshop, connection, "device", name="Lamp", maker=maker, replaces=None, serial=str(next(numbers)), price=5))
    index = 2 if connection.dialect.name == "sqlite" else 1
    assert len(found) == 4 + index, found
    assert found[0].startswith("SELECT") and "counter" in found[1] and found[2].startswith("INSERT INTO device")


def test_a_change_reads_writes_and_remembers(workshop, connection):
    contract = made(workshop, connection, "contract", name="x")
    amounts = iter(range(9))
    found = cost(connection, lambda: service.update(workshop.system, connection, "contract", contract, {"amount": next(amounts)}))
    assert [each.split()[0] for each in found] == ["SELECT", "UPDATE", "INSERT"]


@pytest.mark.parametrize("fields", [("name",), ("name", "device", "device.name", "owner.name", "amount")])
def test_a_record_and_a_page_cost_one_statement(workshop, connection, fields):
    contract = made(workshop, connection, "contract", name="x")
    assert len(cost(connection, lambda: query.get(workshop.system, connection, "contract", contract, fields))) == 1
    asked = RecordQuery("contract", fields, where="amount > 1 or device.name == 'x'", sort=("-amount",))
    assert len(cost(connection, lambda: query.find(workshop.system, connection, asked))) == 1


def fill(workshop, connection):
    """Many devices, so that a planner has something to plan for."""
    table = tables(workshop.model).objects["device"]
    makers = [made(workshop, connection, "maker", name=f"M{number}") for number in range(50)]
    now = workshop.clock.now()
    always = {"owner": 1, "created_at": now, "created_by": 1, "updated_at": now, "updated_by": 1}
    connection.execute(insert(table), [
        {**always, "name": f"device {number}", "code": str(number), "maker": makers[number % 50]} for number in range(3000)])
    connection.exec_driver_sql("ANALYZE device" if connection.dialect.name == "postgresql" else "ANALYZE")


PLANS = [
    (RecordQuery("device", ("name",), sort=("name",)), "sort$device$name"),
    (RecordQuery("device", ("name",), sort=("-name",)), "sort$device$name"),
    (RecordQuery("device", ("name",), where="maker == 7"), "device$maker"),
    (RecordQuery("device", ("name",), where="maker == 7 and name != 'x'", count=True), "device$maker"),
    (RecordQuery("device", ("name",), where="code == 'x'"), "key$device$code"),
]


@pytest.mark.parametrize(("asked", "index"), PLANS, ids=[str(index) + str(asked.sort) for asked, index in PLANS])
def test_filters_and_orders_are_answered_by_their_index(workshop, connection, asked, index):
    fill(workshop, connection)
    boss = workshop.user(connection, "boss", "boss")
    explained = []
    run = connection.exec_driver_sql

    def explain(statement, parameters=None):
        prefix = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        explained.append("\n".join(str(row) for row in run(prefix + statement, parameters)))
        return run(statement, parameters)

    connection.exec_driver_sql = explain
    try:
        query.find(boss, connection, asked)
    finally:
        del connection.exec_driver_sql
    assert all(index in each for each in explained), explained
    assert not any("TEMP B-TREE" in each or "Sort Key" in each for each in explained[:1] if asked.sort), explained
