"""Functions for documents as they are written in China."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlalchemy import ColumnElement, Numeric, Text, case, func, literal_column

from metadata.expressions import numbers
from metadata.expressions.functions.registry import Form, define
from metadata.expressions.problems import Fault
from metadata.expressions.sql import pieces
from metadata.expressions.sql.values import Part
from metadata.expressions.types import TEXT, ValueType

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = "仟佰拾兆仟佰拾亿仟佰拾万仟佰拾元角分"
LIMIT = Decimal(10) ** (len(UNITS) - 2)

REPLACEMENTS = (
    ("零[仟佰拾角]", "零"), ("零+", "零"), ("零([兆亿万元])", r"\1"), ("兆[亿万]+", "兆"), ("亿万", "亿"), ("零分", "整"),
    ("^[零兆亿万]+", ""), ("^元零?", ""), ("^零", ""), ("零整$", "整"), ("^整$", "零元整"),
)
"""Applied one after the other to every digit with its unit; PostgreSQL does the same."""
_COMPILED = tuple((re.compile(pattern), replacement) for pattern, replacement in REPLACEMENTS)


def written_amount(amount: Decimal) -> str:
    """Write an amount as cheques and invoices do, rounded to the cent; raises Fault from 10^16 on."""
    cents = numbers.round_to(amount, Decimal(2))
    if numbers.size(cents) >= LIMIT:
        raise Fault
    digits = str(abs(int(cents.scaleb(2)))).rjust(len(UNITS), "0")
    text = "".join(DIGITS[int(digit)] + unit for digit, unit in zip(digits, UNITS, strict=True))
    for pattern, replacement in _COMPILED:
        text = pattern.sub(replacement, text)
    return ("负" if cents < 0 else "") + text


def _written(write: object, amount: Part) -> Part:
    cents = pieces.rounded(amount.value, 2)

    def text(value: ColumnElement) -> ColumnElement:
        whole = func.mod(func.abs(value) * 100, pieces.number(Decimal(10) ** len(UNITS)), type_=Numeric())
        digits = func.lpad(func.trim_scale(whole).cast(Text()), len(UNITS), "0", type_=Text())
        shown = pieces.let(digits, lambda known: pieces.gathered(pieces.whole(len(UNITS)), lambda at: func.concat(
            func.translate(func.substr(known, at, 1), "0123456789", DIGITS), func.substr(pieces.text(UNITS), at, 1)
        )))
        for pattern, replacement in REPLACEMENTS:
            shown = func.regexp_replace(shown, pieces.text(pattern), pieces.text(replacement), "g", type_=Text())
        sign = case((value < literal_column("0", Numeric()), pieces.text("负")), else_=literal_column("''", Text()))
        return case((value.isnot(None), func.concat(sign, shown, type_=Text())))

    return Part(pieces.let(cents, text), _SHORT, error=func.abs(cents) >= pieces.number(LIMIT))


_SHORT = ValueType(TEXT.kind, size=40)

define(
    "CN_AMOUNT(amount)", "text",
    Form("CN_AMOUNT", ("number",), _SHORT, written_amount, _written),
    en="An amount in formal Chinese numerals, as on cheques and invoices, rounded to the cent.",
    zh="人民币大写金额，四舍五入到分。",
    examples=(("CN_AMOUNT(1200.5)", "'壹仟贰佰元伍角整'"), ("CN_AMOUNT(0)", "'零元整'"), ("CN_AMOUNT(10203.04)", "'壹万零贰佰零叁元零肆分'"),
              ("CN_AMOUNT(100000000)", "'壹亿元整'"), ("CN_AMOUNT(-0.5)", "'负伍角整'")),
)
