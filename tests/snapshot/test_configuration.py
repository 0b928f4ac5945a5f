"""The files under config/ are the table config_settings."""

from rootlint.snapshot.secrets import fingerprint


def test_settings_of_all_files_are_one_table(open_files, engine):
    files = {
        "config/sync.yaml": "metrc: {state: ca, api_key: made-up}\n",
        "config/stores/a.json": '{"license": "F-CA"}',
        "config/.env": "METRC_USER_KEY=${USER_KEY}\n",
    }
    state = open_files(files).open_table("config_settings")
    assert engine.rows(f"SELECT * FROM {state.relation} ORDER BY _place") == [
        (
            None,
            "config/.env",
            "METRC_USER_KEY",
            "${USER_KEY}",
            "text",
            1,
            16,
            "user_key",
            "${USER_KEY}",
            "production",
            1,
        ),
        (None, "config/stores/a.json", "license", "F-CA", "text", 1, 13, None, None, "production", 2**40 + 1),
        (
            None,
            "config/sync.yaml",
            "metrc.state",
            "ca",
            "text",
            1,
            16,
            "state",
            "ca",
            "production",
            2**41 + 1,
        ),
        (
            None,
            "config/sync.yaml",
            "metrc.api_key",
            fingerprint("made-up"),
            "text",
            1,
            29,
            None,
            None,
            "production",
            2**41 + 2,
        ),
    ]
    assert (state.rows, state.complete, state.problems, state.notes) == (4, True, (), ())
    assert state.files == ("config/.env", "config/stores/a.json", "config/sync.yaml")


def test_a_broken_file_is_a_problem_and_makes_the_table_incomplete(open_files):
    files = {"config/a.json": '{"a": }', "config/b.yaml": "b: 1\n"}
    state = open_files(files).open_table("config_settings")
    assert (state.rows, state.complete) == (1, False)
    assert [str(problem) for problem in state.problems] == [
        "config/a.json:1:7: error: not valid JSON: expected a value"
    ]


def test_a_file_of_another_kind_is_noted(open_files):
    state = open_files({"config/readme.txt": "hello"}).open_table("config_settings")
    assert (state.rows, state.complete) == (0, True)
    assert state.notes == ("config/readme.txt was not read: not YAML, JSON, TOML, INI or .env",)


def test_without_a_config_folder_the_configuration_was_not_captured(open_files):
    assert "config_settings" not in open_files({}).tables
