"""Checks of kind `setting`: a configuration value, at file, line and column."""

import pytest
from rules_made import Workbench

from rootlint.model import Outcome, Verdict

CHECK = """
kind: setting
settings: ['**.page_size']
expect: number(value) <= 20
message: "{file}: {path} is {value} ({value_type})"
"""


def _settings(*rows: str, tables: str = "") -> str:
    listed = "".join(f"    - {{{row}}}\n" for row in rows)
    return f"tables: {{{tables}}}\ngiven:\n  config_settings:{listed and chr(10)}{listed or ' []'}"


def test_a_setting_that_is_not_as_expected_is_a_violation_of_the_integration_as_a_whole(
    made: Workbench,
) -> None:
    found, outcomes = made.judged(
        CHECK,
        _settings(
            "file: a.yaml, path: metrc.page_size, value: '21', value_type: integer, line: 3, column: 5",
            "file: b.yaml, path: metrc.page_size, value: '20', value_type: integer",
            "file: b.yaml, path: page_size, value: all, value_type: text",
            "file: b.yaml, path: page_size.most, value: '50', value_type: integer",
        ),
    )
    assert found == [
        {
            "facility": None,
            "subject": "metrc.page_size",
            "setting": "metrc.page_size",
            "file": "a.yaml",
            "message": "a.yaml: metrc.page_size is 21 (integer)",
            "place": 1,
        }
    ]
    assert outcomes == [Outcome("made/made", None, Verdict.FAIL, exposed=3, violations=1, undetermined=1)]


PATHS = [
    "page_size",
    "metrc.page_size",
    "metrc.v2.page_size",
    "METRC.Page-Size",
    "metrc.page_size[0]",
    "metrcpage_size",
    "limits./sales/v2",
]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("page_size", ["page_size"]),
        ("*.page_size", ["METRC.Page-Size", "metrc.page_size"]),
        ("**.page_size", ["METRC.Page-Size", "metrc.page_size", "metrc.v2.page_size", "page_size"]),
        ("metrc.**", ["METRC.Page-Size", "metrc.page_size", "metrc.page_size[0]", "metrc.v2.page_size"]),
        ("metrc.**.page_size", ["METRC.Page-Size", "metrc.page_size", "metrc.v2.page_size"]),
        ("metrc.page*", ["METRC.Page-Size", "metrc.page_size", "metrc.page_size[0]"]),
        ("Metrc.PAGE-SIZE", ["METRC.Page-Size", "metrc.page_size"]),
        ("metrc.page_size[0]", ["metrc.page_size[0]"]),
        ("limits.*", ["limits./sales/v2"]),
        ("**", sorted(PATHS)),
    ],
)
def test_patterns_choose_settings_by_their_dotted_path(
    made: Workbench, pattern: str, matched: list[str]
) -> None:
    check = f"kind: setting\nsettings: ['{pattern}']\nexpect: path is null\nmessage: made"
    case = _settings(*(f"file: a.yaml, path: '{path}'" for path in PATHS))
    assert sorted(violation["setting"] for violation in made.violations(check, case)) == matched


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("**", ["a.yaml", "stores/a.yaml", "stores/ca/b.toml"]),
        ("*", ["a.yaml"]),
        ("stores/*", ["stores/a.yaml"]),
        ("**/*.yaml", ["a.yaml", "stores/a.yaml"]),
        ("stores/**", ["stores/a.yaml", "stores/ca/b.toml"]),
    ],
)
def test_patterns_choose_files_by_their_path(made: Workbench, pattern: str, matched: list[str]) -> None:
    check = f"kind: setting\nsettings: ['**']\nfiles: '{pattern}'\nexpect: path is null\nmessage: made"
    case = _settings(*(f"file: {file}, path: x" for file in ("a.yaml", "stores/a.yaml", "stores/ca/b.toml")))
    assert sorted(violation["file"] for violation in made.violations(check, case)) == matched


REQUIRED = """
kind: setting
settings: ['metrc.timeout', 'metrc.wait']
required: true
{more}
message: "{{path}} in {{file}}: {{value}}"
"""


def test_a_required_setting_that_no_file_has_is_one_violation_named_by_the_first_pattern(
    made: Workbench,
) -> None:
    case = _settings("file: a.yaml, path: other")
    found, outcomes = made.judged(REQUIRED.format(more=""), case)
    assert found == [
        {
            "facility": None,
            "subject": "metrc.timeout",
            "setting": "metrc.timeout",
            "message": "metrc.timeout in none: none",
        }
    ]
    assert outcomes == [Outcome("made/made", None, Verdict.FAIL, exposed=1, violations=1)]
    assert made.violations(REQUIRED.format(more=""), _settings("file: a.yaml, path: metrc.wait")) == []


def test_what_is_required_is_judged_too_where_it_stands_and_out_of_scope_is_not_absent(
    made: Workbench,
) -> None:
    more = "where: value_type = 'integer'\nexpect: number(value) > 0"
    check = REQUIRED.format(more=more)
    wrong = _settings("file: a.yaml, path: metrc.wait, value: '0', value_type: integer")
    assert [violation["message"] for violation in made.violations(check, wrong)] == [
        "metrc.wait in a.yaml: 0"
    ]
    other = _settings("file: a.yaml, path: metrc.wait, value: soon, value_type: text")
    assert made.outcomes(check, other) == [
        Outcome("made/made", None, Verdict.NOT_APPLICABLE, "no record in scope")
    ]
    assert made.violations(check, _settings("file: a.yaml, path: other")) != []


def test_nothing_is_required_of_a_configuration_that_is_not_there(made: Workbench) -> None:
    assert made.violations(REQUIRED.format(more=""), _settings()) == []
    check = "kind: setting\nsetting: alerts\nrequired: true\nmessage: made"
    assert made.violations(check, _settings("file: shop.yaml, path: page_size, value: 20")) == []
    about = _settings("file: metrc.yaml, path: page_size, value: 20")
    assert [violation["setting"] for violation in made.violations(check, about)] == ["alerts"]


NAMED = """
kind: setting
setting: [page_size, timeout]
{more}
expect: number(means) <= 20
message: "{{path}}: {{setting}} means {{means}}"
"""


def test_a_setting_is_named_however_a_file_spells_it_and_in_production_only(made: Workbench) -> None:
    case = _settings(
        "file: metrc.yaml, path: 'stores[0].pageSize', value: '21'",
        "file: metrc.yaml, path: timeout_minutes, value: '1'",
        "file: metrc.yaml, path: test.page_size, value: '30'",
        "file: shop.yaml, path: page_size, value: '40'",
    )
    messages = ["stores[0].pageSize: page_size means 21", "timeout_minutes: timeout means 60"]
    found = made.violations(NAMED.format(more=""), case)
    assert [violation["message"] for violation in found] == messages
    found = made.violations(NAMED.format(more="anywhere: true"), case)
    assert [violation["message"] for violation in found] == sorted(
        [*messages, "test.page_size: page_size means 30"]
    )


def test_a_configuration_captured_in_part_does_not_prove_that_a_setting_is_absent(made: Workbench) -> None:
    part = _settings(
        "file: a.yaml, path: metrc.page_size, value: '50'", tables="config_settings: {complete: false}"
    )
    reason = "not captured whole: config_settings; what is missing there proves nothing"
    assert made.outcomes(REQUIRED.format(more=""), part) == [
        Outcome("made/made", None, Verdict.NOT_EVALUATED, reason, ("config_settings",))
    ]
    assert made.outcomes(CHECK, part)[0].verdict is Verdict.FAIL


def test_faults_are_told_with_their_places(made: Workbench) -> None:
    faults = made.faults(
        """
        kind: setting
        settings: [page_size]
        expect: value
        where: pat = 'x'
        message: "{valu}"
        """
    )
    assert faults == (
        "made.yaml:4:11: error: this is a text; a condition must stand here\n"
        "made.yaml:5:10: error: no column 'pat' here\n"
        "  help: did you mean 'path'?\n"
        "made.yaml:6:14: error: no column 'valu' here\n"
        "  help: did you mean 'value'?"
    )
    assert made.faults("kind: setting\nsettings: [page_size]\nmessage: made") == (
        "made.yaml:2:3: error: a setting needs expect or required: true"
    )
    both = "made.yaml:2:3: error: a setting needs one of setting and settings: a name of docs/settings.md, or dotted paths"
    for named in ("settings: []", "setting: page_size\nsettings: [page_size]"):
        assert made.faults(f"kind: setting\n{named}\nexpect: path is null\nmessage: made") == both
    assert made.faults("kind: setting\nsetting: page_sise\nexpect: path is null\nmessage: made") == (
        "made.yaml:3:12: error: no setting is named 'page_sise'\n  help: did you mean 'page_size'?"
    )
    assert made.faults(
        "kind: setting\nsetting: page_size\nexpect: path is null\nmessage: made\nfix: {set: valu}"
    ) == ("made.yaml:6:14: error: no column 'valu' here\n  help: did you mean 'value'?")
