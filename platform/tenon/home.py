"""The address without a tenant: leads on where there is only one, and names none where there are several."""

from __future__ import annotations

from flask import Response, make_response, redirect

from tenants.directory import Directory

HINT = (
    "Tenon\n\n"
    "请在地址后面加上租户名，例如 /demo/\n"
    "Add the name of your tenant to the address, such as /demo/\n"
)


def home(directory: Directory) -> Response:
    """Lead to the only tenant, or say what an address looks like."""
    found = directory.tenants()
    if len(found) == 1:
        return make_response(redirect(f"/{found[0].slug}/", 302))
    return Response(HINT, mimetype="text/plain")
