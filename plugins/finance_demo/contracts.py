"""Contracts and what follows from them: orders, deliveries, instalments, receipts and invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from plugins.finance_demo.chance import Draw, chosen, dealt
from plugins.finance_demo.days import AS_OF, at, workday
from plugins.finance_demo.deals import Deal
from plugins.finance_demo.files import Record, SeedFile
from plugins.finance_demo.sales import title

KINDS = {"loan": "loan", "deposit": "deposit", "wealth": "wealth", "insurance": "sale", "securities": "service", "service": "service"}
THREE_PARTS, TWO_PARTS = ((30, 10), (60, 45), (10, 150)), ((50, 10), (50, 90))
"""(percent, days after signing) of each instalment."""

RECEIPTS, DRAFTS, TURNED_DOWN = 142, 4, 2
OVERDUE, PARTIAL = 15, 8
INVOICES = 90
ORDER_STAGES = {"closed": 36, "delivered": 8, "shipped": 4, "in_process": 5, "confirmed": 5, "draft": 1, "cancelled": 1}
DELIVERED = {"closed": "signed", "delivered": "signed", "shipped": "out"}


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: its deal and its number."""

    id: str
    number: int
    deal: Deal

    @property
    def signed(self) -> date:
        """When it was signed."""
        return self.deal.closes

    @property
    def draw(self) -> Draw:
        """Chance about this contract."""
        return Draw("contract", self.number)


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a contract's amount: when it is due, and what came in when."""

    contract: Contract
    place: int
    due: date
    amount: Decimal
    paid: tuple[tuple[date, Decimal], ...] = ()

    @property
    def id(self) -> str:
        """Its key among the seeds."""
        return f"{self.contract.id}-P{self.place}"

    @property
    def received(self) -> Decimal:
        """What came in."""
        return sum((amount for _, amount in self.paid), Decimal(0))

    @property
    def state(self) -> str:
        """Where it stands at the end of the year."""
        if self.received == self.amount:
            return "paid"
        if self.received:
            return "partial"
        if self.due <= AS_OF:
            return "overdue"
        return "due" if self.due <= AS_OF + timedelta(days=30) else "pending"


def contracts_of(deals: list[Deal]) -> list[Contract]:
    """The 72 contracts in the order of their signing."""
    won = sorted((each for each in deals if each.outcome == "won"), key=lambda each: (each.closes, each.id))
    return [Contract(f"C{number:03d}", number, deal) for number, deal in enumerate(won, start=1)]


def instalments_of(contracts: list[Contract]) -> list[Instalment]:
    """The 180 instalments, half of the contracts in three parts, with what was paid on them."""
    others = [each for each in contracts if each.deal.customer.id != "S13"]
    three = {each.id for each in chosen("payment_plan", "three parts", others, 35)}
    plans: list[Instalment] = []
    for contract in contracts:
        is_story = contract.deal.customer.id == "S13"
        left = contract.deal.amount
        parts = THREE_PARTS if contract.id in three or is_story else TWO_PARTS
        for place, (percent, days) in enumerate(parts, start=1):
            amount = (contract.deal.amount * percent / 100).quantize(Decimal("0.01")) if place < len(parts) else left
            left -= amount
            plans.append(Instalment(contract, place, workday(contract.signed + timedelta(days=days)), amount))
    return _paid(plans)


def _paid(plans: list[Instalment]) -> list[Instalment]:
    """Pay what was due but for 15 instalments, and 8 more in part; split payments so that there are 136 allocated receipts."""
    story = [each.id for each in plans if each.contract.deal.customer.id == "S13" and each.place == 2]
    due = [each.id for each in plans if each.due <= AS_OF - timedelta(days=2) and each.id not in story]
    late = [each.id for each in plans if date(2025, 8, 1) < each.due and each.id in due and each.place > 1]
    unpaid = {*chosen("payment_plan", "overdue", late, OVERDUE - 1), *story}
    partly = set(chosen("payment_plan", "partial", [each for each in late if each not in unpaid], PARTIAL))
    paying = [each for each in due if each not in unpaid]
    missing = RECEIPTS - DRAFTS - TURNED_DOWN - len(paying)
    split = set(chosen("payment_plan", "split", [each for each in paying if each not in partly], max(missing, 0)))
    if missing < 0:
        raise ValueError(f"{-missing} receipts too many")
    return [replace(each, paid=_payments(each, each.id in partly, each.id in split)) if each.id in paying else each for each in plans]


def _payments(plan: Instalment, partly: bool, split: bool) -> tuple[tuple[date, Decimal], ...]:
    draw = Draw("payment_plan", plan.id)
    day = min(workday(plan.due + timedelta(days=draw.number("late", -6, 4))), AS_OF)
    if partly:
        return ((day, (plan.amount * draw.number("share", 30, 70) / 100).quantize(Decimal("0.01"))),)
    if split:
        half = (plan.amount / 2).quantize(Decimal("0.01"))
        return (day, half), (min(workday(day + timedelta(days=3)), AS_OF), plan.amount - half)
    return ((day, plan.amount),)


def contracts(signed: list[Contract], plans: list[Instalment], quote_of: Mapping[str, str]) -> tuple[SeedFile, SeedFile]:
    """The contracts and their lines; `quote_of` names the quote of each opportunity that counts."""
    records = [_contract(each, [plan for plan in plans if plan.contract.id == each.id], quote_of) for each in signed]
    lines: list[Record] = [
        {
            "external_id": f"{each.id}-L{place}", "contract": each.id, "product": line.product, "quantity": line.quantity,
            "unit_price": line.price * (1 - each.deal.header_discount), "created_at": at(each.signed, 10),
        }
        for each in signed for place, line in enumerate(each.deal.lines, start=1)
    ]
    return SeedFile("contract", "contract", "external_id", records), SeedFile("contract_line", "contract_line", "external_id", lines)


def _contract(contract: Contract, plans: list[Instalment], quote_of: Mapping[str, str]) -> Record:
    deal, draw = contract.deal, contract.draw
    all_paid = all(each.state == "paid" for each in plans)
    stage = "completed" if all_paid else "changing" if deal.customer.id == "S31" else "executing" if contract.signed.month < 12 else "signed"
    return {
        "external_id": contract.id, "record_type": KINDS.get(deal.business, "sale"), "title": f"{title(deal)} 合同",
        "account": deal.customer.id, "contact": f"{deal.customer.id}-C1" if deal.customer.kind == "corporate" else None,
        "opportunity": deal.id, "quote": quote_of[deal.id],
        "summary": f"{title(deal)}，金额 {deal.amount} 元，分 {len(plans)} 期付款", "sign_date": contract.signed,
        "effective_from": contract.signed, "effective_to": contract.signed + timedelta(days=draw.pick("days", (364, 729))),
        "amount": deal.amount, "payment_terms": "/".join(str(int(each.amount * 100 / deal.amount)) for each in plans) + " %",
        "signer": deal.customer.name[:10], "our_signer": deal.customer.owner, "stage": stage, "owner": deal.customer.owner,
        "org_unit": deal.customer.unit, "created_at": at(contract.signed, 10),
    }


def _orders(contracts: list[Contract]) -> list[tuple[Contract, str, str]]:
    """(contract, order, stage) of the 60 orders: S13's is changed while it is in process."""
    story = next(each for each in contracts if each.deal.customer.id == "S13")
    others = [each for each in contracts if each.id != story.id][: sum(ORDER_STAGES.values()) - 1]
    counts = {**ORDER_STAGES, "in_process": ORDER_STAGES["in_process"] - 1}
    stages = [stage for stage, count in counts.items() for _ in range(count)]
    orders = [(each, f"SO{each.number:03d}", stage) for each, stage in zip(others, stages, strict=True)]
    return sorted([*orders, (story, "S14", "in_process")], key=lambda each: each[0].number)


def orders(contracts: list[Contract]) -> SeedFile:
    """The 60 orders."""
    records: list[Record] = [
        {
            "external_id": order, "contract": contract.id, "account": contract.deal.customer.id, "order_date": _ordered(contract),
            "amount": contract.deal.amount, "stage": stage, "note": "客户申请变更数量" if order == "S14" else None,
            "owner": contract.deal.customer.owner, "org_unit": contract.deal.customer.unit, "created_at": at(_ordered(contract), 11),
        }
        for contract, order, stage in _orders(contracts)
    ]
    return SeedFile("order", "order", "external_id", records)


def _ordered(contract: Contract) -> date:
    return min(workday(contract.signed + timedelta(days=2)), AS_OF)


def deliveries(contracts: list[Contract]) -> tuple[SeedFile, SeedFile]:
    """The 48 deliveries and what was in them."""
    headers: list[Record] = []
    lines: list[Record] = []
    for contract, order, stage in _orders(contracts):
        if stage not in DELIVERED:
            continue
        draw, day = contract.draw, min(workday(_ordered(contract) + timedelta(days=5)), AS_OF)
        delivery, signed = f"CK{contract.number:03d}", DELIVERED[stage] == "signed"
        headers.append({
            "external_id": delivery, "order": order, "warehouse": draw.pick("warehouse", ("总行凭证中心", "上海凭证库", "北京凭证库")),
            "carrier": draw.pick("carrier", ("示例速运", "示例快递", "专人送达")), "tracking_no": f"YD{contract.number:08d}",
            "receiver": contract.deal.customer.name[:10], "address": f"示例路{contract.number * 3}号",
            "delivered_on": day if signed else None, "state": DELIVERED[stage], "created_at": at(day, 9),
        })
        for place, line in enumerate(contract.deal.lines, start=1):
            lines.append({
                "external_id": f"{delivery}-L{place}", "delivery": delivery, "product": line.product, "quantity": line.quantity,
                "batch": f"B{day:%Y%m}", "created_at": at(day, 9),
            })
    return (
        SeedFile("delivery", "delivery", "external_id", headers), SeedFile("delivery_line", "delivery_line", "external_id", lines),
    )


def payment_plans(plans: list[Instalment]) -> SeedFile:
    """The 180 instalments."""
    records: list[Record] = [
        {
            "external_id": each.id, "contract": each.contract.id, "period_no": each.place, "due_date": each.due, "amount": each.amount,
            "received": each.received, "state": each.state, "created_at": at(each.contract.signed, 10, 30),
        }
        for each in plans
    ]
    return SeedFile("payment_plan", "payment_plan", "external_id", records)


def receipts(contracts: list[Contract], plans: list[Instalment]) -> tuple[SeedFile, SeedFile]:
    """142 receipts, of which 136 are confirmed and allocated to instalments."""
    money: list[Record] = []
    allocations: list[Record] = []
    came_in = sorted((day, plan.id, place, plan, amount) for plan in plans for place, (day, amount) in enumerate(plan.paid, start=1))
    for number, (day, _, _, plan, amount) in enumerate(came_in, start=1):
        money.append(_receipt(number, plan.contract, day, amount, "confirmed"))
        allocations.append({
            "external_id": f"RC{number:03d}-A1", "receipt": f"RC{number:03d}", "plan": plan.id, "amount": amount, "created_at": at(day, 16),
        })
    for place, state in enumerate(["draft"] * DRAFTS + ["rejected", "reversed"], start=len(money) + 1):
        contract = contracts[place % len(contracts)]
        amount = Decimal(Draw("receipt", place).number("amount", 50, 400) * 100)
        money.append(_receipt(place, contract, date(2025, 12, 30), amount, state))
    return (
        SeedFile("receipt", "receipt", "external_id", money),
        SeedFile("receipt_allocation", "receipt_allocation", "external_id", allocations),
    )


def _receipt(number: int, contract: Contract, day: date, amount: Decimal, state: str) -> Record:
    method = Draw("receipt", number).weighted("method", {"transfer": 85, "third_party": 8, "internal": 5, "cheque": 2})
    return {
        "external_id": f"RC{number:03d}", "account": contract.deal.customer.id, "contract": contract.id, "received_on": day,
        "amount": amount, "method": method, "bank_ref": f"HH{day:%Y%m%d}{number:06d}" if method == "transfer" else None, "state": state,
        "owner": contract.deal.customer.owner, "org_unit": contract.deal.customer.unit, "created_at": at(day, 15),
    }


def invoices(plans: list[Instalment]) -> SeedFile:
    """90 invoices, for instalments that were paid."""
    paid = sorted((each for each in plans if each.state == "paid"), key=lambda each: (each.due, each.id))[:INVOICES]
    kinds = dealt("invoice", "kind", {"electronic": 60, "special": 20, "ordinary": 10})
    records: list[Record] = [
        {
            "invoice_no": f"2599{number:012d}", "contract": plan.contract.id, "kind": kind, "invoice_date": plan.paid[0][0],
            "amount": plan.amount, "state": "issued", "created_at": at(plan.paid[0][0], 17),
        }
        for number, (plan, kind) in enumerate(zip(paid, kinds, strict=True), start=1)
    ]
    return SeedFile("invoice", "invoice", "invoice_no", records)
