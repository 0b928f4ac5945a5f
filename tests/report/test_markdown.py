"""Markdown for the comment on a pull request."""

from dataclasses import replace

from hypothesis import given
from made_by_chance import reports
from made_reports import CLEAN, FAILING, FINDING, ROOT, STORY, SYMPTOM
from markdown_it import MarkdownIt

from rootlint.errors import Problem
from rootlint.model import Finding, Report, Role
from rootlint.report.markdown import MARK, MOST, render
from rootlint.report.style import PLAIN

HTML = {"<details>", "</details>", "<summary>", "</summary>", MARK}


def test_a_comment_tells_causes_with_their_symptoms_folded_and_how_the_run_ended() -> None:
    assert render(replace(STORY, problems=(), tables=(), findings=(ROOT, SYMPTOM)), PLAIN) == (
        "<!-- rootlint -->\n"
        "\n"
        "## rootlint\n"
        "\n"
        "**2 findings: 1 error, 1 warning, 0 notes (413 violations); exit code 1: findings at or above warning, "
        "not everything was evaluated.**\n"
        "\n"
        "| severity | rule | where | what | role |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| warning | sync-interval-too-long | whole integration | The integration asks METRC for changes less often "
        "than its deadlines allow (1 of 1 record) | root cause |\n"
        "\n"
        "<details>\n"
        "<summary>warning: sync-interval-too-long, whole integration (1 symptom)</summary>\n"
        "\n"
        "- cause: number 1 to fix, explains 37 violations, silent for 9 days\n"
        "- proof: partly confirmed: without it 35 symptoms vanish, 2 stay, 0 are new\n"
        "- or else: key-expired, C10-0000001-LIC, could explain 5 of 37: it explains 5 of these 37\n"
        "- refuted by: late sales going on after the interval is shortened\n"
        "- evidence: config/integration.yaml:14:3\n"
        "  - sync.interval is 600 minutes\n"
        "- remediation: Shorten the interval.\n"
        "\n"
        "| severity | rule | where | what | role |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| error | unit-of-measure-mismatch | C10-0000001-LIC item=Made Flower | The operator's system counts a "
        "package in another unit than METRC does (412 of 9,310 records, 2026-08-03 to 2026-09-11) | symptom |\n"
        "\n"
        "</details>\n"
        "\n"
        "<details>\n"
        "<summary>not evaluated, or not whole: 3</summary>\n"
        "\n"
        "- wet-weight-changed rule in error (402R-00002): the number is too large\n"
        "- sale-reported-late not evaluated (C10-0000001-LIC): not captured: metrc&#95;sales (needs metrc&#95;sales)\n"
        "- unit-of-measure-mismatch judged in part (402R-00002): 12 of 300 records could not be judged, a value is "
        "null; 3 pending, younger than the lag granted\n"
        "\n"
        "</details>\n"
        "\n"
        "```text\n"
        "2 findings: 1 error, 1 warning, 0 notes (413 violations)\n"
        "1 cause, 1 symptom, 0 unexplained, 0 isolated\n"
        "4 rules x 2 facilities (1 of them once, for the whole integration): 1 pass, 2 fail, 1 not applicable, "
        "1 NOT EVALUATED, 1 ERROR\n"
        "rootlint       0.1.0, as of 2026-11-20\n"
        "packs          rootlint 0.1.0 sha256:ab12ab12ab12 (3 rules)\n"
        "jurisdictions  ca 2026-05-01 sha256:ca00ca00ca00, co 2026-05-02 sha256:c000c000c000\n"
        "snapshot       made sha256:77fe77fe77fe, Made Operator, captured 2026-11-01 13:00 UTC\n"
        "exit code 1: findings at or above warning, not everything was evaluated\n"
        "```\n"
    )


def test_a_clean_run_has_no_table_and_nothing_folded() -> None:
    text = render(CLEAN, PLAIN)
    assert "|" not in text
    assert "<details>" not in text
    assert "exit code 0: no finding at or above warning, every selected rule reached a verdict.**" in text


@given(reports())
def test_data_make_no_markup(report: Report) -> None:
    """A renderer finds the tags, tables and lists that a comment has by itself, and nothing else."""
    tokens = (
        MarkdownIt("commonmark", {"html": True})
        .enable(["table", "strikethrough"])
        .parse(render(report, PLAIN))
    )
    for token in tokens:
        if token.type == "html_block":
            assert set(_tags(token.content)) <= HTML, token.content
        for child in token.children or []:
            assert child.type in ("text", "text_special", "softbreak", "strong_open", "strong_close"), child
    assert [token.type for token in tokens].count("fence") == 1
    assert tokens[-1].type == "fence", "the closing lines"
    assert {token.type.removesuffix("_open") for token in tokens if token.nesting == 1} <= {
        "heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item",
    }  # fmt: skip


def _tags(html: str) -> list[str]:
    """Whatever a browser would take for a tag or a comment."""
    return [f"<{part.split('>')[0]}>" for part in html.split("<")[1:]]


def many(number: int, like: Finding, **changes: object) -> tuple[Finding, ...]:
    return tuple(replace(like, id=f"{index:016x}", **changes) for index in range(number))  # type: ignore[arg-type]


def test_a_comment_has_room_for_so_much_and_says_what_is_missing() -> None:
    text = render(replace(STORY, findings=(ROOT, *many(400, FINDING))), PLAIN)
    assert len(text) <= MOST
    shown = text.count("<details>") - 1
    rows = text.split("<details>")[0].count("\n| ") - 2
    assert 0 < rows < 401
    assert f"\n\n{401 - rows} further rows not shown.\n\n" in text
    assert f"\n\n{401 - shown} further findings not told in full: a comment has no room for more.\n\n" in text
    assert text.endswith("exit code 1: findings at or above warning, not everything was evaluated\n```\n")


def test_many_symptoms_and_many_problems_leave_room_for_the_rest() -> None:
    symptoms = many(400, SYMPTOM, role=Role.SYMPTOM)
    problems = tuple(Problem(f"row {row} has no label") for row in range(1000))
    text = render(replace(STORY, findings=(ROOT, *symptoms), problems=problems), PLAIN)
    assert len(text) <= MOST
    assert text.count("<details>") == 2
    assert " further rows not shown.\n" in text
    assert " further lines not shown\n" in text


def test_a_line_that_goes_on_stands_below_its_own() -> None:
    lines = render(replace(FAILING, findings=(FINDING,)), PLAIN).splitlines()
    start = lines.index("- evidence: tables/metrc&#95;packages.csv row 12, 2026-08-03 23:30 PDT")
    assert lines[start + 1 : start + 6] == [
        "  - 1A4FF0000000001: METRC counts Grams, the operator's system Each",
        "  - item=Made Flower, label=1A4FF0000000001, quantity=8.000000, unit=none",
        "- citation: 24 hours (sales&#95;report&#95;deadline, ca), made reference 1(b), in force since 2023-01-01, "
        "reading not confirmed",
        "- remediation: Correct the item's unit.",
        "  - Then count the packages again.",
    ]
