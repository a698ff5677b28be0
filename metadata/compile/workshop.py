"""What all steps of one compilation share: checked bodies, problems found so far, and the ways to refer to things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from metadata.checking import MAX_FAULTS, check
from metadata.compile.texts import Texts
from metadata.errors import Location, Problem
from metadata.expressions import Expression, ExpressionInvalid, UnknownName, ValueType, compile_expression
from metadata.kinds import KINDS, OVERLAY, SYSTEM
from metadata.merge import Definition, Definitions
from metadata.model import Field, Picklist
from metadata.names import is_name
from metadata.scope import FieldScope, Unresolvable
from metadata.similar import similar

Path = tuple[str | int, ...]
WHOLE = "*"

HARMLESS = frozenset(
    {"label", "help", "default", "required", "unique", "index", "read_only", "after", "filter", "formula", "remove"}
)
"""Field properties without which a field still has its type, so that others may refer to it."""


MAX_PROBLEMS = 500
"""After so many problems nothing more is looked for."""


MAX_OBJECTS = 1_000
MAX_PARTS = 10_000
"""How many fields, rules and record types all objects may have together."""


class EnoughProblems(Exception):
    """There are MAX_PROBLEMS already."""


class Workshop:
    """The state of one compilation.

    `fields` holds the fields of every object as far as they are known; `faulty` the (object, field)
    pairs whose definition is broken, so that nothing is said about what refers to them. Of the `excused` kinds
    nothing is said at all; `passed_over` tells whether there was something.
    """

    def __init__(self, definitions: Definitions, requires: Mapping[str, frozenset[str]]) -> None:
        self.definitions = definitions
        self.requires = requires
        self.problems: list[Problem] = []
        self.bodies: dict[tuple[str, str], Mapping[str, object]] = {}
        self.fields: dict[str, dict[str, Field]] = {}
        self.picklists: dict[str, Picklist] = {}
        self.faulty: set[tuple[str, str]] = set()
        self.unread: set[tuple[str, str]] = set()
        self.excused: frozenset[str] = frozenset()
        self.passed_over = False
        self.texts = Texts(self)
        self._scopes: dict[str, FieldScope] = {}

    def check_size(self) -> None:
        """Refuse definitions so large that nobody would have time to wait for them."""
        objects = self.definitions["object"]
        parts = sum(
            _size(each.body.get(name)) for each in objects.values() for name in ("fields", "validation", "record_types")
        )
        if len(objects) > MAX_OBJECTS or parts > MAX_PARTS:
            params = {"objects": len(objects), "parts": parts, "max_objects": MAX_OBJECTS, "max_parts": MAX_PARTS}
            self.problems.append(Problem("model_too_large", (), params))
            raise EnoughProblems

    def check_all(self) -> None:
        """Check every body against its schema; what follows works on bodies without faulty values."""
        for each in self.definitions:
            self._check_name(each)
            body, faults = check(each.kind, each.body)
            self.bodies[each.kind, each.name] = body
            for fault in faults:
                self.problem(each, fault.code, fault.path, at_key=fault.key, **fault.params)
                if each.kind == "object":
                    self._note_faulty(each.name, fault.path)
            if len(faults) >= MAX_FAULTS:
                self.unread.add((each.kind, each.name))
            if faults and not is_name(each.name):
                stem = each.parts[0][1].file.rpartition("/")[2].removesuffix(".yaml")
                self.unread.add((each.kind, stem))
        for kind, name in self.unread:
            if kind == "object":
                self.faulty.add((name, WHOLE))

    def _check_name(self, definition: Definition) -> None:
        """A tenant's edits can't rename an item."""
        key = KINDS[definition.kind].key
        found = (
            definition.body.get(key, definition.name) if key and definition.kind != "translations" else definition.name
        )
        if found != definition.name and isinstance(found, str):
            self.problem(definition, "name_differs", (key,), name=definition.name, found=found)

    def _note_faulty(self, name: str, path: Path) -> None:
        if path == ("fields",):
            self.faulty.add((name, WHOLE))
        elif len(path) >= 2 and path[0] == "fields":
            if len(path) == 2 or path[2] not in HARMLESS:
                self.faulty.add((name, str(path[1])))

    def body(self, definition: Definition) -> Mapping[str, object]:
        """The checked body of a definition."""
        return self.bodies[definition.kind, definition.name]

    def problem(
        self, definition: Definition, code: str, path: Path = (), /, *, at_key: bool = False, **params: object
    ) -> None:
        """Note a problem with a definition, at a value in its body or at the value's key."""
        if definition.kind in self.excused:
            self.passed_over = True
            return
        self._note(Problem(code, path, params, definition.location(path, key=at_key)))

    def _note(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            self.problems.append(Problem("too_many_problems", (), {"count": MAX_PROBLEMS}))
            raise EnoughProblems

    def scope(self, object_name: str) -> FieldScope:
        """The scope of expressions over an object."""
        if object_name not in self._scopes:
            self._scopes[object_name] = FieldScope(
                object_name, lambda name: self.fields.get(name, {}), faulty=self.faulty
            )
        return self._scopes[object_name]

    def unknown(
        self, definition: Definition, path: Path, what: str, name: str, names: Iterable[str], *, at_key: bool = False
    ) -> None:
        """Note that something referred to does not exist, unless its own file is what is wrong."""
        if (what, name) not in self.unread:
            self.problem(definition, f"no_such_{what}", path, at_key=at_key, name=name, **similar(name, names))

    def refer(
        self, definition: Definition, path: Path, kind: str, name: object, *, at_key: bool = False
    ) -> Definition | None:
        """Find an item that a definition refers to; notes a problem when there is none within reach."""
        if not isinstance(name, str):
            return None
        found = self.definitions[kind].get(name)
        if found is None:
            self.unknown(definition, path, kind, name, self.definitions[kind], at_key=at_key)
            return None
        writer = definition.writer(path)
        if writer != OVERLAY and found.package not in (writer, SYSTEM, *self.requires.get(writer, ())):
            params = {"kind": kind, "name": name, "package": found.package}
            self.problem(definition, "package_not_required", path, at_key=at_key, **params)
        return found

    def field_at(
        self, definition: Definition, path: Path, object_name: str, dotted: object, *, at_key: bool = False
    ) -> Field | None:
        """Find the field that a dotted path leads to from an object; notes a problem when there is none."""
        if not isinstance(dotted, str) or object_name not in self.fields:
            return None
        steps = tuple(dotted.split("."))
        try:
            return self.scope(object_name).field(steps)
        except Unresolvable:
            return None
        except UnknownName as unknown:
            before = ".".join(steps[: unknown.index])
            if unknown.allowed:
                owner = self.scope(object_name).field(steps[: unknown.index]).targets[0] if before else object_name
                params = {"name": unknown.name, "object": owner, **similar(unknown.name, unknown.allowed)}
                self.problem(definition, "no_such_field", path, at_key=at_key, **params)
            else:
                self.problem(definition, "no_path_beyond", path, at_key=at_key, name=unknown.name, field=before)
            return None

    def expression(
        self,
        definition: Definition,
        path: Path,
        source: object,
        object_name: str,
        *,
        purpose: str,
        expect: ValueType | None = None,
        blanks: str = "blank",
    ) -> Expression | None:
        """Compile an expression of a definition; notes its problems, with their places in the file."""
        if not isinstance(source, str) or object_name not in self.fields:
            return None
        try:
            return compile_expression(
                source, scope=self.scope(object_name), purpose=purpose, expect=expect, blanks=blanks
            )
        except Unresolvable:
            return None
        except ExpressionInvalid as invalid:
            for each in invalid.problems:
                self._note(replace(each, path=path, location=self._inside(definition, path, each.location)))
            return None

    def _inside(self, definition: Definition, path: Path, spot: Location | None) -> Location:
        """Turn a place inside an expression into a place in the file that holds it."""
        item = definition.item_at(path)
        start = item.location(path)
        if spot is None or not spot.line or not start.line or item.marks.text is None:
            return start
        first = item.marks.text.split("\n")[start.line - 1][start.column - 1 : start.column]
        if first in ("|", ">"):
            return Location(start.file, start.line + spot.line, 0)
        if spot.line > 1:
            return Location(start.file, start.line + spot.line - 1, 0)
        return Location(start.file, start.line, start.column + spot.column - 1 + (first in ('"', "'")))


def _size(value: object) -> int:
    return len(value) if isinstance(value, Mapping) else 0
