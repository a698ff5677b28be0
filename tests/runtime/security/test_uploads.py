"""A file that somebody hands in is kept as it is, shown under a harmless name, and never run in our pages."""

import io
import re
import struct
import zlib
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from runtime.unit import MAX_BODY
from tests.support.application import Application, Client
from tests.support.databases import KINDS
from tests.support.places import on_either
from tests.support.visitor import Visitor, person

PAPERS = """
object: paper
label: Paper
plural: Papers
sharing: read_write
fields:
  name: {type: text, required: true, label: Name}
  scan: {type: file, max_size: 1, label: Scan}
  picture: {type: image, label: Picture}
"""
SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\0" * 13 + struct.pack(">I", zlib.crc32(b"x"))
NAMES = (
    "报价单.pdf.exe", "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/shadow", "C:\\boot.ini", "a\r\nSet-Cookie: x=1\r\n\r\nb.txt", 'a"b.txt',
    "a;filename=b.html", "a\0b.txt", "\u202egpj.exe", "x" * 5000 + ".txt", "nul", ".htaccess", "a/b/c.txt", "%2e%2e%2fpasswd", "<img src=x onerror=alert(1)>.png",
    "{{7*7}}.txt", "é́.txt", "\ufeffa.txt", "..", "a\tb.txt", "=cmd|' /C calc'!A0.csv",
)
KINDS_OF_CONTENT = {
    "page.html": SCRIPT, "page.htm": SCRIPT, "page.xhtml": SCRIPT, "drawing.svg": SVG, "drawing.svgz": SVG, "feed.xml": SCRIPT, "style.xsl": SCRIPT,
    "code.js": b"alert(1)", "code.mjs": b"alert(1)", "sheet.css": b"*{}", "page.mht": SCRIPT, "page.shtml": SCRIPT, "picture.png": SCRIPT, "picture.jpg": SVG,
    "picture.webp": b"RIFFxxxxHTML" + SCRIPT, "gif.gif": b"GIF89a=1;" + SCRIPT, "none": SCRIPT, "app.swf": b"FWS", "doc.pdf": b"%PDF-1.7", "x.webmanifest": b"{}",
}


@pytest.fixture(scope="module", params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    yield from on_either(request, tmp_path_factory, PAPERS)


@pytest.fixture(scope="module")
def admin(site: Application) -> Client:
    return site.client()


@pytest.fixture(scope="module")
def visitor(site: Application) -> Visitor:
    person(site, "amy")
    opened = Visitor(site.app)
    opened.sign_in("amy")
    opened.get("/")
    return opened


def attach(client: Client, name: str, content: bytes) -> tuple[int, TestResponse]:
    record = client.create("paper", name="Paper")
    return record, client.post(f"/records/paper/{record}/attachments", data={"file": (io.BytesIO(content), name)})


def check_harmless(answer: TestResponse, *, inline: bool = False) -> None:
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    shown = answer.headers["Content-Disposition"]
    assert shown.startswith("inline" if inline else "attachment"), shown
    assert "\r" not in shown and "\n" not in shown
    if inline:
        assert answer.mimetype in ("image/png", "image/jpeg", "image/gif", "image/webp")


@pytest.mark.parametrize("name", KINDS_OF_CONTENT)
def test_no_file_is_run_in_our_pages(admin: Client, visitor: Visitor, name: str) -> None:
    content = KINDS_OF_CONTENT[name]
    record, added = attach(admin, name, content)
    assert added.status_code == 201
    for answer in (admin.get(f"/records/paper/{record}/attachments/{added.json['id']}"), visitor.get(f"/o/paper/{record}/attachments/{added.json['id']}")):
        check_harmless(answer)
        assert answer.data == content


@pytest.mark.parametrize("name", KINDS_OF_CONTENT)
def test_a_field_shows_only_real_pictures_in_a_page(admin: Client, visitor: Visitor, name: str) -> None:
    file = admin.post("/files", data={"file": (io.BytesIO(KINDS_OF_CONTENT[name]), name)}).json["id"]
    record = admin.create("paper", name="Paper", scan=file)
    answer = visitor.get(f"/o/paper/{record}/file/scan")
    check_harmless(answer, inline=answer.headers["Content-Disposition"].startswith("inline"))
    check_harmless(admin.get(f"/records/paper/{record}/files/scan"))
    as_picture = admin.post("/records/paper", json={"name": "P", "picture": file})
    assert as_picture.status_code == (201 if name == "gif.gif" else 422)


def test_a_picture_is_shown(admin: Client, visitor: Visitor) -> None:
    file = admin.post("/files", data={"file": (io.BytesIO(PNG), "报价.exe")}).json["id"]
    record = admin.create("paper", name="Paper", picture=file)
    check_harmless(visitor.get(f"/o/paper/{record}/file/picture"), inline=True)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_is_harmless_everywhere(admin: Client, visitor: Visitor, name: str) -> None:
    record, added = attach(admin, name, b"content")
    if added.status_code in (400, 422):
        assert added.json["errors"][0]["field"] == "file"
        return
    assert added.status_code == 201
    kept = added.json["file"]["name"]
    assert kept and len(kept) <= 200 and not re.search(r"[/\\\x00-\x1f\x7f\u202a-\u202e]", kept), kept
    answer = visitor.get(f"/o/paper/{record}/attachments/{added.json['id']}")
    check_harmless(answer)
    assert "Set-Cookie" not in answer.headers or "x=1" not in answer.headers["Set-Cookie"]
    page = visitor.get(f"/o/paper/{record}").text
    assert "<img src=x" not in page and "{{7*7}}" in page or "7*7" not in name


def test_a_chinese_name_with_two_endings_stays_what_it_is(admin: Client, visitor: Visitor) -> None:
    record, added = attach(admin, "报价单.pdf.exe", b"MZ")
    assert added.json["file"]["name"] == "报价单.pdf.exe"
    assert added.json["file"]["content_type"] not in ("application/pdf", "text/html")
    answer = visitor.get(f"/o/paper/{record}/attachments/{added.json['id']}")
    assert "filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95.pdf.exe" in answer.headers["Content-Disposition"]


def test_a_file_beyond_the_fields_size_is_refused(admin: Client) -> None:
    file = admin.post("/files", data={"file": (io.BytesIO(b"x" * 1_048_577), "big.bin")}).json["id"]
    answer = admin.post("/records/paper", json={"name": "P", "scan": file})
    assert (answer.status_code, answer.json["errors"][0]["field"], answer.json["errors"][0]["code"]) == (422, "scan", "file_too_large")


def test_a_body_larger_than_any_file_is_refused_before_it_is_read(site: Application, admin: Client) -> None:
    for path in ("/files", "/records/paper/1/attachments", "/records/paper"):
        answer = admin.post(path, data=b"x", content_type="multipart/form-data; boundary=b", environ_overrides={"CONTENT_LENGTH": "999999999999"})
        assert answer.status_code == 413
    assert MAX_BODY <= 10 * 1024 * 1024


@pytest.mark.parametrize("body", [
    b"", b"--b", b"--b\r\n", b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\nhalf of the con',
    b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--b--\r\n', b'--other\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--other--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\nx\r\n--b--\r\n', b"\0" * 1000, b"--b\r\n" * 5000,
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="b.txt"\r\n\r\ny\r\n--b--\r\n',
    b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % n for n in range(3000)) + b"--b--\r\n",
])
def test_an_upload_that_breaks_off_leaves_nothing(site: Application, admin: Client, visitor: Visitor, body: bytes) -> None:
    record = admin.create("paper", name="Broken")
    kind = "multipart/form-data; boundary=b"
    store = site.database.data / "files" / "acme"
    before = sum(1 for each in store.rglob("*") if each.is_file())
    for path in ("/files", f"/records/paper/{record}/attachments"):
        answer = admin.post(path, data=body, content_type=kind)
        assert 400 <= answer.status_code < 500, answer.status_code
    answer = visitor.http.post(f"/acme/o/paper/{record}/attachments", data=body, content_type=kind, headers={"X-CSRF-Token": visitor.token})
    assert answer.status_code < 500
    assert admin.get(f"/records/paper/{record}/attachments").json["attachments"] == [] or answer.status_code == 303
    assert sum(1 for each in store.rglob("*") if each.is_file()) - before <= 1


def test_a_part_of_a_file_may_be_asked_for_and_no_more(admin: Client) -> None:
    record, added = attach(admin, "x.txt", b"0123456789")
    path = f"/records/paper/{record}/attachments/{added.json['id']}"
    assert admin.get(path, headers={"Range": "bytes=2-4"}).data == b"234"
    for odd in ("bytes=99-", "bytes=-0", "bytes=5-2", "bytes=a-b", "bytes=" + ",".join(["0-1"] * 3000), "lines=1-2", "bytes=99999999999999999999-"):
        answer = admin.get(path, headers={"Range": odd})
        assert answer.status_code in (200, 206, 416) and len(answer.data) < 2000, odd
