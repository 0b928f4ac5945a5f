"""Loading: the notations of values, inheritance, and every fault with its place, all at once."""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rootlint.errors import UserError
from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.jurisdictions.model import (
    Clock,
    Deadline,
    Jurisdiction,
    ParameterValue,
    Period,
    Quantity,
    Value,
    shown,
)
from rootlint.jurisdictions.vocabulary import load_vocabulary
from rootlint.model import Confidence, Severity

LAW = "citation: Code 1, source: made up, confidence: high"

Load = Callable[..., Jurisdiction]
Faults = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("name", "written", "value", "text"),
    [
        ("sales_deadline", "{minutes: 30}", Deadline("minutes", 30), "30 minutes"),
        ("sales_deadline", "{hours: 1}", Deadline("hours", 1), "1 hour"),
        ("sales_deadline", "{days: 3}", Deadline("days", 3), "3 days"),
        ("sales_deadline", "{days: 0}", Deadline("days", 0), "by the end of the same day"),
        ("sales_deadline", "{business_days: 1}", Deadline("business_days", 1), "1 business day"),
        ("sales_deadline", "{months: 6}", Deadline("months", 6), "6 months"),
        ("sales_deadline", "{years: 7}", Deadline("years", 7), "7 years"),
        ("sales_deadline", '{by: "08:00", day: next}', Deadline("by", 480, True), "by 08:00 on the next day"),
        ("sales_deadline", "{by: 23:59, day: same}", Deadline("by", 1439), "by 23:59 on the same day"),
        ("sales_deadline", "null", None, "no number known"),
        ("limit", "{grams: 28.5}", Quantity(Decimal("28.5"), "grams", Decimal("28.5")), "28.5 grams"),
        ("limit", "{ounces: 1}", Quantity(Decimal(1), "ounces", Decimal("28.349523125")), "1 ounce"),
        ("share", "0.5", Quantity(Decimal("0.5"), "percent", Decimal("0.5")), "0.5 percent"),
        ("plants", "6", Decimal(6), "6"),
        ("needed", "false", False, "no"),
        ("opens", '"07:30"', Clock(450), "07:30"),
        ("phase", "flowering", "flowering", "flowering"),
        ("fields", "[driver, vehicle]", ("driver", "vehicle"), "driver, vehicle"),
    ],
)
def test_each_notation_is_read_and_shown(load: Load, name: str, written: str, value: Value, text: str):
    [entry] = load(f"  {name}: [{{value: {written}, {LAW}}}]\n").parameters[name]
    assert (entry.value, shown(entry.value)) == (value, text)


def test_an_entry_is_read_whole(load: Load):
    jurisdiction = load(
        "  limit:\n"
        "    - value: {ounces: 2}\n"
        "      applies_to: [seller]\n"
        "      audience: medical\n"
        "      in_force: {from: 2024-01-01, until: 2024-12-31}\n"
        "      citation: Code 1\n"
        "      source: https://example.org/code\n"
        "      confidence: low\n"
        "      note: As it was.\n"
    )
    assert jurisdiction.parameters["limit"] == (
        ParameterValue(
            parameter="limit",
            value=Quantity(Decimal(2), "ounces", Decimal("56.699046250")),
            citation="Code 1",
            source="https://example.org/code",
            confidence=Confidence.LOW,
            applies_to=("seller",),
            audience="medical",
            in_force=Period(date(2024, 1, 1), date(2024, 12, 31)),
            note="As it was.",
        ),
    )


def test_a_source_may_be_named_in_the_files_own_table(load: Load):
    text = "  plants: [{value: 1, citation: Code 1, source: book, confidence: high}]\n"
    jurisdiction = load(text + "sources: {book: The book of codes}\n")
    assert jurisdiction.parameters["plants"][0].source == "The book of codes"


@pytest.mark.parametrize(
    ("name", "written", "fault"),
    [
        ("sales_deadline", "24", "12:28: error: sales_deadline is a deadline, found '24'"),
        ("sales_deadline", "{hours: 1.5}", "12:28: error: sales_deadline is a deadline, found a mapping"),
        ("sales_deadline", "{weeks: 1}", "12:28: error: sales_deadline is a deadline, found a mapping"),
        (
            "sales_deadline",
            "{hours: 1, days: 1}",
            "12:28: error: sales_deadline is a deadline, found a mapping",
        ),
        ("sales_deadline", "{}", "12:28: error: sales_deadline is a deadline, found a mapping"),
        (
            "sales_deadline",
            "{by: 25:00, day: same}",
            "12:28: error: sales_deadline is a deadline, found a mapping",
        ),
        ("sales_deadline", "{by: 08:00}", "12:28: error: sales_deadline is a deadline, found a mapping"),
        ("limit", "28.5", "12:19: error: limit needs one number with its unit, found '28.5'"),
        ("limit", "{gram: 1}", "12:20: error: limit is kept in grams, and 'gram' cannot be converted to it"),
        ("limit", "{grams: -1}", "12:27: error: grams must be a number of 0 or more, found '-1'"),
        ("share", "half", "12:19: error: share is a percent, found 'half'"),
        ("plants", "1.5", "12:20: error: plants is a count, found '1.5'"),
        ("plants", "true", "12:20: error: plants is a count, found true"),
        ("needed", "1", "12:20: error: needed is a flag, found '1'"),
        ("opens", "7", "12:19: error: opens is a clock, found '7'"),
        ("phase", "[a]", "12:19: error: phase is a text, found a list"),
        ("fields", "[]", "12:20: error: fields is a list, found a list"),
    ],
)
def test_a_value_in_another_notation_is_refused(faults: Faults, name: str, written: str, fault: str):
    text = f"  {name}: [{{value: {written}, {LAW}}}]\n"
    [found] = faults(text)
    assert found.split("\n")[0] == f"xx.yaml:{fault}"


def test_a_wrong_value_is_told_how_to_write_it(faults: Faults):
    assert faults(f"  sales_deadline: [{{value: soon, {LAW}}}]\n") == [
        "xx.yaml:12:28: error: sales_deadline is a deadline, found 'soon'\n"
        '  help: write {hours: 24}, {business_days: 3} or {by: "08:00", day: next},'
        " or null when no number is known"
    ]


def test_all_faults_are_told_at_once_each_with_its_place(faults: Faults):
    text = (
        "code: yy\n"
        "name: Made-up State\n"
        "regulater: Made-up Board\n"
        "timezones: [America/Los_Angles]\n"
        "calendar: plane\n"
        "retrieved: 31.1.2026\n"
        "license_types:\n"
        "  shop: {kind: retial}\n"
        "parameters:\n"
        "  sales_dedline: []\n"
        "  plants:\n"
        "    - value: 6\n"
        "      audience: medicl\n"
        "      in_force: {from: 2026-02-01, until: 2026-01-01}\n"
        "      source: bok\n"
        "      confidence: sure\n"
        "      nota: x\n"
        "  share:\n"
        "    - {citation: Code 1, source: made up, confidence: high}\n"
        "  limit: []\n"
        "rules:\n"
        "  late-sale: {severity: eror, enabled: maybe}\n"
        "sources: {book: The book}\n"
    )
    assert faults(xx=text) == [
        "xx.yaml:3:1: error: unknown key 'regulater'\n  help: did you mean 'regulator'?",
        "xx.yaml:1:7: error: code 'yy' differs from the file's name\n"
        "  help: write 'code: xx' or rename the file",
        "xx.yaml:6:12: error: retrieved '31.1.2026' is no day\n  help: write year-month-day: 2026-01-31",
        "xx.yaml:4:12: error: no time zone 'America/Los_Angles'\n  help: write a name like America/Denver",
        "xx.yaml:8:16: error: unknown kind 'retial'\n  help: did you mean 'retail'?",
        "xx.yaml:10:3: error: unknown parameter 'sales_dedline'\n  help: did you mean 'sales_deadline'?",
        "xx.yaml:17:7: error: unknown key 'nota'\n  help: did you mean 'note'?",
        "xx.yaml:12:7: error: citation is missing",
        "xx.yaml:15:15: error: unknown source 'bok'\n  help: did you mean 'book'?",
        "xx.yaml:16:19: error: unknown confidence 'sure'\n  help: known: high, low, medium",
        "xx.yaml:13:17: error: unknown audience 'medicl'\n  help: did you mean 'medical'?",
        "xx.yaml:14:43: error: until 2026-01-01 is before from 2026-02-01",
        "xx.yaml:19:7: error: value is missing\n  help: write null when no number is known",
        "xx.yaml:20:10: error: limit has no entry\n  help: give at least one, with its citation",
        "xx.yaml:22:25: error: unknown severity 'eror'\n  help: did you mean 'error'?",
        "xx.yaml:22:40: error: enabled must be true or false, found 'maybe'",
        "xx.yaml:1:1: error: regulator is missing",
        "xx.yaml:5:11: error: no calendar 'plane'\n  help: did you mean 'plain'?",
    ]


@pytest.mark.parametrize("left_out", ["citation: Code 1", "source: made up", "confidence: high"])
def test_a_value_without_its_law_does_not_load(faults: Faults, left_out: str):
    law = LAW.replace(left_out, "note: left out")
    key = left_out.split(":")[0]
    assert faults(f"  plants: [{{value: 6, {law}}}]\n") == [f"xx.yaml:12:12: error: {key} is missing"]


def test_what_a_value_applies_to_must_be_known(faults: Faults):
    assert faults(f"  plants: [{{value: 6, applies_to: [seler], {LAW}}}]\n") == [
        "xx.yaml:12:12: error: plants applies to 'seler', which is no license type, group or kind\n"
        "  help: did you mean 'seller'?"
    ]


def test_two_values_on_the_same_days_for_the_same_licensee_are_refused(faults: Faults):
    text = (
        f"  plants:\n"
        f"    - {{value: 6, applies_to: [seller], in_force: {{until: 2025-06-30}}, {LAW}}}\n"
        f"    - {{value: 7, applies_to: [small_shop], in_force: {{from: 2025-06-30}}, {LAW}}}\n"
    )
    assert faults(text) == [
        "xx.yaml:14:7: error: plants has two values on the same days for small_shop, the other on line 13\n"
        "  help: end one period the day before the other begins"
    ]


def test_a_value_for_all_audiences_overlaps_one_for_some(faults: Faults):
    text = f"  plants:\n    - {{value: 6, {LAW}}}\n    - {{value: 7, audience: medical, {LAW}}}\n"
    assert faults(text) == [
        "xx.yaml:14:7: error: plants has two values on the same days for bench, shop, small_shop,"
        " the other on line 13\n  help: end one period the day before the other begins"
    ]


def test_values_that_differ_in_licence_type_audience_or_days_do_not_overlap(load: Load):
    jurisdiction = load(
        "  plants:\n"
        f"    - {{value: 1, applies_to: [bench], {LAW}}}\n"
        f"    - {{value: 2, applies_to: [small_shop], audience: medical, {LAW}}}\n"
        f"    - {{value: 2, applies_to: [small_shop], audience: adult_use, {LAW}}}\n"
        f"    - {{value: 3, applies_to: [shop], in_force: {{until: 2025-06-30}}, {LAW}}}\n"
        f"    - {{value: 4, applies_to: [shop], in_force: {{from: 2025-07-01}}, {LAW}}}\n"
    )
    assert [value.value for value in jurisdiction.parameters["plants"]] == [1, 2, 2, 3, 4]


def test_a_licence_number_must_fit_its_own_pattern(faults: Faults, head: str):
    text = head + (
        "license_numbers:\n"
        "  - {pattern: 'A\\d+', example: B1, meaning: shop, confidence: low}\n"
        "  - {pattern: '(', example: B1, meaning: shop, confidence: low}\n"
    )
    assert faults(xx=text) == [
        "xx.yaml:12:32: error: 'B1' does not fit its own pattern",
        "xx.yaml:13:15: error: not a regular expression: missing ), unterminated subpattern at position 0",
    ]


def test_a_file_that_is_no_yaml_does_not_hide_the_faults_of_the_others(faults: Faults, head: str):
    assert faults(aa="code: [", xx=head.replace("name: ", "nam: ")) == [
        "aa.yaml:2:1: error: not valid YAML: while parsing a flow node did not find expected node content",
        "xx.yaml:2:1: error: unknown key 'nam'\n  help: did you mean 'name'?",
        "xx.yaml:1:1: error: name is missing",
    ]


def test_what_is_given_empty_is_missing(faults: Faults, head: str):
    text = head.replace("[America/Los_Angeles]", "[]").replace("2026-01-31", "").replace("Made-up Board", "")
    assert faults(xx=text) == [
        "xx.yaml:1:1: error: regulator is missing",
        "xx.yaml:1:1: error: retrieved is missing",
        "xx.yaml:4:12: error: timezones names no time zone\n  help: write [America/Denver]",
    ]


def test_an_empty_file_is_a_fault(faults: Faults):
    assert faults(xx="")[0] == "xx.yaml:1:1: error: needs 'key: value' lines, found nothing"


BASE = """\
code: base
abstract: true
regulator: Board of Bases
calendar: plain
timezones: [America/Denver]
license_types: {shop: {kind: retail}}
programs: [medical]
rules: {late-sale: {severity: warning}, early-sale: {enabled: false}}
parameters:
  plants: [{value: 6, citation: Base 1, source: made up, confidence: high}]
  share: [{value: 1, citation: Base 2, source: made up, confidence: high}]
"""


def test_what_a_file_gives_replaces_what_its_base_gives_name_by_name(load: Load):
    middle = "code: mid\nextends: base\nabstract: true\nregulator: Middle Board\n"
    leaf = (
        "code: xx\nextends: mid\nname: Leaf\nretrieved: 2026-01-31\n"
        "license_types: {bench: {kind: testing}}\n"
        "rules: {late-sale: {enabled: false, note: Not here.}}\n"
        "parameters:\n  plants: [{value: 9, citation: Leaf 1, source: made up, confidence: low}]\n"
    )
    jurisdiction = load(xx=leaf, mid=middle, base=BASE)
    assert (jurisdiction.name, jurisdiction.regulator, jurisdiction.timezones, jurisdiction.programs) == (
        "Leaf",
        "Middle Board",
        ("America/Denver",),
        ("medical",),
    )
    assert sorted(jurisdiction.license_types) == ["bench", "shop"]
    assert {name: [v.citation for v in values] for name, values in jurisdiction.parameters.items()} == {
        "plants": ["Leaf 1"],
        "share": ["Base 2"],
    }
    assert {name: (r.enabled, r.severity, r.note) for name, r in jurisdiction.rules.items()} == {
        "late-sale": (False, None, "Not here."),
        "early-sale": (False, None, None),
    }


def test_a_base_is_no_jurisdiction_itself(folder: Callable[..., Path]):
    leaf = "code: xx\nextends: base\nname: Leaf\nretrieved: 2026-01-31\n"
    assert list(load_jurisdictions([folder(xx=leaf, base=BASE)])) == ["xx"]


def test_severity_switches_are_read(load: Load):
    leaf = "code: xx\nextends: base\nname: Leaf\nretrieved: 2026-01-31\n"
    assert load(xx=leaf, base=BASE).rules["late-sale"].severity == Severity.WARNING


def test_a_fault_of_a_base_is_told_once(faults: Faults):
    leaf = "code: {}\nextends: base\nname: Leaf\nretrieved: 2026-01-31\n"
    base = BASE.replace("value: 6,", "value: 6, applies_to: [shp],")
    assert faults(xx=leaf.format("xx"), yy=leaf.format("yy"), base=base) == [
        "base.yaml:10:12: error: plants applies to 'shp', which is no license type, group or kind\n"
        "  help: did you mean 'shop'?"
    ]


def test_an_inheritance_that_goes_in_a_circle_is_refused(faults: Faults):
    text = "code: {}\nextends: {}\nname: Leaf\nregulator: Board\ncalendar: plain\n"
    text += "timezones: [UTC]\nretrieved: 2026-01-31\n"
    assert faults(aa=text.format("aa", "bb"), bb=text.format("bb", "aa"), cc=text.format("cc", "aa")) == [
        "bb.yaml:2:10: error: extends goes in a circle, back to 'aa'\n  help: extend a base instead",
        "aa.yaml:2:10: error: extends goes in a circle, back to 'bb'\n  help: extend a base instead",
    ]


def test_a_base_nobody_knows_is_refused(faults: Faults, head: str):
    text = head + "extends: bas\n"
    assert faults(xx=text, base=BASE) == [
        "xx.yaml:11:10: error: no jurisdiction 'bas' to extend\n  help: did you mean 'base'?"
    ]


def test_a_code_in_two_folders_is_refused(
    folder: Callable[..., Path], head: str, tmp_path_factory: pytest.TempPathFactory
):
    first, second = folder(xx=head), tmp_path_factory.mktemp("more")
    (second / "xx.yaml").write_text(head)
    with pytest.raises(UserError) as raised:
        load_jurisdictions([first, second])
    assert str(raised.value) == (
        f"{second / 'xx.yaml'}: error: 'xx' is already defined in {first / 'xx.yaml'}\n"
        "  help: choose another name"
    )


def test_a_folder_that_is_missing_is_a_fault(tmp_path: Path):
    with pytest.raises(UserError) as raised:
        load_jurisdictions([tmp_path / "nowhere"])
    assert str(raised.value) == f"{tmp_path / 'nowhere'}: error: no such folder of jurisdictions"


def test_a_second_folder_may_add_words_and_extend_what_the_first_has(
    folder: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
):
    first, second = folder(base=BASE), tmp_path_factory.mktemp("more")
    (second / "parameters.yaml").write_text("parameters:\n  ours: {kind: count, meaning: Ours.}\n")
    law = "citation: House rule 1, source: made up, confidence: high"
    leaf = "code: yy\nextends: base\nname: Leaf\nretrieved: 2026-01-31\nparameters:\n"
    (second / "yy.yaml").write_text(f"{leaf}  ours: [{{value: 3, {law}}}]\n")
    assert sorted(load_jurisdictions([first, second])["yy"].parameters) == ["ours", "plants", "share"]


def test_the_digest_follows_the_text_of_file_base_calendar_and_vocabulary(folder: Callable[..., Path]):
    leaf = "code: xx\nextends: base\nname: Leaf\nretrieved: 2026-01-31\n"
    vocabulary = "license_kinds: {retail: []}\naudiences: {medical: {meaning: Patients.}}\nparameters:\n"
    vocabulary += "  plants: {kind: count, meaning: P.}\n  share: {kind: percent, meaning: S.}\n"

    def digest(**files: str) -> str:
        return load_jurisdictions([folder(**{"xx": leaf, "base": BASE, "parameters": vocabulary, **files})])[
            "xx"
        ].digest

    digests = [
        digest(),
        digest(xx=leaf + "system: Other\n"),
        digest(base=BASE.replace("Bases", "Others")),
        digest(parameters=vocabulary.replace("P.", "Plants.")),
    ]
    assert len(set(digests)) == len(digests)
    assert digest() == digests[0]


def test_the_faults_of_the_vocabulary_are_told_at_once(folder: Callable[..., Path]):
    place = folder(
        parameters=(
            "units: {grams: {ounces: none}}\n"
            "audiences: {medical: {}}\n"
            "parameters:\n"
            "  limit: {kind: quantity, unit: gram, meaning: Most.}\n"
            "  share: {kind: precent, meaning: A share.}\n"
            "  needed: {kind: flag, unit: grams, meaning: Needed.}\n"
            "  plants: {kind: count}\n"
        )
    )
    with pytest.raises(UserError) as raised:
        load_vocabulary([place, place])
    repeated = [str(p).replace(f"{place}{os.sep}", "") for p in raised.value.problems]
    assert repeated[:6] == [
        "parameters.yaml:1:25: error: a factor must be a number above 0, found 'none'",
        "parameters.yaml:2:22: error: meaning is missing",
        "parameters.yaml:4:33: error: unknown unit 'gram'\n  help: did you mean 'grams'?",
        "parameters.yaml:5:17: error: unknown kind 'precent'\n  help: did you mean 'percent'?",
        "parameters.yaml:6:30: error: a flag has no unit\n  help: leave the unit out",
        "parameters.yaml:7:11: error: meaning is missing",
    ]
    assert repeated[6:] == [
        f"parameters.yaml:{place_}: error: '{name}' is already defined\n  help: choose another name"
        for place_, name in [
            ("1:9", "grams"),
            ("2:13", "medical"),
            ("4:3", "limit"),
            ("5:3", "share"),
            ("6:3", "needed"),
            ("7:3", "plants"),
        ]
    ]


def test_the_faults_of_a_calendar_have_their_places(folder: Callable[..., Path], head: str):
    place = folder(xx=head)
    (place / "calendars" / "plain.yaml").write_text(
        "name: plain\n"
        "weekend: [saturday, sonday]\n"
        "observed: {saturday: later, moonday: day after}\n"
        "holidays:\n"
        "  - {name: Leap, on: february 30}\n"
        "  - {name: Fifth, on: fifth monday of may, since: always}\n"
    )
    with pytest.raises(UserError) as raised:
        load_jurisdictions([place])
    assert [str(problem).split(f"calendars{os.sep}")[1] for problem in raised.value.problems] == [
        "plain.yaml:1:1: error: source is missing",
        "plain.yaml:5:22: error: 'february 30' is no day of the year\n"
        "  help: write 'july 4' or 'third monday of january'",
        "plain.yaml:6:51: error: since must be a year, found 'always'",
        "plain.yaml:6:23: error: 'fifth monday of may' is no day of the year\n"
        "  help: write 'july 4' or 'third monday of january'",
        "plain.yaml:2:21: error: unknown weekend 'sonday'\n  help: did you mean 'sunday'?",
        "plain.yaml:3:29: error: unknown key 'moonday'\n  help: did you mean 'monday'?",
        "plain.yaml:3:22: error: unknown saturday 'later'\n  help: known: day after, day before",
    ]
