"""Every call of the API stands in the consultants' page and, where it is one of records, in OpenAPI."""

import re

import pytest

from designer.api import ROUTES as DESIGNER_ROUTES
from runtime.api.openapi_parts import general_paths
from runtime.api.routes import ROUTES
from runtime.problems import STATUSES
from tests.architecture.house import ROOT

PAGE = (ROOT / "docs" / "consultant" / "rest-api.md").read_text(encoding="utf-8")
WORDS = {"object_name": "object", "record_id": "id", "field_name": "field"}
CALLS = [
    f"{method} " + re.sub(r"<(?:path:)?(\w+)>", lambda found: "{%s}" % WORDS.get(found[1], found[1]), address)
    for method, address, _ in (*ROUTES, *DESIGNER_ROUTES)
]


@pytest.mark.parametrize("call", CALLS)
def test_every_call_is_documented(call: str) -> None:
    assert f"`{call}`" in PAGE


def test_every_status_is_documented() -> None:
    told = {int(number) for row in re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE) for number in row.split(",")}

    assert set(STATUSES.values()) - told <= {429, 500}


def test_every_call_on_records_stands_in_openapi() -> None:
    general = general_paths(["loan"])
    written = {f"{method.upper()} {path}" for path, calls in general.items() for method in calls if method != "parameters"}
    per_object = {call for call in CALLS if re.match(r"\w+ /records/\{object\}(/\{id\}|/batch|/by/.*)?$", call)}

    assert {call for call in CALLS if "/metadata" not in call} - written - per_object == {"GET /openapi.json"}
