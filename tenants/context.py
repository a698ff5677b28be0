"""On whose behalf, in which tenant, with which model and at what time something is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

from metadata.model import Model
from metadata.permissions import Permissions


class Clock(Protocol):
    """Where the time comes from; tests move it."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(timezone.utc)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    instant: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant as the directory knows it; `url` places its data (SQLite file or PostgreSQL)."""

    slug: str
    name: str
    url: str
    locale: str = "zh_CN"
    time_zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class User:
    """The acting person; id 1 is the platform itself (`system`), which seeds and provisioning act as."""

    id: int
    login: str
    name: str
    org_unit: int | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordContext:
    """Everything an act on records depends on; the published model is pinned for the whole request."""

    tenant: Tenant
    user: User
    model: Model
    permissions: Permissions
    clock: Clock = field(default_factory=SystemClock)
    locale: str = "zh_CN"
    time_zone: str = "Asia/Shanghai"
    request_id: str = ""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self.clock.now()

    def today(self) -> date:
        """The date on the user's calendar."""
        return self.now().astimezone(ZoneInfo(self.time_zone)).date()
