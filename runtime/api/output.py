"""Writes JSON answers: compact, in UTF-8, with exact numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timezone
from decimal import Decimal

from flask import Response

from metadata.errors import Problem
from runtime.problems import complaints
from runtime.records.record import Saved
from tenants.context import RecordContext

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def answer(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a JSON document whose values are already JSON's own."""
    return Response(_encode(document).encode("utf-8"), status=status, mimetype="application/json", headers=headers)


def nothing() -> Response:
    """Answer that it is done and there is nothing to show."""
    return Response(status=204)


def plain(value: object) -> object:
    """Turn a computed value into JSON: exact numbers and times as texts, as the field types do."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(inner) for inner in value]
    return value


def saved_json(ctx: RecordContext, saved: Saved) -> dict[str, object]:
    """Describe a write: the record's id and its new version, and what the rules remark."""
    return {"id": saved.record_id, "version": saved.version, "warnings": remarks(ctx, saved.warnings)}


def remarks(ctx: RecordContext, problems: Iterable[Problem]) -> list[dict[str, str | None]]:
    """Put problems into words, as members of a list."""
    return [each.as_json() for each in complaints(problems, locale=ctx.locale)]
