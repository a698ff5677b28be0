"""Whatever is done to a package, it is refused with reasons, and soon."""

from __future__ import annotations

import random
import time
from decimal import Decimal

import pytest

from metadata.checking import check
from metadata.compile import compile_model
from metadata.documents import Item, item_text, package_of, read_package, zip_of
from metadata.errors import PackageInvalid, Problem
from metadata.kinds import KINDS
from metadata.sentences import sentence
from tests.metadata.mistakes.mistake import CLINIC, clinic
from tests.metadata.packages import package, problems_of

SIGNS = [
    "{", "}", "[", "]", ": ", "- ", "\n", "  ", "\t", "'", '"', "|\n", ">", "&a ", "*a", "!!x ", "#", "? ", "%", "@", ",", "null",
    "\x00", "\u2028", "\ufeff", "\x85", "😀", "()", "..", "**", "\\", "---\n", "<<: ", "\r", "\x1b",
]
VALUES: list[object] = [
    None, True, 0, -1, 10**30, Decimal("1.5"), "", "x", "visit", "status", "a.b.c", "TODAY()", "a" * 3000, [], {}, [[]], [{}],
    {"a": 1}, ["a", "a"], [None], {"en": "x"}, {"type": "text"}, {"type": "lookup", "to": "visit"}, {"remove": True},
    {"after": "name"}, "*", "-day", {"zh_CN": 5}, "tenon_roles", "system", "((((", "fee", "visit.fee", {"sections": {}},
]


def said(problems: tuple[Problem, ...]) -> list[str]:
    """What is said about the problems, in both languages."""
    return [sentence(each, language) for each in problems for language in ("en", "zh_CN")]


@pytest.mark.parametrize("seed", range(40))
def test_damaged_texts_are_refused_with_reasons(seed: int) -> None:
    chance = random.Random(seed)
    texts = dict(clinic())
    for _ in range(3):
        file = chance.choice(list(texts))
        text, at = texts[file], chance.randrange(len(texts[file]) + 1)
        length = chance.choice([0, 1, 8])
        texts[file] = text[:at] + chance.choice(SIGNS) + text[at + length :]
    try:
        compile_model([read_package(zip_of(texts), lenient=True)])
    except PackageInvalid as invalid:
        assert all(said(invalid.problems))


@pytest.mark.parametrize("seed", range(40))
def test_damaged_values_are_refused_with_reasons(seed: int) -> None:
    chance = random.Random(seed)
    items = list(read_package(CLINIC).items)
    for _ in range(3):
        number = chance.randrange(len(items))
        item = items[number]
        path = chance.choice([path for path in paths(item.body, ()) if path])
        body = replaced(item.body, path, chance.choice(VALUES))
        key = KINDS[item.kind].key
        named = body.get(key) if key else None
        items[number] = Item(item.kind, named if isinstance(named, str) and named else item.name, body, item.file)
    try:
        compile_model([package_of("clinic", "1.0.0", items)])
    except PackageInvalid as invalid:
        assert all(said(invalid.problems))


def paths(value: object, path: tuple) -> list[tuple]:
    """The paths of all values inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inside for found in paths(each, (*path, key)))]


def replaced(value, path: tuple, new: object):
    """A copy of a value with another value at a path."""
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = replaced(value[path[0]], path[1:], new) if len(path) > 1 else new
    return copied


def quickly(texts: dict[str, str], *codes: str) -> None:
    """A package must be refused within seconds, for these reasons."""
    started = time.process_time()
    problems = problems_of(read_package(zip_of(texts), lenient=True))

    assert {each.code for each in problems} >= set(codes)
    assert time.process_time() - started < 5


APP = "app: big\nversion: 1.0.0\nlabel: Big\n"
ROOM = "object: room\nlabel: Room\nfields: {name: {type: text}}\n"


def test_a_hundred_thousand_wrong_records_are_refused_quickly() -> None:
    records = "".join("- 5\n" for _ in range(100_000))
    quickly({"app.yaml": APP, "objects/room.yaml": ROOM, "data/room.yaml": f"object: room\nkey: name\nrecords:\n{records}"}, "wrong_type")
    records = "".join(f"- {{name: n{number}, colour{number}: 1}}\n" for number in range(50_000))
    quickly({"app.yaml": APP, "objects/room.yaml": ROOM, "data/room.yaml": f"object: room\nkey: name\nrecords:\n{records}"}, "no_such_field", "too_many_problems")


def test_many_unknown_and_repeated_things_are_refused_quickly() -> None:
    extra = "".join(f"prop{number}: 1\n" for number in range(50_000))
    quickly({"app.yaml": APP, "objects/room.yaml": ROOM + extra}, "unknown_property")
    same = ", ".join("{a: 1}" for _ in range(20_000))
    quickly({"app.yaml": APP, "roles/r.yaml": f"role: r\npermission_sets: [{same}]\n"}, "wrong_type")
    twice = "".join("a: 1\n" for _ in range(50_000))
    quickly({"app.yaml": APP, "objects/room.yaml": ROOM + twice}, "yaml_duplicate_key")


def test_an_enormous_model_is_refused_quickly() -> None:
    fields = "".join(f"  f{number}: {{type: text}}\n" for number in range(400))
    texts = {f"objects/o{number}.yaml": f"object: o{number}\nlabel: O\nfields:\n{fields}" for number in range(40)}
    quickly({"app.yaml": APP, **texts}, "model_too_large")


def test_of_a_body_full_of_faults_nothing_is_kept() -> None:
    kept, faults = check("object", {f"p{number}": 1 for number in range(1_000)})

    assert kept == {} and len(faults) == 200


def test_long_rings_of_formulas_are_found_quickly() -> None:
    fields = "".join(f"  f{number}: {{type: formula, returns: number, formula: f{(number + 1) % 400} + 1}}\n" for number in range(400))
    thing = package("test", f"object: thing\nlabel: Thing\nfields:\n  name: {{type: text}}\n{fields}")
    started = time.process_time()

    assert [each.code for each in problems_of(thing)] == ["formula_cycle"]
    assert time.process_time() - started < 3


def test_what_is_written_as_yaml_reads_back_equal() -> None:
    for item in read_package(CLINIC).items:
        plain = Item(item.kind, item.name, item.body, item.file)
        texts = {"app.yaml": item_text(plain)} if item.kind == "app" else {"app.yaml": clinic()["app.yaml"], item.file: item_text(plain)}
        again = read_package(zip_of(texts))

        assert next(each.body for each in again.items if each.kind == item.kind) == item.body
