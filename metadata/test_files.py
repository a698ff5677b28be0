"""Which test of a file creates a record that another one speaks of by its name."""

from __future__ import annotations

from collections.abc import Mapping


def created(test: object) -> str | None:
    """The name that a test gives to what it creates; a refused creation makes nothing."""
    if not isinstance(test, Mapping) or "refused" in test or not isinstance(test.get("create"), Mapping):
        return None
    name = test["create"].get("as")
    return name if isinstance(name, str) else None


def maker(tests: Mapping[str, object], sentence: str, name: str) -> str | None:
    """The test that creates a name for another test: the last one before it, else the first one after it."""
    found: str | None = None
    passed = False
    for each, test in tests.items():
        if each == sentence:
            passed = True
            if found is not None:
                return found
        elif created(test) == name:
            if passed:
                return each
            found = each
    return found
