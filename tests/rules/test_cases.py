"""Cases inside rules: every expectation used, every violation expected, and each fault told."""

import re

import pytest
from rules_made import Workbench

from rootlint.errors import UserError
from rootlint.rules.made import Bench
from rootlint.rules.model import Row
from rootlint.rules.repeating import repeated
from rootlint.rules.testing import run_case, uncovered

RULE = """\
scope: item
optional: [metrc_packages.item]
check:
  kind: expect
  table: metrc_packages p
  expect: p.quantity >= 0
  keys: {label: p.label, item: p.item}
  at: p.last_modified
  message: "{p.quantity} left"
tests:
"""
TWO = "given: {metrc_packages: [{label: A, item: x, quantity: -1}, {label: B, item: y, quantity: -2}]}"
A, B = "{label: A, item: x}", "{label: B, item: y}"


def _faults(made: Workbench, case: str) -> list[str]:
    """How the only case of the rule fails, without the folder it stands in."""
    rule = made.load(made=f"{RULE}  - {{name: made, {case}}}")["made/made"]
    bench = Bench(made.engine, made.laws.jurisdictions, made.laws.vocabulary, {})
    return [fault.replace(f"{made.folder.as_posix()}/", "") for fault in run_case(rule, 0, bench).faults]


@pytest.mark.parametrize(
    "case",
    [
        f"{TWO}, finds: [{B}, {A}]",
        f"{TWO}, finds: [{{label: A, item: x, facility: F1, message: -1 left}}, {B}]",
        "given: {metrc_packages: []}, finds: []",
        "given: {metrc_packages: [{label: A, quantity: -1, last_modified: '2026-06-01T01:00:00+01:00'}]}, "
        "finds: [{label: A, item: null, at: '2026-06-01T00:00:00Z'}]",
        "given: {}, not_evaluated: metrc_packages",
        "given: {metrc_packages: []}, without: [metrc_packages.quantity], not_evaluated: metrc_packages.quantity",
        "given: {metrc_packages: []}, not_applicable: no record in scope",
        "given: {metrc_packages: [{label: 'A{n}', item: x, quantity: -1, last_modified: '2026-06-01T18:00:00Z', "
        "repeat: {times: 3, every: 12h}}]}, finds: ["
        "{label: A1, item: x, at: '2026-06-01T18:00:00Z'}, "
        "{label: A2, item: x, at: '2026-06-02T06:00:00Z'}, "
        "{label: A3, item: x, at: '2026-06-02T18:00:00Z'}]",
        "given: {metrc_packages: [{label: 'A{n:02}', item: '{n}', quantity: -1, repeat: {times: 2, first: 9}}]}, "
        "finds: [{label: A09, item: '9'}, {label: A10, item: '10'}]",
    ],
)
def test_a_case_that_tells_what_the_rule_does_passes(made: Workbench, case: str) -> None:
    assert _faults(made, case) == []


@pytest.mark.parametrize(
    ("case", "faults"),
    [
        (
            f"{TWO}, finds: [{A}]",
            ["found and not expected: facility: F1, message: -2 left, subject: B, label: B, item: y"],
        ),
        (f"{TWO}, finds: [{A}, {B}, {A}]", ["expected and not found: label: A, item: x"]),
        (
            f"{TWO}, finds: [{A}, {{label: B, item: y, message: 2 left}}]",
            [
                "expected and not found: label: B, item: y, message: 2 left",
                "found and not expected: facility: F1, message: -2 left, subject: B, label: B, item: y",
            ],
        ),
        ("given: {}, finds: []", ["not evaluated: not captured: metrc_packages"]),
        (
            "given: {metrc_packages: []}, not_evaluated: metrc_packages",
            ["expected not evaluated, got not applicable"],
        ),
        (
            "given: {}, not_evaluated: metrc_sales",
            ["expected a reason with 'metrc_sales', got: not captured: metrc_packages"],
        ),
        (f"{TWO}, not_applicable: ''", ["expected not applicable, got fail"]),
    ],
)
def test_a_case_that_tells_something_else_says_what_the_rule_does(
    made: Workbench, case: str, faults: list[str]
) -> None:
    assert [_sorted(fault) for fault in _faults(made, case)] == [_sorted(fault) for fault in faults]


def _sorted(fault: str) -> tuple[str, list[str]]:
    """The values of a violation in any order."""
    head, _, values = fault.partition("found: " if "found:" in fault else "expected: ")
    return head, sorted(values.split(", "))


@pytest.mark.parametrize(
    ("case", "fault"),
    [
        (
            "given: {metrc_packages: []}",
            "made.yaml:11:5: error: a case expects one thing, this one 0\n  help: finds, not_evaluated or not_applicable",
        ),
        (
            "given: {}, finds: [], not_evaluated: metrc_packages",
            "made.yaml:11:5: error: a case expects one thing, this one 2\n  help: finds, not_evaluated or not_applicable",
        ),
        (
            "given: {metrc_package: []}, finds: []",
            "made.yaml:11:26: error: the snapshot format has no table 'metrc_package'\n  help: did you mean 'metrc_packages'?",
        ),
        (
            "given: {metrc_packages: [{lable: A}]}, finds: []",
            "made.yaml:11:44: error: metrc_packages has no column 'lable'\n  help: did you mean 'label'?",
        ),
        (
            "given: {metrc_packages: []}, finds: [{label: A, item: x, lable: A}]",
            "made.yaml:11:75: error: violations of this rule have no key 'lable'\n  help: did you mean 'label'?",
        ),
        (
            "given: {metrc_packages: []}, finds: [{label: A}]",
            "made.yaml:11:55: error: key 'item' is not expected\n  help: name every key of the violation",
        ),
        (
            "given: {metrc_packages: [{quantity: many}]}, finds: []",
            "made.yaml:11:26: error: a row of metrc_packages cannot be read: Conversion Error: "
            'Could not convert string "many" to DECIMAL(18,6) when casting from source column quantity',
        ),
        (
            "given: {}, captured_at: yesterday, finds: []",
            "made.yaml:11:42: error: 'yesterday' is no time\n  help: like 2026-06-15T12:00:00Z",
        ),
        (
            "given: {}, as_of: '2026-02-30', finds: []",
            "made.yaml:11:36: error: '2026-02-30' is no day\n  help: like 2026-06-15",
        ),
        (
            "facilities: [{timezone: Mars/Olympus}], finds: []",
            "made.yaml:11:42: error: 'Mars/Olympus' is no time zone\n  help: like America/Denver",
        ),
        (
            "facilities: [{time_zone: UTC}], finds: []",
            "made.yaml:11:32: error: a facility has no fact 'time_zone'\n  help: did you mean 'timezone'?",
        ),
        (
            "given: {metrc_packages: []}, without: [metrc_packages.lable], finds: []",
            "made.yaml:11:57: error: metrc_packages has no column 'lable'\n  help: did you mean 'label'?",
        ),
        (
            "given: {metrc_packages: []}, tables: {metrc_sales: {complete: false}}, finds: []",
            "made.yaml:11:56: error: no rows are given of the table 'metrc_sales'\n  help: did you mean 'metrc_packages'?",
        ),
        (
            "parameters: {sales_report_deadlin: 3}, finds: []",
            "made.yaml:11:31: error: unknown parameter 'sales_report_deadlin'\n  help: did you mean 'sales_report_deadline'?",
        ),
        (
            "parameters: {sales_report_deadline: [5]}, finds: []",
            "made.yaml:11:55: error: needs 'key: value' lines, found '5'",
        ),
        (
            "parameters: {sales_report_deadline: often}, finds: []",
            "made.yaml:11:54: error: sales_report_deadline is a deadline, found 'often'\n"
            '  help: write {hours: 24}, {business_days: 3} or {by: "08:00", day: next}, or null when no number is known',
        ),
    ],
)
def test_a_fault_of_a_case_is_told_with_its_place(made: Workbench, case: str, fault: str) -> None:
    assert _faults(made, case)[0] == fault


@pytest.mark.parametrize(
    ("repeat", "fault"),
    [
        ("{times: 1}", "input should be greater than or equal to 2"),
        ("{times: 3, every: often}", "string should match pattern '^[1-9]\\d*[mhd]$'"),
        ("{time: 3, times: 2}", "unknown key 'time'\n  help: did you mean 'times'?"),
    ],
)
def test_a_row_that_stands_for_many_says_how_many(made: Workbench, repeat: str, fault: str) -> None:
    case = f"  - {{name: made, given: {{metrc_packages: [{{label: A, repeat: {repeat}}}]}}, finds: []}}"
    with pytest.raises(UserError, match=re.escape(fault)):
        made.load(made=RULE + case)


def test_days_move_on_by_whole_days_and_columns_at_their_own_pace() -> None:
    kinds = {"packaged_on": "DATE", "created_at": "TIMESTAMP", "quantity": "DECIMAL(18,6)"}
    row = {"packaged_on": "2026-06-01", "created_at": "2026-06-01T09:00:00Z", "quantity": 2}
    all_times = Row.model_validate(row | {"repeat": {"times": 3, "every": "12h"}})
    assert [(one["packaged_on"], one["created_at"]) for one in repeated(all_times, kinds)] == [
        ("2026-06-01", "2026-06-01T09:00:00Z"),
        ("2026-06-01", "2026-06-01T21:00:00+00:00"),
        ("2026-06-02", "2026-06-02T09:00:00+00:00"),
    ]
    one_column = Row.model_validate(row | {"repeat": {"times": 2, "every": {"created_at": "1m"}}})
    assert list(repeated(one_column, kinds)) == [row, row | {"created_at": "2026-06-01T09:01:00+00:00"}]


def test_a_rule_that_crashes_on_a_case_fails_it(made: Workbench) -> None:
    rule = RULE.replace("p.quantity >= 0", "p.package_id * p.package_id * p.package_id > 0")
    case = "  - {name: made, given: {metrc_packages: [{package_id: 999999999999999999}]}, finds: []}"
    loaded = made.load(made=rule + case)["made/made"]
    bench = Bench(made.engine, made.laws.jurisdictions, made.laws.vocabulary, {})
    (fault,) = run_case(loaded, 0, bench).faults
    assert fault.startswith("the rule crashed: Out of Range Error: Overflow in multiplication")


def test_a_case_leaves_no_table_behind(made: Workbench) -> None:
    before = made.engine.rows(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'made\\__%' ESCAPE '\\'"
    )
    assert _faults(made, f"{TWO}, finds: [{A}, {B}]") == []
    after = made.engine.rows(
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'made\\__%' ESCAPE '\\'"
    )
    assert {name for (name,) in after} - {name for (name,) in before} <= {"made_rows"}


def test_what_the_cases_of_a_rule_leave_out_is_told(made: Workbench) -> None:
    given = "given: {metrc_packages: [{label: A, quantity: 1}]}"
    kinds = [
        f"{{name: a, {given}, finds: [{A}]}}",
        f"{{name: b, {given}, finds: []}}",
        "{name: c, not_evaluated: x}",
    ]
    for index, gap in enumerate(
        [
            "in which it finds something",
            "in which it finds nothing",
            "without the data it needs (not_evaluated)",
        ]
    ):
        cases = "".join(f"  - {case}\n" for case in kinds if case != kinds[index])
        rules = made.load(made=RULE + cases)
        assert [made.told(problem) for problem in uncovered(rules.values())] == [
            f"made.yaml:10:1: error: made/made has no case {gap}\n  help: add one under tests:"
        ]
