"""The compiled model: one immutable value that says everything about a tenant's application.

Only `metadata.compile` makes one. Everything in it is frozen, resolved and typed, so that the floors
above never look at raw definitions. A model is identified by `checksum`, the hash of the merged
definitions; tenants on the same definitions share one instance, and compiled things are cached by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metadata.text import Text

if TYPE_CHECKING:
    from metadata.expressions import Expression
    from metadata.fields import FieldType



class _Empty(Mapping[str, object]):
    """The mapping with nothing in it; unlike a mapping proxy it may be a dataclass's default."""

    __slots__ = ()

    def __getitem__(self, name: str) -> object:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0


EMPTY: Mapping[str, object] = _Empty()


class Options(Mapping[str, object]):
    """The options of one field, by its type's own names: `field.options.scale`."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        object.__setattr__(self, "_values", dict(values))

    def __getattr__(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"options are frozen: {name}")

    def __getitem__(self, name: str) -> object:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a picklist; `when` lists the controlling values that offer it (empty: always)."""

    code: str
    label: Text
    color: str = "gray"
    final: bool = False
    active: bool = True
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picklist:
    """A named list of choices; a list written inside a field is named `object.field`."""

    name: str
    label: Text
    choices: Mapping[str, Choice]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of an object.

    `type` behaves, `options` parametrise it. `targets` names the objects a relation leads to.
    `picklist` is resolved for choice types. `default` and `formula` are compiled expressions.
    `standard` marks the platform's own fields (`id`, `owner`, `created_at` ...).
    """

    name: str
    object: str
    type: FieldType
    label: Text
    help: Text = Text()
    required: bool = False
    unique: bool = False
    index: bool = False
    read_only: bool = False
    standard: bool = False
    default: Expression | None = None
    options: Options = field(default_factory=lambda: Options({}))
    targets: tuple[str, ...] = ()
    picklist: Picklist | None = None
    controlled_by: str | None = None
    formula: Expression | None = None
    filter: Expression | None = None

    @property
    def is_relation(self) -> bool:
        """Whether a value is a reference to exactly one record of exactly one object."""
        return len(self.targets) == 1 and self.type.single_reference


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """A rule that refuses (`error`) or remarks (`warning`) a save when its condition is true."""

    name: str
    error_when: Expression
    message: Text
    field: str | None = None
    level: str = "error"


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record of one object, with its own choice of picklist values, layout and defaults."""

    name: str
    label: Text
    values: Mapping[str, tuple[str, ...]] = EMPTY
    defaults: Mapping[str, Expression] = EMPTY
    layout: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """Columns that are searched or sorted together; a name that begins with `-` is descending."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """One object: what its records hold and which rules hold for them.

    `fields` has the platform's standard fields first (`metadata.names.STANDARD_FIELDS`), then those
    of the definition in order. `parent` is the master-detail field, if there is one. `details` are
    the (object, field) pairs whose master this object is; `references` all (object, field) pairs of
    definitions that lead here (not the platform's own, such as `owner`). `app` is the package that
    brought it. `formulas` names the formula fields so that each comes after those of the same object it reads.
    """

    name: str
    app: str
    label: Text
    plural: Text
    help: Text
    icon: str
    name_field: str
    sharing: str
    history: bool
    search: tuple[tuple[str, ...], ...]
    fields: Mapping[str, Field]
    validation: tuple[ValidationRule, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[Index, ...] = ()
    record_types: Mapping[str, RecordType] = EMPTY
    parent: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    formulas: tuple[str, ...] = ()

    @property
    def own_fields(self) -> Iterator[Field]:
        """The fields of the definition, without the platform's standard ones."""
        return (each for each in self.fields.values() if not each.standard)


@dataclass(frozen=True, slots=True)
class Placement:
    """A field in a section of a layout, with the conditions that act on it in a form."""

    field: str
    show_when: Expression | None = None
    required_when: Expression | None = None
    read_only_when: Expression | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields in one or two columns."""

    name: str
    label: Text
    columns: int
    fields: tuple[Placement, ...]
    show_when: Expression | None = None


@dataclass(frozen=True, slots=True)
class RelatedList:
    """The records of `object` whose relation `by` leads to the record shown."""

    object: str
    by: str
    columns: tuple[tuple[str, ...], ...]
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a page layout: sections of fields, or one related list."""

    name: str
    label: Text
    sections: tuple[Section, ...] = ()
    related: RelatedList | None = None


@dataclass(frozen=True, slots=True)
class StagePath:
    """The picklist field that a record moves along, with hints and required fields per stage."""

    field: str
    hints: Mapping[str, Text] = EMPTY
    require: Mapping[str, tuple[str, ...]] = EMPTY


@dataclass(frozen=True, slots=True)
class Layout:
    """How one record is shown and edited; `highlights` is the compact layout (head, hover, search)."""

    name: str
    object: str
    highlights: tuple[tuple[str, ...], ...]
    tabs: tuple[Tab, ...]
    path: StagePath | None = None


@dataclass(frozen=True, slots=True)
class ListView:
    """A named list of records of one object; `default` opens first."""

    name: str
    object: str
    label: Text
    where: Expression | None
    columns: tuple[tuple[str, ...], ...]
    sort: tuple[str, ...] = ()
    totals: Mapping[str, str] = EMPTY
    default: bool = False


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What a permission set says of one field; None leaves it to the object's rights."""

    read: bool | None = None
    edit: bool | None = None


@dataclass(frozen=True, slots=True)
class ObjectRights:
    """What a permission set grants on one object; nothing here takes away what another set grants."""

    create: bool = False
    read: bool = False
    edit: bool = False
    delete: bool = False
    view_all: bool = False
    edit_all: bool = False
    fields: Mapping[str, FieldRights] = EMPTY


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """Rights on objects (`*` for every object) and rights on the tenant itself (`system`)."""

    name: str
    label: Text
    objects: Mapping[str, ObjectRights]
    system: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Role:
    """What a person is; it carries permission sets."""

    name: str
    label: Text
    permission_sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NavigationTab:
    """A place in the navigation: an object, or one of its list views."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """A titled group of places in the side bar."""

    name: str
    label: Text
    icon: str
    tabs: tuple[NavigationTab, ...]


@dataclass(frozen=True, slots=True)
class App:
    """An installed package as people see it."""

    name: str
    version: str
    label: Text
    description: Text
    languages: tuple[str, ...]
    currency: str
    navigation: tuple[NavigationGroup, ...]
    icon: str = "apps"


@dataclass(frozen=True, slots=True)
class SeedData:
    """Records that come with a package, found again by `key`; `demo` ones only where asked for."""

    name: str
    object: str
    key: str
    records: tuple[Mapping[str, object], ...]
    demo: bool = False


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Model:
    """Everything a tenant's runtime interprets; see the module's docstring.

    `definitions` are the merged plain definitions, kind → name → body, from which the model was made:
    `diff`, the designer and exports read them; the runtime does not.
    """

    checksum: str
    definitions: Mapping[str, Mapping[str, Mapping[str, object]]]
    apps: Mapping[str, App]
    objects: Mapping[str, Object]
    picklists: Mapping[str, Picklist]
    layouts: Mapping[str, Layout]
    list_views: Mapping[str, ListView]
    roles: Mapping[str, Role]
    permission_sets: Mapping[str, PermissionSet]
    seeds: tuple[SeedData, ...]
    languages: tuple[str, ...]
