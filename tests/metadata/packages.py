"""Small packages for tests, written as texts."""

from __future__ import annotations

from metadata.compile import compile_model
from metadata.documents import Package, read_package, zip_of
from metadata.edits import NO_OVERLAY, Overlay
from metadata.errors import PackageInvalid, Problem
from metadata.kinds import FOLDERS
from metadata.model import Model
from metadata.reading import read_yaml


def package(name: str = "test", *items: str, requires: str = "", languages: str = "[en]") -> Package:
    """A package of items, each a YAML text; its first key says which kind it is."""
    kinds = {kind.name: folder for folder, kind in FOLDERS.items()}
    app = f"app: {name}\nversion: 1.0.0\nlabel: {name.title()}\nlanguages: {languages}\nrequires: {{{requires}}}\n"
    texts = {"app.yaml": app}
    for text in items:
        body, problems = read_yaml(text, "")
        assert isinstance(body, dict) and not problems, problems
        kind, item = next(iter(body.items()))
        texts[f"{kinds[kind]}/{item}.yaml"] = text
    return read_package(zip_of(texts))


def model_of(*items: str, languages: str = "[en]") -> Model:
    """The model of one small package."""
    return compile_model([package("test", *items, languages=languages)])


def problems_of(*packages: Package, overlay: Overlay = NO_OVERLAY) -> list[Problem]:
    """What is wrong with packages and an overlay."""
    try:
        compile_model(packages, overlay)
    except PackageInvalid as invalid:
        return list(invalid.problems)
    return []


def codes_of(*packages: Package, overlay: Overlay = NO_OVERLAY) -> list[str]:
    """The codes of what is wrong."""
    return [each.code for each in problems_of(*packages, overlay=overlay)]
