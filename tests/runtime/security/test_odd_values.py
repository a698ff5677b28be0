"""Whatever value is sent to a field of any type: refused with the field's name, alike on both databases, and soon."""

import json
import time
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from metadata.fields import field_types
from tests.runtime.security.secrets import form_of
from tests.support.application import Application, Client, open_application
from tests.support.databases import postgresql_database, sqlite_database
from tests.support.visitor import Visitor, person

PATIENCE = 1.0
"""Seconds of the processor's time that any answer may take; a busy machine adds to the clock's, but never this much."""

LONGEST_WAIT = 10.0

OPTIONS = {
    "picklist": "values: {a: A, b: B}", "multi_picklist": "values: {a: A, b: B}", "lookup": "to: target", "master_detail": "to: target",
    "many_to_many": "to: target", "any_lookup": "to: [target, everything]", "auto_number": 'pattern: "A-{0000}"',
    "formula": "returns: decimal, formula: f_decimal * f_integer",
}
EVERYTHING = "object: target\nlabel: Target\nplural: Targets\nsharing: read_write\nfields:\n  name: {type: text, label: Name}\n---\n" + (
    "object: everything\nlabel: Everything\nplural: Everything\nsharing: read_write\nsearch: [name]\nfields:\n  name: {type: text, label: Name}\n"
) + "".join(
    f"  f_{each.name}: {{type: {each.name}, label: F {each.name}{', ' + OPTIONS[each.name] if each.name in OPTIONS else ''}}}\n"
    for each in field_types.values()
)

TEXTS = ("text", "long_text", "rich_text", "name")
DEEP = "[" * 40 + "]" * 40
JSON_VALUES = {
    "huge exponent": "1e1000000000", "small exponent": "1e-1000000000", "exponent in a text": '"1e1000000000"', "exponent 300": "1e300",
    "exponent 99": "1e99", "int64": str(2**63), "minus int64": str(-(2**63) - 1), "int64 in a text": f'"{2**63}"', "5,000 digits": "9" * 5000,
    "5,000 digits in a text": '"' + "9" * 5000 + '"', "many places": "0." + "1" * 90, "nan": "NaN", "infinity": "-Infinity", "nan in a text": '"NaN"',
    "infinity in a text": '"Infinity"', "sNaN": '"sNaN123"', "nul": r'"a\u0000b"', "surrogate": r'"\ud800"', "surrogates turned": r'"\udc00\ud800"',
    "true": "true", "object": "{}", "deep object": '{"a": {"b": {"c": [1, {"d": null}]}}}', "list": "[]", "list of lists": "[[[]]]", "deep list": DEEP,
    "list of nulls": "[null, null]", "list of objects": '[{"a": 1}, {}]', "fullwidth": '"１２.５"', "arabic digits": '"٣"', "underscore": '"1_0"',
    "hex": '"0x10"', "blank signs": '"   "', "date of nowhere": '"2026-02-30"', "year 99999": '"99999-01-01"', "year 0": '"0000-01-01"', "leap second": '"2026-12-31T23:59:60Z"',
    "far zone": '"2026-01-01T00:00:00+99:99"', "edge of time": '"0001-01-01T00:00:00+14:00"', "end of time": '"9999-12-31T23:59:59-14:00"', "minus zero": "-0.0",
    "bom": '"\ufeff"', "rtl": '"\u202eabc"', "emoji": '"👩‍👩‍👧‍👦"', "quotes": '"\'\\";--"', "format": '"%s {0} {{7*7}}"', "reference": '{"object": "target", "id": 9223372036854775808}',
    "reference to nothing": '{"object": "nothing", "id": 1}', "by key": '{"name": "x"}', "point": '{"lat": 1e99, "lng": "NaN"}', "long list": json.dumps(list(range(1, 3000))),
    "10 kB": '"' + "x" * 10_000 + '"', "list of big": f"[{2**70}]", "id as text": '"99999999999999999999"', "id -1": "-1", "id 1.0": "1.0",
}
BIG = {"10 MB": '"' + "x" * 9_900_000 + '"', "10 MB of digits": '"' + "9" * 9_900_000 + '"', "10 MB of at": '"' + "a@" * 4_900_000 + '"'}


class Both:
    """The same application on SQLite and on PostgreSQL, and what both say."""

    def __init__(self, sites: list[Application]) -> None:
        self.sites = sites
        self.clients: list[Client] = [each.client() for each in sites]
        self.visitors: list[Visitor] = []
        self.records: list[int] = [each.create("everything", name="First", f_master_detail=each.create("target", name="T")) for each in self.clients]
        for each in sites:
            person(each, "amy")
            self.visitors.append(Visitor(each.app))
            self.visitors[-1].sign_in("amy")
            self.visitors[-1].get("/")

    def send(self, method: str, path: str, **options: object) -> TestResponse:
        """Send to both; the same answer from both, in time and never a failure of the program."""
        return self._alike([self._timed(lambda each=each: each.send(method, path, **options)) for each in self.clients])

    def look(self, path: str, **options: object) -> TestResponse:
        return self._alike([self._timed(lambda each=each: each.get(path, **options)) for each in self.visitors])

    def post(self, path: str, data: dict[str, object]) -> TestResponse:
        return self._alike([self._timed(lambda each=each: each.post(path, data)) for each in self.visitors])

    @staticmethod
    def _timed(act: object) -> TestResponse:
        start, at = time.process_time(), time.perf_counter()
        answer = act()  # type: ignore[operator]
        spent, waited = time.process_time() - start, time.perf_counter() - at
        assert spent < PATIENCE and waited < LONGEST_WAIT, f"{spent:.1f} s of work, {waited:.1f} s in all"
        assert answer.status_code < 500, answer.text[:1000]
        return answer

    @staticmethod
    def _alike(answers: list[TestResponse]) -> TestResponse:
        one, other = answers
        assert one.status_code == other.status_code, (one.text[:500], other.text[:500])
        if one.mimetype == "application/problem+json":
            assert one.json["errors"] == other.json["errors"]
        return one


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    server = request.getfixturevalue("postgres")
    url = server.fresh_database()
    one, other = sqlite_database(tmp_path_factory.mktemp("one")), postgresql_database(tmp_path_factory.mktemp("other"), url)
    with open_application(one, EVERYTHING) as first, open_application(other, EVERYTHING) as second:
        yield Both([first, second])
    server.drop_database(url)


FIELDS = [f"f_{each.name}" for each in field_types.values()]


@pytest.mark.parametrize("name", FIELDS)
def test_an_odd_value_is_refused_by_name_or_kept(both: Both, name: str) -> None:
    for odd, value in JSON_VALUES.items():
        answer = both.send("PATCH", f"/records/everything/{both.records[0]}", data=f'{{"{name}": {value}, "version": 1}}'.encode("utf-8", "surrogatepass"), content_type="application/json")
        if answer.status_code == 200:
            both.records[:] = [each.create("everything", name="Next", f_master_detail=1) for each in both.clients]
            continue
        assert answer.status_code in (400, 422), (odd, answer.text)
        # A body that is no JSON at all is refused as a whole, before there are fields.
        named = [each["field"] or "" for each in answer.json["errors"]]
        assert any(each == name or each.startswith(f"{name}.") for each in named) or answer.status_code == 400, (odd, answer.text)
        assert len(answer.data) < 5_000, odd


@pytest.mark.parametrize("name", FIELDS)
def test_ten_megabytes_are_refused_by_name(both: Both, name: str) -> None:
    for odd, value in BIG.items():
        answer = both.send("POST", "/records/everything", data=f'{{"name": "x", "{name}": {value}}}', content_type="application/json")
        assert answer.status_code == 422, (odd, answer.status_code)
        assert name in [each["field"] for each in answer.json["errors"]], odd
        assert len(answer.data) < 5_000, odd


IN_FORMS = (
    "1e1000000000", "1e300", "9" * 5000, "NaN", "-Infinity", "a\0b", "１２.５", "1_0", "2026-02-30", "99999-01-01", "target/99999999999999999999",
    "nothing/1", "x" * 200_000, "<b>", "{}", "[1]", "2**63", str(2**63), "-1", "0", "\ufeff", "👩‍👩‍👧‍👦",
)


def test_odd_values_in_a_form_are_shown_again_with_what_is_wrong(both: Both) -> None:
    form = form_of(both.visitors[0], "/o/everything/new")
    del form["csrf_token"]
    entered = [name for name in form if name.partition(".")[0] in FIELDS]
    assert len(entered) >= 20
    for name in entered:
        for odd in IN_FORMS:
            answer = both.post("/o/everything/new", {**form, "f_master_detail": "1", "form_key": "", name: odd})
            assert answer.status_code in (303, 422), (name, odd[:20])


WHERES = (
    "f_decimal > 1e400", "f_decimal == " + "9" * 4000, "f_integer == " + str(2**70), "f_text == '" + "x" * 4900 + "'", "f_text == '\\u0000'", "f_text == 'a\0b'",
    "1 / 0 == 1", "f_decimal / 0 > 1", "SQRT(-1) > 0", "f_integer ** 999999999 > 1", "f_date > '2026-02-30'", "f_date > DATE(99999, 1, 1)", "ADDDAYS(f_date, 999999999) > TODAY()",
    "f_decimal == f_text", "not " * 1200 + "f_boolean", "(" * 2000 + "f_boolean" + ")" * 2000, "f_boolean and " * 400 + "f_boolean", "f_text == \ud800" , "f_picklist == 'nothing'",
    "f_lookup == 99999999999999999999", "f_lookup.name == 'x'", "f_any_lookup == 'target/1'", "CONTAINS(f_text, '" + "%" * 4000 + "')", "'" , "f_text ==", ";", "__import__('os')", "f_text.__class__",
    "f_point == 1", "f_file > 1", "f_multi_picklist == 'a'", "REPEAT('x', 999999999) == ''", "LEN(f_text) > 1e18", "f_time == '25:00'", "\u202e", "f_integer IN (" + ",".join(map(str, range(1000))) + ")",
)


@pytest.mark.parametrize("where", WHERES, ids=range(len(WHERES)))
def test_an_odd_condition_is_answered_alike(both: Both, where: str) -> None:
    sent = where.encode("utf-8", "surrogatepass")
    answers = [both.send("GET", "/records/everything", query_string={"where": sent, "count": "true"})]
    if where.isprintable():
        answers.append(both.send("POST", "/query", json={"object": "everything", "measures": {"n": "count()"}, "where": where}))
        answers.append(both.send("POST", "/query", json={"object": "everything", "by": ["name"], "measures": {"n": "count()"}, "having": where}))
    for answer in answers:
        assert answer.status_code in (200, 400, 422)
        assert len(answer.data) < 50_000
    both.look("/o/everything", query_string={"where": sent})


PARAMETERS = {
    "limit": ("0", "-1", "9" * 30, "1e9", "NaN", "", "１", "201", "2147483648"), "after": ("x", "\0", "eyJ9", "9" * 5000, "null", "WzFd", "WyJcdTAwMDAiXQ=="),
    "sort": ("", "-", "--name", "name,name", "f_many_to_many", "f_point", "name." * 500, "\0", ",".join(f"f_{each.name}" for each in field_types.values())),
    "fields": ("", ",", "name," * 5000, "f_lookup." * 40 + "name", "\0", "*", "name.name", "id.id"), "count": ("maybe", "2", ""), "names": ("maybe",), "nonsense": ("1",),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_odd_parameter_is_answered_alike(both: Both, name: str) -> None:
    for odd in PARAMETERS[name]:
        answer = both.send("GET", "/records/everything", query_string={name: odd})
        assert answer.status_code in (200, 400, 422), (odd, answer.text)
        assert answer.status_code == 200 or answer.json["errors"]


def test_bodies_that_are_too_much_are_refused(both: Both) -> None:
    ids = ",".join(map(str, range(300_000)))
    many = "{" + ",".join(f'"x{number}": 1' for number in range(100_000)) + "}"
    bodies = {
        f'{{"name": "x", "f_many_to_many": [{ids}]}}': 422, "[" * 100_000: 400, '{"a":' * 100_000: 400, '{"name": ' + "[" * 60 + "]" * 60 + "}": 400,
        many: 422, '{"name": "a", "name": "b"}': 400, '{"name": 1}{}': 400, "": 400, "nonsense": 400, '{"version": 1e400}': 400,
    }
    for body, status in bodies.items():
        answer = both.send("POST", "/records/everything", data=body, content_type="application/json")
        assert answer.status_code in (400, 422) and answer.status_code == status, (body[:40], answer.text[:300])
        assert len(answer.data) < 200_000, (body[:40], len(answer.data))


def test_batches_and_queries_that_are_too_much_are_refused(both: Both) -> None:
    operation = {"do": "create", "values": {"name": "x", "f_master_detail": 1}}
    for path, body in (
        ("/records/everything/batch", {"operations": [operation] * 5_000}), ("/records/everything/batch", {"operations": [{"do": "update", "id": 2**70, "version": 1, "values": {}}]}),
        ("/records/everything/batch", {"operations": "x"}), ("/records/everything/batch", {"operations": [1, None, []]}),
        ("/query", {"object": "everything", "measures": {f"m{n}": "count()" for n in range(1000)}}), ("/query", {"object": "everything", "by": ["name"] * 100}),
        ("/query", {"object": "everything", "measures": {"n": "sum(" * 500 + "f_money" + ")" * 500}}), ("/query", {"object": ["x"], "measures": 1}),
        ("/query", {"object": "everything", "measures": {"n": "sum(f_decimal * 1e300)"}}), ("/query", {"object": "everything", "by": [{"field": "f_date", "per": "\ud7ff"}]}),
    ):
        answer = both.send("POST", path, json=body)
        assert answer.status_code in (400, 422), answer.text[:300]


@pytest.mark.parametrize("path", [
    "/records/everything/{}", "/records/everything/{}/history", "/records/everything/1/comments/{}", "/records/everything/1/attachments/{}", "/records/everything/1/files/{}",
    "/recycle-bin/everything/{}", "/objects/{}", "/records/{}", "/metadata/object/{}", "/metadata/{}", "/metadata/versions/{}", "/search?q={}", "/records/everything/1/history?before={}",
])
def test_an_odd_address_is_answered_alike(both: Both, path: str) -> None:
    for odd in ("0", "-1", "9" * 19, "9" * 400, "1.0", "１", "%00", "%ED%A0%80", "x" * 5000, "..%2f..", "%25", "1;drop", "'", "%E2%80%AE", "null", "+1", "1%20"):
        answer = both.send("GET", path.replace("{}", odd))
        assert answer.status_code in (200, 400, 404, 405, 422, 428), (odd, answer.text[:300])


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match", "Idempotency-Key", "Accept-Language", "Content-Type", "Range", "X-Request-Id", "Authorization", "Cookie"])
def test_an_odd_header_is_answered_alike(both: Both, header: str) -> None:
    for odd in ("", "\x01", "é", "x" * 8000, '"' * 500, "*", "W/", "9" * 5000, ";;;,,,===", "zh" * 3000 + ";q=9e999", "en;q=NaN", "bytes=0-" * 200):
        for method, path in (("GET", f"/records/everything/{both.records[0]}"), ("POST", "/records/everything")):
            answer = both.send(method, path, headers={header: odd}, data=b'{"name": "x"}' if method == "POST" else None)
            assert answer.status_code < 500, (odd[:20], answer.text)
