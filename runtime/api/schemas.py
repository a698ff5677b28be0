"""The shapes of query parameters and JSON envelopes, as marshmallow schemas whose complaints are our problems.

The values of a record are not described here: `runtime.records.service` parses them with the field types, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from flask import request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from metadata.errors import Invalid, Problem
from metadata.names import is_name
from runtime.api.input import is_storable
from runtime.problems import RequestRefused
from runtime.records.record import MAX_LIMIT

DEFAULT_LIMIT = 50
MAX_OPERATIONS = 200
MAX_EXPRESSION = 10_000
MAX_TEXT = 32_000
MAX_ID = 2**63 - 1
YES_NO = {"true": True, "false": False, "1": True, "0": False}


class RequestInvalid(Invalid):
    """Parameters or an envelope do not fit; all problems together."""

    code = "bad_request"


class Shape(Schema):
    """A schema of ours: unknown members are refused, order is kept."""

    part = "member"
    """What its members are called in messages: a `parameter` of the address, or a `member` of the body."""

    @cached_property
    def unasked(self) -> Mapping[str, object]:
        """What holds where nothing is given."""
        return MappingProxyType(load(self, {}))


class Text(fields.Field[str]):
    """A text without characters that no database can keep."""

    def __init__(self, *, longest: int = MAX_EXPRESSION, **options: object) -> None:
        super().__init__(**options)
        self.longest = longest

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        if not isinstance(value, str) or len(value) > self.longest or not is_storable(value):
            raise _unfit(f"text ≤ {self.longest}")
        return value


class Whole(fields.Field[int]):
    """A whole number between bounds, as JSON number or as plain ASCII digits."""

    def __init__(self, *, least: int = 0, most: int = MAX_ID, **options: object) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise _unfit(f"{self.least} … {self.most}")
        return value


class YesNo(fields.Field[bool]):
    """A truth value: `true` or `false` (in an address also `1` or `0`)."""

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> bool:
        if isinstance(value, str) and value in YES_NO:
            return YES_NO[value]
        if not isinstance(value, bool):
            raise _unfit("true | false")
        return value


class Names(fields.Field[tuple[str, ...]]):
    """Names or paths: separated by commas in an address, a list of texts in a body."""

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) and is_storable(part) for part in parts):
            raise _unfit("name, name, …")
        return tuple(part.strip() for part in parts if part.strip())


class OneOf(fields.Field[str]):
    """One of a few words."""

    def __init__(self, *words: str, **options: object) -> None:
        super().__init__(**options)
        self.words = words

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> str:
        if value not in self.words:
            raise _unfit(" | ".join(self.words))
        return str(value)


class Members(fields.Field[dict[str, object]]):
    """A JSON object whose members somebody else examines."""

    def _deserialize(self, value: object, attr: str | None, data: object, **_: object) -> dict[str, object]:
        if not isinstance(value, dict):
            raise _unfit("{…}")
        return value


class Measures(Members):
    """Aggregates by the names that their values will have."""

    def _deserialize(self, value: object, attr: str | None, data: object, **options: object) -> dict[str, object]:
        measures = super()._deserialize(value, attr, data, **options)
        for name, text in measures.items():
            if not is_name(name) or not isinstance(text, str) or len(text) > MAX_EXPRESSION:
                raise _unfit("{name: \"sum(…)\"}")
        return measures


class Anything(fields.Field[object]):
    """Any JSON value; somebody else examines it."""


def load_parameters(schema: Shape) -> Mapping[str, object]:
    """Read the query parameters of the request; `lang` is allowed everywhere."""
    return load(schema, _single(request.args)) if request.query_string else schema.unasked


def no_parameters() -> None:
    """Refuse query parameters where none have a meaning."""
    if request.args:
        load(_NOTHING, _single(request.args))


def load(schema: Shape, document: Mapping[str, object]) -> dict[str, object]:
    """Examine a document; raises RequestInvalid with every problem, each at its member."""
    try:
        return schema.load(document)
    except ValidationError as error:
        raise RequestInvalid(tuple(_problems(schema, error.normalized_messages(), (), document))) from None


def _single(given: MultiDict[str, str]) -> dict[str, str]:
    for name, values in given.lists():
        if len(values) > 1:
            raise RequestRefused("parameter_twice", field=name, name=name)
    return {name: value for name, value in given.items() if name != "lang"}


def _unfit(expected: str) -> ValidationError:
    return ValidationError([Problem("unfit", params={"expected": expected})])


def _problems(
    schema: Shape, messages: Mapping[object, object], path: tuple[str | int, ...], document: object
) -> Iterator[Problem]:
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    for name, found in messages.items():
        here = (*path, name if isinstance(name, int) else str(name))
        if name == "_schema":
            yield Problem(f"{schema.part}_invalid", path, {"name": path[-1], "expected": "{…}"})
        elif isinstance(found, dict):
            yield from _problems(_examiner(schema, known.get(str(name))), found, here, _inside(document, name))
        elif name not in known:
            yield Problem(f"{schema.part}_unknown", here, {"name": name, "allowed": ", ".join(known) or "-"})
        elif isinstance(found[0], Problem):
            yield Problem(f"{schema.part}_invalid", here, {"name": name, **found[0].params})
        elif _inside(document, name) is _ABSENT:
            yield Problem(f"{schema.part}_missing", here, {"name": name})
        else:
            yield Problem(f"{schema.part}_invalid", here, {"name": name, "expected": _kind(known[name])})


_ABSENT = object()


def _inside(document: object, step: object) -> object:
    try:
        return document[step]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return _ABSENT


def _kind(field: fields.Field[object]) -> str:
    return "[…]" if isinstance(field, fields.List) else "{…}" if isinstance(field, fields.Nested) else "…"


def _examiner(schema: Shape, field: fields.Field[object] | None) -> Shape:
    """The schema that examined a member: a nested one, or (at a list's position) the same."""
    inner = getattr(field, "inner", field)
    return inner.schema if isinstance(inner, fields.Nested) else schema


class Nothing(Shape):
    """No parameters at all."""

    part = "parameter"


class ListParameters(Shape):
    """What a list of records can be asked."""

    part = "parameter"
    where = Text(load_default=None)
    fields_ = Names(load_default=(), data_key="fields")
    sort = Names(load_default=())
    limit = Whole(least=1, most=MAX_LIMIT, load_default=DEFAULT_LIMIT)
    after = Text(load_default=None)
    count = YesNo(load_default=False)
    names = YesNo(load_default=False)


class FieldsParameters(Shape):
    """Which fields of one record are wanted; `names` adds the names of the records it refers to."""

    part = "parameter"
    fields_ = Names(load_default=(), data_key="fields")
    names = YesNo(load_default=False)


class VersionParameters(Shape):
    """The version that is deleted, for clients that can't send `If-Match`."""

    part = "parameter"
    version = Whole(load_default=None)


class SearchParameters(Shape):
    """What is searched, and in which objects."""

    part = "parameter"
    q = Text(required=True, longest=200)
    objects = Names(load_default=())
    limit = Whole(least=1, most=100, load_default=20)


class BinParameters(Shape):
    """What a list of deleted records can be asked."""

    part = "parameter"
    where = Text(load_default=None)
    fields_ = Names(load_default=(), data_key="fields")
    sort = Names(load_default=())
    limit = Whole(least=1, most=MAX_LIMIT, load_default=DEFAULT_LIMIT)
    after = Text(load_default=None)
    count = YesNo(load_default=False)


class BackwardsParameters(Shape):
    """How far back a history is wanted; `before` is the id of the last entry already seen."""

    part = "parameter"
    before = Whole(load_default=None)
    limit = Whole(least=1, most=MAX_LIMIT, load_default=DEFAULT_LIMIT)


class GroupingBody(Shape):
    """One thing to group by."""

    field = Text(required=True, longest=400)
    per = OneOf("day", "week", "month", "quarter", "year", load_default=None)


class GroupingMember(fields.Nested):
    """A grouping, or only its path."""

    def __init__(self, **options: object) -> None:
        super().__init__(GroupingBody, **options)

    def _deserialize(self, value: object, attr: str | None, data: object, **options: object) -> object:
        return super()._deserialize({"field": value} if isinstance(value, str) else value, attr, data, **options)


class QueryBody(Shape):
    """A grouped question over one object and what it refers to."""

    object_ = Text(required=True, longest=60, data_key="object")
    by = fields.List(GroupingMember(), load_default=list)
    measures = Measures(load_default=dict)
    where = Text(load_default=None, allow_none=True)
    having = Text(load_default=None, allow_none=True)
    sort = Names(load_default=())
    limit = Whole(least=1, most=10_000, load_default=MAX_LIMIT)
    names = YesNo(load_default=False)


class OperationBody(Shape):
    """One operation of a batch; which members it needs depends on what it does."""

    do = OneOf("create", "update", "delete", "upsert", required=True)
    object_ = Text(load_default=None, longest=60, data_key="object")
    id = Whole(load_default=None)
    version = Whole(load_default=None)
    by = Text(load_default=None, longest=60)
    value = Anything(load_default=None)
    values = Members(load_default=dict)


class BatchBody(Shape):
    """Up to 200 operations, all or nothing (`atomic`) or each for itself."""

    atomic = YesNo(load_default=True)
    operations = fields.List(fields.Nested(OperationBody), required=True)


class CommentBody(Shape):
    """A comment on a record."""

    text = Text(required=True, longest=MAX_TEXT)


_NOTHING = Nothing()
