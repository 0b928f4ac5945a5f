"""``rootlint rules`` and ``rootlint explain``."""

import itertools
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from made_operator import RULE, Ended
from rootlint.documents import load_yaml
from rootlint.rules.loading import check_kinds
from rootlint.rules.reference import document_kinds, document_rule_file
from rootlint.shipped import shipped_folder

Run = Callable[..., Ended]


def test_rules_are_listed_with_layer_and_severity(rootlint: Run) -> None:
    ended = rootlint("rules", "list", "--pack", "made", "--rule", "made/*")
    assert ended == Ended(
        0,
        "made/negative-quantity   data     warning  METRC holds less than nothing of a package.\n"
        "made/sale-without-total  process  error    A sale has no total.\n",
        "",
    )
    narrowed = rootlint("rules", "list", "--pack", "made", "--rule", "made/*", "--layer", "process")
    assert narrowed.out == "made/sale-without-total  process  error  A sale has no total.\n"


def test_rules_are_listed_for_programs(rootlint: Run) -> None:
    (found,) = json.loads(
        rootlint("rules", "list", "--pack", "made", "--tag", "made", "--format", "json").out
    )
    assert {
        name: found[name] for name in ("name", "pack", "layer", "severity", "check_kind", "needs", "tags")
    } == {
        "name": "made/negative-quantity",
        "pack": "made",
        "layer": "data",
        "severity": "warning",
        "check_kind": "expect",
        "needs": {"metrc_packages": ["last_modified", "quantity", "state"]},
        "tags": ["made"],
    }


def test_a_rules_file_is_shown_as_it_stands(rootlint: Run) -> None:
    assert rootlint("rules", "show", "made/negative-quantity", "--pack", "made") == Ended(0, RULE, "")


def test_explain_tells_people_what_a_rule_is_about(rootlint: Run) -> None:
    assert rootlint("explain", "made/negative-quantity", "--pack", "made") == Ended(
        0,
        "made/negative-quantity: warning, layer data, confidence high\n"
        "pack made, stable since 0.1.0\n"
        "\n"
        "what         METRC holds less than nothing of a package.\n"
        "why          Made for a test.\n"
        "remediation  Count the package.\n"
        "applies to   every kind of licence\n"
        "needs        metrc_packages: last_modified, quantity, state\n",
        "",
    )


def test_explain_tells_the_law_of_each_jurisdiction(rootlint: Run) -> None:
    lines = rootlint("explain", "sale-outside-hours", "--as-of", "2026-11-20").out.splitlines()
    law = lines[lines.index("the law on 2026-11-20") :]
    assert law[2].startswith("retail_hours_close: ")
    told = list(itertools.takewhile(lambda line: line.startswith("  "), law[3:]))
    assert [line.split()[0] for line in told] == sorted(
        path.stem for path in shipped_folder("jurisdictions").glob("??.yaml")
    )
    assert "  co           not on file" in law


def test_rules_explain_tells_how_a_rule_is_evaluated(rootlint: Run) -> None:
    assert rootlint("rules", "explain", "made/negative-quantity", "--pack", "made") == Ended(
        0,
        "made/negative-quantity (made/data/negative-quantity.yaml)\n"
        "check        expect (rootlint rules docs kinds tells what it judges)\n"
        "needs        metrc_packages: last_modified, quantity, state\n"
        "keys         label: p.label\n"
        "scope        facility\n"
        "cases        less than nothing\n"
        "             nothing\n"
        "             packages were not captured\n",
        "",
    )


def test_rules_explain_prints_the_sql_that_would_run(rootlint: Run, place: Path) -> None:
    ended = rootlint("rules", "explain", "made/negative-quantity", "--pack", "made", "--plan", "snap")
    assert ended.code == 0
    assert ended.out.startswith(
        "-- scan_0: the scan: a row a facility with counts, and the violating records\n"
    )
    assert 'FROM snapshot_metrc_packages AS "p"' in ended.out
    (place / "rootlint.toml").write_text('snapshot = "snap"\n', encoding="utf-8")
    assert rootlint("rules", "explain", "made/negative-quantity", "--pack", "made", "--plan").out == ended.out
    nothing = rootlint("rules", "explain", "made/sale-without-total", "--pack", "made", "--plan", "snap")
    assert nothing.out == (
        "-- nothing would run: the snapshot lacks what the rule needs (rootlint check says what)\n"
    )


@pytest.mark.parametrize("command", [("rules", "show"), ("rules", "explain"), ("explain",)])
def test_an_unknown_rule_is_refused_with_the_nearest_name(rootlint: Run, command: tuple[str, ...]) -> None:
    assert rootlint(*command, "made/negative-quantit", "--pack", "made") == Ended(
        2,
        "",
        "error: no rule is named 'made/negative-quantit'\n  help: did you mean 'made/negative-quantity'?\n",
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("made", "2 rules: no fault\n"),
        ("made/data", "1 rule: no fault\n"),
        ("made/data/negative-quantity.yaml", "1 rule: no fault\n"),
    ],
)
def test_rules_are_checked_by_folder_or_file(rootlint: Run, path: str, told: str) -> None:
    assert rootlint("rules", "check", path) == Ended(0, told, "")


def test_all_faults_of_all_files_are_told_at_once(rootlint: Run, place: Path) -> None:
    for name, wrong in (("negative-quantity", "quantty"), ("other", "lable")):
        text = RULE.replace("p.quantity >= 0", f"p.{wrong} >= 0").replace("negative-quantity", name)
        (place / f"made/data/{name}.yaml").write_text(text, encoding="utf-8")
    ended = rootlint("rules", "check", "made")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "made/data/negative-quantity.yaml:16:13: error: metrc_packages has no column 'quantty'\n"
        "  help: did you mean 'quantity'?\n"
        "made/data/other.yaml:16:13: error: metrc_packages has no column 'lable'\n"
        "  help: did you mean 'label'?\n"
    )


def test_a_path_that_is_not_there_is_refused(rootlint: Run) -> None:
    for command in ("check", "test"):
        assert rootlint("rules", command, "mad") == Ended(
            2, "", "mad: error: there is no such file or folder of rules\n"
        )


def test_the_cases_of_rules_are_run(rootlint: Run) -> None:
    assert rootlint("rules", "test", "made") == Ended(0, "2 rules, 3 cases: no fault\n", "")


def test_a_file_belongs_to_the_configured_pack_that_it_stands_in(rootlint: Run, place: Path) -> None:
    (place / "made/pack.yaml").unlink()  # the folder's name is then the pack's
    path = "made/data/negative-quantity.yaml"
    assert rootlint("rules", "check", path, "--pack", "made") == Ended(0, "1 rule: no fault\n", "")


def test_a_case_that_fails_is_told_with_its_place(rootlint: Run, place: Path) -> None:
    path = place / "made/data/negative-quantity.yaml"
    path.write_text(RULE.replace("finds: []", "finds: [{label: C}]"), encoding="utf-8")
    assert rootlint("rules", "test", "made/data") == Ended(
        1,
        "made/data/negative-quantity.yaml:24:5: error: made/negative-quantity, case 'nothing': "
        "expected and not found: label: C\n"
        "1 rule, 3 cases: 1 fault\n",
        "",
    )


def test_missing_cases_are_told_on_request(rootlint: Run) -> None:
    ended = rootlint("rules", "test", "made/sale-without-total.yaml", "--coverage")
    assert ended.code == 1
    assert [line.partition("error: ")[2] for line in ended.out.splitlines() if "error" in line] == [
        "made/sale-without-total has no case in which it finds something",
        "made/sale-without-total has no case in which it finds nothing",
        "made/sale-without-total has no case without the data it needs (not_evaluated)",
    ]


def test_a_mutant_that_no_case_notices_is_told_with_its_place(rootlint: Run, place: Path) -> None:
    path = place / "made/data/negative-quantity.yaml"
    assert rootlint("rules", "test", "made/data", "--mutate").code == 0
    path.write_text(
        RULE.replace("state: active, quantity: 0}", "state: active, quantity: 5}"), encoding="utf-8"
    )
    ended = rootlint("rules", "test", "made/data", "--mutate")
    assert ended.code == 1
    assert ended.out.splitlines()[0] == (
        "made/data/negative-quantity.yaml:16:22: error: made/negative-quantity: '>=' became '>', "
        "and no case noticed"
    )


def test_a_new_rule_is_sound_and_its_cases_notice_every_mutant(rootlint: Run, place: Path) -> None:
    ended = rootlint("rules", "new", "less-than-nothing", "--folder", "made")
    path = Path("made/less-than-nothing.yaml")
    assert ended == Ended(0, "", f"{path} written; next: rootlint rules test {path}\n")
    tested = rootlint("rules", "test", str(path), "--coverage", "--mutate")
    assert tested == Ended(0, "1 rule, 3 cases: no fault\n", "")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sale-without-total", "stands there already"),
        ("acme/x", "this is the pack 'made', not 'acme'\n  help: name it made/x"),
        ("Bad_Name", "'Bad_Name' is no name for a rule\n  help: small letters, digits and hyphens"),
    ],
)
def test_a_new_rule_takes_no_name_that_cannot_be(rootlint: Run, name: str, message: str) -> None:
    ended = rootlint("rules", "new", name, "--folder", "made")
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_the_schema_of_rule_files_accepts_every_shipped_rule_and_no_misspelt_key(rootlint: Run) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(rootlint("rules", "schema").out))
    validator.check_schema(validator.schema)
    for path in sorted(shipped_folder("rules").rglob("*.yaml")):
        validator.validate(plain(load_yaml(path).data))
    wrong = {**plain(load_yaml(Path("made/data/negative-quantity.yaml")).data), "severty": "error"}
    assert [error.message for error in validator.iter_errors(wrong)] == [
        "Additional properties are not allowed ('severty' was unexpected)"
    ]
    wrong = {**wrong, "check": {"kind": "expct"}}
    assert not validator.is_valid(wrong)


def plain(data: Any) -> Any:
    """A document as JSON has it."""
    return json.loads(
        json.dumps(data, default=lambda value: float(value) if isinstance(value, Decimal) else value)
    )


def test_the_reference_pages_are_printed(rootlint: Run) -> None:
    assert rootlint("rules", "docs", "file") == Ended(0, document_rule_file(), "")
    assert rootlint("rules", "docs", "kinds") == Ended(0, document_kinds(check_kinds()), "")
