"""The platform's own tables in every tenant; the same for all models, so there is one set of them.

Records are named by object and id, without foreign keys, because objects come and go by publishing.

Search: `search` holds one row per record and searchable path with the plain `text` (for exact
verification, excerpts and field rights). On PostgreSQL its column `tokens` (tsvector, GIN) is matched:
`tokens @@ to_tsquery('simple', ...)`. On SQLite that column stays null and `search_index` is an FTS5
table whose `rowid` is the row's `id`: `search_index.tokens MATCH ...`; the writer inserts and deletes in
both. Tokens are made by the runtime, separated by spaces; both indexes take them as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import (
    BigInteger, Boolean, Column, Identity, Index, Integer, LargeBinary, MetaData, String, Table, Text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import JSON

from metadata.fields.storage import Instant

PREFIX = "tenon_"
STATE_SQL = f"SELECT version, checksum, stamp FROM {PREFIX}state"
"""What every request asks first."""

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer; SQLite's INTEGER is one, and only so named it can count by itself."""

JSON_VALUE = JSON(none_as_null=True)
TOKENS = Text().with_variant(TSVECTOR(), "postgresql")


def text_type(length: int | None = None) -> String:
    """A text that both databases compare and order by code point."""
    plain = String(length) if length else Text()
    exact = String(length, collation="C") if length else Text(collation="C")
    return plain.with_variant(exact, "postgresql")


def number_column(name: str = "id") -> Column[int]:
    """A primary key that the database counts up and never uses twice."""
    return Column(name, BIG, Identity(), primary_key=True)


@dataclass(frozen=True, slots=True)
class SystemTables:
    """The platform's tables by name; `search_index` exists on SQLite only."""

    state: Table
    version: Table
    package: Table
    overlay: Table
    draft: Table
    shape: Table
    credential: Table
    token: Table
    session: Table
    history: Table
    comment: Table
    attachment: Table
    file: Table
    counter: Table
    idempotency: Table
    search: Table
    search_index: Table

    def __iter__(self):
        """Every ordinary table, without the search index of SQLite."""
        return (getattr(self, each.name) for each in fields(self) if each.name != "search_index")


def _edits(name: str, metadata: MetaData) -> Table:
    """One row per property that a tenant changed; `path` and `value` are JSON, a removal has no value."""
    return Table(
        PREFIX + name, metadata,
        Column("kind", text_type(40), primary_key=True),
        Column("name", text_type(120), primary_key=True),
        Column("path", text_type(), primary_key=True),
        Column("position", Integer, nullable=False),
        Column("removed", Boolean, nullable=False),
        Column("value", text_type()),
    )


def _versions(metadata: MetaData) -> dict[str, Table]:
    state = Table(
        PREFIX + "state", metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("version", Integer, nullable=False),
        Column("checksum", text_type(64), nullable=False),
        Column("stamp", BigInteger, nullable=False),
        Column("draft_base", Integer),
    )
    version = Table(
        PREFIX + "version", metadata,
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("checksum", text_type(64), nullable=False),
        Column("author_id", BigInteger, nullable=False),
        Column("author", text_type(120), nullable=False),
        Column("at", Instant(), nullable=False),
        Column("message", text_type(), nullable=False),
        Column("packages", text_type(), nullable=False),
        Column("overlay", text_type(), nullable=False),
        Column("changes", text_type(), nullable=False),
    )
    package = Table(
        PREFIX + "package", metadata,
        Column("checksum", text_type(64), primary_key=True),
        Column("name", text_type(40), nullable=False),
        Column("version", text_type(40), nullable=False),
        Column("content", LargeBinary, nullable=False),
    )
    shape = Table(
        PREFIX + "shape", metadata,
        Column("table_name", text_type(63), primary_key=True),
        Column("shape", text_type(), nullable=False),
    )
    return {
        "state": state, "version": version, "package": package, "shape": shape,
        "overlay": _edits("overlay", metadata), "draft": _edits("draft", metadata),
    }


def _people(metadata: MetaData) -> dict[str, Table]:
    credential = Table(
        PREFIX + "credential", metadata,
        Column("user_id", BIG, primary_key=True, autoincrement=False),
        Column("password_hash", text_type(200), nullable=False),
        Column("changed_at", Instant(), nullable=False),
    )
    token = Table(
        PREFIX + "token", metadata,
        number_column(),
        Column("user_id", BigInteger, nullable=False, index=True),
        Column("name", text_type(120), nullable=False),
        Column("hash", text_type(64), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant()),
    )
    session = Table(
        PREFIX + "session", metadata,
        Column("hash", text_type(64), primary_key=True),
        Column("user_id", BigInteger, nullable=False, index=True),
        Column("created_at", Instant(), nullable=False),
        Column("expires_at", Instant(), nullable=False, index=True),
    )
    Index(PREFIX + "token_hash", token.c.hash, unique=True)
    return {"credential": credential, "token": token, "session": session}


def _beside_records(metadata: MetaData) -> dict[str, Table]:
    history = Table(
        PREFIX + "history", metadata,
        number_column(),
        Column("object", text_type(40), nullable=False),
        Column("record_id", BigInteger, nullable=False),
        Column("version", Integer, nullable=False),
        Column("action", text_type(20), nullable=False),
        Column("at", Instant(), nullable=False),
        Column("user_id", BigInteger, nullable=False),
        Column("request_id", text_type(64)),
        Column("changes", JSON_VALUE, nullable=False),
    )
    Index(PREFIX + "history_record", history.c.object, history.c.record_id, history.c.id)
    comment = Table(
        PREFIX + "comment", metadata,
        number_column(),
        Column("object", text_type(40), nullable=False),
        Column("record_id", BigInteger, nullable=False),
        Column("text", text_type(), nullable=False),
        Column("created_by", BigInteger, nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("edited_at", Instant()),
        Column("deleted_at", Instant()),
    )
    Index(PREFIX + "comment_record", comment.c.object, comment.c.record_id, comment.c.id)
    return {"history": history, "comment": comment, **_files(metadata)}


def _files(metadata: MetaData) -> dict[str, Table]:
    file = Table(
        PREFIX + "file", metadata,
        number_column(),
        Column("sha256", text_type(64), nullable=False, index=True),
        Column("size", BigInteger, nullable=False),
        Column("name", text_type(255), nullable=False),
        Column("media_type", text_type(127), nullable=False),
        Column("created_by", BigInteger, nullable=False),
        Column("created_at", Instant(), nullable=False),
    )
    attachment = Table(
        PREFIX + "attachment", metadata,
        number_column(),
        Column("object", text_type(40), nullable=False),
        Column("record_id", BigInteger, nullable=False),
        Column("file_id", BigInteger, nullable=False, index=True),
        Column("created_by", BigInteger, nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("deleted_at", Instant()),
    )
    Index(PREFIX + "attachment_record", attachment.c.object, attachment.c.record_id, attachment.c.id)
    return {"file": file, "attachment": attachment}


def _bookkeeping(metadata: MetaData) -> dict[str, Table]:
    counter = Table(
        PREFIX + "counter", metadata,
        Column("object", text_type(40), primary_key=True),
        Column("field", text_type(40), primary_key=True),
        Column("period", text_type(40), primary_key=True),
        Column("value", BigInteger, nullable=False),
    )
    idempotency = Table(
        PREFIX + "idempotency", metadata,
        Column("user_id", BIG, primary_key=True, autoincrement=False),
        Column("key", text_type(255), primary_key=True),
        Column("request_hash", text_type(64), nullable=False),
        Column("created_at", Instant(), nullable=False, index=True),
        Column("status", Integer, nullable=False),
        Column("headers", JSON_VALUE, nullable=False),
        Column("body", text_type(), nullable=False),
    )
    search = Table(
        PREFIX + "search", metadata,
        number_column(),
        Column("object", text_type(40), nullable=False),
        Column("record_id", BigInteger, nullable=False),
        Column("field", text_type(120), nullable=False),
        Column("text", text_type(), nullable=False),
        Column("tokens", TOKENS),
    )
    Index(PREFIX + "search_record", search.c.object, search.c.record_id)
    Index(PREFIX + "search_tokens", search.c.tokens, postgresql_using="gin", info={"dialect": "postgresql"})
    return {"counter": counter, "idempotency": idempotency, "search": search}


def _made() -> SystemTables:
    metadata = MetaData(naming_convention={"ix": "%(table_name)s_%(column_0_name)s"})
    search_index = Table(
        PREFIX + "search_index", MetaData(), Column("rowid", Integer, primary_key=True), Column("tokens", Text),
    )
    return SystemTables(
        **_versions(metadata), **_people(metadata), **_beside_records(metadata), **_bookkeeping(metadata),
        search_index=search_index,
    )


SYSTEM = _made()

SQLITE_SEARCH_INDEX = (
    f"CREATE VIRTUAL TABLE {PREFIX}search_index USING fts5(tokens, tokenize=\"unicode61 remove_diacritics 0\")"
)
