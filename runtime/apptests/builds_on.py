"""Which other tests of a file one test builds on: those that create a record it speaks of and does not create."""

from __future__ import annotations

from collections.abc import Iterator

from metadata.model import Model
from runtime.apptests.cases import Case, Values


def builds_on(case: Case, model: Model) -> tuple[Case, ...]:
    """The tests whose steps must be taken first, each after those that it builds on itself."""
    found: dict[str, Case] = {}
    _add(case, model, found, {case.sentence})
    return tuple(found.values())


def _add(case: Case, model: Model, found: dict[str, Case], met: set[str]) -> None:
    own = _objects(case)
    made = {each.create[0] for each in found.values() if each.create}
    for name in _names(case, own, model):
        maker = None if name in own or name in made else case.maker_of(name)
        if maker is not None and maker.sentence not in met:
            met.add(maker.sentence)
            _add(maker, model, found, met)
            found[maker.sentence] = maker


def _objects(case: Case) -> dict[str, str]:
    """The objects of the records that a test has itself, by their names."""
    objects = {name: object_name for name, object_name, _ in case.given}
    if case.create and case.create[0]:
        objects[case.create[0]] = case.create[1]
    return objects


def _names(case: Case, own: dict[str, str], model: Model) -> Iterator[str]:
    """Every name of a record that a test uses, in relations too."""
    if case.create:
        yield from _related(model, case.create[1], case.create[2])
    for name, values in case.update.items():
        yield name
        maker = case.maker_of(name)
        object_name = own.get(name) or (maker.create[1] if maker and maker.create else "")
        yield from _related(model, object_name, values)
    if case.delete:
        yield case.delete
    yield from (place.partition(".")[0] for place in case.expect)


def _related(model: Model, object_name: str, values: Values) -> Iterator[str]:
    """The texts that stand in relations: names of records, or keys of the package's data."""
    fields = model.objects[object_name].fields if object_name in model.objects else {}
    for name, raw in values.items():
        if name in fields and fields[name].targets:
            yield from (each for each in (raw if isinstance(raw, list | tuple) else [raw]) if isinstance(each, str))
