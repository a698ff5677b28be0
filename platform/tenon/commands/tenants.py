"""`tenon tenant create|list|drop`: the tenants of an installation."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from metadata.errors import Problem
from metadata.model import Model
from metadata.sentences import sentence
from runtime.language import SPOKEN
from tenants.context import Tenant
from tenants.provision import create_tenant, drop_tenant
from tenants.storage import SQLITE
from tenon.commands.arguments import command, group
from tenon.commands.people import ADMIN_LOGIN, new_password
from tenon.commands.seeding import DEMO_PASSWORD, seed_new_tenant
from tenon.desk import Answer, Desk, UsageError, package_at


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the family."""
    family = group(commands, "tenant", "tenants: customers, each with apps, users and data of their own")
    create = command(
        family, "create", create_one, shared, text="create a tenant, install apps and make its administrator"
    )
    create.add_argument("slug", metavar="SLUG", help="its name in addresses: small letters, digits and hyphens")
    create.add_argument("--name", help="its name for people (default: the slug)")
    create.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="PATH|NAME",
        help="a package folder or zip, or a bundled app; may be given several times",
    )
    create.add_argument(
        "--demo",
        action="store_true",
        help="also load demonstration records; every demo user gets the password tenon-demo",
    )
    create.add_argument(
        "--demo-until",
        type=date.fromisoformat,
        metavar="DATE",
        help="move the demonstration records by whole weeks, so that their year ends about this day",
    )
    create.add_argument(
        "--database",
        metavar="URL",
        help="where its data is kept (default: TENON_DATABASE_URL, else files in the data directory)",
    )
    create.add_argument("--locale", choices=SPOKEN, default=SPOKEN[0], help="its language (default %(default)s)")
    create.add_argument(
        "--time-zone", default="Asia/Shanghai", metavar="ZONE", help="its time zone (default %(default)s)"
    )
    command(family, "list", list_all, shared, text="list all tenants")
    drop = command(family, "drop", drop_one, shared, text="destroy a tenant with all its data and files, for good")
    drop.add_argument("slug", metavar="SLUG", help="the tenant")
    drop.add_argument("--yes", action="store_true", help="do not ask; needed where nobody can answer")


def create_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Create a tenant; all or nothing."""
    zone = _known_zone(asked.time_zone)
    packages = [package_at(place) for place in asked.app]
    password = DEMO_PASSWORD if asked.demo else new_password()
    name = asked.name or asked.slug
    coming = Tenant(asked.slug, name, asked.database or SQLITE, asked.locale, zone)
    written = 0

    def then(connection: Connection, model: Model) -> None:
        nonlocal written
        ctx = desk.platform_context(coming, model)
        administrator = sentence(Problem("administrator"), asked.locale)
        names = [each.name for each in packages]
        written = seed_new_tenant(
            ctx, connection, names, demo=asked.demo, name=administrator, password=password, demo_until=asked.demo_until
        )

    with desk.step("creating_tenant", tenant=asked.slug):
        tenant = create_tenant(
            desk.directory, desk.storage, asked.slug, name, asked.database, packages=packages,
            message=desk.text("version_first"), then=then, locale=asked.locale, time_zone=zone,
        )
    return _created(desk, tenant, asked.demo, password, written)


def _created(desk: Desk, tenant: Tenant, demo: bool, password: str, written: int) -> Answer:
    with desk.storage.reading(tenant) as connection:
        apps = [f"{app} {version}" for app, version in desk.installed(connection)]
    lines = [
        desk.text("tenant_created", tenant=tenant.slug, apps=", ".join(apps) or "-", records=written),
        desk.text("tenant_address", address=f"http://localhost:8000/{tenant.slug}/"),
        desk.text("sign_in_as", login=ADMIN_LOGIN, password=password),
    ]
    if demo:
        lines.append(desk.text("demo_passwords", password=password))
    data = {
        "slug": tenant.slug, "name": tenant.name, "apps": apps, "records": written, "path": f"/{tenant.slug}/",
        "login": ADMIN_LOGIN, "password": password,
    }
    return Answer(data, tuple(lines))


def list_all(desk: Desk, asked: argparse.Namespace) -> Answer:
    """List the tenants; passwords of databases are not shown."""
    found = desk.directory.tenants()
    data = [
        {"slug": each.slug, "name": each.name, "locale": each.locale, "time_zone": each.time_zone} for each in found
    ]
    width = max((len(each.slug) for each in found), default=0)
    lines = [f"{each.slug:<{width}}  {each.name}" for each in found] or [desk.text("no_tenants")]
    return Answer(data, tuple(lines))


def drop_one(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Destroy a tenant after its name was typed once more."""
    tenant = desk.directory.find(asked.slug)
    if not asked.yes and not _confirmed(desk, tenant.slug):
        raise UsageError("not_confirmed", tenant=tenant.slug)
    drop_tenant(desk.directory, desk.storage, tenant.slug)
    return Answer({"slug": tenant.slug, "dropped": True}, (desk.text("tenant_dropped", tenant=tenant.slug),))


def _confirmed(desk: Desk, slug: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(desk.text("confirm_drop", tenant=slug) + " ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == slug


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError("time_zone_unknown", zone=name) from error
