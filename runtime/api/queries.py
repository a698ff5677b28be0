"""The calls that look across records: the grouped query and the search over all objects."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response

from runtime.api.input import json_object
from runtime.api.output import answer, plain
from runtime.api.schemas import QueryBody, SearchParameters, load, load_parameters, no_parameters
from runtime.problems import RequestRefused
from runtime.records import query, search
from runtime.records.record import GroupQuery, Grouping
from runtime.unit import current_unit, only_reads

_QUERY = QueryBody()
_SEARCH = SearchParameters()
MAX_GROUPINGS = 8
MAX_MEASURES = 30


@only_reads
def run_query() -> Response:
    """Answer `POST /query`: groups with their measures."""
    no_parameters()
    unit, asked = current_unit(), load(_QUERY, json_object())
    if not asked["by"] and not asked["measures"]:
        raise RequestRefused("member_missing", field="measures", name="measures")
    question = GroupQuery(
        asked["object_"],
        tuple(Grouping(each["field"], each["per"]) for each in _bounded(asked["by"], "by", MAX_GROUPINGS)),
        _bounded(asked["measures"], "measures", MAX_MEASURES),
        asked["where"], asked["having"], asked["sort"], asked["limit"], names=asked["names"],
    )
    page = query.grouped(unit.ctx, unit.connection, question)
    return answer({"rows": [{name: plain(value) for name, value in row.items()} for row in page.rows], "more": page.more})


def run_search() -> Response:
    """Answer `GET /search?q=`: records of all objects, or of `objects`, that hold the text."""
    unit, asked = current_unit(), load_parameters(_SEARCH)
    hits = search.search(
        unit.ctx, unit.connection, asked["q"], objects=asked["objects"] or None, limit=asked["limit"]
    )
    return answer({"hits": [asdict(each) for each in hits]})


def _bounded(given: list | dict, name: str, limit: int) -> list | dict:
    if len(given) > limit:
        raise RequestRefused("member_invalid", field=name, name=name, expected=f"≤ {limit}")
    return given
