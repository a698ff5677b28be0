"""Definitions become one frozen, resolved, typed model."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Mapping
from dataclasses import fields as fields_of_class
from dataclasses import is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest

from metadata.compile import UnknownPackage, bundled_package, compile_model, system_package
from metadata.documents import Item, package_of, read_package
from metadata.expressions import Moment, evaluate
from metadata.fields import field_types
from metadata.model import EMPTY, Model, Options
from metadata.names import STANDARD_FIELDS
from metadata.permissions import SYSTEM_RIGHTS, permissions_of
from metadata.scope import scope_of
from tests.metadata.mistakes.mistake import CLINIC
from tests.metadata.packages import model_of


@pytest.fixture(scope="module")
def model() -> Model:
    """The clinic."""
    return compile_model([read_package(CLINIC)])


def test_standard_fields_stand_first(model: Model) -> None:
    assert tuple(model.objects["visit"].fields)[:10] == STANDARD_FIELDS
    assert "record_type" not in model.objects["room"].fields
    assert all(field.standard for field in model.objects["room"].fields.values() if field.name in STANDARD_FIELDS)
    assert {name for name, field in model.objects["visit"].fields.items() if field.standard and not field.read_only} == {
        "owner", "org_unit", "record_type",
    }


def test_relations_know_their_targets_and_targets_know_them(model: Model) -> None:
    visit = model.objects["visit"]

    assert visit.fields["patient"].targets == ("patient",)
    assert visit.fields["about"].targets == ("patient", "doctor")
    assert visit.details == (("prescription", "visit"),)
    assert model.objects["prescription"].parent == "visit"
    assert set(model.objects["doctor"].references) == {("patient", "family_doctor"), ("visit", "doctor"), ("visit", "about")}


def test_options_are_filled_with_defaults(model: Model) -> None:
    visit, line = model.objects["visit"], model.objects["prescription"]

    assert visit.fields["patient"].options.on_delete == "restrict"
    assert visit.fields["doctor"].options.on_delete == "clear"
    assert line.fields["visit"].options.on_delete == "cascade"
    assert line.fields["visit"].required
    assert visit.fields["reason"].options.max_length == 255
    assert model.objects["doctor"].fields["fee"].options.currency == "CNY"


def test_sharing_follows_the_master_unless_something_is_said(model: Model) -> None:
    assert {name: each.sharing for name, each in model.objects.items() if each.app == "clinic"} == {
        "patient": "private", "doctor": "read", "room": "read_write", "visit": "private", "prescription": "parent",
    }


def test_names_and_search_are_found(model: Model) -> None:
    assert model.objects["room"].name_field == "code"
    assert model.objects["room"].search == (("code",),)
    assert model.objects["visit"].search == (("number",), ("patient", "name"))


def test_a_language_without_a_plural_uses_its_label(model: Model) -> None:
    assert dict(model.objects["patient"].plural) == {"zh_CN": "患者", "en": "Patients"}
    assert dict(model.objects["doctor"].plural) == {"zh_CN": "医生", "en": "Doctor"}


def test_a_text_without_a_language_is_in_the_first_one() -> None:
    model = model_of("object: thing\nlabel: 东西\nfields: {name: {type: text}}\n", languages="[zh_CN, en]")

    assert dict(model.objects["thing"].label) == {"zh_CN": "东西"}
    assert dict(model.objects["thing"].fields["name"].label) == {"en": "Name"}


def test_translations_add_a_language(model: Model) -> None:
    visit = model.objects["visit"]

    assert visit.label.in_("ja") == "診察"
    assert visit.fields["day"].label.in_("ja") == "日付"
    assert next(rule for rule in visit.validation if rule.name == "early_morning").message.in_("ja") == "七時に開きます"
    assert model.picklists["visit_status"].choices["done"].label.in_("ja") == "完了"
    assert model.apps["clinic"].navigation[0].label.in_("ja") == "毎日"
    assert visit.fields["room"].label.in_("ja") == "诊室"


def test_picklists_are_resolved_and_inline_ones_named(model: Model) -> None:
    visit = model.objects["visit"]

    assert visit.fields["status"].picklist is model.picklists["visit_status"]
    assert visit.fields["kind"].picklist is model.picklists["visit.kind"]
    assert model.picklists["visit.kind"].choices["first"].label.in_("en") == "First"
    assert model.picklists["visit_status"].choices["done"].final
    assert model.objects["doctor"].fields["sub_speciality"].controlled_by == "speciality"
    assert model.picklists["sub_speciality"].choices["hand"].when == ("surgery",)
    assert tuple(visit.fields["record_type"].picklist.choices) == ("ordinary", "emergency")  # type: ignore[union-attr]


def test_users_may_have_the_roles_of_the_model(model: Model) -> None:
    assert tuple(model.objects["user"].fields["roles"].picklist.choices) == ("administrator", "nurse")  # type: ignore[union-attr]


def value_of_default(model: Model, object_name: str, field: str) -> object:
    """What a default gives for a record without values."""
    default = model.objects[object_name].fields[field].default
    assert default is not None
    moment = Moment(now=datetime(2026, 1, 10, tzinfo=UTC), time_zone="UTC", user=7)
    return evaluate(default, lambda path: None, moment)


def test_defaults_are_expressions_or_plain_values() -> None:
    model = model_of(
        "object: thing\nlabel: Thing\nfields:\n"
        "  name: {type: text, default: draft}\n"
        "  quoted: {type: text, default: \"'TODAY()'\"}\n"
        "  copied: {type: text, default: UPPER('x')}\n"
        "  state: {type: picklist, values: {draft: Draft, done: Done}, default: draft}\n"
        "  states: {type: multi_picklist, values: {draft: Draft, done: Done}, default: [draft, done]}\n"
        "  number: {type: decimal, default: 1.5}\n"
        "  yes_no: {type: boolean, default: true}\n"
        "  day: {type: date, default: 2026-02-01}\n"
        "  opens: {type: time, default: 09:30}\n"
        "  starts: {type: datetime, default: '2026-01-10T09:00:00+08:00'}\n"
        "  share: {type: percent, default: 12.5%}\n"
        "  owner_too: {type: lookup, to: user, default: CURRENT_USER()}\n"
    )
    values = {name: value_of_default(model, "thing", name) for name in ("name", "quoted", "copied", "state", "number", "yes_no", "owner_too")}

    assert values == {
        "name": "draft", "quoted": "TODAY()", "copied": "X", "state": "draft", "number": Decimal("1.5"), "yes_no": True,
        "owner_too": 7,
    }
    states = model.objects["thing"].fields["states"]
    assert states.type.parse(states, value_of_default(model, "thing", "states")) == ("draft", "done")
    assert str(value_of_default(model, "thing", "opens")) == "09:30:00"
    assert value_of_default(model, "thing", "starts") == datetime(2026, 1, 10, 1, tzinfo=UTC)
    assert value_of_default(model, "thing", "share") == Decimal("0.125")
    assert str(value_of_default(model, "thing", "day")) == "2026-02-01"


def test_formulas_come_after_those_they_read() -> None:
    model = model_of(
        "object: thing\nlabel: Thing\nfields:\n  name: {type: text}\n"
        "  c: {type: formula, returns: number, formula: b + 1}\n"
        "  b: {type: formula, returns: number, formula: a * 2}\n"
        "  a: {type: formula, returns: number, formula: LEN(name)}\n"
    )

    assert model.objects["thing"].formulas == ("a", "b", "c")


def test_expressions_know_their_purpose_and_scope(model: Model) -> None:
    visit = model.objects["visit"]

    assert visit.fields["fee"].formula.references == (("doctor", "fee"), ("discount",))  # type: ignore[union-attr]
    assert visit.validation[0].error_when.purpose == "validation"
    assert model.objects["patient"].fields["family_doctor"].filter.references == (("active",),)  # type: ignore[union-attr]
    assert scope_of(model, "visit").resolve(("status",)).choices == ("booked", "waiting", "done", "cancelled")
    assert scope_of(model, "visit").resolve(("patient", "family_doctor")).object == "doctor"


def test_record_types_have_one_default(model: Model) -> None:
    kinds = model.objects["visit"].record_types

    assert [name for name, kind in kinds.items() if kind.default] == ["ordinary"]
    assert kinds["emergency"].values == {"kind": ("urgent",)}
    assert kinds["emergency"].layout == "visit"


def test_a_layout_is_resolved(model: Model) -> None:
    layout = model.layouts["visit"]
    money = layout.tabs[0].sections[1]

    assert layout.highlights == (("patient",), ("day",), ("status",))
    assert layout.path is not None and layout.path.require == {"waiting": ("doctor",)}
    assert [each.field for each in money.fields] == ["fee", "discount", "reason"]
    assert money.fields[1].required_when is not None and money.fields[2].wide
    assert layout.tabs[1].related is not None and layout.tabs[1].related.by == "visit"
    assert layout.tabs[1].label.in_("en") == "Prescription"


def test_objects_without_pages_get_them(model: Model) -> None:
    layout = model.layouts["patient"]
    views = [view for view in model.list_views.values() if view.object == "patient"]

    assert [tab.related.object for tab in layout.tabs[1:] if tab.related] == ["visit", "visit"]
    assert {each.field for section in layout.tabs[0].sections for each in section.fields} >= {"name", "adult", "owner"}
    assert [(view.name, view.default, view.label.in_("zh_CN")) for view in views] == [("patient", True, "全部")]


def test_every_object_has_one_default_list_view(model: Model) -> None:
    for name in model.objects:
        assert sum(view.default for view in model.list_views.values() if view.object == name) == 1, name


def test_the_platform_brings_people_and_their_rights() -> None:
    model = compile_model([])

    assert set(model.objects) == {"user", "org_unit"}
    assert model.roles["administrator"].permission_sets == ("administration",)
    assert permissions_of(model, ["administrator"]).system == frozenset(SYSTEM_RIGHTS)
    assert permissions_of(model, []).of("user").read and not permissions_of(model, []).of("user").edit
    assert {view.object for view in model.list_views.values() if view.default} == {"user", "org_unit"}
    assert model.languages == ("en", "zh_CN")


def test_seeds_come_with_targets_first(model: Model) -> None:
    order = [(seed.object, seed.demo) for seed in model.seeds]

    assert order.index(("room", False)) < order.index(("doctor", False)) < order.index(("patient", True)) < order.index(("visit", True))
    assert model.seeds[0].records[0]["code"] == "R1"
    assert model.seeds[0].records is model.definitions["data"]["clinic/room"]["records"]


def test_equal_definitions_share_one_model(model: Model) -> None:
    assert compile_model([read_package(CLINIC)]) is model
    assert compile_model([system_package(), read_package(CLINIC)]) is model


def test_a_model_that_nobody_uses_is_forgotten() -> None:
    def make(number: int) -> Model:
        return model_of(f"object: thing\nlabel: Thing {number}\nfields: {{name: {{type: text}}}}\n")

    seen = weakref.ref(make(0))
    for number in range(1, 12):
        make(number)
    gc.collect()

    assert seen() is None


def test_the_package_of_an_object_is_a_part_of_the_checksum() -> None:
    body = {"object": "thing", "label": "Thing", "fields": {"name": {"type": "text"}}}
    apps = [Item("app", name, {"app": name, "version": "1.0.0", "label": name}) for name in ("one", "two")]
    thing = Item("object", "thing", body)
    first = compile_model([package_of("one", "1.0.0", [apps[0], thing]), package_of("two", "1.0.0", [apps[1]])])
    second = compile_model([package_of("one", "1.0.0", [apps[0]]), package_of("two", "1.0.0", [apps[1], thing])])

    assert (first.objects["thing"].app, second.objects["thing"].app) == ("one", "two")
    assert first.checksum != second.checksum


def unfrozen(value: object, path: str, seen: set[int]) -> list[str]:
    """Everything inside a value that could be changed."""
    if id(value) in seen or isinstance(value, type) or type(value) in (str, int, bool, Decimal, type(None)):
        return []
    seen.add(id(value))
    if isinstance(value, (MappingProxyType, Options)) or value is EMPTY:
        return [found for key, each in value.items() for found in unfrozen(each, f"{path}.{key}", seen)]  # type: ignore[attr-defined]
    if isinstance(value, (tuple, frozenset)):
        return [found for number, each in enumerate(value) for found in unfrozen(each, f"{path}[{number}]", seen)]
    if is_dataclass(value) and value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        names = [each.name for each in fields_of_class(value) if each.name not in ("tree", "run")]
        return [found for name in names for found in unfrozen(getattr(value, name), f"{path}.{name}", seen)]
    if value in field_types.values():
        return []
    return [f"{path}: {type(value).__name__}"]


def test_a_model_is_frozen_to_the_bottom(model: Model) -> None:
    assert not unfrozen(model, "model", set())
    assert isinstance(model.objects, Mapping)


def test_a_bundled_package_is_found_by_name_and_others_are_not() -> None:
    assert bundled_package("finance_crm").name == "finance_crm"
    with pytest.raises(UnknownPackage):
        bundled_package("../../etc")


def test_forty_objects_with_eight_hundred_fields_compile_quickly() -> None:
    items = []
    for number in range(40):
        lines = [f"  f{field}: {{type: text, max_length: 50, label: {{zh_CN: 字段, en: Field {field}}}}}" for field in range(14)]
        lines += [f"  n{field}: {{type: decimal, min: 0, default: {field}}}" for field in range(4)]
        lines += ["  total: {type: formula, returns: decimal, formula: n0 + n1 * n2 - n3}"]
        lines += [f"  other: {{type: lookup, to: o{(number + 1) % 40}}}"]
        fields = "\n".join(lines)
        items.append(f"object: o{number}\nlabel: Object\nfields:\n{fields}\nvalidation:\n  r: {{error_when: n0 > other.n1, message: No}}\n")
    started = time.process_time()
    model = model_of(*items)

    assert sum(len(list(each.own_fields)) for each in model.objects.values() if each.app == "test") == 800
    assert time.process_time() - started < 2


def test_an_object_whose_list_views_all_choose_gets_one_of_all_records_after_them() -> None:
    model = model_of(
        "object: pet\nlabel: Pet\nfields: {name: {type: text}, alive: {type: boolean}}",
        "list_view: pet\nobject: pet\nlabel: Alive\nwhere: alive\ncolumns: [name]",
        "object: cage\nlabel: Cage\nfields: {name: {type: text}}",
        "list_view: cages\nobject: cage\nlabel: Cages\ncolumns: [name]",
    )

    views = [view for view in model.list_views.values() if view.object == "pet"]
    assert [(view.name, view.where is None, view.default) for view in views] == [("pet", False, True), ("pet_all", True, False)]
    assert views[1].label.in_("zh_CN") == "全部"
    assert [view.name for view in model.list_views.values() if view.object == "cage"] == ["cages"]
