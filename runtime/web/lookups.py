"""Choosing records by typing: the hits for a relation field, and the suggestions of the search in the top bar."""

from __future__ import annotations

from metadata.model import Object
from runtime.records.errors import NotFound
from runtime.records.search import Hit, candidates, search
from runtime.unit import Unit
from runtime.web.reader import Reader
from runtime.web.shell import Group, Place
from runtime.web.widgets.cells import along
from runtime.web.widgets.markup import tone_of

OFFERED = 20
SUGGESTED = 8
_SHOWN = 80
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


def hits(unit: Unit, reader: Reader, text: str, *, limit: int, base: str) -> list[tuple[Group, str]]:
    """Records that hold the words, in groups by object; the second is where to see more of that object."""
    text = text.strip()[:MOST_TYPED]
    if not text:
        return []
    found: dict[str, list[Hit]] = {}
    for hit in search(unit.ctx, unit.connection, text, limit=limit):
        found.setdefault(hit.object, []).append(hit)
    return [(_group(reader, reader.model.objects[name], each, base), name) for name, each in found.items()]


def _group(reader: Reader, of: Object, found: list[Hit], base: str) -> Group:
    tone = tone_of(of.name)
    return Group(
        reader.plural(of),
        tuple(
            Place(f"{base}/o/{of.name}/{hit.id}", hit.name or reader.object_label(of), of.icon, False, tone, _beside(reader, of, hit))
            for hit in found
        ),
    )


def _beside(reader: Reader, of: Object, hit: Hit) -> str:
    """Where the words were found, unless that is the name."""
    if not hit.text or hit.text == hit.name:
        return ""
    _, label = along(reader, of, tuple(hit.field.split(".")))
    return f"{label}: {hit.text[:_SHOWN]}" if label else hit.text[:_SHOWN]


def places(reader: Reader, text: str, *, base: str) -> list[Place]:
    """The lists whose name holds the text, for jumping there."""
    wanted = text.strip().casefold()
    return [
        Place(f"{base}/o/{of.name}", reader.plural(of), of.icon, False, tone_of(of.name))
        for of in reader.model.objects.values()
        if wanted and reader.access.rights(of.name).read
        and (wanted in reader.plural(of).casefold() or wanted in reader.object_label(of).casefold())
    ][:4]
