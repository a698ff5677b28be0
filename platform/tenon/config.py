"""The settings of an installation, read once from the environment, and its secret key."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from metadata.errors import TenonError

KEY_FILE = "session.key"
KEY_BYTES = 32


class SettingInvalid(TenonError):
    """An environment variable has a value that can't be used (`name`, `value`)."""

    code = "setting_invalid"


class DataUnusable(TenonError):
    """The data directory can't be made, read or written (`path`, `reason`)."""

    code = "data_unusable"


@dataclass(frozen=True, slots=True)
class Config:
    """Where data is kept and how requests are received.

    `database_url` None means files in `data`. `signing_key` proves that a session cookie is ours. `proxies` counts the
    reverse proxies before us whose forwarding headers are believed. A session ends after `idle` without a request.
    """

    data: Path
    database_url: str | None
    signing_key: bytes
    proxies: int = 0
    idle: timedelta = timedelta(hours=1)


def read_config(environ: Mapping[str, str]) -> Config:
    """Read the settings; makes the data directory and, once, its key. Raises SettingInvalid, DataUnusable."""
    data = Path(environ.get("TENON_DATA") or "data").expanduser().absolute()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _key(data / KEY_FILE)
    except OSError as error:
        raise DataUnusable(path=str(data), reason=error.strerror or type(error).__name__) from error
    return Config(
        data=data,
        database_url=environ.get("TENON_DATABASE_URL") or None,
        signing_key=key,
        proxies=_count(environ, "TENON_PROXIES", 0, most=5),
        idle=timedelta(minutes=_count(environ, "TENON_IDLE_MINUTES", 60, most=10_000)),
    )


def _count(environ: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most):
        raise SettingInvalid(name=name, value=text[:40])
    return int(text)


def _key(path: Path) -> bytes:
    """Read the key; the first process writes it, whole or not at all."""
    if not path.exists():
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".key-")
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass  # another process was first: its key holds
        finally:
            os.unlink(temporary)
    key = path.read_bytes()
    if len(key) < KEY_BYTES:
        raise DataUnusable(path=str(path), reason="the key is too short")
    return key
