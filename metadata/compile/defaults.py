"""The check of defaults against each other, and against what a record type offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from metadata.compile.workshop import Path, Workshop
from metadata.expressions import Expression
from metadata.expressions.tree import Constant
from metadata.merge import Definition

Defaults = Mapping[str, Expression]


def check_default_cycles(
    workshop: Workshop, definition: Definition, changed: Defaults, here: Path = ("fields",)
) -> None:
    """No default may read itself, directly or through others: it would always be blank.

    `changed` are the defaults of a record type in place of the fields' own; what the fields alone do
    wrong is told once.
    """
    fields = workshop.fields[definition.name]
    defaults = {name: field.default for name, field in fields.items() if field.default is not None} | changed
    graph = {name: set(_reads(workshop, definition, defaults, name)) for name in defaults}
    while True:
        try:
            TopologicalSorter(graph).prepare()
            return
        except CycleError as cycle:
            members = cycle.args[1]
            told = [name for name in members if name in changed] if changed else members
            if told or not changed:
                name = min(told)
                path: Path = (*here, name) if changed else (*here, name, "default")
                workshop.problem(definition, "default_cycle", path, name=name, cycle=" → ".join(reversed(members)))
            for member in set(members):
                graph[member] = set()


def _reads(workshop: Workshop, definition: Definition, defaults: Defaults, name: str) -> Iterator[str]:
    """The fields with a default that a default reads, also through formulas of the same record."""
    fields = workshop.fields[definition.name]
    waiting, met = [defaults[name]], set()
    while waiting:
        for step, *_ in waiting.pop().references:
            if step in defaults:
                yield step
            elif step in fields and step not in met and fields[step].formula is not None:
                met.add(step)
                waiting.append(fields[step].formula)  # type: ignore[arg-type]


def check_offered(
    workshop: Workshop, definition: Definition, here: Path, offered: Mapping[str, tuple[str, ...]], defaults: Defaults
) -> None:
    """A record type's own default must be among the values that it offers."""
    for name, default in defaults.items():
        tree, picklist = default.tree, workshop.fields[definition.name][name].picklist
        if name not in offered or picklist is None or not picklist.choices.keys() >= set(offered[name]):
            continue
        if isinstance(tree, Constant) and isinstance(tree.value, str):
            for code in tree.value.split(";"):
                if code and code not in offered[name]:
                    params = {"name": code, "field": name, "allowed": offered[name]}
                    workshop.problem(definition, "default_not_offered", (*here, "defaults", name), **params)
