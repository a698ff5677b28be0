"""How a value is shown: one closure per column, made once, giving markup for thousands of rows.

A cell takes the values of a record by path, and the scene; it answers with escaped HTML. What only the database knows
beside the record (the names of records that a many-to-many field leads to, files) is looked up for a whole page
before and put among the values under `<path>:names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import escape

from metadata.errors import InvalidValue
from metadata.expressions import ERROR
from metadata.model import Field, Object
from runtime.web import formats
from runtime.web.reader import Reader, Scene
from runtime.web.widgets.markup import BLANK, icon, person, pill

Values = Mapping[str, object]
Cell = Callable[[Values, Scene], str]
Show = Callable[[object], str]
"""Shows a value that is there."""

NAMES = ":names"
_FEW_DECIMALS = 2
"""Up to so many decimals stand in full, so that figures align; of more, idle zeros are left away."""

NUMERIC = frozenset({"integer", "decimal", "money", "percent", "rate"})
PEOPLE = "user"
"""The platform's own object of people, shown with their initials."""


@dataclass(frozen=True, slots=True)
class Column:
    """A way to show one path: its label, the paths to ask for, the cell, whether figures stand in it.

    `names_of` is the field whose names must be looked up beside the page, if there is one.
    """

    path: str
    label: str
    field: Field
    needs: tuple[str, ...]
    cell: Cell
    numeric: bool
    names_of: Field | None = None


def column(reader: Reader, of: Object, path: tuple[str, ...], *, linked: bool = True) -> Column:
    """Make the column of a path; without `linked` its relations are names only, for use inside a link."""
    field, label = along(reader, of, path)
    key = ".".join(path)
    relation = _named_relation(reader, of, path)
    if relation is not None:
        shown = reference_cell(reader, *_target(reader, of, path[:-1]), linked=linked, id_path=relation, name_path=key)
        return Column(key, label, field, (key, relation), shown, False)
    if field.is_relation:
        target = reader.model.objects[field.targets[0]]
        name_path = f"{key}.{target.name_field}"
        readable = reader.access.can_read_path(of.name, (*path, target.name_field))
        shown = reference_cell(reader, field, target, linked=linked, id_path=key, name_path=name_path if readable else "")
        return Column(key, label, field, (key, name_path) if readable else (key,), shown, False)
    looked_up = field if field.type.widget in _WITH_NAMES else None
    shown = value_cell(reader, of, path, field, linked=linked)
    return Column(key, label, field, _needs(reader, of, path, field), shown, is_numeric(field), looked_up)


def along(reader: Reader, of: Object, path: tuple[str, ...]) -> tuple[Field, str]:
    """Follow a path to its field; the label names the way, but not a relation's own name field."""
    labels: list[str] = []
    field = of.fields[path[0]]
    for number, step in enumerate(path):
        field = of.fields[step]
        is_name = number and step == of.name_field
        if not is_name:
            labels.append(reader.label(field))
        if number < len(path) - 1:
            of = reader.model.objects[field.targets[0]]
    return field, " · ".join(labels)


def is_numeric(field: Field) -> bool:
    """Whether figures stand in a field, which are aligned at the right."""
    if field.formula is not None:
        return field.options.get("returns") in (*NUMERIC, "number")
    return field.type.widget in NUMERIC


def _target(reader: Reader, of: Object, path: tuple[str, ...]) -> tuple[Field, Object]:
    field, _ = along(reader, of, path)
    return field, reader.model.objects[field.targets[0]]


def _named_relation(reader: Reader, of: Object, path: tuple[str, ...]) -> str | None:
    """The relation that a path crosses last to end at a name: `account` of `account.name`."""
    if len(path) < 2:
        return None
    field, target = _target(reader, of, path[:-1])
    return ".".join(path[:-1]) if field.is_relation and path[-1] == target.name_field else None


def reference_cell(
    reader: Reader, field: Field, target: Object, *, linked: bool, id_path: str, name_path: str
) -> Cell:
    """Show the record a relation leads to by its name; people with their initials."""
    is_known = reader.access.rights(target.name).read
    unnamed = f'<span class="quiet">{escape(reader.object_label(target) if is_known else reader.label(field))}</span>'
    people = target.name == PEOPLE
    start = f"/o/{target.name}/"

    def show(values: Values, scene: Scene) -> str:
        record_id = values[id_path]
        if record_id is None:
            return BLANK
        name = values.get(name_path)
        if name is None:
            return unnamed
        if people:
            return person(str(name))
        if not linked:
            return escape(name)
        return f'<a href="{scene.base}{start}{record_id}">{escape(name)}</a>'

    return show


def value_cell(reader: Reader, of: Object, path: tuple[str, ...], field: Field, *, linked: bool = True) -> Cell:
    """Show a value that stands in the record itself."""
    key = ".".join(path)
    if field.type.widget in _WITH_NAMES:
        return _WITH_NAMES[field.type.widget](reader, field, key, linked)
    if is_moment(field):
        return _moment_cell(reader, key, near=field.standard)
    if _is_foreign_money(field):
        return _foreign_money_cell(reader, field, key, ".".join((*path[:-1], str(field.options["currency_field"]))))
    show = shower(reader, field, linked=linked)
    faulty = f'<span class="blank" title="{escape(reader.say("This can’t be computed."))}">!</span>'

    def cell(values: Values, scene: Scene) -> str:
        value = values[key]
        if value is None:
            return BLANK
        return faulty if value is ERROR else show(value)

    return cell


def _needs(reader: Reader, of: Object, path: tuple[str, ...], field: Field) -> tuple[str, ...]:
    if _is_foreign_money(field):
        beside = (*path[:-1], str(field.options["currency_field"]))
        if reader.access.can_read_path(of.name, beside):
            return (".".join(path), ".".join(beside))
    return (".".join(path),)


def is_moment(field: Field) -> bool:
    """Whether a field holds instants, which are shown as a distance."""
    return field.type.widget == "datetime" or (field.formula is not None and field.options.get("returns") == "datetime")


def shower(reader: Reader, field: Field, *, linked: bool = True) -> Show:
    """Say how a value that is there is shown, for the kinds that need nothing beside it."""
    kind = field.options.get("returns") if field.formula is not None else field.type.widget
    if kind in ("money", "percent", "rate", "integer", "decimal", "number"):
        return number_writer(reader, field, str(kind))
    if kind in ("select", "multi_select"):
        return _choice_shower(reader, field, many=kind == "multi_select")
    if kind in ("checkbox", "boolean"):
        return _yes_shower(reader)
    if kind in ("email", "tel", "url") and linked:
        return _LINKS[str(kind)]
    locale = reader.locale
    return {
        "date": lambda value: formats.day(locale, value),
        "time": lambda value: formats.clock(locale, value.hour, value.minute),
        "datetime": lambda value: formats.moment(locale, value.astimezone(formats.zone_of(reader.time_zone))),
        "textarea": lambda value: f'<div class="long-text">{escape(value)}</div>' if linked else escape(value),
        "rich_text": _rich_shower(field) if linked else _plain_rich,
        "point": _point,
    }.get(str(kind), escape)  # type: ignore[return-value]


def number_writer(reader: Reader, field: Field, kind: str) -> Show:
    """Write figures of a numeric field or formula."""
    scale = field.options.get("scale")
    if kind == "money":
        return formats.money(reader.locale, currency_of(reader, field), 2 if scale is None else int(scale))  # type: ignore[call-overload]
    if kind in ("percent", "rate"):
        places = {"percent": 4, "rate": 6}[kind] if scale is None else int(scale)  # type: ignore[call-overload]
        return formats.percent(reader.locale, places)
    decimals = {"integer": 0, "decimal": 2}.get(kind) if scale is None else scale
    if kind == "decimal" and decimals is not None and int(decimals) > _FEW_DECIMALS:  # type: ignore[call-overload]
        decimals = None
    return formats.figure(reader.locale, decimals)  # type: ignore[arg-type]


def currency_of(reader: Reader, field: Field) -> str:
    """The currency of a money field: its own, else its app's."""
    own = field.options.get("currency")
    app = reader.model.apps.get(reader.model.objects[field.object].app)
    return str(own or (app.currency if app else ""))


def _is_foreign_money(field: Field) -> bool:
    return field.type.widget == "money" and bool(field.options.get("currency_field"))


def _foreign_money_cell(reader: Reader, field: Field, key: str, currency_key: str) -> Cell:
    own = currency_of(reader, field)
    scale = int(field.options["scale"])  # type: ignore[call-overload]

    def cell(values: Values, scene: Scene) -> str:
        value = values[key]
        if value is None:
            return BLANK
        return escape(formats.money(reader.locale, str(values.get(currency_key) or own), scale)(value))

    return cell


def _moment_cell(reader: Reader, key: str, *, near: bool) -> Cell:
    """Show an instant: what the platform noted as a distance (`near`), what people entered as it is."""
    locale, zone, just_now = reader.locale, formats.zone_of(reader.time_zone), reader.say("just now")

    def cell(values: Values, scene: Scene) -> str:
        value = values[key]
        if not isinstance(value, datetime):
            return BLANK
        if near:
            return moment_html(locale, value, now=scene.now, zone=zone, just_now=just_now)
        return f'<time datetime="{value:%Y-%m-%dT%H:%M:%SZ}">{formats.moment(locale, value.astimezone(zone))}</time>'

    return cell


def moment_html(locale: str, value: datetime, *, now: datetime, zone: object, just_now: str) -> str:
    """Show an instant as a distance, with the exact time on hover."""
    exact = formats.moment(locale, value.astimezone(zone))  # type: ignore[arg-type]
    near = formats.relative(locale, value, now=now, just_now=just_now, zone=zone)  # type: ignore[arg-type]
    return f'<time datetime="{value:%Y-%m-%dT%H:%M:%SZ}" title="{exact}">{near}</time>'


def _choice_shower(reader: Reader, field: Field, *, many: bool) -> Show:
    choices = field.picklist.choices if field.picklist else {}
    pills = {code: str(pill(reader.text(each.label) or code, each.color)) for code, each in choices.items()}

    def one(value: object) -> str:
        return pills.get(value) or pill(str(value), "gray")  # type: ignore[call-overload]

    if not many:
        return one
    return lambda value: f'<span class="pills">{"".join(one(each) for each in value)}</span>'  # type: ignore[attr-defined]


def _yes_shower(reader: Reader) -> Show:
    yes = f'<span class="yes">{icon("check")}<span class="unseen">{escape(reader.say("Yes"))}</span></span>'
    no = f'<span class="blank">–<span class="unseen">{escape(reader.say("No"))}</span></span>'
    return lambda value: yes if value else no


def _rich_shower(field: Field) -> Show:
    # Cleaned again by the field type: a column may have held plain text before its field became a rich one.
    return lambda value: f'<div class="prose">{field.type.parse(field, value) or ""}</div>'


def _plain_rich(value: object) -> str:
    return escape(value).striptags()


def _point(value: object) -> str:
    lat, lng = value[0].normalize(), value[1].normalize()  # type: ignore[index]
    return f'<a class="figure" href="geo:{lat:f},{lng:f}">{lat:f}, {lng:f}</a>'


def _outside(address: str) -> str:
    if not address.lower().startswith(("http://", "https://")):
        return escape(address)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">{escape(address)}</a>'


_LINKS: dict[str, Show] = {
    "email": lambda value: f'<a href="mailto:{escape(value)}">{escape(value)}</a>',
    "tel": lambda value: f'<a class="figure" href="tel:{escape(str(value).replace(" ", ""))}">{escape(value)}</a>',
    "url": lambda value: _outside(str(value)),
}


def _many_cell(reader: Reader, field: Field, key: str, linked: bool) -> Cell:
    target = reader.model.objects[field.targets[0]]
    separator = "、" if reader.locale.startswith("zh") else ", "

    def cell(values: Values, scene: Scene) -> str:
        names = values.get(key + NAMES)
        if not names:
            return BLANK
        return separator.join(
            _linked(scene, target.name, record_id, name) if linked else escape(name)
            for record_id, name in names.items()  # type: ignore[attr-defined]
        )

    return cell


def _any_cell(reader: Reader, field: Field, key: str, linked: bool) -> Cell:
    def cell(values: Values, scene: Scene) -> str:
        value = values[key]
        if value is None:
            return BLANK
        object_name, record_id = value  # type: ignore[misc]
        name = values.get(key + NAMES)
        if not name:
            return f'<span class="quiet">{escape(reader.object_label(reader.model.objects[object_name]))}</span>'
        return _linked(scene, object_name, record_id, name) if linked else escape(name)

    return cell


def _linked(scene: Scene, object_name: str, record_id: object, name: object) -> str:
    return f'<a href="{scene.base}/o/{object_name}/{record_id}">{escape(name)}</a>'


def _file_cell(reader: Reader, field: Field, key: str, linked: bool) -> Cell:
    shows = field.type.widget == "image"

    def cell(values: Values, scene: Scene) -> str:
        if values[key] is None:
            return BLANK
        address = f"{scene.base}/o/{field.object}/{values.get('id')}/file/{field.name}"
        name = escape(values.get(key + NAMES) or reader.label(field))
        if "." in key or not linked:
            return name
        if shows:
            return f'<a href="{address}"><img class="thumb" src="{address}" alt="{name}" loading="lazy"></a>'
        return f'<a href="{address}" download>{icon("file", "icon icon-small")} {name}</a>'

    return cell


_WITH_NAMES: dict[str, Callable[[Reader, Field, str, bool], Cell]] = {
    "multi_lookup": _many_cell,
    "any_lookup": _any_cell,
    "file": _file_cell,
    "image": _file_cell,
}


def shown_json(reader: Reader, field: Field, value: object) -> str:
    """Show a value as JSON holds it (a history keeps those); it may stem from an older definition."""
    if value is None or value == "":
        return BLANK
    try:
        held = field.type.parse(field, value)
    except InvalidValue:
        return escape(value)
    return BLANK if held is None else shower(reader, field, linked=False)(held)

