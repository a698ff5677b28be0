"""Contents by hash."""

import hashlib
import io
import os
from pathlib import Path

import pytest

from tenants.context import Tenant
from tenants.errors import FileMissing
from tenants.files import FileStore
from tenants.storage import Storage


def test_what_is_put_can_be_opened_by_its_hash(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "acme")
    content = os.urandom(3_000_000)
    stored = store.put(io.BytesIO(content))
    assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
    with store.open(stored.sha256) as stream:
        assert stream.read() == content


def test_equal_contents_are_kept_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "acme")
    assert store.put(io.BytesIO(b"same")) == store.put(io.BytesIO(b"same"))
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 1


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError("gone")
            return super().read(2)

    store = FileStore(tmp_path / "acme")
    with pytest.raises(OSError, match="gone"):
        store.put(Broken(b"abcdef"))
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


@pytest.mark.parametrize("sha256", ["", "../../etc/passwd", "0" * 63, "G" * 64, "0" * 64, "a" * 64 + "\n"])
def test_only_hashes_of_stored_contents_open(tmp_path: Path, sha256: str) -> None:
    store = FileStore(tmp_path / "acme")
    store.put(io.BytesIO(b"x"))
    with pytest.raises(FileMissing):
        store.open(sha256)


def test_a_removed_content_is_missing(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "acme")
    stored = store.put(io.BytesIO(b"x"))
    store.remove(stored.sha256)
    store.remove(stored.sha256)
    with pytest.raises(FileMissing):
        store.open(stored.sha256)


def test_tenants_have_stores_of_their_own(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    stored = storage.files(Tenant("one", "One", "sqlite://")).put(io.BytesIO(b"x"))
    with pytest.raises(FileMissing):
        storage.files(Tenant("two", "Two", "sqlite://")).open(stored.sha256)
