"""Runs the tests of a package in a tenant made for them alone, each inside a savepoint that is rolled back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metadata.documents import Package
from metadata.errors import Problem
from runtime.apptests.cases import Case, cases_of
from runtime.apptests.judge import judge
from runtime.apptests.stage import Stage, open_stage
from tenants.storage import savepoint


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one test; it passed when nothing is wrong."""

    case: Case
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether everything was as the test says."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Report:
    """All results, in the order of the files."""

    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return all(each.passed for each in self.results)


class _Over(Exception):
    """Ends a test, so that its savepoint is rolled back."""


def run(
    packages: Sequence[Package], app: str, *, match: str = "", locale: str | None = None,
    progress: Callable[[Result], None] | None = None,
) -> Report:
    """Run the tests of the package `app` on all `packages` together, those whose sentence holds `match`.

    The app's own messages come in `locale`, or in the app's first language. `progress` is told each result as it
    comes. Raises PackageInvalid when the packages do not compile.
    """
    tested = next(each for each in packages if each.name == app)
    cases = [each for each in cases_of(tested) if match in each.sentence]
    results: list[Result] = []
    with open_stage(packages, locale=locale) as stage:
        stage.hire(each.role for each in cases)
        for case in cases:
            results.append(_run_one(stage, case))
            if progress is not None:
                progress(results[-1])
    return Report(tuple(results))


def _run_one(stage: Stage, case: Case) -> Result:
    begun = time.perf_counter()
    problems: tuple[Problem, ...] = ()
    try:
        with savepoint(stage.connection):
            problems = judge(stage, case)
            raise _Over
    except _Over:
        return Result(case, problems, time.perf_counter() - begun)
