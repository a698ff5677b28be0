"""Labels as long as labels may be wrap or end in an ellipsis; no page becomes wider than the screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.live import DESKTOP, NARROW, PHONE, Live, serving, signed_in
from tests.journeys.long_words import LONG_WORDS, NAVIGATION, VALUE
from tests.runtime.web.site import navigable
from tests.support.application import SLUG
from tests.support.databases import sqlite_database

PAGES = (
    "/", "/o/review", "/o/review?view=reviews_open&c=name:contains:Donau&c=stage:equals:open", "/o/review?c=name:equals:x", "/o/review/new",
    "/o/review/new?record_type=one", "/o/review/1", "/o/review/1?tab=others", "/o/review/1/edit", "/o/review/1/history", "/search?q=Donau",
    "/recycle-bin", "/o/review/99",
)
STICKING_OUT = """
() => [...document.querySelectorAll("body *")].filter((each) => {
  const isOut = ({ right, left, width }) => width && (right > innerWidth + 1 || left < -1);
  if (!isOut(each.getBoundingClientRect()) || !each.checkVisibility() || each.closest(".unseen, .skip, svg")) return false;
  for (let around = each.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflowX !== "visible" && !isOut(around.getBoundingClientRect())) return false;
  }
  return true;
}).map((each) => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 30)}`)
"""
OPEN_MENUS = "document.querySelectorAll('details').forEach((each) => { if (each.checkVisibility()) each.open = true; })"


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Two records with long texts in them, one leading to the other."""
    package = navigable(LONG_WORDS, NAVIGATION, name="wordy")
    with serving(sqlite_database(tmp_path_factory.mktemp("wordy")), package) as live:
        values = {"marks": ["hot", "cold"], "amount": "-123456789012.34", "notes": VALUE, "site": f"https://example.com/{VALUE}"}
        first = live.site.client().create("review", name=VALUE, record_type="one", **values)
        live.site.client().create("review", name=VALUE, record_type="one", prior=first, **values)
        live.site.client().post(f"/records/review/{first}/comments", json={"text": VALUE})
        yield live


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("viewport", [pytest.param(each, id=str(each["width"])) for each in (NARROW, PHONE, DESKTOP)])
def test_the_longest_labels_stay_on_the_screen(browser: Browser, wordy: Live, viewport: dict[str, int], locale: str) -> None:
    faults = []
    with signed_in(browser, wordy, viewport=viewport) as page:
        page.context.add_cookies([{"name": "tenon_locale", "value": locale, "url": wordy.origin}])
        for path in PAGES:
            page.goto(f"/{SLUG}{path}")
            for state in ("closed", "open"):
                if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
                    faults.append((path, state, "scrolls sideways"))
                faults += [(path, state, each) for each in page.evaluate(STICKING_OUT)]
                page.evaluate(OPEN_MENUS)
        page.faults.clear()
    assert not faults, "\n".join(map(str, faults))
