"""Pictures of every kind of page, for looking at: `python -m tests.journeys.screenshots FOLDER [PAGE ...]`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.live import DESKTOP, NARROW, PHONE, Live, open_live, signed_in
from tests.support.application import SLUG
from tests.support.browser import open_page, running_browser
from tests.support.databases import sqlite_database

PAGES = {
    "home": "/app/clinic",
    "list": "/o/patient",
    "list-filtered": "/o/patient?c=balance:greater:1000&c=gender:in:male|female",
    "list-nothing": "/o/patient?c=name:equals:nobody",
    "list-empty": "/o/treatment",
    "list-dates": "/o/appointment",
    "record": "/o/patient/1",
    "record-path": "/o/appointment/2",
    "related": "/o/patient/1?tab=appointments",
    "history": "/o/patient/1/history",
    "kinds": "/o/appointment/new",
    "form-new": "/o/appointment/new?record_type=visit",
    "form-edit": "/o/patient/1/edit",
    "search": "/search?q=陈晓",
    "recycle-bin": "/recycle-bin",
    "not-found": "/o/patient/999",
}
LOOKS: dict[str, dict[str, object]] = {
    "desktop-zh": {"viewport": DESKTOP},
    "desktop-en-dark": {"viewport": DESKTOP, "color_scheme": "dark", "locale": "en-GB"},
    "phone-zh": {"viewport": PHONE, "device_scale_factor": 2, "has_touch": True},
    "narrow-en": {"viewport": NARROW, "locale": "en-GB", "has_touch": True},
}
REFUSALS = "Failed to load resource: the server responded with a status of"


def fill(live: Live) -> None:
    """Give the pages something to show."""
    client = live.site.client(login="chen", name="陈护士")
    for number, (patient, doctor, status, fee) in enumerate([(1, 1, "planned", 60), (2, 2, "arrived", 200), (3, 3, "done", 300), (1, 2, "cancelled", 150)]):
        client.create(
            "appointment", patient=patient, doctor=doctor, helpers=[1, 3] if number % 2 else [2], fee=str(fee), discount="0.1",
            about={"object": "doctor", "id": 1} if number % 2 else None, starts_at=f"2026-01-0{number + 3}T0{number + 1}:30:00Z",
            status=status, reason="复诊，血压偏高", cancelled_because="临时有事" if status == "cancelled" else None,
        )
    client.patch("/records/patient/1", json={"notes": "对 CT 造影剂无过敏。\n下次复诊带上 2025 年的化验单。", "balance": "1580.50", "version": 1})
    client.post("/records/patient/1/comments", json={"text": "家属已电话确认，周四上午到。"})
    gone = client.create("doctor", name="Dr. Gone", fee="10")
    client.delete(f"/records/doctor/{gone}?version=1")


def picture(page: Page, folder: Path, name: str) -> None:
    """Save what one sees."""
    page.wait_for_timeout(250)
    page.screenshot(path=folder / f"{name}.png")


def all_pictures(folder: Path, wanted: set[str]) -> None:
    """Take every picture in every look."""
    with tempfile.TemporaryDirectory() as data, running_browser() as browser, open_live(sqlite_database(Path(data))) as live:
        fill(live)
        for look, options in LOOKS.items():
            english = str(options.get("locale", "")).startswith("en")
            with open_page(browser, base_url=live.origin, **options) as page:
                page.goto(f"/{SLUG}/login?lang={'en' if english else 'zh_CN'}")
                picture(page, folder, f"{look}-sign-in")
            with signed_in(browser, live, **options) as page:
                if english:
                    page.context.add_cookies([{"name": "tenon_locale", "value": "en", "url": live.origin}])
                for name, address in PAGES.items():
                    if not wanted or name in wanted:
                        page.goto(f"/{SLUG}{address}")
                        picture(page, folder, f"{look}-{name}")
                refused_form(page, folder, look)
                page.faults[:] = [fault for fault in page.faults if REFUSALS not in fault]


def refused_form(page: Page, folder: Path, look: str) -> None:
    """A form with errors, and open menus."""
    page.goto(f"/{SLUG}/o/patient/new")
    page.fill("#f-email", "nobody")
    page.fill("#f-height", "-3")
    page.click("[data-save]")
    picture(page, folder, f"{look}-form-errors")
    page.goto(f"/{SLUG}/o/patient")
    page.click(".me > summary")
    picture(page, folder, f"{look}-profile")
    page.keyboard.press("Escape")
    page.click(".chip-add > summary")
    picture(page, folder, f"{look}-filter")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    all_pictures(target, set(sys.argv[2:]))
