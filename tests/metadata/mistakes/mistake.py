"""One mistake: a change of a valid package, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

CLINIC = Path(__file__).parent / "clinic"


@dataclass(frozen=True)
class Mistake:
    """`old` in `file` becomes `new` (without `old`, the file is new or replaced as a whole).

    `code` must be reported in `where` (default: the changed file) on the line that holds `at`
    (default: where the change begins), in a sentence with `says`; `also` are further codes to expect.
    """

    code: str
    file: str
    old: str
    new: str
    says: str
    at: str = ""
    where: str = ""
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """A short name for the test."""
        return f"{self.code}-{self.file.rpartition('/')[2].removesuffix('.yaml')}-{' '.join(self.new.split())[:30]}"

    def texts(self) -> dict[str, str]:
        """All files of the package with the mistake."""
        texts = dict(clinic())
        if self.old:
            assert texts[self.file].count(self.old) == 1, f"{self.old!r} stands {texts[self.file].count(self.old)} times"
            texts[self.file] = texts[self.file].replace(self.old, self.new)
        else:
            texts[self.file] = self.new
        return texts

    def line(self) -> int:
        """The line on which the problem must be reported."""
        text = self.texts().get(self.where or self.file, "")
        sought = self.at or self.new.strip().split("\n")[0]
        assert text.count(sought) == 1, f"{sought!r} stands {text.count(sought)} times"
        return text[: text.index(sought)].count("\n") + 1


@cache
def clinic() -> dict[str, str]:
    """The files of the valid package."""
    return {str(file.relative_to(CLINIC)): file.read_text(encoding="utf-8") for file in sorted(CLINIC.rglob("*.yaml"))}
