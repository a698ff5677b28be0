"""The command line: what it answers, how it exits, and that it explains instead of breaking."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tenon.cli import language_of, main, parser
from tenon.reference import page
from tests.architecture.house import ROOT
from tests.support.databases import Database
from tests.support.golden import assert_fresh


@dataclass
class Line:
    """A terminal with an installation of its own."""

    capture: pytest.CaptureFixture[str]
    folder: Path

    def run(self, *words: str) -> tuple[int, str, str]:
        try:
            status = main(words)
        except SystemExit as left:
            status = int(left.code or 0)
        shown = self.capture.readouterr()
        return status, shown.out, shown.err

    def data(self, *words: str, status: int = 0):  # noqa: ANN201
        found, out, err = self.run(*words, "--json")
        assert found == status, (out, err)
        return json.loads(out)


@pytest.fixture
def line(database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    monkeypatch.setenv("TENON_DATA", str(database.data))
    if database.kind == "postgresql":
        monkeypatch.setenv("TENON_DATABASE_URL", database.url)
    else:
        monkeypatch.delenv("TENON_DATABASE_URL", raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    return Line(capsys, tmp_path)


@pytest.fixture
def bare_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Line:
    """A terminal for commands that need no tenant."""
    monkeypatch.setenv("TENON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    return Line(capsys, tmp_path)


def test_a_new_app_validates_passes_its_tests_and_becomes_a_tenant(line: Line) -> None:
    made = line.data("app", "new", "lending")
    assert made["app"] == "lending"
    assert line.data("app", "validate", "lending")["objects"] == 2
    tested = line.data("app", "test", "lending")
    assert tested["passed"] and len(tested["tests"]) == 4

    created = line.data("tenant", "create", "acme", "--app", "lending", "--demo", "--name", "Acme")
    assert (created["login"], created["password"], created["path"]) == ("admin", "tenon-demo", "/acme/")
    assert [each["slug"] for each in line.data("tenant", "list")] == ["acme"]


def test_without_demo_the_administrators_password_is_made_and_shown_once(line: Line) -> None:
    created = line.data("tenant", "create", "acme")

    assert created["login"] == "admin"
    assert len(created["password"]) > 15
    assert created["password"] != line.data("tenant", "create", "other")["password"]


def test_a_tenant_is_dropped_only_on_purpose(line: Line) -> None:
    line.data("tenant", "create", "acme")

    assert line.run("tenant", "drop", "acme")[0] == 2
    assert line.data("tenant", "drop", "acme", "--yes")["dropped"]
    assert line.data("tenant", "list") == []
    assert line.run("tenant", "drop", "acme", "--yes")[0] == 1


def test_a_tenant_that_exists_or_has_no_proper_name_is_refused(line: Line) -> None:
    line.data("tenant", "create", "acme")

    assert line.run("tenant", "create", "acme")[0] == 1
    assert line.run("tenant", "create", "Not Good")[0] == 1
    assert line.run("tenant", "create", "x", "--time-zone", "Mars/Base")[0] == 2


def test_a_broken_package_leaves_no_tenant_behind(line: Line) -> None:
    line.run("app", "new", "lending")
    (line.folder / "lending" / "objects" / "loan.yaml").write_text("object: loan\nfields: {x: {type: nothing}}\n")

    status, _, err = line.run("tenant", "create", "acme", "--app", "lending")

    assert status == 1
    assert "objects/loan.yaml:2" in err
    assert line.data("tenant", "list") == []
    line.data("tenant", "create", "acme")


def test_users_and_tokens(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.data("tenant", "create", "acme")
    user = line.data("user", "create", "--tenant", "acme", "li.na", "--name", "李娜", "--role", "administrator")
    assert user["roles"] == ["administrator"] and user["password"]

    token = line.data("token", "create", "--tenant", "acme", "--user", "li.na")
    assert token["token"].startswith("tn_")
    assert line.run("token", "create", "--tenant", "acme", "--user", "nobody")[0] == 1
    of_li = ("--tenant", "acme", "--user", "li.na")
    [listed] = line.data("token", "list", *of_li)
    assert listed["name"] == "command line" and token["token"] not in str(listed)
    assert line.run("token", "revoke", "--tenant", "acme", "--user", "admin", str(listed["number"]))[0] == 1
    assert line.data("token", "revoke", *of_li, str(listed["number"]))["revoked"]
    assert line.data("token", "list", *of_li) == []
    assert line.run("user", "create", "--tenant", "acme", "li.na")[0] == 1
    assert line.run("user", "create", "--tenant", "acme", "x", "--role", "emperor")[0] == 1
    assert line.run("user", "create", "--tenant", "nowhere", "x")[0] == 1


def test_installing_shows_its_plan_and_a_dry_run_changes_nothing(line: Line) -> None:
    line.data("tenant", "create", "acme")
    line.run("app", "new", "lending")

    planned = line.data("app", "install", "lending", "--tenant", "acme", "--dry-run")
    assert not planned["installed"] and any(each["table"] == "loan" for each in planned["steps"])
    done = line.data("app", "install", "lending", "--tenant", "acme")
    assert done["installed"]
    again = line.data("app", "install", "lending", "--tenant", "acme")
    assert not again["installed"] and again["changes"] == []

    objects = line.folder / "lending" / "objects" / "equipment.yaml"
    objects.write_text(objects.read_text() + "  colour: {type: text, label: Colour}\n")
    assert [each["path"] for each in line.data("app", "install", "lending", "--tenant", "acme")["changes"]] == [["fields", "colour"]]


def test_a_package_is_built_and_what_was_built_is_the_same_package(bare_line: Line) -> None:
    bare_line.run("app", "new", "lending")
    built = bare_line.data("app", "build", "lending")

    assert built["file"] == "lending-0.1.0.zip"
    assert bare_line.data("app", "diff", "lending", "lending-0.1.0.zip") == {"changes": []}
    first = (bare_line.folder / "lending-0.1.0.zip").read_bytes()
    bare_line.run("app", "build", "lending")
    assert (bare_line.folder / "lending-0.1.0.zip").read_bytes() == first


def test_a_difference_is_said_property_by_property_with_status_one(bare_line: Line) -> None:
    bare_line.run("app", "new", "lending")
    bare_line.run("app", "build", "lending")
    file = bare_line.folder / "lending" / "objects" / "equipment.yaml"
    file.write_text(file.read_text().replace("max_length: 20", "max_length: 30"))

    changes = bare_line.data("app", "diff", "lending-0.1.0.zip", "lending", status=1)["changes"]

    assert [(each["action"], each["name"], each["path"]) for each in changes] == [("changed", "equipment", ["fields", "code", "max_length"])]


def test_an_export_holds_the_packages_and_the_tenants_own_changes(line: Line) -> None:
    line.run("app", "new", "lending")
    line.data("tenant", "create", "acme", "--app", "lending")

    exported = line.data("app", "export", "--tenant", "acme", "out")

    assert exported["packages"] == ["lending"]
    assert json.loads((line.folder / "out" / "overlay.json").read_text())["edits"] == []
    assert line.run("app", "validate", "out/lending")[0] == 0
    assert line.run("app", "export", "--tenant", "acme", "out")[0] == 2


def test_an_invalid_package_is_explained_with_every_place_and_status_one(bare_line: Line) -> None:
    bare_line.run("app", "new", "lending")
    file = bare_line.folder / "lending" / "objects" / "equipment.yaml"
    file.write_text(file.read_text().replace("max_length: 20", "max_lenght: 20").replace("type: money", "type: mony"))

    status, _, err = bare_line.run("app", "validate", "lending")
    found = bare_line.data("app", "validate", "lending", status=1)["problems"]

    assert status == 1 and "Traceback" not in err
    assert len(found) >= 2
    assert all(each["file"] == "objects/equipment.yaml" and each["line"] > 1 and each["message"] for each in found)
    assert all(each["message"] in err for each in found)


def test_a_failing_test_of_a_package_is_shown_with_its_place_and_status_one(bare_line: Line) -> None:
    bare_line.run("app", "new", "lending")
    file = bare_line.folder / "lending" / "tests" / "loan.yaml"
    file.write_text(file.read_text().replace("l.overdue: true", "l.overdue: false"))

    status, out, _ = bare_line.run("app", "test", "lending")

    assert status == 1
    assert "tests/loan.yaml:" in out and "overdue the day after" in out


def test_a_refused_step_is_named_with_its_field_and_no_tests_are_no_success(bare_line: Line) -> None:
    bare_line.run("app", "new", "lending")
    file = bare_line.folder / "lending" / "tests" / "loan.yaml"
    file.write_text("given: {camera: {equipment: {}}}\ntests:\n  nothing happens:\n    delete: camera\n")

    assert "    given camera: code: " in bare_line.run("app", "test", "lending")[1]

    file.unlink()
    status, out, _ = bare_line.run("app", "test", "lending")
    assert status == 0 and "no tests to run" in out and "passed" not in out


def test_a_reader_who_has_seen_enough_is_not_told_of_a_failure(bare_line: Line) -> None:
    bare_line.run("app", "new", "lending")
    tenon = f"{sys.executable} -m tenon.cli"

    for command in ("app validate finance_crm --json", "app validate lending"):
        answer = subprocess.run(
            ["/bin/sh", "-c", f"{tenon} {command} | true"], capture_output=True, text=True
        )
        assert "Traceback" not in answer.stderr and "BrokenPipe" not in answer.stderr


def test_schemas_are_written_for_every_kind(bare_line: Line) -> None:
    written = bare_line.data("schema", "schemas")["files"]

    assert any(each.endswith("object.schema.json") for each in written)
    assert all(json.loads(Path(each).read_text())["$schema"] for each in written)


def test_an_expression_is_checked_over_an_object(line: Line) -> None:
    line.data("tenant", "create", "acme")
    known = ("expression", "check", "--tenant", "acme", "--object", "user")

    assert line.data(*known, "manager.name")["reads"] == ["manager.name"]
    assert line.data(*known, "manager.nmae", status=1)["problems"][0]["column"]
    assert line.run("expression", "check", "--tenant", "acme", "--object", "usr", "1")[0] == 1


@pytest.mark.parametrize(
    "words", [(), ("nothing",), ("app",), ("app", "validate"), ("tenant", "create"), ("serve", "--port", "x"), ("app", "validate", "/nowhere"),
              ("app", "new", "9lives"), ("app", "build", "finance_crm", "--output", "x.txt")],
)  # fmt: skip
def test_wrong_usage_has_status_two(bare_line: Line, words: tuple[str, ...]) -> None:
    assert bare_line.run(*words)[0] == 2


def test_people_are_told_in_the_language_of_their_terminal(bare_line: Line) -> None:
    assert language_of({"LANG": "zh_CN.UTF-8"}) == "zh_CN"
    assert language_of({"LC_ALL": "de_DE", "LANG": "zh_CN"}) == "en"
    assert "没有应用包" in bare_line.run("app", "validate", "/nowhere", "--language", "zh_CN")[2]


def test_an_unusable_data_directory_is_explained(bare_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    (bare_line.folder / "taken").write_text("x")
    monkeypatch.setenv("TENON_DATA", str(bare_line.folder / "taken"))

    status, _, err = bare_line.run("tenant", "list")

    assert status == 1 and "taken" in err and "Traceback" not in err


def test_a_database_that_does_not_answer_is_explained(bare_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENON_DATABASE_URL", "postgresql://tenon:secret-word@127.0.0.1:1/none")

    status, _, err = bare_line.run("tenant", "list")

    assert status == 1 and "Traceback" not in err and "secret-word" not in err


def test_the_reference_of_the_command_line_is_fresh() -> None:
    assert_fresh(ROOT / "docs" / "admin" / "command-line.md", page(parser()))
