"""Opportunities with their lines and competitors, and the quotes made for them, as seed files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from plugins.finance_demo.catalogue import FLOOR, LIST_PRICE, PRODUCTS, RIVAL_KIND, RIVAL_NAMES, RIVALS, STANDARD_BOOK
from plugins.finance_demo.chance import chosen, dealt
from plugins.finance_demo.days import at, workday
from plugins.finance_demo.deals import Deal, lost_to
from plugins.finance_demo.files import BLANK, Record, SeedFile

NAME_OF = {code: name for code, name, *_ in PRODUCTS}
SECOND_VERSIONS = 38
"""How many quotes beside S13's three have an earlier version: 110 quotes in 150 versions."""

LOST_QUOTES, OPEN_QUOTES = {"declined": 11, "expired": 6}, {"approved": 5, "sent": 6, "in_review": 5, "accepted": 2}
FORECAST = {"won": "closed", "lost": "omitted"}


def title(deal: Deal) -> str:
    """What an opportunity is called."""
    return f"{deal.customer.name} {NAME_OF[deal.lines[0].product]}"


def owner(deal: Deal) -> tuple[str, str]:
    """Who looks after a deal, and in which unit; a pooled customer's deal is left to the unit's region."""
    return deal.customer.owner or "", deal.customer.unit


def opportunities(deals: list[Deal], lead_of: dict[str, str], campaign_of: dict[str, str]) -> SeedFile:
    """The 160 opportunities."""
    records = [_opportunity(each, lead_of.get(each.id), campaign_of) for each in sorted(deals, key=lambda each: (each.created, each.id))]
    return SeedFile("opportunity", "opportunity", "external_id", records)


def _opportunity(deal: Deal, lead: str | None, campaign_of: dict[str, str]) -> Record:
    draw, customer, is_open = deal.draw, deal.customer, deal.outcome == "open"
    rival = lost_to(deal)
    reasons = ("price", "product", "relation", "timing", "credit", "service", "no_need")
    return {
        "external_id": deal.id, "record_type": deal.record_type, "name": title(deal), "account": customer.id,
        "primary_contact": f"{customer.id}-C1" if customer.kind == "corporate" else None, "biz_type": deal.business,
        "stage": deal.stage, "amount": deal.amount, "close_date": deal.closes, "is_key": deal.is_key or None,
        "forecast_cat": FORECAST.get(deal.outcome) or draw.pick("forecast", ("pipeline", "best", "commit")),
        "source": draw.pick("source", ("web", "branch", "referral", "call", "phone")) if lead is None else None,
        "lead": lead, "campaign": campaign_of.get(lead or ""),
        "next_step": draw.pick("next", ("确认方案", "约见决策人", "补充资料", "提交审批")) if is_open else None,
        "next_step_date": workday(deal.closes - timedelta(days=7)) if is_open else None,
        "loss_reason": "competitor" if rival else draw.pick("reason", reasons) if deal.outcome == "lost" else None, "lost_to": rival,
        "stage_entered_at": at(deal.entered, 10), "owner": customer.owner or BLANK, "org_unit": customer.unit,
        "created_at": at(deal.created, 9, 30),
    }


def opportunity_lines(deals: list[Deal]) -> SeedFile:
    """What is wanted."""
    records: list[Record] = [
        {
            "external_id": f"{deal.id}-L{place}", "opportunity": deal.id, "product": line.product, "quantity": line.quantity,
            "unit_price": line.price, "created_at": at(deal.created, 9, 30),
        }
        for deal in deals for place, line in enumerate(deal.lines, start=1)
    ]
    return SeedFile("opportunity_line", "opportunity_line", "external_id", records)


def rivals_met(deals: list[Deal]) -> SeedFile:
    """Whom we meet on which opportunity: 95 times."""
    records: list[Record] = []
    met = {each.id: rival for each in deals if (rival := lost_to(each))}
    further = dealt("opportunity_competitor", "number", {1: 95 - len(met) - 2 - 8, 2: 4})
    story = [each.id for each in deals if each.customer.id == "S13" and each.outcome == "won"]
    others = chosen("opportunity_competitor", "where", [d for d in deals if d.id not in met and d.id not in story], len(further))
    counts = {**{each.id: count for each, count in zip(others, further, strict=True)}, **{each: 2 for each in story}}
    for deal in deals:
        winner = met.get(deal.id)
        names = [winner] if winner else chosen("opportunity_competitor", deal.id, RIVAL_NAMES, counts.get(deal.id, 0))
        records.extend(_rival(deal, place, name, winner) for place, name in enumerate(names, start=1) if name)
    return SeedFile("opportunity_competitor", "opportunity_competitor", "external_id", records)


def _rival(deal: Deal, place: int, name: str, winner: str | None) -> Record:
    draw = deal.draw
    standing = "winner" if name == winner else "out" if deal.outcome == "won" else draw.pick(f"standing {place}", ("lead", "even", "behind"))
    number = [each[0] for each in RIVALS].index(name) + 1
    return {
        "external_id": f"{deal.id}-R{place}", "opportunity": deal.id, "competitor": name, "product": f"R{number}-1",
        "quoted_price": (deal.amount * draw.number(f"price {place}", 92, 108) / 100).quantize(Decimal("0.01")), "standing": standing,
        "seen_on": deal.created + timedelta(days=2), "note": "佣金让利" if RIVAL_KIND[name] == "broker" else None,
        "created_at": at(deal.created, 11),
    }


def quotes(deals: list[Deal]) -> tuple[SeedFile, SeedFile]:
    """110 quotes in 150 versions, and their lines; the last version counts."""
    quoted = [each for each in deals if each.quoted]
    two = {each.id for each in chosen("quote", "versions", [d for d in quoted if d.customer.id != "S13"], SECOND_VERSIONS)}
    statuses = _statuses(quoted)
    headers: list[Record] = []
    lines: list[Record] = []
    for deal in quoted:
        versions = 3 if deal.customer.id == "S13" else 2 if deal.id in two else 1
        for version in range(1, versions + 1):
            header = _quote(deal, version, versions, statuses[deal.id])
            headers.append(header)
            lines.extend(_quote_lines(deal, header, versions - version))
    headers.sort(key=lambda each: (str(each["created_at"]), str(each["external_id"])))
    return SeedFile("quote", "quote", "external_id", headers), SeedFile("quote_line", "quote_line", "external_id", lines)


def _statuses(quoted: list[Deal]) -> dict[str, str]:
    lost = iter(dealt("quote", "lost", LOST_QUOTES))
    still = iter(dealt("quote", "open", OPEN_QUOTES))
    return {
        deal.id: "converted" if deal.outcome == "won" else "rejected" if deal.approval == "rejected"
        else next(lost) if deal.outcome == "lost" else next(still)
        for deal in quoted
    }


def _quote(deal: Deal, version: int, versions: int, status: str) -> Record:
    first = deal.created + (deal.entered - deal.created) * 2 // 3
    day = max(deal.created, first - timedelta(days=3 * (versions - version)))
    subtotal = sum((line.amount for line in _as_offered(deal, versions - version)), Decimal(0))
    return {
        "external_id": f"Q{deal.id[1:]}-V{version}", "title": f"{title(deal)} 报价", "opportunity": deal.id, "account": deal.customer.id,
        "contact": f"{deal.customer.id}-C1" if deal.customer.kind == "corporate" else None, "revision": version,
        "is_primary": version == versions, "price_book": STANDARD_BOOK, "quote_date": day, "valid_until": day + timedelta(days=30),
        "subtotal": subtotal, "header_discount": deal.header_discount if version == versions else 0, "tax_rate": 0,
        "terms": "合同签订后 30/60/10 付款" if deal.customer.id == "S13" else "按合同约定分期付款",
        "status": status if version == versions else "superseded", "owner": deal.customer.owner or BLANK,
        "org_unit": deal.customer.unit, "created_at": at(day, 14, version),
    }


def _as_offered(deal: Deal, before_last: int) -> list:
    """The lines of a version: earlier ones have more of the service."""
    main, *further = deal.lines
    return [main, *(type(each)(each.product, each.quantity + before_last, each.price) for each in further)]


def _quote_lines(deal: Deal, header: Record, before_last: int) -> Iterator[Record]:
    for place, line in enumerate(_as_offered(deal, before_last), start=1):
        listed = max(Decimal(LIST_PRICE[line.product]), line.price)
        yield {
            "external_id": f"{header['external_id']}-L{place}", "quote": header["external_id"], "product": line.product,
            "quantity": line.quantity, "list_price": listed, "unit_price": line.price,
            "floor_price": (LIST_PRICE[line.product] * FLOOR).quantize(Decimal("0.01")), "created_at": header["created_at"],
        }
