"""Loads the records that come with a package: found again by their key, written only where they differ.

Relations are given by keys, in any order, also to records further down and to the object itself: what a record refers
to is written first. Only where records refer to each other in a circle is a relation filled in afterwards: one that is
not required.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from metadata.errors import Invalid, InvalidValue, Problem
from metadata.model import Field, SeedData
from runtime.records import query, service
from runtime.records.errors import Refused
from runtime.records.seed_keys import Key, Keys, Seed
from tenants.context import RecordContext, SetClock, User
from tenants.storage import savepoint
from tenants.users import load_user

SetPassword = Callable[[Connection, int, str], None]

PASSWORD, CREATED_AT = "password", "created_at"
BESIDE_FIELDS = frozenset({PASSWORD, CREATED_AT})
"""What a seed record may say beside its fields: a user's password, and when the record came into being."""

MOST_PROBLEMS = 100


class SeedsInvalid(Invalid):
    """Records of a package can't be loaded; each problem says in which file, record and field."""

    code = "seeds_invalid"


@dataclass(frozen=True, slots=True)
class Remark:
    """A record that was left as it is, because the tenant's own rules refuse it."""

    object: str
    key: str
    problem: Problem

    @property
    def field(self) -> str:
        """The field that was refused; empty for the record as a whole."""
        return str(self.problem.path[0]) if self.problem.path else ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many records were written, and what was left as it is."""

    written: int
    remarks: tuple[Remark, ...] = ()


def load(
    ctx: RecordContext, connection: Connection, seeds: Iterable[SeedData], *, passwords: SetPassword | None = None,
    changed: bool = False,
) -> Loaded:
    """Load seeds in the caller's transaction.

    `passwords` stores the password of a user who is new; without it passwords are passed over. A record that the
    tenant deleted stays deleted. In a tenant that `changed` the packages' definitions, a record that is refused stays
    as it is and becomes a remark. Raises SeedsInvalid with all problems.
    """
    loading = _Loading(ctx, connection, passwords, changed=changed)
    for seed in seeds:
        loading.add(seed)
    loading.run()
    if loading.problems:
        raise SeedsInvalid(loading.problems)
    return Loaded(loading.written, tuple(loading.remarks))


class _Loading:
    """The state of one load: what is written, what is being written, and what must be filled in at the end."""

    def __init__(self, ctx: RecordContext, connection: Connection, passwords: SetPassword | None, *, changed: bool) -> None:
        self._ctx = ctx
        self._connection = connection
        self._passwords = passwords
        self._keys = Keys(connection, ctx.model, locale=ctx.tenant.locale)
        self._done: set[Key] = set()
        self._open: set[Key] = set()
        self._waiting: dict[Key, list[Seed]] = {}
        self._waits: set[Key] = set()
        self._later: list[tuple[Seed, str]] = []
        self._postponed: dict[Key, Seed] = {}
        self._users: dict[int, User] = {}
        self._changed = changed
        self.problems: list[Problem] = []
        self.remarks: list[Remark] = []
        self.written = 0

    def add(self, file: SeedData) -> None:
        """Take the records of a file in, but for the values of fields that the tenant took away."""
        known = self._ctx.model.objects[file.object].fields.keys() | BESIDE_FIELDS
        for number, record in enumerate(file.records, start=1):
            values = {name: value for name, value in record.items() if name in known}
            key = self._keys.key(file.object, file.key, values.get(file.key))
            if key is None or key.value is None:
                self._complain("seed_key_missing", file, str(number), key=file.key)
            elif self._keys.has(key):
                self._complain("seed_key_twice", file, str(key.value), key=file.key)
            else:
                self._keys.add(Seed(key, file, values))

    def run(self) -> None:
        self._keys.look_up(each.key for each in self._keys.seeds())
        for seed in self._keys.seeds():
            self._write_with_what_it_needs(seed)
        for seed in [each for waiting in self._waiting.values() for each in waiting]:
            self._write(seed)
        for seed, name in self._later:
            self._change(seed, {name: self._value(seed, name)})

    def _write_with_what_it_needs(self, seed: Seed) -> None:
        """Write a record after those it refers to; a stack instead of recursion, for chains of any length."""
        if seed.key in self._done or seed.key in self._waits:
            return
        self._open.add(seed.key)
        stack = [(seed, self._needed(seed))]
        while stack and len(self.problems) < MOST_PROBLEMS:
            current, needed = stack[-1]
            following = next(needed, None)
            if following is not None:
                self._open.add(following.key)
                stack.append((following, self._needed(following)))
                continue
            stack.pop()
            self._open.discard(current.key)
            self._write_when_it_can_be(current)
        self._write_postponed()

    def _write_when_it_can_be(self, seed: Seed) -> None:
        """Write a record, and whoever waited for it; within a circle it may have to wait for one that it requires."""
        ready = [seed]
        while ready:
            current = ready.pop()
            awaited = self._required_and_unwritten(current)
            if awaited is not None:
                self._waiting.setdefault(awaited, []).append(current)
                self._waits.add(current.key)
                continue
            self._write(current)
            self._done.add(current.key)
            self._waits.discard(current.key)
            if current.key not in self._postponed:
                ready.extend(self._waiting.pop(current.key, ()))

    def _required_and_unwritten(self, seed: Seed) -> Key | None:
        """The key of a seed that this one can't do without and that is neither written nor refused."""
        for field, raw in self._relations(seed):
            for target, inner in _references(field, raw) if field.required else ():
                found = (s for key in self._keys.referred(target, inner) if (s := self._keys.seed(key)))
                named = next(found, None)
                if named is not None and self._is_to_come(named.key) and self._keys.find(named.key) is None:
                    return named.key
        return None

    def _is_to_come(self, key: Key) -> bool:
        return key not in self._done or key in self._postponed

    def _write_postponed(self) -> None:
        """Write what was refused within a circle for lack of the records that have been written since."""
        postponed, self._postponed = tuple(self._postponed.values()), {}
        for seed in postponed:
            self._write(seed, once_more=True)
            for waiting in self._waiting.pop(seed.key, ()):
                self._write_when_it_can_be(waiting)

    def _needed(self, seed: Seed) -> Iterator[Seed]:
        """The seeds that this one refers to and that are still to be written."""
        for field, raw in self._relations(seed):
            for target, inner in _references(field, raw):
                found = next((s for key in self._keys.referred(target, inner) if (s := self._keys.seed(key))), None)
                if found is not None and not any(found.key in known for known in (self._done, self._open, self._waits)):
                    yield found

    def _relations(self, seed: Seed) -> Iterator[tuple[Field, object]]:
        fields = self._ctx.model.objects[seed.key.object].fields
        return ((fields[name], raw) for name, raw in seed.values.items() if name in fields and fields[name].targets)

    def _write(self, seed: Seed, *, once_more: bool = False) -> None:
        found = self._keys.find(seed.key)
        if found is not None and found.deleted:
            return
        before = len(self.problems) + len(self.remarks)
        values = {name: self._value(seed, name) for name in seed.values if name not in BESIDE_FIELDS}
        if len(self.problems) + len(self.remarks) > before:
            return
        whole = all(value is not _LATER for value in values.values())
        values = {name: value for name, value in values.items() if value is not _LATER}
        if found is None:
            self._create(seed, values, may_wait=not whole and not once_more)
        else:
            self._change(seed, values)

    def _create(self, seed: Seed, values: Mapping[str, object], *, may_wait: bool) -> None:
        try:
            ctx = self._acting(seed, values)
            with self._whole():
                saved = service.create(ctx, self._connection, seed.key.object, values, trusted=True)
        except (Refused, InvalidValue) as error:
            if may_wait:
                self._postpone(seed)
            else:
                self._refused(seed, error.problems)
            return
        self.written += 1
        self._keys.written(seed.key, saved.record_id)
        password = seed.values.get(PASSWORD)
        if password is not None and self._passwords is not None:
            self._passwords(self._connection, saved.record_id, str(password))

    def _postpone(self, seed: Seed) -> None:
        self._postponed[seed.key] = seed
        self._later = [(each, name) for each, name in self._later if each.key != seed.key]

    def _change(self, seed: Seed, values: Mapping[str, object]) -> None:
        found = self._keys.find(seed.key)
        if found is None or not values:
            return
        object_name = seed.key.object
        fields = self._ctx.model.objects[object_name].fields
        known = tuple(name for name in values if name in fields)
        held = query.get(self._ctx, self._connection, object_name, found.id, known)
        differing = {name: raw for name, raw in values.items() if name not in fields or _differs(fields[name], raw, held.get(name))}
        if not differing:
            return
        try:
            with self._whole():
                service.update(self._ctx, self._connection, object_name, found.id, differing, trusted=True)
        except Refused as error:
            self._refused(seed, error.problems)
            return
        self.written += 1

    def _value(self, seed: Seed, name: str) -> object:
        """What the write path is given for a member of a seed record."""
        field, raw = self._ctx.model.objects[seed.key.object].fields.get(name), seed.values[name]
        if field is None or raw is None:
            return raw
        if not field.targets:
            return self._keys.text(field, raw)
        ids = [(target, self._referred(seed, field, target, inner)) for target, inner in _references(field, raw)]
        if any(each is _LATER for _, each in ids):
            self._later.append((seed, name))
            return _LATER
        if isinstance(raw, list | tuple):
            return [each for _, each in ids if each is not None]
        target, found = next(((target, each) for target, each in ids if each is not None), ("", None))
        return {"object": target, "id": found} if len(field.targets) > 1 and found is not None else found

    def _referred(self, seed: Seed, field: Field, target: str, raw: object) -> object:
        """The id of the record that is referred to; None for a deleted one; `_LATER` within a circle."""
        for key in self._keys.referred(target, raw):
            named = self._keys.seed(key)
            found = self._keys.find(named.key if named else key)
            if found is not None:
                return None if found.deleted else found.id
            if named is not None and self._is_to_come(named.key) and not field.required:
                return _LATER
        if len(field.targets) == 1:
            written = ", ".join(f"{key}: {each}" for key, each in raw.items()) if isinstance(raw, Mapping) else str(raw)
            self._complain("seed_target_unknown", seed.file, str(seed.key.value), field.name, object=target, value=written)
        return None

    def _acting(self, seed: Seed, values: Mapping[str, object]) -> RecordContext:
        """The context of a creation: at the time the record says, by its owner."""
        ctx = self._ctx
        instant = seed.values.get(CREATED_AT)
        if instant is not None:
            field = ctx.model.objects[seed.key.object].fields[CREATED_AT]
            ctx = replace(ctx, clock=SetClock(field.type.parse(field, instant)))  # type: ignore[arg-type]
        owner = values.get("owner")
        if isinstance(owner, int):
            if owner not in self._users:
                self._users[owner] = load_user(self._connection, ctx.model, owner)
            ctx = replace(ctx, user=self._users[owner])
        return ctx

    def _whole(self) -> AbstractContextManager[object]:
        """What keeps nothing of a record that is refused, where the load goes on without it."""
        return savepoint(self._connection) if self._changed else nullcontext()

    def _refused(self, seed: Seed, problems: Iterable[Problem]) -> None:
        for each in problems:
            self._note(seed.file, str(seed.key.value), each)

    def _complain(self, code: str, file: SeedData, key: str, /, *path: str, **params: object) -> None:
        self._note(file, key, Problem(code, path, params))

    def _note(self, file: SeedData, key: str, problem: Problem) -> None:
        if self._changed:
            self.remarks.append(Remark(file.object, key, problem))
        else:
            self.problems.append(replace(problem, path=(_file(file), key, *problem.path)))


_LATER = object()
"""A relation that closes a circle; it is filled in when all records exist."""


def _file(file: SeedData) -> str:
    return f"{'demo' if file.demo else 'data'}/{file.name.rpartition('/')[2]}"


def _references(field: Field, raw: object) -> Iterator[tuple[str, object]]:
    """The (object, reference) pairs in what was written: one, a list, or for several targets `{object: reference}`."""
    if raw is None:
        return
    for each in raw if isinstance(raw, list | tuple) else [raw]:
        if isinstance(each, Mapping) and len(field.targets) > 1:
            named = next(iter(each.items()))
            if named[0] in field.targets:
                yield named
                continue
        for target in field.targets:
            yield target, each


def _differs(field: Field, raw: object, held: object) -> bool:
    """Whether writing a value would change what is held; what can't be read is left to the write path to refuse."""
    try:
        value = field.type.parse(field, raw)
    except InvalidValue:
        return True
    if isinstance(value, tuple) and isinstance(held, tuple) and isinstance(raw, list | tuple):
        return sorted(value) != sorted(held)
    return value != held
