"""`tenon token create`: API tokens."""

from __future__ import annotations

import argparse

from tenants.credentials import create_token
from tenon.commands.arguments import command, group, tenant_option
from tenon.commands.people import user_id_of
from tenon.desk import Answer, Desk


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the family."""
    family = group(commands, "token", "API tokens")
    create = command(family, "create", create_one, shared, text="create an API token of a user and print it, once")
    tenant_option(create)
    create.add_argument("--user", required=True, metavar="LOGIN", help="whose rights the token has")
    create.add_argument("--name", default="command line", help="what the token is for (default %(default)s)")


def create_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Create a token; only its hash is kept."""
    tenant = desk.directory.find(asked.tenant)
    with desk.at_work(tenant) as (ctx, connection):
        secret = create_token(connection, user_id_of(connection, ctx.model, asked.user), asked.name)
    return Answer({"tenant": tenant.slug, "user": asked.user, "token": secret}, (secret,))
