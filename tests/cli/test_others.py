"""``rootlint snapshot``, ``jurisdictions``, ``schema`` and ``completion``."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from made_operator import SHOP, Ended
from rootlint.cli.schema import SCHEMAS

Run = Callable[..., Ended]


def test_a_snapshot_is_described(rootlint: Run) -> None:
    ended = rootlint("snapshot", "info", "snap")
    assert (ended.code, ended.err) == (0, "")
    head, facilities, tables, missing = ended.out.split("\n\n")
    assert head.splitlines()[0].startswith("Made Operator, captured 2026-11-01 13:00 UTC, sha256:")
    assert head.splitlines()[1:] == ["2 tables, 4 rows read, 0 set aside"]
    assert facilities == f"facilities\n  {SHOP}  ca  retailer  America/Los_Angeles  Made Store"
    assert tables == "tables\n  facilities      1 row\n  metrc_packages  3 rows"
    assert missing.startswith("not captured metrc_items, ")


def test_a_sound_snapshot_is_valid(rootlint: Run) -> None:
    assert rootlint("snapshot", "validate", "snap") == Ended(0, "2 tables, 4 rows read, 0 set aside\n", "")


def test_every_problem_of_a_snapshot_is_told_with_its_place(rootlint: Run, place: Path) -> None:
    with (place / "snap/tables/metrc_packages.csv").open("a", encoding="utf-8") as table:
        table.write(f"{SHOP},4,1A4FF0000000004,active,eight,Grams,2026-10-03T12:00:00Z\n")
    ended = rootlint("snapshot", "validate", "snap")
    assert (ended.code, ended.err) == (1, "")
    problem, summary = ended.out.splitlines()
    assert problem.startswith("tables/metrc_packages.csv:")
    assert "eight" in problem
    assert summary == "2 tables, 4 rows read, 1 set aside"


def test_a_manifest_at_fault_ends_with_2(rootlint: Run, place: Path) -> None:
    path = place / "snap/snapshot.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("America/Los_Angeles", "America/Nowhere"), "utf-8"
    )
    for command in ("info", "validate"):
        ended = rootlint("snapshot", command, "snap")
        assert (ended.code, ended.out) == (2, "")
        assert "America/Nowhere" in ended.err


def save(place: Path, path: str, record: dict[str, object]) -> None:
    """Save an answer of METRC's API, made, as a paged call gives it."""
    page = {"Data": [record], "Total": 1, "TotalRecords": 1, "PageSize": 20, "RecordsOnPage": 1, "Page": 1}
    file = place / "answers" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({**page, "CurrentPage": 1, "TotalPages": 1}), encoding="utf-8")


def test_an_import_makes_a_snapshot_that_can_be_read(rootlint: Run, place: Path) -> None:
    save(place, f"{SHOP}/locations/active/page-1.json", {"Id": 7, "Name": "Made vault"})
    save(place, f"{SHOP}/nowhere/page-1.json", {"Id": 7})
    ended = rootlint(
        *("snapshot", "import", "answers", "new", "--from", "metrc-api", "--operator", "Made Operator"),
        *("--captured-at", "2026-11-01T13:00:00Z", "--window-from", "2015-01-01T00:00:00Z"),
        *("--window-to", "2026-11-01T13:00:00Z"),
        *("--jurisdiction", f"{SHOP}=ca", "--timezone", f"{SHOP}=America/Los_Angeles"),
        env={"ROOTLINT_SALT": "a made salt of some length"},
    )
    assert ended.code == 0
    assert "nowhere" in ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith("new written, salt ")
    assert lines[1].startswith("  metrc_locations  1 row")
    assert "metrc_locations  1 row" in rootlint("snapshot", "info", "new").out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--captured-at", "2026-11-01"), "'2026-11-01' has no offset; write 2026-11-01T13:00:00Z"),
        (("--captured-at", "noon"), "'noon' is no time like 2026-11-01T13:00:00Z"),
        (("--jurisdiction", "ca"), "'ca' is not LICENCE=VALUE"),
    ],
)
def test_an_import_refuses_what_it_cannot_read(rootlint: Run, args: tuple[str, ...], message: str) -> None:
    ended = rootlint("snapshot", "import", "answers", "new", *args)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_jurisdictions_are_listed_by_code(rootlint: Run) -> None:
    lines = rootlint("jurisdictions", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    assert {line.split()[0] for line in lines} >= {
        "ca",
        "co",
        "la",
        "ma",
        "md",
        "mi",
        "ms",
        "nj",
        "nv",
        "ny",
        "oh",
        "ok",
        "or",
    }


def test_a_jurisdiction_is_shown_with_value_citation_and_days(rootlint: Run) -> None:
    out = rootlint("jurisdictions", "show", "ca").out
    assert out.startswith("California (ca), sources read ")
    assert (
        "\nwaste_report_deadline: Time from destroying waste to the record in METRC\n  24 hours, 4 CCR 15049(b)(5), "
        in out
    )


def test_only_what_is_in_force_is_shown_for_a_day(rootlint: Run) -> None:
    early = rootlint("jurisdictions", "show", "ca", "--as-of", "2022-11-06").out
    later = rootlint("jurisdictions", "show", "ca", "--as-of", "2022-11-07").out
    assert "waste_report_deadline" not in early
    assert "waste_report_deadline" in later


def test_two_jurisdictions_are_compared(rootlint: Run) -> None:
    differing = rootlint("jurisdictions", "diff", "ca", "or", "--as-of", "2026-11-20").out.splitlines()
    everything = rootlint(
        "jurisdictions", "diff", "ca", "or", "--as-of", "2026-11-20", "--all"
    ).out.splitlines()
    assert differing[-1] == everything[-1]
    assert set(differing) < set(everything)
    at = differing.index("waste_report_deadline: Time from destroying waste to the record in METRC")
    assert differing[at + 1].startswith("  ca           24 hours, 4 CCR 15049(b)(5), ")
    assert differing[at + 2] == "  or           not on file"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_printed(rootlint: Run, name: str) -> None:
    ended = rootlint("schema", name)
    assert (ended.code, ended.err) == (0, "")
    jsonschema.Draft202012Validator.check_schema(json.loads(ended.out))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_a_completion_script_is_printed(rootlint: Run, shell: str) -> None:
    ended = rootlint("completion", shell)
    assert (ended.code, ended.err) == (0, "")
    assert "_ROOTLINT_COMPLETE" in ended.out


def test_the_shell_is_told_the_commands(place: Path) -> None:
    """As a shell asks: by environment variables."""
    from made_operator import environment

    asked = environment(_ROOTLINT_COMPLETE="bash_complete", COMP_WORDS="rootlint ru", COMP_CWORD="1")
    script = "from rootlint.cli import root; root(prog_name='rootlint')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=asked, check=True, text=True
    )
    assert done.stdout.split() == ["plain,rules"]
