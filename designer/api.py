"""The REST calls on definitions: read and change the draft, see its plan, publish it, go back to a version."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from designer.drafts import DraftItem, Workbench
from designer.publishing import plan_json, plan_of_draft, publish_draft, roll_back
from metadata.canonical import to_json
from metadata.kinds import KINDS
from metadata.text import Text as TextByLanguage
from runtime.api.input import json_object
from runtime.api.output import nothing
from runtime.api.routes import PREFIX, add_routes
from runtime.api.schemas import (
    MAX_TEXT, BackwardsParameters, Shape, Text, YesNo, load, load_parameters, no_parameters,
)
from runtime.problems import RequestRefused
from runtime.unit import Unit, current_unit, only_reads, release_unit
from tenants import catalog, hidden
from tenants.catalog import Published, Version
from tenants.context import RecordContext
from tenants.errors import VersionUnknown

CUSTOMIZE, PUBLISH = "customize", "publish"


class ItemParameters(Shape):
    """Whether the published state is wanted, not the draft's."""

    part = "parameter"
    published = YesNo(load_default=False)


class PublishBody(Shape):
    """What is to be remembered of a publish."""

    message = Text(load_default="", longest=MAX_TEXT)


_ITEM = ItemParameters()
_PUBLISH = PublishBody()
_BACKWARDS = BackwardsParameters()


def blueprint() -> Blueprint:
    """Make the blueprint; the application mounts it once, beside the one of the records."""
    api = Blueprint("designer", __name__, url_prefix=PREFIX)
    add_routes(api, ROUTES)
    return api


def list_items(kind: str) -> Response:
    """Answer `GET /metadata/{kind}`: its items with what people call them, and which of them the draft changes."""
    no_parameters()
    unit = _allowed(CUSTOMIZE)
    found = Workbench(unit.connection).items(kind)
    return _answer({"items": [
        {"name": each.name, "label": _label(unit.ctx, each), "changed": each.changed} for each in found
    ]})


def get_item(kind: str, name: str) -> Response:
    """Answer `GET /metadata/{kind}/{name}` with the definition as drafted."""
    asked = load_parameters(_ITEM)
    item = _bench(CUSTOMIZE).item(kind, name, published=asked["published"])
    answer = _answer(item.body, headers=_tag(item))
    if request.if_none_match.contains(item.tag):
        answer.status_code, answer.data = 304, b""
    return answer


def put_item(kind: str, name: str) -> Response:
    """Answer `PUT /metadata/{kind}/{name}`: replace or add it in the draft."""
    no_parameters()
    bench = _bench(CUSTOMIZE, changing=True)
    item = bench.put(kind, name, json_object(), seen=_seen())
    return _answer({"kind": kind, "name": name, "changed": item.changed}, headers=_tag(item))


def delete_item(kind: str, name: str) -> Response:
    """Answer `DELETE /metadata/{kind}/{name}`: take it away in the draft."""
    no_parameters()
    _bench(CUSTOMIZE, changing=True).remove(kind, name, seen=_seen())
    return nothing()


def get_draft() -> Response:
    """Answer `GET /metadata/draft` with what it changes."""
    no_parameters()
    bench = _bench(CUSTOMIZE)
    base = bench.draft.base if bench.draft else None
    return _answer({"base": base, "version": bench.version, "changes": [each.to_json() for each in bench.changes()]})


def discard_draft() -> Response:
    """Answer `DELETE /metadata/draft`: forget everything drafted."""
    no_parameters()
    unit = _allowed(CUSTOMIZE)
    catalog.discard_draft(unit.connection)
    return nothing()


def get_plan() -> Response:
    """Answer `GET /metadata/draft/plan`: what publishing would do, or every problem that stands against it."""
    no_parameters()
    unit = _allowed(CUSTOMIZE)
    return _answer(plan_json(plan_of_draft(unit.storage, unit.ctx.tenant, unit.connection), unit.ctx.locale))


@only_reads
def publish() -> Response:
    """Answer `POST /metadata/publish`: the draft becomes the next version, in one transaction of its own."""
    no_parameters()
    unit = _allowed(PUBLISH)
    sent = load(_PUBLISH, json_object(optional=True))
    bench = Workbench(unit.connection)
    overlay = bench.to_publish()
    release_unit()
    done = publish_draft(unit, bench.packages, overlay, base=bench.version, message=sent["message"])
    return _answer(_published_json(done))


def list_versions() -> Response:
    """Answer `GET /metadata/versions`, the newest first."""
    asked = load_parameters(_BACKWARDS)
    unit = _allowed(CUSTOMIZE, PUBLISH)
    found = catalog.versions(unit.connection, before=asked["before"], limit=asked["limit"])
    return _answer({"versions": [_version_json(each) for each in found]})


def get_version(number: str) -> Response:
    """Answer `GET /metadata/versions/{n}` with all its changes."""
    no_parameters()
    unit = _allowed(CUSTOMIZE, PUBLISH)
    found = catalog.version(unit.connection, _number(number))
    return _answer({**_version_json(found), "changes": [each.to_json() for each in found.changes]})


def list_hidden() -> Response:
    """Answer `GET /metadata/hidden`: the data that publishing put out of sight, with what it is called now."""
    no_parameters()
    unit = _allowed(PUBLISH)
    return _answer({"hidden": [
        {
            "object": each.table, "field": each.column or None, "name": each.name, "since": each.since,
            "records": hidden.count(unit.connection, each),
        }
        for each in hidden.hidden(unit.connection)
    ]})


@only_reads
def purge_hidden(object_name: str, field_name: str = "") -> Response:
    """Answer `DELETE /metadata/hidden/{object}[/{field}]`: destroy what is hidden, in a transaction of its own."""
    no_parameters()
    unit = _allowed(PUBLISH)
    release_unit()
    hidden.purge(unit.storage, unit.ctx.tenant, table=object_name, column=field_name)
    return nothing()


@only_reads
def rollback(number: str) -> Response:
    """Answer `POST /metadata/versions/{n}/rollback`: publish an earlier version again."""
    no_parameters()
    unit = _allowed(PUBLISH)
    sent = load(_PUBLISH, json_object(optional=True))
    catalog.version(unit.connection, _number(number))
    release_unit()
    return _answer(_published_json(roll_back(unit, _number(number), message=sent["message"])))


ROUTES = (
    ("GET", "/metadata/draft", get_draft),
    ("DELETE", "/metadata/draft", discard_draft),
    ("GET", "/metadata/draft/plan", get_plan),
    ("POST", "/metadata/publish", publish),
    ("GET", "/metadata/versions", list_versions),
    ("GET", "/metadata/versions/<number>", get_version),
    ("POST", "/metadata/versions/<number>/rollback", rollback),
    ("GET", "/metadata/hidden", list_hidden),
    ("DELETE", "/metadata/hidden/<object_name>", purge_hidden),
    ("DELETE", "/metadata/hidden/<object_name>/<field_name>", purge_hidden),
    ("GET", "/metadata/<kind>", list_items),
    ("GET", "/metadata/<kind>/<name>", get_item),
    ("PUT", "/metadata/<kind>/<name>", put_item),
    ("DELETE", "/metadata/<kind>/<name>", delete_item),
)


def _allowed(*rights: str) -> Unit:
    """The unit of a user who has one of the rights."""
    unit = current_unit()
    if not unit.ctx.permissions.system.intersection(rights):
        raise RequestRefused("right_missing", right=rights[0])
    return unit


def _bench(right: str, *, changing: bool = False) -> Workbench:
    return Workbench(_allowed(right).connection, changing=changing)


def _label(ctx: RecordContext, item: DraftItem) -> str | None:
    """What an item is called: by the model, which knows translations, or by the draft that changes it."""
    known = getattr(ctx.model, KINDS[item.kind].folder or "apps").get(item.name)
    label = TextByLanguage.of(item.body.get("label")) if item.changed else getattr(known, "label", None)
    return label.in_(ctx.locale) if label else None


def _seen() -> str | None:
    """The tag of what a change was made from; None where the client says it overwrites whatever there is (`*`)."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        return ""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise RequestRefused("tag_required")
    return None if given == "*" else given.removeprefix("W/").strip('"')


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise VersionUnknown(number=text[:20])
    return int(text)


def _tag(item: DraftItem) -> dict[str, str]:
    return {"ETag": f'"{item.tag}"', "Cache-Control": "private, no-cache"}


def _answer(document: object, *, headers: Mapping[str, str] | None = None) -> Response:
    return Response(to_json(document), mimetype="application/json", headers=headers)


def _version_json(version: Version) -> dict[str, object]:
    return {
        "number": version.number, "author": version.author, "at": version.at.isoformat().replace("+00:00", "Z"),
        "message": version.message, "packages": [{"name": name, "version": v} for name, v in version.packages],
        "change_count": len(version.changes),
    }


def _published_json(published: Published) -> dict[str, object]:
    return {"version": published.number, "checksum": published.model.checksum}
