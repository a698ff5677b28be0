"""Extensions and overlays change single properties; edits and differences say which."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from metadata.canonical import from_json, to_json
from metadata.diff import Change, diff
from metadata.documents import Item, Package, package_of
from metadata.edits import REMOVED, Edit, Overlay, applied, edits_between
from metadata.merge import merged


def package(name: str, *items: tuple[str, str, dict], requires: tuple[str, ...] = ()) -> Package:
    """A package of a few items."""
    app = {"app": name, "version": "1.0.0", "label": name, "requires": dict.fromkeys(requires, ">=1")}
    return package_of(name, "1.0.0", [Item("app", name, app), *(Item(*item) for item in items)])


ROOM = {
    "object": "room", "label": {"en": "Room"},
    "fields": {"name": {"type": "text"}, "floor": {"type": "integer", "min": 0}, "note": {"type": "text"}},
}


def room(*changes: dict) -> dict:
    """The body of `room` after extensions by other packages."""
    others = [package(f"p{number}", ("object", "room", each), requires=("base",)) for number, each in enumerate(changes)]
    return merged([package("base", ("object", "room", ROOM)), *others])["object"]["room"]  # type: ignore[return-value]


def test_an_extension_says_only_what_differs() -> None:
    body = room({"object": "room", "fields": {"floor": {"max": 9}, "beds": {"type": "integer"}}, "label": {"zh_CN": "房间"}})

    assert list(body["fields"]) == ["name", "floor", "note", "beds"]
    assert body["fields"]["floor"] == {"type": "integer", "min": 0, "max": 9}
    assert body["label"] == {"en": "Room", "zh_CN": "房间"}


def test_an_extension_takes_away_and_places() -> None:
    fields = {"note": {"remove": True}, "beds": {"type": "integer", "after": "name"}, "first": {"type": "text", "after": ""}}

    assert list(room({"object": "room", "fields": fields})["fields"]) == ["first", "name", "beds", "floor"]
    assert "after" not in room({"object": "room", "fields": fields})["fields"]["beds"]


def test_an_extension_moves_what_is_there() -> None:
    assert list(room({"object": "room", "fields": {"note": {"after": "name"}}})["fields"]) == ["name", "note", "floor"]


def test_extensions_follow_each_other() -> None:
    body = room({"object": "room", "fields": {"floor": {"max": 9}}}, {"object": "room", "fields": {"floor": {"max": 7}}})

    assert body["fields"]["floor"]["max"] == 7


def test_an_extension_can_recolor_a_value_written_as_a_bare_label() -> None:
    base = package("base", ("picklist", "state", {"picklist": "state", "values": {"on": "On", "off": {"en": "Off"}}}))
    values = {"on": {"color": "green"}, "off": {"remove": True}}
    more = package("more", ("picklist", "state", {"picklist": "state", "values": values}), requires=("base",))

    assert merged([base, more])["picklist"]["state"]["values"] == {"on": {"label": "On", "color": "green"}}


def test_a_whole_item_can_be_taken_away() -> None:
    more = package("more", ("object", "room", {"object": "room", "remove": True}), requires=("base",))

    assert "room" not in merged([package("base", ("object", "room", ROOM)), more])["object"]


def test_an_overlay_changes_single_properties() -> None:
    overlay = Overlay((
        Edit("object", "room", ("fields", "floor", "max"), 3),
        Edit("object", "room", ("fields", "x_beds"), {"type": "integer", "after": "name"}),
        Edit("object", "room", ("fields", "note"), REMOVED),
        Edit("role", "x_guest", (), {"role": "x_guest", "permission_sets": []}),
    ))
    result = merged([package("base", ("object", "room", ROOM))], overlay)

    assert list(result["object"]["room"]["fields"]) == ["name", "x_beds", "floor"]
    assert result["object"]["room"]["fields"]["floor"]["max"] == 3
    assert result["role"]["x_guest"]["role"] == "x_guest"


def test_an_overlay_reads_back_as_it_was_written() -> None:
    overlay = Overlay((
        Edit("object", "room", ("fields", "b", "max"), 1), Edit("object", "room", ("fields", "a"), REMOVED),
    ))

    assert Overlay.from_json(from_json(to_json(overlay.to_json()))) == overlay


NAMES = some.sampled_from(["a", "b", "c", "d", "e"])
FIELDS = some.dictionaries(NAMES, some.dictionaries(some.sampled_from(["min", "max", "label"]), some.integers(0, 2)), max_size=5)


@settings(max_examples=200, deadline=None)
@given(base=FIELDS, wanted=FIELDS, order=some.randoms())
def test_the_edits_between_two_bodies_turn_one_into_the_other(base: dict, wanted: dict, order) -> None:
    names = list(wanted)
    order.shuffle(names)
    old, new = {"object": "o", "fields": base}, {"object": "o", "fields": {name: wanted[name] for name in names}}
    body: dict = old
    for edit in edits_between(old, new, kind="object", name="o"):
        body = applied(body, Edit.from_json(edit.to_json()))

    assert body == new
    assert list(body["fields"]) == names
    assert bool(diff({"object": {"o": old}}, {"object": {"o": new}})) == (edits_between(old, new, kind="object", name="o") != ())


def test_edits_are_as_small_as_the_change() -> None:
    wanted = {**ROOM, "label": {"en": "Chamber"}, "fields": {**ROOM["fields"], "floor": {"type": "integer", "min": 1}}}

    assert edits_between(ROOM, wanted, kind="object", name="room") == (
        Edit("object", "room", ("label", "en"), "Chamber"),
        Edit("object", "room", ("fields", "floor", "min"), 1),
    )
    assert edits_between(ROOM, ROOM, kind="object", name="room") == ()
    assert edits_between(ROOM, None, kind="object", name="room") == (Edit("object", "room", (), REMOVED),)


def test_a_difference_names_what_was_added_removed_and_changed() -> None:
    fields = {"name": {"type": "text"}, "floor": {"type": "decimal", "min": 0}, "beds": {"type": "integer"}}
    changes = diff({"object": {"room": ROOM}, "role": {"a": {}}}, {"object": {"room": {**ROOM, "fields": fields}, "bed": {"x": 1}}})

    assert changes == (
        Change("changed", "object", "room", ("fields", "floor", "type"), "integer", "decimal"),
        Change("removed", "object", "room", ("fields", "note"), old={"type": "text"}),
        Change("added", "object", "room", ("fields", "beds"), new={"type": "integer"}),
        Change("added", "object", "bed", (), new={"x": 1}),
        Change("removed", "role", "a", (), old={}),
    )


def test_a_changed_order_of_fields_is_a_difference_and_that_of_properties_is_none() -> None:
    turned = {**ROOM, "fields": dict(reversed(ROOM["fields"].items()))}
    other_way = dict(reversed(ROOM.items()))

    assert diff({"object": {"room": ROOM}}, {"object": {"room": turned}}) == (
        Change("changed", "object", "room", ("fields",), ("name", "floor", "note"), ("note", "floor", "name")),
    )
    assert diff({"object": {"room": ROOM}}, {"object": {"room": other_way}}) == ()


def test_true_is_not_one() -> None:
    assert len(diff({"object": {"a": {"x": 1}}}, {"object": {"a": {"x": True}}})) == 1
