"""Checks of kind `python`: a function that a plugin registers, for what SQL cannot say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from rules_made import ABOUT, Workbench

from rootlint.errors import UserError
from rootlint.model import Outcome, Verdict
from rootlint.plugins import PackSource
from rootlint.rules.loading import load_packs
from rootlint.rules.running import EVERYWHERE, Switch, evaluate

Row = Mapping[str, Any]
Reader = Callable[[str], Iterable[Row]]


def palindromes(read: Reader) -> Iterator[Row]:
    """Violated where a label reads the same from both ends; not judged where it is not uppercase."""
    for row in read("metrc_packages"):
        known = row["label"].isupper() or None
        yield {**row, "violated": known and row["label"] == row["label"][::-1], "length": len(row["label"])}


def listed(read: Reader) -> Iterator[Row]:
    """What it was given, each row as it is, in the order of the table."""
    for row in read("metrc_packages"):
        yield {"facility": row["facility"], "violated": True, "label": ", ".join(sorted(row))}


def breaks(read: Reader) -> Iterator[Row]:
    raise LookupError("nothing is\nwhere it should be")


def misspells(read: Reader) -> Iterator[Row]:
    yield {"facility": "F1", "violated": True, "label": "A", "lenght": 1}


def reads_more(read: Reader) -> Iterator[Row]:
    yield from read("metrc_sales")


def strays(read: Reader) -> Iterator[Row]:
    yield {"facility": "ELSEWHERE", "violated": True, "label": "A"}


FUNCTIONS = {
    function.__name__: function for function in (palindromes, listed, breaks, misspells, reads_more, strays)
}

CHECK = """
kind: python
function: palindromes
reads: {metrc_packages: [label, last_modified]}
gives: {label: text, length: integer, last_modified: instant}
keys: {label: label}
at: last_modified
settle: hours(1)
message: "{label} has {length} letters"
"""
CASE = """
captured_at: 2026-06-15T12:00:00Z
facilities: [{facility: F1}, {facility: F2}]
given:
  metrc_packages:
    - {label: OTTO, last_modified: "2026-06-15T11:00:00Z"}
    - {label: ANNA, last_modified: "2026-06-15T11:00:00.000001Z"}
    - {label: anna}
    - {label: EVA}
    - {facility: F2, label: EVE}
"""


@pytest.fixture
def bench(made: Workbench) -> Workbench:
    return replace(made, functions=FUNCTIONS)


def test_rows_that_a_function_answers_are_judged_like_all_others(bench: Workbench) -> None:
    found, outcomes = bench.judged(CHECK, CASE)
    assert found == [
        {"subject": "OTTO", "label": "OTTO", "at": "2026-06-15T11:00:00Z", "message": "OTTO has 4 letters"},
        {"facility": "F2", "subject": "EVE", "label": "EVE", "message": "EVE has 3 letters"},
    ]
    assert outcomes == [
        Outcome("made/made", "F1", Verdict.FAIL, exposed=3, violations=1, undetermined=1, pending=1),
        Outcome("made/made", "F2", Verdict.FAIL, exposed=1, violations=1),
    ]


def test_facilities_that_were_not_selected_are_not_judged(bench: Workbench) -> None:
    rule = bench.rule(CHECK, CASE)
    outcomes = evaluate([rule], replace(bench.run(rule), facilities=("F2",))).outcomes
    assert (bench.found()[0]["label"], outcomes) == (
        "EVE",
        (Outcome("made/made", "F2", Verdict.FAIL, exposed=1, violations=1),),
    )


def test_a_function_is_given_the_columns_it_reads_and_the_facility(bench: Workbench) -> None:
    check = CHECK.replace("palindromes", "listed")
    assert [violation["label"] for violation in bench.violations(check, CASE)] == [
        "facility, label, last_modified"
    ] * 5


def test_two_rules_of_one_function_are_each_given_what_they_read(bench: Workbench) -> None:
    def text(reads: str) -> str:
        return (
            f"check:\n  kind: python\n  function: listed\n  reads: {{metrc_packages: [{reads}]}}\n  gives: {{label: text}}\n"
            "  keys: {label: label}\n  message: made\ntests: [{name: made, given: {metrc_packages: [{label: A}]}, finds: []}]"
        )

    rules = bench.load(one=text("item"), other=text("label"))
    evaluate(list(rules.values()), bench.run(rules["made/one"]))
    assert [(violation["rule"], violation["label"]) for violation in bench.found()] == [
        ("made/one", "facility, item"),
        ("made/other", "facility, label"),
    ]


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        ("breaks", "LookupError: nothing is where it should be"),
        ("misspells", "ValueError: misspells answers 'lenght', which gives does not list"),
        ("reads_more", "KeyError: 'metrc_sales'"),
    ],
)
def test_a_function_that_fails_is_the_outcome_of_its_rule(
    bench: Workbench, function: str, reason: str
) -> None:
    assert bench.judged(CHECK.replace("palindromes", function), CASE) == (
        [],
        [Outcome("made/made", facility, Verdict.ERROR, reason) for facility in ("F1", "F2")],
    )


def test_the_function_of_a_rule_that_is_off_is_not_called(bench: Workbench) -> None:
    rule = bench.rule(CHECK.replace("palindromes", "breaks"), CASE)
    off = {(code, "made/made"): Switch(enabled=False, reason="off") for code in (EVERYWHERE, "test")}
    outcomes = evaluate([rule], replace(bench.run(rule), switches=off)).outcomes
    assert outcomes == tuple(
        Outcome("made/made", facility, Verdict.NOT_APPLICABLE, "off") for facility in ("F1", "F2")
    )


def test_without_what_it_reads_a_function_is_not_called(bench: Workbench) -> None:
    check = CHECK.replace("palindromes", "breaks")
    assert bench.outcomes(check, "given: {metrc_sales: []}") == [
        Outcome("made/made", "F1", Verdict.NOT_EVALUATED, "not captured: metrc_packages", ("metrc_packages",))
    ]


def test_faults_are_told_with_their_places(bench: Workbench) -> None:
    faults = bench.faults(
        """
        kind: python
        function: palindrome
        reads: {metrc_package: [label], metrc_sales: [receipt]}
        gives: {label: text}
        keys: {label: lable}
        at: label
        message: made
        """
    )
    assert faults == (
        "made.yaml:3:13: error: pack 'made' registers no function 'palindrome'\n"
        "  help: only a plugin can bring functions; a folder of YAML has none\n"
        "made.yaml:4:11: error: the snapshot format has no table 'metrc_package'\n"
        "  help: did you mean 'metrc_packages'?\n"
        "made.yaml:4:49: error: metrc_sales has no column 'receipt'\n"
        "  help: did you mean 'receipt_id'?\n"
        "made.yaml:7:7: error: this is a text; an instant or a date must stand here\n"
        "made.yaml:6:17: error: no column 'lable' here\n"
        "  help: did you mean 'label'?"
    )


def test_a_function_reads_something_and_gives_known_types(bench: Workbench) -> None:
    rest = "keys: {label: label}\nmessage: made"
    assert bench.faults(f"kind: python\nfunction: listed\nreads: {{}}\ngives: {{label: txt}}\n{rest}") == (
        "made.yaml:4:10: error: dictionary should have at least 1 item after validation, not 0\n"
        "  help: the tables and columns the function is given\n"
        "made.yaml:5:18: error: 'txt' cannot stand here\n"
        "  help: did you mean 'text'? allowed: text, integer, decimal, boolean, instant or date"
    )


def test_packs_do_not_share_names_of_functions(bench: Workbench) -> None:
    for name in ("one", "other"):
        (bench.folder / name).mkdir()
        rule = f"name: {name}/made\n{ABOUT}check: {{kind: expect, table: metrc_packages p, expect: p.quantity > 0, keys: {{label: p.label}}, message: made}}\n"
        (bench.folder / name / "made.yaml").write_text(rule)
    with pytest.raises(UserError) as caught:
        load_packs([PackSource(name, bench.folder / name, "0", FUNCTIONS) for name in ("one", "other")], {})
    assert [(problem.message, problem.help) for problem in caught.value.problems] == [
        (
            f"pack 'other' registers the function '{name}', which another pack has",
            "a name stands for one function",
        )
        for name in sorted(FUNCTIONS)
    ]


def test_an_answer_about_a_facility_that_the_snapshot_lacks_is_an_error_and_no_violation(
    bench: Workbench,
) -> None:
    found, outcomes = bench.judged(CHECK.replace("palindromes", "strays"), CASE)
    assert found == []
    strange = "the rule gives records of a facility that the snapshot does not have"
    nothing = "no record in scope"
    assert outcomes == [
        Outcome("made/made", "ELSEWHERE", Verdict.ERROR, strange),
        Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, nothing),
        Outcome("made/made", "F2", Verdict.NOT_APPLICABLE, nothing),
    ]
