"""Campaigns with their members and expenses, and the 400 leads of the golden funnel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugins.finance_demo.chance import Draw, chosen, dealt
from plugins.finance_demo.customers import Customer
from plugins.finance_demo.days import AS_OF, at, by_month, office_hour, some_workday, workday
from plugins.finance_demo.deals import Deal
from plugins.finance_demo.fakes import company, mail, mobile, person
from plugins.finance_demo.files import BLANK, Record, SeedFile
from plugins.finance_demo.people import SELLERS, UNIT_OF

COSTS = (10, 18, 9, 16, 12, 20, 11, 22, 13, 19, 15, 24)
"""What campaigns cost in a month, in units of 10,000 yuan; 189 in the year."""

CAMPAIGNS = (
    # kind, month, name, in English, members
    ("salon", 1, "新春财富沙龙", "New Year wealth salon", 90), ("email", 2, "理财通讯第一期", "Wealth newsletter 1", 80),
    ("seminar", 3, "小微企业融资研讨会", "Small-business finance seminar", 60), ("salon", 4, "春季保险沙龙", "Spring insurance salon", 90),
    ("sms", 5, "信用卡短信推广", "Card SMS campaign", 60), ("email", 6, "年中资产配置邮件", "Mid-year allocation e-mail", 80),
    ("letter", 7, "私行客户致信", "Letter to private-bank clients", 30), ("salon", 8, "基金投资沙龙", "Fund salon", 90),
    ("phone", 9, "存量客户电话回访", "Follow-up calls", 20), ("seminar", 10, "跨境结算研讨会", "Cross-border settlement seminar", 60),
    ("email", 11, "岁末理财邮件", "Year-end wealth e-mail", 80), ("salon", 12, "家族财富沙龙", "Family wealth salon", 90),
    ("sms", 12, "年终积分短信", "Year-end points SMS", 60), ("fax", 8, "机构客户传真通知", "Fax to institutions", 10),
)
ITEMS = ("venue", "material", "gift", "catering", "media", "labour")
ATTENDED = 60
"""How many come to each salon: 240 in the year."""

STATES = {
    "salon": {"declined": 18, "no_show": 12}, "seminar": {"attended": 30, "declined": 15, "no_show": 15},
    "email": {"sent": 40, "opened": 22, "clicked": 12, "failed": 4, "unsubscribed": 2}, "sms": {"sent": 52, "failed": 5, "unsubscribed": 3},
    "letter": {"sent": 27, "failed": 3}, "phone": {"accepted": 8, "declined": 12}, "fax": {"sent": 10},
}


@dataclass(frozen=True, slots=True)
class Campaign:
    """One of the fourteen."""

    id: str
    kind: str
    month: int
    name: str
    english: str
    size: int

    @property
    def day(self) -> date:
        """When it takes place."""
        return some_workday(Draw("campaign", self.id), "day", self.month)


def campaigns_of_year() -> list[Campaign]:
    """The fourteen campaigns."""
    return [Campaign(f"CP{number:02d}", kind, *rest) for number, (kind, *rest) in enumerate(CAMPAIGNS, start=1)]


def campaigns(every: list[Campaign]) -> tuple[SeedFile, SeedFile]:
    """The campaigns and what they cost, month by month."""
    expenses: list[Record] = []
    spent = {each.id: Decimal(0) for each in every}
    for month, cost in enumerate(COSTS, start=1):
        payers = [each for each in every if each.month == month]
        left = Decimal(cost * 10_000)
        shares = [(payer, item) for payer in payers for item in chosen("campaign_expense", payer.id, ITEMS, 3)]
        for place, (payer, item) in enumerate(shares, start=1):
            amount = left if place == len(shares) else (Decimal(cost * 10_000) / len(shares) * Decimal("0.9")).quantize(Decimal("1"))
            left -= amount
            spent[payer.id] += amount
            day = workday(date(2025, month, 3 + place * 3))
            expenses.append({
                "external_id": f"CE{month:02d}-{place}", "campaign": payer.id, "cost_item": item, "budget": (amount / 1000).to_integral_value() * 1100,
                "actual": amount, "spent_on": day, "payee": "示例会务有限公司", "created_at": at(day, 16),
            })
    records = [_campaign(each, spent[each.id]) for each in sorted(every, key=lambda each: each.day)]
    return SeedFile("campaign", "campaign", "external_id", records), SeedFile("campaign_expense", "campaign_expense", "external_id", expenses)


def _campaign(campaign: Campaign, spent: Decimal) -> Record:
    draw = Draw("campaign", campaign.id)
    return {
        "external_id": campaign.id, "name": {"zh_CN": campaign.name, "en": campaign.english}, "kind": campaign.kind,
        "objective": "提升客户活跃度并产生有效线索", "products": draw.pick("products", (["WM-FIX365", "FUND-BOND"], ["INS-ANN"], ["LOAN-BIZ", "FEE-CASH"])),
        "start_date": campaign.day, "end_date": campaign.day + timedelta(days=1 if campaign.kind in ("salon", "seminar") else 14),
        "budget": (spent / 10_000).to_integral_value() * 11_000, "actual_cost": spent, "expected_revenue": spent * draw.number("revenue", 4, 12),
        "margin_rate": Decimal("0.30"), "stage": "evaluating" if campaign.month == 12 else "closed", "owner": "huang.mkt", "org_unit": "HQ-MKT",
        "created_at": at(campaign.day - timedelta(days=30), 9),
    }


def members(every: list[Campaign], customers: list[Customer], leads: list[Record], contacts: list[Record]) -> SeedFile:
    """900 people who were invited, 240 of whom came to a salon."""
    people = [("account", each.id, each.owner) for each in customers if each.kind == "personal" and each.owner]
    people += [("lead", str(each["external_id"]), each["owner"]) for each in leads if each["owner"] is not BLANK]  # type: ignore[misc]
    staff = [("contact", str(each["external_id"]), None) for each in contacts]
    records: list[Record] = []
    for campaign in every:
        pool = staff if campaign.kind in ("fax", "seminar") else people
        asked = chosen("campaign_member", campaign.id, pool, campaign.size)
        counts = {"attended": ATTENDED, **STATES["salon"]} if campaign.kind == "salon" else STATES[campaign.kind]
        for place, ((kind, key, inviter), state) in enumerate(zip(asked, dealt("campaign_member", campaign.id, counts), strict=True), start=1):
            answered = state in ("attended", "accepted", "declined", "clicked", "opened")
            records.append({
                "external_id": f"{campaign.id}-M{place:02d}", "campaign": campaign.id, "party": {kind: key}, "inviter": inviter, "state": state,
                "response_at": at(campaign.day, 11) if answered else None, "created_at": at(campaign.day - timedelta(days=10), 10),
            })
    return SeedFile("campaign_member", "campaign_member", "external_id", records)


LEADS = 400
SOURCES = {
    "web": 50, "visitor": 20, "phone": 40, "email": 15, "branch": 45, "campaign": 70, "survey": 10, "referral": 40, "partner": 20,
    "import": 30, "call": 30, "netbank": 20, "atm": 5, "mail": 5,
}
FATES = {"qualified": 90, "invalid": 70, "pooled": 20, "new": 15, "assigned": 25, "accepted": 25, "contacting": 65}
"""What becomes of the 310 leads that are not converted."""

REASONS = ("no_number", "no_interest", "duplicate", "unqualified", "peer", "refuses", "other")
CATEGORY = {"wealth": "WM", "deposit": "DEP", "loan": "LOAN", "insurance": "INS", "securities": "SEC", "corp": "FEE", "service": "FEE"}


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead before it is written: when it came, from where, and the deal it became."""

    number: int
    day: date
    source: str
    status: str
    deal: Deal | None = None

    @property
    def id(self) -> str:
        """Its key among the seeds."""
        return f"L{self.number:03d}"


def leads_of(deals: list[Deal]) -> list[Lead]:
    """400 leads: 90 converted into opportunities, 90 more effective, 220 not."""
    sources = dealt("lead", "source", SOURCES)
    fates = iter(dealt("lead", "fate", FATES))
    became = [each for each in deals if each.from_lead]
    dated = [(workday(each.created - timedelta(days=each.draw.number("lead", 3, 16))), each) for each in became]
    months = [month for month, count in enumerate(by_month(LEADS - len(became)), start=1) for _ in range(count)]
    loose = [(some_workday(Draw("lead", f"loose {place}"), "day", month), None) for place, month in enumerate(months)]
    every = sorted([*dated, *loose], key=lambda pair: (pair[0], pair[1].id if pair[1] else ""))
    return [
        Lead(number, day, sources[number - 1], "converted" if deal else next(fates), deal)
        for number, (day, deal) in enumerate(every, start=1)
    ]


def leads(every: list[Lead], campaigns: list[Campaign]) -> SeedFile:
    """The leads."""
    return SeedFile("lead", "lead", "external_id", [_lead(each, campaigns) for each in every])


def campaign_of(lead: Lead, campaigns: list[Campaign]) -> str | None:
    """The campaign that brought a lead: the last one before it."""
    if lead.source != "campaign":
        return None
    before = [each for each in campaigns if each.day <= lead.day]
    return max(before, key=lambda each: each.day).id if before else None


def _lead(lead: Lead, campaigns: list[Campaign]) -> Record:
    draw, deal = Draw("lead", lead.number), lead.deal
    came, hour, minute = office_hour(draw, "created_at", lead.day)
    corporate = deal.customer.kind == "corporate" if deal else draw.happens("corporate", 0.28)
    owner = _owner(lead, draw)
    effective = lead.status in ("converted", "qualified")
    answered = lead.status not in ("new", "assigned", "accepted")
    replied = at(lead.day, min(hour + draw.number("hours", 0, 3), 20), minute) if draw.happens("prompt", 0.85) else at(lead.day + timedelta(days=2), 10)
    return {
        "external_id": lead.id, "lead_type": "corporate" if corporate else "visitor" if lead.source == "visitor" and not deal else "personal",
        **_whom(lead, corporate, draw), "source": lead.source, "campaign": campaign_of(lead, campaigns),
        "interest": [CATEGORY[deal.business]] if deal else [draw.pick("interest", tuple(CATEGORY.values()))],
        "est_amount": deal.amount if deal else Decimal(draw.number("amount", 30, 3000) * 1000),
        "rating": "hot" if deal and deal.outcome == "won" else draw.weighted("rating", {"hot": 20, "warm": 50, "cold": 30}),
        "urgency": "escalated" if draw.happens("urgency", 0.04) else None, "status": lead.status,
        "invalid_reason": draw.pick("reason", REASONS) if lead.status == "invalid" else None,
        "first_response_due": at(lead.day + timedelta(days=1), hour, minute), "first_response_at": replied if answered else None,
        "next_follow_at": at(workday(AS_OF + timedelta(days=draw.number("next", 1, 12))), 10) if lead.status in ("accepted", "contacting") else None,
        "effective_at": replied if effective else None, "consent_marketing": True if effective else None, "consent_at": replied if effective else None,
        "converted_account": deal.customer.id if deal else None, "converted_opportunity": deal.id if deal else None,
        "owner": owner or BLANK, "org_unit": deal.customer.unit if deal else UNIT_OF[owner] if owner else "SH", "created_at": came,
    }


def _owner(lead: Lead, draw: Draw) -> str | None:
    if lead.deal:
        return lead.deal.customer.owner
    region = draw.weighted("region", {"SH": 39, "BJ": 31, "GD": 19, "HZ": 11})
    return None if lead.status in ("new", "pooled") else draw.pick("owner", SELLERS[region])


def _whom(lead: Lead, corporate: bool, draw: Draw) -> Mapping[str, object]:
    """Who the lead is about; a converted one bears its customer's name."""
    who = person(draw)
    if corporate:
        name = lead.deal.customer.name if lead.deal else company(200 + lead.number, draw)[0]
        return {"company": name, "person_name": who, "job_title": draw.pick("title", ("经理", "财务", "总经理")), "mobile": mobile(50_000 + lead.number)}
    if lead.source == "email":
        return {"person_name": who, "email": mail(f"lead{lead.number:03d}")}
    return {"person_name": lead.deal.customer.name if lead.deal else who, "mobile": mobile(50_000 + lead.number)}
