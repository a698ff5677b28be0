"""Measure Tenon's generic runtime beside a hand-written application: `python -m benchmarks`.

Both serve the same rows through the same server (gunicorn, gthread, 2 workers of 8 threads) on the same database,
and the rounds of the two alternate, so that what else the machine does falls on both. Printed are requests per
second, their ratio, the processors' time for a request, the 50th and 95th percentile of the response time and the
memory of the servers. How to read them: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.contenders import Contender, handwritten, tenon
from tests.support.postgres import start_postgres

CONNECTIONS = 8
TARGETS = {"get one": 0.6, "list 50": 0.6, "create": 0.45, "update": 0.45, "group and sum": 0.85,
           "HTML list": 0.5, "HTML form": 0.4}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation on one database, both applications side by side; times in milliseconds.

    `ratio` is that of the requests per second; `cpu` and `their_cpu` are the processors' time for a request.
    """

    database: str
    operation: str
    ours: float
    theirs: float
    ratio: float
    cpu: float
    their_cpu: float
    p50: float
    p95: float
    their_p50: float
    their_p95: float


def main() -> int:
    """Run the benchmark and print its table; exit status 1 when a ratio stays below its target."""
    options = _options()
    rows: list[Row] = []
    memory: dict[str, dict[str, tuple[float, ...]]] = {}
    for kind in options.database:
        with _database(kind) as (ours_url, theirs_url, folder):
            contenders = [tenon(ours_url, folder / "tenon"), handwritten(theirs_url)]
            try:
                rows += _measure(kind, contenders, options)
                memory[kind] = {each.name: each.memory() for each in contenders}
            finally:
                for each in contenders:
                    each.stop()
    _show(rows, memory, as_json=options.json)
    return int(any(row.ratio < TARGETS[row.operation] for row in rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--database", action="append", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument("--only", action="append", choices=tuple(TARGETS), help="only this operation")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each application and operation (5)")
    parser.add_argument("--seconds", type=float, default=2, help="seconds of a round (2)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    options = parser.parse_args()
    options.database = options.database or ["sqlite", "postgresql"]
    return options


def _measure(kind: str, contenders: list[Contender], options: argparse.Namespace) -> Iterator[Row]:
    for operation in options.only or TARGETS:
        rounds: dict[str, list[load.Measured]] = {each.name: [] for each in contenders}
        worked: dict[str, list[float]] = {each.name: [] for each in contenders}
        requests = {each.name: load.endless(each.requests[operation]) for each in contenders}
        for each in contenders:
            load.run(each.port, requests[each.name], connections=CONNECTIONS, seconds=min(1.0, options.seconds))
        for number in range(options.rounds):
            for each in contenders if number % 2 == 0 else reversed(contenders):
                before = each.busy()
                measured = load.run(each.port, requests[each.name], connections=CONNECTIONS, seconds=options.seconds)
                rounds[each.name].append(measured)
                worked[each.name].append(1000 * (each.busy() - before) / len(measured.times))
        ours, theirs = (rounds[each.name] for each in contenders)
        ratio = statistics.median(a.per_second / b.per_second for a, b in zip(ours, theirs, strict=True))
        print(f"{kind}: {operation}: {ratio:.2f}", file=sys.stderr, flush=True)
        yield Row(
            kind, operation, _median(ours), _median(theirs), ratio,
            *(statistics.median(worked[each.name]) for each in contenders), _percentile(ours, 0.5), _percentile(ours, 0.95),
            _percentile(theirs, 0.5), _percentile(theirs, 0.95),
        )


def _median(rounds: list[load.Measured]) -> float:
    return statistics.median(each.per_second for each in rounds)


def _percentile(rounds: list[load.Measured], share: float) -> float:
    return statistics.median(each.percentile(share) for each in rounds)


@contextmanager
def _database(kind: str) -> Iterator[tuple[str, str, Path]]:
    with tempfile.TemporaryDirectory(prefix="tenon-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            (folder / "tenon").mkdir()
            yield f"sqlite:///{folder}/tenon/directory.db", f"sqlite:///{folder}/handwritten.db", folder
            return
        with closing(start_postgres(durable=True)) as server:
            yield server.fresh_database(), server.fresh_database(), folder


def _show(rows: list[Row], memory: dict[str, dict[str, tuple[float, ...]]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "memory_mb": memory}, indent=1))
        return
    head = f"{'database':<11}{'operation':<15}{'Tenon/s':>9}{'by hand/s':>11}{'ratio':>7}{'wanted':>8}"
    print(head + f"{'CPU ms':>8}{'by hand':>9}{'p50 ms':>8}{'by hand':>9}{'p95 ms':>8}{'by hand':>9}")
    for row in rows:
        print(
            f"{row.database:<11}{row.operation:<15}{row.ours:>9.0f}{row.theirs:>11.0f}{row.ratio:>7.2f}"
            f"{TARGETS[row.operation]:>8.2f}{row.cpu:>8.2f}{row.their_cpu:>9.2f}{row.p50:>8.1f}{row.their_p50:>9.1f}"
            f"{row.p95:>8.1f}{row.their_p95:>9.1f}"
        )
    for kind, sizes in memory.items():
        shown = (f"{name} {sum(each):.0f} MB ({', '.join(f'{size:.0f}' for size in each)})" for name, each in sizes.items())
        print(f"memory on {kind} (first process, workers): {'; '.join(shown)}")


if __name__ == "__main__":
    sys.exit(main())
