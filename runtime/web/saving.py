"""What happens when a form is sent: read it, keep its files, save what its user changed, or say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from metadata.errors import Problem
from metadata.model import Field
from runtime.records import service
from runtime.records.errors import Refused
from runtime.records.files import upload
from runtime.records.query import get
from runtime.records.record import Record, Saved
from runtime.records.search import candidates
from runtime.unit import Unit
from runtime.visit import FIELD as CSRF
from runtime.web.form_keys import FIELD as FORM_KEY
from runtime.web.forms import FormPlan, FormState, Raw, changed, form_state, read_was, sent_raw
from runtime.web.reader import Reader
from tenants.storage import savepoint


PICK = "pick."
"""Begins the names of the choices between two sides of a conflict."""

CONFIRMED, THEN, RECORD_TYPE = "confirmed", "then", "record_type"
CARRIED = frozenset({CSRF, FORM_KEY, "version", "was", "record_id", CONFIRMED, THEN})
"""What a form sends beside its fields; a new record's also sends its record type."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that was sent: what stands in it, and either what was saved or what is wrong."""

    raw: Raw
    was: Raw
    state: FormState
    saved: Saved | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was remarked about this very change and may be confirmed."""
        return self.saved.news if self.saved else ()


def attempt(
    unit: Unit, reader: Reader, plan: FormPlan, *, sent: MultiDict[str, str], files: MultiDict[str, FileStorage],
    record_id: int | None, version: int | None, fixed: Mapping[str, object],
) -> Attempt:
    """Try to save a form; `fixed` are values that it does not show (the record type).

    Raises NotFound, NotAllowed and Conflict. The caller rolls back what must not stay.
    """
    was = read_was(sent.get("was", ""))
    problems: list[Problem] = []
    given = _resolved(unit, plan, sent_raw(plan, sent), problems)
    given.update(_uploaded(unit, plan, files, problems))
    record = _stored(unit, plan, record_id)
    state = form_state(unit, reader, plan, {**was, **given}, record=record)
    open_fields = {name: raw for name, raw in given.items() if _is_open(plan, state, name, creating=record_id is None)}
    values = {**fixed, **_foreign(plan, sent, files, creating=record_id is None)}
    values.update(open_fields if record_id is None else changed(open_fields, was))
    raw = {**was, **given}
    try:
        with savepoint(unit.connection):
            saved = _save(unit, plan, values, record_id=record_id, version=version)
            if problems:
                raise Refused(problems)
    except Refused as error:
        told = {(each.code, each.path) for each in problems}
        every = (*problems, *(each for each in error.problems if (each.code, each.path) not in told))
        return Attempt(raw, was, state, problems=every)
    return Attempt(raw, was, state, saved=saved)


def _save(unit: Unit, plan: FormPlan, values: Mapping[str, object], *, record_id: int | None, version: int | None) -> Saved:
    if record_id is None:
        return service.create(unit.ctx, unit.connection, plan.of.name, values)
    return service.update(unit.ctx, unit.connection, plan.of.name, record_id, values, version=version)


def _stored(unit: Unit, plan: FormPlan, record_id: int | None) -> Record | None:
    return None if record_id is None else get(unit.ctx, unit.connection, plan.of.name, record_id, plan.fields)


def _is_open(plan: FormPlan, state: FormState, name: str, *, creating: bool) -> bool:
    """Whether a field was there to be entered; what is read-only now the save refuses, if somebody changed it."""
    for block in plan.blocks:
        for slot in block.slots:
            if slot.field.name == name:
                own = state.fields.get(name)
                return state.sections.get(block.name, True) and (own is None or (own.show and not (creating and own.read_only)))
    return False


def _foreign(
    plan: FormPlan, sent: MultiDict[str, str], files: MultiDict[str, FileStorage], *, creating: bool
) -> dict[str, object]:
    """What was sent and is no part of the form: the save takes or refuses it as it would from a program."""
    carried = (CARRIED | {RECORD_TYPE}) if creating else CARRIED
    names = [name for name in (*sent, *files) if name not in carried and not name.startswith(PICK)]
    return {name: sent[name] if name in sent else files[name].filename for name in names if name.partition(".")[0] not in plan.boxes}


def _resolved(unit: Unit, plan: FormPlan, given: dict[str, object], problems: list[Problem]) -> dict[str, object]:
    """Put ids for relations that were given by a typed name, as forms without scripts do."""
    for name, raw in list(given.items()):
        if not (isinstance(raw, Mapping) and set(raw) == {"name"}):
            continue
        field, wanted = plan.of.fields[name], str(raw["name"])
        found = [each for target in field.targets for each in _called(unit, field, target, wanted)]
        if len(found) == 1:
            given[name] = found[0]
        else:
            del given[name]
            problems.append(Problem("name_not_found" if not found else "name_ambiguous", (name,), {"text": wanted}))
    return given


def _called(unit: Unit, field: Field, target: str, wanted: str) -> list[str]:
    found = candidates(unit.ctx, unit.connection, field.object, field.name, wanted, limit=50, target=target)
    start = f"{target}/" if field.type.widget == "any_lookup" else ""
    return [f"{start}{each.id}" for each in found if each.name.casefold() == wanted.casefold()]


def _uploaded(
    unit: Unit, plan: FormPlan, files: MultiDict[str, FileStorage], problems: list[Problem]
) -> dict[str, object]:
    """Take in the files of a form and give their ids."""
    found: dict[str, object] = {}
    for name in plan.boxes:
        sent = files.get(name)
        if sent is None or not sent.filename:
            continue
        try:
            store = unit.storage.files(unit.ctx.tenant)
            info = upload(unit.ctx, unit.connection, store, name=sent.filename, stream=sent.stream)
            found[name] = str(info.id)
        except Refused as error:
            problems.extend(Problem(each.code, (name,), each.params) for each in error.problems)
    return found
