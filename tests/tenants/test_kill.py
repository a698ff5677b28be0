"""A publish that is killed leaves the old version or the new one, never a mix, and loses nothing acknowledged.

`TENON_KILLS` sets how often each database is killed; security figure D3 asks for 100.
"""

import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from select import select as select_

from sqlalchemy import Connection, func, insert, select

from metadata.model import Model
from tenants import catalog
from tenants.context import Tenant
from tenants.publish import publish_release
from tenants.schema import tables
from tenants.storage import Storage
from tests.support.databases import Database
from tests.tenants.models import release_of
from tests.tenants.physical import assert_as_a_fresh_install
from tests.tenants.records import NOW, add

KILLS = int(os.environ.get("TENON_KILLS", "10"))
RECORDS = 300
READY, ACKNOWLEDGED = b"r", b"a"

COMMON = {"name": {"type": "text"}, "parent": {"type": "lookup", "to": "thing"}}
RELEASES = (
    release_of({"thing": {**COMMON, "it": {"type": "text"}, "who": {"type": "lookup", "to": "user"}}}),
    release_of({
        "thing": {**COMMON, "it": {"type": "integer"}, "who": {"type": "lookup", "to": "org_unit"}},
        "other": {"name": {"type": "text"}, "thing": {"type": "master_detail", "to": "thing"}},
    }),
)


def publish_once(database: Database, tenant: Tenant, said: int) -> None:
    """Say when ready, publish the other definitions, and say when that is acknowledged."""
    storage = Storage(database.data)
    with storage.reading(tenant) as connection:
        number = catalog.published(connection).number
    os.write(said, READY)
    publish_release(storage, tenant, RELEASES[number % 2], then=add_to_the_log)
    os.write(said, ACKNOWLEDGED)
    time.sleep(60)


def add_to_the_log(connection: Connection, model: Model) -> None:
    """What a publish writes besides: one more unit, as a seed would be."""
    add(connection, tables(model).objects["org_unit"], name="made by a publish", code=str(time.time_ns()))


def killed_while_publishing(database: Database, tenant: Tenant, after: float | None = None) -> tuple[bool, float]:
    """Publish in a process of its own and kill it some seconds after it began, or when it is done.

    Returns whether it was done by then, and how long it took.
    """
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            publish_once(database, tenant, said)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(said)
    assert os.read(heard, 1) == READY
    begun = time.perf_counter()
    select_([heard], [], [], after)
    took = time.perf_counter() - begun
    time.sleep(max(0.0, (after or 0) - took))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the publishing process failed by itself"
    done = os.read(heard, 1)
    os.close(heard)
    return done == ACKNOWLEDGED, took


def test_a_killed_publish_leaves_the_old_version_or_the_new_one(
    database: Database, storage: Storage, new_tenant: Callable[..., Tenant]
) -> None:
    tenant = new_tenant(objects={"thing": {name: each for name, each in COMMON.items()}})
    with storage.writing(tenant) as connection:
        table = tables(catalog.published(connection).model).objects["thing"]
        row = {"owner": 1, "created_at": NOW, "created_by": 1, "updated_at": NOW, "updated_by": 1, "name": "n"}
        connection.execute(insert(table), [row] * RECORDS)
    done, duration = killed_while_publishing(database, tenant)
    assert done
    chance, kept, version = random.Random(17), [], 2
    for number in range(KILLS):
        after = 1.6 * duration * (number + chance.random()) / KILLS
        done, _ = killed_while_publishing(database, tenant, after)
        with storage.reading(tenant) as connection:
            now = catalog.published(connection)
            assert now.number == version + 1 if done else now.number in (version, version + 1)
            kept.append("old" if now.number == version else "new")
            version = now.number
            assert_as_a_fresh_install(connection, tables(now.model))
            made = tables(now.model).objects
            assert connection.execute(select(func.count()).select_from(made["thing"])).scalar_one() == RECORDS
            assert connection.execute(select(func.count()).select_from(made["org_unit"])).scalar_one() == version - 1
    print(f"{database.kind}: old {kept.count('old')}, new {kept.count('new')}, torn 0")
    if KILLS >= 100:
        assert min(kept.count("old"), kept.count("new")) >= 15
