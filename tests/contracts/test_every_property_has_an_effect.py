"""Nothing declared is dead: every property that a schema allows is changed once, and somebody sees a difference."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from metadata.documents import Item, Package, package_of
from metadata.edits import REMOVED, Edit, applied
from metadata.fields import field_types
from metadata.kinds import KINDS
from metadata.reading import NO_MARKS
from metadata.schemas import Schema, checked_schema, common_field_schema
from tests.contracts.effects.observers import Observer, Packages
from tests.contracts.effects.reference import reference
from tests.contracts.effects.table import GONE, SAID, TABLE, Row


def properties() -> Iterator[str]:
    """Every property of the language: `object.validation.*.field`, `field.required`, `field[text].pattern`."""
    for kind in KINDS:
        if kind != "demo":  # has the form of data
            yield from _of_mapping(checked_schema(kind), kind)
    yield from (f"field.{name}" for name in common_field_schema()["properties"])
    yield from (f"field[{kind.name}].{option.name}" for kind in field_types.values() for option in kind.options)


def _of_mapping(schema: Schema, above: str) -> Iterator[str]:
    for name, each in schema.get("properties", {}).items():
        yield f"{above}.{name}"
        yield from _inside(each, f"{above}.{name}")


def _inside(schema: Schema, above: str) -> Iterator[str]:
    if "x-text" in schema:
        return
    yield from _of_mapping(schema, above)
    named, items = schema.get("additionalProperties"), schema.get("items")
    if isinstance(named, Mapping):
        yield from _inside(named, f"{above}.*")
    for branch in (*schema.get("anyOf", ()), *((items, *items.get("anyOf", ())) if isinstance(items, Mapping) else ())):
        yield from _inside(branch, above)


def changed(package: Package, row: Row) -> Packages:
    """The packages of a tenant in which the property of a row is another."""
    kind, _, name = row.item.partition("/")
    if row.extends:
        app = {"app": "more", "version": "1.0.0", "label": "More", "requires": {package.name: ">=1.0"}}
        return [package, package_of("more", "1.0.0", [Item("app", "more", app), _item(kind, name, row.value)])]
    others = [each for each in package.items if (each.kind, each.name) != (kind, name or package.name)]
    known = next((each for each in package.items if each not in others), None)
    if not row.path:
        return [_again(package, [*others, *([] if row.value is GONE else [_item(kind, name, row.value)])])]
    body = known.body
    path = tuple(row.path.split("."))
    if isinstance(row.value, dict) and path[0] == "fields" and path[1] in body["fields"]:
        edits = [((*path, key), value) for key, value in row.value.items()]
    else:
        edits = [(path, row.value)]
    for place, value in edits:
        body = applied(body, Edit("-", name, place, REMOVED if value is GONE else value))
    return [_again(package, [*others, replace(known, name=str(body.get("app", known.name)), body=body, marks=NO_MARKS)])]


def _item(kind: str, name: str, body: Mapping[str, object]) -> Item:
    key = KINDS[kind].key
    return Item(kind, name, {**({key: name} if key else {}), **body}, f"{KINDS[kind].folder}/{name}.yaml")


def _again(package: Package, items: list[Item]) -> Package:
    app = next(each.body for each in items if each.kind == "app")
    kinds = list(KINDS)
    items = sorted(items, key=lambda each: kinds.index(each.kind))
    return package_of(str(app["app"]), str(app["version"]), items)


@cache
def before(observe: Observer) -> object:
    return observe([_again(reference(), list(reference().items))])


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.properties)
def test_a_changed_property_makes_a_difference_to_somebody(row: Row) -> None:
    assert row.observe(changed(reference(), row)) != before(row.observe)


@pytest.mark.parametrize("section", SAID)
def test_a_translation_is_read(section: str) -> None:
    texts, observe = SAID[section]
    translation = Item("translations", "en", {"translations": "en", section: texts}, "translations/en.yaml")
    package = [each for each in reference().items if each.kind not in ("translations",)]
    plain = _again(reference(), [_in_japanese(each) for each in package])

    assert observe([_again(plain, [*plain.items, translation])]) != observe([plain])


def _in_japanese(item: Item) -> Item:
    """The item with every English text as a Japanese one."""
    def turned(value: object) -> object:
        if isinstance(value, Mapping):
            if set(value) == {"en"}:
                return {"ja": value["en"]}
            return {key: turned(each) for key, each in value.items()}
        return value

    body = turned(item.body)
    return replace(item, body={**body, "languages": ["ja", "en"]} if item.kind == "app" else body, marks=NO_MARKS)


def test_no_property_is_missing_in_the_table() -> None:
    told = {name for row in TABLE for name in row.properties.split()}
    told |= {"translations.translations", *(f"translations.{name}" for name in SAID)}
    known = {*properties()}

    assert sorted(known - told) == []
    assert sorted(told - known) == []
