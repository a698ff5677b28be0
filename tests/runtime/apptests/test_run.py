"""The tests of a package run without a server, and a failing one says where and what differs."""

import time

from metadata.sentences import sentence
from runtime.apptests import Report, run
from tests.support.application import package_of
from tests.support.loans import LOANS


def report_of(tests: str) -> Report:
    return run([package_of(f"{LOANS}\n---\n# tests/loan.yaml\n{tests}")], "testing", locale="en")


def words(report: Report) -> list[str]:
    return [sentence(problem, "en") for each in report.results for problem in each.problems]


GIVEN = """
given:
  tripod: {equipment: {code: TRI-1, name: Tripod, value: 100}}
tests:
"""


def test_what_holds_passes() -> None:
    report = report_of(GIVEN + """
  due before start is refused:
    as: clerk
    create: {loan: {equipment: tripod, from_date: 2026-01-10, due_date: 2026-01-09}}
    refused: {field: due_date, by: due_after_start}
  overdue the day after:
    as: clerk
    create: {loan: {equipment: tripod, from_date: 2026-01-10, due_date: 2026-01-12, status: out}, as: l}
    clock: 2026-01-13
    expect: {l.overdue: true, l.equipment.code: TRI-1, l.equipment: tripod, l.status: out, l.deposit: null}
  a clerk sets no deposit:
    as: clerk
    create: {loan: {equipment: tripod, deposit: 100}}
    refused: {field: deposit, by: permission}
  a loan may name what the package brings:
    create: {loan: {equipment: CAM-1, deposit: 10}, as: l}
    expect: {l.equipment.value: 12000, l.deposit: 10.00, l.from_date: 2026-01-01}
  what is lent stays:
    at: 2026-02-01
    create: {loan: {equipment: tripod}, as: l}
    delete: tripod
    refused: {by: relation}
  equipment needs a name:
    create: {equipment: {code: Q}}
    refused: {field: name, by: required}
  codes are unique:
    create: {equipment: {code: TRI-1, name: x}}
    refused: {field: code, by: unique}
  a value is no text:
    update: {tripod: {value: much}}
    refused: {field: value, by: format}
  a value is not negative:
    update: {tripod: {value: -1}}
    refused: {field: value, by: range}
""")

    assert words(report) == []
    assert report.passed and len(report.results) == 9


def test_a_failing_test_says_where_and_what_differs() -> None:
    report = report_of(GIVEN + """
  wrong value:
    create: {loan: {equipment: tripod}, as: l}
    expect: {l.status: out, l.due_date: 2026-01-16}
""")

    [result] = report.results
    assert not report.passed
    assert str(result.case.place).startswith("tests/loan.yaml:7")
    assert words(report) == ["l.status should be out, but is draft.", "l.due_date should be 2026-01-16, but is 2026-01-15."]


def test_a_refusal_that_does_not_come_is_a_failure() -> None:
    report = report_of(GIVEN + """
  never refused:
    create: {loan: {equipment: tripod}}
    refused: {field: due_date, by: due_after_start}
""")

    assert "due_after_start" in words(report)[0]


def test_another_refusal_than_expected_is_a_failure_with_its_reasons() -> None:
    report = report_of(GIVEN + """
  refused otherwise:
    create: {loan: {equipment: tripod, due_date: 2020-01-01}}
    refused: {field: purpose, by: required}
""")

    assert len(words(report)) == 2
    assert "Due can't be before From" in words(report)[1]


def test_a_refusal_nobody_expected_is_a_failure_with_its_reasons() -> None:
    report = report_of(GIVEN + """
  refused:
    create: {loan: {}, as: l}
    expect: {l.status: draft}
""")

    assert [each.code for each in report.results[0].problems] == ["test_refused", "required"]


def test_no_test_sees_what_another_did() -> None:
    report = report_of(GIVEN + """
  first:
    create: {equipment: {code: ONCE, name: x}, as: e}
    expect: {e.name: x}
  second:
    create: {equipment: {code: ONCE, name: x}, as: e}
    expect: {e.name: x}
""")

    assert report.passed, words(report)


def test_the_acting_person_may_be_refused_what_belongs_to_others() -> None:
    report = report_of("""
given:
  boss: {user: {login: boss, name: Boss, roles: [reader]}}
  tripod: {equipment: {code: TRI-1, name: Tripod}}
  l: {loan: {equipment: tripod, owner: boss}}
tests:
  of the boss:
    as: clerk
    update: {l: {purpose: x}}
    refused: {by: permission}
""")

    assert report.passed, words(report)


def test_hundreds_of_tests_take_seconds() -> None:
    many = "".join(
        f"\n  test {number}:\n    as: clerk\n    create: {{loan: {{equipment: tripod}}, as: l}}\n    expect: {{l.status: draft}}"
        for number in range(300)
    )
    begun = time.perf_counter()

    assert report_of(GIVEN + many).passed
    assert time.perf_counter() - begun < 12


def test_what_is_expected_of_a_deleted_record_is_one_failure_among_the_other_tests() -> None:
    report = report_of(GIVEN + """
  gone:
    delete: tripod
    expect: {tripod.name: Tripod, tripod.code: TRI-1}
  still tested:
    create: {loan: {equipment: tripod}, as: l}
    expect: {l.status: draft}
""")

    assert [each.passed for each in report.results] == [False, True]
    assert [each.code for each in report.results[0].problems] == ["test_expect_unseen", "not_found"] * 2


def test_a_test_may_speak_of_what_another_one_of_its_file_creates() -> None:
    report = report_of("""
given:
  camera: {equipment: {code: CAM-1, value: 500}}
tests:
  a clerk can't touch the deposit, said first:
    as: clerk
    update: {l: {deposit: 100}}
    refused: {field: deposit, by: permission}
  overdue the day after:
    as: clerk
    at: 2026-01-05
    create: {loan: {equipment: camera, due_date: 2026-01-12, status: out}, as: l}
    clock: 2026-01-13
    expect: {l.overdue: true, camera.value: 500, l.from_date: 2026-01-05}
  a clerk can't touch the deposit:
    as: clerk
    update: {l: {deposit: 100}}
    refused: {field: deposit, by: permission}
  it stays as the other test made it:
    as: clerk
    update: {l: {purpose: x}}
    expect: {l.status: out, l.purpose: x, l.overdue: false}
  in a relation:
    create: {loan_item: {loan: l, name: Tripod}, as: item}
    expect: {item.loan.purpose: null, l.purpose: null}
  through two tests:
    expect: {item.loan.status: out}
""")

    assert words(report) == [] and len(report.results) == 6


def test_a_test_that_builds_on_one_that_is_refused_says_so() -> None:
    report = report_of(GIVEN + """
  never made:
    create: {loan: {}, as: l}
  uses it:
    update: {l: {purpose: x}}
""")

    assert [[each.code for each in result.problems] for result in report.results] == [
        ["test_refused", "required"], ["test_before_refused", "required"],
    ]
    assert report.results[1].problems[1].path == ("create l", "equipment")


def test_what_is_given_with_the_key_of_the_packages_data_is_that_record() -> None:
    report = report_of("""
given:
  camera: {equipment: {code: CAM-1, value: 70}}
tests:
  changed by what is given:
    create: {loan: {equipment: CAM-1}, as: l}
    expect: {camera.name: 相机, camera.value: 70, l.equipment: camera}
""")

    assert report.passed, words(report)


def test_what_can_not_be_given_is_named_with_its_field() -> None:
    report = report_of("""
given:
  camera: {equipment: {code: CAM-9, value: -1}}
tests:
  never begun:
    delete: camera
""")

    problems = report.results[0].problems
    assert {each.path for each in problems[1:]} == {("given camera", "name"), ("given camera", "value")}
