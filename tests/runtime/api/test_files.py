"""Files go in as multipart and come out as attachments that no browser runs."""

from io import BytesIO

from tests.support.application import Application, Client

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def part(content: bytes = b"hello", name: str = "报价单 2026.pdf", kind: str = "application/pdf") -> dict[str, object]:
    return {"file": (BytesIO(content), name, kind)}


def equipment(client: Client, code: str) -> int:
    return client.create("equipment", code=code, name="x")


def test_an_attachment_comes_back_under_its_own_name(admin: Client) -> None:
    place = f"/records/equipment/{equipment(admin, 'F-1')}/attachments"
    added = admin.post(place, data=part())

    assert added.status_code == 201, added.text
    assert admin.get(place).json["attachments"][0]["file"]["name"] == "报价单 2026.pdf"
    sent = admin.get(f"{place}/{added.json['id']}")
    assert sent.data == b"hello"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95%202026.pdf" in sent.headers["Content-Disposition"]
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in sent.headers["Content-Security-Policy"]


def test_an_attached_page_is_never_shown_as_one(admin: Client) -> None:
    place = f"/records/equipment/{equipment(admin, 'F-2')}/attachments"
    added = admin.post(place, data=part(b"<script>alert(1)</script>", "x.html", "text/html")).json

    sent = admin.get(f"{place}/{added['id']}")
    assert sent.headers["Content-Disposition"].startswith("attachment")


def test_an_attachment_is_taken_away(admin: Client) -> None:
    place = f"/records/equipment/{equipment(admin, 'F-3')}/attachments"
    added = admin.post(place, data=part()).json["id"]

    assert admin.delete(f"{place}/{added}").status_code == 204
    assert admin.get(f"{place}/{added}").status_code == 404
    assert admin.get(place).json["attachments"] == []


def test_an_attachment_of_another_record_is_not_found_here(admin: Client) -> None:
    one, two = equipment(admin, "F-4"), equipment(admin, "F-5")
    added = admin.post(f"/records/equipment/{one}/attachments", data=part()).json["id"]

    assert admin.get(f"/records/equipment/{two}/attachments/{added}").status_code == 404


def test_an_attachment_of_a_hidden_record_does_not_exist(loans: Application, clerk: Client) -> None:
    loan = clerk.create("loan", equipment={"code": "CAM-1"})
    added = clerk.post(f"/records/loan/{loan}/attachments", data=part()).json["id"]
    other = loans.client(roles=["clerk"])

    assert other.get(f"/records/loan/{loan}/attachments").status_code == 404
    assert other.get(f"/records/loan/{loan}/attachments/{added}").status_code == 404
    assert other.post(f"/records/loan/{loan}/attachments", data=part()).status_code == 404


def test_a_file_is_uploaded_and_put_into_a_field(admin: Client) -> None:
    uploaded = admin.post("/files", data=part(b"manual", "手册.pdf"))
    record = admin.create("equipment", code="F-6", name="x", manual=uploaded.json["id"])

    sent = admin.get(f"/records/equipment/{record}/files/manual")
    assert (uploaded.status_code, sent.data) == (201, b"manual")
    assert admin.get(f"/records/equipment/{record}/files/name").status_code == 404


def test_a_file_that_somebody_else_uploaded_is_no_value(loans: Application, admin: Client) -> None:
    foreign = loans.client().post("/files", data=part()).json["id"]

    refused = admin.post("/records/equipment", json={"code": "F-7", "name": "x", "manual": foreign})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "manual")


def test_a_part_of_a_file_may_be_asked_for(admin: Client) -> None:
    place = f"/records/equipment/{equipment(admin, 'F-8')}/attachments"
    added = admin.post(place, data=part(b"0123456789")).json["id"]

    sent = admin.get(f"{place}/{added}", headers={"Range": "bytes=2-4"})
    assert (sent.status_code, sent.data) == (206, b"234")


def test_names_of_files_are_bare_names(admin: Client) -> None:
    place = f"/records/equipment/{equipment(admin, 'F-9')}/attachments"

    for sent, kept in (("../../etc/passwd", "passwd"), ("/tmp/a.txt", "a.txt")):
        assert admin.post(place, data=part(name=sent)).json["file"]["name"] == kept


def test_an_upload_is_one_part_called_file(admin: Client) -> None:
    place = f"/records/equipment/{equipment(admin, 'F-10')}/attachments"

    assert admin.post(place, json={"file": "x"}).status_code == 415
    assert admin.post(place, data={"other": (BytesIO(b"x"), "x.txt")}).status_code == 400
    assert admin.post(place, data={"file": "text"}).status_code in (400, 415)
    assert admin.post(place, data=b"garbage", content_type="multipart/form-data").status_code == 400
