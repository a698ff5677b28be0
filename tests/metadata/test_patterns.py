"""Patterns: the regular part of regular expressions, in linear time, with one meaning everywhere."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from metadata.errors import InvalidValue
from metadata.patterns import pattern

PATTERNS = (
    "[A-Z]{2}\\d{3,5}", "(a|b)*c", "a?b+c*", "[^a-c]+", "(?:ab|a)(?:bc|c)", "a{0}", "", "(a*)*b", "x|", "[]a]+", "[a-]",
    "\\w+@\\w+\\.(com|cn)", "[一-龥]{2,4}", "a.c", "\\S+\\s\\S+", "(a|ab)(c|bcd)(d*)", "\\u4e2d+", "a{2}{", "[\\d\\-]+",
)
TEXTS = st.text(alphabet="abcd-ABC019 .@中文_\n\t", max_size=12)


def supported(source: str) -> bool:
    try:
        pattern(source)
    except InvalidValue:
        return False
    return True


@pytest.mark.parametrize("source", [each for each in PATTERNS if supported(each)])
@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_pattern_matches_what_python_matches(source: str, candidate: str) -> None:
    expected = re.fullmatch(source, candidate, re.ASCII) is not None

    assert pattern(source).matches(candidate) is expected


@pytest.mark.parametrize("source", ["(a+)+", "(a|a)*", "(a|aa)+b", "(.*)*x", "([a-z]+)*[0-9]", ".*a.{150}"])
def test_no_pattern_runs_away(source: str) -> None:
    start = time.perf_counter()
    pattern(source).matches("a" * 9_999 + "!")

    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("(?=a)b", "pattern_unsupported"), ("(?i)a", "pattern_unsupported"), ("(a)\\1", "pattern_unsupported"),
        ("a^b", "pattern_unsupported"), ("\\bword", "pattern_unsupported"), ("[[:alpha:]]", "pattern_unsupported"),
        ("(a", "pattern_syntax"), ("a)", "pattern_syntax"), ("a**", "pattern_syntax"), ("*a", "pattern_syntax"),
        ("[z-a]", "pattern_syntax"), ("[a", "pattern_syntax"), ("a\\", "pattern_syntax"), ("a{2", "pattern_syntax"),
        ("a{3,2}", "pattern_syntax"), ("a{１}", "pattern_syntax"), ("\\u12", "pattern_syntax"),
        ("a{201}", "pattern_too_large"), ("((a{20}){20}){20}", "pattern_too_large"), ("a" * 501, "pattern_too_large"),
        ("(" * 30 + ")" * 30, "pattern_too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_matched_in_linear_time_is_refused_with_its_place(source: str, code: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        pattern(source)

    assert refusal.value.code == code
    assert code == "pattern_too_large" or 1 <= refusal.value.params["position"] <= len(source) + 1


def test_a_pattern_speaks_of_the_whole_text_with_or_without_anchors() -> None:
    assert pattern("^ab$").matches("ab")
    assert not pattern("ab").matches("xab")
    assert pattern("a\\$").matches("a$")
    assert pattern("a\\\\$").matches("a\\")


def test_postgresql_matches_the_same_texts(pg_url: str) -> None:
    texts = ["", "AB123", "ab", "abc", "a\nc", "中文", "abcd", "aac", "b", "a-", "x y", "me@x.cn", "١٢٣", "AB١٢٣", "中中"]
    engine = create_engine(pg_url)
    with engine.connect() as connection:
        for source in filter(supported, PATTERNS):
            for candidate in texts:
                found = connection.scalar(text("SELECT CAST(:text AS text) ~ :form"), {"text": candidate, "form": pattern(source).postgres()})
                assert found is pattern(source).matches(candidate), (source, candidate)
    engine.dispose()
