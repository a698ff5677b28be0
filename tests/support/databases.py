"""Where a test keeps its data: an empty place of each kind that the product supports."""

from dataclasses import dataclass
from pathlib import Path

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Database:
    """A value for TENON_DATABASE_URL, and one for TENON_DATA beside it; both empty."""

    kind: str
    url: str
    data: Path


def sqlite_database(folder: Path) -> Database:
    return Database("sqlite", f"sqlite:///{folder / 'directory.db'}", empty_folder(folder))


def postgresql_database(folder: Path, url: str) -> Database:
    return Database("postgresql", url, empty_folder(folder))


def empty_folder(folder: Path) -> Path:
    data = folder / "data"
    data.mkdir()
    return data
