"""Finds the records that seeds speak of by a key: among the seeds themselves, and in the database, in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from metadata.errors import InvalidValue
from metadata.model import Field, Model, SeedData
from metadata.text import Text
from tenants.schema import tables

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Key:
    """A record named by the value of one of its fields."""

    object: str
    field: str
    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Seed:
    """One record of a seed file, under its key."""

    key: Key
    file: SeedData
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """A record that is in the database already."""

    id: int
    deleted: bool


class Keys:
    """Everything that can be referred to while some seeds are loaded."""

    def __init__(self, connection: Connection, model: Model, *, locale: str) -> None:
        self._connection = connection
        self._model = model
        self._locale = locale
        self._seeds: dict[Key, Seed] = {}
        self._also: dict[tuple[str, str], dict[object, Seed]] = {}
        self._found: dict[Key, Found | None] = {}
        self._fields: dict[str, list[str]] = {}

    def add(self, seed: Seed) -> None:
        """Make a seed known under its key."""
        self._seeds[seed.key] = seed
        self._fields.clear()

    def has(self, key: Key) -> bool:
        """Whether a seed of this key is known."""
        return key in self._seeds

    def seeds(self) -> Iterator[Seed]:
        """Every seed, in the order added."""
        return iter(tuple(self._seeds.values()))

    def key(self, object_name: str, field_name: str, raw: object) -> Key | None:
        """Make a key of what was written; None when the field can't hold it."""
        field = self._model.objects[object_name].fields.get(field_name)
        if field is None or raw is None or (field.targets and not isinstance(raw, int)):
            return None
        try:
            return Key(object_name, field_name, field.type.parse(field, self.text(field, raw)))
        except InvalidValue:
            return None

    def text(self, field: Field, raw: object) -> object:
        """Choose the tenant's language where a text was written in several."""
        if isinstance(raw, Mapping) and field.type.type_of(field).kind == "text":
            return Text.of(dict(raw)).in_(self._locale)  # type: ignore[arg-type]
        return raw

    def referred(self, object_name: str, raw: object) -> Iterator[Key]:
        """The keys that a reference to an object may mean, the likeliest first.

        A scalar is the value of the key of the object's seeds, else of a unique field, else of its name; a mapping
        names the field.
        """
        if isinstance(raw, Mapping):
            pairs: Iterable[tuple[str, object]] = [*raw.items()][:1]
        else:
            pairs = ((field_name, raw) for field_name in self._key_fields(object_name))
        return (key for name, value in pairs if (key := self.key(object_name, name, value)) is not None)

    def seed(self, key: Key) -> Seed | None:
        """The seed that a key means, also by a field that is not the key of its file."""
        if key in self._seeds:
            return self._seeds[key]
        return self._by_field(key.object, key.field).get(key.value)

    def find(self, key: Key) -> Found | None:
        """The record of a key in the database, a live one before a deleted one."""
        if key not in self._found:
            self._look_up(key.object, key.field, [key.value])
        return self._found[key]

    def look_up(self, keys: Iterable[Key]) -> None:
        """Look for many keys at once."""
        together: dict[tuple[str, str], list[object]] = {}
        for key in keys:
            together.setdefault((key.object, key.field), []).append(key.value)
        for (object_name, field_name), values in together.items():
            for start in range(0, len(values), CHUNK):
                self._look_up(object_name, field_name, values[start : start + CHUNK])

    def written(self, key: Key, record_id: int) -> None:
        """Remember a record that was just written."""
        self._found[key] = Found(record_id, False)

    def _key_fields(self, object_name: str) -> list[str]:
        if object_name not in self._fields:
            of = self._model.objects[object_name]
            files = (*(each.file for each in self._seeds.values()), *self._model.seeds)
            of_seeds = (each.key for each in files if each.object == object_name)
            unique = (each.name for each in of.own_fields if each.unique)
            self._fields[object_name] = list(dict.fromkeys([*of_seeds, *unique, of.name_field]))
        return self._fields[object_name]

    def _by_field(self, object_name: str, field_name: str) -> dict[object, Seed]:
        place = (object_name, field_name)
        if place not in self._also:
            of_object = (each for each in self._seeds.values() if each.key.object == object_name)
            named = ((self.key(object_name, field_name, each.values.get(field_name)), each) for each in of_object)
            self._also[place] = {key.value: each for key, each in named if key is not None}
        return self._also[place]

    def _look_up(self, object_name: str, field_name: str, values: list[object]) -> None:
        for value in values:
            self._found.setdefault(Key(object_name, field_name, value), None)
        field = self._model.objects[object_name].fields[field_name]
        columns = field.type.columns(field)
        if len(columns) != 1:
            return
        table = tables(self._model).objects[object_name]
        column = table.c[columns[0][0]]
        asked = select(column, table.c.id, table.c.deleted_at).where(column.in_(values)).order_by(table.c.id)
        for value, record_id, deleted_at in self._connection.execute(asked):
            known = self._found.get(Key(object_name, field_name, value))
            if known is None or known.deleted:
                self._found[Key(object_name, field_name, value)] = Found(record_id, deleted_at is not None)
