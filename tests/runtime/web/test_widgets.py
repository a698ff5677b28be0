"""Each field type can be entered and shown: what a control writes it reads back, and all that is shown is escaped."""

from dataclasses import replace
from datetime import datetime, timezone

import pytest
from werkzeug.datastructures import MultiDict

from metadata.fields import FieldType, field_types
from metadata.fields.contract import MISSING, Sample
from metadata.model import Field
from runtime.web.forms import differs
from runtime.web.reader import Reader, Scene, reader_of
from runtime.web.widgets.boxes import box_of, draw_box
from runtime.web.widgets.cells import shower, value_cell
from runtime.web.widgets.control import Filled
from runtime.web.widgets.controls import control
from runtime.web.widgets.markup import initials
from tests.runtime.web.filled import filled_form
from tests.support.application import Application
from tests.support.fields import field_of
from tests.support.visitor import Visitor

SCENE = Scene("/acme", datetime(2026, 1, 10, tzinfo=timezone.utc))
EVIL = "<script>alert(1)</script>\"'&"
NAMED = ("lookup", "multi_lookup", "any_lookup", "file", "image")
"""Shown by names that are looked up for a page."""

ENTERED = [each for each in field_types.values() if not each.computed]
FITTING = [
    pytest.param(field_type, sample, id=f"{field_type.name}-{number}")
    for field_type in ENTERED for number, sample in enumerate(field_type.samples) if sample.refused is None and sample.value is not None
]


@pytest.fixture(scope="module")
def reader(shared: tuple[Application, Visitor]) -> Reader:
    return reader_of(shared[0].context())


def own(field: Field) -> Field:
    """The field as one of the clinic's patients."""
    return replace(field, object="patient", targets=("doctor",) if field.targets else ())


def as_form(html: str) -> str:
    return f"<form data-form>{html}</form>"


@pytest.mark.parametrize(("field_type", "sample"), FITTING)
def test_a_value_comes_back_from_the_control_as_it_went_in(reader: Reader, field_type: FieldType, sample: Sample) -> None:
    field = own(field_of(field_type, sample.options))
    made = control(reader, field)
    raw = made.write(sample.value)

    sent = filled_form(as_form(made.draw(Filled(raw), SCENE)))
    back = made.read(sent)

    if field_type.widget in ("file", "image"):
        assert back is MISSING
        return
    if field_type.name == "any_lookup":
        field = replace(field, targets=(sample.value.object,))
    given = sample.value.replace(second=0, microsecond=0) if field_type.name in ("datetime", "time") else sample.value
    assert field.type.parse(field, back) == given


@pytest.mark.parametrize("locale", ["zh_CN", "de"])
@pytest.mark.parametrize(("field_type", "sample"), FITTING)
def test_a_control_that_nobody_touched_sends_what_it_was_opened_with(
    reader: Reader, field_type: FieldType, sample: Sample, locale: str
) -> None:
    made = control(replace(reader, locale=locale), own(field_of(field_type, sample.options)))
    raw = made.write(sample.value)

    sent = filled_form(as_form(made.draw(Filled(raw), SCENE)))
    back = made.read(MultiDict([(name, value.replace("\n", "\r\n")) for name, value in sent.items(multi=True)]))

    assert back is MISSING or not differs(raw, back)


@pytest.mark.parametrize(("locale", "kind", "typed", "raw"), [
    ("zh_CN", "money", "1,234.5", "1234.5"), ("zh_CN", "money", "１２", "１２"), ("de", "money", "1.234,5", "1234.5"), ("en", "percent", "12.5", "12.5%"),
    ("en", "percent", "12.5 %", "12.5%"), ("de", "percent", "12,5", "12.5%"), ("en", "integer", "1 000", "1000"), ("en", "integer", "abc", "abc"),
])
def test_figures_are_read_as_people_type_them_and_shown_again_alike(reader: Reader, locale: str, kind: str, typed: str, raw: str) -> None:
    made = control(replace(reader, locale=locale), own(field_of(kind)))

    assert made.read(MultiDict({"x": typed})) == raw
    assert made.read(filled_form(as_form(made.draw(Filled(raw), SCENE)))) == raw


@pytest.mark.parametrize("field_type", ENTERED, ids=lambda each: each.name)
def test_an_empty_control_is_a_blank_value(reader: Reader, field_type: FieldType) -> None:
    options = next((each.options for each in field_type.samples if each.refused is None), None)
    field = own(field_of(field_type, options))
    made = control(reader, field)

    back = made.read(filled_form(as_form(made.draw(Filled(made.write(None)), SCENE))))

    assert back is MISSING or field.type.parse(field, back) in (None, False)


@pytest.mark.parametrize("field_type", ENTERED, ids=lambda each: each.name)
def test_whatever_stands_in_a_control_is_escaped(reader: Reader, field_type: FieldType) -> None:
    options = next((each.options for each in field_type.samples if each.refused is None), None)
    box = box_of(reader, own(field_of(field_type, options)), wide=False)

    for raw in (EVIL, [EVIL], {"lat": EVIL, "lng": EVIL}):
        assert "<script" not in draw_box(box, raw, SCENE, names={EVIL: EVIL})


@pytest.mark.parametrize("field_type", ENTERED, ids=lambda each: each.name)
def test_a_disabled_control_sends_nothing(reader: Reader, field_type: FieldType) -> None:
    options = next((each.options for each in field_type.samples if each.refused is None), None)
    made = control(reader, own(field_of(field_type, options)))

    sent = filled_form(as_form(made.draw(Filled(disabled=True), SCENE)))

    assert {name for name in sent if sent.getlist(name) != [""]} == set()


@pytest.mark.parametrize(("field_type", "sample"), [each for each in FITTING if each.values[0].widget not in NAMED])
def test_a_value_is_shown_without_markup_of_its_own(reader: Reader, field_type: FieldType, sample: Sample) -> None:
    field = own(field_of(field_type, sample.options))
    cell = value_cell(reader, reader.model.objects["patient"], (field.name,), field)

    shown = str(cell({field.name: sample.value}, SCENE))

    assert shown and "None" not in shown and "<script" not in shown


@pytest.mark.parametrize("kind", ["text", "long_text", "email", "phone", "url"])
def test_a_stored_text_is_escaped_wherever_it_stands(reader: Reader, kind: str) -> None:
    field = own(field_of(kind))

    assert "<script" not in str(shower(reader, field)(EVIL))
    assert 'href="javascript:' not in str(shower(reader, field)("javascript:alert(1)"))


def test_a_rich_text_is_cleaned_even_if_something_else_was_stored(reader: Reader) -> None:
    shown = shower(reader, own(field_of("rich_text")))("<b onclick=x()>ok</b><script>alert(1)</script>")

    assert "onclick" not in shown and "<script" not in shown and "ok" in shown


@pytest.mark.parametrize(("name", "shown"), [("李想", "李"), ("Amy Chen", "AC"), ("amy", "A"), ("Anna Maria Weber", "AW"), ("", "?"), ("Zhang Wei 张伟", "Z张")])
def test_a_person_is_drawn_by_initials(name: str, shown: str) -> None:
    assert initials(name) == shown
