"""The files of a package, from a folder or a zip archive, with everything refused that could do harm."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from metadata.errors import Location, Problem
from metadata.kinds import APP_FILE, FOLDERS
from metadata.similar import similar

MAX_FILE = 5_000_000
MAX_PACKAGE = 20_000_000
MAX_FILES = 1_000
MAX_RATIO = 100
IGNORED = ("README*", "LICENSE*", "CHANGELOG*", ".*", "__MACOSX")


@dataclass(slots=True)
class Files:
    """The texts of a package by their place in it, and what was wrong with the others."""

    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    size: int = 0

    def refuse(self, code: str, file: str, line: int = 0, column: int = 0, **params: object) -> None:
        """Note a problem with one file."""
        self.problems.append(Problem(code, (), {"file": file, **params}, Location(file, line, column)))

    def take(self, file: str, content: bytes) -> None:
        """Decode one file and keep its text."""
        self.size += len(content)
        try:
            self.texts[file] = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            line = before.count(b"\n") + 1
            self.refuse("file_encoding", file, line, len(before) - (before.rfind(b"\n") + 1) + 1)
            self.unread.append(file)


def read_files(source: Path | bytes) -> Files:
    """Read all files of a package folder, a zip file, or the bytes of one."""
    if isinstance(source, bytes):
        return _read_zip(io.BytesIO(source))
    if source.is_dir():
        return _read_folder(source)
    if source.is_file():
        if source.suffix.lower() in (".yaml", ".yml"):
            files = Files()
            files.refuse("package_is_file", source.name)
            return files
        with source.open("rb") as stream:
            return _read_zip(stream)
    files = Files()
    files.refuse("package_missing", str(source))
    return files


def _ignored(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in IGNORED)


def _wanted(files: Files, name: str) -> bool:
    """Whether a file has a place in a package; what has none is a problem unless it is ignored."""
    parts = name.split("/")
    if any(_ignored(part) for part in parts):
        return False
    if len(parts) == 1:
        if name == APP_FILE:
            return True
        files.refuse("unknown_file", name, **similar(name, (APP_FILE,), allowed=(APP_FILE, *_folders())))
    elif parts[0] not in FOLDERS:
        files.refuse("unknown_folder", name, folder=parts[0], **similar(parts[0], FOLDERS, allowed=_folders()))
    elif len(parts) > 2:
        files.refuse("nested_folder", name, folder=parts[0])
    elif not name.endswith(".yaml"):
        files.refuse("not_yaml", name)
    else:
        return True
    return False


def _folders() -> tuple[str, ...]:
    return tuple(f"{folder}/" for folder in FOLDERS)


def _fits(files: Files, name: str, size: int) -> bool:
    if size > MAX_FILE:
        files.refuse("package_file_too_large", name, max=MAX_FILE // 1_000_000)
    elif files.size + size > MAX_PACKAGE:
        files.refuse("package_too_large", name, max=MAX_PACKAGE // 1_000_000)
    elif len(files.texts) >= MAX_FILES:
        files.refuse("too_many_files", name, max=MAX_FILES)
    else:
        return True
    return False


def _read_folder(folder: Path) -> Files:
    files = Files()
    root = folder.resolve()
    for name, entry in _entries(root, files):
        if not _wanted(files, name):
            continue
        if not entry.resolve().is_relative_to(root):
            files.refuse("file_outside", name)
        elif not stat.S_ISREG(entry.stat().st_mode):
            files.refuse("file_unreadable", name)
        elif _fits(files, name, entry.stat().st_size):
            files.take(name, entry.read_bytes())
        if len(files.texts) >= MAX_FILES:
            break
    return files


def _entries(root: Path, files: Files) -> Iterator[tuple[str, Path]]:
    """All files of the folder and of the folders in it, in a stable order."""
    for entry in sorted(os.scandir(root), key=lambda each: each.name):
        if _ignored(entry.name):
            continue
        if not entry.is_dir():
            yield entry.name, Path(entry.path)
        elif not Path(entry.path).resolve().is_relative_to(root):
            files.refuse("file_outside", entry.name)
        elif entry.name not in FOLDERS:
            files.refuse(
                "unknown_folder", entry.name, folder=entry.name, **similar(entry.name, FOLDERS, allowed=_folders())
            )
        else:
            for inner in sorted(os.scandir(entry.path), key=lambda each: each.name):
                if inner.is_dir() and not _ignored(inner.name):
                    files.refuse("nested_folder", f"{entry.name}/{inner.name}", folder=entry.name)
                elif not inner.is_dir():
                    yield f"{entry.name}/{inner.name}", Path(inner.path)


def _read_zip(stream: io.BufferedIOBase) -> Files:
    files = Files()
    try:
        with zipfile.ZipFile(stream) as archive:
            _read_members(archive, files)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError, OSError):
        files.refuse("not_a_zip", "")
    return files


def _read_members(archive: zipfile.ZipFile, files: Files) -> None:
    members = [each for each in archive.infolist() if not each.is_dir()]
    if len(members) > MAX_FILES:
        files.refuse("too_many_files", "", max=MAX_FILES)
        return
    prefix = _common_folder([each.filename for each in members])
    seen: set[str] = set()
    for member in members:
        name = member.filename.removeprefix(prefix)
        if _harmful(files, member, name, seen) or not _wanted(files, name):
            continue
        if _fits(files, name, member.file_size):
            with archive.open(member) as content:
                data = content.read(MAX_FILE + 1)
            if len(data) != member.file_size:
                files.refuse("package_file_too_large", name, max=MAX_FILE // 1_000_000)
            else:
                files.take(name, data)


def _common_folder(names: list[str]) -> str:
    """The one folder that holds the package when somebody zipped the folder instead of its content."""
    if APP_FILE in names:
        return ""
    found = [name for name in names if name.count("/") == 1 and name.endswith(f"/{APP_FILE}")]
    return found[0].removesuffix(APP_FILE) if len(found) == 1 else ""


def _harmful(files: Files, member: zipfile.ZipInfo, name: str, seen: set[str]) -> bool:
    shown = "".join(each if each.isprintable() else "?" for each in name)[:100]
    if name in seen:
        files.refuse("zip_twice", shown)
    elif (
        name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or "\x00" in member.orig_filename
    ):
        files.refuse("zip_path", shown)
    elif stat.S_ISLNK(member.external_attr >> 16):
        files.refuse("zip_link", shown)
    elif member.flag_bits & 1:
        files.refuse("zip_encrypted", shown)
    elif member.file_size > 100_000 and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        files.refuse("zip_bomb", shown, max=MAX_RATIO)
    else:
        seen.add(name)
        return False
    return True
