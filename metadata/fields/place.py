"""The field type of geographic points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import POINT, ValueType
from metadata.fields.contract import FieldType, Sample
from metadata.fields.exact import number_of, rounded
from metadata.fields.operators import BLANKS
from metadata.fields.storage import ScaledDecimal
from metadata.model import Field
from metadata.text import Text

_DECIMALS = 7


class Point(NamedTuple):
    """A place on earth in degrees (WGS 84), to about a centimetre."""

    lat: Decimal
    lng: Decimal


_SHANGHAI = Point(Decimal("31.2304160"), Decimal("121.4737010"))


class PointType(FieldType):
    """A geographic point."""

    name = "point"
    label = Text.of({"en": "Geographic point", "zh_CN": "地理位置"})
    help = Text.of({
        "en": "Latitude and longitude in degrees, as JSON `{\"lat\": 31.23, \"lng\": 121.47}` or text `31.23, 121.47`.",
        "zh_CN": "以度为单位的纬度和经度，JSON 形如 {\"lat\": 31.23, \"lng\": 121.47}，或文本“31.23, 121.47”。",
    })
    widget = "point"
    operators = BLANKS
    samples = (
        Sample({"lat": 31.230416, "lng": 121.473701}, _SHANGHAI, {"lat": 31.230416, "lng": 121.473701}),
        Sample("31.230416, 121.473701", _SHANGHAI, {"lat": 31.230416, "lng": 121.473701}),
        Sample(_SHANGHAI, _SHANGHAI, {"lat": 31.230416, "lng": 121.473701}),
        Sample({"lat": "-90", "lng": 180}, Point(Decimal(-90), Decimal(180)), {"lat": -90.0, "lng": 180.0}),
        Sample("", None, None),
        Sample(None, None, None),
        Sample({"lat": None, "lng": None}, None, None),
        Sample({"lat": "", "lng": ""}, None, None),
        Sample({"lat": 91, "lng": 0}, refused="bad_point"),
        Sample({"lat": 0, "lng": -181}, refused="bad_point"),
        Sample({"lat": 1}, refused="bad_point"),
        Sample({"lat": 1, "lng": None}, refused="bad_point"),
        Sample({"lat": float("nan"), "lng": 0}, refused="bad_point"),
        Sample({"lat": Decimal("1e1000000"), "lng": 0}, refused="bad_point"),
        Sample({"lat": True, "lng": 0}, refused="bad_point"),
        Sample("31.23", refused="bad_point"),
        Sample("1,2,3", refused="bad_point"),
        Sample("1" * 10_000, refused="bad_point"),
        Sample([1, 2], refused="bad_point"),
        Sample(1, refused="bad_point"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A point."""
        return POINT

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """Latitude and longitude."""
        return (
            (f"{field.name}_lat", ScaledDecimal(10, _DECIMALS)),
            (f"{field.name}_lng", ScaledDecimal(10, _DECIMALS)),
        )

    def parse(self, field: Field, raw: object) -> Point | None:
        """Read latitude and longitude, rounded to seven decimals; raises `bad_point`."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        lat, lng = _degrees(raw, 0, 90), _degrees(raw, 1, 180)
        if lat is None and lng is None:
            return None
        if lat is None or lng is None:
            raise InvalidValue("bad_point")
        return Point(lat, lng)

    def dump(self, field: Field, value: object) -> Mapping[str, object] | None:
        """`{"lat": ..., "lng": ...}` as JSON numbers."""
        return None if value is None else {"lat": float(value[0]), "lng": float(value[1])}  # type: ignore[index]

    def load(self, field: Field, row: tuple[object, ...]) -> Point | None:
        """Put both numbers together."""
        return None if row[0] is None else Point(row[0], row[1])  # type: ignore[arg-type]

    def store(self, field: Field, value: object) -> tuple[object, ...]:
        """Latitude and longitude."""
        return (None, None) if value is None else (value[0], value[1])  # type: ignore[index]


def _degrees(raw: object, place: int, limit: int) -> Decimal | None:
    if isinstance(raw, Point):
        pair: tuple[object, ...] = raw
    elif isinstance(raw, Mapping) and set(raw) == {"lat", "lng"}:
        pair = (raw["lat"], raw["lng"])
    elif isinstance(raw, str) and len(raw) < 100:
        pair = tuple(raw.replace("，", ",").split(","))
    else:
        pair = ()
    if len(pair) != 2:
        raise InvalidValue("bad_point")
    try:
        number = number_of(pair[place])
    except InvalidValue as wrong:
        raise InvalidValue("bad_point") from wrong
    if number is None:
        return None
    if not -limit <= number <= limit:
        raise InvalidValue("bad_point")
    return rounded(number, _DECIMALS)
