"""What is wrong, for people: problems as sentences with labels in them instead of names, and where they belong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from metadata.errors import Problem
from metadata.model import Object
from metadata.sentences import sentence
from runtime.web import formats
from runtime.web.reader import Reader
from runtime.web.widgets.boxes import Fault


@dataclass(frozen=True, slots=True)
class Said:
    """A problem as a line on top of a form; `href` leads to its field."""

    href: str
    label: str
    text: str


def say_problem(reader: Reader, of: Object | None, problem: Problem) -> str:
    """Say a problem of a record; names in it become labels, codes of choices their texts."""
    if of is None:
        return sentence(problem, reader.locale)
    params = {key: _shown(reader, of, problem, key, value) for key, value in problem.params.items()}
    return sentence(replace(problem, params=params), reader.locale)


def _shown(reader: Reader, of: Object, problem: Problem, key: str, value: object) -> object:
    if key in ("name", "field", "controller", "relation") and value in reader.access.readable(of.name):
        return reader.label(of.fields[str(value)])
    if key in ("object", "by", "target") and isinstance(value, str) and reader.access.rights(value).read:
        return reader.object_label(reader.model.objects[str(value)])
    if key in ("fields", "objects") and isinstance(value, tuple | list):
        return _together(reader, (_shown(reader, of, problem, key[:-1], each) for each in value))
    if key in ("value", "stage", "record_type"):
        return _choice_text(reader, of, problem, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.figure(reader.locale, 0)(value)
    return value


def _choice_text(reader: Reader, of: Object, problem: Problem, value: object) -> object:
    for name in (problem.params.get("field"), problem.params.get("name"), *problem.path[:1]):
        field = of.fields.get(str(name))
        if field is not None and field.picklist is not None and value in field.picklist.choices:
            return reader.text(field.picklist.choices[str(value)].label)
    kind = of.record_types.get(str(value))
    return reader.text(kind.label) if kind is not None else value


def _together(reader: Reader, texts: Iterable[object]) -> str:
    return ("、" if reader.locale.startswith("zh") else ", ").join(str(each) for each in texts)


def faults_by_field(reader: Reader, of: Object, problems: Iterable[Problem]) -> Mapping[str, tuple[Fault, ...]]:
    """Sort problems to their fields."""
    found: dict[str, tuple[Fault, ...]] = {}
    for each in problems:
        if each.path and each.path[0] in of.fields:
            name = str(each.path[0])
            found[name] = (*found.get(name, ()), Fault(say_problem(reader, of, each), each.level == "warning"))
    return found


def said(reader: Reader, of: Object, problems: Iterable[Problem], *, placed: Iterable[str]) -> list[Said]:
    """Say problems on top of a form; `placed` are the fields that stand in it, in their order."""
    order = {name: number for number, name in enumerate(placed)}
    readable = reader.access.readable(of.name)
    lines = []
    for each in sorted(problems, key=lambda each: order.get(str(each.path[0]) if each.path else "", -1)):
        name = str(each.path[0]) if each.path else ""
        label = reader.label(of.fields[name]) if name in readable else ""
        lines.append(Said(f"#f-{name}" if name in order else "", label, say_problem(reader, of, each)))
    return lines
