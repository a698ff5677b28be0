"""What is sold in the year: 72 contracts with the planned amount per month, and the opportunities around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from plugins.finance_demo.catalogue import LIST_PRICE, RIVAL_NAMES, Line
from plugins.finance_demo.chance import Draw, chosen, dealt
from plugins.finance_demo.customers import Customer
from plugins.finance_demo.days import AS_OF, some_workday, workday
from plugins.finance_demo.people import FAST, HIRED, SLOW

MONTHLY = (120, 132, 128, 140, 155, 150, 162, 171, 168, 180, 194, 205)
"""Amount of the contracts signed in a month, in units of 10,000 yuan."""

CONTRACTS = (5, 5, 6, 5, 6, 6, 6, 6, 6, 6, 7, 8)
FROM_LEADS = {"won": 27, "lost": 33, "open": 30}
OTHERS = {"won": 45, "lost": 11, "open": 14}
QUOTED = {("won", True): 27, ("won", False): 45, ("lost", True): 15, ("lost", False): 5, ("open", True): 12, ("open", False): 6}
"""How many opportunities come to a quote, by outcome and by whether they began as a lead: 54 did."""

STALLED, KEY = 8, 6

BUSINESS = {
    # kind of customer: (record type, business, what is sold) by how often
    "personal": {
        ("general", "wealth", "WM-FIX365"): 30, ("general", "wealth", "WM-MIX"): 14, ("general", "wealth", "FUND-BOND"): 10,
        ("general", "deposit", "DEP-CD"): 10, ("insurance", "insurance", "INS-ANN"): 14, ("loan", "loan", "LOAN-BIZ"): 12,
        ("securities", "securities", "WM-EQ"): 10,
    },
    "corporate": {
        ("general", "corp", "DEP-AGREE"): 25, ("loan", "loan", "LOAN-WC"): 35, ("general", "corp", "DEP-STRUCT"): 20,
        ("general", "wealth", "WM-FIX90"): 20,
    },
}
SERVICE = {"personal": "SVC-ADV", "corporate": "FEE-CASH"}
"""What is sold along with it, and where a discount is given."""

STAGES = {
    # record type: open stages (early ones first) with their limit of days, won, lost
    "general": ((("discover", 14), ("qualify", 21), ("proposal", 21), ("negotiate", 14), ("approve", 7)), "won", "lost"),
    "loan": ((("intention", 30), ("apply", 30), ("survey", 30), ("review", 30), ("sign", 30)), "disburse", "rejected"),
    "insurance": ((("approach", 30), ("needs", 30), ("plan", 30), ("insure", 30), ("underwrite", 30)), "issued", "declined"),
    "securities": ((("contact", 30), ("visit", 30), ("suitability", 30), ("open", 30), ("fund", 30)), "trade", "lost"),
}
DISCOUNTS = {"auto": 70, "head": 22, "city": 12, "committee": 3, "rejected": 3}
"""Who has to approve the quotes of 110 opportunities."""

RANGES = {"auto": (0, 5), "head": (6, 10), "city": (11, 20), "committee": (21, 24), "rejected": (21, 24)}
"""The discount in percent."""


@dataclass(frozen=True, slots=True)
class Deal:
    """One opportunity from its beginning to its end, or to where it stands."""

    id: str
    customer: Customer
    outcome: str
    from_lead: bool
    quoted: bool
    record_type: str
    business: str
    stage: str
    created: date
    entered: date
    closes: date
    lines: tuple[Line, ...]
    header_discount: Decimal = Decimal(0)
    approval: str | None = None
    is_key: bool = False

    @property
    def amount(self) -> Decimal:
        """What the customer pays."""
        return (sum((each.amount for each in self.lines), Decimal(0)) * (1 - self.header_discount)).quantize(Decimal("0.01"))

    @property
    def draw(self) -> Draw:
        """Further chance about this deal."""
        return Draw("opportunity", self.id)


S13_LINES = (Line("FEE-CUSTODY", Decimal(4), Decimal(28500)), Line("FEE-CASH", Decimal(4), Decimal(19000)))
"""Five percent off each line and ten off the whole: 14.5 percent, which the city manager has to approve."""


def deals(customers: list[Customer]) -> list[Deal]:
    """The 160 opportunities: won, lost, open."""
    won = _won([each for each in customers if each.status == "success" and each.kind != "partner"])
    fresh = [each for each in customers if each.status in ("potential", "base") and each.kind != "partner" and not each.is_story]
    fresh = chosen("opportunity", "from leads", fresh, FROM_LEADS["lost"] + FROM_LEADS["open"])
    known = [each.customer for each in won if each.customer.id[0] == "A"]
    known = chosen("opportunity", "further", known, OTHERS["lost"] + OTHERS["open"])
    loose = [(each, True) for each in fresh] + [(each, False) for each in known]
    outcomes = {
        lead: iter(dealt("opportunity", f"outcome {lead}", {name: counts[name] for name in ("lost", "open")}))
        for lead, counts in ((True, FROM_LEADS), (False, OTHERS))
    }
    pairs = [(customer, lead, next(outcomes[lead])) for customer, lead in loose]
    quoted = {
        (outcome, lead): iter(dealt("opportunity", f"quoted {outcome} {lead}", {
            True: QUOTED[outcome, lead], False: sum(p[1:] == (lead, outcome) for p in pairs) - QUOTED[outcome, lead],
        }))
        for outcome in ("lost", "open") for lead in (True, False)
    }
    rest = [
        _loose(f"O{number:03d}", customer, outcome, lead, next(quoted[outcome, lead]))
        for number, (customer, lead, outcome) in enumerate(pairs, start=len(won) + 1)
    ]
    return _with_approvals(won + _stalled_and_key(rest))


def _won(customers: list[Customer]) -> list[Deal]:
    """The 72 won ones, in the order of their contracts."""
    dated = _contract_days(customers)
    lead_like = [each for each, day in dated if day.month >= 3 and not each.is_story]
    from_leads = {each.id for each in chosen("contract", "from leads", lead_like, FROM_LEADS["won"])}
    amounts = _amounts([(each, day) for each, day in dated])
    return [
        _sold(f"O{number:03d}", customer, day, amounts[customer.id], customer.id in from_leads)
        for number, (customer, day) in enumerate(dated, start=1)
    ]


FIXED_DAYS = {
    "S13": date(2025, 10, 20), "S29-1": HIRED[FAST] + timedelta(days=6), "S29-2": HIRED[SLOW] + timedelta(days=19),
    "S09": date(2025, 8, 12), "S31": date(2025, 6, 18),
}


def _contract_days(customers: list[Customer]) -> list[tuple[Customer, date]]:
    """Who signs when: 72 of the won customers, sorted by day."""
    fixed = [each for each in customers if each.id in FIXED_DAYS]
    months = {month: count - sum(day.month == month for day in FIXED_DAYS.values()) for month, count in enumerate(CONTRACTS, start=1)}
    others = chosen("contract", "customer", [each for each in customers if each.id not in FIXED_DAYS], sum(months.values()))
    dated = [(each, FIXED_DAYS[each.id]) for each in fixed]
    newcomers = {FAST: 9, SLOW: 11}
    order = sorted(others, key=lambda each: -newcomers.get(each.owner or "", 0))
    free = dealt("contract", "month", months)
    for customer in order:
        earliest = newcomers.get(customer.owner or "", 1)
        month = next(each for each in free if each >= earliest)
        free.remove(month)
        dated.append((customer, some_workday(Draw("contract", customer.id), "sign_date", month)))
    return sorted(dated, key=lambda pair: (pair[1], pair[0].id))


def _amounts(dated: list[tuple[Customer, date]]) -> dict[str, Decimal]:
    """Amounts in steps of 100 yuan; the last contract of a month takes what is left of the month."""
    amounts: dict[str, Decimal] = {}
    for month, planned in enumerate(MONTHLY, start=1):
        signed = sorted((each for each, day in dated if day.month == month), key=lambda each: each.id != "S13")
        left = Decimal(planned * 10_000)
        for customer in signed[:-1]:
            share = planned * 10_000 / len(signed) * (0.35 + 1.05 * Draw("contract", customer.id).u("amount"))
            amounts[customer.id] = Decimal(171_000) if customer.id == "S13" else Decimal(int(share / 100) * 100)
            left -= amounts[customer.id]
        amounts[signed[-1].id] = left
    return amounts


def _sold(deal: str, customer: Customer, signed: date, amount: Decimal, from_lead: bool) -> Deal:
    draw = Draw("opportunity", deal)
    if customer.id == "S13":
        kind: tuple[str, str, str] = ("general", "service", "")
        lines, header = S13_LINES, Decimal("0.1")
    else:
        kind = draw.weighted("kind", BUSINESS[customer.kind])
        lines, header = _lines(kind[2], customer.kind, amount, draw.number("service discount", 0, 5)), Decimal(0)
    began = HIRED.get(customer.owner or "")
    days = draw.number("days", 18, 60)
    created = began + timedelta(days=1) if customer.id.startswith("S29") and began else signed - timedelta(days=days)
    if began:
        created = max(created, began + timedelta(days=1))
    stage = STAGES[kind[0]][1]
    return Deal(deal, customer, "won", from_lead, True, kind[0], kind[1], stage, workday(created), signed, signed, lines, header)


def _lines(product: str, kind: str, amount: Decimal, percent: int) -> tuple[Line, ...]:
    """A service at a discount, and the rest of the amount in the main product at its list price."""
    service, listed = SERVICE[kind], LIST_PRICE[SERVICE[kind]]
    price = Decimal(listed) * (100 - percent) / 100
    rest = amount - price
    if rest < 10_000:
        return (Line(product, (amount / LIST_PRICE[product]).quantize(Decimal("0.0001")), Decimal(LIST_PRICE[product])),)
    main = Line(product, (rest / LIST_PRICE[product]).quantize(Decimal("0.0001")), Decimal(LIST_PRICE[product]))
    if main.amount != rest:
        # a product sold by the piece: the price of the piece makes the amount come out
        pieces = max(int(rest / LIST_PRICE[product]), 1)
        main = Line(product, Decimal(pieces), (rest / pieces).quantize(Decimal("0.01")))
    return main, Line(service, Decimal(1), price.quantize(Decimal("0.01")))


def _loose(deal: str, customer: Customer, outcome: str, from_lead: bool, quoted: bool) -> Deal:
    """A lost or an open opportunity."""
    draw = Draw("opportunity", deal)
    kind = draw.weighted("kind", BUSINESS[customer.kind])
    stages, _, lost = STAGES[kind[0]]
    amount = Decimal(draw.number("amount", 300, 9000) * 100)
    if outcome == "lost":
        created = workday(draw.day("created", date(2025, 1, 6), date(2025, 9, 30)))
        entered = workday(created + timedelta(days=draw.number("days", 20, 75)))
        closes, stage = entered, lost
    else:
        place = draw.number("stage", 2, 4) if quoted else draw.number("stage", 0, 1)
        stage, limit = stages[place]
        entered = AS_OF - timedelta(days=draw.number("in stage", 0, limit - 2))
        created = workday(entered - timedelta(days=12 * place + draw.number("before", 1, 8)))
        closes = workday(AS_OF + timedelta(days=draw.number("closes", 10, 90)))
    lines = _lines(kind[2], customer.kind, amount, 0)
    return Deal(deal, customer, outcome, from_lead, quoted, kind[0], kind[1], stage, created, entered, closes, lines)


def _stalled_and_key(deals: list[Deal]) -> list[Deal]:
    """Let 8 open opportunities stand still, and make 6 others key."""
    is_open = [each for each in deals if each.outcome == "open"]
    stalled = {each.id for each in chosen("opportunity", "stalled", is_open, STALLED)}
    key = {each.id for each in chosen("opportunity", "key", [each for each in is_open if each.id not in stalled], KEY)}
    return [_changed(each, each.id in stalled, each.id in key) for each in deals]


def _changed(deal: Deal, stalled: bool, key: bool) -> Deal:
    if stalled:
        limit = dict(STAGES[deal.record_type][0])[deal.stage]
        entered = AS_OF - timedelta(days=limit + deal.draw.number("stalled", 4, 30))
        return replace(deal, entered=entered, created=workday(entered - (deal.entered - deal.created)))
    if key:
        amount = Decimal(deal.draw.number("key amount", 12, 38) * 100_000)
        product = deal.lines[0].product
        return replace(deal, is_key=True, lines=_lines(product, deal.customer.kind, amount, 0))
    return deal


def _with_approvals(deals: list[Deal]) -> list[Deal]:
    """Give the quoted ones the discount that their approver may grant."""
    loose = [each for each in deals if each.quoted and each.outcome == "lost"]
    rejected = {each.id for each in chosen("quote", "rejected", loose, DISCOUNTS["rejected"])}
    counts = {level: count - (level == "city") for level, count in DISCOUNTS.items() if level != "rejected"}
    levels = iter(dealt("quote", "approval", counts))
    changed = []
    for deal in deals:
        if not deal.quoted:
            changed.append(deal)
        elif deal.customer.id == "S13" and deal.outcome == "won":
            changed.append(replace(deal, approval="city"))
        else:
            level = "rejected" if deal.id in rejected else next(levels)
            percent = deal.draw.number("discount", *RANGES[level])
            main = deal.lines[0].product
            lines = _lines(main, deal.customer.kind, deal.amount, percent)
            changed.append(replace(deal, approval=level, lines=lines))
    return changed


def lost_to(deal: Deal) -> str | None:
    """The competitor who won a lost opportunity, for four out of ten."""
    if deal.outcome == "lost" and deal.draw.happens("rival", 0.4):
        return deal.draw.pick("winner", RIVAL_NAMES)
    return None
