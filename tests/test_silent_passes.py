"""The silent passes of other linters, one test each: none of them exists here.

A silent pass is exit code 0, or a baseline that does not move, where something was not judged or is new. Each test is
named after one that a well-known tool has, and holds what rootlint does in its place.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rootlint.cli import root

SOURCES = Path(__file__).parents[1] / "src"
SHOP, LAB = "C10-0000001-LIC", "C8-0000002-LIC"
FACILITIES = f"""\
format: 1
operator: Made Operator
captured_at: 2026-11-01T13:00:00Z
facilities:
  - {{facility: {SHOP}, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}}
  - {{facility: {LAB}, name: Made Lab, jurisdiction: co, timezone: America/Denver}}
"""
COLUMNS = "facility,package_id,label,item,state,quantity,last_modified"
ROSE = f"{SHOP},1,A1,Rose,active,-1,2026-10-01T12:00:00Z"
LILY = f"{SHOP},2,A2,Lily,active,-1,2026-10-02T12:00:00Z"
ROSE_ELSEWHERE = f"{LAB},3,A3,Rose,active,-1,2026-10-03T12:00:00Z"
GOOD = f"{SHOP},4,A4,Rose,active,4,2026-10-04T12:00:00Z\n{LAB},5,A5,Rose,active,4,2026-10-04T12:00:00Z"
ABOUT = "confidence: high\nsince: 0.1.0\nsummary: Made.\nrationale: Made.\nremediation: Made.\ncan_be_root: false\n"
NEGATIVE = f"""\
name: made/negative
layer: data
severity: warning
{ABOUT}scope: item
check:
  kind: expect
  table: metrc_packages p
  expect: p.quantity >= 0
  keys: {{label: p.label, item: p.item}}
  at: p.last_modified
  message: "{{p.label}}: {{p.quantity}}"
"""
RAISES = NEGATIVE.replace("made/negative", "made/raises").replace(
    "p.quantity >= 0", "p.quantity >= 0 and 9999999999 * 9999999999 * p.package_id > 0"
)
NOTHING = "exit code 3: no finding at or above warning, nothing was evaluated"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


Run = Callable[..., Ended]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write files into the working folder: a pack of one rule, and a snapshot without any table, unless told otherwise."""
    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("ROOTLINT_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("ROOTLINT_CACHE", str(tmp_path / "cache"))

    def write(**files: str) -> None:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    write(**{".git/x": "", "made/negative.yaml": NEGATIVE, "snap/snapshot.yaml": FACILITIES})
    return write


@pytest.fixture
def packages(write: Callable[..., None]) -> Callable[..., None]:
    """Write the rows of the one table that the snapshot then has."""

    def rows(*rows: str) -> None:
        manifest = f"{FACILITIES}tables: {{metrc_packages: {{source: made}}}}\n"
        write(
            **{
                "snap/snapshot.yaml": manifest,
                "snap/tables/metrc_packages.csv": "\n".join((COLUMNS, *rows, "")),
            }
        )

    return rows


@pytest.fixture
def rootlint(write: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The real command line, in this process, which remembers the rules that it loaded."""
    for variable in ("HOME", "LOCALAPPDATA", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)

    def run(*args: str) -> Ended:
        result = CliRunner().invoke(root, args, prog_name="rootlint")
        return Ended(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def check(rootlint: Run) -> Run:
    return lambda *args: rootlint("check", "snap", "--pack", "made", "--as-of", "2026-11-20", *args)


def outcomes(ended: Ended) -> list[tuple[str, str | None, str]]:
    """Rule, facility and verdict of every outcome of a JSON report."""
    document: dict[str, Any] = json.loads(ended.out)
    return [(each["rule"], each["facility"], each["verdict"]) for each in document["outcomes"]]


# -- nothing to check

FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "sarif-full",
    "junit",
    "github",
    "gitlab",
    "csv",
    "markdown",
)


def test_nothing_to_check_is_a_pass(check: Run, tmp_path: Path) -> None:
    """Six of ten tools: a snapshot of which nothing can be judged, and every format says that nothing was."""
    reports = [option for format in FORMATS for option in ("--output", f"{format}={format}")]
    assert check("--rule", "made/*", "--quiet", *reports) == Ended(3, "", "")
    said = {format: (tmp_path / format).read_text(encoding="utf-8") for format in FORMATS}
    coded = {"json": '"exit_code": 3', "jsonl": '"exit_code": 3', "sarif-full": '"exitCode": 3'}
    assert [
        format for format in FORMATS if coded.get(format, "nothing was evaluated") not in said[format]
    ] == []


@pytest.mark.parametrize(
    ("args", "code", "last"),
    [
        (("check", "snap", "--pack", "made", "--rule", "made/*", "--ignore", "made/*"), 3, NOTHING),
        (("check", "--stage", "config", "empty"), 3, NOTHING),
        (("check", "snap", "--hook", "--pack", "made", "--rule", "made/*"), 3, NOTHING),
        (("plan", "snap"), 3, " verdicts not reached: what these rules would find is in no step"),
        (("rules", "test", "made"), 3, "1 rule, 0 cases: nothing was tested"),
    ],
)
def test_nothing_that_is_selected_or_found_to_check_is_a_pass(
    rootlint: Run, tmp_path: Path, args: tuple[str, ...], code: int, last: str
) -> None:
    (tmp_path / "empty").mkdir()
    ended = rootlint(*args)
    assert (ended.code, ended.last[-len(last) :]) == (code, last)


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (("check", "empty"), "/empty: error: holds no snapshot.yaml"),
        (("check", "--stage", "config", "nowhere"), "nowhere: error: there is no such file or folder"),
        (("rules", "check", "empty"), "empty: error: no rule stands in this folder"),
        (("rules", "test", "nowhere"), "nowhere: error: there is no such file or folder of rules"),
        (("rules", "check", "made/readme.md"), "made/readme.md: error: no rule stands here"),
        (
            ("check", "snap", "--jurisdictions", "empty"),
            "empty: error: no jurisdiction stands in this folder",
        ),
    ],
)
def test_a_folder_that_is_empty_or_not_there_is_accepted(
    rootlint: Run, write: Callable[..., None], tmp_path: Path, args: tuple[str, ...], fault: str
) -> None:
    """Checkov takes a folder of rules that does not exist."""
    (tmp_path / "empty").mkdir()
    write(**{"made/readme.md": ""})
    ended = rootlint(*args)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[0].endswith(fault)


# -- names that nobody knows


def test_an_unknown_rule_that_is_selected_is_a_pass(check: Run) -> None:
    """cfn-lint, Checkov, SQLFluff."""
    assert check("--rule", "made/negativ", "--rule", "sales-*-never") == Ended(
        2,
        "",
        "error: no rule is named 'made/negativ'\n  help: did you mean 'made/negative'?\n"
        "error: no rule is named 'sales-*-never'\n  help: rootlint rules list names them all\n",
    )


def test_an_unknown_rule_that_is_ignored_is_accepted(check: Run, write: Callable[..., None]) -> None:
    """cfn-lint, Checkov, ansible-lint: who misspells what is to be ignored ignores something else, or nothing."""
    write(**{"rootlint.toml": 'ignore = ["made/negativ"]\n'})
    assert check() == Ended(
        2, "", "error: no rule to ignore is named 'made/negativ'\n  help: did you mean 'made/negative'?\n"
    )


def test_an_unknown_rule_in_the_configuration_is_accepted(check: Run, write: Callable[..., None]) -> None:
    """zizmor; and a key that nobody knows is no better."""
    write(**{"rootlint.toml": '[rules]\n"made/negativ" = "off"\n'})
    fault = "error: the configuration switches rule 'made/negativ', which is not loaded\n"
    assert check() == Ended(2, "", f"{fault}  help: did you mean 'made/negative'?\n")
    write(**{"rootlint.toml": 'selct = ["made/negative"]\n'})
    assert check() == Ended(
        2, "", "rootlint.toml:1: error: unknown key 'selct'\n  help: did you mean 'select'?\n"
    )


# -- rules that cannot run


def test_a_rule_that_raises_is_a_pass(
    check: Run, write: Callable[..., None], packages: Callable[..., None]
) -> None:
    """Checkov, Prowler: the crash is an outcome of that rule and of no other."""
    write(**{"made/raises.yaml": RAISES})
    packages(GOOD)
    ended = check("--rule", "made/*", "--format", "json")
    assert (ended.code, ended.err) == (4, "")
    assert outcomes(ended) == [
        ("made/negative", SHOP, "pass"),
        ("made/negative", LAB, "pass"),
        ("made/raises", SHOP, "error"),
        ("made/raises", LAB, "error"),
    ]


def test_a_plugin_that_cannot_be_imported_is_left_out(write: Callable[..., None], tmp_path: Path) -> None:
    """SQLFluff, Checkov."""
    write(
        **{
            "plugin/made_plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: made-plugin\nVersion: 1.0\n",
            "plugin/made_plugin-1.0.dist-info/entry_points.txt": "[rootlint]\nmade = made_plugin\n",
            "plugin/made_plugin.py": "import nothing_of_that_name\n",
        }
    )
    done = subprocess.run(
        [sys.executable, "-m", "rootlint", "check", "snap"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "plugin"), str(SOURCES)])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "error: plugin 'made' of made-plugin cannot be loaded: ModuleNotFoundError: "
    )


def test_a_rule_file_that_cannot_be_read_is_left_out(check: Run, write: Callable[..., None]) -> None:
    """Checkov; and a file that nobody looks for, by its ending, is not left out either."""
    write(**{"made/broken.yaml": "name: [made/broken\n"})
    ended = check("--rule", "made/negative")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("made/broken.yaml:2:1: error: ")
    write(**{"made/other.yml": RAISES})
    assert check("--rule", "made/negative") == Ended(
        2, "", "made/other.yml: error: the files of a pack end in .yaml\n  help: rename it to other.yaml\n"
    )


def test_one_malformed_rule_of_two_lets_the_other_pass(
    check: Run, write: Callable[..., None], packages: Callable[..., None]
) -> None:
    """What the sound one would find is no result of the pack that was asked for."""
    malformed = NEGATIVE.replace("made/negative", "made/malformed").replace("p.quantity >=", "p.quantty >=")
    write(**{"made/malformed.yaml": malformed})
    packages(ROSE)
    assert check("--rule", "made/negative") == Ended(
        2,
        "",
        "made/malformed.yaml:14:13: error: metrc_packages has no column 'quantty'\n"
        "  help: did you mean 'quantity'?\n",
    )


# -- data that cannot be read


def test_what_cannot_be_read_is_dropped(check: Run, packages: Callable[..., None]) -> None:
    """kube-linter drops objects that it cannot parse: what was set aside might have broken a rule."""
    packages(GOOD, f"{SHOP},6,A6,Rose,active,many,2026-10-05T12:00:00Z")
    ended = check("--rule", "made/*", "--format", "concise")
    assert (ended.code, ended.last) == (
        4,
        "exit code 4: no finding at or above warning, not everything was evaluated",
    )
    assert "metrc_packages read in part: 1 of 3 rows set aside" in ended.out.splitlines()


def test_a_malformed_comment_suppresses(check: Run, write: Callable[..., None]) -> None:
    """Semgrep."""
    write(**{"snap/config/metrc.yaml": "page_size: 50 # rootlint: waive page-size-setting-above-cap\n"})
    ended = check("--rule", "page-size-setting-above-cap")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("config/metrc.yaml:1:15: error: ")


def test_writing_a_report_changes_the_exit_code(check: Run, packages: Callable[..., None]) -> None:
    """zizmor ends with 0 when it writes SARIF."""
    packages(ROSE)
    assert check("--rule", "made/*", "--format", "sarif").code == 1


# -- baselines


BASELINE = ".rootlint/baseline.jsonl"


@pytest.fixture(scope="module")
def made_once() -> dict[str, str]:
    """The baseline, once it is made."""
    return {}


@pytest.fixture
def inherited(
    rootlint: Run, packages: Callable[..., None], write: Callable[..., None], made_once: dict[str, str]
) -> Path:
    """A baseline with the negative quantity of roses at the shop."""
    write(**{"rootlint.toml": 'packs = ["made"]\nselect = ["made/*"]\nas_of = 2026-11-20\n'})
    packages(ROSE, GOOD)
    if not made_once:
        assert rootlint("baseline", "create", "snap").code == 0
        made_once[BASELINE] = Path(BASELINE).read_text(encoding="utf-8")
    write(**made_once)
    return Path(BASELINE)


def states(ended: Ended) -> list[tuple[str, str, str]]:
    """Facility, item and state of every finding of a JSON report."""
    findings = json.loads(ended.out)["findings"]
    return [(each["facility"], each["scope"]["item"], each["baseline"]["state"]) for each in findings]


def test_a_baseline_hides_what_is_named_alike_elsewhere(
    rootlint: Run, packages: Callable[..., None], inherited: Path
) -> None:
    """Checkov hides seven new findings behind one name."""
    packages(ROSE, ROSE_ELSEWHERE, GOOD)
    ended = rootlint("check", "snap", "--format", "json")
    assert (ended.code, states(ended)) == (1, [(SHOP, "Rose", "unchanged"), (LAB, "Rose", "new")])


def test_a_violation_fixed_and_another_added_cancel_out(
    rootlint: Run, packages: Callable[..., None], inherited: Path
) -> None:
    """ESLint counts by file and rule, ends with 0, and prune finds nothing."""
    packages(LILY, GOOD)
    ended = rootlint("check", "snap", "--format", "json")
    assert (ended.code, states(ended)) == (1, [(SHOP, "Lily", "new")])
    assert rootlint("baseline", "prune", "snap").code == 0
    assert len(inherited.read_text(encoding="utf-8").splitlines()) == 1  # the header


def test_a_baseline_is_ignored(rootlint: Run, inherited: Path) -> None:
    """Checkov; and one that is named must be there."""
    ended = rootlint("check", "snap", "--format", "json")
    assert (ended.code, states(ended)) == (0, [(SHOP, "Rose", "unchanged")])
    assert rootlint("check", "snap", "--baseline", "nowhere.jsonl") == Ended(
        2, "", "nowhere.jsonl: error: cannot be read: No such file or directory\n"
    )


def test_all_findings_have_one_fingerprint(check: Run, packages: Callable[..., None]) -> None:
    """Semgrep: 1,334 findings, one fingerprint."""
    packages(ROSE, LILY, ROSE_ELSEWHERE)
    found = json.loads(check("--rule", "made/*", "--format", "json").out)["findings"]
    prints = {(each["facility"], each["scope"]["item"]): each["fingerprint"] for each in found}
    assert set(prints) == {(SHOP, "Rose"), (SHOP, "Lily"), (LAB, "Rose")}
    assert len(set(prints.values())) == 3
