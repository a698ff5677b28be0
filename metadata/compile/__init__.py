"""The one maker of models: packages and an overlay become a frozen, typed, checksummed `Model`."""

from __future__ import annotations

from collections.abc import Sequence

from metadata.documents import Package
from metadata.edits import NO_OVERLAY, Overlay
from metadata.model import Model


def compile_model(packages: Sequence[Package], overlay: Overlay = NO_OVERLAY) -> Model:
    """Make the model of some packages and an overlay; the system package is added.

    Raises PackageInvalid with all problems.
    """
    raise NotImplementedError


def system_package() -> Package:
    """The package that the platform itself brings."""
    raise NotImplementedError


def bundled_package(name: str) -> Package:
    """A package that is delivered with the platform."""
    raise NotImplementedError
