"""Field types that the platform fills: auto-number and formula."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from sqlalchemy import String
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import BOOLEAN, DATE, DATETIME, NUMBER, TEXT, TIME, ValueType
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.exact import rounded
from metadata.fields.operators import BLANKS, ORDER_OPERATORS, TEXT_OPERATORS
from metadata.fields.temporal import DateTimeType, DateType, TimeType
from metadata.fields.text import checked_line
from metadata.model import Field
from metadata.text import Text

_PART = re.compile(r"\{([^{}]*)\}")
_DATES = re.compile(r"(?:yyyy|yy|MM|dd)(?:[-/._]?(?:yyyy|yy|MM|dd))*\Z")
_DATE_PIECE = re.compile(r"(yyyy|yy|MM|dd)")
_DATE_PARTS = {"yyyy": "{0.year:04d}", "yy": "{1:02d}", "MM": "{0.month:02d}", "dd": "{0.day:02d}"}
_MAX_NUMBER = 80


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """How an auto-number is written: texts, date parts and one counter, as (kind, text) pairs."""

    parts: tuple[tuple[str, str], ...]

    def period(self, day: date) -> str:
        """The key of the counter that serves a day: what the pattern's date parts say, such as `2026-01`."""
        return "-".join(_date_part(text, day) for kind, text in self.parts if kind == "date")

    def format(self, day: date, counter: int) -> str:
        """Write the number that a counter (from 1) makes on a day."""
        return "".join(self._written(kind, text, day, counter) for kind, text in self.parts)

    @staticmethod
    def _written(kind: str, text: str, day: date, counter: int) -> str:
        if kind == "date":
            return _date_part(text, day)
        return str(counter).zfill(len(text)) if kind == "counter" else text


def _date_part(part: str, day: date) -> str:
    return _DATE_PARTS[part].format(day, day.year % 100)


@lru_cache(maxsize=1_000)
def number_pattern(source: str) -> NumberPattern:
    """Read a pattern such as `JY{yyyy}{MM}-{0000}`.

    Raises InvalidValue `auto_number_part` for an unknown part and `auto_number_counter` unless exactly
    one counter (`{0000}`) stands in it.
    """
    parts: list[tuple[str, str]] = []
    for place, text in enumerate(_PART.split(source)):
        if place % 2 == 0:
            if "{" in text or "}" in text:
                raise InvalidValue("auto_number_part", part=text, allowed=(*_DATE_PARTS, "0000"))
            parts.extend([("text", text)] if text else [])
        elif _DATES.match(text):
            pieces = _DATE_PIECE.split(text)
            parts.extend(("date" if piece in _DATE_PARTS else "text", piece) for piece in pieces if piece)
        elif 0 < len(text) <= 12 and set(text) == {"0"}:
            parts.append(("counter", text))
        else:
            raise InvalidValue("auto_number_part", part=text, allowed=(*_DATE_PARTS, "0000"))
    if sum(kind == "counter" for kind, _ in parts) != 1:
        raise InvalidValue("auto_number_counter")
    return NumberPattern(tuple(parts))


class AutoNumberType(FieldType):
    """A number given by the platform."""

    name = "auto_number"
    label = Text.of({"en": "Auto-number", "zh_CN": "自动编号"})
    help = Text.of(
        {
            "en": "A number without gaps, given when the record is created. `pattern` may hold {yyyy}, {yy}, "
            "{MM}, {dd} or several in one, as {yyyyMM}, and "
            "must hold one counter such as {0000}; the counter starts again with every period that the date "
            "parts make.",
            "zh_CN": "新建记录时自动生成的连续编号。pattern 可含 {yyyy}、{yy}、{MM}、{dd}（也可合写为 {yyyyMM}），须含一个计数器如 {0000}；日期部分变化时计数器重新开始。",
        }
    )
    widget = "static"
    operators = TEXT_OPERATORS
    computed = True
    searchable = True
    options = (
        Option("pattern", {
            "type": "string", "minLength": 1, "maxLength": 60, "examples": ["JY{yyyy}{MM}-{0000}"],
            "description": "Text with date parts and one counter.",
        }, required=True),
    )
    samples = (
        Sample("JY202601-0001", "JY202601-0001", "JY202601-0001", options={"pattern": "JY{yyyy}{MM}-{0000}"}),
        Sample(None, None, None, options={"pattern": "{000}"}),
        Sample("", None, None, options={"pattern": "{000}"}),
        Sample("1" * 1_000, refused="too_long", options={"pattern": "{000}"}),
        Sample("a\nb", refused="line_break", options={"pattern": "{000}"}),
        Sample(1, refused="not_text", options={"pattern": "{000}"}),
        Sample("\x00", refused="bad_character", options={"pattern": "{000}"}),
    )

    def type_of(self, field: Field) -> ValueType:
        """A text."""
        return TEXT

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One VARCHAR."""
        return ((field.name, String(_MAX_NUMBER)),)

    def parse(self, field: Field, raw: object) -> str | None:
        """Take a number as text, from seed data; clients can't send one."""
        return checked_line(raw, _MAX_NUMBER)

    def problems(self, field: Field) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
        """A pattern that can't be read."""
        try:
            number_pattern(field.options["pattern"])  # type: ignore[arg-type]
        except InvalidValue as wrong:
            return (("pattern", wrong.code, wrong.params),)
        return ()


_NUMERIC_SCALES: dict[str, int | None] = {
    "number": None,
    "integer": 0,
    "decimal": 2,
    "money": 2,
    "percent": 4,
    "rate": 6,
}
_PLAIN = {"text": TEXT, "boolean": BOOLEAN, "date": DATE, "datetime": DATETIME, "time": TIME}
_TEMPORAL = {each.name: each for each in (DateType(), DateTimeType(), TimeType())}
RETURNS = (*_NUMERIC_SCALES, *_PLAIN)


class FormulaType(FieldType):
    """A value computed from other fields whenever it is read."""

    name = "formula"
    label = Text.of({"en": "Formula", "zh_CN": "公式"})
    help = Text.of(
        {
            "en": "Computed from this record and the records it leads to, whenever it is read. `blanks: zero` "
            "counts blank numbers as 0.",
            "zh_CN": "由本记录及其关联记录计算得出，读取时计算。blanks: zero 表示空数字按 0 计算。",
        }
    )
    widget = "static"
    operators = (*ORDER_OPERATORS[:-2], "contains", "begins_with", "is_true", "is_false", *BLANKS)
    computed = True
    options = (
        Option("returns", {"enum": list(RETURNS), "description": "The type of the result."}, required=True),
        Option(
            "formula",
            {"type": "string", "minLength": 1, "maxLength": 2000, "description": "The expression."},
            required=True,
        ),
        Option(
            "scale",
            {
                "type": "integer",
                "minimum": 0,
                "maximum": 18,
                "description": "Digits after the decimal point; by default 2 (decimal, money), 4 (percent), 6 "
                "(rate), 0 (integer).",
            },
        ),
        Option("blanks", {"enum": ["zero", "blank"], "description": "How blank numbers count in the formula."}, "zero"),
    )
    samples = (
        Sample(None, None, None, options={"returns": "text", "formula": "name"}),
        Sample("anything", refused="read_only", options={"returns": "text", "formula": "name"}),
        Sample(3, refused="read_only", options={"returns": "integer", "formula": "1 + 2"}),
        Sample("x" * 10_000, refused="read_only", options={"returns": "text", "formula": "name"}),
    )

    def type_of(self, field: Field) -> ValueType:
        """What `returns` says."""
        returns: str = field.options["returns"]  # type: ignore[assignment]
        if returns in _PLAIN:
            return _PLAIN[returns]
        return ValueType(NUMBER.kind, scale=self.scale(field))

    def scale(self, field: Field) -> int | None:
        """Digits after the point of a numeric result; None for as many as come out."""
        own = field.options["scale"]
        return _NUMERIC_SCALES.get(field.options["returns"]) if own is None else own

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """None: it is computed in the query."""
        return ()

    def parse(self, field: Field, raw: object) -> None:
        """Refuse everything but a blank, with `read_only`."""
        if raw is not None:
            raise InvalidValue("read_only")

    def dump(self, field: Field, value: object) -> object:
        """The JSON of the returned type; numbers are rounded to the field's scale."""
        returns: str = field.options["returns"]  # type: ignore[assignment]
        if value is None or returns in ("text", "boolean"):
            return value
        if returns in _TEMPORAL:
            return _TEMPORAL[returns].dump(field, value)
        scale = self.scale(field)
        number = Decimal(value) if scale is None else rounded(Decimal(value), scale)  # type: ignore[arg-type]
        return int(number) if returns == "integer" else format(number, "f")
