"""Guessing passwords becomes slow, for the guesser."""

from tenon.attempts import FREE, FREE_FOR_ALL, Attempts


def test_a_few_mistakes_cost_nothing() -> None:
    attempts = Attempts()
    for _ in range(FREE - 1):
        attempts.failed("demo", "li.na", "10.0.0.1")

    assert attempts.wait("demo", "li.na", "10.0.0.1") == 0


def test_more_mistakes_cost_more_and_more_time() -> None:
    attempts = Attempts()
    waits = []
    for _ in range(FREE + 6):
        attempts.failed("demo", "li.na", "10.0.0.1")
        waits.append(attempts.wait("demo", "li.na", "10.0.0.1"))

    assert waits[FREE - 1] > 0
    assert waits == sorted(waits)
    assert waits[-1] > 60


def test_others_are_not_slowed_down() -> None:
    attempts = Attempts()
    for _ in range(FREE + 5):
        attempts.failed("demo", "li.na", "10.0.0.1")

    assert attempts.wait("demo", "li.na", "10.0.0.2") == 0
    assert attempts.wait("demo", "wang.wei", "10.0.0.1") == 0
    assert attempts.wait("other", "li.na", "10.0.0.1") == 0


def test_one_login_guessed_from_many_addresses_is_slowed_down_too() -> None:
    attempts = Attempts()
    for number in range(FREE_FOR_ALL):
        attempts.failed("demo", "li.na", f"10.0.0.{number}")

    assert attempts.wait("demo", "Li.Na", "10.9.9.9") > 0


def test_who_knew_the_password_starts_afresh() -> None:
    attempts = Attempts()
    for _ in range(FREE + 5):
        attempts.failed("demo", "li.na", "10.0.0.1")
    attempts.succeeded("demo", "li.na", "10.0.0.1")

    assert attempts.wait("demo", "li.na", "10.0.0.1") == 0
