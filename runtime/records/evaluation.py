"""Expressions about one record that is being saved: its own values, its formulas, and what its relations lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from metadata.expressions import Expression, Moment, evaluate, rounded
from metadata.model import Field, Model, Object
from runtime.records.kept import Kept

Path = tuple[str, ...]
Values = Mapping[str, object]


class Evaluation:
    """Computes expressions over a record's values; `related` holds the values across relations by dotted path.

    `old` are the values before the save, None for a new record.
    """

    def __init__(self, of: Object, moment: Moment, *, values: Values, related: Values, old: Values | None) -> None:
        self._object = of
        self._moment = moment
        self._values = values
        self._related = related
        self._old = old

    def compute(self, expression: Expression) -> object:
        """Give the value of an expression: None for blank, ERROR when it can't be computed."""
        return evaluate(
            expression, self._value, self._moment, prior=None if self._old is None else self._prior,
            is_new=self._old is None,
        )

    def is_true(self, expression: Expression | None) -> bool:
        """Whether a condition holds; blank and error are false, and so is no condition."""
        return expression is not None and self.compute(expression) is True

    def _value(self, path: Path) -> object:
        return self._read(path, self._values)

    def _prior(self, path: Path) -> object:
        return self._read(path, self._old or {})

    def _read(self, path: Path, values: Values) -> object:
        if len(path) > 1:
            return self._related.get(".".join(path))
        field = self._object.fields[path[0]]
        if field.formula is None:
            return values.get(field.name)
        return formula_value(field, lambda inner: self._read(inner, values), self._moment)


def formula_value(field: Field, value_of: Callable[[Path], object], moment: Moment) -> object:
    """Compute a formula field as its readers see it, rounded to its scale."""
    found = evaluate(field.formula, value_of, moment)  # type: ignore[arg-type]
    scale = field.type.type_of(field).scale
    return found if scale is None else rounded(found, scale)  # type: ignore[arg-type]


def paths_needed(of: Object, expressions: Iterable[Expression | None]) -> tuple[Path, ...]:
    """The paths across relations that expressions read, also through the object's own formulas."""
    found: dict[Path, None] = {}
    waiting = [path for each in expressions if each is not None for path in each.references]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        formula = of.fields[path[0]].formula
        if len(path) > 1:
            found[path] = None
        elif formula is not None:
            waiting.extend(formula.references)
    return tuple(sorted(found))


def fields_read(of: Object, expression: Expression) -> frozenset[str]:
    """The record's own fields that an expression depends on, also through the object's formulas."""
    found: set[str] = set()
    waiting = [path[0] for path in expression.references]
    while waiting:
        name = waiting.pop()
        formula = of.fields[name].formula
        if name not in found and formula is not None:
            waiting.extend(path[0] for path in formula.references)
        found.add(name)
    return frozenset(found)


def kept_paths(model: Model, of: Object, use: str, expressions: Iterable[Expression | None]) -> tuple[Path, ...]:
    """`paths_needed`, found once per model, object and use."""
    return _paths.get((model.checksum, of.name, use), lambda: paths_needed(of, expressions))


_paths: Kept[tuple[Path, ...]] = Kept(2_000)
