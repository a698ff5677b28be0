"""Plays one test and says, as problems, in what it differs from what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from metadata.errors import InvalidValue, Problem, TenonError
from metadata.expressions import ERROR
from metadata.fields.number import number_of
from metadata.model import Field
from metadata.permissions import everything
from runtime.apptests.builds_on import builds_on
from runtime.apptests.cases import Case, Values
from runtime.apptests.families import is_refused_by
from runtime.apptests.stage import BEGIN, Stage
from runtime.records import query, service
from runtime.records.codec import ERROR_SHOWN
from runtime.records.seed_keys import Keys
from tenants.context import RecordContext, SetClock

Named = dict[str, tuple[str, int]]
"""The records that a test has names for: (object, id)."""


def judge(stage: Stage, case: Case) -> tuple[Problem, ...]:
    """Play a test; returns nothing when all is as it says."""
    play = _Play(stage, case)
    for name, object_name, values in case.given:
        try:
            play.give(name, object_name, values)
        except TenonError as error:
            return (Problem("test_given_refused", (), {"sentence": case.sentence}), *_named(f"given {name}", error))
    for before in play.before():
        try:
            play.act(before)
        except TenonError as error:
            return (Problem("test_before_refused", (), {"sentence": before.sentence}), *_named(_step(before), error))
    try:
        play.act(case)
    except TenonError as error:
        return _refusal(case, error)
    if case.refused is not None:
        return (Problem("test_not_refused", (), {"by": case.refused["by"], "field": case.refused.get("field", "-")}),)
    return tuple(play.differences())


def _refusal(case: Case, error: TenonError) -> tuple[Problem, ...]:
    if case.refused is None:
        return (Problem("test_refused", (), {"count": len(error.problems)}), *_named(_step(case), error))
    by, field = case.refused["by"], case.refused.get("field")
    for problem in error.problems:
        stands_at = str(problem.path[0]) if problem.path else None
        if is_refused_by(problem, by) and field in (None, stands_at):
            return ()
    return (Problem("test_refused_otherwise", (), {"by": by, "field": field or "-"}), *_named(_step(case), error))


def _named(step: str, error: TenonError) -> Iterator[Problem]:
    """The reasons of a refusal, each with the step that was refused and the field that it stands at."""
    for problem in error.problems:
        yield replace(problem, path=(step, *problem.path))


def _step(case: Case) -> str:
    """Name what a test does, as it is written."""
    if case.create:
        name, object_name, _ = case.create
        return f"create {name or object_name}"
    return f"update {', '.join(case.update)}" if case.update else f"delete {case.delete}"


class _Play:
    """One test in progress: its clock, its people and its named records."""

    def __init__(self, stage: Stage, case: Case) -> None:
        self._stage = stage
        self._case = case
        self._before = builds_on(case, stage.model)
        begin = next((each.at for each in (*self._before, case) if each.at), BEGIN)
        self._clock = SetClock(stage.instant(begin))
        self._director = replace(stage.context(case.role, self._clock), permissions=everything(stage.model))
        self._named: Named = {}
        self._keys = Keys(stage.connection, stage.model, locale=stage.tenant.locale)

    def before(self) -> tuple[Case, ...]:
        """The other tests of the file whose steps this one builds on, in the order they must be taken."""
        return self._before

    def give(self, name: str, object_name: str, values: Values) -> None:
        """Create what is given, for the acting person but with all rights; one of the package's data is changed."""
        found = self._of_data(object_name, values)
        if found is None:
            self._create(self._director, name, object_name, values)
            return
        changed = {"owner": self._director.user.id, **self._values(object_name, values)}
        service.update(self._director, self._stage.connection, object_name, found, changed)
        self._named[name] = (object_name, found)

    def act(self, case: Case) -> None:
        """Do what a test does, at its time and with the rights of its acting person."""
        if case.at:
            self._clock.instant = self._stage.instant(case.at)
        actor = self._stage.context(case.role, self._clock)
        if case.create:
            name, object_name, values = case.create
            self._create(actor, name, object_name, values)
        for name, values in case.update.items():
            object_name, record_id = self._record(name)
            given = self._values(object_name, values)
            service.update(actor, self._stage.connection, object_name, record_id, given)
        if case.delete:
            service.delete(actor, self._stage.connection, *self._record(case.delete))

    def differences(self) -> Iterator[Problem]:
        """What is not as expected, at the time the test says."""
        if self._case.clock:
            self._clock.instant = self._stage.instant(self._case.clock)
        for place, expected in self._case.expect.items():
            try:
                yield from self._difference(place, expected)
            except TenonError as error:
                yield Problem("test_expect_unseen", (), {"place": place})
                yield from error.problems

    def _difference(self, place: str, expected: object) -> Iterator[Problem]:
        name, _, path = place.partition(".")
        object_name, record_id = self._record(name)
        record = query.get(self._director, self._stage.connection, object_name, record_id, (path,))
        field = self._field(object_name, path.split("."))
        found = record.get(path)
        if not self._is_as_expected(field, expected, found):
            params = {"place": place, "expected": _shown(expected), "found": _shown(_dumped(field, found))}
            yield Problem("test_differs", (), params)

    def _of_data(self, object_name: str, values: Values) -> int | None:
        """The record of the package's data that has the same key."""
        for seed in self._stage.model.seeds:
            if seed.object == object_name and not seed.demo and values.get(seed.key) is not None:
                key = self._keys.key(object_name, seed.key, values[seed.key])
                found = self._keys.find(key) if key is not None else None
                if found is not None and not found.deleted:
                    return found.id
        return None

    def _create(self, ctx: RecordContext, name: str, object_name: str, values: Values) -> None:
        saved = service.create(ctx, self._stage.connection, object_name, self._values(object_name, values))
        if name:
            self._named[name] = (object_name, saved.record_id)

    def _record(self, name: str) -> tuple[str, int]:
        if name not in self._named:
            raise InvalidValue("test_name_unknown", name=name, allowed=", ".join(self._named) or "-")
        return self._named[name]

    def _values(self, object_name: str, values: Values) -> dict[str, object]:
        fields = self._stage.model.objects[object_name].fields if object_name in self._stage.model.objects else {}
        return {name: self._value(fields[name], raw) if name in fields else raw for name, raw in values.items()}

    def _value(self, field: Field, raw: object) -> object:
        if not field.targets or raw is None:
            return raw
        if isinstance(raw, list | tuple):
            return [self._reference(field, each) for each in raw]
        return self._reference(field, raw)

    def _reference(self, field: Field, raw: object) -> object:
        """A record by its name in the test, else by its key in the package's data; else as it was written."""
        if isinstance(raw, str) and raw in self._named and self._named[raw][0] in field.targets:
            object_name, record_id = self._named[raw]
            return {"object": object_name, "id": record_id} if len(field.targets) > 1 else record_id
        if len(field.targets) == 1 and isinstance(raw, str):
            for key in self._keys.referred(field.targets[0], raw):
                found = self._keys.find(key)
                if found is not None and not found.deleted:
                    return found.id
        return raw

    def _field(self, object_name: str, path: list[str]) -> Field:
        field = self._stage.model.objects[object_name].fields[path[0]]
        for step in path[1:]:
            field = self._stage.model.objects[field.targets[0]].fields[step]
        return field

    def _is_as_expected(self, field: Field, expected: object, found: object) -> bool:
        if expected is None or found is None or found is ERROR:
            return expected == _dumped(field, found)
        kind = field.type.type_of(field).kind
        try:
            if kind == "number":
                return number_of(expected) == found
            if field.targets:
                return field.type.parse(field, self._value(field, expected)) == found
            written = expected if field.type.computed else field.type.dump(field, field.type.parse(field, expected))
            return written == _dumped(field, found)
        except InvalidValue:
            return False


def _dumped(field: Field, found: object) -> object:
    if found is ERROR:
        return ERROR_SHOWN
    return None if found is None else field.type.dump(field, found)


def _shown(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "blank"}[value]
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
