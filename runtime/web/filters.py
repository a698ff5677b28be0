"""The conditions of a list that people put together: field, operator, value; as chips, addresses and expressions.

In an address a condition is `c=<path>:<operator>:<value>|<value>`; in a query it is an expression of the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from metadata.errors import InvalidValue
from metadata.expressions import ERROR
from metadata.fields import field_types
from metadata.fields.exact import number_of
from metadata.fields.operators import MANY, TEXT_OPERATORS, condition, operators
from metadata.fields.temporal import localized
from metadata.model import Field, Object
from runtime.records.kept import Kept
from runtime.web import formats
from runtime.web.reader import Reader
from runtime.web.widgets.cells import number_writer
from runtime.web.widgets.selections import field_options, operator_options

MOST_CONDITIONS = 20
ME = "me"
"""The operator "is me" of relations that lead to people; it stands for `CURRENT_USER()`."""

_PARTIAL = ("contains", "not_contains", "begins_with")
_UNFILTERED = ("any_lookup", "point", "file", "image", "multi_lookup", "multi_select")
_STANDARD = ("owner", "created_at", "updated_at", "record_type")
_SPLIT = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, eq=False)
class FilterField:
    """What can be compared: `input` is the HTML input type, `choices` replace it by a selection."""

    path: str
    label: str
    operators: tuple[str, ...]
    input: str
    choices: tuple[tuple[str, str], ...]
    parse: Callable[[str], object]
    show: Callable[[object], str]
    parses_parts: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison, read and checked: how it stands in an address, in an expression and on a chip."""

    address: str
    expression: str
    field: str
    operator: str
    value: str


class ConditionInvalid(Exception):
    """A condition does not fit its field; `label` names the field."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


def filter_fields(reader: Reader, of: Object) -> dict[str, FilterField]:
    """The fields of an object that the reader may compare, by path."""
    return _kept.get((reader.key, of.name), lambda: {each.path: each for each in _fields(reader, of)})


_kept: Kept[dict[str, FilterField]] = Kept(500)


def _fields(reader: Reader, of: Object) -> list[FilterField]:
    own = [each for each in of.own_fields] + [of.fields[name] for name in _STANDARD if name in of.fields]
    readable = reader.access.readable(of.name)
    own.sort(key=lambda each: each.name != of.name_field)
    comparable = [each for each in own if each.name in readable and each.type.widget not in _UNFILTERED]
    made = [_filter_field(reader, of, each) for each in comparable]
    return [each for each in made if each is not None]


def _filter_field(reader: Reader, of: Object, field: Field) -> FilterField | None:
    label = reader.label(field)
    if field.is_relation:
        target = reader.model.objects[field.targets[0]]
        if not reader.access.can_read_path(of.name, (field.name, target.name_field)):
            return None
        name = target.fields[target.name_field]
        offered = tuple(each for each in TEXT_OPERATORS if each not in ("in",))
        return FilterField(
            f"{field.name}.{name.name}", label, (*((ME,) if target.name == "user" else ()), *_natural(offered)), "text", (), str, str
        )
    kind = str(field.options.get("returns")) if field.formula is not None else field.type.widget
    choices = tuple(
        (code, reader.text(each.label) or code) for code, each in (field.picklist.choices if field.picklist else {}).items()
    )
    offered = tuple(each for each in field.type.operators if _suits(each, kind))
    if not offered:
        return None
    return FilterField(
        field.name, label, _natural(offered), _INPUTS.get(kind, "text"), choices, _parser(reader, field, kind),
        _shower(reader, field, kind, dict(choices)),
    )


def _natural(offered: tuple[str, ...]) -> tuple[str, ...]:
    """The operators in the order people want them: of a text one mostly knows a part."""
    return tuple(sorted(offered, key=lambda each: each != "contains"))


def _suits(operator: str, kind: str) -> bool:
    """Whether an operator of a formula's list fits what the formula returns."""
    if kind == "boolean":
        return operator in ("is_true", "is_false")
    if operator in ("is_true", "is_false"):
        return kind == "checkbox"
    if operator in ("contains", "not_contains", "begins_with"):
        return kind in ("text", "textarea", "rich_text", "email", "tel", "url", "static")
    return not (kind == "text" and operator in ("greater", "greater_or_equal", "less", "less_or_equal", "between"))


_INPUTS = {"date": "date", "datetime": "datetime-local", "time": "time"}
_FIGURES = ("integer", "decimal", "money", "percent", "rate", "number")


def _parser(reader: Reader, field: Field, kind: str) -> Callable[[str], object]:
    used = formats.separators(reader.locale)

    def figure(text: str) -> object:
        plain = text.replace(used.group, "").replace("，", "").replace(" ", "").replace(used.point, ".")
        if kind in ("percent", "rate") and not plain.endswith(("%", "％")):
            plain += "%"
        return _held(field, kind, plain)

    if kind in _FIGURES:
        return figure
    if kind in ("datetime",):
        return lambda text: _held(field, kind, localized(text if "T" in text else f"{text}T00:00", reader.time_zone))
    if field.picklist is not None:
        by_label = {reader.text(each.label): code for code, each in field.picklist.choices.items()}
        return lambda text: _held(field, kind, text if text in field.picklist.choices else by_label.get(text, text))
    return lambda text: _held(field, kind, text)


def _held(field: Field, kind: str, raw: object) -> object:
    """Read a value as a field would; a formula reads as the type it returns."""
    if field.formula is None:
        return field.type.parse(field, raw)
    if kind in _FIGURES:
        number = number_of(str(raw).rstrip("%％"))
        return number.scaleb(-2) if number is not None and str(raw).endswith(("%", "％")) else number
    return field_types[kind].parse(field, raw) if kind in _INPUTS else raw


def _shower(reader: Reader, field: Field, kind: str, choices: dict[str, str]) -> Callable[[object], str]:
    if kind in _FIGURES:
        return number_writer(reader, field, kind)
    if choices:
        return lambda value: choices.get(str(value), str(value))
    if kind == "date":
        return lambda value: formats.day(reader.locale, value) if isinstance(value, date) else str(value)
    if kind == "datetime":
        zone = formats.zone_of(reader.time_zone)
        return lambda value: formats.moment(reader.locale, value.astimezone(zone))  # type: ignore[attr-defined]
    if kind == "time":
        return lambda value: formats.clock(reader.locale, value.hour, value.minute)  # type: ignore[attr-defined]
    return str


def address_of(path: str, operator: str, values: Sequence[str]) -> str:
    """Write a condition for an address."""
    written = [each.replace("\\", "\\\\").replace("|", "\\|") for each in values]
    return f"{path}:{operator}:{'|'.join(written)}"


def read_conditions(reader: Reader, of: Object, addresses: Sequence[str]) -> tuple[list[Condition], list[str]]:
    """Read the conditions of an address; gives also the labels of those that don't fit."""
    found: list[Condition] = []
    faulty: list[str] = []
    for address in addresses[:MOST_CONDITIONS]:
        try:
            found.append(read_condition(reader, of, address))
        except ConditionInvalid as error:
            faulty.append(error.label)
    return found, faulty


def read_condition(reader: Reader, of: Object, address: str) -> Condition:
    """Read one condition; raises ConditionInvalid."""
    path, _, rest = address.partition(":")
    operator, _, values = rest.partition(":")
    field = filter_fields(reader, of).get(path)
    if field is None or operator not in field.operators:
        raise ConditionInvalid(field.label if field else reader.say("an unknown field"))
    if operator == ME:
        mine = f"{path.rpartition('.')[0]} == CURRENT_USER()"
        return Condition(address, mine, field.label, reader.say("is"), reader.say("me"))
    texts = [each.replace("\\|", "|").replace("\\\\", "\\") for each in _SPLIT.split(values)] if values else []
    operands = [_operand(field, operator, text) for text in texts]
    try:
        expression = condition(path, operator, operands)
    except ValueError as error:
        raise ConditionInvalid(field.label) from error
    shown = operands if operator in _PARTIAL else [field.show(each) for each in operands]
    told = reader.text(operators[operator].label)
    return Condition(address, expression, field.label, told, _together(reader, operator, shown))


def _operand(field: FilterField, operator: str, text: str) -> object:
    if operator in _PARTIAL:
        return text
    try:
        value = field.parse(text.strip())
    except InvalidValue as error:
        raise ConditionInvalid(field.label) from error
    if value is None or value is ERROR:
        raise ConditionInvalid(field.label)
    return value


def _together(reader: Reader, operator: str, shown: Sequence[object]) -> str:
    texts = [str(each) for each in shown]
    if operators[operator].operands == MANY:
        return ("、" if reader.locale.startswith("zh") else ", ").join(texts)
    return " – ".join(texts)


def options_html(reader: Reader, of: Object) -> Markup:
    """The selection of a field to compare; each option tells scripts which operators and values fit."""
    return _options.get((reader.key, of.name), lambda: field_options(list(filter_fields(reader, of).values())))


def operators_html(reader: Reader) -> Markup:
    """The selection of an operator."""
    every = [(name, reader.text(each.label), each.operands) for name, each in operators.items()]
    return _operators.get(reader.locale, lambda: operator_options([(ME, reader.say("is me"), 0), *every]))


_options: Kept[Markup] = Kept(500)
_operators: Kept[Markup] = Kept(20)
