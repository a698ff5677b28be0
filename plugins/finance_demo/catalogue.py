"""What 瀚海金融 sells, at which prices and rates, and whom it competes with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from plugins.finance_demo.chance import Draw
from plugins.finance_demo.files import Record, SeedFile
from plugins.finance_demo.people import BEGIN

PRODUCTS = (
    # code, name, in English, category, family, risk, unit, list price, minimum, days, yield, status
    ("DEP-DEMAND", "活期存款", "Demand deposit", "DEP", "bank", None, "10k", 10000, 1, 0, "0.001000", "onsale"),
    ("DEP-TERM", "整存整取", "Term deposit", "DEP", "bank", None, "10k", 10000, 50, 365, "0.015000", "onsale"),
    ("DEP-CALL", "通知存款", "Call deposit", "DEP", "bank", None, "10k", 10000, 50000, 7, "0.008000", "onsale"),
    ("DEP-CD", "大额存单", "Certificate of deposit", "DEP", "bank", None, "10k", 10000, 200000, 1095, "0.019000", "onsale"),
    ("DEP-AGREE", "协议存款", "Deposit agreement", "DEP", "bank", None, "10k", 10000, 1000000, 365, "0.017000", "onsale"),
    ("DEP-STRUCT", "结构性存款", "Structured deposit", "DEP", "bank", "R2", "10k", 10000, 10000, 180, "0.024000", "onsale"),
    ("LOAN-WC", "流动资金贷款", "Working-capital loan", "LOAN", "bank", None, "10k", 10000, 100000, 365, "0.039000", "onsale"),
    ("LOAN-FIX", "固定资产贷款", "Fixed-asset loan", "LOAN", "bank", None, "10k", 10000, 500000, 1825, "0.042000", "onsale"),
    ("LOAN-HOUSE", "个人住房贷款", "Home loan", "LOAN", "bank", None, "10k", 10000, 100000, 7300, "0.033000", "onsale"),
    ("LOAN-BIZ", "个人经营贷款", "Small-business loan", "LOAN", "bank", None, "10k", 10000, 50000, 1095, "0.038000", "onsale"),
    ("LOAN-CONS", "个人消费贷款", "Consumer loan", "LOAN", "bank", None, "10k", 10000, 10000, 365, "0.041000", "onsale"),
    ("CARD-STD", "标准信用卡", "Standard credit card", "CARD", "bank", None, "card", 100, None, None, None, "onsale"),
    ("CARD-PLAT", "白金信用卡", "Platinum credit card", "CARD", "bank", None, "card", 1800, None, None, None, "onsale"),
    ("CARD-CORP", "单位结算卡", "Corporate card", "CARD", "bank", None, "card", 200, None, None, None, "onsale"),
    ("WM-CASH", "瀚海日日盈", "Hanhai daily cash", "WM", "wealth", "R1", "10k", 10000, 1, 1, "0.019000", "onsale"),
    ("WM-FIX90", "瀚海稳健 90 天", "Hanhai steady 90 days", "WM", "wealth", "R2", "10k", 10000, 10000, 90, "0.027000", "onsale"),
    ("WM-FIX365", "瀚海稳健一年", "Hanhai steady one year", "WM", "wealth", "R2", "10k", 10000, 10000, 365, "0.031000", "onsale"),
    ("WM-MIX", "瀚海混合优选", "Hanhai mixed selection", "WM", "wealth", "R3", "10k", 10000, 50000, 540, "0.040000", "onsale"),
    ("WM-EQ", "瀚海权益成长", "Hanhai equity growth", "WM", "wealth", "R4", "10k", 10000, 100000, 720, "0.058000", "onsale"),
    ("WM-PB", "私人银行专属组合", "Private-bank portfolio", "WM", "wealth", "R4", "10k", 10000, 1000000, 720, "0.061000", "onsale"),
    ("WM-OLD", "瀚海尊享一号", "Hanhai select one", "WM", "wealth", "R3", "10k", 10000, 50000, 365, "0.045000", "off"),
    ("FUND-MM", "瀚海货币基金", "Hanhai money-market fund", "FUND", "fund", "R1", "share", 1, 10, 1, "0.018000", "onsale"),
    ("FUND-BOND", "瀚海纯债基金", "Hanhai bond fund", "FUND", "fund", "R2", "share", 1, 100, 30, "0.034000", "onsale"),
    ("FUND-MIX", "瀚海均衡混合基金", "Hanhai balanced fund", "FUND", "fund", "R3", "share", 1, 100, 180, "0.055000", "onsale"),
    ("FUND-EQ", "瀚海成长股票基金", "Hanhai growth fund", "FUND", "fund", "R4", "share", 1, 100, 365, "0.082000", "onsale"),
    ("FUND-IDX", "瀚海沪深 300 指数基金", "Hanhai CSI 300 index fund", "FUND", "fund", "R4", "share", 1, 10, 365, "0.070000", "onsale"),
    ("FUND-QDII", "瀚海全球配置基金", "Hanhai global fund", "FUND", "fund", "R5", "share", 1, 1000, 365, "0.075000", "suspended"),
    ("SEC-OPEN", "证券开户", "Securities account", "SEC", "securities", None, "account", 100, None, None, None, "onsale"),
    ("SEC-MARGIN", "融资融券", "Margin trading", "SEC", "securities", "R5", "account", 500, 500000, None, None, "onsale"),
    ("SEC-ADV", "投资顾问服务", "Investment advice", "SEC", "securities", "R3", "time", 6000, None, 365, None, "onsale"),
    ("INS-LIFE", "瀚海终身寿险", "Hanhai whole life", "INS-LIFE", "insurance", "R1", "piece", 12000, None, 3650, None, "onsale"),
    ("INS-ANN", "瀚海年金保险", "Hanhai annuity", "INS-LIFE", "insurance", "R2", "piece", 20000, None, 3650, None, "onsale"),
    ("INS-CI", "瀚海重疾保险", "Hanhai critical illness", "INS-HEALTH", "insurance", "R1", "piece", 6800, None, 365, None, "onsale"),
    ("INS-MED", "瀚海医疗保险", "Hanhai medical", "INS-HEALTH", "insurance", "R1", "piece", 1200, None, 365, None, "onsale"),
    ("INS-HOME", "家庭财产险", "Home contents insurance", "INS-PROP", "insurance", "R1", "piece", 600, None, 365, None, "onsale"),
    ("INS-CORP", "企业财产险", "Business property insurance", "INS-PROP", "insurance", "R1", "piece", 18000, None, 365, None, "onsale"),
    ("INS-AUTO", "机动车辆保险", "Motor insurance", "INS-AUTO", "insurance", "R1", "piece", 4500, None, 365, None, "onsale"),
    ("GOLD-BAR", "瀚海金条", "Hanhai gold bar", "GOLD", "bank", "R3", "piece", 6200, None, None, None, "onsale"),
    ("GOLD-ACC", "积存金", "Gold savings plan", "GOLD", "bank", "R3", "share", 620, 600, None, None, "onsale"),
    ("TRUST-FAM", "家族信托", "Family trust", "TRUST", "service", "R3", "time", 50000, 10000000, 3650, None, "onsale"),
    ("FEE-CASH", "现金管理平台", "Cash management", "FEE-SETTLE", "service", None, "time", 20000, None, 365, None, "onsale"),
    ("FEE-PAYROLL", "代发工资", "Payroll service", "FEE-PAYROLL", "service", None, "time", 8000, None, 365, None, "onsale"),
    ("FEE-CUSTODY", "资产托管", "Custody", "FEE-CUSTODY", "service", None, "time", 30000, None, 365, None, "onsale"),
    ("FEE-INTL", "国际结算", "International settlement", "FEE-INTL", "service", None, "time", 15000, None, 365, None, "onsale"),
    ("FEE-GUAR", "银行保函", "Bank guarantee", "FEE-SETTLE", "service", None, "time", 10000, None, 180, None, "onsale"),
    ("IB-BOND", "债券承销", "Bond underwriting", "IB", "service", None, "time", 200000, None, None, None, "onsale"),
    ("SVC-ADV", "财富规划服务", "Wealth planning", "SVC", "service", None, "time", 5000, None, 365, None, "onsale"),
    ("SVC-TAX", "税务筹划服务", "Tax planning", "SVC", "service", None, "time", 9000, None, 365, None, "draft"),
)

_COST = {"bank": "0.96", "wealth": "0.97", "fund": "0.97", "insurance": "0.78", "securities": "0.60", "service": "0.40"}
FLOOR = Decimal("0.75")
"""A floor price as a share of the list price."""

LIST_PRICE = {code: price for code, _, _, _, _, _, _, price, *_ in PRODUCTS}


@dataclass(frozen=True, slots=True)
class Line:
    """A product sold: how much of it, at which price."""

    product: str
    quantity: Decimal
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """Quantity by price."""
        return (self.quantity * self.price).quantize(Decimal("0.01"))


def products() -> SeedFile:
    """The 48 products."""
    return SeedFile("product", "product", "code", [_product(*each) for each in PRODUCTS])


def _product(
    code: str, name: str, english: str, category: str, family: str, risk: str | None, unit: str, price: int,
    minimum: int | None, days: int | None, expected: str | None, status: str,
) -> Record:
    private = code in ("WM-PB", "TRUST-FAM")
    return {
        "code": code, "name": {"zh_CN": name, "en": english}, "category": category, "family": family, "risk_level": risk, "unit": unit,
        "list_price": price, "cost": (price * Decimal(_COST[family])).quantize(Decimal("0.01")), "min_amount": minimum,
        "term_days": days, "expected_yield": Decimal(expected) if expected else None, "sale_from": date(2022, 1, 4),
        "sale_to": date(2025, 6, 30) if status == "off" else None, "issuer": "瀚海金融",
        "eligible_tiers": ["private"] if private else None, "status": status, "created_at": BEGIN,
    }


FEATURES = {
    "wealth": (("流动性", "到期自动赎回"), ("起购", "1 万元起")),
    "fund": (("费率", "申购费一折"),),
    "insurance": (("犹豫期", "15 天"), ("缴费", "支持年交和月交")),
    "service": (("交付", "合同签订后 10 个工作日内"),),
}


def features() -> SeedFile:
    """What is said in favour of the products."""
    records: list[Record] = []
    for code, _, _, _, family, *_ in PRODUCTS:
        for place, (name, content) in enumerate(FEATURES.get(family, ()), start=1):
            records.append({"external_id": f"{code}-F{place}", "product": code, "name": name, "content": content, "created_at": BEGIN})
    return SeedFile("product_feature", "product_feature", "external_id", records)


BOOKS = (
    ("瀚海标准价格手册", None, None, True, Decimal(1)),
    ("北京分行对公手册", "BJ", "key", False, Decimal("0.98")),
    ("上海财富手册", "SH", "platinum", False, Decimal("0.97")),
)
STANDARD_BOOK = BOOKS[0][0]


def price_books() -> SeedFile:
    """The standard price book and two of branches."""
    records: list[Record] = [
        {
            "name": name, "unit": unit, "customer_level": tier, "is_standard": standard, "valid_from": date(2025, 1, 1),
            "valid_to": None if standard else date(2026, 12, 31), "active": True, "created_at": BEGIN,
        }
        for name, unit, tier, standard, _ in BOOKS
    ]
    return SeedFile("price_book", "price_book", "name", records)


def price_entries() -> SeedFile:
    """All products in the standard book, the first and the last 36 of them in the others: 120 prices."""
    records: list[Record] = []
    for number, (book, _, _, _, share) in enumerate(BOOKS, start=1):
        for code, price in list(LIST_PRICE.items())[{1: slice(None), 2: slice(36), 3: slice(-36, None)}[number]]:
            listed = (price * share).quantize(Decimal("0.01"))
            records.append({
                "external_id": f"PB{number}-{code}", "price_book": book, "product": code, "qty_from": 1, "list_price": listed,
                "floor_price": (price * FLOOR).quantize(Decimal("0.01")), "active": True, "created_at": BEGIN,
            })
    return SeedFile("price_book_entry", "price_book_entry", "external_id", records)


TERMS = {"demand": 10, "7d": 45, "3m": 110, "6m": 130, "1y": 145, "2y": 165, "3y": 195, "5y": 200}
"""Basis points that a deposit of a term earns."""

RATED = (("DEP-TERM", 0), ("DEP-CALL", -10), ("DEP-CD", 20), ("DEP-AGREE", 15))
CHANGES = (
    (date(2025, 1, 1), date(2025, 5, 19), 0), (date(2025, 5, 20), date(2025, 10, 19), -15), (date(2025, 10, 20), None, -25),
)
"""From when until when, and by how many basis points less: two changes of the rates."""


def rates() -> SeedFile:
    """Four products by eight terms, before and after two changes: 96 rates."""
    records: list[Record] = []
    for product, above in RATED:
        for term, points in TERMS.items():
            for number, (first, last, less) in enumerate(CHANGES, start=1):
                rate = max(points + above + less, 5)
                records.append({
                    "external_id": f"{product}-{term}-{number}", "product": product, "term_code": term, "amount_from": 0,
                    "rate": Decimal(rate) / 10_000, "ftp_rate": Decimal(rate + 85) / 10_000, "valid_from": first, "valid_to": last,
                    "published": True, "created_at": BEGIN,
                })
    return SeedFile("rate_table", "rate_table", "external_id", records)


RIVALS = (
    ("示例城商银行", "Example City Bank", "bank", "上海", "high", "网点多，审批快", "产品线窄"),
    ("示例联合银行", "Example United Bank", "bank", "北京", "high", "贷款利率低", "服务响应慢"),
    ("示例开放银行", "Example Open Bank", "bank", "广东", "mid", "线上体验好", "对公能力弱"),
    ("示例中天证券", "Example Zhongtian Securities", "broker", "北京", "mid", "佣金低", "投顾人数少"),
    ("示例远见证券", "Example Foresight Securities", "broker", "上海", "low", "研究能力强", "费用高"),
    ("示例安康人寿", "Example Ankang Life", "insurer", "全国", "mid", "品牌知名度高", "理赔周期长"),
    ("示例金诺财富", "Example Jinnuo Wealth", "wealth", "杭州", "mid", "收益率承诺高", "合规风险"),
    ("示例零钱通", "Example Change Wallet", "internet", "全国", "low", "入口流量大", "额度小"),
)
RIVAL_PRODUCTS = {
    "bank": (("对公贷款", "LOAN-WC", "0.036"), ("大额存单", "DEP-CD", "0.0195"), ("现金管理", "FEE-CASH", None)),
    "broker": (("证券开户", "SEC-OPEN", None), ("两融", "SEC-MARGIN", "0.065"), ("指数基金", "FUND-IDX", "0.0012")),
    "insurer": (("终身寿险", "INS-LIFE", None), ("重疾险", "INS-CI", None), ("年金险", "INS-ANN", "0.025")),
    "wealth": (("固收理财", "WM-FIX365", "0.036"), ("混合理财", "WM-MIX", "0.046"), ("财富规划", "SVC-ADV", None)),
    "internet": (("货币基金", "FUND-MM", "0.0175"), ("活期理财", "WM-CASH", "0.0185"), ("消费贷", "LOAN-CONS", "0.072")),
}
RIVAL_NAMES = tuple(each[0] for each in RIVALS)
RIVAL_KIND = {each[0]: each[2] for each in RIVALS}


def rivals() -> SeedFile:
    """The eight competitors."""
    records: list[Record] = [
        {
            "name": name, "kind": kind, "region": region, "business": english, "threat": threat, "strengths": strong,
            "weaknesses": weak, "counter_tactics": "突出综合服务与响应速度，不打价格战",
            "website": f"https://rival{number}.example.com", "created_at": BEGIN,
        }
        for number, (name, english, kind, region, threat, strong, weak) in enumerate(RIVALS, start=1)
    ]
    return SeedFile("competitor", "competitor", "name", records)


def rival_products() -> SeedFile:
    """Three products of each competitor: 24."""
    records: list[Record] = []
    for number, (name, _, kind, *_) in enumerate(RIVALS, start=1):
        for place, (title, ours, rate) in enumerate(RIVAL_PRODUCTS[kind], start=1):
            draw = Draw("competitor_product", number * 10 + place)
            records.append({
                "external_id": f"R{number}-{place}", "competitor": name, "name": title, "our_product": ours,
                "rate": Decimal(rate) if rate else None, "price": LIST_PRICE[ours] * draw.number("price", 85, 105) // 100,
                "valid_on": date(2025, 1, 6) + timedelta(days=draw.number("valid_on", 0, 340)), "created_at": BEGIN,
            })
    return SeedFile("competitor_product", "competitor_product", "external_id", records)
