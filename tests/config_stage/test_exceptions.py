"""Waivers, comments and the baseline where configuration is judged by itself: governed as in a snapshot."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from made_operator import COLOUR_RULE, MANIFEST, Ended, write
from rootlint.assess import Options as SnapshotOptions
from rootlint.assess import assess, inherit
from rootlint.config_stage.judging import check_configuration
from rootlint.config_stage.options import Options
from rootlint.exceptions.baseline import write_baseline
from rootlint.exceptions.loading import Sources
from rootlint.model import Finding, Report
from rootlint.rules.selecting import Selection

Check = Callable[..., Ended]

CAP, ALERTING = "page-size-setting-above-cap", "alerting-missing"
FILE = ".rootlint/waivers.yaml"
BASELINE = ".rootlint/baseline.jsonl"
SYNC = {"config/sync.yaml": "# Made for a test.\nmetrc:\n  page_size: 50\n"}
ALERTS = {"config/alerts.yaml": "alerts: {to: desk}\n"}
WAIVED = "no finding at or above warning but for 1 waived, every selected rule reached a verdict"


def waivers(**given: str) -> dict[str, str]:
    """A file with one waiver of the finding in config/sync.yaml, but for what is given."""
    scope = "{file: config/sync.yaml}"
    fields = {
        "id": "W-1", "rule": CAP, "scope": scope, "reason": "agreed", "author": "a.author", "approver": "b.other",
        "opened": "2026-10-01", "expires": "2026-12-05", **given,
    }  # fmt: skip
    lines = [f"{key}: {value}" for key, value in fields.items() if value]
    return {FILE: "format: 1\nwaivers:\n  - " + "\n    ".join(lines) + "\n"}


def beside(until: str = "2026-12-05", rule: str = CAP) -> dict[str, str]:
    """The same configuration with a comment above the setting."""
    comment = f'# rootlint: waive {rule} until={until} by=a.author approved=b.other reason="agreed"'
    return {"config/sync.yaml": f"metrc:\n  {comment}\n  page_size: 50\n"}


@pytest.fixture
def hook(check: Check) -> Check:
    """The check of a commit that has config/sync.yaml, for a day in November."""

    def run(*args: str, files: dict[str, str], names: tuple[str, ...] = ("config/sync.yaml",)) -> Ended:
        return check("--hook", "--as-of", "2026-11-20", *args, *names, files=files)

    return run


@pytest.mark.parametrize("files", [{**SYNC, **waivers()}, beside()], ids=["file", "comment"])
def test_a_waived_failure_is_still_told_and_counted_on_the_last_line(
    check: Check, files: dict[str, str]
) -> None:
    ended = check("config/sync.yaml", files=files)
    head, *_ = ended.out.splitlines()
    assert head.endswith("at most 20 rows a page [waived until 2026-12-05]")
    assert "1 finding: 1 error, 0 warnings, 0 notes (1 violation)" in ended.out
    assert "asked by a.author, approved by b.other: agreed" in ended.out
    assert (ended.code, ended.out.splitlines()[-1]) == (0, f"exit code 0: {WAIVED}")


@pytest.mark.parametrize("files", [{**SYNC, **waivers()}, beside()], ids=["file", "comment"])
def test_a_hook_lets_it_pass_and_says_so(hook: Check, files: dict[str, str]) -> None:
    said = f"1 finding waived, the first until 2026-12-05\nrootlint: exit code 0: {WAIVED}\n"
    assert hook(files=files) == Ended(0, said, "")


@pytest.mark.parametrize("files", [{**SYNC, **waivers()}, beside()], ids=["file", "comment"])
def test_without_waivers_it_counts(hook: Check, files: dict[str, str]) -> None:
    ended = hook("--no-waivers", files=files)
    assert (ended.code, "waive" in ended.out) == (1, False)


def test_every_format_says_that_it_is_waived(check: Check) -> None:
    for format in ("concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "csv", "markdown"):
        assert "2026-12-05" in check("--format", format, "config", files={**SYNC, **waivers()}).out, format


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({**SYNC, **waivers(expires="2026-11-19")}, f"{FILE}:3:5: warning: waiver W-1"),
        (beside("2026-11-19"), "config/sync.yaml:2:3: warning: waiver config/sync.yaml:2"),
    ],
    ids=["file", "comment"],
)
def test_a_waiver_that_expired_is_told_and_its_finding_counts_again(
    hook: Check, files: dict[str, str], where: str
) -> None:
    ended = hook(files=files)
    assert ended.code == 1
    assert "[waiver expired on 2026-11-19]" in ended.out.splitlines()[0]
    assert f"{where} expired on 2026-11-19, and its finding counts again; repair what" in ended.out


RIGHT = {name: text.replace("50", "20") for name, text in SYNC.items()}


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({**RIGHT, **waivers()}, f"{FILE}:3:5: warning: waiver W-1 is not used"),
        (
            {name: text.replace("50", "20") for name, text in beside().items()},
            "config/sync.yaml:2:3: warning: waiver config/sync.yaml:2 is not used",
        ),
    ],
    ids=["file", "comment"],
)
def test_a_waiver_that_nothing_needs_counts_as_a_warning(
    hook: Check, files: dict[str, str], where: str
) -> None:
    ended = hook(files=files)
    assert (ended.code, ended.out.splitlines()[0].startswith(where)) == (1, True)
    assert ended.out.splitlines()[1:] == [
        "rootlint: exit code 1: no finding at or above warning, but waivers to look after, "
        "every selected rule reached a verdict"
    ]
    assert hook("--fail-on", "error", files=files).code == 0


@pytest.mark.parametrize(
    "given",
    [
        {"scope": "{file: config/other.yaml}"},  # its file was not named
        {"scope": "", "all": "true", "rule": ALERTING},  # whether it is needed, only the whole can tell
        {
            "scope": "",
            "all": "true",
            "rule": "sale-posted-late",
            "facility": "C10-0000001-LIC",
        },  # needs a snapshot
    ],
    ids=["other file", "whole", "snapshot"],
)
def test_what_a_run_does_not_judge_makes_no_waiver_unused_and_its_end_a_note(
    hook: Check, given: dict[str, str]
) -> None:
    files = {**RIGHT, **ALERTS, **waivers(**given)}
    assert hook(files=files) == Ended(0, "", "")
    ended = hook(files={**files, **waivers(**given, expires="2026-11-01")})
    assert (ended.code, ended.out.splitlines()[0].partition(";")[0]) == (
        0,
        f"{FILE}:3:5: note: waiver W-1 expired on 2026-11-01",
    )
    assert hook("--fail-on", "note", files={}).code == 1


def test_the_whole_configuration_shows_what_nothing_needs(check: Check) -> None:
    files = {**RIGHT, **ALERTS, **waivers(rule=ALERTING, scope="", all="true")}
    assert check("config/sync.yaml", files=files).code == 0
    ended = check("config")
    assert (ended.code, "waiver W-1 is not used" in ended.out) == (1, True)


def test_a_configuration_that_is_read_in_part_shows_nothing_to_be_unused(check: Check) -> None:
    ended = check("config", files={**RIGHT, **waivers(), "config/torn.json": "{"})
    assert (ended.code, "not used" in ended.out) == (4, False)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"rule": "page-sise"}, "4:11: error: no rule is named 'page-sise'"),
        ({"approver": "a.author"}, "8:15: error: 'a.author' is author and approver"),
        ({"expires": "2027-06-01"}, "10:14: error: 243 days are too long"),
        ({"scope": ""}, "3:5: error: the waiver is for everything, and does not say so"),
        ({"scope": "{setting: metrc.page_size}"}, "5:12: error: the scope is not exact: file is missing"),
        (
            {"facility": "C10-0000001-LIC"},
            f"11:15: error: '{CAP}' is about settings, which belong to the integration as a whole",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_waiver_that_is_malformed_or_too_broad_stops_the_run(
    hook: Check, given: dict[str, str], fault: str
) -> None:
    ended = hook(files={**SYNC, **waivers(**given)})
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{FILE}:{fault}"), ended.err


def test_a_malformed_comment_stops_the_run_and_is_shown_where_it_stands(check: Check) -> None:
    files = {"deploy/x/config/sync.yaml": beside("soon")["config/sync.yaml"]}
    ended = check("--hook", "deploy/x/config/sync.yaml", files=files)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("deploy/x/config/sync.yaml:2:3: error: until 'soon' is no day\n")


def test_what_is_waived_is_not_put_right(check: Check, place: Path) -> None:
    ended = check("--fix", "config/sync.yaml", files={**SYNC, **waivers()})
    assert (ended.code, (place / "config/sync.yaml").read_text("utf-8")) == (0, SYNC["config/sync.yaml"])
    assert "with --fix" not in ended.out
    check("--fix", "--no-waivers", "config/sync.yaml")
    assert "page_size: 20" in (place / "config/sync.yaml").read_text("utf-8")


# -- the baseline, and a snapshot beside

DAY = date(2026, 11, 20)
FAULTY = {
    "snapshot.yaml": MANIFEST,
    "config/sync.yaml": "metrc:\n  page_size: 50\n  limit: 30\n  interval: 6h\n  retry: {attempts: 99, idempotent: no}\n",
    "config/other.yaml": 'metrc:\n  page_size: 40  # "quoted"\n  user_key: "made0key1made0key2made0key3"\n',
    "config/\u00fcber.yaml": "metrc: {host: https://sandbox-api-ca.metrc.com}\n",
}


@pytest.fixture
def inherited(place: Path) -> Path:
    """A snapshot whose configuration has faults, all of them in its baseline."""
    write(place, FAULTY)
    about = Selection(tuple(check_rules(place)))
    _, made = inherit(SnapshotOptions(place, DAY, about))
    write(place, {BASELINE: write_baseline(made)})
    return place


def check_rules(place: Path) -> list[str]:
    return [
        outcome.rule for outcome in check_configuration(Options((place / "config",), DAY)).report.outcomes
    ]


def marks(report: Report) -> list[tuple[str, object, object]]:
    def key(finding: Finding) -> tuple[str, str]:
        return finding.rule, finding.fingerprint

    return [(of.fingerprint, of.waiver, of.baseline) for of in sorted(report.findings, key=key)]


def test_a_baseline_of_a_snapshot_holds_with_the_same_evidence(inherited: Path) -> None:
    sources = Sources(baseline=inherited / BASELINE)
    alone = check_configuration(Options((inherited / "config",), DAY, exceptions=sources)).report
    about = Selection(tuple(check_rules(inherited)))
    whole = assess(SnapshotOptions(inherited, DAY, about, exceptions=sources))
    assert marks(alone) == marks(whole)
    assert alone.exceptions.baseline == whole.exceptions.baseline
    assert {of.baseline.state.value for of in alone.findings if of.baseline is not None} == {"unchanged"}
    assert {of.rule for of in alone.findings} == {CAP, "sandbox-host-setting", "secret-in-plain-text"}
    assert alone.exit_code == 0


def test_a_baseline_lets_pass_what_it_has_and_not_what_is_new(hook: Check, inherited: Path) -> None:
    ended = hook(files={})
    assert ended.code == 0
    assert ended.out.splitlines()[-1].startswith(
        "rootlint: exit code 0: no finding at or above warning but for"
    )
    assert "of the baseline" in ended.out
    assert hook("--no-baseline", files={}).code == 1
    added = FAULTY["config/sync.yaml"] + "stores:\n  ca: {page_size: 60}\n"
    assert hook(files={"config/sync.yaml": added}).code == 1


GROWS = COLOUR_RULE.replace("scope: [file, setting]", "scope: facility")


def test_a_finding_grows_wherever_its_violations_stand(check: Check, place: Path) -> None:
    """A commit of one file must not hide behind the inherited violations of another."""
    files = {"snapshot.yaml": MANIFEST, "config/a.yaml": "colour: red\n", "made/pack.yaml": "name: made\n"}
    write(place, {**files, "config/b.yaml": "", "made/colour.yaml": GROWS})
    _, made = inherit(SnapshotOptions(place, DAY, Selection(("made/colour",)), packs=(place / "made",)))
    write(place, {BASELINE: write_baseline(made)})
    args = ("--hook", "--pack", "made", "--rule", "made/colour")
    assert check(*args, "config/a.yaml").code == 0
    ended = check(*args, "config/b.yaml", files={"config/b.yaml": "colour: green\n"})
    assert (ended.code, ended.out.splitlines()[0]) == (
        1,
        "config/b.yaml:1:9: warning[made/colour]: colour is green [updated, 1 before]",
    )


def test_only_what_was_judged_is_fixed(check: Check, inherited: Path) -> None:
    write(
        inherited,
        {"config/sync.yaml": "metrc:\n  page_size: 20\n", "config/other.yaml": "metrc:\n  page_size: 20\n"},
    )

    def gone(*args: str) -> set[tuple[str, str]]:
        beside = json.loads(check("--format", "json", *args).out)["exceptions"]["baseline"]
        return {(of["scope"]["file"], of["state"]) for of in beside["gone"] if of["rule"] == CAP}

    assert gone("config") == {("config/sync.yaml", "fixed"), ("config/other.yaml", "fixed")}
    assert gone("config/sync.yaml") == {("config/sync.yaml", "fixed"), ("config/other.yaml", "not seen")}
    write(inherited, {"config/torn.json": "{"})
    assert gone("config") == {("config/sync.yaml", "not seen"), ("config/other.yaml", "not seen")}


def test_a_torn_baseline_stops_the_run(hook: Check) -> None:
    ended = hook(files={**SYNC, BASELINE: "{\n"})
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{BASELINE}:1:")
