"""The whole product as a program of its own: a tenant is made, served, used, and the server stopped."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.databases import Database

PATIENCE_SECONDS = 40


@dataclass
class Server:
    """A running `tenon serve` with the tenant acme."""

    process: subprocess.Popen
    address: str
    token: str
    log: Path

    def ask(self, path: str, method: str = "GET", body: object = None) -> tuple[int, object]:
        request = urllib.request.Request(self.address + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refusal:
            return refusal.code, json.loads(refusal.read())

    def workers(self) -> list[int]:
        found = re.findall(r"Booting worker with pid: (\d+)", self.log.read_text())
        return [int(pid) for pid in found if Path(f"/proc/{pid}").exists() or not Path("/proc").exists()]


def tenon(environment: dict[str, str], *words: str) -> object:
    command = [sys.executable, "-m", "tenon.cli", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def wait_until(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Iterator[Server]:
    environment = {**os.environ, "TENON_DATA": str(database.data), "PYTHONUNBUFFERED": "1"}
    environment.pop("TENON_DATABASE_URL", None)
    if database.kind == "postgresql":
        environment["TENON_DATABASE_URL"] = database.url
    tenon(environment, "app", "new", str(tmp_path / "lending"))
    tenon(environment, "tenant", "create", "acme", "--app", str(tmp_path / "lending"))
    token = tenon(environment, "token", "create", "--tenant", "acme", "--user", "admin")["token"]  # type: ignore[index]
    port, log = free_port(), tmp_path / "serve.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tenon.cli", "serve", "--port", str(port), "--workers", "2"], env=environment, stdout=output, stderr=output,
        )
    running = Server(process, f"http://127.0.0.1:{port}", token, log)
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, f"the server did not start:\n{log.read_text()}")
        yield running
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_records_are_made_and_found_a_worker_may_die_and_the_server_stops_when_told(server: Server) -> None:
    status, made = server.ask("/acme/api/v1/records/equipment", "POST", {"code": "X-1", "name": "Drone", "value": 3200})
    assert status == 201, made
    assert server.ask(f"/acme/api/v1/records/equipment/{made['id']}")[1]["value"] == "3200.00"
    assert server.ask("/acme/api/v1/search?q=Drone")[0] == 200

    os.kill(server.workers()[0], signal.SIGKILL)
    wait_until(lambda: len(server.workers()) >= 2, "the dead worker was not replaced")
    assert server.ask(f"/acme/api/v1/records/equipment/{made['id']}")[0] == 200

    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(PATIENCE_SECONDS) == 0
    lines = [json.loads(each) for each in server.log.read_text().splitlines()]
    assert any(each.get("path") == "/acme/api/v1/records/equipment" and each["status"] == 201 and each["user"] == "admin" for each in lines)
    assert server.token not in server.log.read_text()
