"""Statements that are compiled once and run often: text and parameter order are kept, the driver does the rest.

Built with SQLAlchemy Core like every statement; what is saved is the walk over the statement and over the columns of
its answer at each execution. Failures are SQLAlchemy's, and who listens to its statements hears of these too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import BindParameter, Connection, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, MultipleResultsFound, NoResultFound

Convert = Callable[[object], object]
Row = tuple[object, ...]
Arguments = tuple[object, ...] | dict[str, object]

_ABSENT = object()
"""Stands for a value that each execution has to give; no driver takes it."""


class Rows(list[Row]):
    """All rows that a statement gave, as the driver gives them; `changed` is the number of rows that it wrote."""

    __slots__ = ("changed",)

    def __init__(self, rows: Iterable[Row], changed: int) -> None:
        super().__init__(rows)
        self.changed = changed

    def one_or_none(self) -> Row | None:
        """The only row, if there is one."""
        if len(self) > 1:
            raise MultipleResultsFound("a statement for one row gave several")
        return self[0] if self else None

    def one(self) -> Row:
        """The only row."""
        row = self.one_or_none()
        if row is None:
            raise NoResultFound("a statement for one row gave none")
        return row

    def scalar(self) -> object:
        """The first value of the only row; None if there is no row."""
        row = self.one_or_none()
        return None if row is None else row[0]


class Prepared:
    """One statement for one dialect, to be run with different values."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        expands = bool(compiled.post_compile_params or compiled.literal_execute_params)
        self._expanding = statement if expands else None
        self._positional = bool(compiled.positional)
        self._names = frozenset(compiled.bind_names.values())
        binds = {name: _bind(bind, name, dialect) for bind, name in compiled.bind_names.items()}
        order = (compiled.positiontup or ()) if self._positional else binds
        self._binds = tuple(binds[name] for name in order)

    def run(self, connection: Connection, values: Mapping[str, object]) -> Rows:
        """Execute with the given values; a name the statement does not know is passed over."""
        if self._expanding is None:
            return _executed(connection, self.text, self._arguments(values))
        result = connection.execute(self._expanding, {name: values[name] for name in self._names & values.keys()})
        return Rows(map(tuple, result) if result.returns_rows else (), result.rowcount)

    def run_many(self, connection: Connection, rows: list[Mapping[str, object]]) -> None:
        """Execute once per row of values."""
        connection.exec_driver_sql(self.text, [self._arguments(row) for row in rows])  # type: ignore[misc]

    def _arguments(self, values: Mapping[str, object]) -> Arguments:
        if self._positional:
            return tuple([
                (values[name] if convert is None else convert(values[name])) if name in values else fixed
                for name, convert, fixed in self._binds
            ])
        return {
            name: (values[name] if convert is None else convert(values[name])) if name in values else fixed
            for name, convert, fixed in self._binds
        }


def _bind(bind: BindParameter[object], name: str, dialect: Dialect) -> tuple[str, Convert | None, object]:
    """A parameter: its name, how its value becomes the driver's, and the value that holds if none is given."""
    convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
    fixed = _ABSENT if bind.required else bind.effective_value
    return name, convert, fixed if convert is None or fixed is _ABSENT else convert(fixed)


def _executed(connection: Connection, text: str, arguments: Arguments) -> Rows:
    """Hand a statement to the driver within the connection's transaction."""
    cursor = connection.connection.cursor()
    try:
        for heard in connection.dispatch.before_cursor_execute:
            heard(connection, cursor, text, arguments, None, False)
        cursor.execute(text, arguments)
        return Rows(cursor.fetchall() if cursor.description else (), cursor.rowcount)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _failure(connection, text, arguments, error) from error
    finally:
        cursor.close()


def _failure(connection: Connection, text: str, arguments: Arguments, error: Exception) -> BaseException:
    """What SQLAlchemy would raise; a connection that broke is given up."""
    base = connection.dialect.loaded_dbapi.Error
    if connection.dialect.is_disconnect(error, connection.connection.driver_connection, None):
        connection.invalidate(error)
    return DBAPIError.instance(text, arguments, error, base, dialect=connection.dialect)
