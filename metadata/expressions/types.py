"""The types that values have inside expressions; the ground the field types stand on too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueType:
    """The type of a value.

    `object` names the object of a RECORD or RECORDS (None: of any object). `choices` are the codes
    that a CHOICE or CHOICES may hold and `final` those that mark an end. `scale` is the greatest
    number of fraction digits of a NUMBER (None: unknown); `size` its greatest number of digits in
    all, or the greatest length of a TEXT in characters (None: unknown).
    """

    kind: str
    object: str | None = None
    choices: tuple[str, ...] | None = None
    scale: int | None = None
    final: tuple[str, ...] = ()
    size: int | None = None

    def __str__(self) -> str:
        return self.kind


NUMBER = ValueType("number")
INTEGER = ValueType("number", scale=0)
TEXT = ValueType("text")
BOOLEAN = ValueType("boolean")
DATE = ValueType("date")
DATETIME = ValueType("datetime")
TIME = ValueType("time")
CHOICE = ValueType("choice")
CHOICES = ValueType("choices")
RECORD = ValueType("record")
ANY_RECORD = ValueType("any_record")
RECORDS = ValueType("records")
POINT = ValueType("point")
BLANK = ValueType("blank")


def record(object: str) -> ValueType:
    """Make the type of a reference to one record of an object."""
    return ValueType(RECORD.kind, object=object)


def choice(codes: tuple[str, ...], final: tuple[str, ...] = ()) -> ValueType:
    """Make the type of a picklist value with these codes."""
    return ValueType(CHOICE.kind, choices=codes, final=final)
