"""The check of app tests: what they name must exist, so that a test can't pass because it says nothing."""

from __future__ import annotations

from metadata.compile.workshop import Path, Workshop
from metadata.merge import Definition
from metadata.model import Object
from metadata.similar import similar
from metadata.test_files import created, maker

REFUSED_BY = ("required", "format", "unique", "permission", "range", "choice", "relation", "read_only", "unknown_field")
"""What a test may call a refusal, beside the names of validation rules."""

UNCLEAR = ""
"""Stands for the object of a record whose definition is faulty; nothing more is said about it."""


def check_tests(workshop: Workshop, objects: dict[str, Object]) -> None:
    """Check all files in `tests/`."""
    for definition in workshop.definitions["test"].values():
        _File(workshop, objects, definition).check()


class _File:
    def __init__(self, workshop: Workshop, objects: dict[str, Object], definition: Definition) -> None:
        self.workshop = workshop
        self.objects = objects
        self.definition = definition
        self.body = workshop.body(definition)

    def check(self) -> None:
        """Check the given records and every test."""
        given: dict[str, str] = {}
        written = self.body.get("given")
        for name, body in (written.items() if isinstance(written, dict) else ()):
            given[name] = self._record(("given", name), body) or UNCLEAR
        tests = self.body.get("tests")
        for name, test in (tests.items() if isinstance(tests, dict) else ()):
            if isinstance(test, dict):
                self._test(("tests", name), test, {**self._of_others(tests, name), **given})

    def _of_others(self, tests: dict[str, object], sentence: str) -> dict[str, str]:
        """The records that other tests of the file create: this one may speak of them too."""
        found = {}
        for name in dict.fromkeys(created(test) for test in tests.values()):
            other = maker(tests, sentence, name) if name is not None else None
            if name is not None and other is not None:
                objects = [each for each in tests[other]["create"] if each != "as"]  # type: ignore[index]
                known = len(objects) == 1 and objects[0] in self.workshop.fields
                found[name] = objects[0] if known else UNCLEAR
        return found

    def _problem(self, code: str, path: Path, /, *, at_key: bool = False, **params: object) -> None:
        self.workshop.problem(self.definition, code, path, at_key=at_key, **params)

    def _record(self, here: Path, body: object) -> str | None:
        """Check `{object: {field: value}}`; give the object's name if it is known."""
        if not isinstance(body, dict):
            return None
        names = [name for name in body if name != "as"]
        if len(names) != 1 or not isinstance(body[names[0]], dict):
            self._problem("test_one_object", here, at_key=True)
            return None
        name = names[0]
        if self.workshop.refer(self.definition, (*here, name), "object", name, at_key=True) is None:
            return None
        self._fields((*here, name), name, body[name])
        return name

    def _fields(self, here: Path, object_name: str, values: dict[str, object]) -> None:
        for field in values:
            if not (object_name == "user" and field == "password"):
                self._field((*here, field), object_name, field)

    def _field(self, path: Path, object_name: str, field: str, *, at_key: bool = True) -> None:
        if object_name != UNCLEAR:
            self.workshop.field_at(self.definition, path, object_name, field, at_key=at_key)

    def _test(self, here: Path, test: dict[str, object], known: dict[str, str]) -> None:
        role = test.get("as")
        if isinstance(role, str):
            self.workshop.refer(self.definition, (*here, "as"), "role", role)
        if not {"create", "update", "delete", "expect"} & set(test):
            self._problem("test_does_nothing", here, at_key=True)
        acting: list[str] = []
        create = test.get("create")
        if isinstance(create, dict):
            found = self._record((*here, "create"), create) or UNCLEAR
            acting.append(found)
            if isinstance(create.get("as"), str):
                known[create["as"]] = found
        self._update((*here, "update"), test.get("update"), known, acting)
        delete = test.get("delete")
        if isinstance(delete, str) and self._known((*here, "delete"), delete, known):
            acting.append(known[delete])
        expect = test.get("expect")
        for path in expect if isinstance(expect, dict) else ():
            name, _, field = path.partition(".")
            if self._known((*here, "expect", path), name, known) and field:
                self._field((*here, "expect", path), known[name], field)
            elif name in known and not field:
                self._problem("test_expect_field", (*here, "expect", path), at_key=True, name=path)
        self._refused((*here, "refused"), test.get("refused"), acting)

    def _update(self, here: Path, update: object, known: dict[str, str], acting: list[str]) -> None:
        for name, values in (update.items() if isinstance(update, dict) else ()):
            if self._known((*here, name), name, known) and isinstance(values, dict):
                acting.append(known[name])
                self._fields((*here, name), known[name], values)

    def _known(self, path: Path, name: str, known: dict[str, str]) -> bool:
        if name not in known:
            self._problem("test_unknown_record", path, at_key=True, name=name, **similar(name, known))
        return name in known

    def _refused(self, here: Path, refused: object, acting: list[str]) -> None:
        if not isinstance(refused, dict) or not acting or UNCLEAR in acting:
            return
        rules = [rule.name for name in acting if name in self.objects for rule in self.objects[name].validation]
        written = [name for each in acting for name in (self._rules_of(each))]
        by = refused.get("by")
        if isinstance(by, str) and by not in (*REFUSED_BY, *rules, *written):
            self._problem("test_unknown_refusal", (*here, "by"), name=by, **similar(by, (*rules, *REFUSED_BY)))
        field = refused.get("field")
        if isinstance(field, str) and not any(
            field in self.objects[name].fields for name in acting if name in self.objects
        ):
            self._field((*here, "field"), acting[0], field, at_key=False)

    def _rules_of(self, object_name: str) -> list[str]:
        """All rules as written, the faulty ones too."""
        definition = self.workshop.definitions["object"].get(object_name)
        rules = definition.body.get("validation") if definition else None
        return list(rules) if isinstance(rules, dict) else []
