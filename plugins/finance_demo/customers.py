"""Who the 200 customers are: kind, status, pool, tier, region and owner in exactly the planned numbers, stories first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from plugins.finance_demo.chance import Draw, dealt
from plugins.finance_demo.fakes import company, person
from plugins.finance_demo.people import LEADER_OF_UNIT, LEAVER, SELLERS, SUCCESSOR, UNIT_OF

KINDS = {
    # status: how many personal, corporate, partner
    "success": (44, 32, 2), "potential": (41, 14, 3), "base": (27, 4, 3), "invalid": (11, 1, 0), "dormant": (7, 1, 0),
    "lost": (6, 0, 0), "frozen": (4, 0, 0),
}
POOLS = {"private_green": 50, "private_yellow": 16, "private_red": 14, "dept_pool": 12, "city_pool": 26}
"""Where customers are who are neither won (all green) nor frozen."""

TIERS = {
    "personal": {"private": 4, "diamond": 14, "platinum": 26, "gold": 48, "mass": 48},
    "corporate": {"strategic": 3, "key": 12, "normal": 25, "small": 12},
}
REGIONS = {"SH": 78, "BJ": 62, "GD": 38, "HZ": 22}
PARTNERS = ("agent", "agent", "agent", "distributor", "distributor", "distributor", "supplier", "supplier")
CITY_POOLS = {"SH": 17, "BJ": 5, "GD": 3, "HZ": 1}
DEPT_POOLS = {"SH-S1": 6, "BJ-CY": 4, "GD-FS": 2}
HANDED_OVER = 14
"""How many of the leaver's 31 customers went to his successor; 17 went to the city's pool."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer as the rest of the generator needs to know it."""

    id: str
    name: str
    kind: str
    status: str
    pool: str
    region: str
    unit: str
    owner: str | None
    tier: str | None = None
    industry: str | None = None
    partner_kind: str | None = None
    last_owner: str | None = None
    more: dict[str, object] = field(default_factory=dict)

    @property
    def is_story(self) -> bool:
        """Whether somebody tells a story about this customer."""
        return self.id.startswith("S")


STORIES = (
    # id, name, kind, status, pool, region, tier, owner, what else is special
    ("S01", "张一鸣", "personal", "potential", "private_yellow", "SH", "gold", "li.rep", {"pool_due_at": "2026-01-01"}),
    ("S02", "刘洋", "personal", "potential", "private_red", "SH", "gold", "li.rep", {"ext_used": 1}),
    ("S03", "马腾", "personal", "potential", "private_red", "SH", "mass", "li.rep", {"ext_used": 2}),
    ("S04", "许静", "personal", "potential", "dept_pool", "SH", "gold", "zheng.head", {"pool_enter_at": "2025-12-29"}),
    ("S05", "何川", "personal", "base", "dept_pool", "SH", "mass", "zheng.head", {"pool_enter_at": "2025-12-26"}),
    ("S06", "罗思远", "personal", "potential", "city_pool", "SH", "gold", None, {"remark": "原客户经理徐飞离职后进入公共池"}),
    ("S07", "谢建华", "personal", "potential", "city_pool", "SH", "mass", None, {"mobile": "10000000000", "remark": "电话为空号"}),
    ("S08", "沈佳怡", "personal", "potential", "city_pool", "SH", "platinum", None, {"remark": "待分配"}),
    ("S09", "唐文博", "personal", "success", "private_green", "SH", "platinum", "li.rep", {"protected": True, "pool_due_at": "2025-12-10"}),
    ("S10", "周海燕", "personal", "potential", "private_green", "BJ", "gold", "zhao.rm", {"mobile": "10000000010"}),
    ("S11", "周海燕", "personal", "potential", "private_green", "SH", "gold", "tao.rep", {"mobile": "+86 100-0000-0010"}),
    ("S12", "瀚海示例重工集团有限公司", "corporate", "success", "private_green", "BJ", "strategic", "hao.rm", {}),
    ("S12-2", "瀚海示例重工有限公司", "corporate", "potential", "private_green", "BJ", "normal", "hao.rm", {"group_account": "S12"}),
    ("S13", "瀚海示例科技有限公司", "corporate", "success", "private_green", "SH", "key", "li.rep", {}),
    ("S15", "郭景行", "personal", "success", "private_green", "BJ", "private", "zhao.rm", {}),
    ("S16", "梁淑贞", "personal", "success", "private_green", "BJ", "diamond", "zhao.rm", {"remark": "存款较上月下降 45%"}),
    ("S17", "瀚海示例立信建材有限公司", "corporate", "success", "private_green", "BJ", "small", "niu.rm", {"remark": "贷款逾期 35 天"}),
    ("S18", "宋少华", "personal", "success", "private_green", "BJ", "platinum", "hao.rm", {"remark": "流失预警 70 分"}),
    ("S19", "冯启明", "personal", "success", "private_green", "GD", "gold", "liang.rm", {"remark": "2025 年赢回"}),
    ("S20", "邓安然", "personal", "potential", "private_green", "BJ", "mass", "zhao.rm", {"risk_level": "C2"}),
    ("S21", "曹永康", "personal", "success", "private_green", "BJ", "diamond", "sun.adv", {}),
    ("S22", "彭知远", "personal", "success", "private_green", "BJ", "platinum", "jiao.adv", {"remark": "持仓套牢 38%"}),
    ("S23", "曾语嫣", "personal", "success", "private_green", "SH", "gold", "bai.ins", {}),
    ("S24", "肖正阳", "personal", "success", "private_green", "SH", "platinum", "bai.ins", {}),
    ("S25", "田云飞", "personal", "success", "private_green", "GD", "gold", "mai.rm", {}),
    ("S26", "董欣怡", "personal", "potential", "private_green", "SH", "gold", "ma.rep", {"level_no": 7}),
    ("S27", "袁书瑶", "personal", "success", "private_green", "HZ", "gold", "lou.rep", {}),
    ("S29-1", "潘一凡", "personal", "success", "private_green", "SH", "gold", "chen.rep", {}),
    ("S29-2", "蒋可欣", "personal", "success", "private_green", "SH", "gold", "lu.rep", {}),
    ("S31", "瀚海示例双桥商贸有限公司", "corporate", "success", "private_green", "BJ", "key", "zhao.rm", {}),
)


def customers() -> list[Customer]:
    """All 200, stories first."""
    stories = [_story(*each) for each in STORIES]
    rest = list(_others(stories))
    return _with_leaver(stories + rest)


def _story(
    story: str, name: str, kind: str, status: str, pool: str, region: str, tier: str, owner: str | None, more: dict[str, object]
) -> Customer:
    unit = UNIT_OF[owner] if owner else region
    return Customer(story, name, kind, status, pool, region, unit, owner, tier, "C" if kind == "corporate" else None, more=more)


def _others(stories: list[Customer]) -> Iterator[Customer]:
    """The customers without a story, from what the stories leave of every number."""
    slots = _slots(stories)
    tiers = {
        kind: iter(dealt("account", f"tier {kind}", _less(counts, [each.tier for each in stories if each.kind == kind])))
        for kind, counts in TIERS.items()
    }
    pooled = {
        "city_pool": iter(dealt("account", "city", _less(CITY_POOLS, [s.region for s in stories if s.pool == "city_pool"]))),
        "dept_pool": iter(dealt("account", "department", _less(DEPT_POOLS, [s.unit for s in stories if s.pool == "dept_pool"]))),
    }
    partners = iter(PARTNERS)
    regions = _regions(stories)
    for number, (kind, status, pool) in enumerate(slots, start=1):
        draw = Draw("account", number)
        unit, owner = _place(draw, pool, pooled, regions)
        name, industry = (person(draw), None) if kind == "personal" else company(number, draw)
        yield Customer(
            f"A{number:03d}", name, kind, status, pool, unit[:2], unit, owner,
            next(tiers[kind]) if kind in tiers else None, industry, next(partners) if kind == "partner" else None,
        )


def _slots(stories: list[Customer]) -> list[tuple[str, str, str]]:
    """Kind, status and pool of everybody without a story."""
    statuses = {status: sum(counts) for status, counts in KINDS.items() if status not in ("success", "frozen")}
    loose = [each for each in stories if each.status != "success"]
    pools = dealt("account", "pool", _less(POOLS, [each.pool for each in loose]))
    held = dealt("account", "status", _less(statuses, [each.status for each in loose]))
    pairs = list(zip(held, pools, strict=True))
    pairs += [("success", "private_green")] * (78 - len(stories) + len(loose)) + [("frozen", "frozen")] * 4
    kinds = {
        status: iter(dealt("account", f"kind {status}", _less(
            dict(zip(("personal", "corporate", "partner"), counts, strict=True)), [s.kind for s in stories if s.status == status],
        )))
        for status, counts in KINDS.items()
    }
    order = dealt("account", "order", {place: 1 for place in range(len(pairs))})
    return [(next(kinds[pairs[place][0]]), *pairs[place]) for place in order]


def _regions(stories: list[Customer]) -> Iterator[str]:
    """The regions of those who are in no pool."""
    left = _less(REGIONS, [each.region for each in stories if each.pool not in ("city_pool", "dept_pool")])
    left = {region: left[region] - CITY_POOLS[region] for region in left}
    for unit, count in DEPT_POOLS.items():
        left[unit[:2]] -= count
    return iter(dealt("account", "region", left))


def _place(draw: Draw, pool: str, pooled: dict[str, Iterator[str]], regions: Iterator[str]) -> tuple[str, str | None]:
    """The unit and the owner of a customer."""
    if pool == "city_pool":
        return next(pooled[pool]), None
    if pool == "dept_pool":
        unit = next(pooled[pool])
        return unit, LEADER_OF_UNIT[unit]
    owner = draw.pick("owner", SELLERS[next(regions)])
    return UNIT_OF[owner], owner


def _with_leaver(everybody: list[Customer]) -> list[Customer]:
    """Give the leaver's former customers to the city's pool (17) and to his successor (14)."""
    handed = [each.id for each in everybody if each.region == "SH" and each.pool == "private_green" and not each.is_story]
    to_successor = frozenset(handed[:HANDED_OVER])
    return [
        replace(each, last_owner=LEAVER, owner=SUCCESSOR, unit=UNIT_OF[SUCCESSOR]) if each.id in to_successor
        else replace(each, last_owner=LEAVER) if each.pool == "city_pool" and each.region == "SH"
        else each
        for each in everybody
    ]


def _less(counts: dict[str, int], taken: list[str | None]) -> dict[str, int]:
    """What is left of some numbers after some have been taken."""
    left = {value: count - taken.count(value) for value, count in counts.items()}
    if min(left.values()) < 0:
        raise ValueError(f"more taken than there are: {left}")
    return left
