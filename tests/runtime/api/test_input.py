"""Bodies are read strictly: exact numbers, nothing twice, nothing that no database can keep."""

from decimal import Decimal

import pytest
from flask import Flask

from metadata.errors import TenonError
from runtime.api.input import json_object, parse_json
from runtime.problems import status_of


def test_numbers_keep_every_digit() -> None:
    assert parse_json(b'{"a": 0.10, "b": 99999999999999.99, "c": 7}') == {
        "a": Decimal("0.10"), "b": Decimal("99999999999999.99"), "c": 7,
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "body_not_json"),
        (b"{", "body_not_json"),
        (b"{'a': 1}", "body_not_json"),
        (b"\xff\xfe", "body_not_text"),
        (b"\xef\xbb\xbf{}", "body_not_json"),
        (b'{"a": NaN}', "json_not_finite"),
        (b'{"a": Infinity}', "json_not_finite"),
        (b'{"a": -Infinity}', "json_not_finite"),
        (b'{"a": 1, "a": 2}', "json_duplicate"),
        (b'[{"a": {"b": 1, "b": 1}}]', "json_duplicate"),
        (b"[" * 51 + b"]" * 51, "json_too_deep"),
        (b"[" * 100_000 + b"]" * 100_000, "json_too_deep"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "json_too_deep"),
        (b'{"a": 1e1000000000}', "number_too_long"),
        (b'{"a": 1e-1000000000}', "number_too_long"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number_too_long"),
        (b'{"a": 0.' + b"1" * 5000 + b"}", "number_too_long"),
    ],
)
def test_a_body_that_can_not_be_taken_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(TenonError) as refused:
        parse_json(content)

    assert refused.value.problems[0].code == code
    assert status_of(refused.value) == 400


@pytest.mark.parametrize("text", [r"\u0000", r"\ud800", r"\udc00 \ud800"])
def test_a_text_that_no_database_can_keep_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(TenonError) as refused:
        parse_json(b'{"a": {"b": ["x", "%s"]}}' % text.encode())

    assert [(each.code, each.path) for each in refused.value.problems] == [("text_not_unicode", ("a", "b", 1))]


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse_json(rb'{"a": "\ud842\udfb7"}') == {"a": "𠮷"}


def test_depth_counts_and_not_the_number_of_brackets() -> None:
    assert len(parse_json(b"[" + b",".join([b"[]"] * 1000) + b"]")) == 1000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "kind", "code", "status"),
    [
        (b"{}", "text/plain", "media_type_refused", 415),
        (b"a=1", "application/x-www-form-urlencoded", "media_type_refused", 415),
        (b"", "application/json", "body_missing", 400),
        (b"[]", "application/json", "body_not_object", 400),
        (b'"x"', "application/json", "body_not_object", 400),
        (b"{" + b" " * 11_000_000 + b"}", "application/json", "body_too_large", 413),
    ],
)
def test_only_a_json_object_of_bounded_size_is_a_body(content: bytes, kind: str, code: str, status: int) -> None:
    app = Flask("test")
    with app.test_request_context(method="POST", data=content, content_type=kind), pytest.raises(TenonError) as refused:
        json_object()

    assert refused.value.problems[0].code == code
    assert status_of(refused.value) == status


def test_a_missing_body_may_stand_for_an_empty_object() -> None:
    with Flask("test").test_request_context(method="POST"):
        assert json_object(optional=True) == {}
