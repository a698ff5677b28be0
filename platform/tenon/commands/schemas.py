"""`tenon schema`: the JSON Schemas of the package language, for editors."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from metadata.schemas import schemas
from tenon.commands.arguments import command
from tenon.desk import Answer, Desk


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(
        commands,
        "schema",
        write,
        shared,
        text="write a JSON Schema per kind of item, for editors that check and complete YAML",
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to; made if it is missing")


def write(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Write one file per kind."""
    folder: Path = asked.folder.expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for kind, schema in schemas().items():
        file = folder / f"{kind}.schema.json"
        file.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        files.append(str(file))
    return Answer({"files": files}, (desk.text("schemas_written", count=len(files), folder=str(folder)),))
