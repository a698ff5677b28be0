"""Contents of files go when the last record that had them is purged, and not before."""

import io
import os

from tests.support.application import Application, Client


def upload(client: Client, content: bytes) -> int:
    answer = client.post("/files", data={"file": (io.BytesIO(content), "a.txt")})
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])


def contents(loans: Application) -> set[bytes]:
    folder = loans.database.data / "files" / loans.tenant.slug
    return {file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def remove(client: Client, record: int, *, purge: bool = True) -> None:
    version = client.get(f"/records/equipment/{record}").headers["ETag"].strip('"')
    assert client.delete(f"/records/equipment/{record}", headers={"If-Match": version}).status_code == 204
    if purge:
        assert client.delete(f"/recycle-bin/equipment/{record}").status_code == 204


def test_a_content_goes_with_the_last_record_that_had_it(loans: Application, admin: Client) -> None:
    content = os.urandom(20)
    first = admin.create("equipment", code=content.hex(), name="a", manual=upload(admin, content))
    second = admin.create("equipment", code=f"{content.hex()[:30]}b", name="b", manual=upload(admin, content))

    remove(admin, first, purge=False)
    assert content in contents(loans)
    assert admin.delete(f"/recycle-bin/equipment/{first}").status_code == 204
    assert content in contents(loans)
    assert admin.get(f"/records/equipment/{second}/files/manual").data == content
    remove(admin, second)
    assert content not in contents(loans)


def test_an_attachment_goes_with_its_record(loans: Application, admin: Client) -> None:
    content = os.urandom(20)
    record = admin.create("equipment", code=content.hex(), name="a")
    sent = {"file": (io.BytesIO(content), "a.txt")}
    assert admin.post(f"/records/equipment/{record}/attachments", data=sent).status_code == 201

    remove(admin, record)

    assert content not in contents(loans)


def test_a_content_that_is_handed_in_again_is_there(loans: Application, admin: Client) -> None:
    content = os.urandom(20)
    remove(admin, admin.create("equipment", code=content.hex(), name="a", manual=upload(admin, content)))

    again = admin.create("equipment", code=f"{content.hex()[:30]}c", name="c", manual=upload(admin, content))

    assert admin.get(f"/records/equipment/{again}/files/manual").data == content
