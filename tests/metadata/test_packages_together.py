"""Several packages and a tenant's overlay: who may extend, refer to and name what."""

from __future__ import annotations

from pathlib import Path

import pytest

from metadata.compile import compile_model
from metadata.compile.order import satisfies
from metadata.documents import Package, read_package, zip_of
from metadata.edits import REMOVED, Edit, Overlay
from metadata.version import PLATFORM_VERSION
from tests.metadata.mistakes.mistake import clinic
from tests.metadata.packages import codes_of, package, problems_of

ROOM = "object: room\nlabel: Room\nfields:\n  name: {type: text}\n  floor: {type: integer}\n"
BED = "object: bed\nlabel: Bed\nfields:\n  name: {type: text}\n  room: {type: lookup, to: room}\n"


def house(*items: str) -> Package:
    """The package that others build on."""
    return package("house", ROOM, *items)


def test_a_required_package_can_be_referred_to_and_extended() -> None:
    beds = package("beds", BED, "object: room\nfields: {beds: {type: integer}}\n", requires='house: ">=1,<2"')
    model = compile_model([beds, house()])

    assert model.objects["room"].app == "house"
    assert "beds" in model.objects["room"].fields
    assert model.objects["bed"].fields["room"].targets == ("room",)
    assert list(model.apps) == ["house", "beds", "system"]


def test_a_package_that_is_not_required_is_out_of_reach() -> None:
    assert codes_of(house(), package("beds", BED)) == ["package_not_required"]
    assert codes_of(house(), package("other", "object: room\nlabel: Other\nfields: {name: {type: text}}\n")) == ["name_taken"]


def test_names_are_shared_by_all_packages() -> None:
    mine = "picklist: state\nvalues: {a: A}\n"
    found = problems_of(house(mine), package("other", mine))

    assert [(each.code, each.params["package"]) for each in found] == [("name_taken", "house")]


def test_everybody_may_extend_the_platforms_objects() -> None:
    model = compile_model([package("people", "object: user\nfields: {mobile: {type: phone}}\n")])

    assert "mobile" in model.objects["user"].fields and model.objects["user"].app == "system"


@pytest.mark.parametrize(
    ("requires", "codes"),
    [
        ('house: ">=1"', []),
        ('house: ">=1.0,<1.1"', []),
        ('house: ">=2"', ["package_version"]),
        ('house: "<1.0.0"', ["package_version"]),
        ('hause: ">=1"', ["package_not_installed"]),
        ('tenon: ">=99"', ["platform_version"]),
    ],
)
def test_required_versions_are_checked(requires: str, codes: list[str]) -> None:
    assert codes_of(house(), package("other", requires=requires)) == codes


@pytest.mark.parametrize(
    ("version", "span", "met"),
    [
        ("1.2.0", ">=1.2", True), ("1.10.0", ">=1.9", True), ("2.0.0", ">=1,<2", False), ("1.9.9", ">=1,<2", True),
        ("1.0.0", "==1", True), ("1.0.1", ">1.0.0", True), ("0.1.0", ">0.1", False), ("1.0.0-beta", ">=1.0", True),
    ],
)
def test_ranges_compare_numbers_not_letters(version: str, span: str, met: bool) -> None:
    assert satisfies(version, span) is met


def test_packages_that_require_each_other_are_refused() -> None:
    one, two = package("one", requires='two: ">=1"'), package("two", requires='one: ">=1"')

    assert codes_of(one, two) == ["package_cycle"]


def test_a_package_can_be_there_only_once() -> None:
    assert codes_of(house(), package("house", BED, ROOM)) == ["package_twice"]


def test_what_is_wrong_in_an_extension_is_shown_in_the_extension() -> None:
    more = package("more", "object: room\nfields:\n  floor: {max: high}\n", requires='house: ">=1"')
    problem, = problems_of(house(), more)

    assert problem.code == "wrong_type" and problem.location is not None and problem.location.line == 3


def edits(*changes: tuple[str, str, tuple[str, ...], object]) -> Overlay:
    """An overlay of these edits."""
    return Overlay(tuple(Edit(*change) for change in changes))


def test_a_tenant_adds_and_changes_with_its_prefix() -> None:
    overlay = edits(
        ("object", "room", ("fields", "x_color"), {"type": "text", "label": "Color", "after": "name"}),
        ("object", "room", ("fields", "floor", "max"), 99),
        ("object", "x_key", (), {"object": "x_key", "label": "Key", "fields": {"name": {"type": "text"}, "room": {"type": "lookup", "to": "room"}}}),
    )
    model = compile_model([house()], overlay)

    assert [field.name for field in model.objects["room"].own_fields] == ["name", "x_color", "floor"]
    assert model.objects["room"].fields["floor"].options.max == 99
    assert model.objects["x_key"].app == "tenant"


@pytest.mark.parametrize(
    "change",
    [
        ("object", "room", ("fields", "color"), {"type": "text"}),
        ("object", "room", ("fields",), {"name": {"type": "text"}, "color": {"type": "text"}}),
        ("object", "room", ("validation", "rule"), {"error_when": "floor > 3", "message": "No"}),
        ("object", "key", (), {"object": "key", "label": "Key", "fields": {"name": {"type": "text"}}}),
        ("picklist", "state", ("values", "new"), {"label": "New"}),
        ("role", "guest", (), {"role": "guest", "permission_sets": ["everyone"]}),
        ("app", "house", ("navigation", "more"), {"tabs": ["room"]}),
    ],
)
def test_what_a_tenant_adds_to_a_package_needs_the_prefix(change: tuple) -> None:
    assert codes_of(house("picklist: state\nvalues: {a: A}\n"), overlay=edits(change)) == ["tenant_prefix"]


def test_in_its_own_object_a_tenant_names_as_it_likes() -> None:
    own = {"object": "x_key", "label": "Key", "fields": {"name": {"type": "text"}}}
    overlay = edits(("object", "x_key", (), own), ("object", "x_key", ("fields", "color"), {"type": "text"}))

    assert not codes_of(house(), overlay=overlay)


def test_a_tenant_can_remove_and_what_needs_it_is_named() -> None:
    assert not codes_of(house(), overlay=edits(("object", "room", ("fields", "floor"), REMOVED)))
    problem, = problems_of(house(), package("beds", BED, requires='house: ">=1"'), overlay=edits(("object", "room", (), REMOVED)))

    assert problem.code == "no_such_object" and problem.location is not None and problem.location.file == "objects/bed.yaml"


def test_an_edit_of_something_that_is_gone_is_named() -> None:
    assert codes_of(house(), overlay=edits(("object", "gone", ("label",), "Gone"))) == ["overlay_without_item"]
    assert codes_of(house(), overlay=edits(("object", "gone", ("label",), REMOVED))) == []
    assert codes_of(house(), overlay=edits(("shape", "x_round", (), {}))) == ["unknown_kind"]


def test_an_edit_can_not_rename() -> None:
    assert codes_of(house(), overlay=edits(("object", "room", ("object",), "x_other"))) == ["name_differs"]


def test_a_wrong_edit_is_shown_in_the_overlay() -> None:
    problem, = problems_of(house(), overlay=edits(("object", "room", ("fields", "floor", "typ"), "text")))

    assert problem.code == "unknown_property" and str(problem.location) == "tenant/object/room"


def test_all_problems_of_all_files_come_in_one_run() -> None:
    texts = dict(clinic())
    texts["objects/room.yaml"] = texts["objects/room.yaml"].replace("type: integer", "type: number")
    texts["objects/doctor.yaml"] = texts["objects/doctor.yaml"].replace("object: doctor", "object: doctor\nobject: doctor")
    texts["picklists/allergy.yaml"] = "picklist: allergy\n  values: {a: A}\n"
    texts["list_views/open_visits.yaml"] = texts["list_views/open_visits.yaml"].replace("day, fee", "date, fee")
    texts["roles/nurse.yaml"] = "role: nurse\npermission_sets: [receptionist]\n"
    texts["notes.txt"] = "x"
    found = problems_of(read_package(zip_of(texts), lenient=True))

    assert [(each.code, each.location.file) for each in found] == [  # type: ignore[union-attr]
        ("unknown_file", "notes.txt"),
        ("yaml_colon", "picklists/allergy.yaml"),
        ("no_such_field", "list_views/open_visits.yaml"),
        ("yaml_duplicate_key", "objects/doctor.yaml"),
        ("unknown_field_type", "objects/room.yaml"),
        ("no_such_permission_set", "roles/nurse.yaml"),
    ]


def test_the_platform_has_one_version() -> None:
    setup = (Path(__file__).parents[2] / "setup.cfg").read_text(encoding="utf-8")

    assert f"\nversion = {PLATFORM_VERSION}\n" in setup


def with_a_record(record: str) -> Package:
    """A package with a record and its test, which a tenant can't change."""
    app = "app: house\nversion: 1.0.0\nlabel: House\n"
    data = f"object: room\nkey: name\nrecords:\n  - {record}\n"
    test = "tests:\n  a room has a floor: {create: {room: {name: R, floor: 2}, as: r}, expect: {r.floor: 2}}\n"
    japanese = "translations: ja\nobjects: {room: {fields: {floor: {label: 階}}}}\n"
    return read_package(zip_of({
        "app.yaml": app, "objects/room.yaml": ROOM, "demo/room.yaml": data, "tests/room.yaml": test, "translations/ja.yaml": japanese,
    }))


@pytest.mark.parametrize("edit", [
    Edit("object", "room", ("fields", "floor"), REMOVED),
    Edit("object", "room", ("fields", "floor", "max"), 0),
    Edit("object", "room", ("fields", "x_code"), {"type": "text", "required": True}),
])
def test_records_and_tests_of_a_package_do_not_bind_the_tenant(edit: Edit) -> None:
    model = compile_model([with_a_record("{name: R1, floor: 1}")], Overlay((edit,)))

    assert model.seeds[0].records[0]["name"] == "R1"


def test_records_must_still_fit_their_own_package() -> None:
    overlay = Overlay((Edit("object", "room", ("fields", "floor"), REMOVED),))

    assert codes_of(with_a_record("{name: R1, floor: high}"), overlay=overlay) == ["not_a_number"]
