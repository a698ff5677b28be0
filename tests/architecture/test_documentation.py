"""What is registered is documented, and what the documentation links to exists."""

import re
from pathlib import Path

import pytest

from metadata.fields import field_types
from tests.architecture.house import ROOT

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#]+)")


def test_every_field_type_is_documented_for_consultants() -> None:
    documentation = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "consultant").rglob("*.md"))

    assert not [name for name in field_types if f"`{name}`" not in documentation]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert not [target for target in targets if not (page.parent / target).exists()]
