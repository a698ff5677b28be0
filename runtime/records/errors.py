"""What can go wrong with a record, named for the fact; sentences and statuses are made higher up."""

from __future__ import annotations

from metadata.errors import Invalid, TenonError


class Refused(Invalid):
    """A write was examined completely and refused; `problems` lists everything, each with its field."""

    code = "refused"


class InUse(Invalid):
    """A record can't go while others need it; `problems` say which."""

    code = "in_use"


class QueryInvalid(Invalid):
    """A question can't be answered: an unknown field, a faulty expression, a cursor of another list."""

    code = "query_invalid"


class NotFound(TenonError):
    """There is no such record or object, or the user may not see it: both look the same."""

    code = "not_found"

    def __init__(self, object_name: str, record_id: int | None = None) -> None:
        super().__init__(object=object_name, id=record_id)
        self.object_name = object_name
        self.record_id = record_id


class NotAllowed(TenonError):
    """The user sees the object or the record but may not do this to it."""

    code = "not_allowed"

    def __init__(self, object_name: str, operation: str, record_id: int | None = None) -> None:
        super().__init__(object=object_name, operation=operation, id=record_id)
        self.object_name = object_name
        self.operation = operation
        self.record_id = record_id


class Conflict(TenonError):
    """Somebody else changed the record since it was read."""

    code = "conflict"

    def __init__(self, object_name: str, record_id: int, *, current: int, theirs: int) -> None:
        super().__init__(object=object_name, id=record_id, current=current, theirs=theirs)
        self.object_name = object_name
        self.record_id = record_id
        self.current = current
        self.theirs = theirs
