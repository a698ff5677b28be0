"""Search: two Chinese characters, one, the beginnings of words, across relations, and only what may be seen."""

import pytest

from runtime.records import search, search_index, service
from runtime.records.errors import NotFound
from runtime.records.tokens import tokens, words
from tests.runtime.records.workshop import counting


def make(ctx, connection, object_name="device", **values):
    return service.create(ctx, connection, object_name, values).record_id


@pytest.mark.parametrize(("text", "expected"), [
    ("王伟华", ("王伟", "伟华", "华")), ("王", ("王",)), ("JY2026-01", ("jy2026", "01")), ("Ａｃｍｅ公司", ("acme", "公司", "司")),
    ("", ()), ("—·!?", ()), ("a_b", ("a", "b")), ("𠮷野家", ("𠮷野", "野家", "家")), ("王伟 王伟", ("王伟", "伟")),
])
def test_texts_become_tokens(text, expected):
    assert tokens(text) == expected


def test_a_question_becomes_words_that_must_all_be_there():
    assert [(word.tokens, word.open, word.verify) for word in words("王伟华 Li 张")] == [
        (("王伟", "伟华"), False, "王伟华"), (("li",), True, None), (("张",), True, None)]
    assert len(words("a b c d e f g h i")) == 6 and words("  ") == ()


@pytest.fixture
def found(workshop, connection):
    made = {}
    for name in ("王伟华", "伟华王伟", "李伟", "小李", "Wang Lamp", "lampshade", "O'Neil \"x\" 'y' & | ! :* OR"):
        made[name] = make(workshop.system, connection, name=name)

    def ask(text, **options):
        numbers = {number: name for name, number in made.items()}
        return sorted(numbers[hit.id] for hit in search.search(workshop.system, connection, text, **options) if hit.object == "device")

    return ask


@pytest.mark.parametrize(("text", "expected"), [
    ("王伟", ["伟华王伟", "王伟华"]), ("伟华", ["伟华王伟", "王伟华"]), ("王伟华", ["王伟华"]), ("李", ["小李", "李伟"]), ("伟", ["伟华王伟", "李伟", "王伟华"]),
    ("lamp", ["Wang Lamp", "lampshade"]), ("LAMP wang", ["Wang Lamp"]), ("ＬＡＭＰ", ["Wang Lamp", "lampshade"]), ("amp", []), ("赵六", []),
    ("neil", ["O'Neil \"x\" 'y' & | ! :* OR"]), ("'", []), ("\" OR \"", ["O'Neil \"x\" 'y' & | ! :* OR"]), ("o'neil & !", ["O'Neil \"x\" 'y' & | ! :* OR"]),
    ("\\'", []), ("*", []), ("华王伟", ["伟华王伟"]),
])
def test_records_are_found_by_words(found, text, expected):
    assert found(text) == expected


def test_a_hit_says_which_field_holds_the_words(workshop, connection):
    maker = make(workshop.system, connection, "maker", name="王伟华科技")
    device = make(workshop.system, connection, name="Lamp", maker=maker)
    hits = search.search(workshop.system, connection, "伟华")
    assert [(hit.object, hit.id, hit.name, hit.field) for hit in hits] == [
        ("maker", maker, "王伟华科技", "name"), ("device", device, "Lamp", "maker.name")]
    (hit,) = search.search(workshop.system, connection, "D2026", objects=("device",))
    assert (hit.field, hit.text[:5]) == ("number", "D2026")


def test_search_follows_what_is_saved(workshop, connection):
    device = make(workshop.system, connection, name="Lamp")
    service.update(workshop.system, connection, "device", device, {"name": "Fan"})
    assert not search.search(workshop.system, connection, "lamp") and search.search(workshop.system, connection, "fan")
    service.update(workshop.system, connection, "device", device, {"active": True})
    assert search.search(workshop.system, connection, "fan")


def test_what_may_not_be_seen_is_not_found(workshop, connection):
    worker, looker, stranger = (workshop.user(connection, role, role) for role in ("worker", "looker", "stranger"))
    maker = make(workshop.system, connection, "maker", name="Secretive")
    device = make(workshop.system, connection, name="Lamp", maker=maker)
    assert not search.search(worker, connection, "lamp")
    assert [hit.id for hit in search.search(looker, connection, "lamp")] == [device]
    assert not search.search(looker, connection, "secretive"), "neither the maker, nor the device by its maker"
    assert [hit.object for hit in search.search(worker, connection, "secretive")] == ["maker"]
    assert not search.search(stranger, connection, "lamp")
    for name in ("maker", "nonsense"):
        with pytest.raises(NotFound):
            search.search(looker, connection, "x", objects=(name,))


def test_two_statements_whatever_is_found(workshop, connection):
    for number in range(30):
        make(workshop.system, connection, name=f"Lamp {number}")
    search.search(workshop.system, connection, "lamp")
    with counting(connection) as seen:
        assert len(search.search(workshop.system, connection, "lamp", limit=25)) == 25
    assert len(seen) == 2


def test_reindexing_makes_the_same_index_again(workshop, connection):
    maker = make(workshop.system, connection, "maker", name="王伟")
    device = make(workshop.system, connection, name="Lamp", maker=maker)
    gone = make(workshop.system, connection, name="Lamp gone")
    service.delete(workshop.system, connection, "device", gone)
    connection.exec_driver_sql("DELETE FROM tenon_search")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM tenon_search_index")
    assert not search.search(workshop.system, connection, "lamp")
    assert search_index.reindex(connection, workshop.model, ("maker", "device")) == 2
    assert [hit.id for hit in search.search(workshop.system, connection, "lamp")] == [device]
    assert search_index.objects_to_reindex(workshop.model, workshop.model) == ()
    assert {"maker", "device", "user"} <= set(search_index.objects_to_reindex(None, workshop.model))


def test_candidates_for_a_relation_pass_its_filter_and_hold_the_text(workshop, connection):
    good = make(workshop.system, connection, "maker", name="Acme % Sons", rating=1)
    make(workshop.system, connection, "maker", name="Acme bad", rating=0)
    other = make(workshop.system, connection, "maker", name="Zeta")

    def offered(text, ctx=workshop.system, field="maker", **options):
        return [each.id for each in search.candidates(ctx, connection, "device", field, text, **options)]

    assert offered("") == [good, other]
    assert offered("acme") == offered("% SONS") == [good]
    assert offered("_") == offered("\ud800\0zz") == []
    assert offered("", limit=1) == [good]
    assert offered("acme", field="about", target="maker") and not offered("acme", field="about", target="device")
    worker, looker = workshop.user(connection, "wang", "worker"), workshop.user(connection, "look", "looker")
    assert offered("acme", ctx=worker) == [good]
    for ctx, options in ((looker, {}), (worker, {"field": "cost"}), (worker, {"field": "name"}), (worker, {"target": "visit"})):
        with pytest.raises(NotFound):
            offered("", ctx=ctx, **options)
