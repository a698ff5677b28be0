"""The two applications under test: each is loaded with the rows, started, and knows its requests."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import insert

from benchmarks import data, handwritten as by_hand
from benchmarks.load import Request
from benchmarks.prepare import prepare_tenant, settle

Headers = tuple[tuple[str, str], ...]

WORKERS, THREADS = 2, 8
ROOT = Path(__file__).parent.parent
LOG = Path(tempfile.gettempdir()) / "tenon-benchmark.log"
"""Where both servers write what they have to say; both pay for it."""

FIELDS = "name,account,stage,amount,probability,close_date,source,is_key,contact_name,owner,account.name"


@dataclass
class Contender:
    """A running application: its name, port, process and the maker of each operation's requests."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    requests: Mapping[str, Callable[[int], Request]] = field(default_factory=dict)

    def memory(self) -> tuple[float, ...]:
        """The memory of the process and of each worker in MB; a page that several share counts by shares (PSS)."""
        return tuple(_proportional(pid) / 1024 for pid in self._pids())

    def busy(self) -> float:
        """The seconds that the processors have worked for the process and its workers."""
        return sum(_worked(pid) for pid in self._pids())

    def _pids(self) -> list[int]:
        return [self.process.pid, *_children(self.process.pid)]

    def stop(self) -> None:
        """End the process and its workers."""
        self.process.terminate()
        self.process.wait(20)


def handwritten(url: str) -> Contender:
    """Load and start the hand-written application on an empty database."""
    secret = secrets.token_urlsafe(24)
    _load_by_hand(url, secret)
    port = _free_port()
    process = _start(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
         "--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "30", "--log-level", "warning",
         f"benchmarks.handwritten:create_app({url!r})"],
    )
    headers = (("Authorization", f"Bearer {secret}"),)
    _wait(port, "/opportunities/1", headers)
    keys = _keys()
    change = _Changes(headers, lambda key: f"/opportunities/{key}")
    return Contender("by hand", port, process, {
        "get one": lambda n: Request("GET", f"/opportunities/{next(keys)}", headers),
        "list 50": lambda n: Request("GET", f"/opportunities?stage={_stage(n)}&above={_above(n)}&limit=50", headers),
        "create": lambda n: _json("POST", "/opportunities", headers, _new(n), 201),
        "update": change.request,
        "group and sum": lambda n: Request("GET", "/opportunities/by-stage", headers),
        "HTML list": lambda n: Request("GET", f"/pages/opportunities?stage={_stage(n)}", headers),
        "HTML form": lambda n: Request("GET", f"/pages/opportunities/{next(keys)}/edit", headers),
    })


def tenon(url: str, folder: Path) -> Contender:
    """Load and start Tenon on an empty directory."""
    prepared = prepare_tenant(url, folder)
    port = _free_port()
    process = _start(
        [str(Path(sys.executable).parent / "tenon"), "serve", "--port", str(port), "--workers", str(WORKERS)],
        {"TENON_DATA": str(folder), "TENON_DATABASE_URL": url},
    )
    headers = (("Authorization", f"Bearer {prepared.token}"),)
    _wait(port, f"/{prepared.slug}/api/v1/records/opportunity/1", headers)
    cookie = (("Cookie", prepared.sign_in(port)),)
    keys = _keys()
    return Contender("Tenon", port, process, tenon_requests(prepared.slug, headers, cookie, lambda: next(keys)))


def tenon_requests(
    slug: str, headers: Headers, cookie: Headers, key: Callable[[], int]
) -> dict[str, Callable[[int], Request]]:
    """The maker of each operation's requests to Tenon; `key` gives the record that is asked for next."""
    api = f"/{slug}/api/v1"
    records = f"{api}/records/opportunity"
    change = _Changes(headers, lambda number: f"{records}/{number}")
    grouped = {"object": "opportunity", "by": ["stage"], "measures": {"n": "count()", "total": "sum(amount)"},
               "sort": ["stage"]}
    pages = f"/{slug}/o/opportunity"

    def listed(n: int) -> str:
        where = f"stage%20%3D%3D%20'{_stage(n)}'%20and%20amount%20%3E%20{_above(n)}"
        return f"{records}?where={where}&sort=-amount&limit=50&count=true&fields={FIELDS}"

    return {
        "get one": lambda n: Request("GET", f"{records}/{key()}", headers),
        "list 50": lambda n: Request("GET", listed(n), headers),
        "create": lambda n: _json("POST", records, headers, _new(n), 201),
        "update": change.request,
        "group and sum": lambda n: _json("POST", f"{api}/query", headers, grouped, 200),
        "HTML list": lambda n: Request("GET", f"{pages}?view={_view(n)}", cookie),
        "HTML form": lambda n: Request("GET", f"{pages}/{key()}/edit", cookie),
    }


class _Changes:
    """Makes changes of one field, each with the version that its record has by then."""

    SPREAD = 4000

    def __init__(self, headers: Headers, path: Callable[[int], str]) -> None:
        self._path, self._headers = path, headers
        self._versions: dict[int, int] = {}

    def request(self, n: int) -> Request:
        key = 1 + n % self.SPREAD
        version = self._versions.get(key, 1)
        self._versions[key] = version + 1
        headers = (*self._headers, ("If-Match", f'"{version}"'))
        return _json("PATCH", self._path(key), headers, {"next_step": f"步骤 {n}"}, 200)


def _load_by_hand(url: str, secret: str) -> None:
    engine = by_hand.make_engine(url)
    with engine.begin() as connection:
        by_hand.metadata.create_all(connection)
        connection.execute(insert(by_hand.person), {"id": 1, "name": "Seller", "role": "seller", "active": True})
        connection.execute(insert(by_hand.token), {"hash": hashlib.sha256(secret.encode()).hexdigest(), "person": 1})
        connection.execute(insert(by_hand.permission), {
            "role": "seller", "object": "opportunity", "can_create": True, "can_read": True, "can_edit": True,
        })
        connection.execute(insert(by_hand.account), list(data.accounts()))
        stamp = {"owner": 1, "created_at": data.NOW, "created_by": 1, "updated_at": data.NOW, "updated_by": 1, "version": 1}
        rows = ({**data.opportunity(index), **stamp} for index in range(data.OPPORTUNITIES))
        for batch in _batches(rows):
            connection.execute(insert(by_hand.opportunity), [{**row, "account": row["account"] + 1} for row in batch])
    settle(engine)
    engine.dispose()


def _batches(rows: object, size: int = 5000):
    rows = iter(rows)
    while batch := list(itertools.islice(rows, size)):
        yield batch


def _new(n: int) -> dict[str, object]:
    row = data.opportunity(200_000 + n)
    shown = {name: value if isinstance(value, (int, bool)) else str(value) for name, value in row.items()}
    return {**shown, "account": row["account"] + 1}


def _keys():
    return (1 + int(data.share("key", number) * data.OPPORTUNITIES) for number in itertools.count())


def _stage(n: int) -> str:
    return data.STAGES[n % len(data.STAGES)]


def _view(n: int) -> str:
    return f"in_{_stage(n)}"


def _above(n: int) -> int:
    return 900_000 + 1000 * (n % 50)


def _json(method: str, path: str, headers: Headers, body: object, status: int) -> Request:
    sent = json.dumps(body, ensure_ascii=False).encode()
    return Request(method, path, (*headers, ("Content-Type", "application/json")), sent, status)


def _start(command: list[str], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    with LOG.open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=log, stderr=log)


def _wait(port: int, path: str, headers: Headers, seconds: float = 30) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=dict(headers))
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(request, timeout=5).read()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(each) for each in found.read_text().split()] if found.exists() else []
    return direct + [each for child in direct for each in _children(child)]


def _worked(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _proportional(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    found = re.search(r"^Pss:\s+(\d+)", rollup.read_text(), re.MULTILINE) if rollup.exists() else None
    return float(found[1]) if found else 0.0
