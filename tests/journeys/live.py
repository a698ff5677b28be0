"""The clinic behind a real HTTP server, and browser pages that are signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from metadata.documents import Package
from tests.runtime.web.site import clinic
from tests.support.application import SLUG, Application, open_application
from tests.support.browser import open_page
from tests.support.databases import Database
from tests.support.visitor import PASSWORD, person

DESKTOP = {"width": 1280, "height": 820}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}


class Live:
    """A served application; `url` is where its tenant begins."""

    def __init__(self, site: Application, port: int) -> None:
        self.site = site
        self.states: dict[str, object] = {}
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}/{SLUG}"


@contextmanager
def open_live(database: Database) -> Iterator[Live]:
    """Serve the clinic; `amy` administers it and `nora` is a nurse."""
    with serving(database, clinic()) as live:
        person(live.site, "nora", roles=("nurse",))
        yield live


@contextmanager
def serving(database: Database, package: Package) -> Iterator[Live]:
    """Serve an application; `amy` administers it."""
    with open_application(database, package) as site:
        person(site, "amy")
        site.app.testing = False
        server = make_server("127.0.0.1", 0, site.app, threaded=True)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Live(site, server.server_port)
        finally:
            server.shutdown()
            thread.join()


def sign_in(page: Page, live: Live, login: str = "amy") -> None:
    """Sign in through the page."""
    page.goto(f"{live.url}/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


@contextmanager
def signed_in(browser: Browser, live: Live, login: str = "amy", **options: object) -> Iterator[Page]:
    """A browser page of its own, signed in; the form is filled in once per person only."""
    if login not in live.states:
        with open_page(browser, base_url=live.origin) as page:
            sign_in(page, live, login)
            live.states[login] = page.context.storage_state()
    with open_page(browser, base_url=live.origin, storage_state=live.states[login], **options) as page:
        yield page
