"""What hangs on a record: its history, comments, attachments and files."""

import io
from dataclasses import replace

import pytest

from runtime.records import attachments, comments, files, history, service
from runtime.records.errors import NotAllowed, NotFound, Refused
from tests.runtime.records.workshop import codes

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def make(ctx, connection, object_name="device", **values):
    return service.create(ctx, connection, object_name, values).record_id


def upload(workshop, connection, ctx=None, name="报价单.pdf", content=b"%PDF-1.7"):
    store = workshop.storage.files(workshop.tenant)
    return files.upload(ctx or workshop.system, connection, store, name=name, stream=io.BytesIO(content))


def test_history_tells_who_changed_what_from_what_to_what(workshop, connection):
    maker = make(workshop.system, connection, "maker", name="Acme")
    boss = workshop.user(connection, "boss", "boss")
    device = make(workshop.system, connection, name="Lamp", price=5)
    service.update(boss, connection, "device", device, {"price": "7.5", "maker": maker})
    latest, first = history.changes(workshop.system, connection, "device", device)
    assert (latest.action, latest.user_name, first.action, first.user_name) == ("update", "Boss", "create", "System")
    told = {each.field: (each.old, each.new, each.new_name) for each in latest.fields}
    assert told == {"price": ("5.00", "7.50", None), "maker": (None, maker, "Acme")}


def test_history_keeps_quiet_about_hidden_fields(workshop, connection):
    worker = workshop.user(connection, "wang", "worker")
    device = make(workshop.system, connection, name="Lamp", cost=5, owner=worker.user.id)
    service.update(workshop.system, connection, "device", device, {"cost": 6})
    service.update(workshop.system, connection, "device", device, {"cost": 7, "name": "Lamp 2"})
    changes = history.changes(worker, connection, "device", device)
    assert [[each.field for each in change.fields if each.field in ("cost", "name")] for change in changes] == [["name"], ["name"]]


def test_history_is_read_in_pages(workshop, connection):
    device = make(workshop.system, connection, name="Lamp")
    for number in range(5):
        service.update(workshop.system, connection, "device", device, {"name": f"Lamp {number}"})
    first = history.changes(workshop.system, connection, "device", device, limit=4)
    rest = history.changes(workshop.system, connection, "device", device, limit=4, before=first[-1].id)
    assert [len(first), len(rest)] == [4, 2]


def test_comments_are_said_by_readers_and_taken_back_by_their_authors(workshop, connection):
    boss, looker = workshop.user(connection, "boss", "boss"), workshop.user(connection, "look", "looker")
    device = make(workshop.system, connection, name="Lamp")
    said = comments.add_comment(looker, connection, "device", device, "  looks good ")
    other = comments.add_comment(boss, connection, "device", device, "thanks")
    assert [(each.text, each.user_name) for each in comments.comments(looker, connection, "device", device)] == [
        ("thanks", "Boss"), ("looks good", "Look")]
    with pytest.raises(NotAllowed):
        comments.remove_comment(looker, connection, "device", device, other.id)
    comments.remove_comment(looker, connection, "device", device, said.id)
    comments.remove_comment(boss, connection, "device", device, other.id)
    with pytest.raises(NotFound):
        comments.remove_comment(boss, connection, "device", device, other.id)
    assert comments.comments(boss, connection, "device", device) == ()


@pytest.mark.parametrize(("text", "code"), [("", "required"), (" \n ", "required"), ("x" * 10_001, "too_long")])
def test_a_comment_says_something_and_is_bounded(workshop, connection, text, code):
    device = make(workshop.system, connection, name="Lamp")
    with pytest.raises(Refused) as caught:
        comments.add_comment(workshop.system, connection, "device", device, text)
    assert codes(caught.value.problems) == [("text", code)]


def test_files_are_attached_by_editors_and_seen_by_readers(workshop, connection):
    looker = workshop.user(connection, "look", "looker")
    device, other = make(workshop.system, connection, name="Lamp"), make(workshop.system, connection, name="Fan")
    added = attachments.attach(workshop.system, connection, "device", device, upload(workshop, connection).id)
    (seen,) = attachments.attachments(looker, connection, "device", device)
    assert (seen.id, seen.file.name, seen.file.size, seen.file.content_type) == (added.id, "报价单.pdf", 8, "application/pdf")
    found = attachments.attachment(looker, connection, "device", device, added.id)
    assert workshop.storage.files(workshop.tenant).open(found.file.sha256).read() == b"%PDF-1.7"
    with pytest.raises(NotFound):
        attachments.attachment(looker, connection, "device", other, added.id)
    with pytest.raises(NotAllowed):
        attachments.detach(looker, connection, "device", device, added.id)
    attachments.detach(workshop.system, connection, "device", device, added.id)
    assert attachments.attachments(looker, connection, "device", device) == ()


def test_only_who_handed_a_file_in_can_use_it(workshop, connection):
    boss = workshop.user(connection, "boss", "boss")
    device, info = make(workshop.system, connection, name="Lamp"), upload(workshop, connection)
    with pytest.raises(NotFound):
        attachments.attach(boss, connection, "device", device, info.id)
    with pytest.raises(Refused) as caught:
        service.update(boss, connection, "device", device, {"manual": info.id})
    assert codes(caught.value.problems) == [("manual", "bad_file")]


def test_a_file_field_gives_its_file_to_readers_of_record_and_field(workshop, connection):
    looker, worker = workshop.user(connection, "look", "looker"), workshop.user(connection, "wang", "worker")
    info = upload(workshop, connection)
    device = make(workshop.system, connection, name="Lamp", manual=info.id)
    assert files.file_of_field(looker, connection, "device", device, "manual") == info
    for ctx, field in ((worker, "manual"), (looker, "cost"), (looker, "name"), (looker, "nonsense")):
        with pytest.raises(NotFound):
            files.file_of_field(ctx, connection, "device", device, field)
    empty = make(workshop.system, connection, name="Fan")
    with pytest.raises(NotFound):
        files.file_of_field(looker, connection, "device", empty, "manual")


def test_a_file_larger_than_its_field_allows_is_refused(workshop, connection):
    info = upload(workshop, connection, content=b"x" * (1024 * 1024 + 1))
    with pytest.raises(Refused) as caught:
        make(workshop.system, connection, name="Lamp", manual=info.id)
    assert codes(caught.value.problems) == [("manual", "file_too_large")]


@pytest.mark.parametrize(("name", "kept"), [
    ("报价单.pdf", "报价单.pdf"), ("../../etc/passwd", "passwd"), ("C:\\temp\\a b.txt", "a b.txt"), (" .x\r\ny ", "xy"),
    ("a\u202egpj.exe", "agpj.exe"), ("x" * 300 + ".tar", "x" * 196 + ".tar"), ("...", ""), ("", ""),
])
def test_names_of_files_are_kept_without_what_no_name_should_have(name, kept):
    assert files.clean_name(name) == kept


def test_a_file_without_a_name_is_refused(workshop, connection):
    with pytest.raises(Refused):
        upload(workshop, connection, name="../")


@pytest.mark.parametrize(("name", "content", "expected"), [
    ("a.png", PNG, "image/png"), ("a.txt", PNG, "image/png"), ("a.png", b"<script>", "application/octet-stream"),
    ("a.svg", b"<svg/>", "application/octet-stream"), ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"), ("a", b"", "application/octet-stream"),
])
def test_a_picture_is_what_begins_like_one(name, content, expected):
    assert files.content_type(name, content) == expected


def test_a_stream_is_read_no_further_than_the_limit(workshop, connection):
    store = workshop.storage.files(workshop.tenant)
    with pytest.raises(Refused) as caught:
        files.upload(workshop.system, connection, store, name="a", stream=io.BytesIO(b"x" * 11), most=10)
    assert codes(caught.value.problems) == [("file", "file_too_large")]


def test_an_object_may_go_without_history(workshop, connection):
    visit = make(workshop.system, connection, "visit", device=make(workshop.system, connection, name="Lamp"))
    remark = make(workshop.system, connection, "remark", visit=visit, name="x")
    service.update(workshop.system, connection, "remark", remark, {"name": "y"})
    assert history.changes(workshop.system, connection, "remark", remark) == ()


def test_a_request_stands_in_the_history(workshop, connection):
    ctx = replace(workshop.system, request_id="r-1")
    make(ctx, connection, name="Lamp")
    assert connection.exec_driver_sql("SELECT request_id FROM tenon_history WHERE object = 'device'").scalar_one() == "r-1"
