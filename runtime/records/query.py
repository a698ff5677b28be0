"""The read path: records of one object as this user may see them, in one statement per page."""

from __future__ import annotations

from sqlalchemy import Connection

from runtime.records.record import GroupPage, GroupQuery, JsonPage, Page, Record, RecordQuery
from tenants.context import RecordContext


def find(ctx: RecordContext, connection: Connection, query: RecordQuery) -> Page:
    """Answer a query with one page of records.

    Raises NotFound for an object the user may not read, QueryInvalid with every fault of the query.
    """
    raise NotImplementedError


def find_json(ctx: RecordContext, connection: Connection, query: RecordQuery) -> JsonPage:
    """Answer a query with JSON-able mappings, made straight from the rows."""
    raise NotImplementedError


def get(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int,
    fields: tuple[str, ...] = (), *, names: bool = False, deleted: bool = False,
) -> Record:
    """Read one record.

    Raises NotFound when it does not exist or the user may not see it.
    """
    raise NotImplementedError


def get_json(
    ctx: RecordContext, connection: Connection, object_name: str, record_id: int,
    fields: tuple[str, ...] = (), *, names: bool = False, deleted: bool = False,
) -> dict[str, object]:
    """Read one record as a JSON-able mapping."""
    raise NotImplementedError


def grouped(ctx: RecordContext, connection: Connection, query: GroupQuery) -> GroupPage:
    """Answer a grouped query in one statement."""
    raise NotImplementedError
