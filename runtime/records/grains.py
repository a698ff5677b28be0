"""Periods by which dates are grouped; a period is named by its first day, on both databases alike."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Date, Integer, Text, cast, func, literal_column, type_coerce

GRAINS = ("day", "week", "month", "quarter", "year")


def grain(date: ColumnElement[object], per: str, *, dialect: str) -> ColumnElement[object]:
    """Give the first day of the period in which a date lies; weeks begin on Monday."""
    if per == "day":
        return type_coerce(date, Date)
    if dialect != "sqlite":
        return cast(func.date_trunc(literal_column(f"'{per}'", Text), date), Date)
    return type_coerce(_on_sqlite(type_coerce(date, Text), per), Date)


def _on_sqlite(date: ColumnElement[object], per: str) -> ColumnElement[object]:
    """Dates are texts `YYYY-MM-DD` here."""
    if per == "week":
        return func.date(date, "weekday 0", "-6 days")
    if per == "quarter":
        month = cast(func.substr(date, 6, 2), Integer)
        three = literal_column("3", Integer)
        first = (month - 1) // three * three + 1
        return func.substr(date, 1, 5).op("||")(func.printf("%02d", first)).op("||")("-01")
    end = {"month": 8, "year": 5}[per]
    rest = {"month": "01", "year": "01-01"}[per]
    return func.substr(date, 1, end).op("||")(rest)
