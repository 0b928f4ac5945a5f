"""Checks of kind `coverage`: a series of runs or windows has no hole and is not behind."""

import pytest
from rules_made import Violation, Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: coverage
table: sync_runs r
where: r.status = 'ok'
keys: {job: r.job, endpoint: r.endpoint}
start: r.window_start
end: r.window_end
gap: minutes(30)
behind: hours(2)
message: "{job}: nothing covers {hole_start} to {hole_end}"
"""


def _runs(*windows: tuple[str, str, str], more: str = "") -> str:
    """Runs of jobs, each from one time of 14 June to another; the capture is on the 15th at noon."""
    rows = (
        f"    - {{run_id: r{n}, job: {job}, endpoint: /x, status: ok, window_start: {_at(start)}, window_end: {_at(end)}}}\n"
        for n, (job, start, end) in enumerate(windows, start=1)
    )
    return f"captured_at: 2026-06-15T12:00:00Z\n{more}given:\n  sync_runs:\n" + "".join(rows)


def _at(time: str) -> str:
    return f'"2026-06-{time}Z"' if time else "null"


def _hole(start: str, end: str, place: int, job: str = "a") -> Violation:
    start, end = (f"2026-06-{time}Z" for time in (start, end))
    return {
        "subject": job,
        "job": job,
        "endpoint": "/x",
        "at": start,
        "until": end,
        "message": f"{job}: nothing covers {start} to {end}",
        "evidence": {"hole start": start, "hole end": end},
        "place": place,
    }


def test_a_hole_longer_than_the_gap_is_a_violation_that_begins_and_ends(made: Workbench) -> None:
    """The hole stands at the window after it, and each series is judged by itself."""
    case = _runs(
        ("a", "14T10:00:00", "14T11:00:00"),
        ("a", "14T08:00:00", "14T09:30:00"),
        ("a", "14T11:30:01", "15T11:00:00"),
        ("b", "14T11:00:00", "15T11:00:00"),
    )
    found, outcomes = made.judged(CHECK, case)
    assert found == [_hole("14T11:00:00", "14T11:30:01", 3)]
    assert outcomes == [Outcome("made/made", "F1", Verdict.FAIL, exposed=4, violations=1)]


def test_a_window_within_an_earlier_one_opens_no_hole(made: Workbench) -> None:
    case = _runs(
        ("a", "14T08:00:00", "15T11:00:00"),
        ("a", "14T09:00:00", "14T10:00:00"),
        ("a", "14T20:00:00", "14T21:00:00"),
    )
    assert made.outcomes(CHECK, case) == [Outcome("made/made", "F1", Verdict.PASS, exposed=3)]


@pytest.mark.parametrize(("end", "found"), [("15T10:00:00", []), ("15T09:59:59", ["15T09:59:59"])])
def test_the_last_window_may_end_as_long_before_the_capture_as_behind_says(
    made: Workbench, end: str, found: list[str]
) -> None:
    violations = made.violations(CHECK, _runs(("a", "14T08:00:00", end)))
    assert violations == [_hole(start, "15T12:00:00", 1) for start in found]


def test_without_behind_the_end_is_not_judged(made: Workbench) -> None:
    check = CHECK.replace("behind: hours(2)\n", "")
    assert made.outcomes(check, _runs(("a", "14T08:00:00", "14T09:00:00"))) == [
        Outcome("made/made", "F1", Verdict.NOT_APPLICABLE, "no record in scope")
    ]


def test_windows_without_start_or_end_and_those_out_of_scope_cover_nothing(made: Workbench) -> None:
    case = _runs(
        ("a", "14T08:00:00", "14T09:00:00"),
        ("a", "", "14T10:00:00"),
        ("a", "14T09:00:00", ""),
        ("a", "14T11:00:00", "15T11:00:00"),
        ("a", "14T09:00:00", "14T11:00:00"),
    )
    failed = "run_id: r5, job: a, endpoint: /x, status: "
    case = case.replace(f"{failed}ok", f"{failed}failed")
    assert made.violations(CHECK, case) == [_hole("14T09:00:00", "14T11:00:00", 4)]


def test_a_hole_tells_how_many_windows_and_holes_its_series_has(made: Workbench) -> None:
    """Only what is longer than the gap counts, and the first hole stands before the third window."""
    told = "windows {windows}, holes {holes}, the first before window {first_hole}"
    check = CHECK.replace("nothing covers {hole_start} to {hole_end}", told)
    case = _runs(
        ("a", "14T08:00:00", "14T09:00:00"),
        ("a", "14T09:20:00", "14T10:00:00"),
        ("a", "14T11:00:00", "14T12:00:00"),
        ("a", "14T13:00:00", "14T14:00:00"),
        ("b", "14T08:00:00", "14T09:00:00"),
    )
    assert [violation["message"] for violation in made.violations(check, case)] == [
        "b: windows 1, holes 1, the first before window none",
        *3 * ["a: windows 4, holes 3, the first before window 3"],
    ]


def test_each_facility_has_its_own_series(made: Workbench) -> None:
    more = "facilities: [{facility: F1}, {facility: F2}]\n"
    case = _runs(("a", "14T08:00:00", "14T09:00:00"), ("a", "14T11:00:00", "15T11:00:00"), more=more)
    case = case.replace("run_id: r2", "facility: F2, run_id: r2")
    assert made.violations(CHECK, case) == [_hole("14T09:00:00", "15T12:00:00", 1)]


def test_a_hole_that_began_before_the_table_reaches_back_is_not_judged(made: Workbench) -> None:
    tables = "tables: {sync_runs: {from: '2026-06-14T09:00:01Z'}}\n"
    case = _runs(
        ("a", "14T08:00:00", "14T09:00:00"),
        ("a", "14T11:00:00", "14T12:00:00"),
        ("a", "14T13:00:00", "15T11:00:00"),
        more=tables,
    )
    assert made.violations(CHECK, case) == [_hole("14T12:00:00", "14T13:00:00", 3)]


def test_runs_captured_in_part_prove_no_hole(made: Workbench) -> None:
    case = _runs(("a", "14T08:00:00", "14T09:00:00"), more="tables: {sync_runs: {complete: false}}\n")
    reason = "not captured whole: sync_runs; what is missing there proves nothing"
    assert made.outcomes(CHECK, case) == [
        Outcome("made/made", "F1", Verdict.NOT_EVALUATED, reason, ("sync_runs",))
    ]


def test_faults_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: coverage
        table: sync_runs r
        keys: {job: r.jb}
        start: r.job
        end: r.window_nd
        gap: 5
        message: "{hole_ends}"
        """
    )
    assert faults == (
        "made.yaml:4:17: error: sync_runs has no column 'jb'\n"
        "  help: did you mean 'job'?\n"
        "made.yaml:5:10: error: this is a text; an instant must stand here\n"
        "made.yaml:6:10: error: sync_runs has no column 'window_nd'\n"
        "  help: did you mean 'window_end'?\n"
        "made.yaml:7:8: error: this is an integer; a duration must stand here\n"
        "made.yaml:8:14: error: no column 'hole_ends' here\n"
        "  help: did you mean 'hole_end'?"
    )


def test_a_hole_happens_where_it_begins_and_nowhere_else(made: Workbench) -> None:
    assert made.faults(f"{CHECK}at: r.window_start\n") == (
        "made.yaml:11:3: error: unknown key 'at'\n"
        "  help: keys: behind, end, evidence, gap, join, keys, kind, message, rests_on, root_where, settle, start, table, variance, where"
    )
