"""Search across objects: records that hold all the words, as far as the reader may see records and fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement, Connection, FromClause, Integer, Text, bindparam, cast, func, literal, literal_column, null, or_,
    select, union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Dialect

from metadata.expressions import filter_sql
from metadata.model import Field, Model, Object
from runtime.records.access import ME, Access, access_of, predicate
from runtime.records.codec import Decoder, Output, Reading
from runtime.records.errors import NotFound
from runtime.records.moments import NOTHING, KeptForMoment, Uses, moment_of, uses_of
from runtime.records.names import name_output, shown_name
from runtime.records.paths import Path, Paths, table_root
from runtime.records.search_index import indexed_fields
from runtime.records.statements import Prepared
from runtime.records.tokens import MAX_ASKED, Word, normal, storable, tokens, words
from tenants.context import RecordContext
from tenants.schema import tables
from tenants.system_tables import SYSTEM

MAX_HITS = 100
AROUND, EXCERPT = 20, 120
"""Characters before the words in an excerpt, and of an excerpt."""

_LIMIT, _TEXT = "tenon_limit", "tenon_text"


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: its name and the field (path) that holds the text."""

    object: str
    id: int
    name: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a relation could lead to."""

    id: int
    name: str


def search(
    ctx: RecordContext, connection: Connection, text: str, *, objects: tuple[str, ...] | None = None, limit: int = 20
) -> tuple[Hit, ...]:
    """Find records by words; two Chinese characters suffice.

    Two statements, however many objects there are: the records, and where in them the words stand. An object in
    `objects` that the user may not read raises NotFound.
    """
    access = access_of(ctx)
    asked = words(text)
    searched = tuple(name for name in (objects or ctx.model.objects) if _sources(access, name, required=bool(objects)))
    if not asked or not searched:
        return ()
    dialect = connection.dialect
    shape = tuple((len(word.tokens), word.open, word.verify is not None) for word in asked)
    finding = _kept.get(ctx, (access.key, dialect.name, searched, shape), lambda: _finding(
        ctx, access, searched, asked, dialect))
    values = {ME: ctx.user.id, _LIMIT: min(limit, MAX_HITS), **_word_values(asked, dialect)}
    rows = finding.statement.run(connection, values)
    found = _best([(row[0], row[1], shown_name(row[2])) for row in rows], asked)[:limit]  # type: ignore[misc]
    return _explained(ctx, connection, access, found, asked)


def candidates(
    ctx: RecordContext, connection: Connection, object_name: str, field_name: str, text: str, *, limit: int = 20,
    target: str | None = None,
) -> tuple[Candidate, ...]:
    """Offer records for a relation field whose name holds `text` (blank: any), its lookup filter applied.

    `target` chooses the object of a relation that leads to several. Raises NotFound for a field or an object that
    the user may not read.
    """
    access = access_of(ctx)
    field = access.object(object_name).fields.get(field_name)
    if field is None or field_name not in access.readable(object_name) or not field.targets:
        raise NotFound(object_name)
    chosen = target or field.targets[0]
    if chosen not in field.targets:
        raise NotFound(chosen)
    access.object(chosen)
    dialect = connection.dialect
    shown = normal(storable(text).strip())[:MAX_ASKED]
    reading = _candidates.get(
        ctx, (access.key, dialect.name, object_name, field_name, chosen, bool(shown)),
        lambda: _candidate_reading(ctx, access, field, chosen, filtered=bool(shown), dialect=dialect))
    values = {ME: ctx.user.id, _LIMIT: min(limit, MAX_HITS), _TEXT: _contained(shown)}
    found = (reading.decoder.values(row) for row in reading.statement.run(connection, values))
    return tuple(Candidate(each["id"], shown_name(each.get("name"))) for each in found)  # type: ignore[arg-type]


def _sources(access: Access, object_name: str, *, required: bool) -> list[Path]:
    """The paths by which a user may search an object."""
    if not access.rights(object_name).read:
        if required:
            access.object(object_name)
        return []
    of = access.model.objects[object_name]
    return [path for path in of.search if access.can_read_path(object_name, path) and _is_stored(access, of, path)]


def _is_stored(access: Access, of: Object, path: Path) -> bool:
    name = of.name
    for step in path[:-1]:
        name = access.model.objects[name].fields[step].targets[0]
    return path[-1] in indexed_fields(access.model, name)


def _best(found: list[tuple[str, int, str]], asked: Sequence[Word]) -> list[tuple[str, int, str]]:
    """Order what was found: names that hold a word first, then in turn one of each object, the newest first."""
    places: dict[str, int] = {}
    ranked = []
    for each in found:
        place = places[each[0]] = places.get(each[0], -1) + 1
        ranked.append((not any(_stands_in(word, each[2]) for word in asked), place, each))
    return [each for *_, each in sorted(ranked, key=lambda rank: rank[:2])]


@dataclass(frozen=True, slots=True)
class _Finding:
    statement: Prepared
    uses: Uses


def _finding(
    ctx: RecordContext, access: Access, names: Sequence[str], asked: Sequence[Word], dialect: Dialect
) -> _Finding:
    """One bounded query per object, all in one statement."""
    parts, uses = [], NOTHING
    for name in names:
        table = tables(ctx.model).objects[name].alias()
        paths = Paths(
            ctx.model, table_root(ctx.model, name, table), moment=moment_of(ctx), dialect=dialect.name, access=access)
        output = name_output(paths, access, name)
        matching = [
            or_(*(_matches(ctx.model, paths, table, path, place, word, dialect) for path in _sources(access, name, required=False)))
            for place, word in enumerate(asked)
        ]
        seen = predicate(access.rule(name, "read"), table, model=ctx.model)
        shown = cast(output.columns[0], Text) if output else null()
        part = (
            select(literal(name, Text).label("object"), table.c.id.label("id"), shown.label("name"))
            .select_from(paths.joined(table)).where(table.c.deleted_at.is_(None), seen, *matching)
            .order_by(table.c.id.desc()).limit(bindparam(_LIMIT, type_=Integer)).subquery()
        )
        parts.append(select(part.c.object, part.c.id, part.c.name))
        uses |= paths.uses
    return _Finding(Prepared(union_all(*parts), dialect), uses)


def _matches(
    model: Model, paths: Paths, table: FromClause, path: Path, place: int, word: Word, dialect: Dialect
) -> ColumnElement[bool]:
    """Whether a word stands in what a path leads to: the ids of the records that hold it, from the index."""
    target, found = paths.field(path), SYSTEM.search.alias()
    ids = select(found.c.record_id).where(found.c.object == target.object, found.c.field == target.name)
    if dialect.name == "sqlite":
        index = SYSTEM.search_index
        inside = select(index.c.rowid).where(literal_column(index.name).match(bindparam(f"word_{place}", type_=Text)))
        ids = ids.where(found.c.id.in_(inside))
    else:
        ids = ids.where(found.c.tokens.op("@@")(cast(bindparam(f"word_{place}", type_=Text), TSQUERY)))
    if word.verify is not None:
        finder = func.instr if dialect.name == "sqlite" else func.strpos
        ids = ids.where(finder(func.lower(found.c.text), bindparam(f"verify_{place}", type_=Text)) > 0)
    relation = paths.columns((*path[:-1], "id"))[0] if len(path) > 1 else table.c.id
    return relation.in_(ids)


def _word_values(asked: Sequence[Word], dialect: Dialect) -> dict[str, object]:
    found: dict[str, object] = {}
    for place, word in enumerate(asked):
        *whole, last = word.tokens
        if dialect.name == "sqlite":
            terms = [f'"{each}"' for each in whole] + [f'"{last}"{"*" if word.open else ""}']
            found[f"word_{place}"] = " AND ".join(terms)
        else:
            terms = [f"'{each}'" for each in whole] + [f"'{last}'{':*' if word.open else ''}"]
            found[f"word_{place}"] = " & ".join(terms)
        found[f"verify_{place}"] = word.verify
    return found


def _explained(
    ctx: RecordContext, connection: Connection, access: Access, found: Sequence[tuple[str, int, str]],
    asked: Sequence[Word],
) -> tuple[Hit, ...]:
    """Say for each record which field holds the first word, and what stands there."""
    own: dict[tuple[str, int], list[tuple[str, str]]] = {}
    table = SYSTEM.search
    rows = connection.execute(
        select(table.c.object, table.c.record_id, table.c.field, table.c.text)
        .where(or_(*((table.c.object == name) & (table.c.record_id == number) for name, number, _ in found)))
        .order_by(table.c.id)) if found else ()
    for name, number, field, text in rows:
        if field in access.readable(name):
            own.setdefault((name, number), []).append((field, text))
    return tuple(Hit(name, number, shown, *_place(access, name, own.get((name, number), []), shown, asked)) for name, number, shown in found)


def _place(
    access: Access, name: str, entries: Sequence[tuple[str, str]], shown: str, asked: Sequence[Word]
) -> tuple[str, str]:
    for field, text in entries:
        if any(_stands_in(word, text) for word in asked):
            return field, _excerpt(text, asked)
    across = next((path for path in access.model.objects[name].search if len(path) > 1), None)
    return (".".join(across), "") if across else (access.model.objects[name].name_field, shown)


def _stands_in(word: Word, text: str) -> bool:
    held = tokens(text)
    return all(any(each == asked or (word.open and each.startswith(asked)) for each in held) for asked in word.tokens)


def _excerpt(text: str, asked: Sequence[Word]) -> str:
    """The words with a little of what stands around them."""
    lowered = text.casefold()
    places = [place for word in asked if (place := lowered.find(word.tokens[0])) >= 0]
    start = max(min(places, default=0) - AROUND, 0)
    end = start + EXCERPT
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def _candidate_reading(
    ctx: RecordContext, access: Access, field: Field, target: str, *, filtered: bool, dialect: Dialect
) -> Reading:
    table = tables(ctx.model).objects[target]
    own = Paths(ctx.model, table_root(ctx.model, target, table), moment=moment_of(ctx), dialect=dialect.name, access=access)
    output = name_output(own, access, target)
    outputs = [Output("id", ctx.model.objects[target].fields["id"], (table.c.id,)), *([output] if output else [])]
    decoder = Decoder(outputs, dialect, as_json=True)
    conditions = [table.c.deleted_at.is_(None), predicate(access.rule(target, "read"), table, model=ctx.model)]
    everything = Paths(
        ctx.model, table_root(ctx.model, target, table), moment=moment_of(ctx), dialect=dialect.name, access=None)
    if field.filter is not None and target == field.targets[0]:
        everything.uses |= uses_of(field.filter)
        conditions.append(filter_sql(field.filter, everything.value, moment_of(ctx), dialect.name))
    if filtered and output is not None:
        name = func.lower(cast(output.columns[0], Text))
        conditions.append(name.like(bindparam(_TEXT, type_=Text), escape="\\"))
    statement = (
        select(*decoder.columns).select_from(everything.joined(own.joined(table))).where(*conditions)
        .order_by(*(column.asc() for column in decoder.columns[1:2]), table.c.id).limit(bindparam(_LIMIT, type_=Integer))
    )
    return Reading(Prepared(statement, dialect), decoder, own.uses | everything.uses)


def _contained(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


_kept: KeptForMoment[_Finding] = KeptForMoment(500)
_candidates: KeptForMoment[Reading] = KeptForMoment(1_000)
