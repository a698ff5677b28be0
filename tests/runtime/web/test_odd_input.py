"""Whatever is sent to a page, it answers with a page: no failure of the program, no traceback."""

from urllib.parse import quote

import pytest

from tests.runtime.web.filled import filled_form
from tests.support.application import Application
from tests.support.visitor import Visitor

Clinic = tuple[Application, Visitor]
ODD = (
    "", "\0", "a\0b", "\ud800", "𠮷" * 50, "x" * 9000, "-1", "0", "9" * 30, "1e999", "NaN", "１２", "1;2", "a:b:c", "{}", "[1]", "'", '"', "%", "\\|",
    "<b>", "../../etc", "true", "None", "2026-02-30", "99999-01-01", "{0}", "%(x)s", "{{ 7*7 }}", "__class__",
)
IN_FORMS = ("", "\0", "𠮷" * 50, "x" * 9000, "9" * 30, "NaN", "１２", "[1]", "<b>", "2026-02-30", "{0}")
GETS = (
    "/o/patient?view={}", "/o/patient?sort={}", "/o/patient?sort=-{}", "/o/patient?c={}", "/o/patient?c=name:equals:{}", "/o/patient?c=name:{}:x",
    "/o/patient?c=balance:between:{}|{}", "/o/patient?c=born_on:less:{}", "/o/patient?c=gender:in:{}", "/o/patient?where={}", "/o/patient?after={}",
    "/o/patient?trail={}&after={}", "/o/patient?f=name&op=contains&v={}", "/o/patient?f={}&op={}&v={}", "/o/{}", "/o/patient/{}", "/o/patient/1?tab={}",
    "/o/patient/{}/edit", "/o/patient/1/history?before={}", "/o/patient/1/attachments/{}", "/o/patient/1/file/{}", "/o/appointment/new?record_type={}",
    "/o/appointment/new?record_type=visit&set.patient={}", "/o/appointment/new?record_type=visit&set.{}=1", "/search?q={}", "/suggest?q={}",
    "/lookup/appointment/patient?q={}", "/lookup/appointment/{}", "/app/{}", "/{}", "/login?next={}",
)


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize("path", GETS)
def test_an_odd_address_gets_a_page(shared: Clinic, path: str) -> None:
    _, visitor = shared

    for odd in ODD:
        answer = visitor.get(path.replace("{}", encoded(odd)))
        assert answer.status_code < 500, (path, odd, answer.text[:300])


@pytest.mark.parametrize("path", ["/o/patient/new", "/o/appointment/new?record_type=visit&set.patient=1", "/o/patient/2/edit"])
def test_odd_values_in_a_form_get_the_form_back_or_are_saved(both: Clinic, path: str) -> None:
    _, visitor = both
    form = filled_form(visitor.get(path).text)

    for name in form.keys() - {"csrf_token"}:
        for odd in IN_FORMS:
            sent = form.copy()
            sent.setlist(name, [odd, odd])
            answer = visitor.post(path.partition("?")[0], sent.to_dict(flat=False))
            assert answer.status_code in (303, 404, 409, 422), (name, odd, answer.status_code, answer.text[:300])


@pytest.mark.parametrize("path", ["/form/patient/state", "/form/appointment/state", "/form/nothing/state", "/preferences", "/o/patient/1/comments"])
def test_odd_values_elsewhere_are_no_failure(shared: Clinic, path: str) -> None:
    _, visitor = shared
    visitor.get("/")

    for odd in (each for each in ODD if each.isprintable()):
        data = {name: odd for name in ("name", "home.lat", "share", "record_id", "record_type", "text", "back", "locale", "theme", "was", "form_key")}
        assert visitor.post(path, data).status_code < 500, odd
