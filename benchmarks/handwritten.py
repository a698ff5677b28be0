"""The application that a good engineer would write by hand for the benchmark's one table.

Flask and SQLAlchemy Core, typed columns, the indexes that the requests need, one transaction a request, one
statement for token, user and rights, one history row for each write, one line in the log for each answer, the headers
that browsers should have, and pages by Jinja2. It does what the benchmark asks of Tenon, and nothing else: no search
index, no rules, no other languages.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import time
from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal, InvalidOperation

from flask import Flask, Response, g, render_template, request
from sqlalchemy import (
    BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Index, Integer, MetaData, Numeric, String, Table, Text,
    and_, bindparam, create_engine, event, func, insert, select, update,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.types import TypeDecorator

NAME = "handwritten"
MAX_PAGE = 200
STAGES = {"discover": "Discover", "qualify": "Qualify", "proposal": "Proposal", "negotiate": "Negotiate",
          "approve": "In approval", "won": "Won", "lost": "Lost"}
SOURCES = {"web": "Web site", "phone": "Phone", "referral": "Referral", "campaign": "Campaign"}


class Cents(TypeDecorator):
    """An exact amount: NUMERIC on PostgreSQL, a scaled integer on SQLite."""

    impl = Numeric
    cache_ok = True

    def __init__(self, scale: int = 2) -> None:
        super().__init__(18, scale)
        self.scale = scale

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(18, self.scale))

    def process_bind_param(self, value, dialect):
        if value is None or dialect.name != "sqlite":
            return value
        return int(value.scaleb(self.scale))

    def process_result_value(self, value, dialect):
        if value is None or dialect.name != "sqlite":
            return value
        return Decimal(value).scaleb(-self.scale)


metadata = MetaData()
KEY = BigInteger().with_variant(Integer, "sqlite")

person = Table(
    "person", metadata,
    Column("id", KEY, primary_key=True), Column("name", String(80), nullable=False),
    Column("role", String(40), nullable=False), Column("active", Boolean, nullable=False),
)
token = Table(
    "token", metadata,
    Column("hash", String(64), primary_key=True), Column("person", ForeignKey("person.id"), nullable=False),
)
permission = Table(
    "permission", metadata,
    Column("role", String(40), primary_key=True), Column("object", String(40), primary_key=True),
    Column("can_create", Boolean, nullable=False), Column("can_read", Boolean, nullable=False),
    Column("can_edit", Boolean, nullable=False),
)
account = Table(
    "account", metadata,
    Column("id", KEY, primary_key=True), Column("name", String(120), nullable=False, index=True),
    Column("city", String(60)),
)
opportunity = Table(
    "opportunity", metadata,
    Column("id", KEY, primary_key=True), Column("owner", ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Column("updated_by", BigInteger, nullable=False),
    Column("version", Integer, nullable=False), Column("deleted_at", DateTime(timezone=True)),
    Column("name", String(120), nullable=False, index=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("stage", String(40), nullable=False), Column("amount", Cents(2), nullable=False),
    Column("probability", Cents(4)), Column("close_date", Date, nullable=False), Column("source", String(40)),
    Column("is_key", Boolean, nullable=False), Column("next_step", String(255)), Column("next_step_date", Date),
    Column("contact_name", String(60)), Column("contact_email", String(255)), Column("contact_phone", String(40)),
    Column("quantity", BigInteger), Column("description", Text),
)
Index("opportunity_stage_amount", opportunity.c.stage, opportunity.c.amount.desc(), opportunity.c.id.desc(),
      postgresql_where=opportunity.c.deleted_at.is_(None), sqlite_where=opportunity.c.deleted_at.is_(None))
history = Table(
    "history", metadata,
    Column("id", KEY, primary_key=True), Column("object", String(40), nullable=False),
    Column("record", BigInteger, nullable=False), Column("version", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False), Column("person", BigInteger, nullable=False),
    Column("changes", Text, nullable=False),
)
Index("history_record", history.c.object, history.c.record)

logger = logging.getLogger(NAME)
SIGNING_KEY = secrets.token_bytes(32)
HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'", "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
WRITABLE = ("name", "account", "stage", "amount", "probability", "close_date", "source", "is_key", "next_step",
            "next_step_date", "contact_name", "contact_email", "contact_phone", "quantity", "description")
REQUIRED = ("name", "account", "stage", "amount", "close_date")
LIVE = opportunity.c.deleted_at.is_(None)

WHO = (
    select(person.c.id, person.c.name, person.c.role, permission.c.can_create, permission.c.can_read, permission.c.can_edit)
    .join(token, token.c.person == person.c.id)
    .join(permission, and_(permission.c.role == person.c.role, permission.c.object == "opportunity"))
    .where(token.c.hash == bindparam("hash"), person.c.active)
)
ONE = select(opportunity).where(opportunity.c.id == bindparam("key"), LIVE)
PAGE_COLUMNS = [opportunity.c[name] for name in ("id", "version", "name", "account", "stage", "amount", "probability",
                                                 "close_date", "source", "is_key", "contact_name", "owner")]
FILTERED = and_(opportunity.c.stage == bindparam("stage"), opportunity.c.amount > bindparam("above"), LIVE)
PAGE = (
    select(*PAGE_COLUMNS, account.c.name.label("account_name"))
    .join(account, account.c.id == opportunity.c.account)
    .where(FILTERED).order_by(opportunity.c.amount.desc(), opportunity.c.id.desc()).limit(bindparam("rows"))
)
COUNT = select(func.count()).select_from(opportunity).where(FILTERED)
HTML_PAGE = (
    select(*PAGE_COLUMNS, account.c.name.label("account_name"), person.c.name.label("owner_name"))
    .join(account, account.c.id == opportunity.c.account).join(person, person.c.id == opportunity.c.owner)
    .where(opportunity.c.stage == bindparam("stage"), LIVE)
    .order_by(opportunity.c.amount.desc(), opportunity.c.id.desc()).limit(bindparam("rows"))
)
HTML_COUNT = select(func.count()).select_from(opportunity).where(opportunity.c.stage == bindparam("stage"), LIVE)
GROUPED = (
    select(opportunity.c.stage, func.count(), func.sum(opportunity.c.amount))
    .where(LIVE).group_by(opportunity.c.stage).order_by(opportunity.c.stage)
)
FORM = (
    select(opportunity, account.c.name.label("account_name"))
    .join(account, account.c.id == opportunity.c.account).where(opportunity.c.id == bindparam("key"), LIVE)
)
CREATE = insert(opportunity).returning(opportunity.c.id)


COLUMNS = {"name": "Name", "account": "Account", "stage": "Stage", "amount": "Amount", "probability": "Probability",
           "close_date": "Close date", "source": "Source", "is_key": "Key", "contact_name": "Contact", "owner": "Owner"}


class Refused(Exception):
    """A request can't be answered; `problems` are (field, code) pairs."""

    def __init__(self, status: int, problems: list[tuple[str, str]]) -> None:
        super().__init__(status, problems)
        self.status = status
        self.problems = problems


def make_engine(url: str) -> Engine:
    """Open the database; on SQLite transactions begin as Tenon's do: immediate for writes, durable commits."""
    if url.startswith("postgresql"):
        return create_engine(url, pool_size=8, max_overflow=24)
    engine = create_engine(url, pool_size=16)

    @event.listens_for(engine, "connect")
    def _connected(connection, _record):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.pop("writes", False) else "BEGIN")

    return engine


def create_app(url: str) -> Flask:
    """Make the application on a database that `load` filled."""
    engine = make_engine(url)
    app = Flask(NAME, template_folder=os.path.join(os.path.dirname(__file__), "templates"))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    def transaction():
        connection = engine.connect()
        if request.method in ("POST", "PATCH"):
            connection.info["writes"] = True
        return connection

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.connection = transaction()
        g.transaction = g.connection.begin()
        g.who = who(g.connection)

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        connection = g.pop("connection", None)
        if connection is None:
            return
        if error is None and not g.get("refused"):
            g.transaction.commit()
        else:
            g.transaction.rollback()
        connection.close()

    @app.after_request
    def complete(response: Response) -> Response:
        response.headers.update(HEADERS if response.mimetype == "application/json" else HEADERS | PAGE_HEADERS)
        who, spent = g.get("who"), 1000 * (time.perf_counter() - g.started)
        logger.info("%s %s %s %.1f %s", request.method, request.path, response.status_code, spent, who and who.id)
        return response

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        g.refused = True
        body = {"status": error.status, "errors": [{"field": field, "code": code} for field, code in error.problems]}
        return Response(json.dumps(body), error.status, mimetype="application/problem+json")

    app.get("/opportunities/<int:key>")(get_one)
    app.get("/opportunities")(get_page)
    app.post("/opportunities")(create)
    app.patch("/opportunities/<int:key>")(change)
    app.get("/opportunities/by-stage")(grouped)
    app.get("/pages/opportunities")(page)
    app.get("/pages/opportunities/<int:key>/edit")(form)
    return app


def who(connection: Connection) -> object:
    """Find out on whose behalf a request comes and what that person may do, in one statement."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not secret:
        raise Refused(401, [])
    found = connection.execute(WHO, {"hash": hashlib.sha256(secret.encode()).hexdigest()}).first()
    if found is None:
        raise Refused(401, [])
    return found


def require(right: str) -> None:
    """Refuse whom the role does not grant a right."""
    if not getattr(g.who, right):
        raise Refused(403, [])


def get_one(key: int) -> Response:
    """Answer one opportunity."""
    require("can_read")
    row = g.connection.execute(ONE, {"key": key}).mappings().first()
    if row is None:
        raise Refused(404, [])
    return answer(as_json(row), headers={"ETag": f'"{row["version"]}"'})


def get_page() -> Response:
    """Answer the dearest opportunities of a stage above an amount, with their number."""
    require("can_read")
    bound = {"stage": request.args.get("stage", ""), "above": amount(request.args.get("above", "0")),
             "rows": min(request.args.get("limit", 50, int), MAX_PAGE)}
    rows = g.connection.execute(PAGE, bound).mappings().all()
    total = g.connection.execute(COUNT, bound).scalar_one()
    return answer({"records": [as_json(row) for row in rows], "count": total})


def create() -> Response:
    """Create an opportunity with its history row."""
    require("can_create")
    values = checked(request.get_json(), REQUIRED)
    check_references(values)
    now = datetime.now(timezone.utc)
    me = g.who.id
    key = g.connection.execute(CREATE, {
        **dict.fromkeys(WRITABLE), "is_key": False, **values, "owner": me, "created_at": now, "created_by": me,
        "updated_at": now, "updated_by": me, "version": 1,
    }).scalar_one()
    remember(key, 1, now, {name: [None, value] for name, value in values.items()})
    return answer({"id": key, "version": 1}, 201)


def change(key: int) -> Response:
    """Change some fields of an opportunity whose version the client knows."""
    require("can_edit")
    values = checked(request.get_json(), ())
    check_references(values)
    old = g.connection.execute(ONE.with_for_update() if postgresql() else ONE, {"key": key}).mappings().first()
    if old is None:
        raise Refused(404, [])
    if request.headers.get("If-Match", "").strip('"') != str(old["version"]):
        raise Refused(412, [("version", "conflict")])
    changes = {name: [old[name], value] for name, value in values.items() if old[name] != value}
    now = datetime.now(timezone.utc)
    version = old["version"] + 1
    written = g.connection.execute(
        update(opportunity).where(opportunity.c.id == key, opportunity.c.version == old["version"]),
        {**values, "updated_at": now, "updated_by": g.who.id, "version": version},
    )
    if written.rowcount != 1:
        raise Refused(412, [("version", "conflict")])
    remember(key, version, now, changes)
    return answer({"id": key, "version": version})


def grouped() -> Response:
    """Answer number and sum per stage."""
    require("can_read")
    rows = g.connection.execute(GROUPED).all()
    return answer({"groups": [{"stage": stage, "n": number, "total": str(total)} for stage, number, total in rows]})


def page() -> str:
    """Show the dearest opportunities of a stage."""
    require("can_read")
    bound = {"stage": request.args.get("stage", "negotiate"), "rows": 50}
    rows = g.connection.execute(HTML_PAGE, bound).all()
    total = g.connection.execute(HTML_COUNT, {"stage": bound["stage"]}).scalar_one()
    return render_template(
        "list.html", rows=rows, total=total, stages=STAGES, sources=SOURCES, stage=bound["stage"], me=g.who,
        csrf=csrf_token(), columns=COLUMNS,
    )


def form(key: int) -> str:
    """Show the form that changes an opportunity."""
    require("can_edit")
    row = g.connection.execute(FORM, {"key": key}).first()
    if row is None:
        raise Refused(404, [])
    return render_template(
        "form.html", row=row, stages=STAGES, sources=SOURCES, me=g.who, csrf=csrf_token(),
    )


def csrf_token() -> str:
    """Make the token that proves that a form is ours."""
    return hmac.new(SIGNING_KEY, str(g.who.id).encode(), "sha256").hexdigest()


def checked(body: Mapping[str, object], required: tuple[str, ...]) -> dict[str, object]:
    """Check and convert a client's values; raises Refused with all problems."""
    problems = [(name, "unknown_field") for name in body if name not in WRITABLE]
    problems += [(name, "required") for name in required if body.get(name) in (None, "")]
    values: dict[str, object] = {}
    for name, raw in body.items():
        if name not in WRITABLE:
            continue
        try:
            values[name] = None if raw in (None, "") else CONVERT[name](raw)
        except (ValueError, TypeError, InvalidOperation):
            problems.append((name, "invalid"))
    if problems:
        raise Refused(422, problems)
    return values


def check_references(values: Mapping[str, object]) -> None:
    """Refuse an account that does not exist."""
    if "account" in values:
        found = g.connection.execute(select(account.c.id).where(account.c.id == bindparam("key")), {"key": values["account"]})
        if found.first() is None:
            raise Refused(422, [("account", "reference_unknown")])


def remember(key: int, version: int, at: datetime, changes: Mapping[str, list[object]]) -> None:
    """Write the history row of a save."""
    g.connection.execute(insert(history), {
        "object": "opportunity", "record": key, "version": version, "at": at, "person": g.who.id,
        "changes": json.dumps(changes, default=str, ensure_ascii=False),
    })


def one_of(codes: Mapping[str, str]):
    """Make the check of a choice."""
    def check(raw: object) -> object:
        if raw not in codes:
            raise ValueError(raw)
        return raw
    return check


def text_of(length: int):
    """Make the check of a text."""
    def check(raw: object) -> str:
        if not isinstance(raw, str) or len(raw) > length:
            raise ValueError(raw)
        return raw.strip()
    return check


def amount(raw: object) -> Decimal:
    """Read an amount that is not negative."""
    value = Decimal(str(raw)).quantize(Decimal("0.01"))
    if value < 0:
        raise ValueError(raw)
    return value


def share(raw: object) -> Decimal:
    """Read a share between 0 and 1."""
    value = Decimal(str(raw)).quantize(Decimal("0.0001"))
    if not 0 <= value <= 1:
        raise ValueError(raw)
    return value


def address(raw: object) -> str:
    """Read an e-mail address."""
    value = text_of(255)(raw)
    if value.count("@") != 1:
        raise ValueError(raw)
    return value


CONVERT = {
    "name": text_of(120), "account": int, "stage": one_of(STAGES), "amount": amount, "probability": share,
    "close_date": date.fromisoformat, "source": one_of(SOURCES), "is_key": bool, "next_step": text_of(255),
    "next_step_date": date.fromisoformat, "contact_name": text_of(60), "contact_email": address,
    "contact_phone": text_of(40), "quantity": int, "description": text_of(32000),
}


def as_json(row: Mapping[str, object]) -> dict[str, object]:
    """Turn a row into what JSON can say."""
    return {name: plain(value) for name, value in row.items()}


def plain(value: object) -> object:
    """Turn a value into what JSON can say."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def answer(body: object, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(body, ensure_ascii=False), status, headers, mimetype="application/json")


def postgresql() -> bool:
    """Whether rows can be locked."""
    return g.connection.dialect.name == "postgresql"
