"""The one permission decision: what a user may do with an object, its records and its fields.

A record's decision is a `Rule`; the same rule becomes a SQL predicate (`predicate`) and a check of one record
(`holds`), so a list and a single record can't disagree. Grants only widen: a further way to reach a record is a
further kind of rule. What may not be seen does not exist: `NotFound`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from sqlalchemy import BigInteger, ColumnElement, FromClause, bindparam, exists, false, select, true

from metadata.model import Field, Model, Object
from metadata.permissions import ObjectPermissions, Permissions
from runtime.records.errors import NotAllowed, NotFound
from runtime.records.kept import Kept
from tenants.context import RecordContext
from tenants.schema import tables

ME = "tenon_me"
"""The bind parameter that holds the acting user's id in every statement."""

_KEPT = 512


@dataclass(frozen=True, slots=True)
class Anyone:
    """Every record."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """No record."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The records that the user owns."""


@dataclass(frozen=True, slots=True)
class Master:
    """The records whose master, reached through `field`, the user may reach by `rule`."""

    field: str
    object: str
    rule: Rule


Rule = Anyone | Nobody | Owner | Master


class Access:
    """What one bundle of permissions allows in one model; decisions are made once and kept."""

    def __init__(self, model: Model, permissions: Permissions, *, shape: int) -> None:
        self.model = model
        self.permissions = permissions
        self.key = (model.checksum, shape)
        self._readable: dict[str, frozenset[str]] = {}
        self._rules: dict[tuple[str, str], Rule] = {}

    def object(self, name: str) -> Object:
        """Give an object that the user may read; raises NotFound for any other."""
        if name not in self.model.objects or not self.permissions.of(name).read:
            raise NotFound(name)
        return self.model.objects[name]

    def rights(self, name: str) -> ObjectPermissions:
        """The sum of the grants on an object."""
        return self.permissions.of(name)

    def require(self, name: str, operation: str) -> Object:
        """Give an object on which an operation is granted; raises NotFound or NotAllowed."""
        found = self.object(name)
        if not self.permissions.of(name).allows(operation):
            raise NotAllowed(name, operation)
        return found

    def readable(self, name: str) -> frozenset[str]:
        """The fields that may be read: granted, and for formulas all that they are made of."""
        if name not in self._readable:
            rights = self.permissions.of(name)
            fields = self.model.objects[name].fields
            granted = (rights.readable | {"id", "version"}) & fields.keys() if rights.read else frozenset()
            # Formulas come in where all they read may be read; they may read each other, and fields of other objects.
            self._readable[name] = frozenset(each for each in granted if self._may_read(name, each))
        return self._readable[name]

    def editable(self, name: str) -> frozenset[str]:
        """The fields that may be written."""
        return self.permissions.of(name).editable & self.readable(name)

    def can_read_path(self, name: str, path: tuple[str, ...]) -> bool:
        """Whether a path exists and each field along it may be read."""
        for step in path:
            if name not in self.model.objects or step not in self.readable(name):
                return False
            field = self.model.objects[name].fields[step]
            name = field.targets[0] if field.is_relation else ""
        return True

    def rule(self, name: str, operation: str) -> Rule:
        """Decide which records of an object may be read, or changed and deleted (`edit`)."""
        key = (name, operation)
        if key not in self._rules:
            self._rules[key] = self._decide(self.model.objects[name], operation)
        return self._rules[key]

    def _decide(self, of: Object, operation: str) -> Rule:
        rights = self.permissions.of(of.name)
        if not rights.read:
            return Nobody()
        if rights.edit_all or (rights.view_all and operation == "read"):
            return Anyone()
        if of.sharing == "read_write" or (of.sharing == "read" and operation == "read"):
            return Anyone()
        if of.sharing == "parent" and of.parent:
            return self._through_master(of.parent, of.fields[of.parent].targets[0], operation)
        return Owner()

    def _through_master(self, field: str, master: str, operation: str) -> Rule:
        if not self.permissions.of(master).allows(operation):
            return Nobody()
        rule = self.rule(master, operation)
        return rule if isinstance(rule, Anyone | Nobody) else Master(field, master, rule)

    def _may_read(self, name: str, step: str) -> bool:
        rights = self.permissions.of(name)
        field = self.model.objects[name].fields.get(step)
        if field is None or not rights.read or step not in rights.readable | {"id", "version"}:
            return False
        return field.formula is None or all(self._may_follow(name, path) for path in field.formula.references)

    def _may_follow(self, name: str, path: tuple[str, ...]) -> bool:
        for step in path:
            if name not in self.model.objects or not self._may_read(name, step):
                return False
            field = self.model.objects[name].fields[step]
            name = field.targets[0] if field.is_relation else ""
        return True


def predicate(rule: Rule, row: FromClause, *, model: Model) -> ColumnElement[bool]:
    """Turn a rule into a condition on a row of the object's table (or an alias of it)."""
    if isinstance(rule, Anyone):
        return true()
    if isinstance(rule, Nobody):
        return false()
    if isinstance(rule, Owner):
        return row.c.owner == bindparam(ME, type_=BigInteger)
    master = tables(model).objects[rule.object].alias()
    return exists(select(1).where(master.c.id == row.c[rule.field], predicate(rule.rule, master, model=model)))


def holds(
    rule: Rule, values: Mapping[str, object], *, me: int, master_of: Callable[[str, object], Mapping[str, object]]
) -> bool:
    """Check a rule on one record's values; `master_of(object, id)` gives the values of a master."""
    if isinstance(rule, Anyone):
        return True
    if isinstance(rule, Nobody):
        return False
    if isinstance(rule, Owner):
        return values["owner"] == me
    master = master_of(rule.object, values[rule.field])
    return holds(rule.rule, master, me=me, master_of=master_of)


def access_of(ctx: RecordContext) -> Access:
    """Give the decisions for a context; users with equal rights share them."""
    kept = _by_identity.get((ctx.model.checksum, id(ctx.permissions)), lambda: _remember(ctx))
    if kept[0] is ctx.permissions:
        return kept[1]
    return _shared(ctx.model, ctx.permissions)


def _remember(ctx: RecordContext) -> tuple[Permissions, Access]:
    # The permissions are kept along, so that their identity can't be given to another object.
    return ctx.permissions, _shared(ctx.model, ctx.permissions)


def _shared(model: Model, permissions: Permissions) -> Access:
    shape = _shapes.get(frozenset(permissions.objects.items()), lambda: next(_numbers))
    return _by_shape.get((model.checksum, shape), lambda: Access(model, permissions, shape=shape))


_numbers = count(1)
_shapes: Kept[int] = Kept(_KEPT)
_by_shape: Kept[Access] = Kept(_KEPT)
_by_identity: Kept[tuple[Permissions, Access]] = Kept(_KEPT)
