"""Field types whose values are chosen: yes/no, picklist and multi-picklist."""

from __future__ import annotations

from sqlalchemy import Boolean, String
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import BOOLEAN, CHOICE, CHOICES, ValueType
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.operators import BLANKS, CHOICE_OPERATORS
from metadata.fields.storage import ChoiceList
from metadata.model import Field
from metadata.names import MAX_NAME
from metadata.text import Text

_TRUE = frozenset({"true", "yes", "on", "1", "是"})
_FALSE = frozenset({"", "false", "no", "off", "0", "否"})
_MOST_CHOSEN = 1_000

VALUES = Option(
    "values",
    {
        "description": "The name of a picklist, or the values themselves: code → label, or code → {label, color, "
        "final, active, when}.",
        "oneOf": [{"type": "string"}, {"type": "object", "minProperties": 1}],
    },
    required=True,
)

_TRAFFIC: dict[str, object] = {"values": {"red": "Red", "amber": "Amber", "green": "Green"}}


class BooleanType(FieldType):
    """Yes or no."""

    name = "boolean"
    label = Text.of({"en": "Yes/no", "zh_CN": "是/否"})
    help = Text.of({"en": "A check box; never blank, no unless set.", "zh_CN": "复选框，不会为空，默认为否。"})
    widget = "checkbox"
    operators = ("is_true", "is_false")
    samples = (
        Sample(True, True, True),
        Sample(False, False, False),
        Sample("true", True, True),
        Sample("On", True, True),
        Sample("是", True, True),
        Sample("false", False, False),
        Sample("", False, False),
        Sample(None, False, False),
        Sample(1, refused="not_a_boolean"),
        Sample("maybe", refused="not_a_boolean"),
        Sample("t" * 10_000, refused="not_a_boolean"),
        Sample([], refused="not_a_boolean"),
        Sample("true\x00", refused="not_a_boolean"),
    )

    def type_of(self, field: Field) -> ValueType:
        """True or false."""
        return BOOLEAN

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One BOOLEAN."""
        return ((field.name, Boolean()),)

    def parse(self, field: Field, raw: object) -> bool:
        """Read JSON's true and false, and what check boxes and spreadsheets send; blank is no."""
        if isinstance(raw, bool):
            return raw
        if raw is None:
            return False
        word = raw.strip().lower() if isinstance(raw, str) and len(raw) < 20 else None
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise InvalidValue("not_a_boolean")


class PicklistType(FieldType):
    """One of the values of a picklist."""

    name = "picklist"
    label = Text.of({"en": "Picklist", "zh_CN": "单选列表"})
    help = Text.of({
        "en": "One value of a list. `controlled_by` names another picklist field whose value limits the choice.",
        "zh_CN": "从列表中选择一个值。controlled_by 指定另一个选项字段，由它的值限制可选范围。",
    })
    widget = "select"
    operators = CHOICE_OPERATORS
    searchable = True
    options = (
        VALUES,
        Option(
            "controlled_by",
            {"type": "string", "description": "A picklist field of the same object that limits the choice."},
        ),
    )
    samples = (
        Sample("red", "red", "red", options=_TRAFFIC),
        Sample(" green ", "green", "green", options=_TRAFFIC),
        Sample("", None, None, options=_TRAFFIC),
        Sample(None, None, None, options=_TRAFFIC),
        Sample("Red", refused="not_a_choice", options=_TRAFFIC),
        Sample("blue", refused="not_a_choice", options=_TRAFFIC),
        Sample("red\x00", refused="not_a_choice", options=_TRAFFIC),
        Sample("x" * 10_000, refused="not_a_choice", options=_TRAFFIC),
        Sample(1, refused="not_a_choice", options=_TRAFFIC),
        Sample(["red"], refused="not_a_choice", options=_TRAFFIC),
    )

    def type_of(self, field: Field) -> ValueType:
        """One of the list's codes."""
        return ValueType(CHOICE.kind, choices=codes(field), final=_final(field))

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One VARCHAR with the code."""
        return ((field.name, String(MAX_NAME)),)

    def parse(self, field: Field, raw: object) -> str | None:
        """Take the code of a value; labels are not accepted. Raises `not_a_choice`."""
        return _code(field, raw)


class MultiPicklistType(FieldType):
    """Several values of a picklist."""

    name = "multi_picklist"
    label = Text.of({"en": "Multi-picklist", "zh_CN": "多选列表"})
    help = Text.of({"en": "Any number of values of a list.", "zh_CN": "从列表中选择多个值。"})
    widget = "multi_select"
    operators = ("includes", "not_includes", *BLANKS)
    options = (VALUES,)
    samples = (
        Sample(["green", "red"], ("red", "green"), ["red", "green"], options=_TRAFFIC),
        Sample(["red", "red"], ("red",), ["red"], options=_TRAFFIC),
        Sample("red; amber", ("red", "amber"), ["red", "amber"], options=_TRAFFIC),
        Sample([], None, None, options=_TRAFFIC),
        Sample("", None, None, options=_TRAFFIC),
        Sample([""], None, None, options=_TRAFFIC),
        Sample(["blue"], refused="not_a_choice", options=_TRAFFIC),
        Sample([1], refused="not_a_choice", options=_TRAFFIC),
        Sample([["red"]], refused="not_a_choice", options=_TRAFFIC),
        Sample(["red"] * 10_000, refused="too_many_values", options=_TRAFFIC),
        Sample("red;" * 10_000, refused="too_many_values", options=_TRAFFIC),
        Sample({"red": True}, refused="not_a_list", options=_TRAFFIC),
        Sample(True, refused="not_a_list", options=_TRAFFIC),
    )

    def type_of(self, field: Field) -> ValueType:
        """Some of the list's codes."""
        return ValueType(CHOICES.kind, choices=codes(field), final=_final(field))

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One text with all codes."""
        return ((field.name, ChoiceList()),)

    def parse(self, field: Field, raw: object) -> tuple[str, ...] | None:
        """Take a list of codes, or a text with `;` between them; the result has the picklist's order."""
        chosen = {_code(field, each) for each in listed(raw)} - {None}
        return tuple(code for code in codes(field) if code in chosen) or None

    def dump(self, field: Field, value: object) -> list[str] | None:
        """A JSON list."""
        return list(value) if value else None  # type: ignore[call-overload]


def codes(field: Field) -> tuple[str, ...]:
    """All codes of a field's picklist, in order."""
    return tuple(field.picklist.choices) if field.picklist else ()


def _final(field: Field) -> tuple[str, ...]:
    return tuple(each.code for each in field.picklist.choices.values() if each.final) if field.picklist else ()


def listed(raw: object) -> list[object]:
    """Read several values: a list, or a text with `;` between; raises `not_a_list`, `too_many_values`."""
    if raw is None:
        return []
    if isinstance(raw, str):
        raw = raw.split(";", _MOST_CHOSEN + 1)
    if not isinstance(raw, (list, tuple)):
        raise InvalidValue("not_a_list")
    if len(raw) > _MOST_CHOSEN:
        raise InvalidValue("too_many_values", limit=_MOST_CHOSEN)
    return list(raw)


def _code(field: Field, raw: object) -> str | None:
    if raw is None:
        return None
    code = raw.strip() if isinstance(raw, str) else raw
    if code == "":
        return None
    if not isinstance(code, str) or field.picklist is None or code not in field.picklist.choices:
        raise InvalidValue("not_a_choice", allowed=codes(field))
    return code
