"""The rows that both applications get: 10,000 accounts and 100,000 opportunities, the same in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

ACCOUNTS = 10_000
OPPORTUNITIES = 100_000
STAGES = ("discover", "qualify", "proposal", "negotiate", "approve", "won", "lost")
SOURCES = ("web", "phone", "referral", "campaign")
NOW = datetime(2025, 12, 31, 10, tzinfo=timezone.utc)


def share(name: str, number: int) -> float:
    """A number in [0, 1) that depends on nothing but its name and number."""
    return int(hashlib.sha256(f"{name}|{number}".encode()).hexdigest()[:13], 16) / 16**13


def accounts(number: int = ACCOUNTS) -> Iterator[dict[str, object]]:
    """The accounts, without keys."""
    for index in range(number):
        yield {"name": f"示例客户{index:05d}有限公司", "city": ("上海", "北京", "广州", "杭州")[index % 4]}


def opportunity(index: int, accounts_number: int = ACCOUNTS) -> dict[str, object]:
    """One opportunity by its running number; `account` is a number from 0."""
    return {
        "name": f"机会 {index:06d}",
        "account": int(share("account", index) * accounts_number),
        "stage": STAGES[int(share("stage", index) * len(STAGES))],
        "amount": Decimal(int(share("amount", index) * 1_000_000_00)).scaleb(-2),
        "probability": Decimal(int(share("probability", index) * 100)).scaleb(-2),
        "close_date": date(2025, 1, 1) + timedelta(days=int(share("close", index) * 365)),
        "source": SOURCES[index % 4],
        "is_key": share("key", index) < 0.1,
        "next_step": "拜访并确认需求",
        "next_step_date": date(2025, 6, 1) + timedelta(days=index % 200),
        "contact_name": "李想",
        "contact_email": f"contact{index}@example.com",
        "contact_phone": f"100{index:08d}",
        "quantity": index % 500,
        "description": "客户希望在季度内完成方案，预算已批，需要报价和演示。",
    }
