"""`tenon token create|list|revoke`: API tokens."""

from __future__ import annotations

import argparse

from tenants.credentials import create_token, revoke_token, tokens
from tenon.commands.arguments import command, group, tenant_option
from tenon.commands.people import user_id_of
from tenon.desk import Answer, Desk


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the family."""
    family = group(commands, "token", "API tokens")
    create = command(family, "create", create_one, shared, text="create an API token of a user and print it, once")
    _of_user(create, "whose rights the token has")
    create.add_argument("--name", default="command line", help="what the token is for (default %(default)s)")
    _of_user(command(family, "list", list_all, shared, text="list the API tokens of a user"), "whose tokens")
    revoke = command(family, "revoke", revoke_one, shared, text="end an API token, for the next request of everybody")
    _of_user(revoke, "whose token it is")
    revoke.add_argument("number", type=int, metavar="NUMBER", help="its number in the list")


def _of_user(parser: argparse.ArgumentParser, text: str) -> None:
    tenant_option(parser)
    parser.add_argument("--user", required=True, metavar="LOGIN", help=text)


def create_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Create a token; only its hash is kept."""
    tenant = desk.directory.find(asked.tenant)
    with desk.at_work(tenant) as (ctx, connection):
        secret = create_token(connection, user_id_of(connection, ctx.model, asked.user), asked.name)
    return Answer({"tenant": tenant.slug, "user": asked.user, "token": secret}, (secret,))


def list_all(desk: Desk, asked: argparse.Namespace) -> Answer:
    """List tokens by number; what they open with is known to nobody but their holders."""
    with desk.at_work(desk.directory.find(asked.tenant)) as (ctx, connection):
        found = tokens(connection, user_id_of(connection, ctx.model, asked.user))
    data = [
        {"number": each.id, "name": each.name, "created_at": each.created_at, "expires_at": each.expires_at}
        for each in found
    ]
    lines = tuple(f"{each.id:>6}  {each.created_at:%Y-%m-%d}  {each.name}" for each in found)
    return Answer(data, lines or (desk.text("no_tokens", login=asked.user),))


def revoke_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """End one token; status 1 when the user has none of this number."""
    with desk.at_work(desk.directory.find(asked.tenant)) as (ctx, connection):
        found = tokens(connection, user_id_of(connection, ctx.model, asked.user))
        known = any(each.id == asked.number for each in found)
        if known:
            revoke_token(connection, asked.number)
    line = desk.text("token_revoked" if known else "token_unknown_here", number=asked.number, login=asked.user)
    return Answer({"number": asked.number, "revoked": known}, (line,), status=0 if known else 1)
