"""Field types by which somebody is reached: e-mail, phone and URL."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from metadata.errors import InvalidValue
from metadata.fields.code import CodeType
from metadata.fields.contract import Sample
from metadata.fields.text import URL_SCHEMES
from metadata.text import Text

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]{1,64}@"
    r"[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff.-]{0,250})\Z"
)
_DOMAIN_PART = re.compile(r"[A-Za-z0-9\u00a1-\uffff](?:[A-Za-z0-9\u00a1-\uffff-]{0,61}[A-Za-z0-9\u00a1-\uffff])?\Z")
_PHONE = re.compile(r"\+?[0-9(][0-9() .\-/]{1,30}(?:(?: ?ext\.? ?|x|#|,)[0-9]{1,8})?\Z", re.IGNORECASE)


class EmailType(CodeType):
    """An e-mail address."""

    name = "email"
    label = Text.of({"en": "E-mail", "zh_CN": "电子邮箱"})
    help = Text.of({"en": "An e-mail address; shown as a link.", "zh_CN": "电子邮箱地址，显示为链接。"})
    widget = "email"
    limit = 254
    samples = (
        Sample(" Li.Na@Example.COM ", "Li.Na@example.com", "Li.Na@example.com"),
        Sample("ｌｉ@example.com", "li@example.com", "li@example.com"),
        Sample("a+b@sub.example.co", "a+b@sub.example.co", "a+b@sub.example.co"),
        Sample("王@例子.公司", "王@例子.公司", "王@例子.公司"),
        Sample("", None, None),
        Sample("nobody", refused="bad_email"),
        Sample("a@b", refused="bad_email"),
        Sample("a@@b.com", refused="bad_email"),
        Sample("a b@c.com", refused="bad_email"),
        Sample("a@-b.com", refused="bad_email"),
        Sample("a@b..com", refused="bad_email"),
        Sample("<script>@b.com", refused="bad_email"),
        Sample("a@b.com\nBcc: c@d.com", refused="line_break"),
        Sample("a" * 10_000 + "@b.com", refused="too_long"),
        Sample("a\x00@b.com", refused="bad_character"),
        Sample(7, refused="not_text"),
    )

    def checked(self, text: str) -> str:
        """Check name and domain, and write the domain in lower case."""
        name, _, domain = text.rpartition("@")
        parts = domain.split(".")
        if not _EMAIL.match(text) or len(parts) < 2 or not all(_DOMAIN_PART.match(part) for part in parts):
            raise InvalidValue("bad_email")
        return f"{name}@{domain.lower()}"


class PhoneType(CodeType):
    """A telephone number."""

    name = "phone"
    label = Text.of({"en": "Phone", "zh_CN": "电话"})
    help = Text.of({
        "en": "A telephone number, with area or country code and extension if wanted; kept as written.",
        "zh_CN": "电话号码，可带区号、国家代码和分机号，按填写的样子保存。",
    })
    widget = "tel"
    limit = 40
    samples = (
        Sample("13800138000", "13800138000", "13800138000"),
        Sample("+86 (21) 5888-1234", "+86 (21) 5888-1234", "+86 (21) 5888-1234"),
        Sample("021-58881234 ext 12", "021-58881234 ext 12", "021-58881234 ext 12"),
        Sample("１３８００１３８０００", "13800138000", "13800138000"),
        Sample("", None, None),
        Sample("call me", refused="bad_phone"),
        Sample("12", refused="bad_phone"),
        Sample("javascript:1", refused="bad_phone"),
        Sample("1" * 41, refused="too_long"),
        Sample(13800138000, refused="not_text"),
        Sample("138\x0000", refused="bad_character"),
    )

    def checked(self, text: str) -> str:
        """Check that a number can be dialled: digits and the usual marks, at least three digits."""
        if not _PHONE.match(text) or sum(each.isdigit() for each in text) < 3:
            raise InvalidValue("bad_phone")
        return text


class UrlType(CodeType):
    """A web address."""

    name = "url"
    label = Text.of({"en": "URL", "zh_CN": "网址"})
    help = Text.of({
        "en": "An address that begins with https://, http://, mailto: or tel:; shown as a link.",
        "zh_CN": "以 https://、http://、mailto: 或 tel: 开头的地址，显示为链接。",
    })
    widget = "url"
    limit = 2_000
    samples = (
        Sample("https://example.com/a?b=1#c", "https://example.com/a?b=1#c", "https://example.com/a?b=1#c"),
        Sample("HTTP://Example.com", "http://Example.com", "http://Example.com"),
        Sample("https://例子.公司/路", "https://例子.公司/路", "https://例子.公司/路"),
        Sample("mailto:a@b.com", "mailto:a@b.com", "mailto:a@b.com"),
        Sample("", None, None),
        Sample("javascript:alert(1)", refused="bad_url"),
        Sample("java\tscript:alert(1)", refused="bad_url"),
        Sample("data:text/html,x", refused="bad_url"),
        Sample("//example.com", refused="bad_url"),
        Sample("example.com", refused="bad_url"),
        Sample("https://", refused="bad_url"),
        Sample("https://user:secret@example.com", refused="bad_url"),
        Sample("https://exa mple.com", refused="bad_url"),
        Sample("http://[", refused="bad_url"),
        Sample("https://example.com:99999", refused="bad_url"),
        Sample("https://example.com/" + "x" * 3_000, refused="too_long"),
        Sample(1, refused="not_text"),
    )

    def checked(self, text: str) -> str:
        """Check the scheme and that there is something behind it; user names in an address are refused."""
        scheme, colon, rest = text.partition(":")
        scheme = scheme.lower()
        if (
            not colon
            or scheme not in URL_SCHEMES
            or not rest
            or any(each.isspace() or each in '<>"\\' for each in text)
        ):
            raise InvalidValue("bad_url")
        try:
            parts = urlsplit(f"{scheme}:{rest}")
            if scheme in ("http", "https") and (not parts.hostname or "@" in parts.netloc or parts.port == 0):
                raise InvalidValue("bad_url")
        except ValueError as wrong:
            raise InvalidValue("bad_url") from wrong
        return f"{scheme}:{rest}"
