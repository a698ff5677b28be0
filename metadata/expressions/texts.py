"""What the text functions do, in Python; positions count characters from 1, an empty text is blank."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timezone
from decimal import Decimal

from metadata.expressions import numbers
from metadata.expressions.problems import Fault
from metadata.patterns import pattern

MAX_TEXT = 10_000
MAX_REPLACEMENT = 1_000
SPACE = " \t\n\r\f\v\u00a0\u3000"
NUMBER = r"[+-]?(?:0*[0-9]{1,20}(?:\.[0-9]*)?|\.[0-9]+)"
_NUMBER = re.compile(NUMBER)


def _pairs() -> dict[str, str]:
    """Letters and their capitals, one to one: Latin, Greek, Cyrillic and full-width letters."""
    ranges = ((0x61, 0x7B), (0xE0, 0x180), (0x3AC, 0x3CF), (0x430, 0x460), (0x1E00, 0x1F00), (0xFF41, 0xFF5B))
    letters = (chr(point) for low, high in ranges for point in range(low, high))
    return {
        each: each.upper()
        for each in letters
        if len(each.upper()) == 1 and each.upper().lower() == each != each.upper()
    }


CAPITALS = _pairs()
_UPPER = str.maketrans(CAPITALS)
_LOWER = str.maketrans({capital: small for small, capital in CAPITALS.items()})
INSIDE_WORD = frozenset("0123456789'’") | frozenset(CAPITALS) | frozenset(CAPITALS.values())


def result(text: str) -> str | None:
    """Check a text's length and make an empty one blank; raises Fault."""
    if len(text) > MAX_TEXT:
        raise Fault
    return text or None


def join(*parts: str | None) -> str | None:
    """Put texts together; a blank one disappears."""
    return result("".join([each for each in parts if each is not None]))


def length(text: str | None) -> Decimal:
    """Count characters; a blank has none."""
    return Decimal(len(text or ""))


def left(text: str, count: Decimal) -> str | None:
    """Take so many characters from the start."""
    return result(text[: max(0, int(count))])


def right(text: str, count: Decimal) -> str | None:
    """Take so many characters from the end."""
    number = int(count)
    return result(text[-number:]) if number > 0 else None


def middle(text: str, start: Decimal, count: Decimal) -> str | None:
    """Take so many characters from a position on."""
    first = max(1, int(start)) - 1
    return result(text[first : first + max(0, int(count))])


def find(search: str | None, text: str | None, start: Decimal | None = Decimal(1)) -> Decimal:
    """Give the position of a text in another, 0 if it isn't there."""
    if search is None or text is None or start is None:
        return Decimal(0)
    return Decimal(text.find(search, max(1, int(start)) - 1) + 1)


def contains(text: str | None, search: str | None) -> bool | None:
    """Tell whether a text is part of another; a blank one is part of every text."""
    if search is None:
        return True
    return None if text is None else search in text


def begins(text: str | None, start: str | None) -> bool | None:
    """Tell whether a text begins with another; every text begins with a blank one."""
    if start is None:
        return True
    return None if text is None else text.startswith(start)


def substitute(text: str | None, old: str | None, new: str | None) -> str | None:
    """Replace every occurrence."""
    if text is None or old is None:
        return None if text is None else result(text)
    if new is not None and len(new) > MAX_REPLACEMENT:
        raise Fault
    return result(text.replace(old, new or ""))


def trim(text: str) -> str | None:
    """Remove white space at both ends."""
    return result(text.strip(SPACE))


def upper(text: str) -> str | None:
    """Make capitals."""
    return result(text.translate(_UPPER))


def lower(text: str) -> str | None:
    """Make small letters."""
    return result(text.translate(_LOWER))


def initials(text: str) -> str | None:
    """Make the first letter of each word a capital and the others small."""
    if len(text) > MAX_TEXT:
        raise Fault
    words, inside = [], False
    for character in text:
        words.append(character.translate(_LOWER if inside else _UPPER))
        inside = character in INSIDE_WORD
    return "".join(words)


def pad_left(text: str, count: Decimal, fill: str = " ") -> str | None:
    """Fill on the left up to a length; a longer text is cut."""
    missing = _wanted(count) - len(text)
    return (fill * missing)[:missing] + text if missing > 0 else text[: _wanted(count)] or None


def pad_right(text: str, count: Decimal, fill: str = " ") -> str | None:
    """Fill on the right up to a length; a longer text is cut."""
    missing = _wanted(count) - len(text)
    return text + (fill * missing)[:missing] if missing > 0 else text[: _wanted(count)] or None


def _wanted(count: Decimal) -> int:
    if count > MAX_TEXT:
        raise Fault
    return max(0, int(count))


def reverse(text: str) -> str | None:
    """Turn the characters round."""
    return result(text[::-1])


def matches(text: str | None, source: str) -> bool:
    """Tell whether the whole text fits a pattern; a blank is like an empty text."""
    return pattern(source).matches(text or "")


def is_number(text: str | None) -> bool:
    """Tell whether a text can be read as a number."""
    return text is not None and _NUMBER.fullmatch(text.strip(SPACE)) is not None


def to_number(text: str) -> Decimal:
    """Read a number; raises Fault."""
    plain = text.strip(SPACE)
    if not _NUMBER.fullmatch(plain):
        raise Fault
    return numbers.long_number(plain)


def of_instant(value: datetime) -> str:
    """Write an instant in UTC, to the second."""
    return value.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0).isoformat(" ") + "Z"


def of_date(value: date) -> str:
    """Write a date."""
    return value.isoformat()


def of_time(value: time) -> str:
    """Write a time of day, to the second."""
    return value.isoformat("seconds")


def of_boolean(value: bool) -> str:
    """Write a yes or no."""
    return "true" if value else "false"


def nfkc(name: str) -> str:
    """Write a name in the one form in which names are compared."""
    return unicodedata.normalize("NFKC", name)
