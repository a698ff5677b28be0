"""Statements that are compiled once and run often: text and parameter order are kept, values are handed to the driver.

Built with SQLAlchemy Core like every statement; what is saved is the walk over the statement at each execution.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.engine import Dialect

Convert = Callable[[object], object]


class Prepared:
    """One statement for one dialect, to be run with different values."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        expands = bool(compiled.post_compile_params or compiled.literal_execute_params)
        self._expanding = statement if expands else None
        self._fixed: dict[str, object] = {}
        self._converts: dict[str, Convert] = {}
        self._order: tuple[str, ...] = tuple(compiled.positiontup or ()) if compiled.positional else ()
        self._positional = bool(compiled.positional)
        self._names = frozenset(compiled.bind_names.values())
        for bind, name in compiled.bind_names.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                self._converts[name] = convert
            if not bind.required:
                value = bind.effective_value
                self._fixed[name] = convert(value) if convert is not None else value

    def run(self, connection: Connection, values: Mapping[str, object]) -> CursorResult[tuple[object, ...]]:
        """Execute with the given values; a name the statement does not know is passed over."""
        if self._expanding is not None:
            return connection.execute(self._expanding, {name: values[name] for name in self._names & values.keys()})
        return connection.exec_driver_sql(self.text, self._arguments(values))

    def run_many(self, connection: Connection, rows: list[Mapping[str, object]]) -> None:
        """Execute once per row of values."""
        connection.exec_driver_sql(self.text, [self._arguments(row) for row in rows])  # type: ignore[misc]

    def _arguments(self, values: Mapping[str, object]) -> tuple[object, ...] | dict[str, object]:
        merged = dict(self._fixed)
        for name in self._names & values.keys():
            convert = self._converts.get(name)
            merged[name] = values[name] if convert is None else convert(values[name])
        if self._positional:
            return tuple([merged[name] for name in self._order])
        return merged
