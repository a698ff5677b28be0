"""The calls on what surrounds a record: its history and its comments."""

from __future__ import annotations

from flask import Response

from runtime.api.input import json_object
from runtime.api.output import answer, nothing, plain
from runtime.api.records import id_of
from runtime.api.schemas import BackwardsParameters, CommentBody, load, load_parameters, no_parameters
from runtime.records import comments, history
from runtime.records.comments import Comment
from runtime.records.history import Change, FieldChange
from runtime.unit import current_unit

_BACKWARDS = BackwardsParameters()
_COMMENT = CommentBody()


def list_history(object_name: str, record_id: str) -> Response:
    """Answer `GET /records/{object}/{id}/history`, the newest change first."""
    unit, asked = current_unit(), load_parameters(_BACKWARDS)
    found = history.changes(
        unit.ctx, unit.connection, object_name, id_of(object_name, record_id), limit=asked["limit"],
        before=asked["before"],
    )
    return answer({"changes": [_change_json(each) for each in found]})


def list_comments(object_name: str, record_id: str) -> Response:
    """Answer `GET /records/{object}/{id}/comments`, the newest first."""
    unit, asked = current_unit(), load_parameters(_BACKWARDS)
    found = comments.comments(
        unit.ctx, unit.connection, object_name, id_of(object_name, record_id), limit=asked["limit"],
        before=asked["before"],
    )
    return answer({"comments": [_comment_json(each) for each in found]})


def add_comment(object_name: str, record_id: str) -> Response:
    """Answer `POST /records/{object}/{id}/comments`."""
    no_parameters()
    unit, sent = current_unit(), load(_COMMENT, json_object())
    number = id_of(object_name, record_id)
    return answer(_comment_json(comments.add_comment(unit.ctx, unit.connection, object_name, number, sent["text"])), 201)


def remove_comment(object_name: str, record_id: str, number: str) -> Response:
    """Answer `DELETE /records/{object}/{id}/comments/{number}`."""
    no_parameters()
    unit = current_unit()
    comments.remove_comment(
        unit.ctx, unit.connection, object_name, id_of(object_name, record_id), id_of(object_name, number)
    )
    return nothing()


def _comment_json(comment: Comment) -> dict[str, object]:
    return {
        "id": comment.id, "at": plain(comment.at), "user": comment.user, "user_name": comment.user_name,
        "text": comment.text,
    }


def _change_json(change: Change) -> dict[str, object]:
    return {
        "id": change.id, "at": plain(change.at), "user": change.user, "user_name": change.user_name,
        "action": change.action, "fields": [_field_json(each) for each in change.fields],
    }


def _field_json(change: FieldChange) -> dict[str, object]:
    shown = {"field": change.field, "old": plain(change.old), "new": plain(change.new)}
    if change.old_name is not None or change.new_name is not None:
        shown |= {"old_name": change.old_name, "new_name": change.new_name}
    return shown
