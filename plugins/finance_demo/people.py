"""The organisation of the fictional 瀚海金融 and the people who work there."""

from __future__ import annotations

from datetime import date

from plugins.finance_demo.chance import Draw
from plugins.finance_demo.days import at
from plugins.finance_demo.fakes import mail, mobile
from plugins.finance_demo.files import Record, SeedFile

LEAVER, SUCCESSOR = "xu.rep", "gu.rep"
LEFT_ON = date(2025, 11, 14)
FAST, SLOW = "chen.rep", "lu.rep"
"""The two newcomers: a first deal after 6 and after 19 days."""

HIRED = {FAST: date(2025, 9, 9), SLOW: date(2025, 10, 15)}

UNITS = (
    # code, name, in English, level, parent, line, city, who leads it
    ("HQ", "瀚海金融总行", "Hanhai Financial head office", "head", None, "ops", "上海", "zhou.exec"),
    ("BJ", "北京分行", "Beijing branch", "branch1", "HQ", "retail", "北京", "qian.city"),
    ("BJ-CY", "朝阳支行", "Chaoyang sub-branch", "sub", "BJ", "retail", "北京", "wang.pres"),
    ("BJ-CY-GM", "国贸分理处", "Guomao office", "office", "BJ-CY", "retail", "北京", "cui.rm"),
    ("BJ-WJ", "望京支行", "Wangjing sub-branch", "sub", "BJ", "corp", "北京", "hao.rm"),
    ("BJ-SEC", "金融街证券营业部", "Financial Street securities office", "sub", "BJ", "sec", "北京", "sun.adv"),
    ("GD", "广东分行", "Guangdong branch", "branch1", "HQ", "corp", "广州", "qian.city"),
    ("GD-FS", "佛山分行", "Foshan branch", "branch2", "GD", "corp", "佛山", "liang.rm"),
    ("GD-FS-NH", "南海支行", "Nanhai sub-branch", "sub", "GD-FS", "retail", "佛山", "mai.rm"),
    ("GD-FS-NH-GC", "桂城分理处", "Guicheng office", "office", "GD-FS-NH", "retail", "佛山", "ou.rm"),
    ("SH", "上海城市公司", "Shanghai city company", "city", "HQ", "wealth", "上海", "wu.city"),
    ("SH-S1", "上海销售一部", "Shanghai sales team 1", "dept", "SH", "wealth", "上海", "zheng.head"),
    ("SH-S2", "上海销售二部", "Shanghai sales team 2", "dept", "SH", "wealth", "上海", "tao.rep"),
    ("SH-INS", "上海保险部", "Shanghai insurance team", "dept", "SH", "ins", "上海", "bai.ins"),
    ("HZ", "杭州城市公司", "Hangzhou city company", "city", "HQ", "wealth", "杭州", "qian.city"),
    ("HZ-S1", "杭州销售一部", "Hangzhou sales team 1", "dept", "HZ", "wealth", "杭州", "lou.rep"),
    ("HQ-MKT", "市场部", "Marketing", "dept", "HQ", "ops", "上海", "huang.mkt"),
    ("HQ-SVC", "客服中心", "Customer service", "dept", "HQ", "ops", "上海", "he.svc"),
    ("HQ-RISK", "风险合规部", "Risk and compliance", "dept", "HQ", "ops", "上海", "lin.risk"),
    ("HQ-FIN", "财务部", "Finance", "dept", "HQ", "ops", "上海", "liu.fin"),
    ("HQ-PROD", "产品部", "Products", "dept", "HQ", "ops", "上海", "feng.prod"),
    ("HQ-LAW", "法务部", "Legal", "dept", "HQ", "ops", "上海", None),
    ("HQ-IT", "科技部", "Technology", "dept", "HQ", "it", "上海", "shen.bi"),
    ("HQ-HR", "人力资源部", "Human resources", "dept", "HQ", "ops", "上海", "tang.hr"),
)

STAFF = (
    # login, name, unit, role, position, leader
    ("zhou.exec", "周行", "HQ", "executive", "副行长", None),
    ("wu.city", "吴城", "SH", "city_manager", "城市经理", "zhou.exec"),
    ("zheng.head", "郑岚", "SH-S1", "dept_head", "部门主管", "wu.city"),
    ("wang.pres", "王敏", "BJ-CY", "branch_president", "支行行长", "qian.city"),
    ("qian.city", "钱程", "BJ", "city_manager", "零售业务负责人", "zhou.exec"),
    ("he.svc", "何静", "HQ-SVC", "service_agent", "客服坐席", "zhou.exec"),
    ("lin.risk", "林峰", "HQ-RISK", "risk_manager", "风险合规经理", "zhou.exec"),
    ("huang.mkt", "黄薇", "HQ-MKT", "marketing_manager", "市场经理", "zhou.exec"),
    ("liu.fin", "刘芳", "HQ-FIN", "finance_officer", "财务", "zhou.exec"),
    ("gao.res", "高远", "HQ-MKT", "resource_admin", "客户资源管理员", "huang.mkt"),
    ("shen.bi", "沈数", "HQ-IT", "analyst", "数据分析师", "zhou.exec"),
    ("feng.prod", "冯产", "HQ-PROD", "product_manager", "产品经理", "zhou.exec"),
    ("tang.hr", "唐立", "HQ-HR", "people_manager", "人力资源", "zhou.exec"),
    ("li.rep", "李想", "SH-S1", "sales_rep", "业务员", "zheng.head"),
    (FAST, "陈默", "SH-S1", "sales_rep", "业务员", "zheng.head"),
    ("ma.rep", "马骏", "SH-S1", "sales_rep", "业务员", "zheng.head"),
    (SUCCESSOR, "顾盼", "SH-S1", "sales_rep", "业务员", "zheng.head"),
    (LEAVER, "徐飞", "SH-S1", "sales_rep", "业务员", "zheng.head"),
    ("tao.rep", "陶然", "SH-S2", "sales_rep", "业务员", "wu.city"),
    ("shi.rep", "石磊", "SH-S2", "sales_rep", "业务员", "tao.rep"),
    (SLOW, "陆遥", "SH-S2", "sales_rep", "业务员", "tao.rep"),
    ("bai.ins", "白露", "SH-INS", "sales_rep", "保险代理", "wu.city"),
    ("lou.rep", "楼晓", "HZ-S1", "sales_rep", "业务员", "qian.city"),
    ("qi.rep", "戚远", "HZ-S1", "sales_rep", "业务员", "lou.rep"),
    ("dai.rep", "戴安", "HZ-S1", "sales_rep", "业务员", "lou.rep"),
    ("zhao.rm", "赵晨", "BJ-CY", "relationship_manager", "客户经理", "wang.pres"),
    ("niu.rm", "牛力", "BJ-CY", "relationship_manager", "客户经理", "wang.pres"),
    ("cui.rm", "崔健", "BJ-CY-GM", "relationship_manager", "客户经理", "wang.pres"),
    ("hao.rm", "郝蕾", "BJ-WJ", "relationship_manager", "客户经理", "qian.city"),
    ("xing.rm", "邢岩", "BJ-WJ", "relationship_manager", "客户经理", "hao.rm"),
    ("sun.adv", "孙悦", "BJ-SEC", "adviser", "投资顾问", "qian.city"),
    ("jiao.adv", "焦阳", "BJ-SEC", "adviser", "投资顾问", "sun.adv"),
    ("liang.rm", "梁志", "GD-FS", "relationship_manager", "客户经理", "qian.city"),
    ("mai.rm", "麦俊", "GD-FS-NH", "relationship_manager", "客户经理", "liang.rm"),
    ("ou.rm", "区颖", "GD-FS-NH-GC", "relationship_manager", "客户经理", "mai.rm"),
)
"""Everybody but 陈工, the administrator, whom the installation creates."""

UNIT_OF = {login: unit for login, _, unit, *_ in STAFF}
LEADER_OF_UNIT = {code: leader for code, *_, leader in UNITS}
SELLERS = {
    "SH": ("li.rep", "li.rep", "li.rep", "ma.rep", SUCCESSOR, FAST, "tao.rep", "shi.rep", SLOW, "bai.ins"),
    "BJ": ("zhao.rm", "zhao.rm", "niu.rm", "cui.rm", "hao.rm", "xing.rm", "sun.adv", "jiao.adv"),
    "GD": ("liang.rm", "mai.rm", "ou.rm"),
    "HZ": ("lou.rep", "qi.rep", "dai.rep"),
}
"""Who looks after customers, by region; who is named more often has more of them."""

BEGIN = at(date(2024, 12, 2), 8)


def units() -> SeedFile:
    """The org units."""
    records: list[Record] = [
        {
            "code": code, "name": {"zh_CN": name, "en": english}, "level": level, "parent": parent, "biz_line": line, "city": city,
            "manager": leader, "phone": f"0{index:02d}-0000{index:04d}", "address": f"{city}市示例路{index * 8 + 6}号",
            "valid_from": date(2015, 1, 1), "created_at": BEGIN,
        }
        for index, (code, name, english, level, parent, line, city, leader) in enumerate(UNITS)
    ]
    return SeedFile("org_unit", "org_unit", "code", records)


def users(customers: dict[str, int]) -> SeedFile:
    """The employees; `customers` says how many customers each of them has."""
    records = [_user(index, *person, customers.get(person[0], 0)) for index, person in enumerate(STAFF, start=1)]
    return SeedFile("user", "user", "login", records)


def _user(
    index: int, login: str, name: str, unit: str, role: str, position: str, leader: str | None, customers: int
) -> Record:
    draw = Draw("user", login)
    sells = any(login in team for team in SELLERS.values())
    return {
        "login": login, "name": name, "emp_no": f"HH{index:04d}", "email": mail(login), "org_unit": unit, "manager": leader,
        "roles": [role], "position": position, "gender": draw.pick("gender", ("male", "female")), "mobile": mobile(90_000_000 + index),
        "hire_date": HIRED.get(login) or draw.day("hire_date", date(2012, 3, 1), date(2024, 6, 30)),
        "rm_grade": draw.pick("rm_grade", ("junior", "middle", "senior", "expert")) if sells and login not in HIRED else
        "assistant" if sells else None,
        # 李想 can take nobody else, which the story of S08 needs
        "max_customers": customers if login == "li.rep" else 40 if sells else None,
        **_employment(login), "created_at": BEGIN,
    }


def _employment(login: str) -> Record:
    if login == LEAVER:
        return {"employment": "left", "leave_date": LEFT_ON, "active": False}
    if login == "niu.rm":
        away = {"on_leave_from": date(2025, 12, 22), "on_leave_to": AWAY_UNTIL}
        return {"employment": "leave", "delegate": "zhao.rm", "active": True, **away}
    return {"employment": "probation" if login in HIRED else "active", "active": True}


AWAY_UNTIL = date(2025, 12, 31)
