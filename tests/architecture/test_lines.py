"""No line is wider than what stands beside another file on a screen."""

from tests.architecture.house import modules

WIDEST = 120

WIDE_STILL = ("runtime/records/", "runtime/api/", "runtime/web/")
"""Rooms whose old lines are still wider. Only shrinks."""


def test_no_line_is_too_wide() -> None:
    faults = [
        f"{module.path}:{number}"
        for module in modules()
        if not module.path.startswith(WIDE_STILL)
        for number, line in enumerate(module.text.splitlines(), 1)
        if len(line) > WIDEST
    ]
    assert not faults, "\n".join(faults)


def test_a_room_is_only_listed_while_it_is_needed() -> None:
    wide = [module.path for module in modules() for line in module.text.splitlines() if len(line) > WIDEST]

    assert not [room for room in WIDE_STILL if not any(path.startswith(room) for path in wide)]
