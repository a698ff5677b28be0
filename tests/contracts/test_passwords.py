"""Who guesses learns nothing, is slowed down alone, and finds nothing in what is stored."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tenants.credentials import create_token
from tenon.attempts import FREE
from tenon.config import read_config
from tenon.cookies import SESSION
from tests.support.application import Application
from tests.support.databases import KINDS
from tests.support.loans import LOANS
from tests.support.places import on_either
from tests.support.visitor import PASSWORD, Visitor, person

CLASS = 2.0
"""Two durations are of one class when neither is this many times the other."""


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    yield from on_either(request, tmp_path_factory, LOANS)


def seconds(site: Application, login: str, number: int) -> float:
    """The processor time of a wrong password for a login; from another address each time, so that none has to wait."""
    visitor = Visitor(site.app)
    visitor.get("/login")
    start = time.process_time()
    answer = visitor.post("/login", {"login": login, "password": "wrong"}, environ_overrides={"REMOTE_ADDR": f"10.1.{number}.1"})
    assert answer.status_code == 401
    return time.process_time() - start


def test_how_long_a_refusal_takes_says_nothing_about_the_login(site: Application) -> None:
    person(site, "timed")
    site.client(login="no-password")
    site.client(login="inactive", active=False)
    logins = ("timed", "nobody-of-this-name", "no-password", "inactive", "system", "timed'--")
    spent = {login: [] for login in logins}
    for number in range(5):
        for login in logins:
            spent[login].append(seconds(site, login, number))
    # Processor time, and the shortest of several: a busy machine only ever adds.
    shortest = {login: min(each) for login, each in spent.items()}
    assert max(shortest.values()) < min(shortest.values()) * CLASS, shortest


def test_a_refusal_reads_the_same_for_every_login(site: Application) -> None:
    person(site, "asked")
    site.client(login="sleeping", active=False)
    texts = set()
    for login in ("asked", "sleeping", "nobody-here", "system"):
        visitor = Visitor(site.app)
        visitor.http.set_cookie("tenon_visit", "v" * 32, path="/acme/")
        visitor.get("/login")
        answer = visitor.post("/login", {"login": login, "password": "wrong"}, environ_overrides={"REMOTE_ADDR": f"10.2.0.{len(login)}"})
        texts.add((answer.status_code, answer.text.replace(f'"{login}"', "LOGIN"), tuple(sorted(answer.headers.keys()))))
    assert len(texts) == 1


def test_who_guesses_one_login_waits_and_others_do_not(site: Application) -> None:
    for login in ("guessed", "colleague"):
        person(site, login)
    guesser = Visitor(site.app)
    codes = [guesser.sign_in("guessed", f"guess {number}").status_code for number in range(FREE + 3)]
    assert codes == [401] * FREE + [429] * 3
    assert guesser.sign_in("guessed", PASSWORD).status_code == 429, "nor does the right password help while one waits"
    assert guesser.sign_in("GUESSED", PASSWORD).status_code == 429
    assert Visitor(site.app).sign_in("colleague").status_code == 303
    elsewhere = Visitor(site.app)
    elsewhere.get("/login")
    entered = elsewhere.post("/login", {"login": "guessed", "password": PASSWORD}, environ_overrides={"REMOTE_ADDR": "10.3.0.1"})
    assert entered.status_code == 303, "the owner, who is somewhere else, is not shut out"


def test_guessing_an_unknown_login_is_slowed_down_alike(site: Application) -> None:
    guesser = Visitor(site.app)
    assert [guesser.sign_in("never-was", "x").status_code for _ in range(FREE + 1)] == [401] * FREE + [429]


def test_a_forged_forwarding_header_makes_nobody_new(site: Application) -> None:
    guesser = Visitor(site.app)
    codes = []
    for number in range(FREE + 1):
        guesser.get("/login")
        codes.append(guesser.post("/login", {"login": "forwarded", "password": "x"}, headers={"X-Forwarded-For": f"10.4.0.{number}"}).status_code)
    assert codes[-1] == 429


def test_what_is_stored_lets_nobody_in(site: Application) -> None:
    number = person(site, "stored")
    visitor = Visitor(site.app)
    visitor.sign_in("stored")
    session = (visitor.cookie(SESSION) or "").partition(".")[0]
    with site.storage.writing(site.tenant) as connection:
        token = create_token(connection, number, "kept")
    secrets = [each.encode() for each in (PASSWORD, session, token, token.removeprefix("tn_"))]
    with site.storage.reading(site.tenant) as connection:
        for name in ("credential", "token", "session", "idempotency", "history"):
            rows = str(connection.exec_driver_sql(f"SELECT * FROM tenon_{name}").all()).encode()  # noqa: S608
            assert not [each for each in secrets if each in rows], name
    for path in site.database.data.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [each for each in secrets if each in content], path


def test_the_key_of_the_installation_is_its_owners_alone(tmp_path: Path) -> None:
    read_config({"TENON_DATA": str(tmp_path / "data")})
    assert (tmp_path / "data" / "session.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
