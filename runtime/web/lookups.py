"""Choosing records by typing: the hits for a relation field, and the suggestions of the search in the top bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metadata.fields.operators import condition
from metadata.model import EMPTY, Object
from runtime.records.errors import NotFound
from runtime.records.kept import Kept
from runtime.records.query import find
from runtime.records.record import RecordQuery
from runtime.records.search import Hit, candidates, search
from runtime.unit import Unit
from runtime.web.layouts import default_columns, layout_of
from runtime.web.lists import fields_of
from runtime.web.names import with_names
from runtime.web.reader import Reader, Scene
from runtime.web.record_pages import Fact
from runtime.web.shell import Place
from runtime.web.widgets.cells import Column, along, column
from runtime.web.widgets.markup import BLANK, tone_of, trusted

OFFERED = 20
SUGGESTED = 8
_SHOWN = 80
_FACTS = 3
MOST_TYPED = 200


def options(unit: Unit, reader: Reader, of: Object, *, field_name: str, text: str) -> list[dict[str, str]]:
    """The records that a relation could lead to, as a search box takes them.

    Raises NotFound for a field that is no relation or that the user may not see.
    """
    field = of.fields.get(field_name)
    if field is None or not field.targets or field_name not in reader.access.readable(of.name):
        raise NotFound(of.name)
    many = field.type.widget == "any_lookup"
    found: list[dict[str, str]] = []
    for target in field.targets:
        if not reader.access.rights(target).read:
            continue
        label = reader.object_label(reader.model.objects[target]) if many else ""
        for each in candidates(unit.ctx, unit.connection, of.name, field_name, text[:MOST_TYPED], limit=OFFERED, target=target):
            value = f"{target}/{each.id}" if many else str(each.id)
            found.append({"value": value, "text": each.name, "hint": label})
    return found


@dataclass(frozen=True, slots=True)
class Finding:
    """A record that was found: where the words stand unless that is its name, and its key facts."""

    url: str
    label: str
    icon: str
    tone: str
    hint: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of one object."""

    label: str
    links: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is read of a record beside its name: its key facts, and the texts found across relations, by path."""

    facts: tuple[tuple[Column, Fact], ...] = ()
    texts: Mapping[str, str] = EMPTY  # type: ignore[assignment]


_NOTHING = _Beside()


def hits(unit: Unit, reader: Reader, text: str, *, limit: int, scene: Scene, with_facts: bool = False) -> list[Findings]:
    """Records that hold the words, in groups by object; facts take a question per object."""
    text = text.strip()[:MOST_TYPED]
    if not text:
        return []
    found: dict[str, list[Hit]] = {}
    for hit in search(unit.ctx, unit.connection, text, limit=limit):
        found.setdefault(hit.object, []).append(hit)
    groups = []
    for name, own in found.items():
        of = reader.model.objects[name]
        beside = _beside(unit, reader, of, own, scene) if with_facts else {}
        links = tuple(_finding(reader, of, hit, scene, beside.get(hit.id, _NOTHING)) for hit in own)
        groups.append(Findings(reader.plural(of), links))
    return groups


def _finding(reader: Reader, of: Object, hit: Hit, scene: Scene, beside: _Beside) -> Finding:
    facts = tuple(fact for shown, fact in beside.facts if hit.field not in shown.needs)
    return Finding(
        f"{scene.base}/o/{of.name}/{hit.id}", hit.name or reader.object_label(of), of.icon, tone_of(of.name),
        _hint(reader, of, hit, hit.text or beside.texts.get(hit.field, "")), facts,
    )


def _hint(reader: Reader, of: Object, hit: Hit, text: str) -> str:
    """Where the words were found, unless that is the name."""
    if not text or text == hit.name:
        return ""
    _, label = along(reader, of, tuple(hit.field.split(".")))
    return f"{label}: {text[:_SHOWN]}" if label else text[:_SHOWN]


def _beside(unit: Unit, reader: Reader, of: Object, found: Sequence[Hit], scene: Scene) -> dict[int, _Beside]:
    shown = _fact_columns.get((reader.key, of.name), lambda: _key_columns(reader, of))
    crossed = tuple(dict.fromkeys(hit.field for hit in found if not hit.text))
    paths = tuple(each for each in crossed if reader.access.can_read_path(of.name, tuple(each.split("."))))
    ids = condition("id", "in", [hit.id for hit in found])
    fields = tuple(dict.fromkeys((*fields_of(shown), *paths)))
    if not fields:
        return {}
    records = find(unit.ctx, unit.connection, RecordQuery(of.name, fields, limit=len(found), also=(ids,))).records
    rows = with_names(unit, shown, records)
    return {
        record.id: _Beside(
            tuple((each, Fact(each.label, trusted(cell))) for each in shown if (cell := each.cell(row, scene)) != BLANK),
            {path: str(row[path]) for path in paths if row[path] is not None},
        )
        for record, row in zip(records, rows, strict=True)
    }


def _key_columns(reader: Reader, of: Object) -> tuple[Column, ...]:
    """What tells records of an object apart: the first key facts of its layout, else its first short fields."""
    paths = layout_of(reader, of).highlights or default_columns(reader, of)
    seen = [path for path in paths if path != (of.name_field,) and reader.access.can_read_path(of.name, path)]
    return tuple(column(reader, of, path, linked=False) for path in seen[:_FACTS])


_fact_columns: Kept[tuple[Column, ...]] = Kept(500)


def places(reader: Reader, text: str, *, base: str) -> list[Place]:
    """The lists whose name holds the text, for jumping there."""
    wanted = text.strip().casefold()
    return [
        Place(f"{base}/o/{of.name}", reader.plural(of), of.icon, False, tone_of(of.name))
        for of in reader.model.objects.values()
        if wanted and reader.access.rights(of.name).read
        and (wanted in reader.plural(of).casefold() or wanted in reader.object_label(of).casefold())
    ][:4]
