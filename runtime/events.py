"""What happens to records, told to those who registered: `before` may change or refuse, `after` reacts.

Both run inside the transaction of the write. A before-handler returns further values (parsed, by field name) or
raises `Refused`; what it returns is checked like everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from metadata.model import EMPTY
from tenants.context import RecordContext

ANY_OBJECT = "*"


@dataclass(frozen=True, slots=True)
class Event:
    """One act on one record: `action` is create, update, delete, restore or purge.

    `old` and `new` hold parsed values by field name (`old` empty for a create, `new` for a purge); `changed`
    names the fields whose value differs. `record_id` is None before a create.
    """

    action: str
    object: str
    record_id: int | None
    old: Mapping[str, object] = EMPTY
    new: Mapping[str, object] = EMPTY
    changed: frozenset[str] = frozenset()


Before = Callable[[RecordContext, Connection, Event], Mapping[str, object]]
After = Callable[[RecordContext, Connection, Event], None]


class Listeners:
    """Handlers per object and moment, called in the order of registration."""

    def __init__(self) -> None:
        self._before: dict[str, list[Before]] = {}
        self._after: dict[str, list[After]] = {}

    def before(self, object_name: str, handler: Before) -> None:
        """Call `handler` before each write of an object (ANY_OBJECT: of every object)."""
        self._before.setdefault(object_name, []).append(handler)

    def after(self, object_name: str, handler: After) -> None:
        """Call `handler` after each write of an object, before the transaction commits."""
        self._after.setdefault(object_name, []).append(handler)

    def ask(self, ctx: RecordContext, connection: Connection, event: Event) -> dict[str, object]:
        """Collect what the before-handlers want to set; the later one wins."""
        wanted: dict[str, object] = {}
        for handler in (*self._before.get(event.object, ()), *self._before.get(ANY_OBJECT, ())):
            wanted.update(handler(ctx, connection, event))
        return wanted

    def tell(self, ctx: RecordContext, connection: Connection, event: Event) -> None:
        """Tell the after-handlers what was done."""
        for handler in (*self._after.get(event.object, ()), *self._after.get(ANY_OBJECT, ())):
            handler(ctx, connection, event)


listeners = Listeners()
"""The handlers of this process; modules register theirs when they are imported."""
