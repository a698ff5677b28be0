"""Packages are read from folders, zips and JSON without trusting a byte, and written back as they were."""

from __future__ import annotations

import io
import os
import time
import warnings
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from metadata.compile import compile_model
from metadata.documents import (
    Item, Package, item_from_json, item_text, package_of, read_package, write_package, zip_of,
)
from metadata.errors import PackageInvalid
from tests.metadata.mistakes.mistake import CLINIC, clinic

APP = "app: small\nversion: 1.0.0\nlabel: Small\n"


def item_of(file: str, text: str) -> Item:
    """The item that a file of a package becomes."""
    return next(each for each in read_package(zip_of({"app.yaml": APP, file: text})).items if each.file == file)


def codes(source: Path | bytes) -> list[str]:
    """What is wrong with a package's files."""
    with pytest.raises(PackageInvalid) as refused:
        read_package(source)
    return [each.code for each in refused.value.problems]


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip with these members."""
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, data in members:
            archive.writestr(name, data)
    return content.getvalue()


def test_a_folder_and_its_zip_are_the_same_package(tmp_path: Path) -> None:
    folder = read_package(CLINIC)
    (tmp_path / "clinic.zip").write_bytes(zip_of(clinic()))

    assert read_package(zip_of(clinic())) == folder
    assert read_package(tmp_path / "clinic.zip").checksum == folder.checksum
    assert (folder.name, folder.version) == ("clinic", "1.0.0")


def test_a_zipped_folder_is_read_like_its_content() -> None:
    inside = {f"clinic-1.0/{file}": text for file, text in clinic().items()}

    assert read_package(zip_of(inside)) == read_package(CLINIC)


def test_a_package_written_keeps_its_comments(tmp_path: Path) -> None:
    texts = {**clinic(), "objects/room.yaml": "# rooms of the house\n" + clinic()["objects/room.yaml"]}
    write_package(read_package(zip_of(texts)), tmp_path / "again")
    write_package(read_package(zip_of(texts)), tmp_path / "again.zip")

    assert (tmp_path / "again/objects/room.yaml").read_text(encoding="utf-8").startswith("# rooms of the house\n")
    assert read_package(tmp_path / "again") == read_package(tmp_path / "again.zip") == read_package(zip_of(texts))


def test_a_package_survives_json_and_yaml_without_loss() -> None:
    package = read_package(CLINIC)
    again = Package.from_json(package.to_json())
    written = {item.file: item_text(item) for item in again.items}

    assert again == package
    assert [(each.kind, each.name, each.body) for each in read_package(zip_of(written)).items] == [
        (each.kind, each.name, each.body) for each in package.items
    ]
    assert compile_model([again]).checksum == compile_model([package]).checksum


def test_values_that_other_readers_damage_stay_what_they_are() -> None:
    text = "a: 007\nb: +86\nc: NO\nd: 1:30\ne: 2026-02-30\nf: 1.50\ng: 1_000\nh: 1e5\ni: 0x1F\nj: ~\nk: .5\nno: yes\n"
    body = item_of("data/x.yaml", text).body

    assert body == {
        "a": "007", "b": "+86", "c": "NO", "d": "1:30", "e": "2026-02-30", "f": Decimal("1.50"), "g": "1_000", "h": "1e5",
        "i": "0x1F", "j": None, "k": Decimal("0.5"), "no": "yes",
    }
    assert str(body["f"]) == "1.50"


def test_every_value_and_key_knows_its_place() -> None:
    item = item_of("objects/room.yaml", "object: room\nfields:\n  号码: {type: text}\n  list: [a, {b: c}]\n")

    assert str(item.location(("fields", "号码", "type"))) == "objects/room.yaml:3:14"
    assert str(item.location(("fields", "号码", "type"), key=True)) == "objects/room.yaml:3:8"
    assert str(item.location(("fields", "list", 1, "b"))) == "objects/room.yaml:4:17"
    assert str(item.location(("fields", "号码", "missing"))) == "objects/room.yaml:3:7"


def test_readmes_and_hidden_files_are_ignored(tmp_path: Path) -> None:
    for name in ("README.md", "LICENSE", "CHANGELOG.md", ".gitignore", ".git/config", "objects/.room.swp", "__MACOSX/app.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("whatever")
    (tmp_path / "app.yaml").write_text(APP)

    assert [item.kind for item in read_package(tmp_path).items] == ["app"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.yaml").write_text("role: secret\n")
    package = tmp_path / "package"
    (package / "roles").mkdir(parents=True)
    (package / "app.yaml").write_text(APP)
    (package / "roles/secret.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    (package / "objects").symlink_to(tmp_path / "outside")

    assert sorted(codes(package)) == ["file_outside", "file_outside"]


def test_a_pipe_in_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "roles").mkdir()
    os.mkfifo(tmp_path / "roles/pipe.yaml")

    assert codes(tmp_path) == ["file_unreadable"]


def test_text_in_another_encoding_is_refused_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_bytes(b"app: small\nversion: 1.0.0\nlabel: \xb7\xd6\xbb\xfa\n")

    with pytest.raises(PackageInvalid) as refused:
        read_package(tmp_path)

    assert [(each.code, str(each.location)) for each in refused.value.problems] == [("file_encoding", "app.yaml:3:8")]


@pytest.mark.parametrize("text", ["\ufeff" + APP, APP.replace("\n", "\r\n")])
def test_the_marks_that_editors_leave_do_no_harm(text: str) -> None:
    assert read_package(packed(("app.yaml", text.encode()))).name == "small"


def test_what_is_no_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(APP)
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04broken")

    assert codes(tmp_path / "missing") == ["package_missing"]
    assert codes(tmp_path / "one.yaml") == ["package_is_file"]
    assert codes(tmp_path / "empty") == ["app_missing"]
    assert codes(tmp_path / "broken.zip") == ["not_a_zip"]
    assert codes(b"") == ["not_a_zip"]


def link(name: str) -> zipfile.ZipInfo:
    """A member of a zip that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("../objects/room.yaml", "zip_path"),
        ("/etc/passwd", "zip_path"),
        ("objects/../../room.yaml", "zip_path"),
        ("C:/room.yaml", "zip_path"),
        (link("objects/room.yaml"), "zip_link"),
        ("app.yaml", "zip_twice"),
        ("objects/a/b.yaml", "nested_folder"),
    ],
)
def test_a_zip_can_not_lead_elsewhere(member: str | zipfile.ZipInfo, code: str) -> None:
    assert codes(packed(("app.yaml", APP.encode()), (member, b"object: x\n"))) == [code]


def test_a_zip_with_backslashes_is_refused() -> None:
    content = packed(("app.yaml", APP.encode()), ("objects#room.yaml", b"a: b")).replace(b"objects#room", b"objects\\room")

    assert codes(content) == ["zip_path"]


def test_zip_bombs_are_refused_without_being_unpacked() -> None:
    started = time.monotonic()

    assert codes(packed(("app.yaml", APP.encode()), ("data/a.yaml", b"a" * 4_000_000))) == ["zip_bomb"]
    assert codes(packed(("app.yaml", APP.encode()), ("data/a.yaml", b"a" * 40_000_000))) == ["zip_bomb"]
    many = [(f"data/f{number}.yaml", b"") for number in range(1_001)]
    assert codes(packed(("app.yaml", APP.encode()), *many)) == ["too_many_files"]
    assert time.monotonic() - started < 3


def test_files_and_packages_that_are_too_large_are_refused() -> None:
    assert codes(packed(("app.yaml", APP.encode()), ("data/a.yaml", os.urandom(5_100_000)))) == ["package_file_too_large"]
    parts = [(f"data/f{number}.yaml", b"# " + os.urandom(2_400_000).hex().encode()) for number in range(5)]
    assert "package_too_large" in codes(packed(("app.yaml", APP.encode()), *parts))


def test_a_body_that_came_as_json_is_checked_like_yaml() -> None:
    assert item_from_json("object", "room", {"fields": {"a": {"min": 1.5}}}) == Item(
        "object", "room", {"object": "room", "fields": {"a": {"min": Decimal("1.5")}}}, "objects/room.yaml"
    )
    deep: dict[str, object] = {}
    for _ in range(60):
        deep = {"a": deep}
    for body, code in (
        ({"object": "other"}, "name_differs"),
        ({"label": "a\x00"}, "yaml_control"),
        ({"label": "\ud800"}, "yaml_control"),
        ({"x": float("nan")}, "json_number"),
        (deep, "yaml_depth"),
        ({"x": list(range(100_001))}, "yaml_nodes"),
    ):
        with pytest.raises(PackageInvalid) as refused:
            item_from_json("object", "room", body)
        assert [each.code for each in refused.value.problems] == [code]


def test_the_checksum_tells_packages_apart() -> None:
    one = package_of("p", "1.0.0", [Item("app", "p", {"app": "p", "n": Decimal("1.0")}, "app.yaml")])
    other = package_of("p", "1.0.0", [Item("app", "p", {"app": "p", "n": Decimal("1.00")}, "app.yaml")])

    assert one.checksum != other.checksum
    assert one == package_of("p", "1.0.0", one.items)


def test_a_large_file_is_read_quickly() -> None:
    lines = (f"  - {{code: C{i}, name: {{zh_CN: 相机{i}, en: Camera {i}}}, value: {i}}}\n" for i in range(15_000))
    text = "object: x\nkey: code\nrecords:\n" + "".join(lines)
    started = time.monotonic()
    item = item_of("demo/x.yaml", text)

    assert len(text.encode()) > 1_000_000
    assert len(item.body["records"]) == 15_000  # type: ignore[arg-type]
    assert time.monotonic() - started < 2
