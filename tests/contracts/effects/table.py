"""The table: each property of the language with a change of it, and the observer to whom the change makes a difference."""

from dataclasses import dataclass

from tests.contracts.effects.observers import (
    Observer, answered, ddl, described, handed_in, openapi_document, own_tests, page, problems, tested,
)

THING = described("thing")
GONE = object()
"""A change that takes the value at a path away."""


@dataclass(frozen=True)
class Row:
    """`properties` are changed by setting `value` at `path` of an item; an empty path is the item itself.

    With `extends` the value is the body of an item in a second package that requires the first.
    """

    properties: str
    observe: Observer
    item: str
    path: str = ""
    value: object = GONE
    extends: bool = False


def field(properties: str, observe: Observer, name: str, **changes: object) -> Row:
    """Give the field `name` of `thing` some more properties."""
    return Row(properties, observe, "object/thing", f"fields.{name}", changes)


def ext(properties: str, observe: Observer, item: str, body: dict[str, object]) -> Row:
    return Row(properties, observe, item, "", body, extends=True)


REMOVE = {"remove": True}
CREATE = '{create: {thing: {name: A}, as: t}, expect: {t.name: A}}'


def creating(values: str, expect: str = "t.name: A", **more: str) -> Observer:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return tested(f"{{create: {{thing: {{name: A, {values}}}, as: t}}, expect: {{{expect}}}{extra}}}")


def viewed(page_path: str = "/o/thing/1") -> Observer:
    return page(page_path)


SECTIONS = "tabs.details.sections"
LIST = '/records/thing?fields=name'

APPS = (
    Row("app.app", THING, "app", "app", "renamed"),
    Row("app.version", answered("GET /metadata/versions"), "app", "version", "2.0.0"),
    Row("app.label", page("/"), "app", "label", {"en": "Something else"}),
    Row("app.description", openapi_document, "app", "description", {"en": "For lending"}),
    Row("app.languages", answered("GET /objects", locale="ja"), "app", "languages", ["en", "ja"]),
    Row("app.requires", problems, "app", "requires", {"tenon": ">=9"}),
    Row("app.currency", THING, "app", "currency", "JPY"),
    Row("app.icon", page("/"), "app", "icon", "home"),
    Row("app.navigation", page("/"), "app", "navigation", {"only": {"tabs": ["thing"]}}),
    Row("app.navigation.*.label", page("/"), "app", "navigation.first.label", {"en": "Premier"}),
    Row("app.navigation.*.icon", page("/app/testing"), "app", "navigation.second.icon", "home"),
    Row("app.navigation.*.tabs", page("/"), "app", "navigation.second.tabs", ["list_view/things"]),
    Row("app.navigation.*.after", page("/"), "app", "navigation.second.after", ""),
)

OBJECTS = (
    Row("object.object", answered("GET /objects"), "object/x_new", "", {
        "object": "x_new", "label": "New", "fields": {"name": {"type": "text"}}}),
    Row("object.label", THING, "object/thing", "label", {"en": "Widget"}),
    Row("object.plural", THING, "object/thing", "plural", {"en": "Widgets"}),
    Row("object.help", page("/o/thing"), "object/thing", "help", {"en": "Whatever one may touch"}),
    Row("object.icon", THING, "object/thing", "icon", "home"),
    Row("object.name_field", THING, "object/thing", "name_field", "code"),
    Row("object.sharing", answered(f"GET {LIST}", role="clerk"), "object/thing", "sharing", "read"),
    Row("object.history", answered("GET /records/thing/1/history"), "object/thing", "history", False),
    Row("object.search", answered("GET /search?q=c1"), "object/thing", "search", ["code"]),
    Row("object.fields", THING, "object/thing", "fields.x_more", {"type": "text"}),
    Row("object.validation", creating("code: bad"), "object/thing", "validation", {}),
    Row("object.validation.*.error_when", creating("code: x"), "object/thing", "validation.not_bad.error_when", "code == 'x'"),
    Row("object.validation.*.field", creating("code: bad"), "object/thing", "validation.not_bad.field", "code"),
    Row("object.validation.*.level", answered("POST /records/thing {\"name\": \"A\", \"code\": \"odd\"}"),
        "object/thing", "validation.odd.level", "warning"),
    Row("object.validation.*.message", creating("code: bad"), "object/thing", "validation.not_bad.message", {"en": "No!"}),
    Row("object.validation.*.after", creating("code: bad"), "object/thing", "validation.not_worse.after", ""),
    ext("object.validation.*.remove", creating("code: bad"), "object/thing", {"validation": {"not_bad": REMOVE}}),
    Row("object.unique", tested("{create: {thing: {name: One, code: c1}, as: t}, expect: {t.name: One}}"),
        "object/thing", "unique", [["name", "code"]]),
    Row("object.indexes", ddl("thing"), "object/thing", "indexes", [["state", "-count"]]),
    Row("object.record_types", THING, "object/thing", "record_types"),
    Row("object.record_types.*.label", THING, "object/thing", "record_types.plain.label", {"en": "Simple"}),
    Row("object.record_types.*.values", creating("kind: large, record_type: fine", "t.kind: large"),
        "object/thing", "record_types.fine.values", {"kind": ["small"]}),
    Row("object.record_types.*.defaults", creating("record_type: fine", "t.count: 5"),
        "object/thing", "record_types.fine.defaults", {"count": 5}),
    Row("object.record_types.*.layout", page("/o/thing/1"), "object/thing", "record_types.plain.layout", "thing_fine"),
    Row("object.record_types.*.default", THING, "object/thing", "record_types.fine.default", True),
    Row("object.record_types.*.after", THING, "object/thing", "record_types.fine.after", ""),
    ext("object.record_types.*.remove", THING, "object/thing", {"record_types": {"fine": REMOVE}}),
    ext("object.remove", problems, "object/thing", {"remove": True}),
)

PICKLISTS = (
    Row("picklist.picklist", problems, "picklist/states"),
    Row("picklist.label", answered("GET /metadata/picklist"), "picklist/states", "label", {"en": "Stages"}),
    Row("picklist.values", THING, "picklist/states", "values.more", "More"),
    Row("picklist.values.*.label", THING, "picklist/states", "values.new.label", {"en": "Fresh"}),
    Row("picklist.values.*.color", page("/o/thing/1"), "picklist/states", "values.new.color", "red"),
    Row("picklist.values.*.final", THING, "picklist/states", "values.new.final", True),
    Row("picklist.values.*.active", creating("state: done"), "picklist/states", "values.done.active", False),
    field("picklist.values.*.when", creating("kind: large"), "kind", controlled_by="state", values={
        "small": {"label": "Small"}, "large": {"label": "Large", "when": ["done"]}}),
    Row("picklist.values.*.after", THING, "picklist/states", "values.done.after", ""),
    ext("picklist.values.*.remove", THING, "picklist/states", {"values": {"old": REMOVE}}),
    ext("picklist.remove", problems, "picklist/states", {"remove": True}),
)

LAYOUTS = (
    Row("layout.layout", viewed("/o/part/1"), "layout/part", "", {
        "object": "part", "tabs": {"d": {"sections": {"s": {"label": {"en": "Mine"}, "fields": ["name"]}}}}}),
    Row("layout.object", problems, "layout/thing", "object", "part"),
    Row("layout.highlights", viewed(), "layout/thing", "highlights", ["interest"]),
    Row("layout.path layout.path.field", viewed(), "layout/thing", "path", {"field": "kind"}),
    Row("layout.path.guide layout.path.guide.*.hint", viewed(), "layout/thing", "path.guide.new", {"hint": {"en": "Begin"}}),
    Row("layout.path.guide.*.require", creating("state: done"), "layout/thing", "path.guide.done.require", ["note"]),
    ext("layout.path.guide.*.remove", problems, "layout/thing", {"path": {"guide": {"nothing": REMOVE}}}),
    ext("layout.path.remove", viewed(), "layout/thing", {"path": REMOVE}),
    Row("layout.tabs layout.tabs.*.label", viewed(), "layout/thing", "tabs.details.label", {"en": "Truths"}),
    Row("layout.tabs.*.sections", viewed(), "layout/thing", f"{SECTIONS}.again", {"fields": ["interest"]}),
    Row("layout.tabs.*.sections.*.label", viewed(), "layout/thing", f"{SECTIONS}.more.label", {"en": "Further"}),
    Row("layout.tabs.*.sections.*.columns", viewed(), "layout/thing", f"{SECTIONS}.more.columns", 1),
    Row("layout.tabs.*.sections.*.show_when", viewed(), "layout/thing", f"{SECTIONS}.more.show_when", "count > 5"),
    Row("layout.tabs.*.sections.*.fields", viewed(), "layout/thing", f"{SECTIONS}.more.fields", ["note", "kind", "interest", "price"]),
    Row("layout.tabs.*.sections.*.fields.field", viewed(), "layout/thing", f"{SECTIONS}.more.fields", ["note", {"field": "size"}]),
    Row("layout.tabs.*.sections.*.fields.show_when", viewed(), "layout/thing", f"{SECTIONS}.more.fields",
        ["note", {"field": "kind", "show_when": "count > 5"}]),
    Row("layout.tabs.*.sections.*.fields.required_when", creating("count: 5"), "layout/thing", f"{SECTIONS}.more.fields",
        ["note", {"field": "kind", "required_when": "count == 5"}]),
    Row("layout.tabs.*.sections.*.fields.read_only_when", 
        tested("{create: {thing: {name: A, count: 5}, as: t}, update: {t: {kind: small}}}"), "layout/thing",
        f"{SECTIONS}.more.fields", ["note", {"field": "kind", "read_only_when": "count == 5"}]),
    Row("layout.tabs.*.sections.*.fields.wide", viewed(), "layout/thing", f"{SECTIONS}.more.fields", [{"field": "kind", "wide": True}]),
    Row("layout.tabs.*.sections.*.after", viewed(), "layout/thing", f"{SECTIONS}.more.after", ""),
    ext("layout.tabs.*.sections.*.remove", viewed(), "layout/thing", {"tabs": {"details": {"sections": {"more": REMOVE}}}}),
    Row("layout.tabs.*.related", viewed(), "layout/thing", "tabs.parts"),
    Row("layout.tabs.*.related.object layout.tabs.*.related.by", viewed("/o/thing/1?tab=parts"), "layout/thing", "tabs.parts.related",
        {"object": "thing", "by": "other", "columns": ["name"]}),
    Row("layout.tabs.*.related.columns", viewed("/o/thing/1?tab=parts"), "layout/thing", "tabs.parts.related.columns", ["weight"]),
    Row("layout.tabs.*.related.sort", viewed("/o/thing/1?tab=parts"), "layout/thing", "tabs.parts.related.sort", ["weight"]),
    Row("layout.tabs.*.after", viewed(), "layout/thing", "tabs.parts.after", ""),
    ext("layout.tabs.*.remove", viewed(), "layout/thing", {"tabs": {"parts": REMOVE}}),
    ext("layout.remove", viewed(), "layout/thing", {"remove": True}),
)

LISTS = (
    Row("list_view.list_view", THING, "list_view/x_more", "", {"list_view": "x_more", "object": "thing", "columns": ["code"]}),
    Row("list_view.object", described("part"), "list_view/things_too", "object", "part"),
    Row("list_view.label", page("/o/thing"), "list_view/things", "label", {"en": "Everything"}),
    Row("list_view.where", page("/o/thing"), "list_view/things", "where", "name == 'Two'"),
    Row("list_view.columns", page("/o/thing"), "list_view/things", "columns", ["name", "coin"]),
    Row("list_view.sort", page("/o/thing"), "list_view/things", "sort", ["-name"]),
    Row("list_view.totals", page("/o/thing"), "list_view/things", "totals", {"count": "sum"}),
    Row("list_view.default", page("/o/thing"), "list_view/things_too", "default", True),
    ext("list_view.remove", THING, "list_view/things_too", {"remove": True}),
)


def as_clerk(*calls: str) -> Observer:
    return answered(*calls, role="clerk")


RIGHTS = "objects.thing"
PEOPLE = (
    Row("role.role", described("user"), "role/x_guest", "", {"role": "x_guest", "permission_sets": []}),
    Row("role.label", described("user"), "role/clerk", "label", {"en": "Scribe"}),
    Row("role.permission_sets", as_clerk("POST /records/thing {\"name\": \"A\"}"), "role/clerk", "permission_sets", ["clerk", "more"]),
    ext("role.remove", described("user"), "role/clerk", {"remove": True}),
    Row("permission_set.permission_set", problems, "permission_set/clerk"),
    Row("permission_set.label", answered("GET /metadata/permission_set"), "permission_set/clerk", "label", {"en": "Scribes"}),
    Row("permission_set.objects", as_clerk("GET /objects"), "permission_set/clerk", "objects", {"part": {"read": True}}),
    Row("permission_set.objects.*.create", as_clerk("POST /records/thing {\"name\": \"A\"}"), "permission_set/clerk", f"{RIGHTS}.create", True),
    Row("permission_set.objects.*.read", as_clerk("GET /objects"), "permission_set/clerk", f"{RIGHTS}.read", False),
    Row("permission_set.objects.*.edit", as_clerk("GET /objects/thing"), "permission_set/clerk", f"{RIGHTS}.edit", True),
    Row("permission_set.objects.*.delete", as_clerk("GET /objects/thing"), "permission_set/clerk", f"{RIGHTS}.delete", True),
    Row("permission_set.objects.*.view_all", as_clerk(f"GET {LIST}"), "permission_set/clerk", f"{RIGHTS}.view_all", True),
    Row("permission_set.objects.*.edit_all", as_clerk("PATCH /records/thing/1 {\"code\": \"z\", \"version\": 1}"), "permission_set/clerk",
        RIGHTS, {"read": True, "edit": True, "view_all": True, "edit_all": True}),
    Row("permission_set.objects.*.fields permission_set.objects.*.fields.*.read", as_clerk("GET /objects/thing"), "permission_set/clerk",
        f"{RIGHTS}.fields", {"code": {"read": False}}),
    Row("permission_set.objects.*.fields.*.edit", as_clerk("GET /objects/thing"), "permission_set/clerk",
        RIGHTS, {"read": True, "edit": True, "fields": {"code": {"edit": False}}}),
    ext("permission_set.objects.*.fields.*.remove", problems, "permission_set/clerk", {"objects": {"thing": {"fields": {"code": REMOVE}}}}),
    ext("permission_set.objects.*.remove", as_clerk("GET /objects"), "permission_set/clerk", {"objects": {"thing": REMOVE}}),
    Row("permission_set.system", as_clerk("GET /metadata/object"), "permission_set/clerk", "system", ["customize"]),
    ext("permission_set.remove", problems, "permission_set/clerk", {"remove": True}),
)

RECORDS = (
    Row("data.object", problems, "data/things", "object", "nothing"),
    Row("data.key", problems, "data/things", "key", "state"),
    Row("data.records", answered(f"GET {LIST}"), "data/things", "records", [{"name": "One"}, {"name": "Three"}]),
)

JAPANESE = {"languages": ["en", "ja"]}
SAID = {
    "app": ({"label": "貸出"}, page("/")),
    "navigation": ({"first": {"label": "一番"}}, page("/")),
    "objects": ({"thing": {"label": "ブツ"}}, THING),
    "picklists": ({"states": {"values": {"new": {"label": "新規"}}}}, THING),
    "layouts": ({"thing": {"tabs": {"details": {"label": "詳細"}}}}, page("/o/thing/1")),
    "list_views": ({"things": {"label": "全部"}}, page("/o/thing")),
    "roles": ({"clerk": {"label": "係"}}, described("user")),
    "permission_sets": ({"clerk": {"label": "係"}}, answered("GET /metadata/permission_set")),
}
"""Texts of a translation; here the translation is into English, of an app that is written in Japanese."""

TESTS = (
    Row("test.given", own_tests, "test/thing", "given", {"g": {"thing": {"code": "nameless"}}}),
    Row("test.tests", own_tests, "test/thing", "tests.another", {"create": {"thing": {"name": "x"}}}),
    Row("test.tests.*.as", own_tests, "test/thing", "tests.it works.as", "clerk"),
    Row("test.tests.*.clock", own_tests, "test/thing", "tests.it works", {
        "create": {"thing": {"name": "A"}, "as": "t"}, "clock": "2030-01-01", "expect": {"t.created_at": "2030-01-01"}}),
    Row("test.tests.*.at", own_tests, "test/thing", "tests.it works", {
        "at": "2030-01-01", "create": {"thing": {"name": "A"}, "as": "t"}, "expect": {"t.created_at": "2020-01-01"}}),
    Row("test.tests.*.create", own_tests, "test/thing", "tests.it works.create", {"thing": {"name": "B"}, "as": "t"}),
    Row("test.tests.*.update", own_tests, "test/thing", "tests.it works.update", {"t": {"name": "Changed"}}),
    Row("test.tests.*.delete", own_tests, "test/thing", "tests.it works.delete", "t"),
    Row("test.tests.*.expect", own_tests, "test/thing", "tests.it works.expect", {"t.name": "B"}),
    Row("test.tests.*.refused test.tests.*.refused.by", own_tests, "test/thing", "tests.it works.refused", {"by": "not_bad"}),
    Row("test.tests.*.refused.field", own_tests, "test/thing", "tests.it works", {
        "create": {"thing": {"name": "A", "code": "bad"}}, "refused": {"by": "not_bad", "field": "name"}}),
)

FIELDS = (
    field("field.type", ddl("thing"), "note", type="text"),
    field("field.label", THING, "code", label={"en": "Sign"}),
    field("field.help", page("/o/thing/1/edit"), "code", help={"en": "As printed"}),
    field("field.required", creating("count: 1"), "code", required=True),
    field("field.unique", creating("code: c1"), "code", unique=True),
    field("field.index", ddl("thing"), "count", index=True),
    field("field.default", creating("code: x", "t.count: 7"), "count", default=7),
    field("field.read_only", creating("code: x"), "code", read_only=True),
    field("field.after", THING, "code", after=""),
    ext("field.remove", THING, "object/thing", {"fields": {"story": REMOVE}}),
    field("field[text].max_length", creating("code: abcdef"), "code", max_length=3),
    field("field[text].min_length", creating("coin: ab"), "coin", min_length=3),
    field("field[text].pattern", creating("coin: abc"), "coin", pattern="[A-Z]+"),
    field("field[long_text].max_length", creating("note: abcdef"), "note", max_length=3),
    field("field[rich_text].max_length", creating("story: abcdef"), "story", max_length=3),
    field("field[integer].min", creating("count: 0"), "count", min=1),
    field("field[integer].max", creating("count: 9"), "count", max=2),
    field("field[decimal].precision", creating("size: 1234.5"), "size", precision=4),
    field("field[decimal].scale", creating("size: 1.005", "t.size: 1.005"), "size", scale=3),
    field("field[decimal].min", creating("size: 1"), "size", min=2),
    field("field[decimal].max", creating("size: 9"), "size", max=2),
    field("field[money].scale", creating("price: 1.005", "t.price: 1.005"), "price", scale=3),
    field("field[money].min", creating("price: 1"), "price", min=2),
    field("field[money].max", creating("price: 9"), "price", max=6),
    field("field[money].currency", THING, "price", currency="JPY"),
    field("field[money].currency_field", page("/o/thing/1"), "price", currency_field="coin"),
    field("field[percent].scale", creating("share: 0.12345", "t.share: 0.12345"), "share", scale=5),
    field("field[percent].min", creating("share: 0.1"), "share", min=0.5),
    field("field[percent].max", creating("share: 0.9"), "share", max=0.5),
    field("field[rate].min", creating("interest: 0.1"), "interest", min=0.5),
    field("field[rate].max", creating("interest: 0.9"), "interest", max=0.5),
    field("field[picklist].values", THING, "kind", values={"tiny": "Tiny"}),
    field("field[picklist].controlled_by", THING, "kind", controlled_by="state"),
    field("field[multi_picklist].values", THING, "kinds", values={"flat": "Flat"}),
    field("field[lookup].to", THING, "other", to="part"),
    field("field[lookup].on_delete", answered("POST /records/thing {\"name\": \"B\", \"other\": 1}", "DELETE /records/thing/1?version=1"), "other", on_delete="restrict"),
    field("field[lookup].filter", creating("other: One"), "other", filter="count == 2"),
    Row("field[master_detail].to", problems, "object/part", "fields.thing.to", "user"),
    field("field[many_to_many].to", THING, "friends", to="part"),
    field("field[any_lookup].to", THING, "about", to=["thing"]),
    field("field[file].max_size", handed_in("manual"), "manual", max_size=1),
    field("field[image].max_size", handed_in("photo"), "photo", max_size=1),
    field("field[auto_number].pattern", creating("code: x", "t.number: X-3"), "number", pattern="X-{0}"),
    field("field[formula].returns", THING, "double", returns="decimal"),
    field("field[formula].formula", creating("count: 2", "t.double: 6"), "double", formula="count * 3"),
    field("field[formula].scale", creating("size: 1", "t.third: 0.3333"), "third", scale=4),
    field("field[formula].blanks", creating("code: x", "t.double: null"), "double", blanks="blank"),
)

TABLE = (*APPS, *OBJECTS, *PICKLISTS, *LAYOUTS, *LISTS, *PEOPLE, *RECORDS, *TESTS, *FIELDS)
