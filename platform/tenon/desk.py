"""What every command works at: settings, tenants and storage, the language of its sentences, and its progress."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection

from metadata.compile import bundled_package
from metadata.documents import Package, read_package
from metadata.errors import Problem, TenonError
from metadata.model import Model
from metadata.permissions import everything
from metadata.sentences import sentence
from tenants.catalog import installed, published
from tenants.context import RecordContext, Tenant
from tenants.directory import Directory
from tenants.storage import Storage
from tenants.users import SYSTEM_USER
from tenon.config import Config, read_config


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: `data` for machines, `lines` for people, `status` 0 for done and 1 for "no"."""

    data: object
    lines: tuple[str, ...] = ()
    status: int = 0


class UsageError(Exception):
    """The command was called wrongly in a way only found when it ran; `code` and `params` make the sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.problem = Problem(code, (), params)


@dataclass(frozen=True)
class Desk:
    """One run of the command line."""

    locale: str
    environ: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False

    @cached_property
    def config(self) -> Config:
        """The settings, read when first needed."""
        return read_config(self.environ)

    @cached_property
    def directory(self) -> Directory:
        """The list of tenants."""
        return Directory(self.config.database_url, self.config.data)

    @cached_property
    def storage(self) -> Storage:
        """The door to tenants' data."""
        return Storage(self.config.data)

    def text(self, code: str, **params: object) -> str:
        """Say a sentence in the language of the run."""
        return sentence(Problem(code, (), params), self.locale)

    def problem_text(self, problem: Problem) -> str:
        """Say a problem in the language of the run."""
        return sentence(problem, self.locale)

    def installed(self, connection: Connection) -> tuple[tuple[str, str], ...]:
        """Name the installed packages with their versions."""
        return tuple((each.name, each.version) for each in installed(connection))

    def write_json(self, file: Path, data: object) -> None:
        """Write a file that people may read."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")

    @contextmanager
    def step(self, code: str, **params: object) -> Iterator[None]:
        """Show on a terminal that something longer is going on, and how long it took."""
        shown = not self.quiet and sys.stderr.isatty()
        start = time.perf_counter()
        if shown:
            sys.stderr.write(f"{self.text(code, **params)} ... ")
            sys.stderr.flush()
        try:
            yield
        except BaseException:
            if shown:
                sys.stderr.write("\n")
            raise
        if shown:
            sys.stderr.write(f"{time.perf_counter() - start:.1f} s\n")

    @contextmanager
    def at_work(self, tenant: Tenant) -> Iterator[tuple[RecordContext, Connection]]:
        """Act as the platform itself inside one writing transaction of a tenant."""
        with self.storage.writing(tenant) as connection:
            yield self.platform_context(tenant, published(connection).model), connection

    def platform_context(self, tenant: Tenant, model: Model) -> RecordContext:
        """The context in which the platform itself acts."""
        return RecordContext(
            tenant, SYSTEM_USER, model, everything(model), locale=tenant.locale, time_zone=tenant.time_zone,
            request_id="command-line",
        )


def package_at(place: str, *, lenient: bool = False) -> Package:
    """Read the package in a folder or zip, or one delivered with the platform under this name.

    Raises PackageInvalid; UsageError when there is neither.
    """
    path = Path(place).expanduser()
    if path.exists():
        return read_package(path, lenient=lenient)
    try:
        return bundled_package(place)
    except (TenonError, LookupError, OSError) as error:
        raise UsageError("package_not_there", place=place) from error
