"""Field types whose values are other records: look-up, master-detail, many-to-many, polymorphic look-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import BigInteger, String
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import ANY_RECORD, RECORD, RECORDS, ValueType
from metadata.fields.choice import listed
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.exact import MAX_INTEGER
from metadata.fields.operators import BLANKS, CHOICE_OPERATORS
from metadata.model import Field
from metadata.names import MAX_NAME, is_name
from metadata.text import Text

_TO = Option("to", {"type": "string", "description": "The object that the field leads to."}, required=True)


class Reference(NamedTuple):
    """A record of one of several objects."""

    object: str
    id: int


_REFUSED = (
    Sample("abc", refused="bad_reference"),
    Sample("1.0", refused="bad_reference"),
    Sample(1.5, refused="bad_reference"),
    Sample("１", refused="bad_reference"),
    Sample("1_0", refused="bad_reference"),
    Sample(-1, refused="bad_reference"),
    Sample(0, refused="bad_reference"),
    Sample(2**63, refused="bad_reference"),
    Sample("9" * 10_000, refused="bad_reference"),
    Sample(10**5_000, refused="bad_reference"),
    Sample(True, refused="bad_reference"),
    Sample("1\x00", refused="bad_reference"),
)


class _OneRecord(FieldType):
    """The id of one record of one object."""

    widget = "lookup"
    operators = CHOICE_OPERATORS
    single_reference = True
    samples = (
        Sample(3, 3, 3),
        Sample("3", 3, 3),
        Sample("", None, None),
        Sample(None, None, None),
        Sample(2**63 - 1, 2**63 - 1, 2**63 - 1),
        Sample([3], refused="bad_reference"),
        Sample({"id": 3}, refused="bad_reference"),
        *_REFUSED,
    )

    def type_of(self, field: Field) -> ValueType:
        """A record of the target."""
        return ValueType(RECORD.kind, object=field.targets[0] if field.targets else None)

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One BIGINT with the id."""
        return ((field.name, BigInteger()),)

    def parse(self, field: Field, raw: object) -> int | None:
        """Read an id; whether there is such a record is not looked at. Raises `bad_reference`."""
        return record_id(raw)


class LookupType(_OneRecord):
    """A reference that lives for itself."""

    name = "lookup"
    label = Text.of({"en": "Lookup", "zh_CN": "查找关系"})
    help = Text.of({
        "en": "Leads to one record of another object. `on_delete` says what happens here when that one is deleted; "
        "`filter` limits which records may be chosen.",
        "zh_CN": "指向另一个对象的一条记录。on_delete 决定对方删除时怎么办，filter 限制可选的记录。",
    })
    options = (
        _TO,
        Option(
            "on_delete",
            {
                "enum": ["restrict", "clear"],
                "description": "restrict: the target can't be deleted; clear: the field becomes blank. Default "
                "clear, restrict if required.",
            },
        ),
        Option(
            "filter",
            {
                "type": "string",
                "description": "An expression over the target; only records for which it is true may be chosen.",
            },
        ),
    )


class MasterDetailType(_OneRecord):
    """A reference to the record that this one is a part of."""

    name = "master_detail"
    label = Text.of({"en": "Master-detail", "zh_CN": "主从关系"})
    help = Text.of({
        "en": "Makes the record a part of another one: always filled, deleted with it, and seen by whoever sees it.",
        "zh_CN": "使本记录成为另一条记录的一部分：必填，随主记录删除，访问权限跟随主记录。",
    })
    options = (_TO,)


class ManyToManyType(FieldType):
    """References to any number of records."""

    name = "many_to_many"
    label = Text.of({"en": "Many-to-many", "zh_CN": "多对多关系"})
    help = Text.of({"en": "Leads to any number of records of another object.", "zh_CN": "指向另一个对象的任意多条记录。"})
    widget = "multi_lookup"
    operators = ("includes", "not_includes", *BLANKS)
    options = (_TO,)
    samples = (
        Sample([3, "1", 3], (1, 3), [1, 3]),
        Sample("2; 1", (1, 2), [1, 2]),
        Sample([], None, None),
        Sample("", None, None),
        Sample(None, None, None),
        Sample([""], None, None),
        Sample(["a"], refused="bad_reference"),
        Sample([[1]], refused="bad_reference"),
        Sample([True], refused="bad_reference"),
        Sample(list(range(1, 5_000)), refused="too_many_values"),
        Sample(3, refused="not_a_list"),
        Sample({"1": 1}, refused="not_a_list"),
    )

    def type_of(self, field: Field) -> ValueType:
        """Records of the target."""
        return ValueType(RECORDS.kind, object=field.targets[0] if field.targets else None)

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """None: the references stand in a table of their own."""
        return ()

    def parse(self, field: Field, raw: object) -> tuple[int, ...] | None:
        """Read ids, from a list or a text with `;` between them; each once, in order."""
        return tuple(sorted({record_id(each) for each in listed(raw)} - {None})) or None  # type: ignore[type-var]

    def dump(self, field: Field, value: object) -> list[int] | None:
        """A JSON list of ids."""
        return list(value) if value else None  # type: ignore[call-overload]


class AnyLookupType(FieldType):
    """A reference to a record of one of several objects."""

    name = "any_lookup"
    label = Text.of({"en": "Polymorphic lookup", "zh_CN": "多态查找"})
    help = Text.of({
        "en": "Leads to one record of any of several objects; as JSON `{\"object\": ..., \"id\": ...}`.",
        "zh_CN": "指向多个对象之一的一条记录，JSON 形如 {\"object\": ..., \"id\": ...}。",
    })
    widget = "any_lookup"
    operators = BLANKS
    options = (
        Option("to", {
            "type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True,
            "description": "The objects that the field may lead to.",
        }, required=True),
    )
    samples = (
        Sample({"object": "thing", "id": 3}, Reference("thing", 3), {"object": "thing", "id": 3}),
        Sample("thing/3", Reference("thing", 3), {"object": "thing", "id": 3}),
        Sample(Reference("thing", 3), Reference("thing", 3), {"object": "thing", "id": 3}),
        Sample("", None, None),
        Sample(None, None, None),
        Sample({"object": "thing", "id": None}, refused="bad_reference"),
        Sample({"object": "secret", "id": 3}, refused="not_a_target"),
        Sample({"object": ["thing"], "id": 3}, refused="not_a_target"),
        Sample({"object": "thing"}, refused="bad_reference"),
        Sample({"object": "thing", "id": 3, "x": 1}, refused="bad_reference"),
        Sample("thing/3/4", refused="bad_reference"),
        Sample("thing", refused="bad_reference"),
        Sample(3, refused="bad_reference"),
        Sample("x" * 10_000, refused="bad_reference"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A record of an object that is known only when it is read."""
        return ANY_RECORD

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """The object's name and the record's id."""
        return ((f"{field.name}_object", String(MAX_NAME)), (f"{field.name}_id", BigInteger()))

    def parse(self, field: Field, raw: object) -> Reference | None:
        """Read `{"object", "id"}` or `object/id`; raises `bad_reference`, `not_a_target`."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        object_name, number = _parts(raw)
        found = record_id(number)
        if found is None:
            raise InvalidValue("bad_reference")
        if not is_name(object_name) or object_name not in field.targets:
            raise InvalidValue("not_a_target", allowed=field.targets)
        return Reference(str(object_name), found)

    def dump(self, field: Field, value: object) -> Mapping[str, object] | None:
        """`{"object": ..., "id": ...}`."""
        return None if value is None else {"object": value[0], "id": value[1]}  # type: ignore[index]

    def load(self, field: Field, row: tuple[object, ...]) -> Reference | None:
        """Put object and id together."""
        return None if row[0] is None else Reference(row[0], row[1])  # type: ignore[arg-type]

    def store(self, field: Field, value: object) -> tuple[object, ...]:
        """Object and id."""
        return (None, None) if value is None else (value[0], value[1])  # type: ignore[index]


def record_id(raw: object) -> int | None:
    """Read the id of a record; raises `bad_reference`."""
    if type(raw) is int:
        found = raw
    elif raw is None:
        return None
    elif isinstance(raw, str) and len(raw) < 40:
        text = raw.strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise InvalidValue("bad_reference")
        found = int(text)
    else:
        raise InvalidValue("bad_reference")
    if not 0 < found <= MAX_INTEGER:
        raise InvalidValue("bad_reference")
    return found


def _parts(raw: object) -> tuple[object, object]:
    if isinstance(raw, Reference):
        return raw
    if isinstance(raw, str) and len(raw) < 100 and raw.count("/") == 1:
        return tuple(raw.strip().split("/"))  # type: ignore[return-value]
    if isinstance(raw, Mapping) and set(raw) == {"object", "id"}:
        return raw["object"], raw["id"]
    raise InvalidValue("bad_reference")
