"""A create happens once per Idempotency-Key, however often and however simultaneously it is sent."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.application import Application, Client


def created(client: Client, key: str, **values: object) -> object:
    return client.post("/records/equipment", json=values, headers={"Idempotency-Key": key})


def count(client: Client, code: str) -> int:
    return int(client.get(f"/records/equipment?where=BEGINS(code, '{code}')&count=true&limit=1").json["count"])


def test_the_same_request_again_gives_the_same_answer(admin: Client) -> None:
    first = created(admin, "k-1", code="I-1", name="a")
    again = created(admin, "k-1", code="I-1", name="a")

    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (first.headers["ETag"], first.headers["Location"]) == (again.headers["ETag"], again.headers["Location"])
    assert count(admin, "I-1") == 1


def test_another_body_with_the_same_key_is_refused(admin: Client) -> None:
    created(admin, "k-2", code="I-2", name="a")

    refused = created(admin, "k-2", code="I-3", name="a")

    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_differs")
    assert count(admin, "I-3") == 0


def test_a_refused_create_may_be_tried_again(admin: Client) -> None:
    assert created(admin, "k-4", code="I-4").status_code == 422
    assert created(admin, "k-4", code="I-4", name="a").status_code == 201


def test_keys_belong_to_their_user(loans: Application, admin: Client) -> None:
    other = loans.client()

    assert created(admin, "k-5", code="I-5", name="a").status_code == 201
    assert created(other, "k-5", code="I-6", name="a").status_code == 201


def test_a_key_is_forgotten_after_a_day(loans: Application, admin: Client) -> None:
    created(admin, "k-7", code="I-7", name="a")
    loans.later(hours=25)
    again = created(admin, "k-7", code="I-8", name="a")
    loans.later(hours=-25)

    assert again.status_code == 201


def test_a_key_is_plain_text(admin: Client) -> None:
    for key in ("", "a b", "x" * 256, "ключ".encode().decode("latin-1")):
        assert created(admin, key, code="I-9", name="a").status_code == 400


def test_twelve_at_the_same_time_have_one_effect(loans: Application, admin: Client) -> None:
    def send(_number: int) -> object:
        client = Client(loans.app.test_client(), admin.prefix, admin.headers, admin.user)
        return created(client, "k-12", code="I-12", name="a")

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(send, range(12)))

    assert {each.status_code for each in answers} == {201}
    assert len({each.json["id"] for each in answers}) == 1
    assert count(admin, "I-12") == 1


def test_a_batch_is_done_once_too(admin: Client) -> None:
    body = {"operations": [{"do": "create", "values": {"code": "I-20", "name": "a"}}]}

    first, again = (
        admin.post("/records/equipment/batch", json=body, headers={"Idempotency-Key": "k-20"}) for _ in range(2)
    )

    assert first.json == again.json
    assert count(admin, "I-20") == 1
