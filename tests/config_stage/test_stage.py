"""`rootlint check --stage config`: which files are judged, what is said of each, and how a run ends."""

import json
from collections.abc import Callable

import pytest

from made_operator import Ended

Check = Callable[..., Ended]

GOOD = "metrc:\n  api_version: v2\n  page_size: 20\nalerts: {to: desk}\n"
BAD = "# Made for a test.\nmetrc:\n  page_size: 50   # rows\n"


def heads(ended: Ended) -> list[str]:
    """The first line of every finding."""
    return [line for line in ended.out.splitlines() if "[" in line and not line.startswith(" ")]


def test_a_finding_names_file_line_and_column_and_underlines_the_value(check: Check) -> None:
    ended = check("config/sync.yaml", files={"config/sync.yaml": BAD})
    assert ended.out.splitlines()[:4] == [
        "config/sync.yaml:3:14: error[page-size-setting-above-cap]: metrc.page_size is 50, and METRC gives at most 20 rows a page",
        "  3 |   page_size: 50   # rows",
        "    |              ^^ 20 with --fix",
        ended.out.splitlines()[3],
    ]
    assert ended.out.splitlines()[3].startswith("  remediation  Set the page size to 20")
    assert (ended.code, ended.err) == (1, "")


def test_a_clean_configuration_ends_with_the_closing_lines(check: Check) -> None:
    ended = check("config", files={"config/sync.yaml": GOOD})
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "0 findings: 0 errors, 0 warnings, 0 notes (0 violations)"
    assert ended.out.splitlines()[-1] == (
        "exit code 0: no finding at or above warning, every selected rule reached a verdict"
    )


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("config/.env", "export METRC_PAGE_SIZE='50' # rows\n", "config/.env:1:24"),
        ("config/app.json", '{"Metrc": {"PageSize": 50}, // rows\n}', "config/app.json:1:24"),
        ("config/app.toml", "[metrc.stores.ca]\npage-size = 50\n", "config/app.toml:2:13"),
        ("config/production/metrc.yaml", "stores:\n- pageSize: 50\n", "config/production/metrc.yaml:2:13"),
        (".env", "METRC_PAGE_SIZE=50\n", ".env:1:17"),
        ("deploy/metrc.yml", "page_size: 50\n", "deploy/metrc.yml:1:12"),
    ],
)
def test_configuration_is_read_in_any_shape(check: Check, name: str, text: str, line: str) -> None:
    ended = check(name, files={name: text})
    assert [head.partition(": ")[0] for head in heads(ended) if "page-size" in head] == [line]


@pytest.mark.parametrize("name", ["config/test.yaml", "config/.env.example", "config/staging/metrc.toml"])
def test_files_for_tests_and_examples_are_left_alone(check: Check, name: str) -> None:
    text = "METRC_PAGE_SIZE=50\n" if "env" in name else "metrc.page_size = 50\n" if "toml" in name else BAD
    assert heads(check(name, files={name: text})) == []


def test_rules_see_the_whole_configuration_and_report_on_the_files_named(check: Check) -> None:
    files = {
        "config/a-metrc.yaml": "license: C10-0000123-LIC\n",
        "config/b-metrc.yaml": "license: C10-0000123-LIC\npage_size: 50\n",
        "config/c-metrc.yaml": "page_size: 30\n",
    }
    ended = check("config/a-metrc.yaml", files=files)
    assert heads(ended) == [
        "config/a-metrc.yaml:1:10: warning[licence-stands-twice]: license is C10-0000123-LIC, in another file too",
        "config/b-metrc.yaml:1:10: warning[licence-stands-twice]: license is C10-0000123-LIC, in another file too",
    ]
    because = "  because      config/b-metrc.yaml:1:10: license is C10-0000123-LIC"
    assert because in ended.out.splitlines()
    elsewhere = ended.out[ended.out.index("elsewhere") :].splitlines()
    assert [line.split(": ")[0].strip() for line in elsewhere[1:3]] == [
        "config/b-metrc.yaml:2:12",
        "config/c-metrc.yaml:1:12",
    ]


NO_ALERTS = """\
name: made/no-alerts
layer: technical
severity: warning
confidence: low
since: 0.1.0
summary: No configuration file says whom to tell.
rationale: Made.
remediation: Made.
scope: file
can_be_root: false
check:
  kind: setting
  setting: [alerts]
  expect: "true"
  required: true
  message: no file says whom to tell
tests:
  - name: nobody is told
    given: {config_settings: [{file: config/a.yaml, path: metrc.page_size, value: "20"}]}
    finds: [{setting: alerts, file: null, message: no file says whom to tell}]
"""


def test_what_is_missing_concerns_the_whole_configuration_only(check: Check) -> None:
    files = {"config/metrc.yaml": "page_size: 20\n", "made/no-alerts.yaml": NO_ALERTS}
    assert heads(check("--pack", "made", "config/metrc.yaml", files=files)) == []
    assert heads(check("--pack", "made", "config")) == [
        ".: warning[made/no-alerts]: no file says whom to tell"
    ]


SECRET = "made0key1made0key2made0key3made0key4made0key5made"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config/.env", f"METRC_USER_API_KEY={SECRET}\nMETRC_PAGE_SIZE=50\n"),
        ("config/.env", f"METRC_PASSWORD='short pass' # was {SECRET}\nMETRC_PAGE_SIZE=50\n"),
        ("config/a.json", f'{{"metrc": {{"user_key": "{SECRET}", "page_size": 50, "password": "short pass"}}}}'),
        ("config/a.yaml", f"metrc:\n  # user_key: {SECRET}\n  page_size: 50 # {SECRET}\n  {SECRET}: {SECRET}\n"),
        ("config/a.yaml", f"metrc: {{user_key: {SECRET}, page_size: 50, password: short pass}}\n"),
        ("config/a.toml", f"metrc.page_size = 50\nmetrc.secret = '''\n{SECRET}\nshort pass'''\n"),
        ("config/a.yaml", f"metrc: {{page_size: 50, url: 'https://u:{SECRET}@api-ca.metrc.com/v1?key=short+pass'}}\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "more", [(), ("--diff",), ("--hook",), ("--format", "json"), ("--format", "sarif")], ids=" ".join
)
def test_a_secret_is_never_printed(check: Check, name: str, text: str, more: tuple[str, ...]) -> None:
    ended = check(name, *more, files={name: text})
    assert ended.code == 1
    for printed in (ended.out, ended.err):
        assert SECRET not in printed
        assert "short pass" not in printed
        assert "short+pass" not in printed


def test_a_key_in_plain_text_is_a_finding(check: Check) -> None:
    ended = check("config/.env", files={"config/.env": f"METRC_USER_API_KEY={SECRET}\n"})
    assert [head.partition(": ")[2] for head in heads(ended)] == [
        "error[secret-in-plain-text]: METRC_USER_API_KEY holds a secret as plain text"
    ]
    shown = ended.out.splitlines()
    assert shown[1].startswith("  1 | METRC_USER_API_KEY=<secret sha256:")
    assert shown[2].strip(" |^") == ""


def test_a_file_that_cannot_be_read_is_told_and_is_no_pass(check: Check) -> None:
    ended = check("config/a.json", files={"config/a.json": '{"metrc": }'})
    assert ended.out.splitlines()[0] == "config/a.json:1:11: error: not valid JSON: expected a value"
    assert ended.code == 4
    assert check("--hook", "config/a.json").code == 4


def test_what_is_required_is_not_missing_from_a_configuration_read_in_part(check: Check) -> None:
    files = {"config/metrc.yaml": "page_size: 20\n", "config/a.json": "{", "made/no-alerts.yaml": NO_ALERTS}
    ended = check("--pack", "made", "config", files=files)
    assert "not captured whole: config_settings" in ended.out
    assert "made/no-alerts" in ended.out
    assert ended.code == 4


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"config/shop.yaml": "page_size: 50\n"}, 3),
        ({"config/read.me": "metrc"}, 3),
        ({"config/a.yaml": ""}, 3),
    ],
)
def test_nothing_to_judge_is_no_pass_and_lets_a_commit_go_on(
    check: Check, files: dict[str, str], code: int
) -> None:
    (name,) = files
    assert check(name, files=files).code == code
    hooked = check("--hook", name)
    assert (hooked.code, hooked.out, hooked.err) == (0, "", "")


def test_a_file_of_another_kind_is_told(check: Check) -> None:
    ended = check("config/read.me", files={"config/read.me": "metrc"})
    assert "config/read.me was not read: not YAML, JSON, TOML, INI or .env" in ended.out


def test_a_hook_says_what_is_wrong_and_nothing_when_all_is_well(check: Check) -> None:
    ended = check("--hook", "config/sync.yaml", files={"config/sync.yaml": BAD, "config/good.yaml": GOOD})
    assert ended.out == (
        "config/sync.yaml:3:14: error[page-size-setting-above-cap]: metrc.page_size is 50, and METRC gives at most 20 rows a page\n"
        "  3 |   page_size: 50   # rows\n"
        "    |              ^^ 20 with --fix\n"
        "rootlint: exit code 1: findings at or above warning, every selected rule reached a verdict\n"
    )
    quiet = check("--hook", "config/good.yaml")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_other_formats_tell_the_same_findings(check: Check) -> None:
    ended = check("--format", "json", "config/sync.yaml", files={"config/sync.yaml": BAD})
    (finding,) = json.loads(ended.out)["findings"]
    assert (finding["rule"], finding["count"]) == ("page-size-setting-above-cap", 1)
    sarif = json.loads(check("--format", "sarif", "config/sync.yaml").out)
    (result,) = sarif["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "config/sync.yaml"
    assert location["region"]["startLine"] == 3


def test_selection_and_switches_hold_here_too(check: Check) -> None:
    files = {"config/sync.yaml": BAD}
    assert heads(check("--ignore", "page-size-*", "config/sync.yaml", files=files)) == []
    switched = {"rootlint.toml": '[rules]\npage-size-setting-above-cap = "note"\n'}
    ended = check("config/sync.yaml", files=switched)
    assert (ended.code, heads(ended)[0].split(": ")[1]) == (0, "note[page-size-setting-above-cap]")
    ended = check(
        "config/sync.yaml", files={"rootlint.toml": '[rules]\npage-size-setting-above-cap = "off"\n'}
    )
    assert heads(ended) == []


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (("nowhere.yaml",), "nowhere.yaml: error: there is no such file or folder"),
        ((), "error: no configuration is named"),
        (("--rule", "page-sise", "config"), "error: no rule is named 'page-sise'"),
        (("--facility", "F1", "config"), "error: --facility needs a snapshot"),
        (("--violations", "a.parquet", "config"), "error: --violations needs a snapshot"),
        (("--parameters", "a.yaml", "config"), "error: --parameters needs a snapshot"),
        (("--waivers", "a.yaml", "config"), "a.yaml: error: cannot be read: No such file or directory"),
        (("--baseline", "a.jsonl", "config"), "a.jsonl: error: cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_refused(check: Check, args: tuple[str, ...], fault: str) -> None:
    files = {"config/a.yaml": GOOD} if "config" in args else {}
    ended = check(*args, files=files)
    assert (ended.code, ended.out) == (2, "")
    assert fault in ended.err


def test_a_rule_that_needs_a_snapshot_is_not_evaluated_and_said(check: Check) -> None:
    rule = """\
name: made/key-owner-left
layer: human
severity: warning
confidence: high
since: 0.1.0
summary: The owner of a key has left.
rationale: Made for a test.
remediation: Ask.
scope: [file, setting]
can_be_root: false
check:
  kind: setting
  setting: key_owner
  expect: not exists (select p.person from staff p where p.person = s.value)
  message: "{path}"
"""
    files = {
        "made/pack.yaml": "name: made\n",
        "made/key-owner-left.yaml": rule,
        "config/metrc.yaml": "key_owner: made.person\nalerts: {to: desk}\n",
    }
    ended = check("--pack", "made", "config", files=files)
    assert ended.code == 4
    assert "needs a snapshot: staff" in ended.out
    assert check("--hook", "--pack", "made", "config").out.splitlines()[0] == (
        "not evaluated: made/key-owner-left: needs a snapshot: staff"
    )


def test_a_file_that_is_named_is_judged_wherever_it_stands(check: Check) -> None:
    name = "config/.old/../.old/metrc.yaml"
    ended = check(
        name, files={"config/.old/metrc.yaml": "page_size: 50\n", "config/b.yaml": "alerts: {to: desk}\n"}
    )
    assert [head.partition(": ")[0] for head in heads(ended)] == ["config/.old/metrc.yaml:1:12"]
    assert heads(check("config")) == []


def test_beside_a_file_outside_of_a_configuration_stand_only_its_neighbours(check: Check) -> None:
    files = {
        ".env": "METRC_PAGE_SIZE=20\n",
        "more.env": "METRC_PAGE_SIZE=30\n",
        "vendor/metrc.yaml": "page_size: 40\n",
        "config/metrc.yaml": "page_size: 50\n",
    }
    ended = check(".env", files=files)
    assert heads(ended) == []
    elsewhere = [line.strip().partition(": ")[0] for line in ended.out.splitlines() if line.startswith("  ")]
    assert elsewhere == ["more.env:1:17"]


def test_files_of_several_configurations_are_one(check: Check) -> None:
    files = {"a/config/metrc.yaml": "page_size: 30\n", "b/config/metrc.yaml": "page_size: 50\n"}
    ended = check("b/config/metrc.yaml", "a/config/metrc.yaml", files=files)
    assert [head.partition(": ")[0] for head in heads(ended)] == [
        "a/config/metrc.yaml:1:12",
        "b/config/metrc.yaml:1:12",
    ]


def test_a_mapping_of_ones_own_is_heeded_and_its_faults_told(check: Check) -> None:
    files = {
        "rootlint.toml": 'mappings = ["own.yaml"]\n',
        "own.yaml": "settings: {page_size: {spellings: ['**.rows']}}\n",
        "config/metrc.yaml": "rows: 50\n",
    }
    assert len(heads(check("config/metrc.yaml", files=files))) == 1
    ended = check("config/metrc.yaml", files={"own.yaml": "settings: {page_sice: {spellings: [a]}}\n"})
    assert (ended.code, ended.err.splitlines()[0]) == (2, "own.yaml:1:23: error: page_sice has no kind")
    missing = check("config/metrc.yaml", files={"rootlint.toml": 'mappings = ["gone.yaml"]\n'})
    assert (missing.code, missing.err.splitlines()[0]) == (
        2,
        "gone.yaml: error: cannot be read: No such file or directory",
    )
