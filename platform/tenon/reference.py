"""The reference of the command line, written from its parsers: a page of the admins' documentation."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

_HEAD = """# The command line

This page is generated from the commands themselves; `tenon COMMAND --help` says the same.

Every command takes `--json` (the answer as JSON) and `--language en|zh_CN` (of messages; by default that of `LANG`).
Exit status: 0 done, 1 the answer is no (invalid, refused, tests failed), 2 called wrongly. What is wrong is explained
on standard error, with file, line and column where it stands in a package.

`TENON_DATA` is the data directory, `TENON_DATABASE_URL` the directory of tenants and where new tenants are placed; see
[running](running.md). With `TENON_TRACEBACK=1` a failure of the program itself shows where it happened.
"""

BAR = "\\|"
SHARED = frozenset({"--help", "--json", "--language"})


def page(top: argparse.ArgumentParser) -> str:
    """Write the page in Markdown."""
    return _HEAD + "".join(_section(words, parser) for words, parser in _commands((), top))


def _commands(
    words: tuple[str, ...], parser: argparse.ArgumentParser
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    families = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]  # noqa: SLF001
    if not families:
        yield words, parser
    for family in families:
        for name, child in family.choices.items():
            yield from _commands((*words, name), child)


def _section(words: tuple[str, ...], parser: argparse.ArgumentParser) -> str:
    actions = [each for each in parser._actions if not SHARED & set(each.option_strings)]  # noqa: SLF001
    usage = " ".join(["tenon", *words, *(_usage(each) for each in actions)])
    rows = "".join(f"| `{_name(each).replace('|', BAR)}` | {_help(parser, each)} |\n" for each in actions)
    table = f"\n| | |\n|---|---|\n{rows}" if rows else ""
    return f"\n## {' '.join(words)}\n\n{parser.description}\n\n```\n{usage}\n```\n{table}"


def _usage(action: argparse.Action) -> str:
    name = _name(action)
    repeated = isinstance(action, argparse._AppendAction)  # noqa: SLF001
    return name if action.required else f"[{name}]{'...' if repeated else ''}"


def _name(action: argparse.Action) -> str:
    shown = action.metavar or ("{" + ",".join(action.choices) + "}" if action.choices else action.dest.upper())
    if not action.option_strings:
        return str(shown)
    return action.option_strings[0] if action.nargs == 0 else f"{action.option_strings[0]} {shown}"


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = (action.help or "") % {"default": action.default, "prog": parser.prog}
    return text.replace("|", "\\|")
