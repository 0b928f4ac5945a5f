"""Where the files of a snapshot are."""

from dataclasses import replace

import pytest
from made_reports import FINDING, HEAD, SAMPLE, SETTING

from rootlint.model import RecordPlace
from rootlint.report.places import FilePlace, file_place, place_of, setting_place, snapshot_folder


@pytest.mark.parametrize(
    ("named", "folder"),
    [
        ("made", "made"),
        ("./a//made/", "a/made"),
        (".", ""),
        ("a\\made", "a/made"),
        ("/srv/made", None),
        ("C:\\made", None),
        ("C:made", None),
        ("\\\\host\\made", None),
        ("../made", None),
        ("a/../../made", None),
    ],
)
def test_a_snapshot_elsewhere_has_no_folder_here(named: str, folder: str | None) -> None:
    assert snapshot_folder(replace(HEAD, snapshot=named)) == folder


@pytest.mark.parametrize(
    ("file", "row", "line", "column", "expected"),
    [
        ("tables/a.csv", 12, None, None, FilePlace("made/tables/a.csv", 13)),
        ("tables/a.CSV", 12, None, None, FilePlace("made/tables/a.CSV", 13)),
        ("tables/a.ndjson", 12, None, None, FilePlace("made/tables/a.ndjson", 12)),
        ("tables/a.parquet", 12, None, None, FilePlace("made/tables/a.parquet", 1)),
        ("tables/a.csv", None, None, None, FilePlace("made/tables/a.csv", 1)),
        ("config/a.yaml", None, 14, 3, FilePlace("made/config/a.yaml", 14, 3)),
        (None, None, None, None, FilePlace("made/snapshot.yaml", 1)),
        ("/etc/../x.csv", 1, None, None, FilePlace("made/etc/x.csv", 2)),
        ("..", None, None, None, FilePlace("made/snapshot.yaml", 1)),
    ],
)
def test_a_row_stands_in_a_line_where_its_file_has_lines(
    file: str | None, row: int | None, line: int | None, column: int | None, expected: FilePlace
) -> None:
    assert file_place(HEAD, RecordPlace("t", {}, file, row, line, column)) == expected


def test_a_finding_stands_where_its_first_violation_does() -> None:
    assert place_of(HEAD, FINDING) == FilePlace("made/tables/metrc_packages.csv", 13)
    assert place_of(HEAD, replace(FINDING, samples=())) == FilePlace("made/snapshot.yaml", 1)


def test_only_a_setting_has_a_place_in_configuration() -> None:
    assert setting_place(HEAD, SETTING) == FilePlace("made/config/integration.yaml", 14, 3)
    assert setting_place(HEAD, FINDING) is None
    mixed = replace(SETTING, samples=(SAMPLE, *SETTING.samples))
    assert setting_place(HEAD, mixed) == FilePlace("made/config/integration.yaml", 14, 3)
