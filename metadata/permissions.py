"""What a person may do, computed once from roles and permission sets, and deny by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metadata.model import EMPTY, Model, ObjectRights, PermissionSet

OPERATIONS = ("create", "read", "edit", "delete")

SYSTEM_RIGHTS = ("customize", "publish", "manage_users")
"""Rights on the tenant: change the draft; publish, install and roll back; give roles and passwords."""

EVERYONE = "everyone"
"""The permission set that every user holds."""


@dataclass(frozen=True, slots=True)
class ObjectPermissions:
    """The sum of all grants on one object; field names not listed in a set are out of reach."""

    create: bool = False
    read: bool = False
    edit: bool = False
    delete: bool = False
    view_all: bool = False
    edit_all: bool = False
    readable: frozenset[str] = frozenset()
    editable: frozenset[str] = frozenset()

    def allows(self, operation: str) -> bool:
        """Whether one of OPERATIONS is granted on the object."""
        return bool(getattr(self, operation))


NONE = ObjectPermissions()


@dataclass(frozen=True, slots=True)
class Permissions:
    """Everything a user may do in one model."""

    objects: Mapping[str, ObjectPermissions] = EMPTY
    system: frozenset[str] = frozenset()

    def of(self, object_name: str) -> ObjectPermissions:
        """The rights on an object; an unknown one has none."""
        return self.objects.get(object_name, NONE)

    def can_read(self, object_name: str, field_name: str) -> bool:
        """Whether a field may be read; what may not be read does not exist for this user."""
        rights = self.of(object_name)
        return rights.read and field_name in rights.readable


def everything(model: Model) -> Permissions:
    """The rights of the platform itself: all objects, all fields."""
    return Permissions(
        {
            name: ObjectPermissions(True, True, True, True, True, True, frozenset(each.fields), frozenset(each.fields))
            for name, each in model.objects.items()
        },
        frozenset(SYSTEM_RIGHTS),
    )


def permissions_of(model: Model, roles: Iterable[str]) -> Permissions:
    """Add up what the permission sets of these roles, and of everyone, grant."""
    names = [EVERYONE]
    for role in roles:
        if role in model.roles:
            names.extend(model.roles[role].permission_sets)
    sets = [model.permission_sets[name] for name in dict.fromkeys(names) if name in model.permission_sets]
    return Permissions(
        {name: _on_object(model, name, sets) for name in model.objects},
        frozenset().union(*(each.system for each in sets)),
    )


def _on_object(model: Model, name: str, sets: list[PermissionSet]) -> ObjectPermissions:
    grants = [rights for each in sets for rights in _rights(each, name)]
    readable: set[str] = set()
    editable: set[str] = set()
    for rights in grants:
        for field_name in model.objects[name].fields:
            own = rights.fields.get(field_name)
            if rights.read and (own is None or own.read is not False):
                readable.add(field_name)
            if (rights.edit or rights.create) and (own is None or (own.edit is not False and own.read is not False)):
                editable.add(field_name)
    flags = {flag: any(getattr(rights, flag) for rights in grants) for flag in (*OPERATIONS, "view_all", "edit_all")}
    return ObjectPermissions(**flags, readable=frozenset(readable), editable=frozenset(editable & readable))


def _rights(permission_set: PermissionSet, name: str) -> Iterable[ObjectRights]:
    """One set speaks once of an object: by its name if it is named, else through `*`."""
    rights = permission_set.objects.get(name) or permission_set.objects.get("*")
    return (rights,) if rights else ()
