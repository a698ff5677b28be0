"""Reads what a REST client sent, strictly: nothing is guessed, nothing unknown is passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from flask import request

from metadata.errors import Invalid, Problem
from runtime.problems import RequestRefused
from runtime.unit import receive_body

MAX_DEPTH = 50
MAX_DIGITS = 100

BodyValue = dict[str, "BodyValue"] | list["BodyValue"] | str | int | Decimal | bool | None


class BodyInvalid(Invalid):
    """A body is JSON, but holds what can't be taken."""

    code = "bad_request"


def json_object(*, optional: bool = False) -> dict[str, BodyValue]:
    """Read the body as one JSON object; `optional` takes a missing body for an empty object."""
    receive_body()
    content = request.get_data(cache=True)
    if not content and optional:
        return {}
    if request.mimetype != "application/json":
        raise RequestRefused("media_type_refused", expected="application/json", given=request.mimetype or "-")
    if not content:
        raise RequestRefused("body_missing")
    document = parse_json(content)
    if not isinstance(document, dict):
        raise RequestRefused("body_not_object")
    return document


def parse_json(content: bytes) -> BodyValue:
    """Parse JSON with exact numbers; refuses duplicate members, NaN, bombs and texts no database can keep."""
    try:
        text = content.decode("utf-8")
        document = json.loads(
            text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_members
        )
    except UnicodeDecodeError:
        raise RequestRefused("body_not_text") from None
    except json.JSONDecodeError as error:
        raise RequestRefused("body_not_json", reason=error.msg, line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise RequestRefused("json_too_deep", limit=MAX_DEPTH) from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deep(document):
        raise RequestRefused("json_too_deep", limit=MAX_DEPTH)
    if "\\u" in text:
        _check_texts(document)
    return document


def is_storable(text: str) -> bool:
    """Whether a text can be kept by every database: no NUL, no half of a surrogate pair."""
    return "\0" not in text and (text.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in text))


def _members(pairs: list[tuple[str, BodyValue]]) -> dict[str, BodyValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise RequestRefused("json_duplicate", field=twice, name=twice)
    return members


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise RequestRefused("number_too_long", limit=MAX_DIGITS)
    return int(digits)


def _decimal(digits: str) -> Decimal:
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise RequestRefused("number_too_long", limit=MAX_DIGITS) from None
    if len(digits) > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
        raise RequestRefused("number_too_long", limit=MAX_DIGITS)
    return number


def _constant(name: str) -> None:
    raise RequestRefused("json_not_finite", value=name)


def _is_deep(document: BodyValue) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: BodyValue) -> Iterator[BodyValue]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _check_texts(document: BodyValue) -> None:
    problems = [Problem("text_not_unicode", path) for path in _unstorable(document, ())]
    if problems:
        raise BodyInvalid(problems)


def _unstorable(value: BodyValue, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str) and not is_storable(value):
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not is_storable(name):
                yield path
            yield from _unstorable(inner, (*path, name))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _unstorable(inner, (*path, position))
