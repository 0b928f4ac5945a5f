"""What becomes of findings and verdicts when a snapshot is judged by a newer version of a pack."""

from dataclasses import replace
from typing import Any

from made_reports import FAILING, FINDING, RETAIL

from rootlint.model import Finding, Outcome, Report, Role, Severity, Verdict
from rootlint.report.upgrade import Fate, FindingChange, Outlook, Seen, VerdictChange, compare_reports
from rootlint.rules.differing import Change, RuleChange
from rootlint.rules.findings import fingerprint

UNITS = FINDING.rule
SHOP = RETAIL.facility
ONE = Seen(Severity.ERROR, FINDING.count, (FINDING.role,))


def report(*findings: Finding, **outcomes: Any) -> Report:
    """A report of some findings; the rule about units failed, if not told otherwise."""
    ended = Outcome(UNITS, SHOP, **{"verdict": Verdict.FAIL, **outcomes})
    return replace(FAILING, findings=findings, outcomes=(ended,))


def change(name: str, what: Change, former_name: str | None = None) -> RuleChange:
    return RuleChange(name, what, Severity.ERROR, "Made.", former_name)


def told(
    fate: Fate, before: Seen | None, after: Seen | None, reason: str | None = None, **given: Any
) -> FindingChange:
    rule = given.get("rule", UNITS)
    print = fingerprint(rule, SHOP, FINDING.scope)
    return FindingChange(fate, rule, SHOP, FINDING.scope, print, before, after, reason)


def outlook(
    *findings: FindingChange, unchanged: int = 0, verdicts: tuple[VerdictChange, ...] = ()
) -> Outlook:
    return Outlook(FAILING.head.snapshot, FAILING.head.snapshot_digest, findings, unchanged, verdicts)


def test_what_both_versions_see_alike_is_counted() -> None:
    assert compare_reports(report(FINDING), report(FINDING), ()) == outlook(unchanged=1)


def test_a_finding_is_one_however_many_explanations_it_has_and_whatever_else_is_told_of_it() -> None:
    parts = (
        replace(FINDING, count=FINDING.count - 1),
        replace(FINDING, id="other", count=1, summary="Other words."),
    )
    assert compare_reports(report(FINDING), report(*parts), ()) == outlook(unchanged=1)


def test_a_finding_changes_in_severity_number_and_role() -> None:
    newer = replace(FINDING, severity=Severity.NOTE, count=2, role=Role.ROOT)
    after = Seen(Severity.NOTE, 2, (Role.ROOT,))
    assert compare_reports(report(FINDING), report(newer), ()) == outlook(told(Fate.CHANGES, ONE, after))


def test_a_finding_that_a_rule_looked_for_in_vain_vanishes() -> None:
    passed = report(verdict=Verdict.PASS)
    assert compare_reports(report(FINDING), passed, ()) == outlook(
        told(Fate.VANISHES, ONE, None), verdicts=(VerdictChange(UNITS, SHOP, Verdict.FAIL, Verdict.PASS),)
    )


def test_a_finding_whose_rule_did_not_look_is_not_seen_and_its_verdict_is_lost() -> None:
    for verdict in (Verdict.NOT_EVALUATED, Verdict.ERROR):
        blind = report(verdict=verdict, reason="made")
        lost = VerdictChange(UNITS, SHOP, Verdict.FAIL, verdict, "made")
        assert compare_reports(report(FINDING), blind, ()) == outlook(
            told(Fate.NOT_SEEN, ONE, None, f"{verdict}: made"), verdicts=(lost,)
        )
        assert lost.is_lost


def test_a_finding_whose_rule_is_switched_off_or_not_selected_is_not_seen() -> None:
    off = report(verdict=Verdict.NOT_APPLICABLE, reason="switched off")
    unselected = replace(report(), outcomes=())
    reasons = [compare_reports(report(FINDING), after, ()).findings for after in (off, unselected)]
    assert reasons == [
        (told(Fate.NOT_SEEN, ONE, None, "not applicable: switched off"),),
        (told(Fate.NOT_SEEN, ONE, None, "its rule does not run"),),
    ]


def test_a_finding_whose_rule_is_gone_vanishes_with_it() -> None:
    after = replace(report(), outcomes=())
    assert compare_reports(report(FINDING), after, (change(UNITS, Change.GONE),)) == outlook(
        told(Fate.VANISHES, ONE, None, "its rule is gone")
    )


def test_a_finding_appears_with_the_reason_why_it_was_not_there() -> None:
    olds = (
        (report(verdict=Verdict.PASS), (), None),
        (report(verdict=Verdict.NOT_EVALUATED, reason="made"), (), "not evaluated: made"),
        (replace(report(), outcomes=()), (change(UNITS, Change.NEW),), "its rule is new"),
        (replace(report(), outcomes=()), (), "its rule did not run before"),
    )
    found = [compare_reports(old, report(FINDING), changes).findings for old, changes, _ in olds]
    assert found == [(told(Fate.APPEARS, None, ONE, reason),) for _, _, reason in olds]


def test_a_finding_of_a_renamed_rule_is_the_same_finding() -> None:
    newer = replace(FINDING, rule="units-differ")
    after = replace(report(newer), outcomes=(Outcome("units-differ", SHOP, Verdict.FAIL),))
    assert compare_reports(
        report(FINDING), after, (change("units-differ", Change.RENAMED, UNITS),)
    ) == outlook(unchanged=1)


def test_what_is_inferred_comes_and_goes_without_a_rule() -> None:
    inferred = replace(FINDING, rule="shared-by", role=Role.INFERRED)
    seen = Seen(Severity.ERROR, FINDING.count, (Role.INFERRED,))
    both = [
        compare_reports(report(*before), report(*after), ()).findings
        for before, after in (((inferred,), ()), ((), (inferred,)))
    ]
    assert both == [
        (told(Fate.VANISHES, seen, None, rule="shared-by"),),
        (told(Fate.APPEARS, None, seen, rule="shared-by"),),
    ]
    assert not both[1][0].fails(Severity.NOTE)


def test_a_new_rule_that_reaches_no_verdict_is_told_and_no_verdict_is_lost() -> None:
    before, after = replace(report(), outcomes=()), report(verdict=Verdict.NOT_EVALUATED, reason="made")
    new = (change(UNITS, Change.NEW),)
    [verdict] = compare_reports(before, after, new).verdicts
    assert (verdict, verdict.is_lost) == (
        VerdictChange(UNITS, SHOP, None, Verdict.NOT_EVALUATED, "made"),
        False,
    )
    assert compare_reports(before, report(verdict=Verdict.PASS), new).verdicts == ()


def test_a_run_fails_by_what_comes_in_grows_or_gets_worse_and_not_by_what_was_there() -> None:
    def fails(before: Seen | None, after: Seen | None, threshold: Severity | None = Severity.WARNING) -> bool:
        return told(Fate.CHANGES, before, after).fails(threshold)

    few, many = Seen(Severity.WARNING, 1, (Role.ROOT,)), Seen(Severity.WARNING, 2, (Role.SYMPTOM,))
    note = replace(few, severity=Severity.NOTE)
    assert [fails(None, few), fails(few, many), fails(note, few)] == [True, True, True]
    assert [fails(many, few), fails(few, None), fails(few, note), fails(None, note)] == [False] * 4
    assert not fails(None, few, Severity.ERROR)
    assert not fails(None, few, None)
