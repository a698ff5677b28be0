"""Moves demonstration records in time: by whole weeks, so that weekdays stay what they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from metadata.errors import InvalidValue
from metadata.model import Field, Model, SeedData

CREATED_AT = "created_at"
MOVED = ("date", "datetime")


def moved(seeds: Iterable[SeedData], model: Model, until: date) -> tuple[SeedData, ...]:
    """Move the demo records among `seeds` so that the newest came into being in the week that ends with `until`.

    Without a demo record that says `created_at`, nothing is moved. What can't be read is left to the load to refuse.
    """
    seeds = tuple(seeds)
    newest = max((day for each in seeds if each.demo for day in _created(each, model)), default=None)
    if newest is None:
        return seeds
    distance = timedelta(weeks=(until - newest).days // 7)
    return tuple(_moved(each, model, distance) if each.demo else each for each in seeds)


def _created(seed: SeedData, model: Model) -> Iterable[date]:
    field = model.objects[seed.object].fields[CREATED_AT]
    for record in seed.records:
        instant = _read(field, record.get(CREATED_AT))
        if isinstance(instant, datetime):
            yield instant.date()


def _moved(seed: SeedData, model: Model, distance: timedelta) -> SeedData:
    fields = {name: field for name, field in model.objects[seed.object].fields.items() if field.type.name in MOVED}
    return replace(seed, records=tuple(_record(each, fields, distance) for each in seed.records))


def _record(record: Mapping[str, object], fields: Mapping[str, Field], distance: timedelta) -> Mapping[str, object]:
    changed = {}
    for name, raw in record.items():
        value = _read(fields[name], raw) if name in fields else None
        if isinstance(value, date):
            changed[name] = fields[name].type.dump(fields[name], value + distance)
    return {**record, **changed}


def _read(field: Field, raw: object) -> object:
    try:
        return field.type.parse(field, raw)
    except InvalidValue:
        return None
