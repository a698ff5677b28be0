"""Parameters and envelopes are examined as a whole, and every fault is named with its place."""

import pytest
from flask import Flask

from runtime.api.schemas import (
    BatchBody, ListParameters, QueryBody, RequestInvalid, SearchParameters, load, load_parameters,
)

APP = Flask("test")


def problems_of(address: str) -> list[tuple[str, tuple[str | int, ...]]]:
    with APP.test_request_context(address), pytest.raises(Exception) as refused:
        load_parameters(ListParameters())
    return [(each.code, each.path) for each in refused.value.problems]  # type: ignore[attr-defined]


def test_without_parameters_the_defaults_hold() -> None:
    with APP.test_request_context("/"):
        assert load_parameters(ListParameters()) == {
            "where": None, "fields_": (), "sort": (), "limit": 50, "after": None, "count": False, "names": False,
        }


def test_names_are_separated_by_commas() -> None:
    with APP.test_request_context("/?fields=name, account.name,&sort=-amount&count=true&lang=en"):
        asked = load_parameters(ListParameters())

    assert (asked["fields_"], asked["sort"], asked["count"]) == (("name", "account.name"), ("-amount",), True)


@pytest.mark.parametrize(
    "limit", ["0", "201", "-1", "1.5", "abc", "１２", "1_0", "٣", "9" * 5000, "", "1e2", "0x10", "NaN"]
)
def test_a_limit_is_a_plain_number_in_bounds(limit: str) -> None:
    assert problems_of(f"/?limit={limit}") == [("parameter_invalid", ("limit",))]


def test_an_unknown_parameter_is_refused_and_what_is_known_is_said() -> None:
    with APP.test_request_context("/?filter=x"), pytest.raises(RequestInvalid) as refused:
        load_parameters(ListParameters())

    [problem] = refused.value.problems
    assert problem.code == "parameter_unknown"
    assert "where" in str(problem.params["allowed"]) and "fields" in str(problem.params["allowed"])


def test_a_parameter_stands_once() -> None:
    assert problems_of("/?limit=1&limit=2") == [("parameter_twice", ("limit",))]


def test_all_faults_are_named_together() -> None:
    assert sorted(problems_of("/?limit=x&count=maybe&colour=red")) == [
        ("parameter_invalid", ("count",)), ("parameter_invalid", ("limit",)), ("parameter_unknown", ("colour",)),
    ]


def test_a_missing_parameter_is_named() -> None:
    with APP.test_request_context("/"), pytest.raises(RequestInvalid) as refused:
        load_parameters(SearchParameters())

    assert [(each.code, each.path) for each in refused.value.problems] == [("parameter_missing", ("q",))]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({}, [("member_missing", ("operations",))]),
        ({"operations": {}}, [("member_invalid", ("operations",))]),
        ({"operations": [{}]}, [("member_missing", ("operations", 0, "do"))]),
        ({"operations": None}, [("member_invalid", ("operations",))]),
        ({"operations": ["x"]}, [("member_invalid", ("operations", 0))]),
        ({"operations": [{"do": "destroy"}]}, [("member_invalid", ("operations", 0, "do"))]),
        ({"operations": [{"do": "create", "valeus": {}}]}, [("member_unknown", ("operations", 0, "valeus"))]),
        ({"operations": [{"do": "delete", "id": True}]}, [("member_invalid", ("operations", 0, "id"))]),
        ({"operations": [{"do": "delete", "id": 2**63}]}, [("member_invalid", ("operations", 0, "id"))]),
        ({"operations": [], "atomic": "yes"}, [("member_invalid", ("atomic",))]),
    ],
)
def test_a_faulty_batch_is_refused_at_the_place(document: dict[str, object], expected: list[object]) -> None:
    with pytest.raises(RequestInvalid) as refused:
        load(BatchBody(), document)

    assert [(each.code, each.path) for each in refused.value.problems] == expected


def test_a_grouping_may_be_only_its_path() -> None:
    question = load(QueryBody(), {"object": "loan", "by": ["status", {"field": "due_date", "per": "month"}]})

    assert question["by"] == [{"field": "status", "per": None}, {"field": "due_date", "per": "month"}]


def test_a_grouping_with_an_unknown_grain_is_refused() -> None:
    with pytest.raises(RequestInvalid) as refused:
        load(QueryBody(), {"object": "loan", "by": [{"field": "due_date", "per": "minute"}]})

    assert [(each.code, each.path) for each in refused.value.problems] == [("member_invalid", ("by", 0, "per"))]
