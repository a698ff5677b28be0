"""Small models made by hand, so that what is tested here does not depend on the compiler."""

import hashlib
import json

from metadata.documents import Item, package_of
from metadata.fields import field_types
from metadata.model import App, Field, ListView, Model, Object, Options
from metadata.names import STANDARD_FIELDS
from metadata.text import Text
from tenants.publish import Release

USER = {
    "login": {"type": "text", "unique": True, "required": True},
    "name": {"type": "text"},
    "manager": {"type": "lookup", "to": "user"},
    "active": {"type": "boolean"},
    "roles": {"type": "multi_picklist"},
}
ORG_UNIT = {
    "name": {"type": "text"},
    "code": {"type": "text", "unique": True},
    "manager": {"type": "lookup", "to": "user"},
}
STANDARD_TYPES = {
    "id": ("integer", ()), "owner": ("lookup", ("user",)), "org_unit": ("lookup", ("org_unit",)),
    "created_at": ("datetime", ()), "created_by": ("lookup", ("user",)), "updated_at": ("datetime", ()),
    "updated_by": ("lookup", ("user",)), "version": ("integer", ()), "deleted_at": ("datetime", ()),
}
WORDS = ("type", "to", "unique", "required", "index")


def model_of(objects: dict[str, dict], **object_options: dict) -> Model:
    """Make a model of objects, name → fields; the platform's user and org_unit are added.

    An object's other properties are given by keyword: `loan={"unique": (("a", "b"),)}`.
    """
    named = {"user": USER, "org_unit": ORG_UNIT, **objects}
    made = {name: _object(name, fields, object_options.get(name, {})) for name, fields in named.items()}
    definitions = {"object": {name: {"fields": dict(fields)} for name, fields in named.items()}}
    checksum = hashlib.sha256(json.dumps([definitions, repr(object_options)]).encode()).hexdigest()
    views = {
        f"{name}_view": ListView(f"{name}_view", name, Text(), None, (("name",),), tuple(options["sort"]))
        for name, options in object_options.items() if "sort" in options
    }
    apps = {"test": App("test", "1.0.0", Text(), ("en",), "CNY", ())}
    return Model(
        checksum=checksum, definitions=definitions, apps=apps, objects=made, picklists={}, layouts={},
        list_views=views, roles={}, permission_sets={}, seeds=(), languages=("en",),
    )


def release_of(model: Model, message: str = "") -> Release:
    """Dress a model up as a release with one package."""
    package = package_of("test", "1.0.0", [Item("app", "test", {"app": "test", "checksum": model.checksum})])
    from tenants.users import SYSTEM_USER
    from metadata.merge import NO_OVERLAY
    return Release((package,), NO_OVERLAY, model, SYSTEM_USER, message)


def _object(name: str, fields: dict, options: dict) -> Object:
    standard = {key: _standard(name, key) for key in STANDARD_FIELDS if key in STANDARD_TYPES}
    own = {key: _field(name, key, each) for key, each in fields.items()}
    parent = next((key for key, each in fields.items() if each["type"] == "master_detail"), None)
    return Object(
        name=name, app="test", label=Text(), plural=Text(), help=Text(), icon="box", name_field=next(iter(fields)),
        sharing="private", history=True, search=(), fields={**standard, **own},
        unique=tuple(options.get("unique", ())), indexes=tuple(options.get("indexes", ())), parent=parent,
    )


def _standard(object_name: str, name: str) -> Field:
    type_name, targets = STANDARD_TYPES[name]
    kind = field_types[type_name]
    return Field(name, object_name, kind, Text(), standard=True, options=_options(kind, {}), targets=targets)


def _field(object_name: str, name: str, definition: dict) -> Field:
    kind = field_types[definition["type"]]
    to = definition.get("to", ())
    rest = {key: value for key, value in definition.items() if key not in WORDS}
    return Field(
        name, object_name, kind, Text(), required=definition.get("required", False),
        unique=definition.get("unique", False), index=definition.get("index", False), options=_options(kind, rest),
        targets=(to,) if isinstance(to, str) else tuple(to),
    )


def _options(kind: object, given: dict) -> Options:
    return Options({**{each.name: each.default for each in kind.options}, **given})
