"""Reads an HTML form like a browser: what would be sent if it were submitted as it stands."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Reader(HTMLParser):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.sent: MultiDict[str, str] = MultiDict()
        self._wanted = number
        self._forms = 0
        self._select: tuple[str | None, bool, bool] | None = None
        self._first: str | None = None
        self._area: str | None = None
        self._text = ""
        self._disabled = 0

    @property
    def _inside(self) -> bool:
        return self._forms == self._wanted

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._forms += 1
        if tag == "fieldset":
            self._disabled = self._disabled + 1 if self._disabled or "disabled" in given else 0
        if not self._inside or self._disabled or "disabled" in given:
            return
        name = given.get("name")
        if tag == "input" and name and given.get("type") not in ("file", "submit"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.sent.add(name, given.get("value") or "")
        if tag == "select":
            self._select, self._first = (name, "multiple" in given, False), None
        if tag == "option" and self._select:
            self._option(given)
        if tag == "textarea":
            self._area, self._text = name, ""

    def _option(self, given: dict[str, str | None]) -> None:
        name, many, chosen = self._select  # type: ignore[misc]
        self._first = given.get("value") or "" if self._first is None else self._first
        if "selected" in given and name:
            self.sent.add(name, given.get("value") or "")
            self._select = (name, many, True)

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset" and self._disabled:
            self._disabled -= 1
        if tag == "select" and self._select:
            name, many, chosen = self._select
            if name and not many and not chosen and self._first is not None:
                self.sent.add(name, self._first)
            self._select = None
        if tag == "textarea" and self._area and self._inside:
            self.sent.add(self._area, self._text.removeprefix("\n"))
            self._area = None


def filled_form(html: str, marker: str = "data-form") -> MultiDict[str, str]:
    """What the form with a marker in its tag would send."""
    before = html[: html.index(marker)]
    reader = _Reader(before.count("<form"))
    reader.feed(html)
    return reader.sent
