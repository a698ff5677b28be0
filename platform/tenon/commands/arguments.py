"""How commands are entered: the pieces that their parsers share."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tenon.desk import Answer, Desk

Command = Callable[[Desk, argparse.Namespace], Answer]


def group(commands: argparse._SubParsersAction, name: str, text: str) -> argparse._SubParsersAction:
    """Add a family of commands, such as `tenant`."""
    family = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    return family.add_subparsers(dest="subcommand", required=True, metavar="COMMAND")


def command(
    commands: argparse._SubParsersAction, name: str, run: Command, shared: argparse.ArgumentParser, *, text: str
) -> argparse.ArgumentParser:
    """Add one command; `text` says in a sentence what it does."""
    added = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", parents=[shared])
    added.set_defaults(run=run)
    return added


def tenant_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a tenant."""
    parser.add_argument("--tenant", required=True, metavar="SLUG", help="the tenant")
