"""What a save must ask the database before it writes, all in one statement.

Do the records exist to which relations lead, and may the user see them? Does a look-up's filter hold? Is a unique
value free? And what do the records on the other side hold, for rules that read across relations?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger, ColumnElement, Connection, String, and_, bindparam, case, func, literal, not_, select,
)
from sqlalchemy.engine import Dialect

from metadata.errors import Problem
from metadata.expressions import Moment, filter_sql
from metadata.model import Field, Model, Object
from runtime.records.access import ME, Access, Anyone, predicate
from runtime.records.codec import Decoder, Output, Reading
from runtime.records.links import among_ids, ids_parameter
from runtime.records.moments import NOTHING, KeptForMoment, moment_of, uses_of
from runtime.records.paths import Columns, Path, Paths, Root, table_root
from runtime.records.statements import Prepared
from tenants.context import RecordContext
from tenants.schema import tables

SELF = "tenon_self"
FITS, FILTERED_OUT, MASTER_CLOSED = 1, 0, -1
MEGABYTE = 1024 * 1024

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One shape of question; its statement is kept.

    `references` are (field, object led to) pairs, `many` many-to-many fields, `files` file fields, `unique` the keys
    to be free, `paths` what is to be read across relations: all that the platform's rules may read, or, `as_reader`,
    only what the user may see there. Who only looks (at a form, at its defaults) points at any record without a check.
    """

    object: str
    references: tuple[tuple[str, str], ...] = ()
    many: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    unique: tuple[Key, ...] = ()
    paths: tuple[Path, ...] = ()
    as_reader: bool = False

    def __bool__(self) -> bool:
        return bool(self.references or self.many or self.files or self.unique or self.paths)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is wrong, and the values across relations by dotted path; blank where the relation itself is refused."""

    problems: tuple[Problem, ...]
    related: Mapping[str, object]


NOTHING_ASKED = Answer((), {})


def ask(
    ctx: RecordContext, connection: Connection, access: Access, question: Question, values: Mapping[str, object], *,
    record_id: int | None,
) -> Answer:
    """Ask a question about the values of one record that is to be saved."""
    if not question:
        return NOTHING_ASKED
    dialect = connection.dialect
    reading = _kept.get(ctx, (access.key, dialect.name, question), lambda: _Asking(
        access, question, moment=moment_of(ctx), dialect=dialect).reading())
    of = ctx.model.objects[question.object]
    row = reading.statement.run(connection, _parameters(ctx, of, question, values, record_id, dialect)).one()
    answers = row[len(reading.decoder.columns):]
    problems = tuple(_problems(access, of, question, values, answers))
    return Answer(problems, _without_refused(reading.decoder.values(row), problems))


class _Asking:
    """Builds the statement of one question."""

    def __init__(self, access: Access, question: Question, *, moment: Moment, dialect: Dialect) -> None:
        self._access = access
        self._model: Model = access.model
        self._question = question
        self._moment = moment
        self._dialect = dialect
        self._object = access.model.objects[question.object]
        self._started: list[Paths] = []

    def reading(self) -> Reading:
        question = self._question
        paths = self._paths(Root(question.object, _parameter_columns), access=self._access if question.as_reader else None)
        decoder = Decoder([self._output(paths, path) for path in question.paths], self._dialect, as_json=False)
        asked = [
            *(self._reference(name, target) for name, target in question.references),
            *(self._many(name) for name in question.many),
            *(self._file(name) for name in question.files),
            *(self._taken(key) for key in question.unique),
        ]
        statement = select(*decoder.columns, *(each.label(f"asked_{n}") for n, each in enumerate(asked)))
        if question.paths:
            statement = statement.select_from(paths.joined(select(literal(1).label("one")).subquery()))
        uses = NOTHING.union(*(each.uses for each in self._started))
        return Reading(Prepared(statement, self._dialect), decoder, uses)

    def _paths(self, root: Root, *, access: Access | None = None) -> Paths:
        started = Paths(self._model, root, moment=self._moment, dialect=self._dialect.name, access=access)
        self._started.append(started)
        return started

    def _output(self, paths: Paths, path: Path) -> Output:
        field = paths.field(path)
        if field.formula is None:
            return Output(".".join(path), field, paths.columns(path))
        computed = paths.value(path)
        return Output(".".join(path), field, (computed.element,), computed.error)

    def _reference(self, name: str, target: str) -> ColumnElement[object]:
        """One of FITS, FILTERED_OUT, MASTER_CLOSED, or null when there is no such record for this user."""
        field = self._object.fields[name]
        row = tables(self._model).objects[target].alias()
        paths = self._paths(table_root(self._model, target, row))
        fits: ColumnElement[object] = literal(FITS)
        if field.filter is not None:
            paths.uses |= uses_of(field.filter)
            holds = filter_sql(field.filter, paths.value, self._moment, self._dialect.name)
            fits = case((holds, FITS), else_=FILTERED_OUT)
        if name == self._object.parent and not isinstance(self._access.rule(self._object.name, "edit"), Anyone):
            edit = predicate(self._access.rule(target, "edit"), row, model=self._model)
            fits = case((not_(edit), MASTER_CLOSED), else_=fits)
        seen = predicate(self._access.rule(target, "read"), row, model=self._model)
        found = select(fits).select_from(paths.joined(row))
        found = found.where(row.c.id == _parameter(name), row.c.deleted_at.is_(None), seen)
        # Who is deleting the record is waited for; the foreign key would take the same lock at the insert.
        return found.with_for_update(read=True, key_share=True, of=row).scalar_subquery()

    def _many(self, name: str) -> ColumnElement[object]:
        """How many of the given records there are for this user."""
        target = self._object.fields[name].targets[0]
        row = tables(self._model).objects[target].alias()
        seen = predicate(self._access.rule(target, "read"), row, model=self._model)
        among = among_ids(row.c.id, self._dialect, parameter=f"at_{name}")
        return select(func.count()).select_from(row).where(among, row.c.deleted_at.is_(None), seen).scalar_subquery()

    def _file(self, name: str) -> ColumnElement[object]:
        """Size and kind of a file that this user handed in: `1234 image/png`."""
        file = tables(self._model).system.file
        mine = and_(file.c.id == _parameter(name), file.c.created_by == bindparam(ME, type_=BigInteger))
        return select(file.c.size.cast(String) + " " + file.c.media_type).where(mine).scalar_subquery()

    def _taken(self, key: Key) -> ColumnElement[object]:
        """The record that holds a unique value already."""
        row = tables(self._model).objects[self._object.name].alias()
        same = [
            row.c[column] == bindparam(f"at_{column}", type_=kind)
            for name in key for column, kind in self._object.fields[name].type.columns(self._object.fields[name])
        ]
        other = row.c.id != bindparam(SELF, type_=BigInteger)
        return select(row.c.id).where(*same, other, row.c.deleted_at.is_(None)).limit(1).scalar_subquery()


def _parameter(name: str) -> ColumnElement[object]:
    return bindparam(f"at_{name}", type_=BigInteger)


def _parameter_columns(field: Field) -> Columns:
    return tuple(bindparam(f"at_{name}", type_=kind) for name, kind in field.type.columns(field))


def _parameters(
    ctx: RecordContext, of: Object, question: Question, values: Mapping[str, object], record_id: int | None,
    dialect: Dialect,
) -> dict[str, object]:
    """The values of every column that a question may speak of, under `at_<column>`."""
    found: dict[str, object] = {ME: ctx.user.id, SELF: record_id or 0}
    needed = {*(key for keys in question.unique for key in keys), *(path[0] for path in question.paths), *question.files}
    for name in needed:
        field = of.fields[name]
        columns = field.type.columns(field)
        held = field.type.store(field, values.get(name))
        found.update((f"at_{column}", value) for (column, _), value in zip(columns, held, strict=True))
    for name, _ in question.references:
        found[f"at_{name}"] = _id_of(values[name])
    for name in question.many:
        found[f"at_{name}"] = ids_parameter(values[name], dialect)  # type: ignore[arg-type]
    return found


def _id_of(value: object) -> object:
    return value[1] if isinstance(value, tuple) else value


def _problems(
    access: Access, of: Object, question: Question, values: Mapping[str, object], answers: Sequence[object]
) -> list[Problem]:
    found: list[Problem | None] = []
    waiting = iter(answers)
    for name, target in question.references:
        found.append(_reference_problem(name, target, next(waiting)))
    for name in question.many:
        missing = len(values[name]) - int(next(waiting))  # type: ignore[arg-type, call-overload]
        target = of.fields[name].targets[0]
        found.append(Problem("reference_not_found", (name,), {"name": name, "object": target}) if missing else None)
    for name in question.files:
        found.append(_file_problem(of.fields[name], next(waiting)))
    for key in question.unique:
        found.append(not_unique(access, of, key) if next(waiting) is not None else None)
    return [each for each in found if each is not None]


def _without_refused(related: dict[str, object], problems: Sequence[Problem]) -> Mapping[str, object]:
    """Blank what lies behind a refused relation, else the rules that break would tell what it holds."""
    refused = {each.path[0] for each in problems if each.code == "reference_not_found"}
    return {path: None if path.partition(".")[0] in refused else value for path, value in related.items()} if refused else related


def _reference_problem(name: str, target: str, answer: object) -> Problem | None:
    codes = {None: "reference_not_found", FILTERED_OUT: "reference_filtered_out", MASTER_CLOSED: "master_closed"}
    if answer == FITS:
        return None
    return Problem(codes[answer], (name,), {"name": name, "object": target})  # type: ignore[index]


def _file_problem(field: Field, answer: object) -> Problem | None:
    if answer is None:
        return Problem("bad_file", (field.name,), {"name": field.name})
    size, _, kind = str(answer).partition(" ")
    most = int(field.options["max_size"])  # type: ignore[call-overload]
    if int(size) > most * MEGABYTE:
        return Problem("file_too_large", (field.name,), {"name": field.name, "max": most})
    if field.type.name == "image" and not kind.startswith("image/"):
        return Problem("not_an_image", (field.name,), {"name": field.name})
    return None


def not_unique(access: Access, of: Object, key: Key) -> Problem:
    """Say that a unique value is taken, naming only fields that the user may read."""
    shown = tuple(name for name in key if name in access.readable(of.name))
    return Problem("not_unique", shown[:1], {"fields": shown, "object": of.name})


_kept: KeptForMoment[Reading] = KeptForMoment(2_000)
