"""The one reader and writer of app packages: folders, zips, JSON and single YAML texts become items."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metadata.canonical import canonical, from_json, to_json
from metadata.errors import Location, PackageInvalid, Problem
from metadata.folders import Files, read_files
from metadata.kinds import APP_FILE, FOLDERS, KINDS, RECORDS, RESERVED_PACKAGES, file_of
from metadata.plain import plain_problems
from metadata.reading import MAX_NODES, MAX_PROBLEMS, NO_MARKS, Marks, read_yaml
from metadata.writing import yaml_text

MAX_RECORD_NODES = 500_000


@dataclass(frozen=True, slots=True)
class Item:
    """One definition as written: plain dicts, lists and scalars, with the place of everything in its file."""

    kind: str
    name: str
    body: Mapping[str, object]
    file: str = ""
    marks: Marks = field(default=NO_MARKS, compare=False, repr=False)

    def location(self, path: tuple[str | int, ...] = (), *, key: bool = False) -> Location:
        """Say where a value of the body stands, or its key; an unknown path gives what is nearest."""
        line, column, _ = self.marks.at(path, key=key)
        return Location(self.file, line, column)


@dataclass(frozen=True, slots=True)
class Package:
    """An app package as written; `problems` and `unread` are filled only by a lenient reading."""

    name: str
    version: str
    items: tuple[Item, ...]
    checksum: str = ""
    problems: tuple[Problem, ...] = field(default=(), compare=False)
    unread: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def to_json(self) -> str:
        """Write the package as one JSON text, from which `from_json` makes an equal package."""
        items = [{"kind": each.kind, "name": each.name, "file": each.file, "body": each.body} for each in self.items]
        return to_json({"name": self.name, "version": self.version, "items": items})

    @classmethod
    def from_json(cls, text: str) -> Package:
        """Read what `to_json` wrote; positions are not kept."""
        data = from_json(text)
        items = (Item(each["kind"], each["name"], each["body"], each["file"]) for each in data["items"])
        return package_of(data["name"], data["version"], items)


def package_of(name: str, version: str, items: Iterable[Item]) -> Package:
    """Make a package of items, with its checksum."""
    items = tuple(items)
    return Package(name, version, items, _checksum(items))


def read_package(source: Path | bytes, *, lenient: bool = False, platform: bool = False) -> Package:
    """Read a package from its folder, its zip file, or the bytes of the zip.

    Raises PackageInvalid with every unreadable file. A lenient reading raises nothing: the package
    carries its problems, and `compile_model` reports them together with all others. `platform` says
    that it is the platform's own package, whose name nobody else may use.
    """
    files = read_files(Path(source) if isinstance(source, str) else source)
    package = _package(files, platform=platform)
    if package.problems and not lenient:
        raise PackageInvalid(package.problems)
    return package


def item_from_json(kind: str, name: str, body: Mapping[str, object]) -> Item:
    """Make an item of a body that came as JSON. Raises PackageInvalid when it is no plain data."""
    file = file_of(kind, name)
    key = KINDS[kind].key
    plain, problems = plain_problems(body, file)
    if key and isinstance(plain, dict):
        plain = {key: name, **plain}
        if plain[key] != name:
            problems.append(Problem("name_differs", (key,), {"name": name, "found": plain[key]}, Location(file)))
    if problems:
        raise PackageInvalid(problems)
    return Item(kind, name, plain, file)


def write_package(package: Package, target: Path) -> None:
    """Write a package as a folder, or as a zip when the target's name ends so; texts keep their comments."""
    texts = {each.file or file_of(each.kind, each.name): item_text(each) for each in package.items}
    if target.suffix == ".zip":
        target.write_bytes(zip_of(texts))
        return
    for file, text in texts.items():
        place = target / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


def item_text(item: Item) -> str:
    """Write an item as YAML: as it was read where it was read from YAML."""
    return item.marks.text if item.marks.text is not None else yaml_text(item.body)


def zip_of(texts: Mapping[str, str]) -> bytes:
    """Pack texts into a zip; equal texts give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(texts):
            archive.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), texts[file].encode())
    return packed.getvalue()


def _package(files: Files, *, platform: bool) -> Package:
    problems = list(files.problems)
    items: list[Item] = []
    unread = [_place(file) for file in files.unread]
    for file, text in files.texts.items():
        kind, _ = _place(file)
        item, found = _item(kind, file, text)
        problems.extend(found)
        if item is not None:
            items.append(item)
        else:
            unread.append(_place(file))
    app = next((each.body for each in items if each.kind == "app"), None)
    if app is None and not problems:
        problems.append(Problem("app_missing", (), {"file": APP_FILE}, Location(APP_FILE)))
    name, version = (app or {}).get("app"), (app or {}).get("version")
    if name in RESERVED_PACKAGES and not platform:
        place = next(each for each in items if each.kind == "app").location(("app",))
        problems.append(Problem("reserved_package", ("app",), {"name": name}, place))
    package = package_of(
        str(name or ""), str(version or ""), sorted(items, key=lambda each: (each.kind != "app", each.file))
    )
    return Package(package.name, package.version, package.items, package.checksum, tuple(problems), tuple(unread))


def _place(file: str) -> tuple[str, str]:
    folder, _, name = file.rpartition("/")
    return (FOLDERS[folder].name if folder else "app"), name.removesuffix(".yaml")


def _item(kind: str, file: str, text: str) -> tuple[Item | None, list[Problem]]:
    limit = MAX_RECORD_NODES if kind in RECORDS else MAX_NODES
    body, problems = read_yaml(text, file, max_nodes=limit)
    if body is None and not problems:
        problems.append(Problem("file_empty", (), {"file": file}, Location(file, 1, 1)))
    elif body is not None and not isinstance(body, dict) and not problems:
        problems.append(Problem("file_not_mapping", (), {"file": file}, Location(file, 1, 1)))
    twice = [each for each in problems if each.code == "yaml_duplicate_key"]
    if not isinstance(body, dict) or len(twice) < len(problems) or len(twice) >= MAX_PROBLEMS:
        return None, problems
    key = KINDS[kind].key
    stem = _place(file)[1] if "/" in file or file == APP_FILE else ""
    named = body.get(key) if key else stem
    name = named if isinstance(named, str) and named else stem
    return Item(kind, name, body, file, Marks(text)), problems


def _checksum(items: tuple[Item, ...]) -> str:
    content = sorted(((each.kind, each.name, each.file, each.body) for each in items), key=lambda each: each[:3])
    return hashlib.sha256(canonical(content)).hexdigest()
