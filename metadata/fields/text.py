"""Field types whose values are free texts: text, long text, rich text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import nh3
from sqlalchemy import String
from sqlalchemy import Text as TextColumn
from sqlalchemy.types import TypeEngine

from metadata.errors import InvalidValue
from metadata.expressions.types import TEXT, ValueType
from metadata.fields.contract import FieldType, Option, Sample
from metadata.fields.operators import TEXT_OPERATORS
from metadata.model import Field
from metadata.patterns import pattern
from metadata.text import Text

LINE_BREAKS = re.compile("[\n\r\v\f\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"<[^>]*>")

URL_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_RICH_TAGS = {
    "a", "b", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p",
    "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}
_RICH_ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}


def checked_text(raw: object, limit: int) -> str | None:
    """Take a text of at most about `limit` characters in normal form NFC; blank text is None.

    Raises InvalidValue: `not_text`, `too_long`, `bad_character` (NUL, other controls, lone surrogates).
    """
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise InvalidValue("not_text")
    if len(raw) > 4 * limit + 1_000:
        raise InvalidValue("too_long", limit=limit, length=len(raw))
    if _FORBIDDEN.search(raw):
        raise InvalidValue("bad_character")
    text = unicodedata.normalize("NFC", raw)
    return text if text.strip() else None


def checked_line(raw: object, limit: int) -> str | None:
    """Take a text of one line, without blanks at its ends; see `checked_text`, and `line_break`."""
    text = checked_text(raw, limit)
    if text is None:
        return None
    text = text.strip()
    if LINE_BREAKS.search(text):
        raise InvalidValue("line_break")
    return _within(text, limit)


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise InvalidValue("too_long", limit=limit, length=len(text))
    return text


class TextType(FieldType):
    """A single line."""

    name = "text"
    label = Text.of({"en": "Text", "zh_CN": "文本"})
    help = Text.of({
        "en": "One line of text. Blanks at the ends are removed; line breaks are refused.",
        "zh_CN": "单行文本。首尾空格会被去掉，不允许换行。",
    })
    widget = "text"
    operators = TEXT_OPERATORS
    searchable = True
    options = (
        Option(
            "max_length",
            {"type": "integer", "minimum": 1, "maximum": 4000, "description": "Longest text, in characters."},
            255,
        ),
        Option(
            "min_length",
            {"type": "integer", "minimum": 1, "maximum": 4000, "description": "Shortest text, in characters."},
        ),
        Option(
            "pattern",
            {
                "type": "string",
                "minLength": 1,
                "maxLength": 500,
                "description": "A regular expression that the whole text must match; without look-arounds and "
                "back references.",
            },
        ),
    )
    samples = (
        Sample("  张伟 ", "张伟", "张伟"),
        Sample("", None, None),
        Sample("   ", None, None),
        Sample(None, None, None),
        Sample("e\u0301", "\u00e9", "\u00e9"),
        Sample("１２３", "１２３", "１２３"),
        Sample("O'Brien \"&<b>\" 100% _ \\ ;--", "O'Brien \"&<b>\" 100% _ \\ ;--", "O'Brien \"&<b>\" 100% _ \\ ;--"),
        Sample("𠮷野家 😀", "𠮷野家 😀", "𠮷野家 😀"),
        Sample("AB-12", "AB-12", "AB-12", options={"pattern": "[A-Z]{2}-\\d+"}),
        Sample("ab-12", refused="pattern", options={"pattern": "[A-Z]{2}-\\d+"}),
        Sample("a" * 60 + "!", refused="pattern", options={"pattern": "(a+)+"}),
        Sample("abc", refused="too_long", options={"max_length": 2}),
        Sample("𠮷𠮷", "𠮷𠮷", "𠮷𠮷", options={"max_length": 2}),
        Sample("a", refused="too_short", options={"min_length": 2}),
        Sample("x" * 200_000, refused="too_long"),
        Sample("two\nlines", refused="line_break"),
        Sample("two\u2028lines", refused="line_break"),
        Sample("nul\x00", refused="bad_character"),
        Sample("half \ud800 pair", refused="bad_character"),
        Sample(12, refused="not_text"),
        Sample(True, refused="not_text"),
        Sample(["a"], refused="not_text"),
        Sample({"a": 1}, refused="not_text"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A text of limited length."""
        return ValueType(TEXT.kind, size=field.options["max_length"])  # type: ignore[arg-type]

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One VARCHAR."""
        return ((field.name, String(int(field.options["max_length"]))),)  # type: ignore[call-overload]

    def parse(self, field: Field, raw: object) -> str | None:
        """Strip and normalise a line; see `checked_line`, and `too_short`, `pattern`."""
        options = field.options
        text = checked_line(raw, options["max_length"])  # type: ignore[arg-type]
        if text is None:
            return None
        shortest, form = options["min_length"], options["pattern"]
        if shortest is not None and len(text) < shortest:  # type: ignore[operator]
            raise InvalidValue("too_short", limit=shortest, length=len(text))
        if form is not None and not pattern(form).matches(text):  # type: ignore[arg-type]
            raise InvalidValue("pattern", pattern=form)
        return text

    def problems(self, field: Field) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
        """A pattern that can't be read, or a shortest length above the longest."""
        shortest, longest, form = field.options["min_length"], field.options["max_length"], field.options["pattern"]
        found: list[tuple[str, str, Mapping[str, object]]] = []
        if shortest is not None and shortest > longest:  # type: ignore[operator]
            found.append(("min_length", "min_above_max", {"min": shortest, "max": longest}))
        if form is not None:
            try:
                pattern(form)  # type: ignore[arg-type]
            except InvalidValue as wrong:
                found.append(("pattern", wrong.code, wrong.params))
        return tuple(found)


class LongTextType(FieldType):
    """Several lines."""

    name = "long_text"
    label = Text.of({"en": "Long text", "zh_CN": "多行文本"})
    help = Text.of({"en": "Text of several lines.", "zh_CN": "可以换行的长文本。"})
    widget = "textarea"
    operators = ("contains", "not_contains", "is_blank", "is_not_blank")
    searchable = True
    options = (
        Option(
            "max_length",
            {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "Longest text, in characters."},
            32_000,
        ),
    )
    samples = (
        Sample("first\r\nsecond", "first\nsecond", "first\nsecond"),
        Sample("  indented\n", "  indented", "  indented"),
        Sample("\n \n", None, None),
        Sample(None, None, None),
        Sample("第一行\n第二行\t。", "第一行\n第二行\t。", "第一行\n第二行\t。"),
        Sample("abcd", refused="too_long", options={"max_length": 3}),
        Sample("x" * 200_000, refused="too_long"),
        Sample("\x00", refused="bad_character"),
        Sample("\udfff", refused="bad_character"),
        Sample(1.5, refused="not_text"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A text."""
        return TEXT

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One TEXT."""
        return ((field.name, TextColumn()),)

    def parse(self, field: Field, raw: object) -> str | None:
        """Unify line ends and remove trailing blanks; see `checked_text`."""
        limit: int = field.options["max_length"]  # type: ignore[assignment]
        text = checked_text(raw, limit)
        return None if text is None else _within(text.replace("\r\n", "\n").replace("\r", "\n").rstrip(), limit)


class RichTextType(FieldType):
    """Formatted text, cleaned on the server."""

    name = "rich_text"
    label = Text.of({"en": "Rich text", "zh_CN": "富文本"})
    help = Text.of({
        "en": "Formatted text with headings, lists, tables and links. Everything active is removed when it is saved.",
        "zh_CN": "带格式的文本：标题、列表、表格、链接。保存时会清除脚本等不安全内容。",
    })
    widget = "rich_text"
    operators = ("contains", "not_contains", "is_blank", "is_not_blank")
    searchable = True
    options = (
        Option(
            "max_length",
            {
                "type": "integer",
                "minimum": 1,
                "maximum": 1_000_000,
                "description": "Longest text with its tags, in characters.",
            },
            100_000,
        ),
    )
    samples = (
        Sample("<p>hello <b>you</b></p>", "<p>hello <b>you</b></p>", "<p>hello <b>you</b></p>"),
        Sample("<p>a<script>alert(1)</script></p>", "<p>a</p>", "<p>a</p>"),
        Sample(
            '<a href="javascript:alert(1)">x</a>',
            '<a rel="noopener noreferrer">x</a>',
            '<a rel="noopener noreferrer">x</a>',
        ),
        Sample('<b onclick="x()">b</b><img src=x onerror=y>', "<b>b</b>", "<b>b</b>"),
        Sample("<div><br></div>", None, None),
        Sample("1 < 2 & 3", "1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        Sample("", None, None),
        Sample("x" * 200_000, refused="too_long"),
        Sample("<p>\x00</p>", refused="bad_character"),
        Sample(3, refused="not_text"),
    )

    def type_of(self, field: Field) -> ValueType:
        """A text, with its tags."""
        return TEXT

    def columns(self, field: Field) -> tuple[tuple[str, TypeEngine], ...]:
        """One TEXT."""
        return ((field.name, TextColumn()),)

    def parse(self, field: Field, raw: object) -> str | None:
        """Keep harmless tags and link targets only; a text without any content is blank."""
        limit: int = field.options["max_length"]  # type: ignore[assignment]
        text = checked_text(raw, limit)
        if text is None:
            return None
        cleaned = nh3.clean(
            text, tags=_RICH_TAGS, attributes=_RICH_ATTRIBUTES, url_schemes=set(URL_SCHEMES), strip_comments=True
        ).strip()
        return _within(cleaned, limit) if plain_text(cleaned) else None


def plain_text(rich: str) -> str:
    """What a reader sees of a cleaned rich text, on one line."""
    spaced = _TAG.sub(" ", rich).replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return " ".join(spaced.split())
