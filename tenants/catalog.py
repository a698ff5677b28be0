"""What a tenant runs: its published version and model, installed packages, overlay, draft and history.

`state` is the one cheap question of every request: which version, which model, and has anything about
people and rights changed. Models are kept per process by checksum, so tenants on the same definitions
share one; a version that another process published is compiled here once, from the stored definitions.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from metadata.canonical import from_json, to_json
from metadata.compile import compile_model
from metadata.diff import Change
from metadata.documents import Package
from metadata.errors import PackageInvalid
from metadata.merge import REMOVED, Edit, Overlay
from metadata.model import Model
from tenants.context import User
from tenants.errors import TenantUnknown, VersionUnknown, VersionUnreadable
from tenants.recent import Recent
from tenants.schema import KEPT_MODELS
from tenants.system_tables import STATE_SQL, SYSTEM

_models: Recent[Model | None] = Recent(KEPT_MODELS)
"""By checksum; None stands for one that this release of the platform can't make."""


@dataclass(frozen=True, slots=True)
class State:
    """What holds now; `stamp` changes with every change of users, roles and credentials."""

    version: int
    checksum: str
    stamp: int


@dataclass(frozen=True, slots=True)
class Published:
    """The published version and its model."""

    number: int
    model: Model
    stamp: int


@dataclass(frozen=True, slots=True)
class Version:
    """One published version; `packages` are (name, version) pairs in the order installed."""

    number: int
    checksum: str
    author: str
    at: datetime
    message: str
    packages: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The overlay that is to be published next, made from version `base`."""

    base: int
    overlay: Overlay


def state(connection: Connection) -> State:
    """Ask which version and model hold, and for the stamp of people and rights.

    On PostgreSQL the transaction came with the answer. Raises TenantUnknown when the tenant's data is gone.
    """
    return State(*(connection.info.pop("state", None) or _asked(connection)))


def published(connection: Connection) -> Published:
    """Return the published version with its model, compiled at most once per process.

    Raises VersionUnreadable when another release of the platform published it.
    """
    now = state(connection)
    model = _model(connection, now)
    if model is None:
        raise VersionUnreadable(number=now.version)
    return Published(now.version, model, now.stamp)


def readable_model(connection: Connection) -> Model | None:
    """Return the published model; None where `published` would raise VersionUnreadable."""
    return _model(connection, state(connection))


def keep(model: Model) -> None:
    """Keep a model that was just compiled and published here, so that the next request finds it."""
    _models.put(model.checksum, model)


def bump_stamp(connection: Connection) -> None:
    """Announce to every process that users, roles, rights or credentials of the tenant changed."""
    connection.info.pop("state", None)
    connection.execute(update(SYSTEM.state).values(stamp=SYSTEM.state.c.stamp + 1))


def installed(connection: Connection) -> tuple[Package, ...]:
    """Return the packages of the published version, in the order installed."""
    return definitions_of(connection, state(connection).version)[0]


def overlay(connection: Connection) -> Overlay:
    """Return the tenant's own changes as published."""
    return _edits(connection.execute(select(SYSTEM.overlay).order_by(SYSTEM.overlay.c.position)))


def draft(connection: Connection) -> Draft | None:
    """Return the draft, if there is one."""
    base = connection.execute(select(SYSTEM.state.c.draft_base)).scalar_one()
    if base is None:
        return None
    return Draft(base, _edits(connection.execute(select(SYSTEM.draft).order_by(SYSTEM.draft.c.position))))


def save_draft(connection: Connection, changed: Overlay, *, base: int) -> None:
    """Replace the draft; `base` is the version that it was made from."""
    write_edits(connection, "draft", changed)
    connection.execute(update(SYSTEM.state).values(draft_base=base))


def discard_draft(connection: Connection) -> None:
    """Throw the draft away; does nothing if there is none."""
    connection.execute(delete(SYSTEM.draft))
    connection.execute(update(SYSTEM.state).values(draft_base=None))


def versions(connection: Connection, *, before: int | None = None, limit: int = 50) -> tuple[Version, ...]:
    """List published versions, newest first, below a number if one is given."""
    table = SYSTEM.version
    query = select(table).order_by(table.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.number < before)
    return tuple(_version(row) for row in connection.execute(query))


def version(connection: Connection, number: int) -> Version:
    """Return one published version; raises VersionUnknown."""
    return _version(_version_row(connection, number))


def definitions_of(connection: Connection, number: int) -> tuple[tuple[Package, ...], Overlay]:
    """Return the packages and the overlay that a version was made of; raises VersionUnknown."""
    row = _version_row(connection, number)
    wanted = [each["checksum"] for each in json.loads(row.packages)]
    table = SYSTEM.package
    found = {
        each.checksum: Package.from_json(zlib.decompress(each.content).decode())
        for each in connection.execute(select(table).where(table.c.checksum.in_(wanted)))
    }
    return tuple(found[checksum] for checksum in wanted), Overlay.from_json(from_json(row.overlay))


def write_version(
    connection: Connection, number: int, *, model: Model, packages: Iterable[Package], overlay: Overlay,
    changes: Iterable[Change], author: User, at: datetime, message: str,
) -> None:
    """Record a version with all it was made of and let it hold from the end of the transaction."""
    packages = tuple(packages)
    _keep_packages(connection, packages)
    write_edits(connection, "overlay", overlay)
    manifest = [{"name": each.name, "version": each.version, "checksum": each.checksum} for each in packages]
    connection.execute(insert(SYSTEM.version).values(
        number=number, checksum=model.checksum, author_id=author.id, author=author.login, at=at, message=message,
        packages=to_json(manifest), overlay=to_json(overlay.to_json()),
        changes=to_json([each.to_json() for each in changes]),
    ))
    connection.info.pop("state", None)
    values = {"version": number, "checksum": model.checksum}
    changed = connection.execute(update(SYSTEM.state).values(**values, stamp=SYSTEM.state.c.stamp + 1))
    if not changed.rowcount:
        connection.execute(insert(SYSTEM.state).values(id=1, **values, stamp=secrets.randbits(48)))


def write_edits(connection: Connection, name: str, edits: Overlay) -> None:
    """Store an overlay, one row per property, in the table `overlay` or `draft`."""
    table = getattr(SYSTEM, name)
    connection.execute(delete(table))
    rows = [
        {
            "kind": each.kind, "name": each.name, "path": to_json(list(each.path)), "position": position,
            "removed": each.value is REMOVED, "value": None if each.value is REMOVED else to_json(each.value),
        }
        for position, each in enumerate(edits.edits)
    ]
    if rows:
        connection.execute(insert(table), rows)


def _asked(connection: Connection) -> tuple[int, str, int]:
    driver = connection.dialect.loaded_dbapi
    try:
        row = connection.connection.dbapi_connection.execute(STATE_SQL).fetchone()
    except (driver.OperationalError, driver.ProgrammingError) as error:
        raise TenantUnknown(slug=connection.info.get("tenant", "")) from error
    if row is None:
        raise TenantUnknown(slug=connection.info.get("tenant", ""))
    return row


def _model(connection: Connection, now: State) -> Model | None:
    return _models.get(now.checksum, lambda: _compiled(connection, now))


def _compiled(connection: Connection, now: State) -> Model | None:
    packages, changed = definitions_of(connection, now.version)
    try:
        model = compile_model(packages, changed)
    except PackageInvalid:
        return None
    return model if model.checksum == now.checksum else None


def _edits(rows: Iterable[Row]) -> Overlay:
    return Overlay(tuple(
        Edit(row.kind, row.name, tuple(json.loads(row.path)), REMOVED if row.removed else from_json(row.value))
        for row in rows
    ))


def _keep_packages(connection: Connection, packages: tuple[Package, ...]) -> None:
    table = SYSTEM.package
    kept = set(connection.execute(select(table.c.checksum)).scalars())
    rows = [
        {
            "checksum": each.checksum, "name": each.name, "version": each.version,
            "content": zlib.compress(each.to_json().encode()),
        }
        for each in packages if each.checksum not in kept
    ]
    if rows:
        connection.execute(insert(table), rows)


def _version_row(connection: Connection, number: int) -> Row:
    row = connection.execute(select(SYSTEM.version).where(SYSTEM.version.c.number == number)).one_or_none()
    if row is None:
        raise VersionUnknown(number=number)
    return row


def _version(row: Row) -> Version:
    packages = tuple((each["name"], each["version"]) for each in json.loads(row.packages))
    changes = tuple(Change.from_json(each) for each in from_json(row.changes))
    return Version(row.number, row.checksum, row.author, row.at, row.message, packages, changes)
