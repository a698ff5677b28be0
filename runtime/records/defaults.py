"""Defaults of a new record: the record type's own before the field's, each an expression over the record so far."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from metadata.errors import InvalidValue, Problem
from metadata.expressions import ERROR, Expression, Moment, evaluate
from metadata.model import Field, Object, RecordType
from runtime.records.access import Access
from runtime.records.checks import default_record_type, is_blank, record_type
from runtime.records.evaluation import formula_value, kept_paths
from runtime.records.moments import moment_of
from runtime.records.questions import Question, ask
from tenants.context import RecordContext


def with_defaults(
    ctx: RecordContext, connection: Connection, access: Access, of: Object, values: Mapping[str, object]
) -> tuple[dict[str, object], list[Problem]]:
    """Complete the values of a new record; what was given, also a blank, stays as it is.

    A default that can't be computed, or does not fit its field, leaves the field blank and is a problem.
    """
    complete = dict(values)
    complete.setdefault("owner", ctx.user.id)
    complete.setdefault("org_unit", ctx.user.org_unit)
    kind = default_record_type(of)
    if kind is not None and is_blank(complete.get("record_type")):
        complete["record_type"] = kind.name
    wanted = _expressions(of, record_type(of, complete))
    related = _related(ctx, connection, access, of, complete, wanted)
    filling = _Filling(of, moment_of(ctx), complete, wanted, related)
    for name in wanted:
        filling.value((name,))
    return complete, filling.problems


def default_values(ctx: RecordContext, connection: Connection, access: Access, of: Object, values: Mapping[str, object]
                   ) -> dict[str, object]:
    """What a new record would begin with, for showing a form; only fields that the user may read."""
    complete, _ = with_defaults(ctx, connection, access, of, values)
    return {name: value for name, value in complete.items() if name in access.readable(of.name)}


class _Filling:
    """Fills one field after the other; a default may read another field's default, in any order."""

    def __init__(
        self, of: Object, moment: Moment, values: dict[str, object], wanted: Mapping[str, Expression],
        related: Mapping[str, object],
    ) -> None:
        self._object = of
        self._moment = moment
        self._values = values
        self._wanted = wanted
        self._related = related
        self._open: set[str] = set()
        self.problems: list[Problem] = []

    def value(self, path: tuple[str, ...]) -> object:
        name = path[0]
        if len(path) > 1:
            return self._related.get(".".join(path))
        field = self._object.fields[name]
        if field.formula is not None:
            return formula_value(field, self.value, self._moment)
        if name not in self._values and name in self._wanted and name not in self._open:
            self._open.add(name)
            self._values[name] = self._fitting(field, evaluate(self._wanted[name], self.value, self._moment))
        return self._values.get(name)

    def _fitting(self, field: Field, value: object) -> object:
        """A default as its field holds it."""
        try:
            if value is ERROR:
                raise InvalidValue("default_does_not_fit")
            return None if value is None else field.type.parse(field, value)
        except InvalidValue:
            self.problems.append(Problem("default_does_not_fit", (field.name,), {"name": field.name}))
            return None


def _expressions(of: Object, kind: RecordType | None) -> dict[str, Expression]:
    own = kind.defaults if kind is not None else {}
    return {
        field.name: own.get(field.name) or field.default  # type: ignore[misc]
        for field in of.own_fields if own.get(field.name) or field.default
    }


def _related(
    ctx: RecordContext, connection: Connection, access: Access, of: Object, values: Mapping[str, object],
    wanted: Mapping[str, Expression],
) -> Mapping[str, object]:
    kind = record_type(of, values)
    paths = kept_paths(ctx.model, of, f"defaults {kind.name if kind else ''}", wanted.values())
    open_paths = tuple(path for path in paths if not is_blank(values.get(path[0])))
    question = Question(of.name, paths=open_paths, as_reader=True)
    return ask(ctx, connection, access, question, values, record_id=None).related
