"""Passwords, tokens and sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tenants import catalog
from tenants.context import SetClock, Tenant
from tenants.credentials import (
    check_password, create_session, create_token, end_session, end_sessions, remove_password, revoke_token,
    set_password, tokens, user_of_session, user_of_token,
)
from tenants.schema import tables
from tenants.storage import Storage
from tenants.system_tables import SYSTEM
from tenants.users import SYSTEM_USER, load_user
from tests.tenants.records import NOW, add


@pytest.fixture
def li(storage: Storage, tenant: Tenant) -> int:
    """A user with the password “open sesame”."""
    with storage.writing(tenant) as connection:
        user = tables(catalog.published(connection).model).objects["user"]
        number = add(connection, user, login="li", name="李雷", active=True, roles=("administrator",))
        set_password(connection, number, "open sesame")
        return number


def test_a_user_is_known_by_login_and_password(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.reading(tenant) as connection:
        assert check_password(connection, "li", "open sesame") == li


@pytest.mark.usefixtures("li")
def test_anything_else_is_nobody(storage: Storage, tenant: Tenant) -> None:
    guesses = (
        ("li", "wrong"), ("li", ""), ("nobody", "open sesame"), ("LI", "open sesame"), ("system", ""), ("", ""),
        ("li\0", "open sesame"), ("li", "open sesame\ud800"), ("\ud800", "x"), ("li", "x" * 100_000),
    )
    with storage.reading(tenant) as connection:
        assert [check_password(connection, login, password) for login, password in guesses] == [None] * len(guesses)


def test_who_is_inactive_or_deleted_can_not_sign_in_nor_act(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.writing(tenant) as connection:
        model = catalog.published(connection).model
        user = tables(model).objects["user"]
        for values in ({"active": False}, {"active": True, "deleted_at": NOW}):
            connection.execute(update(user).where(user.c.id == li).values(values))
            assert check_password(connection, "li", "open sesame") is None
            assert load_user(connection, model, li) is None


def test_a_new_password_ends_the_old_one_and_all_sessions(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.writing(tenant) as connection:
        session = create_session(connection, li)
        set_password(connection, li, "another")
        assert user_of_session(connection, session) is None
        assert check_password(connection, "li", "open sesame") is None
        assert check_password(connection, "li", "another") == li
        remove_password(connection, li)
        assert check_password(connection, "li", "another") is None


def test_a_user_is_loaded_with_what_the_runtime_needs(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.reading(tenant) as connection:
        model = catalog.published(connection).model
        user = load_user(connection, model, li)
        assert (user.id, user.login, user.name, user.org_unit, user.roles) == (li, "li", "李雷", None, ("administrator",))
        assert load_user(connection, model, 999) is None
        assert load_user(connection, model, 1) == SYSTEM_USER


def test_a_token_is_its_users_until_revoked(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.writing(tenant) as connection:
        secret = create_token(connection, li, "reporting")
        assert secret.startswith("tn_")
        assert user_of_token(connection, secret) == li
        assert user_of_token(connection, secret + "x") is None
        [token] = tokens(connection, li)
        assert token.name == "reporting"
        revoke_token(connection, token.id)
        assert user_of_token(connection, secret) is None


def test_a_token_can_expire(storage: Storage, tenant: Tenant, li: int) -> None:
    clock = SetClock(NOW)
    with storage.writing(tenant) as connection:
        secret = create_token(connection, li, "trial", expires_at=NOW + timedelta(days=1), clock=clock)
        assert user_of_token(connection, secret, clock=clock) == li
        clock.instant = NOW + timedelta(days=2)
        assert user_of_token(connection, secret, clock=clock) is None


def test_a_session_ends_by_itself(storage: Storage, tenant: Tenant, li: int) -> None:
    clock, hour = SetClock(NOW), timedelta(hours=1)
    with storage.writing(tenant) as connection:
        session = create_session(connection, li, lifetime=hour, clock=clock)
        clock.instant = NOW + hour / 2
        assert user_of_session(connection, session, clock=clock) == li
        clock.instant = NOW + hour
        assert user_of_session(connection, session, clock=clock) is None


def test_sessions_end_one_by_one_or_all(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.writing(tenant) as connection:
        one, two, three = (create_session(connection, li) for _ in range(3))
        end_session(connection, one)
        assert [user_of_session(connection, each) for each in (one, two, three)] == [None, li, li]
        end_sessions(connection, li)
        assert [user_of_session(connection, each) for each in (two, three)] == [None, None]


def test_nothing_stored_lets_anybody_in(storage: Storage, tenant: Tenant, li: int) -> None:
    with storage.writing(tenant) as connection:
        secrets = (create_token(connection, li, "t"), create_session(connection, li), "open sesame")
        stored = str([connection.execute(select(each)).all() for each in (SYSTEM.credential, SYSTEM.token, SYSTEM.session)])
    assert not any(secret in stored for secret in secrets)
    assert "argon2id" in stored


def test_every_change_of_credentials_is_announced(storage: Storage, tenant: Tenant, li: int) -> None:
    changes = (
        lambda connection: set_password(connection, li, "new"),
        lambda connection: create_token(connection, li, "t"),
        lambda connection: revoke_token(connection, 1),
        lambda connection: end_sessions(connection, li),
        lambda connection: end_session(connection, "x"),
    )
    for change in changes:
        with storage.writing(tenant) as connection:
            before = catalog.state(connection).stamp
            change(connection)
            assert catalog.state(connection).stamp > before
