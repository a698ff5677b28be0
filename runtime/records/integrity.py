"""What the database's own constraints say, when two writers meet, in the words of the checks that came first."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from metadata.errors import Problem
from metadata.model import Field, Object
from runtime.records.access import Access
from runtime.records.questions import not_unique
from runtime.records.shapes import shape_of
from tenants.schema import identifier


def problem_of(error: IntegrityError, access: Access, of: Object) -> Problem:
    """Name the unique key or the relation that a write broke; raises the error itself when it is none of them."""
    broken = _constraint(error)
    for key in shape_of(of).unique:
        if broken == identifier("key", of.name, *key) or broken == _columns_text(of, key):
            return not_unique(access, of, key)
    for field in of.fields.values():
        if field.targets and broken == identifier("fk", of.name, field.name):
            return _gone(access, field)
    raise error


def _gone(access: Access, field: Field) -> Problem:
    path = (field.name,) if field.name in access.readable(field.object) else ()
    return Problem("reference_not_found", path, {"name": field.name, "object": field.targets[0]})


def _constraint(error: IntegrityError) -> str:
    """The constraint's name on PostgreSQL; on SQLite the columns of a broken unique key."""
    details = getattr(error.orig, "diag", None)
    if details is not None:
        return str(details.constraint_name)
    return str(error.orig).partition("failed: ")[2]


def _columns_text(of: Object, key: tuple[str, ...]) -> str:
    columns = [column for name in key for column, _ in of.fields[name].type.columns(of.fields[name])]
    return ", ".join(f"{of.name}.{column}" for column in columns)
