"""One save of one record, step by step; `docs/consultant/save-order.md` numbers the same steps for users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from metadata.errors import Problem
from metadata.expressions import Expression
from metadata.model import Field, Model, Object
from runtime.events import Event, listeners
from runtime.records import history, search_index
from runtime.records.access import Access
from runtime.records.checks import choice_problems, is_blank, required_problems
from runtime.records.defaults import with_defaults
from runtime.records.errors import Conflict, Refused
from runtime.records.evaluation import Evaluation, Path, paths_needed
from runtime.records.integrity import problem_of
from runtime.records.kept import Kept
from runtime.records.links import linked, rewrite
from runtime.records.moments import moment_of
from runtime.records.naming import resolve_named
from runtime.records.numbers import give_numbers
from runtime.records.parsing import Parsed, parse
from runtime.records.questions import Question, ask
from runtime.records.record import Saved
from runtime.records.rows import Loaded, insert_row, load, update_row
from runtime.records.rules import (
    held_fast, layout_expressions, layout_of, layout_problems, rule_problems, standing_rules,
)
from runtime.records.shapes import shape_of
from tenants.context import RecordContext

Values = Mapping[str, object]


class Save:
    """The state of one save: what the record was, what it is to be, and what is wrong with that."""

    def __init__(self, ctx: RecordContext, connection: Connection, access: Access, of: Object, *, trusted: bool) -> None:
        self._ctx = ctx
        self._connection = connection
        self._access = access
        self._object = of
        self._shape = shape_of(of)
        self._moment = moment_of(ctx)
        self._trusted = trusted
        self._old: Loaded | None = None
        self._id: int | None = None
        self._new: dict[str, object] = {}
        self._sent: frozenset[str] = frozenset()
        self._problems: list[Problem] = []

    def create(self, sent: Values) -> Saved:
        """Save a new record."""
        parsed = self._parse(sent)
        complete, problems = with_defaults(self._ctx, self._connection, self._access, self._object, parsed.values)
        self._problems.extend(problems)
        self._new = {**self._shape.blank, **self._as_held(complete)}
        self._before("create")
        self._check(parsed)
        return self._insert()

    def update(self, record_id: int, sent: Values, *, version: int | None) -> Saved:
        """Save changes of a record."""
        self._id = record_id
        self._old = load(self._ctx, self._connection, self._access, self._object, record_id, operation="edit")
        if version is not None and version != self._old.version:
            raise Conflict(self._object.name, record_id, current=self._old.version, theirs=version)
        parsed = self._parse(sent)
        held = {**self._old.values, **self._links_held(parsed.values)}
        self._old = Loaded(held, self._old.version)
        self._new = {**held, **self._as_held(parsed.values)}
        self._keep_unseen_links(parsed.values)
        self._before("update")
        self._check(parsed)
        return self._write_changes()

    def _parse(self, sent: Values) -> Parsed:
        parsed = parse(self._access, self._object, sent, trusted=self._trusted)
        if parsed.named:
            resolve_named(self._ctx, self._connection, self._access, self._object, parsed)
        self._sent = frozenset(sent)
        self._problems.extend(parsed.problems)
        return parsed

    def _links_held(self, values: Values) -> dict[str, object]:
        """What the record's many-to-many fields hold, where they are to be changed or rules read them."""
        shape = self._shape
        return {
            name: linked(self._ctx, self._connection, None, field, [self._id]).get(self._id, ())  # type: ignore
            for name, field in shape.links.items() if name in values or name in shape.read_links
        }

    def _keep_unseen_links(self, values: Values) -> None:
        """Who rewrites a list of records keeps those in it that he may not see."""
        for name, field in self._shape.links.items():
            held = self._old.values.get(name) if self._old and name in values else ()
            if held:
                seen = linked(self._ctx, self._connection, self._access, field, [self._id]).get(self._id, ())  # type: ignore
                unseen = [each for each in held if each not in seen]  # type: ignore[attr-defined]
                self._new[name] = tuple(sorted({*self._new[name], *unseen}))  # type: ignore[misc]

    def _as_held(self, values: Values) -> dict[str, object]:
        """Values as records hold them: no records are an empty tuple, a blank yes/no is no."""
        shape = self._shape
        return {
            name: value if value is not None else () if name in shape.links else shape.blank.get(name)
            for name, value in values.items()
        }

    @property
    def _changed(self) -> frozenset[str]:
        if self._old is None:
            return frozenset(name for name, value in self._new.items() if not is_blank(value) and value is not False)
        return frozenset(name for name, value in self._new.items() if value != self._old.values.get(name))

    def _before(self, action: str) -> None:
        old = self._old.values if self._old else {}
        event = Event(action, self._object.name, self._id, old, dict(self._new), self._changed)
        self._new.update(listeners.ask(self._ctx, self._connection, event))

    def _check(self, parsed: Parsed) -> None:
        """Collect everything that is wrong, and refuse if any of it is more than a warning."""
        changed = self._changed
        of, access = self._object, self._access
        faulty = parsed.faulty
        needed = of.fields if self._old is None else [name for name in (*changed, *self._sent) if name in of.fields]
        self._problems.extend(
            each for each in required_problems(access, of, self._new, dict.fromkeys(needed))
            if not each.path or each.path[0] not in faulty)
        self._problems.extend(choice_problems(of, self._new, changed))
        answer = ask(self._ctx, self._connection, access, self._question(changed), self._new, record_id=self._id)
        self._problems.extend(answer.problems)
        evaluation = self._evaluation(self._new, answer.related, old=self._old.values if self._old else None)
        self._check_layout(evaluation, answer.related, changed)
        faulty = frozenset(str(each.path[0]) for each in self._problems if each.path)
        self._problems.extend(rule_problems(access, of, evaluation, faulty=faulty, locale=self._ctx.locale))
        if any(each.level == "error" for each in self._problems):
            raise Refused(_each_once(self._problems))

    def _check_layout(self, evaluation: Evaluation, related: Values, changed: frozenset[str]) -> None:
        layout = layout_of(self._ctx.model, self._object, self._new)
        if layout is None or self._trusted:
            return
        self._problems.extend(layout_problems(
            self._access, self._object, layout, evaluation, values=self._new, changed=changed))
        if self._old is not None:
            before = self._evaluation(self._old.values, related, old=self._old.values)
            self._problems.extend(held_fast(layout, before, evaluation, changed))

    def _evaluation(self, values: Values, related: Values, *, old: Values | None) -> Evaluation:
        return Evaluation(self._object, self._moment, values=values, related=related, old=old)

    def _question(self, changed: frozenset[str]) -> Question:
        of, new, links = self._object, self._new, self._shape.links
        filled = [of.fields[name] for name in of.fields if name in changed and not is_blank(new.get(name))]
        own = {("owner", self._ctx.user.id), ("org_unit", self._ctx.user.org_unit)}
        rules = _rule_paths.get((self._ctx.model.checksum, of.name), lambda: paths_needed(
            of, _conditions(self._ctx.model, of)))
        return Question(
            of.name,
            references=tuple(_target(each, new[each.name]) for each in filled
                             if each.targets and each.name not in links and (each.name, new[each.name]) not in own),
            many=tuple(each.name for each in filled if each.name in links),
            files=tuple(each.name for each in filled if each.type.name in ("file", "image")),
            unique=tuple(key for key in self._shape.unique
                         if not changed.isdisjoint(key) and not any(is_blank(new.get(name)) for name in key)),
            paths=tuple(path for path in rules if not is_blank(new.get(path[0]))),
        )

    def _insert(self) -> Saved:
        ctx, of = self._ctx, self._object
        now = ctx.now()
        self._new.update(give_numbers(ctx, self._connection, of, self._new))
        self._new.update(created_at=now, created_by=ctx.user.id, updated_at=now, updated_by=ctx.user.id, version=1)
        try:
            self._id = insert_row(self._connection, ctx.model, of, self._new)
        except IntegrityError as error:
            raise Refused((problem_of(error, self._access, of),)) from error
        changed = self._changed
        self._afterwards("create", changed, {})
        return self._saved(1, changed)

    def _write_changes(self) -> Saved:
        ctx, of, old = self._ctx, self._object, self._old
        changed = self._changed
        if not changed:
            return self._saved(old.version, changed)  # type: ignore[union-attr]
        self._new.update(updated_at=ctx.now(), updated_by=ctx.user.id)
        written = {name: self._new[name] for name in (*changed, "updated_at", "updated_by") if name not in self._shape.links}
        try:
            done = update_row(self._connection, ctx.model, of, self._id, written, version=old.version)  # type: ignore
        except IntegrityError as error:
            raise Refused((problem_of(error, self._access, of),)) from error
        if not done:
            raise Conflict(of.name, self._id, current=old.version + 1, theirs=old.version)  # type: ignore
        self._new["version"] = old.version + 1  # type: ignore[union-attr]
        self._afterwards("update", changed, old.values)  # type: ignore[union-attr]
        return self._saved(old.version + 1, changed)  # type: ignore[union-attr]

    def _afterwards(self, action: str, changed: frozenset[str], old: Values) -> None:
        """Write what hangs on the record: links, search index, history; then tell who listens."""
        ctx, connection, of = self._ctx, self._connection, self._object
        for name, field in self._shape.links.items():
            if name in changed:
                rewrite(ctx, connection, field, self._id, old=old.get(name, ()), new=self._new[name])  # type: ignore
        search_index.write(connection, ctx.model, of, self._id, old=old, new=self._new, changed=changed)  # type: ignore
        if of.history:
            history.write(ctx, connection, of, self._id, action=action, old=old, new=self._new, changed=changed)  # type: ignore
        listeners.tell(ctx, connection, Event(action, of.name, self._id, old, dict(self._new), changed))

    def _saved(self, version: int, changed: frozenset[str]) -> Saved:
        warnings = tuple(each for each in self._problems if each.level != "error")
        standing = standing_rules(self._object, changed) if warnings and self._old is not None else frozenset()
        news = tuple(each for each in warnings if each.params.get("rule") not in standing)
        return Saved(self._id, version, warnings, self._old is None, news)  # type: ignore[arg-type]


def _conditions(model: Model, of: Object) -> Iterator[Expression | None]:
    """Everything that a save may evaluate about a record."""
    yield from (rule.error_when for rule in of.validation)
    yield from layout_expressions(model, of)


def _target(field: Field, value: object) -> tuple[str, str]:
    return (field.name, value[0]) if isinstance(value, tuple) else (field.name, field.targets[0])


_rule_paths: Kept[tuple[Path, ...]] = Kept(2_000)


def _each_once(problems: Iterable[Problem]) -> list[Problem]:
    found: dict[tuple[object, ...], Problem] = {}
    for each in problems:
        found.setdefault((each.code, each.path, each.params.get("rule")), each)
    return list(found.values())
