"""Field types of official numbers with a checksum: citizen number and unified social credit code."""

from __future__ import annotations

import re
from datetime import date

from metadata.errors import InvalidValue
from metadata.fields.code import CodeType
from metadata.fields.contract import Sample
from metadata.text import Text

_CITIZEN = re.compile(r"[1-9][0-9]{16}[0-9X]\Z")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_REGIONS = frozenset((
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 71 81 82 83 99"
).split())
"""The regions of GB/T 2260; 99 is given to nobody, so that invented people may have a number."""

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}\Z")


class _OfficialNumber(CodeType):
    """Eighteen characters, the last of which checks the others."""

    widget = "text"
    limit = 18

    def checked(self, text: str) -> str:
        """Take the number in capitals and check it."""
        number = text.upper()
        self.check(number)
        return number

    def check(self, number: str) -> None:
        """Raise InvalidValue when the number can't be right."""
        raise NotImplementedError(self.name)


class CitizenIdType(_OfficialNumber):
    """A Chinese citizen's identity number."""

    name = "citizen_id"
    label = Text.of({"en": "Citizen ID (GB 11643)", "zh_CN": "居民身份证号"})
    help = Text.of({
        "en": "A Chinese citizen's identity number of 18 places; region, date of birth and check digit are verified.",
        "zh_CN": "18 位居民身份证号，校验地区、出生日期和校验码。",
    })
    samples = (
        Sample("11010519491231002X", "11010519491231002X", "11010519491231002X"),
        Sample(" 11010519491231002x ", "11010519491231002X", "11010519491231002X"),
        Sample("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", "11010519491231002X"),
        Sample("440524188001010014", "440524188001010014", "440524188001010014"),
        Sample("", None, None),
        Sample(None, None, None),
        Sample("110105194912310021", refused="citizen_id_checksum"),
        Sample("11010519490231002X", refused="citizen_id_date"),
        Sample("98010519491231002X", refused="citizen_id_form"),
        Sample("110105491231002", refused="citizen_id_form"),
        Sample("1101051949123100XX", refused="citizen_id_form"),
        Sample("1" * 200_000, refused="too_long"),
        Sample(110105194912310020, refused="not_text"),
        Sample("11010519491231002\x00", refused="bad_character"),
    )

    def check(self, number: str) -> None:
        """Check form and region, date of birth, and checksum (ISO 7064 MOD 11-2), in this order."""
        if not _CITIZEN.match(number) or number[:2] not in _REGIONS:
            raise InvalidValue("citizen_id_form")
        try:
            date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        except ValueError as wrong:
            raise InvalidValue("citizen_id_date") from wrong
        if number[17] != _CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS)) % 11]:
            raise InvalidValue("citizen_id_checksum")


class CreditCodeType(_OfficialNumber):
    """A Chinese organisation's unified social credit code."""

    name = "credit_code"
    label = Text.of({"en": "Unified social credit code (GB 32100)", "zh_CN": "统一社会信用代码"})
    help = Text.of({
        "en": "A Chinese organisation's code of 18 places; form and check character are verified.",
        "zh_CN": "18 位统一社会信用代码，校验格式和校验码。",
    })
    samples = (
        Sample("91350100M000100Y43", "91350100M000100Y43", "91350100M000100Y43"),
        Sample("91350100m000100y43", "91350100M000100Y43", "91350100M000100Y43"),
        Sample("", None, None),
        Sample("91350100M000100Y44", refused="credit_code_checksum"),
        Sample("91350100I000100Y43", refused="credit_code_form"),
        Sample("9135010M000100Y43", refused="credit_code_form"),
        Sample("X" * 200_000, refused="too_long"),
        Sample(913501000001000043, refused="not_text"),
        Sample("91350100M000100Y4\udc00", refused="bad_character"),
    )

    def check(self, number: str) -> None:
        """Check the form, then the last character (weights 3^i modulo 31)."""
        if not _CREDIT.match(number):
            raise InvalidValue("credit_code_form")
        total = sum(_CREDIT_ALPHABET.index(each) * pow(3, place, 31) for place, each in enumerate(number[:17]))
        if number[17] != _CREDIT_ALPHABET[-total % 31]:
            raise InvalidValue("credit_code_checksum")
