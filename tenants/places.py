"""What a kind of database must offer to hold tenants."""

from __future__ import annotations

import json
from typing import Protocol

from sqlalchemy.engine import Connection

write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""How columns of JSON are written: short, and Chinese as itself."""


class Place(Protocol):
    """One database (a directory of files, a server) that holds tenants; shared by all threads.

    `purpose` is "read", "write", "publish" or "rebuild".
    """

    def make(self, slug: str) -> None:
        """Make the empty home of a tenant; does nothing if it is there."""

    def remove(self, slug: str) -> None:
        """Destroy a tenant's home; does nothing if it is gone."""

    def begin(self, slug: str, purpose: str) -> Connection:
        """Open a transaction that sees exactly this tenant."""

    def commit(self, connection: Connection, purpose: str) -> None:
        """Make the transaction last."""

    def give_back(self, connection: Connection, slug: str, purpose: str) -> None:
        """Take the connection back, whatever became of its transaction."""

    def close(self) -> None:
        """Close idle connections."""
