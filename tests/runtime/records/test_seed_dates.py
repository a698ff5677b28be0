"""Demonstration records move in time by whole weeks; what a package needs anyway stays where it is."""

from datetime import date

from metadata.compile import compile_model
from metadata.model import Model, SeedData
from runtime.records.seed_dates import moved
from tests.support.application import package_of

CLASSES = """
object: lesson
label: {en: Lesson}
fields:
  name: {type: text, required: true, unique: true}
  held_on: {type: date}
  begins_at: {type: datetime}
  doors: {type: time}
"""


def model() -> Model:
    return compile_model([package_of(CLASSES)])


def lesson(*, demo: bool, **values: object) -> SeedData:
    return SeedData("app/lesson", "lesson", "name", ({"name": "Clay 2025-12-31", **values},), demo)


def test_the_newest_record_comes_to_lie_in_the_week_that_ends_with_the_day() -> None:
    seeds = [lesson(demo=True, created_at="2025-12-31T09:00:00+08:00", held_on="2025-12-30", begins_at="2026-01-05T10:00:00Z")]

    [later] = moved(seeds, model(), date(2026, 3, 6))

    assert later.records[0] == {
        "name": "Clay 2025-12-31", "created_at": "2026-03-04T01:00:00Z", "held_on": "2026-03-03", "begins_at": "2026-03-09T10:00:00Z",
    }


def test_days_keep_their_weekday_and_move_backwards_too() -> None:
    seeds = [lesson(demo=True, created_at="2025-12-31T09:00:00Z", held_on="2025-12-29")]

    [earlier] = moved(seeds, model(), date(2025, 6, 1))

    assert earlier.records[0]["held_on"] == "2025-05-26"


def test_times_of_day_texts_and_unreadable_days_stay() -> None:
    record = {"created_at": "2025-12-31T09:00:00Z", "doors": "09:30", "held_on": "soon"}

    [same] = moved([lesson(demo=True, **record)], model(), date(2026, 12, 31))

    assert (same.records[0]["doors"], same.records[0]["held_on"]) == ("09:30", "soon")


def test_records_that_come_with_every_installation_never_move() -> None:
    needed, shown = lesson(demo=False, held_on="2025-01-01"), lesson(demo=True, created_at="2025-12-31T09:00:00Z")

    assert moved([needed, shown], model(), date(2026, 12, 31))[0] is needed


def test_without_a_time_of_creation_nothing_moves() -> None:
    seeds = (lesson(demo=True, held_on="2025-01-01"),)

    assert moved(seeds, model(), date(2026, 12, 31)) == seeds
