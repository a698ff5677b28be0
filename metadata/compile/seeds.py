"""Seed and demo data: every value is read by its field's type, every relation is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from metadata.compile.workshop import WHOLE, Path, Workshop
from metadata.containers import language_map
from metadata.errors import InvalidValue
from metadata.merge import Definition
from metadata.model import Field, Object, SeedData
from metadata.shown import shown
from metadata.similar import similar

Bodies = Mapping[str, Mapping[str, Mapping[str, object]]]

EXTRA = frozenset({"owner", "org_unit", "record_type", "created_at"})
"""What a seed record may say beside its own fields."""

ELSEWHERE = frozenset({"user", "org_unit"})
"""Objects whose records a tenant has beside those of packages."""

TEXTUAL = frozenset({"text", "long_text", "rich_text"})


def make_seeds(workshop: Workshop, objects: dict[str, Object], frozen: Bodies) -> tuple[SeedData, ...]:
    """Check all data and demo files; give them in an order in which targets come before what refers to them.

    The records are taken from the `frozen` definitions, so that a model holds them only once.
    """
    data, demo = (list(workshop.definitions[kind].values()) for kind in ("data", "demo"))
    always, together = _keys(workshop, data), _keys(workshop, [*data, *demo])
    demo_only = {name: frozenset[str]() for name in together if name not in always}
    made = [_seed(workshop, objects, each, {**demo_only, **always}, frozen) for each in data]
    made += [_seed(workshop, objects, each, together, frozen) for each in demo]
    seeds = [seed for seed in made if seed is not None]
    rank = _ranks(objects)
    return tuple(sorted(seeds, key=lambda seed: (seed.demo, rank.get(seed.object, 0))))


def _ranks(objects: dict[str, Object]) -> dict[str, int]:
    """The order in which objects are reached when targets go first; a circle is cut where it closes."""
    ranks: dict[str, int] = {}
    seen: set[str] = set()
    for start in objects:
        waiting = [(start, False)]
        while waiting:
            name, targets_done = waiting.pop()
            if targets_done:
                ranks[name] = len(ranks)
            elif name in objects and name not in seen:
                seen.add(name)
                targets = {target for field in objects[name].own_fields for target in field.targets}
                waiting.append((name, True))
                waiting.extend((target, False) for target in sorted(targets, reverse=True))
    return ranks


def _keys(workshop: Workshop, files: list[Definition]) -> dict[str, frozenset[str]]:
    """The keys of all records, by object; an object with a faulty file has none, so that nothing is missed there."""
    keys: dict[str, set[str]] = {}
    unclear: set[str] = set()
    for each in files:
        body = workshop.body(each)
        name, key, records = str(body.get("object")), body.get("key"), body.get("records")
        if not isinstance(records, list) or key not in workshop.fields.get(name, {}):
            unclear.add(name)
            continue
        values = [record.get(key) for record in records if isinstance(record, dict)]
        keys.setdefault(name, set()).update(_plain(value) for value in values if value is not None)
    return {name: frozenset(known) for name, known in keys.items() if name not in unclear}


def _plain(value: object) -> str:
    return str(value) if not isinstance(value, Mapping) else str(next(iter(value.values()), ""))


def _seed(
    workshop: Workshop,
    objects: dict[str, Object],
    definition: Definition,
    keys: Mapping[str, frozenset[str]],
    frozen: Bodies,
) -> SeedData | None:
    body = workshop.body(definition)
    name, key, records = body.get("object"), body.get("key"), body.get("records")
    if name is None or workshop.refer(definition, ("object",), "object", name) is None:
        return None
    found = objects[str(name)]
    field = workshop.field_at(definition, ("key",), found.name, key)
    if field is None or not isinstance(records, list) or (found.name, WHOLE) in workshop.faulty:
        return None
    if field.type.computed and field.type.name != "auto_number":
        workshop.problem(definition, "data_key_computed", ("key",), name=field.name, type=field.type.name)
    _Records(workshop, definition, found, keys).check(records, field)
    kept = frozen[definition.kind][definition.name].get("records")
    return SeedData(
        definition.name, found.name, str(key), kept if isinstance(kept, tuple) else (), definition.kind == "demo"
    )


class _Records:
    """The check of the records of one file."""

    def __init__(
        self, workshop: Workshop, definition: Definition, found: Object, keys: Mapping[str, frozenset[str]]
    ) -> None:
        self.workshop = workshop
        self.definition = definition
        self.object = found
        self.keys = keys
        self.fields = found.fields
        self.needed = [
            field.name
            for field in found.own_fields
            if field.required and field.default is None and not field.type.computed and field.type.name != "boolean"
            and (found.name, field.name) not in workshop.faulty
            and not any(field.name in each.defaults for each in found.record_types.values())
        ]
        self.allowed = [*(field.name for field in found.own_fields), *sorted(EXTRA & set(self.fields))]
        if found.name == "user":
            self.allowed.append("password")

    def check(self, records: list[object], key: Field) -> None:
        """Check all records, and that no two have the same key."""
        seen: dict[str, int] = {}
        for index, record in enumerate(records):
            if not isinstance(record, dict):
                continue
            here: Path = ("records", index)
            for name, value in record.items():
                self._value((*here, name), name, value)
            value = record.get(key.name)
            if value is None:
                self._problem("data_key_missing", here, key=key.name)
            elif seen.setdefault(_plain(value), index) != index:
                self._problem(
                    "data_key_twice",
                    (*here, key.name),
                    key=key.name,
                    value=_plain(value),
                    other=seen[_plain(value)] + 1,
                )
            for name in self.needed:
                if record.get(name) is None and name != key.name:
                    self._problem("data_required_missing", here, name=name, object=self.object.name)

    def _problem(self, code: str, path: Path, /, **params: object) -> None:
        self.workshop.problem(self.definition, code, path, **params)

    def _value(self, path: Path, name: str, value: object) -> None:
        if name == "password" and self.object.name == "user":
            if not isinstance(value, str) or not value:
                self._problem("data_password", path, name=name, value=str(value)[:60], reason="not_text")
            return
        field = self.fields.get(name)
        if field is None or (field.standard and name not in EXTRA):
            if (self.object.name, name) not in self.workshop.faulty:
                params = {"name": name, "object": self.object.name, **similar(name, self.allowed)}
                self.workshop.problem(self.definition, "no_such_field", path, at_key=True, **params)
            return
        if (self.object.name, name) in self.workshop.faulty or value is None:
            return
        if field.type.name == "formula":
            self._problem("data_computed", path, name=name, type=field.type.name)
        elif field.targets:
            self._relation(path, field, value)
        elif field.type.name in TEXTUAL and language_map(value):
            for language, text in value.items():  # type: ignore[attr-defined]
                self._parse((*path, language), field, text)
        else:
            self._parse(path, field, value)

    def _parse(self, path: Path, field: Field, value: object) -> None:
        try:
            field.type.parse(field, value)
        except InvalidValue as wrong:
            if wrong.code == "not_text" and isinstance(value, (int, Decimal)) and not isinstance(value, bool):
                self._problem("data_needs_quotes", path, name=field.name, value=shown(value))
                return
            params = {"name": field.name, "value": str(value)[:60], **wrong.params}
            self._problem(wrong.code, path, **params)

    def _relation(self, path: Path, field: Field, value: object) -> None:
        if field.type.name == "many_to_many" and isinstance(value, list):
            for index, each in enumerate(value):
                self._one((*path, index), field, each)
        else:
            self._one(path, field, value)

    def _one(self, path: Path, field: Field, value: object) -> None:
        """A record is meant by a value of its key, or by `{field: value}`, or for several targets by its object too."""
        target = field.targets[0]
        if len(field.targets) > 1 or field.type.name == "any_lookup":
            if not (isinstance(value, dict) and len(value) == 1 and next(iter(value)) in field.targets):
                self._problem("reference_needs_object", path, name=field.name, allowed=field.targets)
                return
            target, value = next(iter(value.items()))
        if isinstance(value, dict):
            if len(value) != 1 or self.workshop.field_at(self.definition, path, target, next(iter(value))) is None:
                if len(value) != 1:
                    self._problem("reference_form", path, name=field.name)
            return
        if isinstance(value, (list, bool)):
            self._problem("reference_form", path, name=field.name)
            return
        known = self.keys.get(target)
        if known is not None and target not in ELSEWHERE and _plain(value) not in known:
            self._problem(
                "no_such_record", path, value=_plain(value), object=target, **similar(_plain(value), sorted(known))
            )
