"""The contents of a tenant's files, each kept once under the hash of its content."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tenants.errors import FileMissing

CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was stored; `size` in bytes."""

    sha256: str
    size: int


class FileStore:
    """One tenant's contents below a folder of its own; a content is never changed once stored."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: BinaryIO, *, claim: Callable[[str], None] = lambda sha256: None) -> StoredFile:
        """Store what a stream holds, durably, before returning; the same content is stored once.

        `claim` is called with the hash before the content is kept, so that nobody takes it for left over meanwhile.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".arriving-")
        try:
            with os.fdopen(handle, "wb") as target:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            claim(digest.hexdigest())
            self._keep(Path(name), digest.hexdigest())
        finally:
            Path(name).unlink(missing_ok=True)
        return StoredFile(digest.hexdigest(), size)

    def open(self, sha256: str) -> BinaryIO:
        """Open a content for reading; raises FileMissing."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(sha256=sha256) from error

    def remove(self, sha256: str) -> None:
        """Forget a content that nothing refers to any more; does nothing if it is gone."""
        self._path(sha256).unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Forget every content of the tenant."""
        if self._folder.exists():
            shutil.rmtree(self._folder)

    def _keep(self, arrived: Path, sha256: str) -> None:
        target = self._path(sha256)
        if target.exists():
            return
        target.parent.mkdir(exist_ok=True)
        arrived.rename(target)
        for folder in (target.parent, self._folder):
            _sync_folder(folder)

    def _path(self, sha256: str) -> Path:
        if not SHA256.match(sha256):
            raise FileMissing(sha256=sha256)
        return self._folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
