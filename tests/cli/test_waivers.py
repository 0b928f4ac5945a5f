"""``rootlint waivers``, and what ``check`` makes of them."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from made_operator import SHOP, Ended
from rootlint.report.json_report import schema

Run = Callable[..., Ended]

NEGATIVE = "made/negative-quantity"
WAIVERS = f"""\
format: 1
waivers:
  - id: W-2026-001
    rule: {NEGATIVE}
    facility: {SHOP}
    all: true
    reason: recount booked
    author: a.author
    approver: b.other
    opened: 2026-11-01
    expires: 2026-12-05
    ticket: OPS-311
"""
SETTING_RULE = """\
name: made/interval-too-long
layer: technical
severity: warning
confidence: high
since: 0.1.0
summary: The interval is too long.
rationale: Made for a test.
remediation: Shorten it.
scope: file
can_be_root: true
check:
  kind: setting
  settings: ['**.interval']
  expect: number(value) <= 60
  message: "{path} is {value}"
"""
COMMENT = (
    '# rootlint: waive made/interval-too-long until=2026-12-01 by=a.author approved=b.other reason="agreed"'
)
MORE = "W-2026-001 until 2026-12-05, asked by a.author, approved by b.other: recount booked (OPS-311)"


def write(place: Path, file: str, text: str) -> None:
    path = place / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def waived(place: Path) -> Path:
    """A working folder with the file of waivers."""
    write(place, ".rootlint/waivers.yaml", WAIVERS)
    return place


def test_a_waived_finding_is_told_and_counted_and_does_not_fail_the_run(check: Run, waived: Path) -> None:
    ended = check(rule=NEGATIVE)
    lines = ended.out.splitlines()
    assert lines[0].endswith("(1 of 2 records, 2026-10-01) [root cause] [waived until 2026-12-05]")
    assert lines[1] == f"  waiver       {MORE}"
    assert "1 finding: 0 errors, 1 warning, 0 notes (1 violation)" in lines
    assert "1 finding waived, the first until 2026-12-05" in lines
    assert "1 rule x 1 facility: 0 pass, 1 fail, 0 not applicable, 0 not evaluated, 0 error" in lines
    assert lines[-1] == (
        "exit code 0: no finding at or above warning but for 1 waived, every selected rule reached a verdict"
    )
    assert (ended.code, ended.err) == (0, "")


def test_the_json_report_carries_the_waiver_and_names_the_file(check: Run, waived: Path) -> None:
    document = json.loads(check("--format", "json", rule=NEGATIVE).out)
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert document["findings"][0]["waiver"] == {
        "id": "W-2026-001",
        "reason": "recount booked",
        "author": "a.author",
        "approver": "b.other",
        "expires": "2026-12-05",
        "ticket": "OPS-311",
        "inline": False,
        "expired": False,
    }
    [file] = document["exceptions"]["files"]
    assert (file["kind"], file["file"], document["exceptions"]["problems"]) == (
        "waivers",
        ".rootlint/waivers.yaml",
        [],
    )


def test_every_format_says_that_a_finding_is_waived(check: Run, waived: Path) -> None:
    for format in ("concise", "jsonl", "sarif", "sarif-full", "junit", "github", "gitlab", "csv", "markdown"):
        assert "2026-12-05" in check("--format", format, rule=NEGATIVE).out, format


def test_without_waivers_the_finding_counts(check: Run, waived: Path) -> None:
    ended = check("--no-waivers", rule=NEGATIVE)
    assert (ended.code, "waive" in ended.out) == (1, False)


def test_a_waiver_that_expired_is_told_and_its_finding_counts_again(check: Run, waived: Path) -> None:
    ended = check("--as-of", "2026-12-06", "--fail-on", "warning", rule=NEGATIVE)
    assert ended.code == 1
    assert "[waiver expired on 2026-12-05]" in ended.out.splitlines()[0]
    assert (
        ".rootlint/waivers.yaml:3:5: warning: waiver W-2026-001 expired on 2026-12-05, and its finding counts again; "
        "repair what made/negative-quantity finds, or have another waiver approved; then delete this one"
    ) in ended.out


@pytest.mark.parametrize(("threshold", "code"), [("warning", 1), ("error", 0), ("never", 0)])
def test_a_waiver_that_nothing_needs_is_a_warning_and_counts_as_one(
    check: Run, waived: Path, threshold: str, code: int
) -> None:
    table = waived / "snap/tables/metrc_packages.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("-2.5", "2.5"), encoding="utf-8")
    ended = check("--fail-on", threshold, rule=NEGATIVE)
    assert ended.code == code
    assert "warning: waiver W-2026-001 is not used" in ended.out
    if code:
        assert ended.out.splitlines()[-1] == (
            "exit code 1: no finding at or above warning, but waivers to look after, every selected rule reached a verdict"
        )


def test_a_fault_of_the_file_stops_the_run_before_anything_is_judged(check: Run, waived: Path) -> None:
    write(waived, ".rootlint/waivers.yaml", WAIVERS.replace(SHOP, SHOP[:-1]).replace("b.other", "a.author"))
    assert check(rule=NEGATIVE) == Ended(
        2,
        "",
        f".rootlint/waivers.yaml:5:15: error: the snapshot has no facility '{SHOP[:-1]}'\n  help: did you mean '{SHOP}'?\n"
        ".rootlint/waivers.yaml:9:15: error: 'a.author' is author and approver\n  help: somebody else has to approve it\n",
    )


def test_a_file_that_is_named_must_be_there(check: Run) -> None:
    ended = check("--waivers", "none.yaml", rule=NEGATIVE)
    assert (ended.code, ended.err) == (2, "none.yaml: error: cannot be read: No such file or directory\n")


def test_a_comment_beside_a_setting_waives_it(check: Run, place: Path) -> None:
    write(place, "made/interval-too-long.yaml", SETTING_RULE)
    write(place, "snap/config/store.yaml", f"sync:\n  {COMMENT}\n  interval: 90\npoll:\n  interval: 80\n")
    one = check(rule="made/interval-too-long")
    assert one.code == 1
    assert (
        "waiver config/store.yaml:2 is not enough: the finding of made/interval-too-long is about poll.interval"
        in one.out
    )
    write(
        place,
        "snap/config/store.yaml",
        f"sync:\n  {COMMENT}\n  interval: 90\npoll:\n  interval: 80  {COMMENT}\n",
    )
    both = check(rule="made/interval-too-long")
    assert both.code == 0
    assert "[waived until 2026-12-01]" in both.out.splitlines()[0]
    assert check("--no-waivers", rule="made/interval-too-long").code == 1


def test_a_malformed_comment_is_an_error(check: Run, place: Path) -> None:
    write(place, "made/interval-too-long.yaml", SETTING_RULE)
    write(
        place,
        "snap/config/store.yaml",
        f"sync:\n  interval: 90  {COMMENT.replace(' until=2026-12-01', '')}\n",
    )
    ended = check(rule="made/interval-too-long")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("config/store.yaml:2:17: error: until is missing\n")


def waivers(rootlint: Run, command: str, *args: str, day: str = "2026-11-20") -> Ended:
    return rootlint("waivers", command, "--pack", "made", "--as-of", day, *args)


def test_a_sound_file_has_no_fault(rootlint: Run, waived: Path) -> None:
    assert waivers(rootlint, "lint") == Ended(0, "1 waiver: no fault\n", "")
    assert waivers(rootlint, "lint", "snap") == Ended(0, "1 waiver: no fault\n", "")


def test_lint_fails_for_what_expired_and_with_a_snapshot_for_what_nothing_needs(
    rootlint: Run, waived: Path
) -> None:
    expired = waivers(rootlint, "lint", day="2026-12-06")
    assert expired.code == 1
    assert expired.out.splitlines()[-1] == "1 waiver: 1 to look after"
    table = waived / "snap/tables/metrc_packages.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("-2.5", "2.5"), encoding="utf-8")
    assert waivers(rootlint, "lint").code == 0
    unused = waivers(rootlint, "lint", "snap")
    assert unused.code == 1
    assert unused.out.splitlines() == [
        ".rootlint/waivers.yaml:3:5: warning: waiver W-2026-001 is not used: "
        f"{NEGATIVE} finds nothing that it is for, at {SHOP}; delete it",
        "1 waiver: 1 to look after",
    ]


def test_lint_tells_every_fault_and_ends_with_2(rootlint: Run, waived: Path) -> None:
    write(
        waived,
        ".rootlint/waivers.yaml",
        WAIVERS.replace("negative-quantity", "negative").replace("all: true", "x: 1"),
    )
    ended = waivers(rootlint, "lint")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        ".rootlint/waivers.yaml:3:5: error: the waiver is for everything, and does not say so\n  help: write all: true\n"
        ".rootlint/waivers.yaml:4:11: error: no rule is named 'made/negative'\n  help: did you mean 'made/negative-quantity'?\n"
        ".rootlint/waivers.yaml:6:5: error: unknown key 'x'\n"
        "  help: known: all, approver, author, expires, facility, id, opened, reason, rule, scope, ticket\n"
    )


def test_without_a_file_there_is_no_waiver(rootlint: Run, place: Path) -> None:
    assert waivers(rootlint, "lint") == Ended(0, "0 waivers: no fault\n", "")
    assert waivers(rootlint, "list") == Ended(0, "0 waivers\n", "")


def test_the_list_says_until_when_and_who_answers(rootlint: Run, waived: Path) -> None:
    assert waivers(rootlint, "list").out == (
        f"W-2026-001  until 2026-12-05 (15 days left)  {NEGATIVE}  {SHOP}  everything  b.other: recount booked\n"
        "1 waiver\n"
    )
    assert "expired on 2026-12-05" in waivers(rootlint, "list", day="2027-01-01").out


ADDED = (
    "--rule", NEGATIVE, "--facility", SHOP, "--all", "--reason", "recount: booked", "--author", "a.author",
    "--approver", "b.other", "--expires", "2026-12-05",
)  # fmt: skip


def test_a_waiver_can_be_added_and_then_holds(rootlint: Run, check: Run, place: Path) -> None:
    ended = waivers(rootlint, "add", *ADDED)
    assert ended == Ended(0, "", ".rootlint/waivers.yaml: W-2026-001 added\n")
    assert check(rule=NEGATIVE).code == 0
    again = waivers(rootlint, "add", *ADDED, "--ticket", "OPS-1")
    assert again == Ended(0, "", ".rootlint/waivers.yaml: W-2026-002 added\n")
    assert waivers(rootlint, "lint").out == "2 waivers: no fault\n"


def test_what_is_not_sound_is_not_added(rootlint: Run, waived: Path) -> None:
    before = (waived / ".rootlint/waivers.yaml").read_text(encoding="utf-8")
    ended = waivers(rootlint, "add", *ADDED, "--approver", "a.author", "--scope", "item=x")
    assert ended.code == 2
    assert "'a.author' is author and approver" in ended.err
    assert "all: true and a scope contradict each other" in ended.err
    assert (waived / ".rootlint/waivers.yaml").read_text(encoding="utf-8") == before


def test_a_scope_is_given_as_key_and_value(rootlint: Run, place: Path) -> None:
    ended = waivers(rootlint, "add", *ADDED, "--scope", "item")
    assert (ended.code, "'item' is no KEY=VALUE" in ended.err) == (2, True)
