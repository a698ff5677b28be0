"""A publish that is killed leaves the old version or the new one, never a mix, and loses nothing acknowledged.

`TENON_KILLS` sets how often each database is killed; security figure D3 asks for 100.
"""

import os
import random
import signal
import struct
import time
import traceback
from collections.abc import Callable

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

COMMON = {"name": {"type": "text"}, "parent": {"type": "lookup", "to": "thing"}}
RELEASES = (
    release_of({"thing": {**COMMON, "it": {"type": "text"}, "who": {"type": "lookup", "to": "user"}}}),
    release_of({
        "thing": {**COMMON, "it": {"type": "integer"}, "who": {"type": "lookup", "to": "org_unit"}},
        "other": {"name": {"type": "text"}, "thing": {"type": "master_detail", "to": "thing"}},
    }),
)


def publish_for_ever(database: Database, tenant: Tenant, said: int) -> None:
    """Publish the two models in turn and say each number once it is acknowledged."""
    storage = Storage(database.data)
    with storage.reading(tenant) as connection:
        number = catalog.state(connection).version
    while True:
        number = publish_release(storage, tenant, RELEASES[number % 2], then=add_to_the_log).number
        os.write(said, struct.pack("i", number))


def add_to_the_log(connection: Connection, model: Model) -> None:
    """What a publish writes besides: one more unit, as a seed would be."""
    add(connection, tables(model).objects["org_unit"], name="made by a publish", code=str(time.time_ns()))


def killed_in_mid_publish(database: Database, tenant: Tenant, after: float) -> int:
    """Run publishes in a process of their own, kill it, and return the last number it said."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            publish_for_ever(database, tenant, said)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(said)
    first = os.read(heard, 4)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the publishing process failed by itself"
    numbers = first + os.read(heard, 1 << 16)
    os.close(heard)
    return struct.unpack("i", numbers[-4:])[0]


def test_a_killed_publish_leaves_the_old_version_or_the_new_one(
    database: Database, storage: Storage, new_tenant: Callable[..., Tenant]
) -> None:
    tenant = new_tenant(objects={"thing": {name: each for name, each in COMMON.items()}})
    with storage.writing(tenant) as connection:
        table = tables(catalog.published(connection).model).objects["thing"]
        row = {"owner": 1, "created_at": NOW, "created_by": 1, "updated_at": NOW, "updated_by": 1, "name": "n"}
        connection.execute(insert(table), [row] * RECORDS)
    chance, outcomes = random.Random(17), []
    for _ in range(KILLS):
        acknowledged = killed_in_mid_publish(database, tenant, chance.uniform(0, 0.06))
        with storage.reading(tenant) as connection:
            now = catalog.state(connection)
            outcomes.append(now.version - acknowledged)
            model = catalog.published(connection).model
            assert_as_a_fresh_install(connection, tables(model))
            made = tables(model).objects
            assert connection.execute(select(func.count()).select_from(made["thing"])).scalar_one() == RECORDS
            assert connection.execute(select(func.count()).select_from(made["org_unit"])).scalar_one() == now.version - 1
    assert set(outcomes) <= {0, 1}
    print(f"old {outcomes.count(0)}, new {outcomes.count(1)}")
