"""Roles, permission sets, and the apps with their navigation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from metadata.compile.workshop import Path, Workshop
from metadata.kinds import SYSTEM
from metadata.merge import Definition
from metadata.model import App, FieldRights, NavigationGroup, NavigationTab, ObjectRights, PermissionSet, Role

FLAGS = ("create", "read", "edit", "delete", "view_all", "edit_all")
VIEW = "list_view/"


def make_roles(workshop: Workshop) -> dict[str, Role]:
    """Make all roles."""
    roles = {}
    for name, definition in workshop.definitions["role"].items():
        body = workshop.body(definition)
        sets = body.get("permission_sets")
        known = [
            each
            for index, each in enumerate(sets if isinstance(sets, list) else ())
            if workshop.refer(definition, ("permission_sets", index), "permission_set", each) is not None
        ]
        label = workshop.texts.of(definition, ("label",), body.get("label"), name=name)
        roles[name] = Role(name, label, tuple(known))
    return roles


def make_permission_sets(workshop: Workshop) -> dict[str, PermissionSet]:
    """Make all permission sets."""
    return {name: _permission_set(workshop, each) for name, each in workshop.definitions["permission_set"].items()}


def _permission_set(workshop: Workshop, definition: Definition) -> PermissionSet:
    body = workshop.body(definition)
    rights = {}
    written = body.get("objects")
    for name, grants in (written.items() if isinstance(written, dict) else ()):
        if not isinstance(grants, dict):
            continue
        if name != "*" and workshop.refer(definition, ("objects", name), "object", name, at_key=True) is None:
            continue
        without = [flag for flag in FLAGS if flag != "read" and grants.get(flag) is True]
        if without and grants.get("read") is not True:
            params = {"object": name, "rights": tuple(without)}
            workshop.problem(definition, "rights_without_read", ("objects", name), at_key=True, **params)
        rights[name] = ObjectRights(
            **{flag: grants.get(flag) is True for flag in FLAGS},
            fields=MappingProxyType(_field_rights(workshop, definition, name, grants.get("fields"))),
        )
    label = workshop.texts.of(definition, ("label",), body.get("label"), name=definition.name)
    system = body.get("system")
    granted = frozenset(str(each) for each in system) if isinstance(system, list) else frozenset()
    return PermissionSet(definition.name, label, MappingProxyType(rights), granted)


def _field_rights(
    workshop: Workshop, definition: Definition, object_name: str, fields: object
) -> dict[str, FieldRights]:
    rights = {}
    for name, grants in (fields.items() if isinstance(fields, dict) else ()):
        path: Path = ("objects", object_name, "fields", name)
        if object_name == "*":
            workshop.problem(definition, "fields_of_all", path, at_key=True, name=name)
        elif workshop.field_at(definition, path, object_name, name, at_key=True) is not None and isinstance(
            grants, dict
        ):
            if grants.get("read") is False and grants.get("edit") is True:
                workshop.problem(definition, "edit_of_hidden", path, at_key=True, name=name)
            rights[name] = FieldRights(grants.get("read"), grants.get("edit"))
    return rights


def make_apps(workshop: Workshop) -> dict[str, App]:
    """Make the apps as people see them, each with its navigation; the platform's own stands last."""
    apps = {name: _app(workshop, definition) for name, definition in workshop.definitions["app"].items()}
    if SYSTEM in apps:
        apps[SYSTEM] = apps.pop(SYSTEM)
    return apps


def _app(workshop: Workshop, definition: Definition) -> App:
    body = workshop.body(definition)
    groups = body.get("navigation")
    return App(
        definition.name,
        str(body.get("version", "")),
        workshop.texts.of(definition, ("label",), body.get("label"), name=definition.name),
        workshop.texts.of(definition, ("description",), body.get("description")),
        tuple(body.get("languages") or ("en",)),  # type: ignore[arg-type]
        str(body.get("currency", "CNY")),
        tuple(
            _group(workshop, definition, name, group)
            for name, group in (groups.items() if isinstance(groups, dict) else ())
            if isinstance(group, dict)
        ),
        str(body.get("icon", "apps")),
    )


def _group(workshop: Workshop, definition: Definition, name: str, body: Mapping[str, object]) -> NavigationGroup:
    here: Path = ("navigation", name)
    tabs = []
    written = body.get("tabs")
    for index, tab in enumerate(written if isinstance(written, list) else ()):
        kind, place = ("list_view", tab.removeprefix(VIEW)) if tab.startswith(VIEW) else ("object", tab)
        if workshop.refer(definition, (*here, "tabs", index), kind, place) is not None:
            tabs.append(NavigationTab(kind, place))
    label = workshop.texts.of(definition, (*here, "label"), body.get("label"), name=name)
    return NavigationGroup(name, label, str(body.get("icon", "folder")), tuple(tabs))
