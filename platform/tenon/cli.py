"""The command line `tenon`: reads arguments, runs one command, prints its answer, explains what went wrong.

Exit status: 0 done, 1 the answer is no (invalid, refused, tests failed), 2 called wrongly.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from metadata.errors import Problem, TenonError
from metadata.sentences import sentence
from metadata.version import PLATFORM_VERSION
from runtime.install import upgrade
from tenants.errors import VersionUnreadable
from tenon.commands import apps, expressions, schemas, serving, tenants, tokens, users
from tenon.desk import Answer, Desk, UsageError

NO, WRONG_USAGE, INTERRUPTED = 1, 2, 130
LANGUAGES = ("en", "zh_CN")
SHOWN_PROBLEMS = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status is returned."""
    gc.freeze()  # what was loaded stays loaded: collections need not look through it again and again
    try:
        status = _main(parser().parse_args(arguments))
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has seen enough; what is left must not fail once more at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO


def _main(asked: argparse.Namespace) -> int:
    """Run a command and print its answer, or explain what stands against it."""
    desk = Desk(asked.language or language_of(os.environ), os.environ, quiet=asked.json)
    try:
        answer = _run(desk, asked)
    except BrokenPipeError:
        raise
    except UsageError as error:
        return _complain(desk, asked, (error.problem,), status=WRONG_USAGE)
    except TenonError as error:
        return _complain(desk, asked, error.problems or (Problem(error.code, (), error.params),), status=NO)
    except (SQLAlchemyError, OSError) as error:
        return _complain(desk, asked, (_of_machine(error),), status=NO)
    except Exception as error:  # noqa: BLE001  (the last line of defence: explained, never a traceback)
        if os.environ.get("TENON_TRACEBACK"):
            traceback.print_exc()
        found = Problem("command_failed", (), {"error": type(error).__name__, "reason": _short(error)})
        return _complain(desk, asked, (found,), status=NO)
    _print(asked, answer)
    return answer.status


def _run(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Run the command; a tenant of an earlier release is brought to this one first."""
    try:
        return asked.run(desk, asked)
    except VersionUnreadable:
        if getattr(asked, "tenant", None) is None:
            raise
    with desk.step("upgrading", tenant=asked.tenant):
        upgrade(desk.storage, desk.directory.find(asked.tenant))
    return asked.run(desk, asked)


def parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    top = argparse.ArgumentParser(prog="tenon", description="Business applications from metadata.")
    top.add_argument("--version", action="version", version=f"tenon {PLATFORM_VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for family in (serving, tenants, users, tokens, apps, schemas, expressions):
        family.add(commands, shared_options())
    return top


def shared_options() -> argparse.ArgumentParser:
    """Make the options that every command takes."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print the answer as JSON")
    shared.add_argument("--language", choices=LANGUAGES, help="language of messages; by default that of LANG")
    return shared


def language_of(environ: Mapping[str, str]) -> str:
    """Take the language from the locale of the terminal; English where it says nothing of use."""
    named = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh_CN" if named.lower().startswith("zh") else "en"


def _print(asked: argparse.Namespace, answer: Answer) -> None:
    if asked.json:
        print(json.dumps(answer.data, ensure_ascii=False, indent=2, default=str))
    else:
        for line in answer.lines:
            print(line)


def _complain(desk: Desk, asked: argparse.Namespace, problems: Iterable[Problem], *, status: int) -> int:
    """Explain on standard error, or as JSON on standard output."""
    problems = tuple(problems)
    if asked.json:
        found = [as_json(each, desk.locale) for each in problems]
        print(json.dumps({"problems": found}, ensure_ascii=False, indent=2, default=str))
        return status
    for each in problems[:SHOWN_PROBLEMS]:
        print(line_of(each, desk.locale), file=sys.stderr)
    if len(problems) > SHOWN_PROBLEMS:
        print(desk.text("more_problems", count=len(problems) - SHOWN_PROBLEMS), file=sys.stderr)
    if len(problems) > 1:
        print(desk.text("problems_found", count=len(problems)), file=sys.stderr)
    return status


def line_of(problem: Problem, locale: str) -> str:
    """Write a problem as compilers do: place, then what is wrong."""
    place = f"{problem.location}: " if problem.location and problem.location.file else ""
    path = ".".join(str(step) for step in problem.path)
    return place + (f"{path}: " if path else "") + sentence(problem, locale)


def as_json(problem: Problem, locale: str) -> dict[str, object]:
    """Write a problem for machines, with its sentence."""
    place = problem.location
    return {
        "code": problem.code,
        "level": problem.level,
        "path": list(problem.path),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "message": sentence(problem, locale),
    }


def _of_machine(error: Exception) -> Problem:
    if isinstance(error, OSError):
        return Problem("file_trouble", (), {"file": error.filename or "-", "reason": error.strerror or _short(error)})
    reason = _short(getattr(error, "orig", None) or error)
    return Problem("database_trouble", (), {"reason": reason})


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
