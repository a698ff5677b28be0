"""`POST /records/{object}/batch`: up to 200 writes in one request, all or nothing or each for itself."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from metadata.errors import Invalid, Problem, TenonError
from runtime import problems
from runtime.api.idempotency import once
from runtime.api.input import json_object
from runtime.api.output import answer, saved_json
from runtime.api.schemas import MAX_OPERATIONS, BatchBody, load, no_parameters
from runtime.problems import RequestRefused
from runtime.records import service
from runtime.records.record import Saved
from runtime.unit import Unit, current_unit
from tenants.storage import savepoint

_BATCH = BatchBody()


class BatchRefused(Invalid):
    """Some operations of an all-or-nothing batch were refused, so none was done."""

    code = "batch_refused"


def run_batch(object_name: str) -> Response:
    """Do the operations in order; each sees what those before it did."""
    no_parameters()
    unit, document = current_unit(), json_object()
    count = len(document["operations"]) if isinstance(document.get("operations"), list) else 0
    if count > MAX_OPERATIONS:
        raise RequestRefused("too_many_operations", field="operations", limit=MAX_OPERATIONS, count=count)
    batch = load(_BATCH, document)
    return once(unit, lambda: _run(unit, object_name, batch["operations"], batch["atomic"]))


def _run(unit: Unit, object_name: str, operations: list[dict[str, object]], atomic: bool) -> Response:
    results: list[dict[str, object]] = []
    refused: list[tuple[int, TenonError]] = []
    for position, operation in enumerate(operations):
        try:
            with savepoint(unit.connection):
                results.append(_perform(unit, operation["object_"] or object_name, operation))
        except TenonError as error:
            refused.append((position, error))
            results.append(problems.body(error, locale=unit.ctx.locale))
    if atomic and refused:
        raise BatchRefused(tuple(_at_operations(refused)))
    return answer({"results": results})


def _perform(unit: Unit, object_name: str, operation: dict[str, object]) -> dict[str, object]:
    do, ctx, connection = operation["do"], unit.ctx, unit.connection
    values = operation["values"]
    if do == "create":
        return _result(unit, service.create(ctx, connection, object_name, values), 201)
    if do == "upsert":
        key = _needed(operation, "by")
        saved = service.upsert(
            ctx, connection, object_name, key, _needed(operation, "value"), values, version=operation["version"]
        )
        return _result(unit, saved, 201 if saved.created else 200)
    record_id, version = _needed(operation, "id"), _needed(operation, "version")
    if do == "delete":
        service.delete(ctx, connection, object_name, record_id, version=version)
        return {"status": 204, "id": record_id}
    return _result(unit, service.update(ctx, connection, object_name, record_id, values, version=version), 200)


def _result(unit: Unit, saved: Saved, status: int) -> dict[str, object]:
    return {"status": status, **saved_json(unit.ctx, saved)}


def _needed(operation: dict[str, object], name: str) -> object:
    value = operation[name]
    if value is None:
        raise RequestRefused("version_required" if name == "version" else "member_missing", field=name, name=name)
    return value


def _at_operations(refused: list[tuple[int, TenonError]]) -> Iterator[Problem]:
    for position, error in refused:
        for problem in error.problems:
            yield Problem(problem.code, ("operations", position, *problem.path), problem.params)
