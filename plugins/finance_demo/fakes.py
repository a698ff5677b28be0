"""Identities that nobody has: names from fixed lists, numbers with a right checksum in ranges that are given to no one."""

from __future__ import annotations

from datetime import date

from plugins.finance_demo.chance import Draw

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
)
GIVEN_NAMES = tuple(
    "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 霞 平 刚 桂英 建华 文博 雨桐 子涵 梓萱 浩然 思远 佳怡 嘉豪 俊杰 晓东 海燕 志强 "
    "秀兰 玉梅 国庆 春华 秋实 冬梅 宇航 天佑 欣怡 诗涵 若曦 一凡 可欣 博文 鹏飞 丽娟 红梅 建国 新民 少华 永康 慧敏 淑贞 云飞 海涛 立群 "
    "正阳 文静 雅琴 晨曦 景行 怀瑾 知远 望舒 清越 致和 修远 乐天 安然 亦凡 书瑶 语嫣 承志 启明 家栋 振宇".split()
)
TRADES = (
    ("科技", "I"), ("精密制造", "C"), ("医药", "C"), ("建筑工程", "E"), ("商贸", "F"), ("物流", "G"), ("餐饮管理", "H"), ("软件", "I"),
    ("投资", "J"), ("置业", "K"), ("商务服务", "L"), ("检测技术", "M"), ("环境", "N"), ("教育", "P"), ("健康管理", "Q"), ("文化传媒", "R"),
    ("农业", "A"), ("新能源", "D"), ("电子", "C"), ("食品", "C"),
)
MARKS = tuple("启明 恒泰 远航 金桥 博雅 鼎盛 云帆 瑞丰 中和 天成 汇通 锦程 宏图 明德 安信 嘉禾 星河 万象 卓越 东方 华光 长青 天元 新元 广源 立信".split())

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def person(draw: Draw) -> str:
    """Draw a person's name."""
    return draw.pick("surname", SURNAMES) + draw.pick("given name", GIVEN_NAMES)


def company(index: int, draw: Draw) -> tuple[str, str]:
    """Draw a company's name, different for every index below 520, and its branch of trade."""
    trade, industry = TRADES[(index * 7 + draw.number("trade", 0, 0)) % len(TRADES)]
    return f"瀚海示例{MARKS[(index // len(TRADES) + index * 5) % len(MARKS)]}{trade}有限公司", industry


def citizen_id(born: date, serial: int, *, female: bool) -> str:
    """Make a citizen's number of the area 990000, which does not exist."""
    digits = f"990000{born:%Y%m%d}{serial % 500 * 2 + (0 if female else 1):03d}"
    return digits + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def credit_code(serial: int) -> str:
    """Make an organisation's code of the area 990000."""
    digits = f"91990000MA{serial:07d}"
    return digits + _CODE[-sum(_CODE.index(each) * pow(3, place, 31) for place, each in enumerate(digits)) % 31]


def mobile(serial: int) -> str:
    """Make a mobile number of a prefix that no operator has."""
    return f"100{serial:08d}"


def mail(word: str) -> str:
    """Make an address at the domain that is reserved for examples."""
    return f"{word}@example.com"
