"""Every fault is told at once, with its place, and nothing is written then. All data is made."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.snapshot.importers.conftest import CAPTURE, FARM, SHOP, Answers, envelope

from rootlint.errors import Problem, UserError


def told(answers: Answers, **options: object) -> list[tuple[str, str, str | None]]:
    """The faults of an import: file below the source with its position, message, help."""
    with pytest.raises(UserError) as raised:
        answers.load(**options)
    assert not answers.target.exists()
    assert list(answers.target.parent.glob(".snapshot-*")) == []
    source = answers.source.as_posix()
    return [
        (str(problem.place or "").removeprefix(source).lstrip("/"), problem.message, problem.help)
        for problem in raised.value.problems
    ]


def test_pages_that_are_no_answers_and_values_of_other_types_are_told_together(answers: Answers) -> None:
    whole = json.dumps(envelope([{"Id": 1}]), indent=0)
    answers.write(f"{SHOP}/items/active/1.json", whole[: len(whole) // 2])
    answers.write(f"{SHOP}/items/active/2.json", "")
    answers.write(f"{SHOP}/items/inactive/1.json", {"Message": "Not authorized"})
    answers.write(f"{SHOP}/sales/receipts/501.json", [])
    answers.list(
        "locations/active", {"Id": 1}, {"Id": "one"}, {"Name": "no id"}, "text", {"Id": 2, "Name": [1]}
    )
    found = told(answers)
    assert found == [
        (f"{SHOP}/items/active/1.json:9:13", found[0][1], "fetch the page again; it may be cut off"),
        (f"{SHOP}/items/active/2.json:1:1", "the file is empty", "fetch the page again; it may be cut off"),
        (
            f"{SHOP}/items/inactive/1.json",
            "not an array, nor an object with 'Data', as items/inactive answers",
            "METRC answered with an error: Not authorized",
        ),
        (
            f"{SHOP}/sales/receipts/501.json",
            "not one record with an Id, as sales/receipts/{id} answers",
            None,
        ),
        (f"{SHOP}/locations/active/page-1.json", "row 2: Id is 'one', not a whole number of 64 bits", None),
        (f"{SHOP}/locations/active/page-1.json", "row 3 has no Id", None),
        (f"{SHOP}/locations/active/page-1.json", "row 4 is of JSON type varchar, not a record", None),
        (f"{SHOP}/locations/active/page-1.json", "row 5: Name is '[\"1\"]', not text", None),
    ]
    assert found[0][1].startswith("not JSON: ")


def test_values_inside_a_receipt_are_told_with_row_and_transaction_and_private_ones_are_not_shown(
    answers: Answers,
) -> None:
    lines = [{"QuantitySold": 1}, {"QuantitySold": True}]
    answers.write(
        f"{SHOP}/sales/receipts/501.json", {"Id": 501, "PatientLicenseNumber": ["P1"], "Transactions": lines}
    )
    assert told(answers) == [
        (f"{SHOP}/sales/receipts/501.json", "row 1: PatientLicenseNumber is given, not text", None),
        (
            f"{SHOP}/sales/receipts/501.json",
            "row 1, transaction 2: QuantitySold is 'true', "
            "not a number with up to 12 digits before the point",
            None,
        ),
    ]


def test_bytes_that_are_not_utf8_and_half_a_surrogate_are_told(answers: Answers) -> None:
    answers.write(f"{SHOP}/items/active/1.json", json.dumps([{"Id": 1, "Name": "\ud800"}]))
    (answers.source / SHOP / "items" / "active" / "2.json").write_bytes("[]".encode("utf-16"))
    assert [(place, message) for place, message, _ in told(answers)] == [
        (f"{SHOP}/items/active/1.json", "a text holds half of a surrogate pair"),
        (f"{SHOP}/items/active/2.json", "byte 0 is not UTF-8"),
    ]


def test_a_byte_order_mark_is_no_fault(answers: Answers) -> None:
    answers.write(f"{SHOP}/items/active/1.json", "\ufeff" + json.dumps(envelope([{"Id": 1}])))
    answers.load()
    assert answers.rows("metrc_items") == [{"facility": SHOP, "item_id": 1, "is_active": True}]


def test_numbers_keep_the_digits_that_a_binary_float_would_lose(answers: Answers) -> None:
    answers.write(
        f"{SHOP}/items/active/1.json", '[{"Id": 9223372036854775807, "UnitWeight": 123456789012.123456}]'
    )
    answers.load()
    [row] = answers.rows("metrc_items")
    assert (str(row["item_id"]), str(row["unit_weight"])) == ("9223372036854775807", "123456789012.123456")


def test_without_capture_yaml_everything_that_must_be_said_is_asked_for(answers: Answers) -> None:
    (answers.source / "capture.yaml").unlink()
    answers.list("items/active")
    assert told(answers) == [
        (
            "",
            "nobody says when the answers were captured",
            "pass --captured-at, or write into capture.yaml: captured_at: 2026-11-01T13:00:00Z",
        ),
        (
            "",
            "nobody says whose answers these are",
            "pass --operator, or write into capture.yaml: operator: Green Mesa Holdings",
        ),
        (
            "",
            f"nobody says the jurisdiction and the timezone of licence {SHOP}",
            f"write into capture.yaml: facilities: {{{SHOP}: "
            "{jurisdiction: ca, timezone: America/Los_Angeles}}",
        ),
    ]


def test_options_take_the_place_of_capture_yaml(answers: Answers) -> None:
    (answers.source / "capture.yaml").unlink()
    answers.list("items/active", {"Id": 1})
    answers.list("items/inactive")
    moment = datetime(2026, 11, 1, 13, tzinfo=UTC)
    answers.load(
        captured_at=moment,
        operator="Made Operator",
        jurisdictions={SHOP: "or"},
        timezones={SHOP: "America/Los_Angeles"},
        window_from=datetime(2026, 1, 1, tzinfo=UTC),
        window_to=moment,
    )
    manifest = answers.manifest()
    digest = manifest["tables"]["metrc_items"].pop("sha256")
    assert len(digest) == 64
    assert manifest == {
        "format": 1,
        "operator": "Made Operator",
        "captured_at": "2026-11-01T13:00:00Z",
        "facilities": [
            {"facility": SHOP, "name": SHOP, "jurisdiction": "or", "timezone": "America/Los_Angeles"}
        ],
        "tables": {
            "metrc_items": {
                "source": "metrc-api-v2",
                "complete": True,
                "from": "2026-01-01T00:00:00Z",
                "to": "2026-11-01T13:00:00Z",
            }
        },
    }


def test_faults_of_capture_yaml_have_a_line_and_the_nearest_known_name(answers: Answers) -> None:
    answers.write(
        "capture.yaml",
        "captured_at: 2026-11-01\n"
        "operater: Made Operator\n"
        "operator: Made Operator\n"
        "windows: {package/active: {from: 2026-11-01T00:00:00Z, to: 2026-10-01T00:00:00Z}}\n"
        "facilities:\n"
        f"  {SHOP}: {{jurisdiction: CA, timezone: America/Los_Angels, opened_on: soon, not_open: [plant]}}\n",
    )
    answers.list("items/active")
    assert told(answers) == [
        ("capture.yaml:2:1", "'operater' is not a key here", "did you mean 'operator'?"),
        ("capture.yaml:1:14", "'2026-11-01' is not a time with an offset", "write 2026-11-01T13:00:00Z"),
        (
            "capture.yaml:6:49",
            "no time zone is called 'America/Los_Angels'",
            "did you mean 'America/Los_Angeles'?",
        ),
        ("capture.yaml:6:35", "'CA' is not a jurisdiction's code", "write the code in lower case: ca"),
        ("capture.yaml:6:80", "'soon' is not a date", "write 2023-02-01"),
        ("capture.yaml:6:97", "no call that is imported begins with 'plant'", "did you mean 'plants'?"),
        (
            "capture.yaml:4:27",
            "no call that is imported begins with 'package/active'",
            "did you mean 'packages/active'?",
        ),
        ("capture.yaml:4:60", "the window ends before it begins", None),
    ]


def test_files_that_nobody_can_place_are_told_and_stop_nothing(answers: Answers) -> None:
    answers.list("items/active")
    answers.write(f"{SHOP}/items/activ/page-1.json", [])
    answers.write("notes.txt", "made")
    result = answers.load()
    assert [(p.place.file if p.place else "", p.message, p.help, p.severity) for p in result.warnings] == [
        (
            f"{answers.source.as_posix()}/{SHOP}/items/activ/page-1.json",
            "not read: its folder is no call that is imported",
            "did you mean 'items/active'?",
            "warning",
        ),
        (
            f"{answers.source.as_posix()}/notes.txt",
            "not read: its folder is no call that is imported",
            None,
            "warning",
        ),
    ]


def test_a_folder_without_answers_or_no_folder_is_an_error(answers: Answers) -> None:
    assert [message for _, message, _ in told(answers)] == ["no answer of METRC is in this folder"]
    answers.source = answers.source / "missing"
    assert [message for _, message, _ in told(answers)] == ["there is no such folder"]


def test_a_snapshot_that_is_there_is_never_touched(answers: Answers) -> None:
    answers.list("items/active")
    answers.target.mkdir()
    (answers.target / "kept").write_text("made", encoding="utf-8")
    with pytest.raises(UserError) as raised:
        answers.load()
    assert [problem.message for problem in raised.value.problems] == ["there is something here already"]
    assert [file.name for file in answers.target.iterdir()] == ["kept"]


def test_an_empty_target_is_filled(answers: Answers) -> None:
    answers.list("items/active")
    answers.target.mkdir()
    answers.load()
    assert sorted(file.name for file in answers.target.iterdir()) == [
        "import.yaml",
        "snapshot.yaml",
        "tables",
    ]


def test_the_same_salt_hashes_the_same_and_no_salt_is_a_new_one_each_time(answers: Answers) -> None:
    from rootlint.snapshot.importers import ImportOptions
    from rootlint.snapshot.importers.metrc import import_folder

    answers.list("sales/receipts/active", {"Id": 1, "PatientLicenseNumber": "made-patient"})
    seen = []
    for number, salt in enumerate(["sixteen letters!", "sixteen letters!", None, None]):
        answers.target = answers.target.with_name(f"snapshot-{number}")
        result = import_folder(answers.source, answers.target, ImportOptions(salt=salt))
        seen.append((result.salt_fingerprint, answers.rows("metrc_sales")[0]["patient"]))
        written = b"".join(file.read_bytes() for file in answers.target.rglob("*") if file.is_file())
        assert b"made-patient" not in written
        assert b"sixteen letters!" not in written
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_a_short_salt_is_refused(answers: Answers) -> None:
    from rootlint.snapshot.importers import ImportOptions
    from rootlint.snapshot.importers.metrc import import_folder

    with pytest.raises(UserError) as raised:
        import_folder(answers.source, answers.target, ImportOptions(salt="short"))
    assert raised.value.problems == (
        Problem(
            "the salt is shorter than 16 characters",
            help="patient numbers are few enough to try them all; a long salt prevents that",
        ),
    )


def test_the_same_answers_give_the_same_bytes_on_every_run(answers: Answers) -> None:
    answers.write(
        "capture.yaml", CAPTURE + f"  {FARM}: {{jurisdiction: ca, timezone: America/Los_Angeles}}\n"
    )
    records = [
        {"Id": number, "Label": f"L{number % 97}", "LastModified": f"2026-02-{number % 28 + 1:02d}T00:00:00Z"}
        for number in range(3000)
    ]
    for license in (FARM, SHOP):
        answers.write(f"{license}/packages/active/1.json", envelope(records))
        answers.write(f"{license}/packages/inactive/1.json", envelope(records[::-1]))
    written = []
    for number in range(3):
        answers.target = answers.target.with_name(f"snapshot-{number}")
        answers.load()
        written.append({file.name: file.read_bytes() for file in answers.target.rglob("*") if file.is_file()})
    assert written[0] == written[1] == written[2]


def test_the_importer_comes_in_through_the_hook() -> None:
    from rootlint.snapshot.importers import rootlint_importers
    from rootlint.snapshot.importers.metrc import import_folder

    [offered] = rootlint_importers()
    assert (offered.name, offered.load()) == ("metrc-api", import_folder)
