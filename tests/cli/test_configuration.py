"""The configuration: where settings come from, and what is said of those that cannot stand."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from made_operator import Ended
from rootlint.configuration import Configuration, load_configuration, schema, settings
from rootlint.errors import UserError
from rootlint.model import Severity

FILE = """\
snapshot = "snap"
packs = ["a", "b"]
jurisdictions = ["law"]
waivers = "w.yaml"
baseline = "b.jsonl"
parameters = "p.yaml"
select = ["sale-*"]
ignore = ["sale-late"]
preview = true
as_of = 2026-11-20
fail_on = "error"
format = "concise"
samples = 2
engine = "duckdb"
threads = 3
memory_limit = "2GB"

[rules]
"acme/x" = "note"
late = "off"
"""

WRONG = """\
samples = -1
thread = 2
preview = "yes"
packs = "rules"
as_of = "tomorrow"
fail_on = "warn"
memory_limit = 4

[rules]
late = "of"
"acme/x" = "note"
"acme/y" = "errr"
"""


def write(folder: Path, text: str, name: str = "rootlint.toml") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def faults(start: Path, **environment: str) -> list[str]:
    with pytest.raises(UserError) as caught:
        load_configuration(start, environment)
    return [str(problem) for problem in caught.value.problems]


def test_without_any_configuration_every_setting_has_its_default(place: Path) -> None:
    assert load_configuration(place, {}) == Configuration()


def test_a_file_gives_every_setting_with_its_line(place: Path) -> None:
    write(place, FILE)
    found = load_configuration(place, {})
    assert found == Configuration(
        snapshot=Path("snap"),
        packs=(Path("a"), Path("b")),
        jurisdictions=(Path("law"),),
        waivers=Path("w.yaml"),
        baseline=Path("b.jsonl"),
        parameters=Path("p.yaml"),
        select=("sale-*",),
        ignore=("sale-late",),
        rules={"acme/x": "note", "late": "off"},
        preview=True,
        as_of=date(2026, 11, 20),
        fail_on="error",
        format="concise",
        samples=2,
        engine="duckdb",
        threads=3,
        memory_limit="2GB",
        origins=found.origins,
    )
    lines = (line.partition(" ")[0].strip("[]") for line in FILE.splitlines())
    assert found.origins == {
        name: f"rootlint.toml:{number}" for number, name in enumerate(lines, start=1) if name in settings()
    }


def test_the_command_line_goes_before_the_environment_and_that_before_the_file(place: Path) -> None:
    write(place, "samples = 1\nthreads = 1\nformat = 'concise'\n")
    found = load_configuration(place, {"ROOTLINT_SAMPLES": "2", "ROOTLINT_THREADS": "2"}, {"samples": 3})
    assert (found.samples, found.threads, found.format) == (3, 2, "concise")
    assert found.origins == {
        "format": "rootlint.toml:3",
        "threads": "ROOTLINT_THREADS",
        "samples": "command line",
    }


def test_the_environment_gives_every_setting_but_the_table(place: Path) -> None:
    import os

    environment = {
        "ROOTLINT_PACKS": os.pathsep.join(["a", "b"]),
        "ROOTLINT_SELECT": "sale-*, late",
        "ROOTLINT_PREVIEW": "yes",
        "ROOTLINT_AS_OF": "2026-11-20",
        "ROOTLINT_FAIL_ON": "never",
        "ROOTLINT_DEBUG": "1",
    }
    found = load_configuration(place, environment)
    assert found == Configuration(
        packs=(Path("a"), Path("b")),
        select=("sale-*", "late"),
        preview=True,
        as_of=date(2026, 11, 20),
        fail_on="never",
        origins={name.removeprefix("ROOTLINT_").lower(): name for name in list(environment)[:5]},
    )
    assert faults(place, ROOTLINT_RULES="x=off") == [
        "error: ROOTLINT_RULES is no setting\n  help: did you mean 'ROOTLINT_THREADS'?"
    ]


def test_the_nearest_file_above_counts_and_its_paths_start_from_its_folder(place: Path) -> None:
    write(place, 'snapshot = "far"\n')
    write(
        place / "a",
        '[tool.rootlint]\nsnapshot = "near"\n[tool.rootlint.rules]\nlate = "off"\n',
        "pyproject.toml",
    )
    write(place / "a" / "b", "[project]\nname = 'made'\n", "pyproject.toml")
    found = load_configuration(place / "a" / "b", {})
    assert found == Configuration(
        snapshot=Path("../near"),
        rules={"late": "off"},
        waivers=Path("../.rootlint/waivers.yaml"),
        baseline=Path("../.rootlint/baseline.jsonl"),
        parameters=Path("../.rootlint/parameters.yaml"),
        origins=found.origins,
    )
    assert found.origins == {"snapshot": "../pyproject.toml:2", "rules": "../pyproject.toml:3"}


def test_no_file_beyond_the_root_of_the_repository_counts(place: Path) -> None:
    write(place, "samples = 1\n")
    (place / "inner" / ".git").mkdir(parents=True)
    assert load_configuration(place / "inner", {}) == Configuration()


def test_every_fault_of_file_and_environment_is_told_at_once_with_its_line(place: Path) -> None:
    write(place, WRONG)
    assert faults(place, ROOTLINT_SAMPLE="3", ROOTLINT_THREADS="many") == [
        "rootlint.toml:1: error: samples is '-1'\n  help: allowed: a whole number, 0 or more",
        "rootlint.toml:2: error: unknown key 'thread'\n  help: did you mean 'threads'?",
        "rootlint.toml:3: error: preview is 'yes'\n  help: allowed: true or false",
        "rootlint.toml:4: error: packs is 'rules'\n  help: allowed: a list of texts",
        "rootlint.toml:5: error: as_of is 'tomorrow'\n  help: allowed: a day: 2026-11-20",
        "rootlint.toml:6: error: fail_on is 'warn'\n  help: allowed: error, warning, note, never",
        "rootlint.toml:7: error: memory_limit is '4'\n  help: allowed: an amount of memory: 4GB",
        "rootlint.toml:10: error: late is 'of'\n  help: allowed: off, note, warning, error",
        "rootlint.toml:12: error: acme/y is 'errr'\n  help: allowed: off, note, warning, error",
        "error: ROOTLINT_SAMPLE is no setting\n  help: did you mean 'ROOTLINT_SAMPLES'?",
        "error: ROOTLINT_THREADS is 'many'\n  help: allowed: a whole number, 1 or more",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("samples = \n", r"not valid TOML: .*"),
        ("samples = 1\nsamples = 2\n", r"not valid TOML: .*"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_place(place: Path, text: str, fault: str) -> None:
    write(place, text)
    (told,) = faults(place)
    assert re.fullmatch(rf".*rootlint\.toml:\d+:\d+: error: {fault}", told)


def test_a_file_that_is_not_utf_8_is_refused(place: Path) -> None:
    (place / "rootlint.toml").write_bytes(b'format = "\xe9"\n')
    (told,) = faults(place)
    assert told.endswith("rootlint.toml: error: byte 10 is not UTF-8\n  help: save the file as UTF-8")


def test_two_configurations_in_one_folder_are_refused(place: Path) -> None:
    write(place, "samples = 1\n")
    write(place, "[tool.rootlint]\nsamples = 2\n", "pyproject.toml")
    (told,) = faults(place)
    assert "pyproject.toml: error: [tool.rootlint] stands beside a rootlint.toml" in told


def test_a_project_file_whose_rootlint_is_no_table_is_refused(place: Path) -> None:
    write(place, "[tool]\nrootlint = 3\n", "pyproject.toml")
    assert faults(place) == ["pyproject.toml:2: error: tool.rootlint is no table"]


def test_never_is_no_threshold() -> None:
    assert Configuration().threshold is Severity.WARNING
    assert Configuration(fail_on="never").threshold is None


def test_the_schema_of_the_file_allows_what_is_allowed_and_no_other_key() -> None:
    import tomllib

    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    good = {**tomllib.loads(FILE), "as_of": "2026-11-20", "mappings": ["ours.yaml"], "cache": "elsewhere"}
    assert set(good) == set(settings())
    validator.validate(good)
    wrong = {error.path[0] for error in validator.iter_errors(tomllib.loads(WRONG)) if error.path}
    assert wrong == {"samples", "preview", "packs", "fail_on", "memory_limit", "rules"}
    assert not validator.is_valid({"thread": 2})


def test_config_show_tells_every_setting_with_its_origin(rootlint: Callable[..., Ended], place: Path) -> None:
    write(place, 'packs = ["made"]\n[rules]\nlate = "off"\n')
    ended = rootlint("config", "show", env={"ROOTLINT_SAMPLES": "2"})
    assert ended == Ended(
        0,
        "snapshot       none                       default           the snapshot to check\n"
        "packs          made                       rootlint.toml:1   folders of rules, beside the installed packs\n"
        "jurisdictions  none                       default           folders of jurisdictions, beside the installed ones\n"
        "waivers        .rootlint/waivers.yaml     default           the file of waivers; where none is named, it need not be there\n"
        "baseline       .rootlint/baseline.jsonl   default           the file of inherited findings; where none is named, it need not be there\n"
        "parameters     .rootlint/parameters.yaml  default           the file of parameters stricter than the law; where none is named, it need not be there\n"
        "mappings       none                       default           files that say how the operator's configuration spells settings\n"
        "select         none                       default           rules to run, by name or pattern; none: all\n"
        "ignore         none                       default           rules not to run, by name or pattern\n"
        "rules          late=off                   rootlint.toml:2   by the name of a rule: another severity for it, or off\n"
        "preview        false                      default           run preview rules too\n"
        "as_of          none                       default           the day to judge by; none: today, in UTC\n"
        "fail_on        warning                    default           the mildest severity that makes the exit code 1, or never\n"
        "format         text                       default           the report's format\n"
        "samples        2                          ROOTLINT_SAMPLES  how many violations of a finding to show\n"
        "engine         duckdb                     default           what runs the queries\n"
        "threads        none                       default           threads of the engine; none: its own choice\n"
        "memory_limit   none                       default           memory of the engine (8GB), beyond which it spills; none: 4GB\n"
        "cache          none                       default           a folder for loaded rules; none: where programs keep such things here\n",
        "",
    )


def test_a_faulty_configuration_stops_every_command_that_reads_it(
    rootlint: Callable[..., Ended], place: Path
) -> None:
    write(place, "sample = 1\n")
    for args in (("config", "show"), ("check", "snap"), ("rules", "list"), ("jurisdictions", "list")):
        assert rootlint(*args) == Ended(
            2, "", "rootlint.toml:1: error: unknown key 'sample'\n  help: did you mean 'samples'?\n"
        )
