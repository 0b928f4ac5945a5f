"""``rootlint baseline``, and what ``check`` makes of it."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from made_operator import RULE, SHOP, Ended
from rootlint.report.json_report import schema

Run = Callable[..., Ended]
Create = Callable[..., None]

NEGATIVE = "made/negative-quantity"
FILE = ".rootlint/baseline.jsonl"
NEGATIVE_AGAIN = f"{SHOP},5,1A4FF0000000005,active,-4,Grams,2026-10-05T12:00:00Z\n"


@pytest.fixture
def run(rootlint: Run) -> Run:
    """Run a command of ``rootlint baseline`` on the made snapshot."""

    def baseline(command: str, *args: str, day: str = "2026-11-20") -> Ended:
        return rootlint(
            "baseline", command, "--pack", "made", "--as-of", day, *args, env={"ROOTLINT_SELECT": NEGATIVE}
        )

    return baseline


@pytest.fixture
def create(run: Run) -> Create:
    """Make the baseline; where that fails, the test ends here, and tells how."""

    def made(day: str = "2026-11-20") -> None:
        ended = run("create", "snap", day=day)
        assert (ended.code, ended.err) == (0, ""), ended

    return made


def packages(place: Path, *, add: str = "", **replaced: str) -> None:
    """Change the table of packages."""
    table = place / "snap/tables/metrc_packages.csv"
    text = table.read_text(encoding="utf-8") + add
    for old, new in replaced.values() and [(replaced["old"], replaced["new"])]:
        text = text.replace(old, new)
    table.write_text(text, encoding="utf-8")


def lines(place: Path) -> list[str]:
    return (place / FILE).read_text(encoding="utf-8").splitlines()


def test_what_is_inherited_is_told_and_does_not_fail_the_run(run: Run, check: Run) -> None:
    assert run("create", "snap") == Ended(0, f"{FILE}: 1 finding entered\n", "")
    ended = check(rule=NEGATIVE)
    told = ended.out.splitlines()
    assert told[0].endswith("(1 of 2 records, 2026-10-01) [root cause] [unchanged]")
    assert "baseline: 0 new, 1 unchanged, 0 updated, 0 fixed, 0 not seen" in told
    assert told[-1] == (
        "exit code 0: no finding at or above warning but for 1 of the baseline, every selected rule reached a verdict"
    )
    assert ended.code == 0
    assert check("--no-baseline", rule=NEGATIVE).code == 1


def test_a_finding_that_has_grown_counts_again(create: Create, check: Run, place: Path) -> None:
    create()
    packages(place, add=NEGATIVE_AGAIN)
    ended = check(rule=NEGATIVE)
    assert (ended.code, ended.out.splitlines()[0][-20:]) == (1, "[updated, 1 before]\n".rstrip().rjust(20))
    assert "baseline: 0 new, 0 unchanged, 1 updated, 0 fixed, 0 not seen" in ended.out


def test_a_finding_with_other_evidence_is_updated_and_does_not_count(
    create: Create, check: Run, place: Path
) -> None:
    create()
    packages(place, old="1A4FF0000000002,active,-2.5", new="1A4FF0000000009,active,-2.5")
    ended = check(rule=NEGATIVE)
    assert (ended.code, "[updated, 1 before]" in ended.out) == (0, True)


def test_rows_that_move_and_files_that_are_renamed_change_nothing(
    create: Create, check: Run, place: Path
) -> None:
    create()
    table = place / "snap/tables/metrc_packages.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.unlink()
    (place / "snap/tables/metrc_packages").mkdir()
    (place / "snap/tables/metrc_packages/all.csv").write_text(
        "\n".join([head, *rows[::-1]]) + "\n", encoding="utf-8"
    )
    assert "1 unchanged" in check(rule=NEGATIVE).out


def test_what_is_fixed_is_taken_out_and_nothing_else(
    run: Run, create: Create, check: Run, place: Path
) -> None:
    create()
    before = lines(place)
    assert run("prune", "snap").out == f"{FILE}: 0 fixed and taken out, 1 stay\n"
    packages(place, old="-2.5", new="2.5")
    ended = check(rule=NEGATIVE)
    assert (ended.code, "0 new, 0 unchanged, 0 updated, 1 fixed, 0 not seen" in ended.out) == (0, True)
    assert lines(place) == before
    assert run("prune", "snap").out == f"{FILE}: 1 fixed and taken out, 0 stay\n"
    assert lines(place) == before[:1]


def test_what_was_not_seen_is_never_taken_out(run: Run, create: Create, rootlint: Run, place: Path) -> None:
    create()
    before = lines(place)
    packages(
        place,
        old="-2.5",
        new="2.5",
        add=f"{SHOP},4,1A4FF0000000004,active,eight,Grams,2026-10-03T12:00:00Z\n",
    )
    assert run("prune", "snap").out == f"{FILE}: 0 fixed and taken out, 1 stay (1 not seen)\n"
    assert run("show", "snap").out.splitlines() == [
        f"not seen  {NEGATIVE}  {SHOP}  1 rows of metrc_packages were set aside",
        "0 new, 0 unchanged, 0 updated, 0 fixed, 1 not seen",
    ]
    other = rootlint(
        "baseline", "prune", "snap", "--pack", "made", "--as-of", "2026-11-20", env={"ROOTLINT_IGNORE": "*"}
    )
    assert other.out == f"{FILE}: 0 fixed and taken out, 1 stay (1 not seen)\n"
    assert lines(place) == before


def test_the_json_report_carries_states_and_what_is_gone(create: Create, check: Run, place: Path) -> None:
    create(day="2026-11-01")
    document = json.loads(check("--format", "json", rule=NEGATIVE).out)
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert document["findings"][0]["baseline"] == {
        "state": "unchanged", "count": 1, "first_seen": "2026-11-01", "grown": False,
    }  # fmt: skip
    assert [each["kind"] for each in document["exceptions"]["files"]] == ["baseline"]
    packages(place, old="-2.5", new="2.5")
    beside = json.loads(check("--format", "json", rule=NEGATIVE).out)["exceptions"]["baseline"]
    assert [(each["rule"], each["state"], each["first_seen"]) for each in beside["gone"]] == [
        (NEGATIVE, "fixed", "2026-11-01")
    ]


def test_every_format_says_the_state(create: Create, check: Run) -> None:
    create()
    for format in ("concise", "jsonl", "sarif", "sarif-full", "junit", "github", "gitlab", "csv", "markdown"):
        assert "unchanged" in check("--format", format, rule=NEGATIVE).out, format


def test_a_baseline_is_not_overwritten_but_made_anew_on_request(
    run: Run, create: Create, place: Path
) -> None:
    create(day="2026-11-01")
    again = run("create", "snap")
    assert again == Ended(
        2,
        "",
        f"{FILE}: error: there is a baseline already\n"
        "  help: take out what is fixed with rootlint baseline prune, or make it anew with --replace\n",
    )
    packages(place, add=NEGATIVE_AGAIN)
    assert run("create", "snap", "--replace").code == 0
    [entry] = map(json.loads, lines(place)[1:])
    assert (entry["count"], entry["first_seen"]) == (2, "2026-11-01")


def test_a_finding_that_a_waiver_is_for_is_left_out(run: Run, place: Path) -> None:
    """One that expired too: the day that somebody answers for it until is not to be moved in silence."""
    (place / ".rootlint").mkdir()
    (place / ".rootlint/waivers.yaml").write_text(
        f"format: 1\nwaivers:\n  - {{id: W-1, rule: {NEGATIVE}, facility: {SHOP}, all: true, reason: r, author: a, "
        "approver: b, opened: 2026-10-01, expires: 2026-11-19}\n",
        encoding="utf-8",
    )
    ended = run("create", "snap")
    assert ended.out == f"{FILE}: 0 findings entered\n1 finding left out: a waiver is for each\n"


LEADS_TO = """\
leads_to:
  - {rule: made/negative-quantity, via: label, lag: 0d..1d, strength: strong, mechanism: made}
"""
ROOT_RULE = (
    RULE.partition("tests:")[0].replace("negative-quantity", "mislabelled").replace("warning", "error")
    + LEADS_TO
)


def test_a_root_cause_of_severity_error_is_not_taken_for_inherited(rootlint: Run, place: Path) -> None:
    (place / "made/mislabelled.yaml").write_text(ROOT_RULE, encoding="utf-8")
    args = ("baseline", "create", "snap", "--pack", "made", "--as-of", "2026-11-20")
    selected = {"ROOTLINT_SELECT": "made/mislabelled,made/negative-quantity"}
    refused = rootlint(*args, env=selected)
    assert refused == Ended(
        2,
        "",
        f"error: made/mislabelled, {SHOP} is a root cause of severity error\n"
        "  help: repair it, and its symptoms go with it; or enter it with --accept-roots\n",
    )
    assert not (place / FILE).exists()
    assert rootlint(*args, "--accept-roots", env=selected).out == f"{FILE}: 2 findings entered\n"
    assert rootlint(*args, "--replace", env=selected).code == 0


def test_show_lists_the_file_without_a_snapshot(run: Run, create: Create) -> None:
    create()
    shown = run("show").out.splitlines()
    assert shown[0] == f"{NEGATIVE}  {SHOP}  1 violation  since 2026-11-20"
    assert shown[1].startswith("1 finding of snapshot sha256:")


def test_a_fault_of_the_file_stops_the_run(create: Create, check: Run, place: Path) -> None:
    create()
    (place / FILE).write_text("\n".join([*lines(place), "{}"]), encoding="utf-8")
    ended = check(rule=NEGATIVE)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"{FILE}:3: error: key 'rule' is missing\n")


def test_without_a_file_there_is_nothing_to_show_or_prune(run: Run) -> None:
    for command in ("show", "prune"):
        ended = run(command, *(["snap"] if command == "prune" else []))
        assert (ended.code, ended.err) == (2, f"{FILE}: error: cannot be read: No such file or directory\n")
