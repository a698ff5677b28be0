"""The one maker of models: packages and an overlay become a frozen, typed, checksummed `Model`."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, count
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from weakref import WeakValueDictionary

from metadata.canonical import canonical
from metadata.compile.access import make_apps, make_permission_sets, make_roles
from metadata.compile.fields import make_fields
from metadata.compile.formulas import compile_fields
from metadata.compile.generated import generated_layout, generated_list_view
from metadata.compile.objects import make_objects
from metadata.compile.order import arranged
from metadata.compile.pages import make_layouts, make_list_views
from metadata.compile.picklists import make_picklists
from metadata.compile.seeds import make_seeds
from metadata.compile.tests import check_tests
from metadata.compile.workshop import EnoughProblems, Workshop
from metadata.documents import Package, read_package
from metadata.edits import NO_OVERLAY, Overlay
from metadata.errors import Location, PackageInvalid, Problem
from metadata.frozen import freeze
from metadata.merge import Definitions, combined, required_by
from metadata.model import App, Layout, ListView, Model, Object
from metadata.similar import similar

APPS = Path(__file__).parent.parent / "apps"
KEPT = 8
"""How many models are kept although nobody uses them at the moment."""

NOT_THE_TENANTS = frozenset({"data", "demo", "test", "translations"})
"""What a tenant can't change: it may say something that a tenant's own changes have overtaken."""


class UnknownPackage(PackageInvalid):
    """No package of this name is delivered with the platform."""

    code = "package_unknown"


class _Shared:
    """Models by checksum: one instance for all tenants on the same definitions."""

    def __init__(self) -> None:
        self._alive: WeakValueDictionary[str, Model] = WeakValueDictionary()
        self._recent: OrderedDict[str, Model] = OrderedDict()
        self._lock = Lock()

    def get(self, checksum: str) -> Model | None:
        """Find a model that was made before."""
        with self._lock:
            model = self._alive.get(checksum)
            return self._touch(model) if model is not None else None

    def put(self, model: Model) -> Model:
        """Keep a model, unless an equal one was made meanwhile: then that one is given."""
        with self._lock:
            return self._touch(self._alive.setdefault(model.checksum, model))

    def _touch(self, model: Model) -> Model:
        self._recent[model.checksum] = model
        self._recent.move_to_end(model.checksum)
        if len(self._recent) > KEPT:
            self._recent.popitem(last=False)
        return model


_shared = _Shared()


def compile_model(packages: Sequence[Package], overlay: Overlay = NO_OVERLAY) -> Model:
    """Make the model of some packages and an overlay; the system package is added.

    The same definitions give the same instance. Raises PackageInvalid with all problems. Records, tests and
    translations of a package need not fit the tenant's own changes, only the packages themselves.
    """
    ordered, problems = arranged(packages, system_package())
    problems = [each for package in packages for each in package.problems] + problems
    definitions = combined(ordered, overlay)
    problems.extend(definitions.problems)
    checksum = _checksum(definitions)
    if not problems:
        model = _shared.get(checksum)
        if model is not None:
            return model
    workshop = Workshop(definitions, {package.name: required_by(package) for package in ordered})
    workshop.unread.update(place for package in ordered for place in package.unread)
    workshop.excused = NOT_THE_TENANTS if overlay.edits else frozenset()
    model = _compiled(workshop, definitions, checksum)
    problems.extend(workshop.problems)
    if workshop.passed_over:
        compile_model(packages)
    if problems or model is None:
        raise PackageInvalid(_in_order(problems, ordered))
    return _shared.put(model)


@cache
def system_package() -> Package:
    """The package that the platform itself brings."""
    return read_package(APPS / "system", platform=True)


def bundled_package(name: str) -> Package:
    """A package that is delivered with the platform. Raises UnknownPackage."""
    names = sorted(each.parent.name for each in APPS.glob("*/app.yaml"))
    if name not in names:
        raise UnknownPackage((Problem("package_unknown", (), {"name": name, **similar(name, names)}, Location(name)),))
    return read_package(APPS / name)


def _checksum(definitions: Definitions) -> str:
    """Hash all bodies, and which package brought each item."""
    owners = [(each.kind, each.name, each.package) for each in definitions]
    return hashlib.sha256(canonical([definitions.bodies(), owners])).hexdigest()


def _compiled(workshop: Workshop, definitions: Definitions, checksum: str) -> Model | None:
    """Make the model; None when there were so many problems that it was given up."""
    try:
        return _made(workshop, definitions, checksum)
    except EnoughProblems:
        return None


def _made(workshop: Workshop, definitions: Definitions, checksum: str) -> Model:
    workshop.check_size()
    workshop.check_all()
    workshop.texts.prepare()
    make_picklists(workshop)
    make_fields(workshop)
    compile_fields(workshop)
    objects = make_objects(workshop)
    layouts = make_layouts(workshop, objects)
    views = make_list_views(workshop, objects)
    apps = make_apps(workshop)
    check_tests(workshop, objects)
    frozen = freeze(definitions.bodies())
    seeds = make_seeds(workshop, objects, frozen)  # type: ignore[arg-type]
    return Model(
        checksum,
        frozen,  # type: ignore[arg-type]
        MappingProxyType(apps),
        MappingProxyType(objects),
        MappingProxyType(_with_inline(workshop)),
        MappingProxyType(_all_layouts(objects, layouts)),
        MappingProxyType(_all_views(objects, views)),
        MappingProxyType(make_roles(workshop)),
        MappingProxyType(make_permission_sets(workshop)),
        seeds,
        _languages(apps),
    )


def _with_inline(workshop: Workshop) -> dict:
    """All picklists: the shared ones and those written inside fields."""
    inline = {
        field.picklist.name: field.picklist
        for fields in workshop.fields.values()
        for field in fields.values()
        if field.picklist is not None
    }
    return {**workshop.picklists, **inline}


def _all_layouts(objects: Mapping[str, Object], layouts: Mapping[str, Layout]) -> dict[str, Layout]:
    with_layout = {layout.object for layout in layouts.values()}
    generated = (generated_layout(each, dict(objects)) for name, each in objects.items() if name not in with_layout)
    return {**{layout.name: layout for layout in generated if layout.name not in layouts}, **layouts}


def _all_views(objects: Mapping[str, Object], views: Mapping[str, ListView]) -> dict[str, ListView]:
    """Every object has a list view of all its records, a generated one at need, and exactly one default.

    The default is the marked one, else the first that is written, else the generated one.
    """
    result = dict(views)
    for name, each in objects.items():
        own = [view for view in views.values() if view.object == name]
        if own and not any(view.default for view in own):
            result[own[0].name] = replace(own[0], default=True)
        if all(view.where is not None for view in own):
            names = chain((name, f"{name[:36]}_all"), (f"{name[:32]}_all_{number}" for number in count(2)))
            free = next(each for each in names if each not in result)
            result[free] = generated_list_view(each, free, default=not own)
    return result


def _languages(apps: Mapping[str, App]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language for app in apps.values() for language in app.languages))


def _in_order(problems: list[Problem], packages: Sequence[Package]) -> list[Problem]:
    """Sort problems by the files as they were read, and by their places; each is said once."""
    files = {item.file: index for index, item in enumerate(item for package in packages for item in package.items)}
    unique = {
        (each.code, each.location, each.path, str(sorted(each.params.items(), key=str))): each for each in problems
    }

    def place(problem: Problem) -> tuple[int, str, int, int]:
        spot = problem.location or Location("")
        return files.get(spot.file, -1), spot.file, spot.line, spot.column

    return sorted(unique.values(), key=place)
