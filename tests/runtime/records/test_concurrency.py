"""Several writers at once: nothing is lost, nothing doubled, numbers have no gaps."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest

from runtime.records import query, service
from runtime.records.errors import Conflict, Refused
from runtime.records.record import RecordQuery
from tests.runtime.records.workshop import Workshop, codes, open_workshop
from tests.support.databases import Database

WRITERS = 4


@pytest.fixture
def shop(database: Database):
    opened = open_workshop(database)
    yield opened
    opened.storage.close()


def together(work):
    """Run `work(number)` in several threads that start at once; give what each returned or raised."""
    barrier = Barrier(WRITERS)

    def one(number):
        barrier.wait()
        try:
            return work(number)
        except (Conflict, Refused) as error:
            return error

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


def write(shop: Workshop, object_name: str, values: dict):
    with shop.storage.writing(shop.tenant) as connection:
        return service.create(shop.system, connection, object_name, values)


def test_of_writers_with_the_same_version_one_wins(shop):
    maker = write(shop, "maker", {"name": "Acme"}).record_id

    def change(number):
        with shop.storage.writing(shop.tenant) as connection:
            return service.update(shop.system, connection, "maker", maker, {"rating": number + 10}, version=1)

    found = together(change)
    assert sum(isinstance(each, Conflict) for each in found) == WRITERS - 1
    with shop.storage.reading(shop.tenant) as connection:
        assert query.get(shop.system, connection, "maker", maker).version == 2


def test_of_writers_with_the_same_unique_value_one_wins_and_the_others_are_told_its_field(shop):
    found = together(lambda number: write(shop, "device", {"name": "x", "code": "same"}))
    refused = [each for each in found if isinstance(each, Refused)]
    assert len(refused) == WRITERS - 1
    assert {tuple(codes(each.problems)) for each in refused} == {(("code", "not_unique"),)}


def test_auto_numbers_have_no_gaps_though_some_saves_fail(shop):
    def numbered(number):
        done = 0
        for turn in range(5):
            sent = {"name": "x", "code": f"{number % 2}-{turn}"}
            try:
                write(shop, "device", sent)
                done += 1
            except Refused:
                continue
        return done

    count = sum(together(numbered))
    with shop.storage.reading(shop.tenant) as connection:
        page = query.find(shop.system, connection, RecordQuery("device", ("number",), sort=("number",), limit=200))
    assert [each["number"] for each in page.records] == [f"D2026-{number:03d}" for number in range(1, count + 1)]
    assert count == 10


def test_a_number_of_a_save_that_was_rolled_back_is_given_again(shop):
    with shop.storage.writing(shop.tenant) as connection:
        service.create(shop.system, connection, "device", {"name": "x"})
        connection.rollback()
    saved = write(shop, "device", {"name": "y"})
    with shop.storage.reading(shop.tenant) as connection:
        assert query.get(shop.system, connection, "device", saved.record_id)["number"] == "D2026-001"


def test_counters_begin_again_with_their_period(shop):
    first = write(shop, "device", {"name": "x"}).record_id
    shop.clock.instant = shop.clock.instant.replace(year=2027)
    second = write(shop, "device", {"name": "y"}).record_id
    with shop.storage.reading(shop.tenant) as connection:
        numbers = [query.get(shop.system, connection, "device", each)["number"] for each in (first, second)]
    assert numbers == ["D2026-001", "D2027-001"]


def test_no_detail_comes_to_a_master_that_is_being_deleted(shop):
    device = write(shop, "device", {"name": "x"}).record_id
    began, found = Event(), []

    def add():
        began.wait()
        try:
            found.append(write(shop, "visit", {"device": device, "name": "late"}))
        except Refused as error:
            found.append(codes(error.problems))

    adding = Thread(target=add)
    adding.start()
    with shop.storage.writing(shop.tenant) as connection:
        service.delete(shop.system, connection, "device", device)
        began.set()
        adding.join(0.3)
    adding.join()
    assert found == [[("device", "reference_not_found")]]
