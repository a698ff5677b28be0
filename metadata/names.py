"""What names may look like, and which are taken by the platform itself."""

from __future__ import annotations

import re

MAX_NAME = 40
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
TENANT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z")

TENANT_PREFIX = "x_"
"""What a tenant adds to a package's object begins with this, so later vendor names never collide."""

SYSTEM_PREFIX = "tenon_"

STANDARD_FIELDS = (
    "id", "owner", "org_unit", "record_type", "created_at", "created_by", "updated_at", "updated_by",
    "version", "deleted_at",
)
"""Fields that every record has; a definition can't declare them, expressions may read them."""

RESERVED_FIELDS = frozenset(STANDARD_FIELDS) | frozenset(
    # SQLite's own row names, what expressions read as words, and names of mapping methods, which
    # an expression evaluator would mistake for the methods.
    {"rowid", "oid", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "deleted_by", "true", "false", "none",
     "and", "or", "not", "in", "is", "if", "else", "for", "lambda", "items", "keys", "values", "get", "copy",
     "pop", "update", "object", "fields"}
)
RESERVED_OBJECTS = frozenset({"sqlite_master", "sqlite_sequence", "metadata", "system"})
RESERVED_TENANTS = frozenset({"health", "static", "api", "www", "admin", "assets", "favicon-ico"})


def is_name(text: object) -> bool:
    """Whether a text can name an object, a field, a section and so on (`snake_case`, at most 40)."""
    return isinstance(text, str) and NAME.match(text) is not None


def is_tenant(text: object) -> bool:
    """Whether a text can be a tenant's slug, which stands in addresses and file names."""
    return isinstance(text, str) and TENANT.match(text) is not None and text not in RESERVED_TENANTS
