"""Small packages in the product's own language, with the releases they make."""

from collections.abc import Mapping

from metadata.compile import compile_model
from metadata.documents import Package, item_from_json, package_of
from metadata.merge import NO_OVERLAY, Overlay
from metadata.model import Model
from tenants.publish import Release
from tenants.users import SYSTEM_USER

Fields = Mapping[str, Mapping[str, object]]


def package_with(objects: Mapping[str, Fields], **more: Mapping[str, object]) -> Package:
    """Write a package of objects, name → fields; further properties of an object come by keyword.

    The order of a list view is given as `loan={"sort": ["-amount"]}`.
    """
    items = [item_from_json("app", "test", {"app": "test", "version": "1.0.0", "label": "Test", "languages": ["en"]})]
    for name, fields in objects.items():
        options = dict(more.get(name, {}))
        sort = options.pop("sort", None)
        body = {"label": name.title(), "fields": {key: {"label": key, **each} for key, each in fields.items()}}
        items.append(item_from_json("object", name, {"object": name, **body, **options}))
        if sort:
            view = {"list_view": name, "object": name, "label": name, "columns": [next(iter(fields))], "sort": sort}
            items.append(item_from_json("list_view", name, view))
    return package_of("test", "1.0.0", items)


def model_of(objects: Mapping[str, Fields], **more: Mapping[str, object]) -> Model:
    """Compile such a package."""
    return compile_model([package_with(objects, **more)])


def release_of(objects: Mapping[str, Fields], message: str = "", *, overlay: Overlay = NO_OVERLAY, **more: object) -> Release:
    """Make such a package ready to be published."""
    package = package_with(objects, **more)
    return Release((package,), overlay, compile_model([package], overlay), SYSTEM_USER, message)
