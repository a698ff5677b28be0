"""Customers as seed files, with what hangs on them: contacts, households, relations and teams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from plugins.finance_demo.chance import Draw, chosen, dealt
from plugins.finance_demo.customers import Customer
from plugins.finance_demo.days import AS_OF, at, workday
from plugins.finance_demo.deals import Deal
from plugins.finance_demo.fakes import citizen_id, credit_code, mail, mobile, person
from plugins.finance_demo.files import BLANK, Record, SeedFile

PLACES = {
    "SH": ("310000", "310100", "200000"), "BJ": ("110000", "110100", "100000"), "GD": ("440000", "440600", "528000"),
    "HZ": ("330000", "330100", "310000"),
}
AUM = {
    "private": (6_200_000, 18_000_000), "diamond": (1_050_000, 5_200_000), "platinum": (510_000, 960_000), "gold": (55_000, 480_000),
    "mass": (800, 48_000), "strategic": (30_000_000, 90_000_000), "key": (5_000_000, 25_000_000), "normal": (600_000, 4_500_000),
    "small": (50_000, 550_000),
}
FOLLOW_DAYS = {"private": 7, "diamond": 7, "platinum": 15, "gold": 30, "mass": 45, "strategic": 7, "key": 15, "normal": 30, "small": 60}
INCOME = {"private": "ge100", "diamond": "ge100", "platinum": "50to100", "gold": "30to50", "mass": "10to30"}
RISK = {"C1": 10, "C2": 22, "C3": 36, "C4": 20, "C5": 8, "pro": 4}
LIFECYCLE = {"success": "maintain", "potential": "contact", "base": "develop", "lost": "lost", "dormant": "service"}


def created_days(customers: list[Customer], deals: list[Deal]) -> dict[str, date]:
    """When each customer was created: by conversion on the day of the opportunity, else before the first one."""
    first: dict[str, Deal] = {}
    for deal in sorted(deals, key=lambda each: each.created):
        first.setdefault(deal.customer.id, deal)
    days = {}
    for customer in customers:
        deal = first.get(customer.id)
        if deal is not None and deal.from_lead:
            days[customer.id] = deal.created
        else:
            last = min(deal.created - timedelta(days=10), date(2025, 10, 31)) if deal else date(2025, 10, 31)
            days[customer.id] = workday(Draw("account", customer.id).day("created_at", last - timedelta(days=900), last - timedelta(days=8)))
    return days


def accounts(
    customers: list[Customer], days: Mapping[str, date], household_of: Mapping[str, str], campaign_of: Mapping[str, str]
) -> SeedFile:
    """The 200 customers, in the order of their creation."""
    records = [
        _account(number, each, days[each.id], household_of.get(each.id), campaign_of.get(each.id))
        for number, each in enumerate(customers, start=1)
    ]
    records.sort(key=lambda each: (str(each["created_at"]), str(each["external_id"])))
    return SeedFile("account", "account", "external_id", records)


def _account(number: int, customer: Customer, created: date, household: str | None, campaign: str | None) -> Record:
    draw = Draw("account", customer.id)
    province, city, postcode = PLACES[customer.region]
    record: dict[str, object] = {
        "external_id": customer.id, "record_type": customer.kind, "name": customer.name, "status": customer.status,
        "level_no": draw.number("level", 1, 6), "tier": customer.tier, "lifecycle": LIFECYCLE.get(customer.status, "develop"),
        "aml_grade": draw.weighted("aml", {"low": 50, "mid": 42, "high": 8}), "source": "campaign" if campaign else draw.pick("source", SOURCES),
        "campaign": campaign, "open_org": customer.unit, **_pool(customer, draw, created), "province": province, "city": city,
        "street": f"示例路{draw.number('street', 1, 999)}号", "postcode": postcode,
        "last_contact_at": at(workday(AS_OF - timedelta(days=draw.number("contact", 1, 40))), 10) if customer.owner else None,
        "remark": None, **(_person if customer.kind == "personal" else _organisation)(number, customer, draw), "household": household,
    }
    return {**record, **customer.more, "owner": customer.owner or BLANK, "org_unit": customer.unit, "created_at": at(created, 9)}


SOURCES = ("branch", "referral", "web", "phone", "call", "netbank", "partner")


def _pool(customer: Customer, draw: Draw, created: date) -> Record:
    """Where the customer stands on the way to the pool, and until when he must be followed up."""
    if customer.pool in ("city_pool", "frozen"):
        return {"pool_state": customer.pool, "last_owner": customer.last_owner}
    if customer.pool == "dept_pool":
        entered = AS_OF - timedelta(days=draw.number("entered", 1, 4))
        return {"pool_state": customer.pool, "pool_enter_at": entered, "ext_used": draw.number("extensions", 0, 2)}
    away = {"private_green": (4, 30), "private_yellow": (1, 3), "private_red": (-3, 0)}[customer.pool]
    due = AS_OF + timedelta(days=draw.number("due", *away))
    return {
        "pool_state": customer.pool, "last_owner": customer.last_owner, "hold_start": created, "pool_due_at": due,
        "red_at": due if customer.pool == "private_red" else None,
    }


def _person(number: int, customer: Customer, draw: Draw) -> Record:
    born = draw.day("born", date(1952, 1, 1), date(2001, 12, 31))
    female = draw.happens("female", 0.5)
    assessed = draw.happens("assessed", 0.8) or customer.status == "success"
    known = customer.status in ("success", "dormant", "lost") or draw.happens("identified", 0.4)
    low, high = AUM[customer.tier or "mass"]
    return {
        "id_type": "idcard" if known else None, "id_no": citizen_id(born, number, female=female) if known else None,
        "id_valid_to": date(2030, 1, 1) + timedelta(days=draw.number("id_valid", 0, 1800)) if known else None,
        "gender": "female" if female else "male",
        "marital": draw.weighted("marital", {"married": 70, "single": 22, "divorced": 6, "widowed": 2}),
        "education": draw.pick("education", ("college", "bachelor", "bachelor", "master", "school")),
        "occupation": draw.pick("occupation", ("工程师", "教师", "医生", "企业主", "公务员", "设计师", "会计", "退休")),
        "annual_income": INCOME[customer.tier or "mass"], "mobile": mobile(number), "email": mail(f"c{number:03d}"),
        "pref_channel": draw.pick("channel", ("phone", "wechat", "sms", "branch")),
        "risk_level": draw.weighted("risk", RISK) if assessed else None,
        "risk_eval_date": draw.day("assessed on", date(2024, 6, 1), AS_OF) if assessed else None,
        "invest_exp": draw.number("experience", 0, 15),
        "invest_pref": draw.pick("prefers", (["deposit", "wealth"], ["fund"], ["wealth", "fund"], ["stock", "fund"], ["insurance"], ["deposit"])),
        "aum": Decimal(draw.number("aum", low, high)).quantize(Decimal("0.01")) if customer.status == "success" else Decimal(0),
        "has_house": draw.happens("house", 0.6), "has_car": draw.happens("car", 0.5), "optout_call": draw.happens("optout", 0.05) or None,
    }


def _organisation(number: int, customer: Customer, draw: Draw) -> Record:
    low, high = AUM[customer.tier or "small"]
    capital = draw.number("capital", 1, 60) * 1_000_000
    line = draw.number("line", 2, 30) * 500_000 if customer.status == "success" else 0
    won = customer.status == "success"
    return {
        "partner_kind": customer.partner_kind, "uscc": credit_code(number), "legal_person": person(Draw("legal", customer.id)),
        "reg_capital": capital, "found_date": draw.day("founded", date(1996, 1, 1), date(2021, 12, 31)), "industry": customer.industry,
        "scale": draw.pick("scale", ("large", "medium", "medium", "small", "small", "micro")),
        "nature": draw.weighted("nature", {"private": 70, "state": 12, "foreign": 8, "joint": 6, "public": 4}),
        "employees": draw.number("employees", 8, 1800), "annual_revenue": capital * draw.number("revenue", 1, 9),
        "mobile": mobile(10_000 + number), "email": mail(f"corp{number:03d}"), "website": f"https://corp{number:03d}.example.com",
        "credit_line": line or None, "credit_used": line * draw.number("used", 10, 90) // 100 if line else None,
        "guarantee_type": draw.pick("guarantee", ("credit", "guarantor", "mortgage", "pledge")) if line else None,
        "tax_no": credit_code(number), "invoice_title": customer.name,
        "aum": Decimal(draw.number("aum", low, high)).quantize(Decimal("0.01")) if won and customer.kind == "corporate" else Decimal(0),
    }


TITLES = (("总经理", "总经办", "decision"), ("财务总监", "财务部", "finance"), ("出纳", "财务部", "operator"))


def contacts(customers: list[Customer], days: Mapping[str, date]) -> SeedFile:
    """The 146 people at corporate customers (two or three each) and at partners (two each)."""
    corporate = [each for each in customers if each.kind == "corporate"]
    three = {each.id for each in chosen("contact", "three", [each for each in corporate if each.id != "S13"], 25)} | {"S13"}
    records = [
        _contact(customer, place, days[customer.id])
        for customer in customers if customer.kind != "personal"
        for place in range(1, 4 if customer.id in three else 3)
    ]
    return SeedFile("contact", "contact", "external_id", records)


def _contact(customer: Customer, place: int, created: date) -> Record:
    key = f"{customer.id}-C{place}"
    draw = Draw("contact", key)
    title, dept, role = TITLES[place - 1]
    serial = 20_000 + draw.number("serial", 0, 9) + sum(map(ord, customer.id)) * 10 + int("".join(filter(str.isdigit, customer.id)) or 0) * 100
    return {
        "external_id": key, "account": customer.id, "name": person(draw), "is_primary": place == 1,
        "gender": draw.pick("gender", ("male", "female")), "title": title, "dept": dept, "role": role,
        "reports_to": f"{customer.id}-C1" if place == 3 else None, "mobile": mobile(serial), "email": mail(key.lower().replace("-", ".")),
        "attitude": draw.weighted("attitude", {"support": 40, "neutral": 30, "against": 8, "unknown": 22}),
        "relation_strength": draw.number("strength", 1, 5), "created_at": at(created, 9, 10 + place),
    }


HOUSEHOLDS, MEMBERS, CUSTOMER_MEMBERS = 36, 96, 24


def households(customers: list[Customer]) -> tuple[SeedFile, SeedFile, dict[str, str]]:
    """36 households with 96 members, and who belongs to which."""
    people = [each for each in customers if each.kind == "personal" and each.status in ("success", "potential") and each.id != "S15"]
    picked = chosen("household", "people", [each for each in people if each.owner], HOUSEHOLDS - 1 + CUSTOMER_MEMBERS)
    heads = [next(each for each in customers if each.id == "S15"), *picked[: HOUSEHOLDS - 1]]
    spouses = picked[HOUSEHOLDS - 1 :]
    families: list[Record] = []
    members: list[Record] = []
    of: dict[str, str] = {}
    others = iter(["child", "parent", "child"] + dealt("household_member", "relation", {
        "child": MEMBERS - HOUSEHOLDS - CUSTOMER_MEMBERS - 3 - 8, "parent": 6, "sibling": 2,
    }))
    extra = [3] + dealt("household", "size", {1: MEMBERS - HOUSEHOLDS - CUSTOMER_MEMBERS - 3, 0: HOUSEHOLDS - 1 - 33})
    for number, head in enumerate(heads, start=1):
        key = "S15-H" if head.id == "S15" else f"H{number:03d}"
        families.append({
            "external_id": key, "name": f"{head.name}家庭", "head": head.id, "address": f"示例路{number * 7}号", "active": True,
            "owner": head.owner, "org_unit": head.unit, "created_at": at(date(2025, 1, 6), 9),
        })
        family = [(head, "self")] + ([(spouses[number - 2], "spouse")] if 2 <= number < 2 + len(spouses) else [])
        of.update({each.id: key for each, _ in family})
        members.extend(_members(key, family, [next(others) for _ in range(extra[number - 1])]))
    return SeedFile("household", "household", "external_id", families), SeedFile(
        "household_member", "household_member", "external_id", members
    ), of


def _members(key: str, family: list[tuple[Customer, str]], others: list[str]) -> Iterator[Record]:
    for place, (customer, relation) in enumerate(family, start=1):
        yield {"external_id": f"{key}-{place}", "household": key, "person": customer.id, "relation": relation, "created_at": at(date(2025, 1, 6), 9)}
    for place, relation in enumerate(others, start=len(family) + 1):
        draw = Draw("household_member", f"{key}-{place}")
        first, last = (date(1996, 1, 1), date(2020, 12, 31)) if relation == "child" else (date(1940, 1, 1), date(1965, 12, 31))
        yield {
            "external_id": f"{key}-{place}", "household": key, "person_name": person(draw), "relation": relation,
            "birthday": draw.day("birthday", first, last), "created_at": at(date(2025, 1, 6), 9),
        }


REFERRALS = 40


def relations(customers: list[Customer]) -> SeedFile:
    """Three groups, one circle of guarantors, 40 referrals and some others: 60 relations."""
    firms = [each.id for each in customers if each.kind == "corporate" and each.status in ("success", "potential") and each.id[0] == "A"]
    people = [each.id for each in customers if each.kind == "personal" and each.status == "success"]
    fresh = [each.id for each in customers if each.kind == "personal" and each.status in ("potential", "base")]
    triples = [("S12", "S12-2", "group"), *((firms[0], each, "group") for each in firms[1:5]), *((firms[5], each, "group") for each in firms[6:10])]
    triples += [(firms[10], firms[11], "guarantee"), (firms[11], firms[12], "guarantee"), (firms[12], firms[10], "guarantee")]
    triples += [(people[place % len(people)], fresh[place], "referral") for place in range(REFERRALS)]
    triples += [(firms[13], firms[14], "supply"), (firms[14], firms[15], "supply"), (firms[16], firms[17], "supply")]
    triples += [(people[1], firms[13], "legal"), (people[2], firms[14], "legal"), (people[3], firms[15], "shareholder")]
    triples += [(people[3], firms[15], "actual_ctrl"), (people[4], people[5], "spouse")]
    records: list[Record] = []
    for number, (one, other, kind) in enumerate(triples, start=1):
        draw = Draw("account_relation", number)
        records.append({
            "external_id": f"REL{number:02d}", "from_account": one, "to_account": other, "kind": kind,
            "share": Decimal(draw.number("share", 51, 100)) / 100 if kind in ("group", "shareholder") else None,
            "amount": draw.number("amount", 5, 40) * 100_000 if kind == "guarantee" else None,
            "valid_from": draw.day("from", date(2023, 1, 1), date(2025, 6, 30)), "created_at": at(date(2025, 1, 6), 10),
        })
    return SeedFile("account_relation", "account_relation", "external_id", records)


def teams(customers: list[Customer], days: Mapping[str, date]) -> SeedFile:
    """Who works for whom: the owner alone, but for S31, where two share sixty to forty."""
    records: list[Record] = []
    for customer in customers:
        if customer.owner is None or customer.pool == "dept_pool" or customer.status not in ("success", "potential"):
            continue
        shares = [(customer.owner, "main", Decimal(1))]
        if customer.id == "S31":
            shares = [(customer.owner, "main", Decimal("0.6")), ("niu.rm", "co", Decimal("0.4"))]
        for place, (user, role, share) in enumerate(shares, start=1):
            records.append({
                "external_id": f"{customer.id}-T{place}", "account": customer.id, "user": user, "team_role": role, "access": "edit",
                "perf_share": share, "valid_from": max(days[customer.id], date(2025, 1, 1)), "created_at": at(days[customer.id], 9, 5),
            })
    return SeedFile("customer_team", "customer_team", "external_id", records)
