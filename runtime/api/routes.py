"""The table of the REST API's addresses, and what is answered where nothing is."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app, request

from runtime.api import batch, files, objects, openapi, queries, recycle, related
from runtime.api import records as of_records
from runtime.api.errors import answer_errors
from runtime.problems import RequestRefused

PREFIX = "/<tenant>/api/v1"
ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

View = Callable[..., Response]

ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "/objects", objects.list_objects),
    ("GET", "/objects/<object_name>", objects.describe_object),
    ("GET", "/records/<object_name>", of_records.list_records),
    ("POST", "/records/<object_name>", of_records.create_record),
    ("POST", "/records/<object_name>/batch", batch.run_batch),
    ("PUT", "/records/<object_name>/by/<field_name>/<path:value>", of_records.upsert_record),
    ("GET", "/records/<object_name>/<record_id>", of_records.get_record),
    ("PATCH", "/records/<object_name>/<record_id>", of_records.update_record),
    ("DELETE", "/records/<object_name>/<record_id>", of_records.delete_record),
    ("GET", "/records/<object_name>/<record_id>/history", related.list_history),
    ("GET", "/records/<object_name>/<record_id>/comments", related.list_comments),
    ("POST", "/records/<object_name>/<record_id>/comments", related.add_comment),
    ("DELETE", "/records/<object_name>/<record_id>/comments/<number>", related.remove_comment),
    ("GET", "/records/<object_name>/<record_id>/attachments", files.list_attachments),
    ("POST", "/records/<object_name>/<record_id>/attachments", files.add_attachment),
    ("GET", "/records/<object_name>/<record_id>/attachments/<number>", files.download_attachment),
    ("DELETE", "/records/<object_name>/<record_id>/attachments/<number>", files.remove_attachment),
    ("GET", "/records/<object_name>/<record_id>/files/<field_name>", files.download_field),
    ("POST", "/files", files.upload_file),
    ("GET", "/recycle-bin/<object_name>", recycle.list_deleted),
    ("POST", "/recycle-bin/<object_name>/<record_id>/restore", recycle.restore_record),
    ("DELETE", "/recycle-bin/<object_name>/<record_id>", recycle.purge_record),
    ("GET", "/search", queries.run_search),
    ("POST", "/query", queries.run_query),
    ("GET", "/openapi.json", openapi.get_openapi),
)


def blueprint() -> Blueprint:
    """Make the blueprint; the application mounts it once, beside the designer's."""
    api = Blueprint("api", __name__, url_prefix=PREFIX)
    add_routes(api, ROUTES)
    api.add_url_rule("/", "nowhere_root", nowhere, methods=ALL_METHODS, strict_slashes=False)
    api.add_url_rule("/<path:rest>", "nowhere", nowhere, methods=ALL_METHODS)
    return api


def add_routes(api: Blueprint, routes: tuple[tuple[str, str, View], ...]) -> None:
    """Enter a table of (method, address, view) and answer errors below it with problem documents."""
    api.url_value_preprocessor(_drop_tenant)
    answer_errors(api)
    for method, address, view in routes:
        api.add_url_rule(address, view.__name__, view, methods=[method])


def nowhere(rest: str = "") -> Response:
    """Refuse an address that nothing answers, or a method that an address does not know."""
    adapter = current_app.create_url_adapter(request)
    possible = [
        method for method in ALL_METHODS
        if method != request.method and not _leads_nowhere(adapter.match(method=method)[0])
    ]
    if possible:
        raise RequestRefused("method_refused", method=request.method, allowed=", ".join(possible))
    raise RequestRefused("route_unknown")


def _leads_nowhere(endpoint: str) -> bool:
    return endpoint.rpartition(".")[2] in ("nowhere", "nowhere_root")


def _drop_tenant(endpoint: str | None, values: dict[str, object] | None) -> None:
    """The tenant of the address was resolved before; views don't get it."""
    if values:
        values.pop("tenant", None)
