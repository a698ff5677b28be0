"""A record schema with every kind of value, its records, and a generator of typed expressions over it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Column, Date, MetaData, String, Table, Text

from metadata.expressions import Moment, SqlValue, UnknownName
from metadata.expressions.types import (
    BOOLEAN, DATE, DATETIME, INTEGER, TEXT, TIME, ValueType, choice, record,
)
from metadata.fields.storage import ChoiceList, ClockTime, Instant, ScaledDecimal

STAGES = ("new", "offer", "won", "lost")
COLORS = ("red", "green", "blue")
MOMENT = Moment(datetime(2026, 1, 31, 17, 30, 15, 123456, tzinfo=timezone.utc), "Asia/Shanghai", 7, (3, 4))

TYPES: dict[tuple[str, ...], ValueType] = {
    ("amount",): ValueType("number", scale=2), ("rate",): ValueType("number", scale=6), ("count",): INTEGER,
    ("name",): ValueType("text", size=255), ("note",): TEXT, ("active",): BOOLEAN, ("due",): DATE, ("at",): DATETIME,
    ("clock",): TIME, ("stage",): choice(STAGES, ("won", "lost")),
    ("colors",): ValueType("choices", choices=COLORS), ("owner",): record("user"), ("unit",): record("org_unit"),
    ("place",): ValueType("point"),
    ("account", "budget"): ValueType("number", scale=2), ("account", "name"): ValueType("text", size=255),
    ("account", "since"): DATE,
}

TABLE = Table(
    "specimen", MetaData(),
    Column("id", BigInteger, primary_key=True), Column("amount", ScaledDecimal(18, 2)), Column("rate", ScaledDecimal(9, 6)),
    Column("count", BigInteger), Column("name", String(255)), Column("note", Text), Column("active", Boolean),
    Column("due", Date), Column("at", Instant), Column("clock", ClockTime), Column("stage", String(40)),
    Column("colors", ChoiceList), Column("owner", BigInteger), Column("unit", BigInteger), Column("place", ScaledDecimal(10, 7)),
    Column("place_lng", ScaledDecimal(10, 7)), Column("account_budget", ScaledDecimal(18, 2)),
    Column("account_name", String(255)), Column("account_since", Date),
)

_POOLS: dict[str, tuple[object, ...]] = {
    "amount": (None, Decimal("0.00"), Decimal("10.50"), Decimal("-2.50"), Decimal("9999999999999999.99"), Decimal("1000000.00"),
               Decimal("-0.01"), Decimal("3.33")),
    "rate": (None, Decimal("0.000000"), Decimal("0.035000"), Decimal("-999.999999"), Decimal("1.000001"), Decimal("12.500000")),
    "count": (None, 0, 1, -1, 7, 2**63 - 1, -(2**63), 42),
    "name": (None, "Tenon", "榫卯 joint", "a", "Élan-vital 007", "12.50", "  x  ", "2026-02-28", "%_\\'", "ß µ ＡＢ", "08:30", "-1e3"),
    "note": (None, "line one\nline two", "abc" * 3000, "x", "2026-01-31 08:30Z", "long " * 20),
    "active": (True, False),
    "due": (None, date(2026, 1, 31), date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31), date(2025, 12, 31), date(2026, 1, 1)),
    "at": (None, MOMENT.now, datetime(1, 1, 1, tzinfo=timezone.utc), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
           datetime(2024, 2, 29, 16, 0, tzinfo=timezone.utc), datetime(1988, 4, 16, 18, 0, 0, 1, tzinfo=timezone.utc)),
    "clock": (None, time(0), time(8, 30), time(23, 59, 59)),
    "stage": (None, *STAGES), "colors": (None, ("red",), ("green", "blue"), COLORS), "owner": (None, 7, 8, 3), "unit": (None, 4, 9),
    "place": (None, (Decimal("31.2304000"), Decimal("121.4737000")), (Decimal("-90.0000000"), Decimal("180.0000000")),
              (Decimal("0.0000000"), Decimal("0.0000001"))),
    "account_budget": (None, Decimal("500.00"), Decimal("-9999999999999999.99")),
    "account_name": (None, "ACME 有限公司", "Tenon"), "account_since": (None, date(2000, 2, 29), date(2026, 1, 31)),
}


def records(count: int, seed: int = 7) -> list[dict[str, object]]:
    """Records that between them have every value of every pool."""
    chance = random.Random(seed)
    return [
        {name: pool[(at + shift) % len(pool)] for shift, (name, pool) in enumerate(_POOLS.items())}
        if at < 6 else {name: chance.choice(pool) for name, pool in _POOLS.items()}
        for at in range(count)
    ]


def value_of(row: dict[str, object]):
    return lambda path: row["_".join(path)]


def columns_of(row: dict[str, object], number: int) -> dict[str, object]:
    """What a row of the table holds."""
    stored = {**row, "id": number}
    stored["place"], stored["place_lng"] = row["place"] or (None, None)
    return stored


def column_of(dialect: str):
    def column(path: tuple[str, ...]) -> SqlValue:
        found = TABLE.c["_".join(path)]
        scale = found.type.scale if dialect == "sqlite" and isinstance(found.type, ScaledDecimal) else None
        other = TABLE.c.place_lng if path == ("place",) else None
        return SqlValue(found, TYPES[path], scale=scale, other=other)

    return column


class SpecimenScope:
    def resolve(self, path: tuple[str, ...]) -> ValueType:
        if path not in TYPES:
            raise UnknownName(path[-1], tuple(".".join(each) for each in TYPES), len(path) - 1)
        return TYPES[path]


@dataclass
class Generator:
    """Makes sources of expressions of a wanted kind."""

    chance: random.Random

    def make(self, kind: str, depth: int) -> str:
        rules = getattr(self, kind)
        if depth <= 0 or self.chance.random() < 0.15:
            return self.chance.choice(rules(None))
        pattern = self.chance.choice(rules(depth))
        return pattern

    def some(self, depth: int | None, *patterns: str) -> list[str]:
        """Fill the patterns: n t b d m c stand for parts of a kind."""
        if depth is None:
            return []
        return [_fill(self, each, depth - 1) for each in [self.chance.choice(patterns)]]

    def n(self, depth: int | None) -> list[str]:
        leaves = ["amount", "rate", "count", "account.budget", "0", "1", "2.5", "-3", "0.000001", "99999999999", "7", "100", "none"]
        return self.some(
            depth, "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})", "({n} / {n})", "{n} ** 2", "{n} ** {n}", "-{n}",
            "ABS({n})", "MOD({n}, {n})", "ROUND({n}, {s})", "ROUND({n})", "TRUNC({n}, {s})", "CEILING({n})", "FLOOR({n})",
            "MCEILING({n})", "MFLOOR({n})", "EXP({n})", "LN({n})", "LOG({n})", "SQRT({n})", "MAX({n}, {n})", "MIN({n}, {n}, {n})",
            "IF({b}, {n}, {n})", "({n} if {b} else {n})", "IFS({b}, {n}, {b}, {n}, {n})", "CASE({c}, 'won', {n}, 'new', {n}, {n})",
            "CASE({n}, {n}, {n}, {n}, {n}, {n})", "IFERROR({n}, {n})", "BLANKVALUE({n}, {n})", "VALUE({t})", "LEN({t})",
            "FIND({t}, {t})", "FIND({t}, {t}, {s})", "YEAR({d})", "MONTH({d})", "DAY({d})", "WEEKDAY({d})", "ISOWEEK({d})",
            "ISOYEAR({d})", "DAYOFYEAR({d})", "AGE({d}, {d})", "DAYSBETWEEN({d}, {d})", "({d} - {d})", "({m} - {m})", "HOUR({m})",
            "MINUTE({m})", "SECOND({k})", "YEAR({m})", "DISTANCE(place, GEOLOCATION({s}, {n}))", "ROUND({n}, 2)",
        ) if depth else leaves

    def s(self, depth: int | None) -> list[str]:
        return ["0", "1", "2", "-1", "-2", "3", "5", "18", "25", "-30", "count"]

    def t(self, depth: int | None) -> list[str]:
        leaves = ["name", "note", "account.name", "'Ten'", "'n'", "''", "'榫'", "'12.5'", "' '", "'2026-02-29'", "stage", "'08:30:61'",
                  "'2026-01-31T08:30:00.5Z'"]
        return self.some(
            depth, "({t} + {t})", "({t} & {t})", "LEFT({t}, {s})", "RIGHT({t}, {s})", "MID({t}, {s}, {s})", "SUBSTITUTE({t}, {t}, {t})",
            "TRIM({t})", "UPPER({t})", "LOWER({t})", "INITCAP({t})", "LPAD({t}, {s}, {t})", "RPAD({t}, {s})", "REVERSE({t})",
            "TEXT({n})", "TEXT({d})", "TEXT({m})", "TEXT({k})", "TEXT({b})", "TEXT({c})", "IF({b}, {t}, {t})", "IFERROR({t}, {t})",
            "BLANKVALUE({t}, {t})", "CASE({t}, {t}, {t}, {t})", "CN_AMOUNT({n})",
        ) if depth else leaves

    def b(self, depth: int | None) -> list[str]:
        leaves = ["active", "true", "false", "none", "stage == 'won'", "ISBLANK(due)", "amount > 1000.005"]
        return self.some(
            depth, "({b} and {b})", "({b} or {b})", "(not {b})", "AND({b}, {b}, {b})", "OR({b}, {b}, {b})", "({n} == {n})", "({n} != {n})",
            "({n} < {n})", "({n} <= {n})", "({n} > {n})", "({n} >= {n})", "({t} == {t})", "({t} != {t})", "({t} < {t})", "({t} >= {t})",
            "({d} == {d})", "({d} < {d})", "({m} <= {m})", "({m} != {m})", "({k} < {k})", "({c} == {c})", "({c} != 'lost')",
            "({b} == {b})", "({c} in ['won', 'new'])", "({c} not in ['won', none])", "({n} in [1, 2.5, 0])", "({t} in ['n', {t}])", "({n} in [{n}, {n}])",
            "({d} in [DATE(2026, 1, 31), {d}])",
            "ISBLANK({n})", "ISBLANK({t})", "ISBLANK({d})", "ISBLANK(colors)", "ISBLANK(place)", "ISFINAL(stage)", "INCLUDES(colors, 'red')",
            "('blue' in colors)", "('red' not in colors)", "CONTAINS({t}, {t})", "BEGINS({t}, {t})", "ISNUMBER({t})",
            "REGEX({t}, '[A-Za-z]+\\\\d*')", "REGEX({t}, '(a|b|c)*|.{{3,5}}')", "owner == CURRENT_USER()", "owner != 8", "(owner in [3, 7])",
            "(unit in MY_ORG_UNITS())", "not (unit in MY_ORG_UNITS())", "owner == {n}", "IF({b}, {b}, {b})", "IFERROR({b}, {b})", "BLANKVALUE({b}, {b})", "(0 < {n} <= {n})",
            "IFS({b}, {b}, {b})",
        ) if depth else leaves

    def d(self, depth: int | None) -> list[str]:
        leaves = ["due", "account.since", "TODAY()", "DATE(2026, 2, 28)", "DATE(2024, 2, 29)", "none"]
        return self.some(
            depth, "({d} + {n})", "({d} - {s})", "ADDDAYS({d}, {n})", "ADDMONTHS({d}, {s})", "ADDMONTHS({d}, {n})", "STARTOFMONTH({d})",
            "ENDOFMONTH({d})", "STARTOFYEAR({d})", "DATE({n}, {s}, {s})", "DATE(2024, {s}, {n})", "DATEVALUE({m})", "DATEVALUE({t})",
            "MAX({d}, {d})", "MIN({d}, {d})", "IF({b}, {d}, {d})", "IFERROR({d}, {d})", "BLANKVALUE({d}, {d})", "CASE({c}, 'new', {d}, {d})",
        ) if depth else leaves

    def m(self, depth: int | None) -> list[str]:
        leaves = ["at", "NOW()", "DATETIMEVALUE('2026-01-31 08:30')"]
        return self.some(
            depth, "({m} + {n})", "({m} - {s})", "({m} + 0.5)", "DATETIMEVALUE({d})", "DATETIMEVALUE({t})", "IF({b}, {m}, {m})",
            "BLANKVALUE({m}, {m})", "IFERROR({m}, {m})", "MAX({m}, {m})", "ADDDAYS({m}, {n})",
        ) if depth else leaves

    def k(self, depth: int | None) -> list[str]:
        leaves = ["clock", "TIMEVALUE('08:30')"]
        return self.some(depth, "TIMEVALUE({m})", "TIMEVALUE({t})", "IF({b}, {k}, {k})", "MAX({k}, {k})") if depth else leaves

    def c(self, depth: int | None) -> list[str]:
        leaves = ["stage"]
        return self.some(depth, "IF({b}, stage, 'won')", "BLANKVALUE(stage, 'new')", "IFERROR({c}, stage)") if depth else leaves


def _fill(generator: Generator, pattern: str, depth: int) -> str:
    result, rest = "", pattern
    while rest:
        before, brace, after = rest.partition("{")
        result += before
        if not brace:
            break
        if after.startswith("{"):
            inner, _, after = after[1:].partition("}}")
            result += "{" + inner + "}"
        else:
            kind, _, after = after.partition("}")
            result += generator.make(kind, depth)
        rest = after
    return result


def sources(kind: str, count: int, seed: int, depth: int = 3) -> list[str]:
    """So many different expressions of a kind, always the same for a seed."""
    generator = Generator(random.Random(f"{kind}{seed}"))
    found: dict[str, None] = {}
    while len(found) < count:
        source = generator.make(kind, generator.chance.randint(1, depth))
        if len(source) <= 1_500 and source != "none":
            found[source] = None
    return list(found)
