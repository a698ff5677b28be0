"""The clinic as a running application, with a signed-in visitor."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
import tempfile

from metadata.documents import Package, read_package
from tests.support import application
from tests.support.application import Application, open_application
from tests.support.databases import Database
from tests.support.visitor import Visitor, person
from tests.runtime.web.clinic import CLINIC, NAVIGATION


def clinic() -> Package:
    """The package of the clinic."""
    return navigable(CLINIC, NAVIGATION, name="clinic")


def navigable(text: str, navigation: str, *, name: str) -> Package:
    """A package with a navigation in its app file."""
    with tempfile.TemporaryDirectory() as folder:
        for file, content in application._files(text, name, "1.0.0").items():
            place = Path(folder) / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content + (navigation if file == "app.yaml" else ""), encoding="utf-8")
        return read_package(Path(folder))


@contextmanager
def open_clinic(database: Database, *, roles: tuple[str, ...] = ("administrator",)) -> Iterator[tuple[Application, Visitor]]:
    """Give the clinic and somebody called `amy` who has signed in."""
    with open_application(database, clinic()) as site:
        person(site, "amy", roles=roles)
        visitor = Visitor(site.app)
        visitor.sign_in("amy")
        yield site, visitor


def signed_in(site: Application, login: str, *roles: str) -> Visitor:
    """One more visitor, with these roles."""
    person(site, login, roles=roles)
    visitor = Visitor(site.app)
    visitor.sign_in(login)
    return visitor
