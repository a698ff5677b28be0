"""The order of packages: each after those it requires, and whether the required versions are there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from metadata.documents import Item, Package
from metadata.errors import Location, Problem
from metadata.kinds import SYSTEM
from metadata.similar import similar
from metadata.version import PLATFORM_VERSION

PLATFORM = "tenon"
_RANGE = re.compile(r"\s*(>=|<=|==|>|<)\s*([0-9.]+)\s*\Z")


def arranged(packages: Sequence[Package], system: Package) -> tuple[list[Package], list[Problem]]:
    """Put packages in the order of dependence, the system package first; what is missing is a problem.

    A system package among them is used in place of the present one: a tenant keeps the one it was published with.
    """
    problems: list[Problem] = []
    given = next((package for package in packages if package.name == SYSTEM and not package.problems), system)
    by_name: dict[str, Package] = {SYSTEM: given}
    for package in packages:
        if package.name != SYSTEM and package.name in by_name:
            problems.append(_problem(package, "package_twice", ("app",), name=package.name))
        by_name.setdefault(package.name, package)
    graph = {
        name: (set(requires(each)) & set(by_name)) - {PLATFORM} | ({SYSTEM} - {name}) for name, each in by_name.items()
    }
    for package in by_name.values():
        problems.extend(_unmet(package, by_name))
    try:
        order = list(TopologicalSorter({name: sorted(graph[name]) for name in sorted(graph)}).static_order())
    except CycleError as cycle:
        names = cycle.args[1]
        problems.append(_problem(by_name[names[0]], "package_cycle", ("requires",), names=" → ".join(reversed(names))))
        order = [SYSTEM, *(name for name in sorted(by_name) if name != SYSTEM)]
    return [by_name[name] for name in order], problems


def requires(package: Package) -> Mapping[str, str]:
    """The version ranges a package requires, by package name."""
    app = _app(package)
    wanted = app.body.get("requires") if app else None
    return {name: span for name, span in wanted.items() if isinstance(span, str)} if isinstance(wanted, dict) else {}


def satisfies(version: str, span: str) -> bool:
    """Whether a version lies within a range such as `>=1.2,<2`; a range that can't be read is met."""
    for part in span.split(","):
        found = _RANGE.match(part)
        if found is None:
            continue
        mine, wanted = _numbers(version), _numbers(found.group(2))
        length = max(len(mine), len(wanted))
        mine, wanted = mine + (0,) * (length - len(mine)), wanted + (0,) * (length - len(wanted))
        sign = found.group(1)
        met = {">=": mine >= wanted, "<=": mine <= wanted, ">": mine > wanted, "<": mine < wanted, "==": mine == wanted}
        if not met[sign]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdigit())


def _app(package: Package) -> Item | None:
    return next((item for item in package.items if item.kind == "app"), None)


def _problem(package: Package, code: str, path: tuple[str, ...], **params: object) -> Problem:
    app = _app(package)
    return Problem(code, path, params, app.location(path) if app else Location(package.name))


def _unmet(package: Package, by_name: Mapping[str, Package]) -> list[Problem]:
    found = []
    for name, span in requires(package).items():
        path = ("requires", name)
        if name == PLATFORM:
            if not satisfies(PLATFORM_VERSION, span):
                found.append(_problem(package, "platform_version", path, version=PLATFORM_VERSION, range=span))
        elif name not in by_name:
            others = [each for each in by_name if each not in (package.name, SYSTEM)]
            found.append(
                _problem(package, "package_not_installed", path, name=name, range=span, **similar(name, others))
            )
        elif not satisfies(by_name[name].version, span):
            found.append(
                _problem(package, "package_version", path, name=name, version=by_name[name].version, range=span)
            )
    return found
