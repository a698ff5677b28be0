"""`tenon app …`: write, check, test, compare, ship and install app packages."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from metadata.compile import compile_model
from metadata.diff import diff
from metadata.documents import Package, write_package
from metadata.errors import Problem
from metadata.names import is_name
from runtime.apptests.run import Result, run
from runtime.install import install, plan_install
from tenants.catalog import definitions_of, state
from tenants.errors import PublishRefused
from tenants.migrate import MigrationPlan
from tenants.users import SYSTEM_USER
from tenon.commands.arguments import command, group, tenant_option
from tenon.commands.changes import line_of, plan_data, plan_lines
from tenon.desk import Answer, Desk, UsageError, package_at
from tenon.starter import write_starter

OVERLAY_FILE = "overlay.json"


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the family."""
    family = group(commands, "app", "app packages")
    new = command(family, "new", new_one, shared, text="write a small working package with comments that teach")
    new.add_argument("path", type=Path, metavar="PATH", help="the folder to make; its name becomes the app's")
    validate = command(
        family, "validate", validate_one, shared, text="check a package and report every problem with its place"
    )
    _package(validate)
    test = command(family, "test", test_one, shared, text="run the tests of a package, without a server")
    _package(test)
    test.add_argument("--match", default="", metavar="TEXT", help="only tests whose sentence holds this text")
    difference = command(family, "diff", diff_two, shared, text="list what differs between two packages")
    difference.add_argument("old", metavar="OLD", help="a package: folder, zip or bundled name")
    difference.add_argument("new", metavar="NEW", help="the other package")
    build = command(family, "build", build_one, shared, text="check a package and pack it into the zip that is shipped")
    _package(build)
    build.add_argument("--output", type=Path, metavar="FILE", help="the zip (default: NAME-VERSION.zip here)")
    install = command(
        family, "install", install_one, shared, text="install a package into a tenant, or a new version of it"
    )
    _package(install)
    tenant_option(install)
    install.add_argument("--dry-run", action="store_true", help="only show what would happen")
    install.add_argument("--demo", action="store_true", help="also load the package's demonstration records")
    export = command(
        family, "export", export_all, shared, text="write a tenant's packages and its own changes to a folder"
    )
    tenant_option(export)
    export.add_argument("folder", type=Path, metavar="DIR", help="where to; must be missing or empty")


def _package(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="a package: folder, zip or bundled name")
    parser.add_argument(
        "--with",
        dest="others",
        action="append",
        default=[],
        metavar="PATH",
        help="a package that this one requires; may be given several times",
    )


def new_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Write the starter package."""
    path: Path = asked.path.expanduser()
    name = path.resolve().name.lower().replace("-", "_")
    if not is_name(name):
        raise UsageError("app_name_invalid", name=name)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError("folder_not_empty", folder=str(path))
    files = write_starter(path, name)
    lines = (
        desk.text("app_written", app=name, folder=str(path), count=len(files)),
        desk.text("app_next", folder=str(path)),
    )
    return Answer({"app": name, "files": files}, lines)


def validate_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Read and compile a package; every problem of both in one report."""
    package = package_at(asked.path, lenient=True)
    model = compile_model([*_others(asked), package])
    objects = [each for each in model.objects.values() if each.app == package.name]
    counts = {"objects": len(objects), "fields": sum(sum(1 for _ in each.own_fields) for each in objects)}
    lines = (desk.text("app_valid", app=package.name, version=package.version, **counts),)
    return Answer(
        {"app": package.name, "version": package.version, "valid": True, "checksum": model.checksum, **counts}, lines
    )


def test_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Run a package's tests in a tenant of their own."""
    package = package_at(asked.path)
    with desk.step("running_tests", app=package.name):
        report = run([*_others(asked), package], package.name, match=asked.match)
    failed = [each for each in report.results if not each.passed]
    lines = [line for each in failed for line in _failure(desk, each)]
    outcome = "tests_failed" if failed else "tests_passed" if report.results else "tests_none"
    lines.append(desk.text(outcome, count=len(report.results), failed=len(failed), app=package.name))
    data = {
        "app": package.name,
        "passed": report.passed,
        "tests": [
            {
                "test": each.case.sentence,
                "place": str(each.case.place),
                "passed": each.passed,
                "seconds": round(each.seconds, 4),
                "problems": [_reason(desk, problem) for problem in each.problems],
            }
            for each in report.results
        ],
    }
    return Answer(data, tuple(lines), status=0 if report.passed else 1)


def _failure(desk: Desk, result: Result) -> Iterable[str]:
    yield f"{result.case.place}: {result.case.sentence}"
    for problem in result.problems:
        yield f"    {_reason(desk, problem)}"


def _reason(desk: Desk, problem: Problem) -> str:
    """Say a problem of a test, with the step and the field that it stands at."""
    return ": ".join((*map(str, problem.path), desk.problem_text(problem)))


def diff_two(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Compare two packages property by property; status 1 when they differ."""
    old, new = package_at(asked.old), package_at(asked.new)
    changes = diff(_bodies(old), _bodies(new))
    lines = [line_of(desk, each) for each in changes] or [desk.text("no_difference")]
    return Answer({"changes": [each.to_json() for each in changes]}, tuple(lines), status=1 if changes else 0)


def _bodies(package: Package) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for item in package.items:
        found.setdefault(item.kind, {})[item.name] = item.body
    return found


def build_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Pack a valid package; equal packages give equal files."""
    package = package_at(asked.path)
    compile_model([*_others(asked), package])
    target = asked.output or Path(f"{package.name}-{package.version}.zip")
    if target.suffix != ".zip":
        raise UsageError("zip_expected", file=str(target))
    write_package(package, target)
    size = target.stat().st_size
    data = {"app": package.name, "version": package.version, "file": str(target), "bytes": size}
    return Answer(
        data, (desk.text("app_built", file=str(target), app=package.name, version=package.version, size=size),)
    )


def install_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Install or upgrade a package; the plan is shown before it is run, or instead of running it."""
    tenant = desk.directory.find(asked.tenant)
    package = package_at(asked.path)
    packages = [*_others(asked), package]
    planned = plan_install(desk.storage, tenant, packages)
    if planned.problems:
        raise PublishRefused(planned.problems)
    if asked.dry_run or not _has_effect(planned, asked.demo):
        code = "would_install" if asked.dry_run else "already_installed"
        head = desk.text(code, app=package.name, version=package.version, tenant=tenant.slug)
        return Answer({"installed": False, **plan_data(desk, planned)}, (head, *plan_lines(desk, planned)))
    message = desk.text("version_install", app=package.name, version=package.version)
    with desk.step("installing", app=package.name, version=package.version):
        done = install(desk.storage, tenant, packages, author=SYSTEM_USER, demo=asked.demo, message=message)
    number = done.published.number
    head = desk.text("installed", app=package.name, version=package.version, tenant=tenant.slug, number=number)
    remarks = [
        {"object": each.object, "key": each.key, "field": each.field, "reason": desk.problem_text(each.problem)}
        for each in done.remarks
    ]
    left = [desk.text("record_left", **{**each, "field": each["field"] or "-"}) for each in remarks]
    data = {"installed": True, "number": number, "remarks": remarks, **plan_data(desk, planned)}
    return Answer(data, (*plan_lines(desk, planned), *left, head))


def _has_effect(planned: MigrationPlan, demo: bool) -> bool:
    return demo or planned.old is None or planned.old.checksum != planned.model.checksum


def export_all(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Write every installed package as a folder, and the tenant's own changes as one file."""
    tenant = desk.directory.find(asked.tenant)
    folder: Path = asked.folder.expanduser()
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("folder_not_empty", folder=str(folder))
    with desk.storage.reading(tenant) as connection:
        packages, own = definitions_of(connection, state(connection).version)
    for package in packages:
        write_package(package, folder / package.name)
    desk.write_json(folder / OVERLAY_FILE, {"tenant": tenant.slug, "edits": own.to_json()})
    names = [each.name for each in packages]
    data = {"folder": str(folder), "packages": names, "overlay": str(folder / OVERLAY_FILE), "edits": len(own.edits)}
    return Answer(
        data, (desk.text("exported", folder=str(folder), apps=", ".join(names) or "-", count=len(own.edits)),)
    )


def _others(asked: argparse.Namespace) -> list[Package]:
    return [package_at(place) for place in asked.others]
