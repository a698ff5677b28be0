"""How auto-numbers are written, and which counter serves a day."""

from datetime import date

import pytest

from metadata.errors import InvalidValue
from metadata.fields.derived import number_pattern

DAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("source", "number", "period"),
    [
        ("JY{yyyy}{MM}-{0000}", "JY202603-0007", "2026-03"),
        ("JY{yyyyMM}-{0000}", "JY202603-0007", "2026-03"),
        ("{yyyy-MM-dd}/{00}", "2026-03-09/07", "2026-03-09"),
        ("K{yy}{000}", "K26007", "26"),
        ("No. {0}", "No. 7", ""),
        ("第{000}号", "第007号", ""),
    ],
)
def test_a_number_is_written_as_its_pattern_says(source: str, number: str, period: str) -> None:
    pattern = number_pattern(source)

    assert (pattern.format(DAY, 7), pattern.period(DAY)) == (number, period)


def test_a_counter_that_outgrows_its_places_goes_on() -> None:
    assert number_pattern("{00}").format(DAY, 100) == "100"


@pytest.mark.parametrize("source", ["{yyyy}", "{000}{000}", "plain", ""])
def test_exactly_one_counter_is_needed(source: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        number_pattern(source)

    assert refusal.value.code == "auto_number_counter"


@pytest.mark.parametrize("source", ["{yyy}{000}", "{mm}{000}", "{0 0}", "{}{0}", "{{0}}", "}{0}", "{0", "{yyyy MM}{0}", "{0000000000000}"])
def test_anything_else_in_braces_is_refused_with_what_would_be_allowed(source: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        number_pattern(source)

    assert refusal.value.code == "auto_number_part"
    assert "yyyy" in refusal.value.params["allowed"]
