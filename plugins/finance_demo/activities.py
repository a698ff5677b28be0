"""What people did: calls, visits, events and tasks, on workdays and within working hours.

The full telephony record of 12,100 calls comes with the analyses that need it; here is one in twenty.
"""

from __future__ import annotations

from datetime import timedelta

from plugins.finance_demo.chance import Draw, dealt
from plugins.finance_demo.customers import Customer
from plugins.finance_demo.days import AS_OF, at, by_month, office_hour, some_workday, workday
from plugins.finance_demo.deals import Deal
from plugins.finance_demo.fakes import mobile
from plugins.finance_demo.files import Record, SeedFile
from plugins.finance_demo.people import LEADER_OF_UNIT

CALLS, VISITS, EVENTS, TASKS = 620, 280, 200, 400
CALLS_BY_MONTH = (800, 850, 830, 900, 980, 960, 1010, 1080, 1060, 1130, 1210, 1290)
VISITS_BY_MONTH = (60, 58, 62, 66, 70, 75, 73, 80, 84, 82, 90, 95)
EFFECTIVE = 0.58
VISIT_KINDS = {"out": 165, "in": 95, "salon": 20}
URGENCY = {"urgent": 40, "important": 120, "normal": 240}
PURPOSES = ("develop", "maintain", "pitch", "sign", "follow", "care")
WORDS = {
    "develop": "初次沟通", "maintain": "客户维护", "pitch": "产品推介", "sign": "签约事项", "follow": "售后回访", "care": "客户关怀",
}


def _spread(count: int, weights: tuple[int, ...]) -> list[int]:
    return [month for month, number in enumerate(by_month(count, weights), start=1) for _ in range(number)]


def _whom(draw: Draw, customers: list[Customer]) -> Customer:
    return draw.pick("account", customers)


def calls(customers: list[Customer]) -> SeedFile:
    """Calls to and from customers; 58 percent are effective."""
    records: list[Record] = []
    reached = dealt("activity", "effective", {True: round(CALLS * EFFECTIVE), False: CALLS - round(CALLS * EFFECTIVE)})
    for number, month in enumerate(_spread(CALLS, CALLS_BY_MONTH), start=1):
        draw = Draw("call", number)
        customer, purpose = _whom(draw, customers), draw.pick("purpose", PURPOSES)
        begin, hour, minute = office_hour(draw, "start", some_workday(draw, "day", month))
        seconds = draw.number("seconds", 32, 900) if reached[number - 1] else draw.number("short", 0, 28)
        result = draw.weighted("result", {"effective": 60, "intention": 20, "appointed": 12, "refused": 8})
        records.append({
            "external_id": f"CA{number:04d}", "record_type": "call", "subject": f"{WORDS[purpose]} {customer.name}", "account": customer.id,
            "direction": "in" if draw.happens("incoming", 0.2) else "out", "phone_number": customer.more.get("mobile") or mobile(number),
            "start_at": begin, "end_at": f"{begin[:11]}{hour:02d}:{minute + seconds // 60 % 4:02d}:59+08:00" if seconds < 180 else None,
            "duration_s": seconds, "state": "done", "result": result if reached[number - 1] else "no_answer", "purpose": purpose,
            "self_reported": False, "cti_id": f"CTI2025{number:06d}", "owner": customer.owner, "org_unit": customer.unit, "created_at": begin,
        })
    return SeedFile("activity_call", "activity", "external_id", records)


def visits(customers: list[Customer], deals: list[Deal]) -> SeedFile:
    """Visits to and by customers, some about an opportunity; a few are still to come."""
    about = {each.customer.id: each.id for each in deals}
    kinds = dealt("activity", "visit kind", VISIT_KINDS)
    records: list[Record] = []
    for number, month in enumerate(_spread(VISITS, VISITS_BY_MONTH), start=1):
        draw = Draw("visit", number)
        customer, purpose = _whom(draw, customers), draw.pick("purpose", PURPOSES)
        planned = number > VISITS - 12
        day = workday(AS_OF + timedelta(days=draw.number("ahead", 1, 12))) if planned else some_workday(draw, "day", month)
        begin, hour, minute = office_hour(draw, "start", day)
        deal, end = about.get(customer.id), at(day, hour + 1, minute)
        records.append({
            "external_id": f"VI{number:04d}", "record_type": "visit", "subject": f"{WORDS[purpose]} {customer.name}", "account": customer.id,
            "regarding": {"opportunity": deal} if deal and draw.happens("about", 0.5) else None, "visit_kind": kinds[number - 1],
            "start_at": begin, "end_at": end, "state": "planned" if planned else "done", "purpose": purpose,
            "result": None if planned else draw.weighted("result", {"effective": 55, "intention": 25, "appointed": 12, "refused": 6, "deal": 2}),
            "place": "客户办公室" if kinds[number - 1] == "out" else "网点", "check_in_at": None if planned else begin,
            "check_out_at": None if planned else end, "reaction": None if planned else draw.pick("reaction", REACTIONS),
            "owner": customer.owner, "org_unit": customer.unit, "created_at": at(AS_OF, 9) if planned else begin,
        })
    return SeedFile("activity_visit", "activity", "external_id", records)


REACTIONS = ("对收益率感兴趣，要求书面方案", "希望年底前完成配置", "担心流动性", "需要与家人商量", "比较了两家同业的报价", "认可服务，愿意转介绍")


def events(customers: list[Customer]) -> SeedFile:
    """Meetings in the calendar."""
    records: list[Record] = []
    for number, month in enumerate(_spread(EVENTS, VISITS_BY_MONTH), start=1):
        draw = Draw("event", number)
        customer = _whom(draw, customers)
        leader = LEADER_OF_UNIT.get(customer.unit)
        begin, hour, minute = office_hour(draw, "start", some_workday(draw, "day", month))
        records.append({
            "external_id": f"EV{number:04d}", "record_type": "event", "subject": f"{draw.pick('subject', MEETINGS)} {customer.name}",
            "account": customer.id, "place": draw.pick("place", ("一号会议室", "贵宾室", "线上会议")), "start_at": begin,
            "end_at": at(workday_of(begin), hour + 1, minute), "state": "missed" if draw.happens("missed", 0.04) else "done",
            "participants": [leader] if leader and leader != customer.owner else None, "owner": customer.owner, "org_unit": customer.unit,
            "created_at": begin,
        })
    return SeedFile("activity_event", "activity", "external_id", records)


MEETINGS = ("方案讨论", "周例会", "客户评审", "产品说明会", "签约准备")


def workday_of(instant: str) -> object:
    """The day of an instant."""
    return type(AS_OF).fromisoformat(instant[:10])


def tasks(customers: list[Customer]) -> SeedFile:
    """To-dos: a tenth urgent, the last ones still open, some of them overdue."""
    urgency = dealt("activity", "urgency", URGENCY)
    records: list[Record] = []
    for number, month in enumerate(_spread(TASKS, CALLS_BY_MONTH), start=1):
        draw = Draw("task", number)
        customer = _whom(draw, customers)
        day = some_workday(draw, "day", month)
        due = workday(day + timedelta(days=draw.number("due", 1, 9)))
        is_open = due > AS_OF - timedelta(days=6)
        state = draw.weighted("state", {"planned": 60, "doing": 40}) if is_open else draw.weighted("state", {"done": 94, "cancelled": 6})
        records.append({
            "external_id": f"TA{number:04d}", "record_type": "task", "subject": f"{draw.pick('subject', DUTIES)} {customer.name}",
            "account": customer.id, "due_date": due, "urgency": urgency[number - 1], "state": state,
            "assigner": LEADER_OF_UNIT.get(customer.unit) or customer.owner, "progress": {"done": 1, "doing": 0.5}.get(state, 0) or None,
            "owner": customer.owner, "org_unit": customer.unit, "created_at": at(day, 9),
        })
    return SeedFile("activity_task", "activity", "external_id", records)


DUTIES = ("电话回访", "准备方案", "补充资料", "提醒到期", "更新资料", "发送报价", "预约面谈", "生日问候")
