"""The kinds of items a package may hold, and where each kind stands in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of item: its folder, and the property that names an item of it.

    A kind without `key` takes the name from its file. `tenant_prefix` says that what a tenant adds
    of this kind must begin with `x_`, because the names are shared by all packages.
    """

    name: str
    folder: str
    key: str | None = None
    tenant_prefix: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("app", "", "app"),
        Kind("object", "objects", "object", True),
        Kind("picklist", "picklists", "picklist", True),
        Kind("layout", "layouts", "layout", True),
        Kind("list_view", "list_views", "list_view", True),
        Kind("role", "roles", "role", True),
        Kind("permission_set", "permission_sets", "permission_set", True),
        Kind("data", "data"),
        Kind("demo", "demo"),
        Kind("translations", "translations", "translations"),
        Kind("test", "tests"),
    )
}

FOLDERS: dict[str, Kind] = {kind.folder: kind for kind in KINDS.values() if kind.folder}

RECORDS = frozenset({"data", "demo"})
"""Kinds that hold records, many of them."""

APP_FILE = "app.yaml"
SYSTEM = "system"
"""The package that the platform brings; it is always installed first."""

OVERLAY = "tenant"
"""What stands in the place of a package's name for what the tenant itself added."""

RESERVED_PACKAGES = frozenset({"tenon", SYSTEM, OVERLAY})


def file_of(kind: str, name: str) -> str:
    """Say where an item stands in a package folder."""
    return APP_FILE if kind == "app" else f"{KINDS[kind].folder}/{name}.yaml"
