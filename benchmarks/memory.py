"""What tenants cost a process in memory, and that equal definitions are one model: `python -m benchmarks.memory`.

One process makes the tenants, another serves them: it asks each tenant for its published model and tables, as a request
does, and lists the CRM's opportunities once, so that the plans of statements are there too.
"""

from __future__ import annotations

import argparse
import gc
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from metadata.compile import bundled_package
from metadata.permissions import everything
from runtime.records.query import find_json
from runtime.records.record import RecordQuery
from tenants.catalog import published
from tenants.context import RecordContext
from tenants.directory import Directory
from tenants.provision import create_tenant
from tenants.schema import tables
from tenants.storage import Storage
from tenants.users import SYSTEM_USER

APP, OBJECT = "finance_crm", "opportunity"
WANTED_MB = 1.0
"""What each further tenant on the same definitions may cost; its open files and pages are in that."""


def main() -> int:
    """Make tenants, measure in a fresh process; exit status 1 when models differ or a further tenant costs too much."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__.splitlines()[0])
    parser.add_argument("--tenants", type=int, default=20, help="how many tenants on the same definitions (20)")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return _measure(Path(options.serve))
    with tempfile.TemporaryDirectory(prefix="tenon-memory-") as folder:
        _make(Path(folder), options.tenants)
        return subprocess.run([sys.executable, "-m", "benchmarks.memory", "--serve", folder], check=False).returncode


def _make(folder: Path, count: int) -> None:
    directory, storage = _open(folder)
    package = bundled_package(APP)
    for number in range(1, count + 1):
        create_tenant(directory, storage, f"tenant-{number:03}", f"Tenant {number}", packages=[package])


def _measure(folder: Path) -> int:
    directory, storage = _open(folder)
    models, made, sizes = [], [], [_memory()]
    print(f"{'tenants':>8}{'memory MB':>11}{'more':>8}  model")
    print(f"{0:>8}{sizes[0]:>11.1f}")
    for number, tenant in enumerate(directory.tenants(), start=1):
        with storage.reading(tenant) as connection:
            model = published(connection).model
            ctx = RecordContext(tenant, SYSTEM_USER, model, everything(model))
            find_json(ctx, connection, RecordQuery(OBJECT))
        models.append(model)
        made.append(tables(model))
        sizes.append(_memory())
        print(f"{number:>8}{sizes[-1]:>11.1f}{sizes[-1] - sizes[-2]:>8.1f}  {model.checksum[:12]} at {id(model):#x}")
    shared = all(each is models[0] for each in models) and all(each is made[0] for each in made)
    further = (sizes[-1] - sizes[1]) / max(1, len(models) - 1)
    print(f"one model and one set of tables for all: {'yes' if shared else 'NO'}")
    print(f"the first tenant costs {sizes[1] - sizes[0]:.1f} MB, each further one {further:.2f} MB (wanted {WANTED_MB})")
    return int(not shared or further > WANTED_MB)


def _open(folder: Path) -> tuple[Directory, Storage]:
    return Directory(f"sqlite:///{folder}/directory.db", folder), Storage(folder)


def _memory() -> float:
    """The memory of this process alone, in MB."""
    gc.collect()
    found = re.findall(r"^Private_\w+:\s+(\d+)", Path("/proc/self/smaps_rollup").read_text(), re.MULTILINE)
    return sum(map(int, found)) / 1024


if __name__ == "__main__":
    sys.exit(main())
