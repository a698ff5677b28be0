"""`tenon user create`: people who may sign in."""

from __future__ import annotations

import argparse
import sys

from tenon.commands.arguments import command, group, tenant_option
from tenon.commands.people import create_user, new_password, password_from
from tenon.desk import Answer, Desk


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the family."""
    family = group(commands, "user", "users of a tenant")
    create = command(
        family,
        "create",
        create_one,
        shared,
        text="create a user; without --password-stdin a password is made and printed, once",
    )
    tenant_option(create)
    create.add_argument("login", metavar="LOGIN", help="what the user signs in with")
    create.add_argument("--name", help="the user's name (default: the login)")
    create.add_argument(
        "--role", action="append", default=[], metavar="ROLE", help="a role of the user; may be given several times"
    )
    create.add_argument(
        "--password-stdin", action="store_true", help="read the password from the first line of standard input"
    )


def create_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Create a user with a password."""
    tenant = desk.directory.find(asked.tenant)
    made = None if asked.password_stdin else new_password()
    password = made or password_from(sys.stdin)
    with desk.at_work(tenant) as (ctx, connection):
        user_id = create_user(
            ctx, connection, login=asked.login, name=asked.name or asked.login, roles=asked.role, password=password
        )
    lines = [desk.text("user_created", login=asked.login, tenant=tenant.slug)]
    data: dict[str, object] = {"tenant": tenant.slug, "login": asked.login, "id": user_id, "roles": asked.role}
    if made:
        lines.append(desk.text("password_made", password=made))
        data["password"] = made
    return Answer(data, tuple(lines))
