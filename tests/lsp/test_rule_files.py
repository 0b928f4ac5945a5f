"""Rule files in an editor: what is wrong is told as it is written, and what can be written is offered."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from editor_made import CURSOR, RULE, Editor, applied
from lsprotocol import types

from made_operator import SALES_RULE, environment, write
from rootlint.jurisdictions.laws import load_laws
from rootlint.rules.checks.unique import KIND as UNIQUE
from rootlint.rules.keys import KEYS
from rootlint.rules.loading import check_kinds
from rootlint.rules.model import Link, Rule
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.mapping import load_mapping

NEGATIVE = "made/data/negative-quantity.yaml"
SALES = "made/sale-without-total.yaml"
LINK = "leads_to:\n  - {rule: made/sale-without-total, via: facility, strength: weak, mechanism: made}\n"

PACKAGES = FORMAT.tables["metrc_packages"].columns
PARAMETERS = load_laws().vocabulary.parameters


@pytest.fixture(autouse=True)
def _as_on_disk(editor: Editor) -> None:
    """Every test begins with the files as they stand on the disk."""
    editor.type(NEGATIVE)
    editor.type(SALES)


def at(line: int, start: int, end: int) -> types.Range:
    """A range within one line, counted as the protocol does."""
    return types.Range(types.Position(line, start), types.Position(line, end))


def error(range: types.Range, message: str) -> types.Diagnostic:
    return types.Diagnostic(range, message, severity=types.DiagnosticSeverity.Error, source="rootlint")


def test_a_sound_rule_has_no_fault(editor: Editor) -> None:
    assert editor.open(NEGATIVE, RULE) == []


def test_every_fault_is_told_while_it_is_written_and_gone_when_it_is_put_right(editor: Editor) -> None:
    wrong = RULE.replace("severity", "severty").replace("p.quantity >=", "p.quantty >=")
    assert editor.open(NEGATIVE, wrong.replace("severty", "severity")) == [
        error(at(13, 12, 19), "metrc_packages has no column 'quantty'\ndid you mean 'quantity'?")
    ]
    assert editor.open(NEGATIVE, wrong) == [
        error(at(0, 0, 4), "key 'severity' is missing\nerror, warning or note"),
        error(at(2, 0, 7), "unknown key 'severty'\ndid you mean 'severity'?"),
    ]
    assert editor.open(NEGATIVE, RULE) == []


def test_what_is_no_yaml_is_told_where_it_breaks(editor: Editor) -> None:
    (told,) = editor.open(NEGATIVE, RULE.replace("keys: {", "keys: {{"))
    assert told.message.startswith("not valid YAML: ")
    assert told.range.start.line == 15


def test_columns_are_counted_as_the_protocol_counts_them(editor: Editor) -> None:
    wrong = RULE.replace("{p.label}: METRC holds {p.quantity}", "🌿 {p.label} 🌿 {p.quantty}")
    (told,) = editor.open(NEGATIVE, wrong)
    assert told == error(at(16, 31, 38), "metrc_packages has no column 'quantty'\ndid you mean 'quantity'?")
    (action,) = editor.actions(NEGATIVE, told.range)
    assert action.edit is not None
    assert action.edit.changes is not None
    (edit,) = action.edit.changes[editor.uri(NEGATIVE)]
    assert applied(wrong, edit) == wrong.replace("quantty", "quantity")


def test_the_editor_tells_what_the_command_line_tells(editor: Editor, folder: Path) -> None:
    wrong = RULE.replace("p.quantity >=", "p.quantty >=").replace("{label:", "{lable:") + LINK.replace(
        "without-total", "without-totl"
    )
    told = editor.open(NEGATIVE, wrong)
    write(folder, {NEGATIVE: wrong})
    command = [sys.executable, "-m", "rootlint", "rules", "check", "made"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    write(folder, {NEGATIVE: RULE})
    assert sorted(line.strip().removeprefix("help: ") for line in done.stderr.splitlines()) == sorted(
        text
        for each in told
        for text in (
            f"made/data/negative-quantity.yaml:{each.range.start.line + 1}:"
            f"{each.range.start.character + 1}: error: {each.message}"
        ).split("\n")
    )


def test_a_link_is_judged_by_the_other_rule_as_it_stands_in_the_editor(editor: Editor) -> None:
    assert editor.open(NEGATIVE, RULE + LINK) == []
    assert editor.open(NEGATIVE, RULE + LINK.replace("facility,", "label,")) == [
        error(
            at(18, 41, 46),
            "violations of made/sale-without-total have no key 'label', so 'via: label' ties nothing\n"
            "keys of made/sale-without-total: receipt",
        )
    ]
    editor.open(SALES, SALES_RULE.replace("{receipt:", "{label: s.receipt_id, receipt:"))
    assert editor.diagnostics(NEGATIVE) == []
    # A rule with faults of its own is there nevertheless.
    assert editor.open(SALES, SALES_RULE.replace("severity", "severty")) != []
    assert editor.open(NEGATIVE, RULE + LINK) == []


def test_a_name_is_put_right_at_a_keystroke(editor: Editor) -> None:
    text = (
        RULE.replace("p.quantity >=", "p.quantty >=")
        .replace("severity: warning", "severty: warning")
        .replace("confidence: high", "confidence: hihg")
    ) + LINK.replace("without-total,", "without-totl,")
    for _ in range(4):
        told = [each for each in editor.open(NEGATIVE, text) if "did you mean" in each.message]
        action = next(each for diagnostic in told for each in editor.actions(NEGATIVE, diagnostic.range))
        assert (action.kind, action.is_preferred) == (types.CodeActionKind.QuickFix, True)
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[editor.uri(NEGATIVE)]
        text = applied(text, edit)
    assert text == RULE + LINK
    assert editor.open(NEGATIVE, text) == []
    assert editor.actions(NEGATIVE, at(0, 0, 40)) == []


# -- what is offered


def written(text: str, item: types.CompletionItem) -> str:
    """A text after an offer is taken."""
    assert isinstance(item.text_edit, types.TextEdit)
    return applied(text.replace(CURSOR, ""), item.text_edit)


TABLES = sorted(FORMAT.tables)
OFFERED: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "columns behind an alias": (lambda text: text.replace("p.quantity >= 0", "p.¦"), sorted(PACKAGES)),
    "columns in a message": (
        lambda text: text.replace("{p.quantity}", "{p.qu¦}"),
        sorted(PACKAGES),
    ),
    "columns in a flow mapping that is not closed": (
        lambda text: text.replace("{label: p.label}", "{label: p.¦"),
        sorted(PACKAGES),
    ),
    "columns of a table that is joined": (
        lambda text: text.replace(
            "  where", "  join: [internal_inventory i on i.label = p.label]\n  where"
        ).replace("p.quantity >= 0", "i.¦"),
        sorted(FORMAT.tables["internal_inventory"].columns),
    ),
    "columns of a table inside exists": (
        lambda text: text.replace(
            "p.quantity >= 0", "exists (select 1 as x from metrc_sales s where s.¦)"
        ),
        sorted(FORMAT.tables["metrc_sales"].columns),
    ),
    "columns of a query that is written in place of a table": (
        lambda text: text.replace(
            "  where", "  join: ['(select s.facility, s.total as spent from metrc_sales s) m on m.facility = p.facility']\n  where"
        ).replace("p.quantity >= 0", "m.¦"),
        ["facility", "spent"],
    ),
    "columns of a query that has a name, and of the nearest of two tables": (
        lambda text: text.partition("check:")[0]
        + "check:\n  kind: query\n  select: >-\n    with sold as (select s.facility, count(*) as sales from metrc_sales s group by s.facility)\n"
        + "    select s.¦ from sold s\n",
        ["facility", "sales"],
    ),
    "nothing behind an alias that nobody knows": (
        lambda text: text.replace("p.quantity >= 0", "q.¦"),
        [],
    ),
    "values of a closed set": (
        lambda text: text.replace("'active'", "'¦'"),
        sorted(PACKAGES["state"].values or ()),
    ),
    "parameters": (lambda text: text.replace("p.quantity >= 0", "param('sale¦"), sorted(PARAMETERS)),
    "tables of a check": (lambda text: text.replace("metrc_packages p", "metrc¦"), TABLES),
    "tables of a join": (
        lambda text: text.replace("  where", "  join:\n    - left ¦\n  where"),
        TABLES,
    ),
    "tables that a check rests on": (
        lambda text: text.replace("  where", "  rests_on: [¦]\n  where"),
        TABLES,
    ),
    "columns that a rule can do without": (
        lambda text: text + "optional: [metrc_packages.¦]\n",
        sorted(f"metrc_packages.{name}" for name in PACKAGES),
    ),
    "columns that a repair sets": (
        lambda text: text + "repair: [{table: metrc_packages t, set: {¦}}]\n",
        sorted(PACKAGES),
    ),
    "no column of a table that is not named yet": (
        lambda text: text + "repair: [{table: '', set: {¦}}]\n",
        [],
    ),
    "what violations have, in a repair": (
        lambda text: text + "repair: [{table: metrc_packages t, where: exists (select 1 as x from cause c where c.¦)}]\n",
        sorted(["facility", *KEYS, "at", "until"]),
    ),
    "check kinds": (lambda text: text.replace("kind: expect", "kind: ¦"), sorted(check_kinds())),
    "tables of a case": (lambda text: text + "tests:\n  - name: made\n    given: {¦}\n", TABLES),
    "columns of a row of a case": (
        lambda text: text + "tests:\n  - name: made\n    given: {metrc_packages: [{label: A, ¦}]}\n",
        sorted(set(PACKAGES) - {"label"}),
    ),
    "parameters of a case": (
        lambda text: text + "tests:\n  - name: made\n    parameters: {¦}\n",
        sorted(PARAMETERS),
    ),
    "keys of a violation": (
        lambda text: text.replace("{label: p.label}", "{label: p.label, ¦}"),
        sorted(set(KEYS) - {"label"}),
    ),
    "keys of a violation that a case finds": (
        lambda text: text + "tests:\n  - name: made\n    finds: [{¦}]\n",
        ["label"],
    ),
    "keys of a rule": (
        lambda text: text + "¦\n",
        sorted(set(Rule.model_fields) - set(re.findall(r"(?m)^(\w+):", RULE))),
    ),
    "keys of a check, by its kind": (
        lambda text: text.replace("kind: expect", "kind: unique").replace(
            "  expect: p.quantity >= 0\n", "  ¦\n"
        ),
        sorted(set(UNIQUE.model.model_fields) - {"kind", "table", "where", "keys", "at", "message"}),
    ),
    "keys of a link": (lambda text: text + "leads_to:\n  - ¦\n", sorted(Link.model_fields)),
    "further keys of a link": (
        lambda text: text + "leads_to:\n  - rule: made/sale-without-total\n    ¦\n",
        sorted(set(Link.model_fields) - {"rule"}),
    ),
    "severities": (lambda text: text.replace("severity: warning", "severity: ¦"), ["error", "note", "warning"]),
    "strengths of a link": (lambda text: text + "leads_to: [{strength: ¦}]\n", ["medium", "strong", "weak"]),
    "scopes": (lambda text: text + "scope: ¦\n", ["facility", "label"]),
    "whether it is so": (lambda text: text.replace("can_be_root: true", "can_be_root: ¦"), ["false", "true"]),
    "settings": (
        lambda text: text.replace("kind: expect", "kind: setting\n  setting: ¦"),
        sorted(load_mapping().names),
    ),
    "nothing in free text": (lambda text: text.replace("Count the", "Count ¦"), []),
}  # fmt: skip


@pytest.mark.parametrize("what", OFFERED)
def test_what_can_be_written_is_offered_whole_and_nothing_else(editor: Editor, what: str) -> None:
    change, names = OFFERED[what]
    assert sorted(item.label for item in editor.complete(NEGATIVE, change(RULE))) == names


def test_rules_are_offered_with_what_they_find(editor: Editor, folder: Path) -> None:
    text = RULE + "leads_to:\n  - rule: made/s¦\n    via: label\n"
    offered = {item.label: item for item in editor.complete(NEGATIVE, text)}
    assert "made/negative-quantity" not in offered  # itself
    assert {"made/sale-without-total", "sale-not-posted", "key-owner-departed"} < set(offered)
    item = offered["made/sale-without-total"]
    assert item.detail == "error, process"
    assert item.documentation == types.MarkupContent(types.MarkupKind.Markdown, "A sale has no total.")
    assert "  - rule: made/sale-without-total\n" in written(text, item)


def test_joins_are_offered_with_what_they_compare(editor: Editor) -> None:
    text = (
        RULE + "leads_to:\n  - {rule: made/sale-without-total, via: fac¦, strength: weak, mechanism: made}\n"
    )
    offered = {item.label: item for item in editor.complete(NEGATIVE, text)}
    assert {"label", "lineage", "facility", "facility_time"} < set(offered)
    assert written(text, offered["facility"]) == RULE + LINK


def test_names_of_the_language_are_offered_with_their_meaning(editor: Editor) -> None:
    offered = {item.label: item for item in editor.complete(NEGATIVE, RULE.replace("p.quantity >= 0", "¦"))}
    assert {"p", "param", "coalesce", "due", "local_hour", "sum"} < set(offered)
    assert (offered["p"].kind, offered["p"].detail) == (types.CompletionItemKind.Variable, "metrc_packages")
    hour = offered["local_hour"]
    assert (hour.kind, hour.detail) == (types.CompletionItemKind.Function, "integer")
    assert hour.documentation == types.MarkupContent(
        types.MarkupKind.Markdown,
        "```sql\nlocal_hour(instant) -> integer\n```\n"
        "The hour of the day (0 to 23) of an instant on the facility's clock.\n\n"
        "Example: `local_hour(s.sold_at) between 9 and 20`",
    )


def test_names_that_a_check_kind_gives_are_offered(editor: Editor) -> None:
    check = "check:\n  kind: setting\n  setting: page_size\n  expect: ¦\n"
    text = RULE.partition("check:")[0] + check
    offered = [item.label for item in editor.complete(NEGATIVE, text)]
    assert offered[:7] == ["s", "path", "file", "value", "means", "environment", "value_type"]


def test_names_of_a_computed_table_are_offered_as_the_rule_was_last_sound(editor: Editor) -> None:
    check = (
        "check:\n  kind: match\n"
        "  left: {table: metrc_packages p, value: p.quantity, key: {label: p.label}}\n"
        "  right: {table: internal_inventory i, value: i.quantity, key: {label: i.label}}\n"
        "  tolerance: 1\n  message: '{label}: {left_value} and {right_value}'\n"
    )
    text = RULE.partition("check:")[0] + check
    assert editor.open(NEGATIVE, text) == []
    offered = [item.label for item in editor.complete(NEGATIVE, text.replace("tolerance: 1", "tolerance: ¦"))]
    assert {"left_value", "right_value", "label"} < set(offered)


def test_an_offer_that_is_taken_makes_a_key_with_its_colon_and_no_second_one(editor: Editor) -> None:
    for text, expected in (
        (RULE.replace("can_be_root: true", "can_be¦"), "can_be_root: \n"),
        (RULE.replace("can_be_root: true", "can_be¦: true"), "can_be_root: true\n"),
    ):
        item = next(each for each in editor.complete(NEGATIVE, text) if each.label == "can_be_root")
        assert expected in written(text, item)


# -- what is said


SAID: dict[str, tuple[Callable[[str], str], str | None]] = {
    "a key": (
        lambda text: text.replace("can_be_root", "can_be¦_root"),
        "whether it can be where a chain begins",
    ),
    "a column": (
        lambda text: text.replace("p.state", "p.st¦ate"),
        "**metrc_packages.state** (text)\n\n{column}\n\none of active, on_hold, inactive, in_transit",
    ),
    "a table": (
        lambda text: text.replace("metrc_packages p", "metrc¦_packages p"),
        "**metrc_packages** (table)\n\n{table}",
    ),
    "an alias": (
        lambda text: text.replace("p.state", "¦p.state"),
        "**metrc_packages** (table)\n\n{table}",
    ),
    "a rule": (
        lambda text: text + LINK.replace("made/sale", "made/sa¦le"),
        "**made/sale-without-total** (error, process)\n\nA sale has no total.\n\nMade for a test.",
    ),
    "a join": (lambda text: text + LINK.replace("via: facility", "via: lab¦el"), KEYS["label"]),
    "a key of a violation": (lambda text: text.replace("{label:", "{la¦bel:"), KEYS["label"]),
    "a column of a case": (
        lambda text: text + "tests: [{name: a, given: {metrc_packages: [{sta¦te: active}]}}]\n",
        "**metrc_packages.state** (text)\n\n{column}\n\none of active, on_hold, inactive, in_transit",
    ),
    "a check kind": (lambda text: text.replace("kind: expect", "kind: uni¦que"), UNIQUE.meaning),
    "nothing": (lambda text: text.replace("Count the", "Count ¦ the"), "what to do, in order; what not to do first"),
    "a number": (lambda text: text.replace(">= 0", ">= ¦0"), None),
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_the_meaning_of_what_stands_there_is_said(editor: Editor, what: str) -> None:
    change, said = SAID[what]
    table = FORMAT.tables["metrc_packages"]
    known = {"{table}": table.doc, "{column}": table.columns["state"].doc}
    for sign, doc in known.items():
        said = said.replace(sign, doc).replace("\n\n\n\n", "\n\n") if said is not None else None
    assert editor.hover(NEGATIVE, change(RULE)) == said


def test_of_a_parameter_the_values_in_force_are_said_with_their_citations(editor: Editor) -> None:
    asked = RULE.replace(
        "p.quantity >= 0", "due(p.last_modified, param('waste_report¦_deadline')) > p.created_at"
    )
    said = editor.hover(NEGATIVE, asked)
    assert said is not None
    lines = said.splitlines()
    assert lines[:5] == [
        "**waste_report_deadline** (deadline)",
        "",
        PARAMETERS["waste_report_deadline"].meaning,
        "",
        "| in force on 2026-11-20 | value | for | citation |",
    ]
    assert "| ca | 24 hours | everybody | 4 CCR 15049(b)(5) |" in lines
    silent = [
        code for code, of in load_laws().jurisdictions.items() if "waste_report_deadline" not in of.parameters
    ]
    assert lines[-1] == f"Not on file: {', '.join(sorted(silent))}"


# -- where it is defined


def test_a_rule_is_found_in_its_file(editor: Editor) -> None:
    found = editor.definition(NEGATIVE, RULE + LINK.replace("made/sale", "made/sa¦le"))
    assert found == types.Location(editor.uri(SALES), at(0, 0, 4))


def test_a_parameter_is_found_where_its_meaning_stands(editor: Editor) -> None:
    file = Path(__file__).parents[2] / "jurisdictions" / "parameters.yaml"
    line = file.read_text(encoding="utf-8").partition("  sales_report_deadline:")[0].count("\n")
    for text in (
        RULE.replace(
            "p.quantity >= 0", "due(p.last_modified, param('sales_report¦_deadline')) > p.created_at"
        ),
        RULE + "tests: [{name: a, parameters: {sales¦_report_deadline: {hours: 1}}}]\n",
    ):
        found = editor.definition(NEGATIVE, text)
        assert found is not None
        assert (os.path.realpath(types_path(found.uri)), found.range) == (str(file), at(line, 2, 23))


def types_path(uri: str) -> str:
    from pygls.uris import to_fs_path

    return to_fs_path(uri) or ""


def test_what_is_defined_nowhere_is_not_found(editor: Editor) -> None:
    assert editor.definition(NEGATIVE, RULE.replace("Count the", "Count¦ the")) is None
    assert editor.definition(NEGATIVE, RULE + LINK.replace("made/sale-without-total", "made/no¦ne")) is None
