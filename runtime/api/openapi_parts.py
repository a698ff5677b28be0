"""The parts of an OpenAPI document that are the same for every tenant."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.records.record import MAX_LIMIT


def ref(name: str, part: str = "schemas") -> dict[str, str]:
    """Point to a component."""
    return {"$ref": f"#/components/{part}/{name}"}


def _asked(name: str, schema: Mapping[str, object], about: str, *, where: str = "query") -> dict[str, object]:
    return {"name": name, "in": where, "schema": dict(schema), "description": about, "required": where == "path"}


def _json(schema: Mapping[str, object], about: str = "Done.") -> dict[str, object]:
    return {"description": about, "content": {"application/json": {"schema": dict(schema)}}}


PROBLEM = ref("problem", "responses")
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
OPEN = {"type": "object"}

RECORD_ID = _asked("id", {"type": "integer", "minimum": 1}, "The record's id.", where="path")
KEY_VALUE = _asked("value", TEXT, "The value of the unique field.", where="path")
FIELDS = _asked("fields", TEXT, "Paths separated by commas, across lookups too (`account.name`); all fields if missing.")
NAMES = _asked("names", {"type": "boolean"}, "Add the name of each record referred to.")
WHERE = _asked("where", TEXT, "A condition in the expression language.")
SORT = _asked("sort", TEXT, "Paths separated by commas, descending with a leading `-`.")
LIMIT = _asked("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT}, "The longest page.")
AFTER = _asked("after", TEXT, "The cursor that the page before gave.")
COUNT = _asked("count", {"type": "boolean"}, "Count all records that match, too.")
IF_MATCH = _asked("If-Match", TEXT, "The version that is changed, as `ETag` gave it.", where="header")
IDEMPOTENCY_KEY = _asked("Idempotency-Key", TEXT, "A text of your own; the same one never acts twice.", where="header")
VERSION = _asked("version", WHOLE, "The version that is deleted, in place of `If-Match`.")

LIST_PARAMETERS = [WHERE, FIELDS, SORT, LIMIT, AFTER, COUNT, NAMES]
GET_PARAMETERS = [FIELDS, NAMES]
CREATE_PARAMETERS = [IDEMPOTENCY_KEY, FIELDS]
CHANGE_PARAMETERS = [IF_MATCH, FIELDS]
DELETE_PARAMETERS = [IF_MATCH, VERSION]

COMPLAINT = {
    "type": "object", "required": ["field", "code", "message"],
    "properties": {"field": {"type": ["string", "null"]}, "code": TEXT, "message": TEXT},
}
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "problem": {
        "type": "object", "required": ["type", "title", "status", "code", "errors"],
        "properties": {
            "type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "code": TEXT,
            "errors": {"type": "array", "items": COMPLAINT},
            "warnings": {"type": "array", "items": COMPLAINT},
        },
    },
    "saved": {
        "type": "object", "required": ["id", "version", "warnings"],
        "properties": {
            "id": WHOLE, "version": WHOLE, "warnings": {"type": "array", "items": COMPLAINT},
            "record": {"type": "object", "description": "The fields asked for with `fields`."},
        },
    },
    "batch": {
        "type": "object", "required": ["operations"], "additionalProperties": False,
        "properties": {
            "atomic": {"type": "boolean", "default": True},
            "operations": {
                "type": "array", "maxItems": 200,
                "items": {
                    "type": "object", "required": ["do"], "additionalProperties": False,
                    "properties": {
                        "do": {"enum": ["create", "update", "delete", "upsert"]}, "object": TEXT, "id": WHOLE,
                        "version": WHOLE, "by": TEXT, "value": {}, "values": OPEN,
                    },
                },
            },
        },
    },
    "results": {
        "type": "object", "required": ["results"], "properties": {"results": {"type": "array", "items": OPEN}},
    },
    "question": {
        "type": "object", "required": ["object"], "additionalProperties": False,
        "properties": {
            "object": TEXT, "where": {"type": ["string", "null"]}, "having": {"type": ["string", "null"]},
            "by": {
                "type": "array",
                "items": {
                    "anyOf": [
                        TEXT,
                        {
                            "type": "object", "required": ["field"],
                            "properties": {
                                "field": TEXT, "per": {"enum": ["day", "week", "month", "quarter", "year", None]},
                            },
                        },
                    ]
                },
            },
            "measures": {"type": "object", "additionalProperties": TEXT},
            "sort": {"type": "array", "items": TEXT}, "limit": WHOLE, "names": {"type": "boolean"},
        },
    },
}
RESPONSES: Mapping[str, object] = {
    "problem": {
        "description": "Refused; `errors` lists every problem.",
        "content": {"application/problem+json": {"schema": ref("problem")}},
    }
}


def _call(operation: str, summary: str, answer: Mapping[str, object], **more: object) -> dict[str, object]:
    return {
        "operationId": operation, "summary": summary, "responses": {"200": dict(answer), "default": PROBLEM}, **more,
    }


def _body(schema: Mapping[str, object], kind: str = "application/json") -> dict[str, object]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": dict(schema)}}}}


BINARY = {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
NO_CONTENT = {"204": {"description": "Done."}, "default": PROBLEM}
UPLOAD = _body(
    {
        "type": "object", "required": ["file"],
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
    },
    "multipart/form-data",
)
NUMBER = _asked("number", {"type": "integer", "minimum": 1}, "The number of the entry.", where="path")
BEFORE = _asked("before", WHOLE, "The id of the last entry already seen.")

GENERAL: Mapping[str, object] = {
    "/objects": {"get": _call("list_objects", "The objects you may see", _json(OPEN))},
    "/search": {
        "get": _call(
            "search", "Search over all objects", _json(OPEN),
            parameters=[
                {**_asked("q", {"type": "string", "minLength": 1, "maxLength": 200}, "What to look for."), "required": True},
                _asked("objects", TEXT, "Names of objects, separated by commas."),
                _asked("limit", {"type": "integer", "minimum": 1, "maximum": 100}, "The most hits."),
            ],
        )
    },
    "/query": {
        "post": _call("query", "Group and aggregate the records of one object", _json(OPEN), **_body(ref("question")))
    },
    "/files": {"post": {**_call("upload", "Take a file in", _json(OPEN), **UPLOAD), "responses": {
        "201": _json(OPEN), "default": PROBLEM,
    }}},
}
"""The calls that concern no single object."""

OF_OBJECT: Mapping[str, Mapping[str, object]] = {
    "/objects/{object}": {"get": _call("describe_object", "One object with its fields", _json(OPEN))},
    "/recycle-bin/{object}": {
        "get": _call("list_deleted", "Deleted records", _json(OPEN), parameters=[WHERE, FIELDS, SORT, LIMIT, AFTER, COUNT])
    },
}
OF_RECORD: Mapping[str, Mapping[str, object]] = {
    "/records/{object}/{id}/history": {
        "get": _call("history", "Who changed what", _json(OPEN), parameters=[BEFORE, LIMIT])
    },
    "/records/{object}/{id}/comments": {
        "get": _call("comments", "The comments on a record", _json(OPEN), parameters=[BEFORE, LIMIT]),
        "post": {
            **_call("comment", "Say something about a record", _json(OPEN), **_body({
                "type": "object", "required": ["text"], "properties": {"text": TEXT}, "additionalProperties": False,
            })),
            "responses": {"201": _json(OPEN), "default": PROBLEM},
        },
    },
    "/records/{object}/{id}/comments/{number}": {
        "delete": {**_call("remove_comment", "Take a comment away", _json(OPEN)), "responses": NO_CONTENT, "parameters": [NUMBER]}
    },
    "/records/{object}/{id}/attachments": {
        "get": _call("attachments", "The files attached to a record", _json(OPEN)),
        "post": {**_call("attach", "Attach a file", _json(OPEN), **UPLOAD), "responses": {
            "201": _json(OPEN), "default": PROBLEM,
        }},
    },
    "/records/{object}/{id}/attachments/{number}": {
        "get": _call("download", "Download an attached file", BINARY, parameters=[NUMBER]),
        "delete": {**_call("detach", "Take an attachment away", _json(OPEN)), "responses": NO_CONTENT, "parameters": [NUMBER]},
    },
    "/records/{object}/{id}/files/{field}": {
        "get": _call("download_field", "Download the file in a field", BINARY, parameters=[
            _asked("field", TEXT, "A file or image field.", where="path"),
        ])
    },
    "/recycle-bin/{object}/{id}/restore": {"post": _call("restore", "Take a record back", _json(ref("saved")))},
    "/recycle-bin/{object}/{id}": {
        "delete": {**_call("purge", "Remove a record for good", _json(OPEN)), "responses": NO_CONTENT}
    },
}


def general_paths(objects: list[str]) -> dict[str, object]:
    """The calls that are the same for every object, for those a user may see."""
    if not objects:
        return dict(GENERAL)
    named = _asked("object", {"type": "string", "enum": objects}, "The object's name.", where="path")
    of_object = {path: {**calls, "parameters": [named]} for path, calls in OF_OBJECT.items()}
    of_record = {path: {**calls, "parameters": [named, RECORD_ID]} for path, calls in OF_RECORD.items()}
    return {**GENERAL, **of_object, **of_record}
