"""How seed files are written: one record a line, so that a change of one record is a change of one line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

PLAIN = re.compile(r"[A-Za-z_一-鿿][A-Za-z0-9_.一-鿿·-]*( [A-Za-z0-9_.一-鿿·-]+)*\Z")
WORDS = frozenset({"true", "false", "null"})
HEAD = "# Written by `python -m plugins.finance_demo`; change the generator, not this file.\n"

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SeedFile:
    """One file of the package's demo folder."""

    name: str
    object: str
    key: str
    records: Sequence[Record]


def text_of(file: SeedFile) -> str:
    """Write a file; members of a record that are None are left out, `BLANK` is written as null."""
    lines = [HEAD, f"object: {file.object}\nkey: {file.key}\nrecords:\n"]
    lines.extend(f"  - {_flow(record)}\n" for record in file.records)
    return "".join(lines)


class Blank:
    """Written as null: the field shall be blank although it has a default."""


BLANK = Blank()


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items() if each is not None) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, Blank):
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | Decimal):
        return str(value)
    text = str(value)
    return text if PLAIN.match(text) and text not in WORDS else json.dumps(text, ensure_ascii=False)
