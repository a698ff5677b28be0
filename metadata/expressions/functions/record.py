"""Functions that ask about the record, its changes, its place and the acting user."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import ColumnElement, Double, Numeric, case, cast, func, literal_column

from metadata.expressions import numbers
from metadata.expressions.functions.registry import Check, Form, define
from metadata.expressions.problems import Fault
from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part
from metadata.expressions.tree import Change, Constant, MomentValue, Node, Path
from metadata.expressions.types import BOOLEAN, NUMBER, POINT, RECORD, RECORDS, ValueType

EARTH = {"km": 6371.0088, "mi": 3958.7613}
"""Mean radius of the earth."""

_USER = ValueType(RECORD.kind, object="user")
_UNITS = ValueType(RECORDS.kind, object="org_unit")
_DISTANCE = ValueType(NUMBER.kind, scale=3)


def _moment(signature: str, name: str, type: ValueType) -> Callable[[Check, int, tuple[Node, ...]], Node]:
    def build(check: Check, start: int, arguments: tuple[Node, ...]) -> Node:
        if arguments:
            check.problem("expression_argument_count", start, function=signature[:-2], signature=signature)
        return MomentValue(type, start, name)

    return build


def _isnew(check: Check, start: int, arguments: tuple[Node, ...]) -> Node:
    if arguments:
        check.problem("expression_argument_count", start, function="ISNEW", signature="ISNEW()")
    return Change(BOOLEAN, start, "is_new")


def _change(signature: str, name: str) -> Callable[[Check, int, tuple[Node, ...]], Node]:
    def build(check: Check, start: int, arguments: tuple[Node, ...]) -> Node:
        function = signature.partition("(")[0]
        if len(arguments) != 1:
            check.problem("expression_argument_count", start, function=function, signature=signature)
            return Constant(BOOLEAN, start, None)
        field = arguments[0]
        if not isinstance(field, Path) or len(field.path) != 1:
            check.problem("expression_own_field", field.start, function=function)
            return Constant(field.type, start, None)
        return Change(BOOLEAN if name == "is_changed" else field.type, start, name, field.path)

    return build


def distance(first: tuple[Decimal, Decimal], second: tuple[Decimal, Decimal], unit: str = "km") -> Decimal:
    """Give the way along the earth between two points, to three decimals."""
    if unit not in EARTH:
        raise Fault
    latitude, other = math.radians(float(first[0])), math.radians(float(second[0]))
    turn = math.radians(float(second[1]) - float(first[1]))
    half = math.sin((other - latitude) / 2) ** 2 + math.cos(latitude) * math.cos(other) * math.sin(turn / 2) ** 2
    way = 2 * EARTH[unit] * math.asin(min(1.0, math.sqrt(half)))
    return numbers.round_to(Decimal(repr(way)), Decimal(3))


def _distance(write: object, first: Part, second: Part, unit: Part | None = None) -> Part:
    def angle(value: ColumnElement) -> ColumnElement:
        return func.radians(cast(value, Double()), type_=Double())

    latitude, other = angle(first.value), angle(second.value)
    turn = func.radians(cast(second.other, Double()) - cast(first.other, Double()), type_=Double())
    half = func.power(func.sin((other - latitude) / 2.0), 2.0, type_=Double()) + (
        func.cos(latitude, type_=Double()) * func.cos(other, type_=Double())
        * func.power(func.sin(turn / 2.0), 2.0, type_=Double())
    )
    radius = literal_column(repr(2 * EARTH.get("km" if unit is None else str(unit.constant), 1.0)), Double())
    one = literal_column("1.0::float8", Double())
    sine = pieces.let(half, lambda x: case((x > one, one), else_=func.sqrt(x)))
    return Part(
        pieces.rounded(cast(radius * func.asin(sine, type_=Double()), Numeric()), 3), _DISTANCE, bound=Decimal(100_000)
    )


def point(latitude: Decimal, longitude: Decimal) -> tuple[Decimal, Decimal]:
    """Make a point of degrees; raises Fault outside the globe."""
    if numbers.size(latitude) > 90 or numbers.size(longitude) > 180:
        raise Fault
    return (latitude, longitude)


def _point(write: object, latitude: Part, longitude: Part) -> Part:
    wrong = (func.abs(latitude.value) > literal_column("90")) | (func.abs(longitude.value) > literal_column("180"))
    return Part(latitude.value, POINT, error=wrong & latitude.value.isnot(None) & longitude.value.isnot(None),
                other=longitude.value)


define(
    "CURRENT_USER()", "record", build=_moment("CURRENT_USER()", "user", _USER),
    en="The user on whose behalf this is computed; compare it with a field that leads to a user.",
    zh="当前用户；可与指向用户的字段比较。", examples=(("CURRENT_USER() == CURRENT_USER()", "true"),),
)
define(
    "MY_ORG_UNITS()", "record", build=_moment("MY_ORG_UNITS()", "org_units", _UNITS),
    en="The user's organisational unit and all units below it: org_unit in MY_ORG_UNITS().",
    zh="当前用户所在的组织单元及其全部下级：org_unit in MY_ORG_UNITS()。",
    examples=(("0 in MY_ORG_UNITS()", "false"),),
)
define(
    "ISNEW()", "record", build=_isnew, purposes=("validation",),
    en="Whether the record is being created. In validation rules.", zh="记录是否正在新建。用于校验规则。",
    examples=(("ISNEW()", "true"),),
)
define(
    "ISCHANGED(field)", "record", build=_change("ISCHANGED(field)", "is_changed"), purposes=("validation",),
    en="Whether this save changes a field; false for a new record. In validation rules.",
    zh="本次保存是否修改了某字段；新建记录为假。用于校验规则。", examples=(("ISCHANGED(amount)", "false"),),
)
define(
    "PRIORVALUE(field)", "record", build=_change("PRIORVALUE(field)", "prior"), purposes=("validation",),
    en="The value that a field had before this save; blank for a new record. In validation rules.",
    zh="字段在本次保存前的值；新建记录为空。用于校验规则。", examples=(("PRIORVALUE(amount)", "none"),),
)
define(
    "GEOLOCATION(latitude, longitude)", "record",
    Form("GEOLOCATION", ("number", "number"), POINT, point, _point),
    en="A geographic point made of degrees.", zh="由经纬度（度）组成的地理位置。",
    examples=(("DISTANCE(GEOLOCATION(0, 0), GEOLOCATION(0, 0))", "0"), ("ISBLANK(GEOLOCATION(91, 0))", "#")),
)
define(
    "DISTANCE(from, to, [unit])", "record",
    Form("DISTANCE", ("point", "point"), _DISTANCE, distance, _distance),
    Form("DISTANCE_unit", ("point", "point", "text"), _DISTANCE, distance, _distance),
    en="The way along the earth between two points, in kilometres, or in miles with 'mi'.",
    zh="两点间的地面距离，单位为公里；第三个参数为 'mi' 时为英里。",
    examples=(("ROUND(DISTANCE(GEOLOCATION(31.2304, 121.4737), GEOLOCATION(39.9042, 116.4074)))", "1067"),),
)
