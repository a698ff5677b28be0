"""How long a new tenant with the finance CRM takes, the whole command: `python -m benchmarks.install`."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.support.postgres import start_postgres

APP = "finance_crm"
WANTED = {"sqlite": 2.0, "postgresql": 3.0}
"""Seconds that the command may take, from the shell's point of view, on an idle machine."""

TENON = Path(sys.executable).parent / "tenon"


def main() -> int:
    """Measure and print; exit status 1 when a median is above what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.install", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="tenants on each database (5)")
    parser.add_argument("--demo", action="store_true", help="load the demonstration records too")
    options = parser.parse_args()
    fits = True
    print(f"{'database':<12}{'median s':>9}{'best s':>8}{'CPU s':>7}{'wanted':>8}")
    for kind, seconds, worked in _measured(options.times, demo=options.demo):
        median = statistics.median(seconds)
        fits = fits and (options.demo or median < WANTED[kind])
        wanted = "" if options.demo else f"{WANTED[kind]:.1f}"
        print(f"{kind:<12}{median:>9.2f}{min(seconds):>8.2f}{statistics.median(worked):>7.2f}{wanted:>8}", flush=True)
    return int(not fits)


def _measured(times: int, *, demo: bool) -> Iterator[tuple[str, list[float], list[float]]]:
    with tempfile.TemporaryDirectory(prefix="tenon-install-") as folder:
        yield "sqlite", *_created(times, Path(folder), url=None, demo=demo)
    with tempfile.TemporaryDirectory(prefix="tenon-install-") as folder, closing(start_postgres(durable=True)) as server:
        yield "postgresql", *_created(times, Path(folder), url=server.fresh_database(), demo=demo)


def _created(times: int, folder: Path, *, url: str | None, demo: bool) -> tuple[list[float], list[float]]:
    environment = {**os.environ, "TENON_DATA": str(folder)}
    environment.pop("TENON_DATABASE_URL", None)
    if url is not None:
        environment["TENON_DATABASE_URL"] = url
    more = ("--demo",) if demo else ()
    seconds, worked = [], []
    for number in range(times):
        before, started = os.times(), time.perf_counter()
        subprocess.run(
            [TENON, "tenant", "create", f"tenant-{number}", "--app", APP, *more],
            env=environment, check=True, stdout=subprocess.DEVNULL,
        )
        after = os.times()
        seconds.append(time.perf_counter() - started)
        worked.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    return seconds, worked


if __name__ == "__main__":
    sys.exit(main())
