"""A terminal as the pages assume it: a server on a port, `.venv/bin/tenon`, `tenon` and `curl` at hand."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from tenon.app import create_app
from tenon.config import read_config
from tests.architecture.house import ROOT

PATIENCE = 60
"""Seconds after which a page's commands are given up."""

CURL = f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("curl.py")}" "$@"\n'


@dataclass(frozen=True)
class Terminal:
    """A folder to work in; `port` is where the server of its installation listens."""

    folder: Path
    environment: dict[str, str]
    port: int

    def run(self, script: str) -> str:
        """Run a bash script; the test fails when a command of it does."""
        done = subprocess.run(
            ["bash"], input=script, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout


@contextmanager
def open_terminal(folder: Path) -> Iterator[Terminal]:
    """Serve an installation in a folder of its own."""
    environment = {**os.environ, "TENON_DATA": str(folder / "data"), "TENON_DATABASE_URL": "", "LANG": "en_US.UTF-8"}
    environment["PATH"] = f"{programs(folder)}{os.pathsep}{environment['PATH']}"
    server = make_server("127.0.0.1", 0, create_app(read_config(environment)), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Terminal(folder, environment, server.server_port)
    finally:
        server.shutdown()
        thread.join()


def programs(folder: Path) -> Path:
    """Make `tenon`, also as `.venv/bin/tenon`, and a curl where the machine has none."""
    own = folder / ".venv" / "bin"
    own.mkdir(parents=True)
    (own / "tenon").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tenon.cli "$@"\n')
    if shutil.which("curl") is None:
        (own / "curl").write_text(CURL)
    for program in own.iterdir():
        program.chmod(0o755)
    return own
