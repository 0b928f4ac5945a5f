"""``rootlint check``: what it selects, prints and ends with."""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from made_operator import SHOP, Ended
from rootlint.report.json_report import schema

Run = Callable[..., Ended]

NEGATIVE = "made/negative-quantity"
FINDING = (
    f"warning[made/negative-quantity] {SHOP}: METRC holds less than nothing of a package "
    "(1 of 2 records, 2026-10-01) [root cause]"
)


def no_negative_quantity(place: Path) -> None:
    table = place / "snap/tables/metrc_packages.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("-2.5", "2.5"), encoding="utf-8")


def test_a_finding_is_told_with_evidence_and_remediation(check: Run) -> None:
    ended = check(rule=NEGATIVE)
    told = re.sub(r", probability 0\.\d+ \(calibrated on \d+ made worlds\)", "", ended.out)
    assert told.split("\n\n")[0] == (
        f"{FINDING}\n"
        "  cause        number 1 to fix, no symptom of it was found\n"
        "  evidence     tables/metrc_packages.csv row 2, 2026-10-01 23:30 PDT\n"
        "               1A4FF0000000002: METRC holds -2.5 Grams\n"
        "               label=1A4FF0000000002\n"
        "  remediation  Count the package.\n"
        f"  more         rootlint explain {identity(check)} --snapshot snap"
    )
    assert (ended.code, ended.err) == (1, "")


def identity(check: Run) -> str:
    return str(json.loads(check("--format", "json", rule=NEGATIVE).out)["findings"][0]["id"])


def test_the_concise_report_has_a_line_for_it_and_the_closing_lines(check: Run) -> None:
    lines = check("--format", "concise", rule=NEGATIVE).out.splitlines()
    assert lines[:4] == [
        FINDING,
        "1 finding: 0 errors, 1 warning, 0 notes (1 violation)",
        "1 cause (1 without symptoms), 0 symptoms, 0 unexplained, 0 isolated",
        "1 rule x 1 facility: 0 pass, 1 fail, 0 not applicable, 0 not evaluated, 0 error",
    ]
    assert lines[-1] == "exit code 1: findings at or above warning, every selected rule reached a verdict"


@pytest.mark.parametrize("harmless", ["true", "1"])
def test_what_is_harmless_alone_and_explains_nothing_is_no_root_cause(
    harmless: str, check: Run, place: Path
) -> None:
    rule = place / "made/data/negative-quantity.yaml"
    rule.write_text(
        rule.read_text(encoding="utf-8").replace(
            "can_be_root: true", f"can_be_root: true\nharmless_alone: {harmless}"
        ),
        encoding="utf-8",
    )
    assert check("--format", "concise", rule=NEGATIVE).out.splitlines()[:3] == [
        FINDING.removesuffix(" [root cause]"),
        "1 finding: 0 errors, 1 warning, 0 notes (1 violation)",
        "0 causes, 0 symptoms, 0 unexplained, 1 isolated",
    ]


@pytest.mark.parametrize(
    ("where", "role"), [("p.quantity < -3", "cause unknown"), ("p.quantity < -2", "root cause")]
)
def test_what_its_rule_says_cannot_begin_a_chain_has_an_unknown_cause(
    where: str, role: str, check: Run, place: Path
) -> None:
    rule = place / "made/data/negative-quantity.yaml"
    text = rule.read_text(encoding="utf-8")
    rule.write_text(text.replace("check:", f"check:\n  root_where: {where}", 1), encoding="utf-8")
    first = check("--format", "concise", rule=NEGATIVE).out.splitlines()[0]
    assert first == FINDING.replace("root cause", role)


def test_the_json_report_keeps_to_its_schema(check: Run) -> None:
    ended = check("--format", "json")
    document = json.loads(ended.out)
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert [finding["rule"] for finding in document["findings"]] == [NEGATIVE]
    assert document["head"]["snapshot"] == "snap"
    assert document["exit_code"] == ended.code == 1


@pytest.mark.parametrize(
    ("args", "rule", "code"),
    [
        ((), NEGATIVE, 1),
        ((), "made/*", 1),
        (("--fail-on", "error"), NEGATIVE, 0),
        (("--fail-on", "never"), NEGATIVE, 0),
        (("--fail-on", "never"), "made/*", 4),
        (("--fail-on", "never", "--allow-incomplete"), "made/*", 0),
        (("--exit-zero",), "made/*", 0),
        ((), "made/sale-without-total", 3),
        (("--exit-zero",), "made/sale-without-total", 0),
    ],
)
def test_the_exit_code_says_how_the_run_ended(
    check: Run, args: tuple[str, ...], rule: str, code: int
) -> None:
    ended = check(*args, rule=rule)
    assert ended.code == code
    assert ended.out.splitlines()[-1].startswith(f"exit code {code}: ")


def test_a_clean_snapshot_ends_with_0(check: Run, place: Path) -> None:
    no_negative_quantity(place)
    ended = check(rule=NEGATIVE)
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "0 findings: 0 errors, 0 warnings, 0 notes (0 violations)"


def test_rows_set_aside_make_a_run_incomplete(check: Run, place: Path) -> None:
    no_negative_quantity(place)
    with (place / "snap/tables/metrc_packages.csv").open("a", encoding="utf-8") as table:
        table.write(f"{SHOP},4,1A4FF0000000004,active,eight,Grams,2026-10-03T12:00:00Z\n")
    ended = check(rule=NEGATIVE)
    assert ended.code == 4
    assert "metrc_packages  1 of 4 rows set aside" in ended.out


def test_a_file_that_cannot_be_read_makes_a_run_incomplete(check: Run, place: Path) -> None:
    """What was found in other files is told, but an unread file is no pass."""
    no_negative_quantity(place)
    folder = place / "snap/tables/metrc_packages"
    (place / "snap/tables/metrc_packages.csv").rename(place / "snap/first.csv")
    folder.mkdir()
    (place / "snap/first.csv").rename(folder / "1.csv")
    (folder / "2.parquet").write_bytes(b"PAR1 and nothing more")
    ended = check(rule=NEGATIVE)
    assert ended.code == 4
    assert "tables/metrc_packages/2.parquet: error: cannot be read: " in ended.out
    assert ended.out.splitlines()[-1].endswith("no finding at or above warning, not everything was evaluated")


def test_what_is_not_shown_is_counted(check: Run) -> None:
    assert "1 further violation not shown (--samples)" in check("--samples", "0", rule=NEGATIVE).out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("--facility", SHOP[:-1]),
            f"the snapshot has no facility '{SHOP[:-1]}'\n  help: did you mean '{SHOP}'?",
        ),
        (("--tag", "mad"), "there is no tag 'mad'\n  help: did you mean 'made'?"),
        (("--format", "jsn"), "no report format is named 'jsn'\n  help: did you mean 'json'?"),
        (("--engine", "duckbd"), "there is no engine 'duckbd'\n  help: did you mean 'duckdb'?"),
        (("--ignore", "made/negative"), "no rule to ignore is named 'made/negative'\n  help: did you mean"),
        (("--as-of", "20.11.2026"), "invalid value for '--as-of': '20.11.2026' is no day like 2026-11-20"),
        (("--memory-limit", "4"), "invalid value for '--memory-limit': '4' is not an amount of memory: 4GB"),
        (("--layer", "dta"), "invalid value for '--layer': 'dta' is not one of"),
        (("--output", "json="), "invalid value for '--output': 'json=' names no file; write json=FILE"),
        (("--show", "symptoms"), "invalid value for '--show': 'symptoms' is not one of"),
        (("--sample", "3"), "no such option '--sample'\n  help: did you mean '--samples'?"),
        (("--pack", "mad"), "mad: error: there is no such folder of rules"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(
    check: Run, args: tuple[str, ...], message: str
) -> None:
    ended = check(*args)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_all_unknown_names_are_told_at_once(check: Run) -> None:
    ended = check("--ignore", "made/x", "--tag", "mad", rule="made/negative-quantit")
    assert [line for line in ended.err.splitlines() if line.startswith("error")] == [
        "error: no rule is named 'made/negative-quantit'",
        "error: no rule to ignore is named 'made/x'",
        "error: there is no tag 'mad'",
    ]


def test_a_run_without_a_snapshot_says_how_to_name_one(rootlint: Run) -> None:
    ended = rootlint("check")
    assert ended == Ended(
        2,
        "",
        'error: no snapshot is named\n  help: rootlint check FOLDER, or snapshot = "FOLDER" in rootlint.toml\n',
    )


def test_a_folder_that_is_no_snapshot_is_refused(rootlint: Run) -> None:
    ended = rootlint("check", "made")
    assert (ended.code, ended.out) == (2, "")
    assert "holds no snapshot.yaml" in ended.err


def test_a_report_goes_to_a_file_and_the_way_it_ended_to_stderr(check: Run, place: Path) -> None:
    printed = check().out
    ended = check("--output", "report.txt")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        "report.txt written; exit code 1: findings at or above warning, not everything was evaluated\n"
    )
    assert (place / "report.txt").read_bytes().decode() == printed
    assert check("--output", "report.txt", "--quiet") == Ended(1, "", "")


def test_one_run_writes_a_report_in_several_formats(check: Run, place: Path) -> None:
    """A file without a format has that of --format; - is standard output."""
    printed = {format: check("--format", format).out for format in ("text", "json", "concise")}
    ended = check(
        *("--format", "concise", "--output", "json=report.json", "--output", "lines", "--output", "text=-")
    )
    assert (ended.code, ended.out) == (1, printed["text"])
    assert ended.err.startswith("report.json, lines written; exit code 1: ")
    assert (place / "report.json").read_text(encoding="utf-8") == printed["json"]
    assert (place / "lines").read_text(encoding="utf-8") == printed["concise"]


def test_a_file_whose_name_holds_a_sign_is_written_with_its_folder(check: Run, place: Path) -> None:
    assert check("--output", "./a=b").code == 1
    assert (place / "a=b").read_text(encoding="utf-8") == check().out


def test_nothing_is_written_when_one_of_several_formats_is_unknown(check: Run, place: Path) -> None:
    ended = check("--output", "text=report.txt", "--output", "jsn=report.json")
    assert (ended.code, ended.err) == (
        2,
        "error: no report format is named 'jsn'\n  help: did you mean 'json'?\n",
    )
    assert not (place / "report.txt").exists()


def test_a_file_is_written_whole_or_not_at_all(check: Run, place: Path) -> None:
    (place / "old.json").write_text("old", encoding="utf-8")
    assert check("--output", "old.json", "--facility", "X").code == 2
    assert (place / "old.json").read_text(encoding="utf-8") == "old"
    for option in ("--output", "--violations"):
        refused = check(option, "nowhere/report.txt")
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.endswith("report.txt: error: cannot be written: there is no such folder\n")
    assert check("--output", "snap").err == "snap: error: is a folder\n  help: name a file\n"
    assert {path.name for path in place.iterdir()} == {".git", "made", "old.json", "snap"}


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_report_can_be_read_by_whom_the_umask_lets(check: Run, place: Path) -> None:
    check("--output", "report.txt")
    (place / "other.txt").touch()
    assert (place / "report.txt").stat().st_mode == (place / "other.txt").stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_or_a_device_is_written_into_and_not_replaced(check: Run, place: Path) -> None:
    os.mkfifo(place / "pipe")
    with open(os.open(place / "pipe", os.O_RDONLY | os.O_NONBLOCK), encoding="utf-8") as reader:
        check("--output", "pipe", rule=NEGATIVE)
        assert reader.read().startswith(FINDING)
    assert (place / "pipe").is_fifo()


@pytest.mark.skipif(sys.platform == "win32", reason="links of POSIX")
def test_a_link_to_a_report_stays_one(check: Run, place: Path) -> None:
    (place / "link").symlink_to("report.txt")
    check("--output", "link", rule=NEGATIVE)
    assert (place / "link").is_symlink()
    assert (place / "report.txt").read_text(encoding="utf-8").startswith(FINDING)


def test_colour_is_used_where_it_is_asked_for(check: Run) -> None:
    assert check("--color", "always", rule=NEGATIVE).out.startswith(
        "\x1b[1;33mwarning[made/negative-quantity]\x1b[0m"
    )
    assert "\x1b" not in check(rule=NEGATIVE).out


def test_the_configuration_stands_in_for_what_is_not_given(rootlint: Run, place: Path) -> None:
    """Paths start from the file's folder, and a rule takes the severity that the file gives it."""
    (place / "rootlint.toml").write_text(
        'snapshot = "snap"\npacks = ["made"]\nselect = ["made/*"]\nformat = "concise"\n'
        '[rules]\n"made/negative-quantity" = "error"\n"made/sale-without-total" = "off"\n',
        encoding="utf-8",
    )
    ended = rootlint("check")
    assert ended.code == 1
    assert ended.out.splitlines()[:4] == [
        FINDING.replace("warning", "error"),
        "1 finding: 1 error, 0 warnings, 0 notes (1 violation)",
        "1 cause (1 without symptoms), 0 symptoms, 0 unexplained, 0 isolated",
        "2 rules x 1 facility: 0 pass, 1 fail, 1 not applicable, 0 not evaluated, 0 error",
    ]
    assert rootlint("check", "--fail-on", "never", "--rule", NEGATIVE).code == 0


def test_a_rule_that_the_configuration_switches_and_nobody_knows_is_refused(
    rootlint: Run, place: Path
) -> None:
    (place / "rootlint.toml").write_text('[rules]\n"made/negative-quantit" = "off"\n', encoding="utf-8")
    ended = rootlint("check", "snap", "--pack", "made")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean 'made/negative-quantity'?" in ended.err
