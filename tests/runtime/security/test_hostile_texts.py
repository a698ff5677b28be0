"""Texts that want to be scripts stay texts: in every text of an app and of its records, on every page, in a real browser."""

import io
import json
from collections.abc import Iterator
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from metadata.documents import Package
from runtime.install import create_with
from tenants.credentials import set_password
from tests.support.application import Application, open_application, package_of
from tests.support.browser import open_page
from tests.support.databases import sqlite_database
from tests.support.visitor import PASSWORD

BAD = "'\"></title></textarea></select></script><img src=x onerror=alert(1)>"
"""Leaves every place of a page that a text may stand in: at most 80 signs, as labels are."""

MORE = (
    "<script>alert(1)</script>", "<svg/onload=alert(1)>", "\" onfocus=alert(1) autofocus x=\"", "' onmouseover=alert(1) '", "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "javascript:alert(1)", "<iframe srcdoc='<script>alert(1)</script>'>", "--><script>alert(1)</script>", "]]><script>alert(1)</script>", "\u2028alert(1)//",
    "&lt;img src=x onerror=alert(1)&gt;", "</style><script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "<math><mi xlink:href='data:x,<script>alert(1)</script>'>",
)
RICH = "<p>fine</p>" + BAD + "".join(MORE) + "<a href=' javascript:alert(1)' target=_top>link</a><form action=//evil><input name=csrf_token></form><base href=//evil><style>*{display:none}</style>"
INJECTED = (
    "img[src=x], iframe, object, embed, base, math, script:not([src]), style, [onerror], [onload], [onfocus], [onclick], [onmouseover], "
    "a[href^='javascript:' i], form[action^='//'], [srcdoc]"
)

B = json.dumps(BAD)
CHOICES = f"{{a: {{label: {B}, color: red}}, b: {{label: {json.dumps(MORE[0])}}}}}"
HOSTILE = f"""
object: thing
label: {B}
plural: {B}
help: {B}
sharing: read_write
search: [name, note]
record_types:
  one: {{label: {B}, default: true}}
  two: {{label: {B}}}
fields:
  name: {{type: text, required: true, max_length: 500, label: {B}, help: {B}}}
  note: {{type: long_text, label: {B}, help: {B}}}
  rich: {{type: rich_text, label: {B}, help: {B}}}
  choice: {{type: picklist, label: {B}, values: {CHOICES}, help: {B}}}
  choices: {{type: multi_picklist, label: {B}, values: {CHOICES}}}
  link: {{type: url, label: {B}}}
  mail: {{type: email, label: {B}}}
  call: {{type: phone, label: {B}}}
  price: {{type: money, label: {B}}}
  day: {{type: date, label: {B}}}
  paper: {{type: file, label: {B}}}
  picture: {{type: image, label: {B}}}
  other: {{type: lookup, to: thing, label: {B}}}
  others: {{type: many_to_many, to: thing, label: {B}}}
  any: {{type: any_lookup, to: [thing, user], label: {B}}}
  said: {{type: formula, returns: text, formula: "name & ' ' & note", label: {B}}}
  twin: {{type: text, unique: true, label: {B}}}
validation:
  never: {{error_when: price > 100, field: price, message: {B}}}
  seldom: {{error_when: price > 50, field: price, level: warning, message: {B}}}
---
object: part
label: {B}
plural: {B}
fields:
  thing: {{type: master_detail, to: thing, label: {B}}}
  name: {{type: text, max_length: 500, required: true, label: {B}}}
---
layout: thing
object: thing
highlights: [name, choice, link, said]
path: {{field: choice, guide: {{a: {{hint: {B}}}, b: {{hint: {B}}}}}}}
tabs:
  details:
    label: {B}
    sections:
      all: {{label: {B}, fields: [name, note, rich, choice, choices, link, mail, call, price, day, paper, picture, other, others, any, said, twin]}}
      more: {{label: {B}, show_when: price > 5, fields: [owner]}}
  parts: {{label: {B}, related: {{object: part, by: thing, columns: [name, thing]}}}}
---
list_view: things_all
object: thing
label: {B}
columns: [name, note, rich, choice, choices, link, mail, call, price, other, others, any, said, owner]
totals: {{price: sum}}
default: true
---
list_view: things_some
object: thing
label: {B}
where: ISBLANK(day)
columns: [name]
---
role: stranger
label: {B}
permission_sets: [stranger]
---
permission_set: stranger
label: {B}
objects: {{thing: {{read: true}}}}
"""
NAVIGATION = f"navigation:\n  all: {{label: {B}, icon: box, tabs: [thing, part, list_view/things_some]}}\n"


def package() -> Package:
    """The app, its own name hostile too."""
    head = f"# app.yaml\napp: testing\nversion: 1.0.0\nlabel: {B}\nlanguages: [en, zh_CN]\nrequires: {{tenon: '>=0.1'}}\n"
    return package_of(f"{HOSTILE}\n---\n{head}{NAVIGATION}")


class Town:
    """The served application and the numbers of its records."""

    def __init__(self, site: Application, origin: str) -> None:
        self.site, self.origin = site, origin
        admin = site.client()
        values = {"note": BAD, "rich": RICH, "choice": "a", "choices": ["a", "b"], "twin": BAD, "price": "7", "day": "2026-01-02"}
        self.thing = admin.create("thing", name=BAD, **values)
        for number, text in enumerate(MORE):
            admin.create("thing", name=text, note=text, rich=text, other=self.thing, others=[self.thing], any={"object": "thing", "id": self.thing})
        for text in (BAD, *MORE):
            admin.post(f"/records/thing/{self.thing}/comments", json={"text": text})
            admin.post(f"/records/thing/{self.thing}/attachments", data={"file": (io.BytesIO(b"x"), f"{text}.txt".replace("/", "⁄").replace("\u2028", ""))})
            admin.create("part", thing=self.thing, name=text)
        file = admin.post("/files", data={"file": (io.BytesIO(b"x"), "<img src=x onerror=alert(1)>.svg")}).json["id"]
        version = admin.get(f"/records/thing/{self.thing}").json["version"]
        saved = admin.patch(f"/records/thing/{self.thing}", json={"name": f"{BAD} ", "note": f"{BAD}2", "rich": RICH + "x", "choice": "b", "paper": file, "other": self.thing, "version": version})
        assert saved.status_code == 200, saved.text
        gone = admin.create("thing", name=BAD)
        assert admin.delete(f"/records/thing/{gone}?version=1").status_code == 204


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_application(sqlite_database(tmp_path_factory.mktemp("hostile")), package()) as site:
        client = site.client(login="amy", name=BAD)
        with site.storage.writing(site.tenant) as connection:
            set_password(connection, client.user.id, PASSWORD)
        site.app.testing = False
        server = make_server("127.0.0.1", 0, site.app, threaded=True)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Town(site, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def opened(browser: Browser, town: Town) -> Iterator[Page]:
    """A page in which somebody with a hostile name is signed in; every dialog is a fault."""
    with open_page(browser, base_url=f"{town.origin}/acme/", locale="en-GB") as page:
        page.on("dialog", lambda dialog: (page.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto("login")
        page.fill("#login", "amy")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        yield page


def check(page: Page) -> None:
    """Nothing of the texts became a part of the page."""
    found = page.evaluate("selector => [...document.querySelectorAll(selector)].map(each => each.outerHTML.slice(0, 200))", INJECTED)
    assert found == []
    assert not page.faults, page.faults


PLACES = (
    "./", "app/testing", "app/system", "o/thing", "o/thing?view=things_some", "o/thing?sort=-name", "o/part", "o/thing/{thing}", "o/thing/{thing}?tab=parts",
    "o/thing/{thing}/history", "o/thing/{thing}/edit", "o/thing/new", "o/thing/new?record_type=one", "o/thing/new?record_type=one&set.name={bad}&set.note={bad}",
    "o/part/new?set.thing={thing}", "o/user", "o/user/2", "recycle-bin", "search?q={bad}", "search?q=alert", "suggest?q=alert", "o/thing?c=name:contains:{bad}",
)
REFUSED = (
    "o/thing?where={bad}", "o/thing?where=name%20==%20'{bad}'", "o/thing?c={bad}:{bad}:{bad}", "o/{bad}", "o/thing/{bad}", "app/{bad}", "{bad}", "o/thing?after={bad}",
    "o/thing/{thing}?tab={bad}", "o/thing?view={bad}", "o/thing/new?record_type={bad}", "lookup/thing/{bad}", "o/thing?sort={bad}",
)


def address(town: Town, place: str, bad: str = BAD) -> str:
    return place.replace("{thing}", str(town.thing)).replace("{bad}", quote(bad, safe=""))


@pytest.mark.parametrize("place", PLACES)
def test_on_every_page_they_are_only_read(town: Town, opened: Page, place: str) -> None:
    assert opened.goto(address(town, place)).status == 200
    check(opened)
    assert "onerror=alert(1)" in opened.inner_text("body") + "".join(opened.eval_on_selector_all("input, textarea, option", "all => all.map(each => each.value + each.text)")) + opened.title()


@pytest.mark.parametrize("place", REFUSED)
def test_on_a_page_that_refuses_them_they_are_only_read(town: Town, opened: Page, place: str) -> None:
    for text in (BAD, *MORE[:3]):
        opened.goto(address(town, place, text))
        opened.faults[:] = [each for each in opened.faults if "the server responded with a status of 4" not in each]
        check(opened)


def test_while_one_works_with_them_they_are_only_read(town: Town, opened: Page) -> None:
    opened.goto(address(town, "o/thing/{thing}/edit"))
    for box in opened.query_selector_all(".ts-control input"):
        if box.is_visible():
            box.focus()
            opened.keyboard.type("a")
            opened.wait_for_timeout(150)
            opened.keyboard.press("Escape")
    check(opened)
    opened.fill("[name=price]", "600")
    opened.press("[name=price]", "Enter")
    opened.wait_for_load_state()
    opened.faults[:] = [each for each in opened.faults if "status of 422" not in each]
    assert "onerror=alert(1)" in opened.inner_text("body")
    check(opened)
    opened.fill("[name=price]", "60")
    opened.press("[name=price]", "Enter")
    opened.wait_for_load_state()
    opened.faults[:] = [each for each in opened.faults if "status of 422" not in each]
    check(opened)


def test_while_one_types_in_the_search_they_are_only_read(town: Town, opened: Page) -> None:
    opened.goto("./")
    box = next(each for each in opened.query_selector_all("input[type=search], input[name=q]") if each.is_visible())
    box.type("alert")
    opened.wait_for_timeout(500)
    check(opened)
    opened.goto("o/thing")
    for button in opened.query_selector_all("button, summary"):
        if button.is_visible() and not button.evaluate("each => each.form && each.type === 'submit'"):
            button.click(timeout=2000, force=True)
            opened.keyboard.press("Escape")
    check(opened)


def test_the_note_after_a_save_and_cookies_are_only_read(town: Town, opened: Page) -> None:
    opened.goto("o/thing/new?record_type=one")
    opened.fill("[name=name]", BAD)
    opened.press("[name=name]", "Enter")
    opened.wait_for_url(lambda url: "/new" not in url)
    check(opened)
    domain = {"domain": "127.0.0.1", "path": "/"}
    opened.context.add_cookies([{"name": name, "value": "%22%3E%3Cimg%20src%3Dx%3E<img/src=x/onerror=alert(1)>".replace(" ", ""), **domain} for name in ("tenon_theme", "tenon_locale", "tenon_app", "tenon_note")])
    opened.goto("./")
    check(opened)
    opened.context.clear_cookies(name="tenon_theme")


def test_the_sign_in_page_only_reads_them(browser: Browser, town: Town) -> None:
    with open_page(browser, base_url=f"{town.origin}/acme/") as page:
        page.on("dialog", lambda dialog: (page.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(address(town, "login?next=/{bad}"))
        check(page)
        page.fill("#login", BAD)
        page.fill("#password", "wrong")
        page.press("#password", "Enter")
        page.wait_for_load_state()
        page.faults[:] = [each for each in page.faults if "status of 401" not in each]
        check(page)


def test_the_name_of_a_tenant_is_only_read(browser: Browser, town: Town) -> None:
    site = town.site
    other = create_with(site.directory, site.storage, "evil", BAD, packages=[package()], clock=site.clock)
    client = site.client(tenant=other, login="amy", name=BAD)
    with site.storage.writing(other) as connection:
        set_password(connection, client.user.id, PASSWORD)
    with open_page(browser, base_url=f"{town.origin}/evil/") as page:
        page.on("dialog", lambda dialog: (page.faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto("login")
        check(page)
        page.fill("#login", "amy")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        check(page)
        assert "onerror=alert(1)" in page.inner_text("body")


def test_a_link_field_takes_no_script(town: Town) -> None:
    admin = town.site.client()
    for link in ("javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil", "https://a.b/\"onmouseover=alert(1) x=\""):
        answer = admin.post("/records/thing", json={"name": "Link", "link": link})
        assert answer.status_code in (201, 422)
        if answer.status_code == 201:
            kept = admin.get(f"/records/thing/{answer.json['id']}").json["link"]
            assert kept.lower().startswith(("http://", "https://")), kept
