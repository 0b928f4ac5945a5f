"""Markdown for the comment on a pull request: what to fix first, the rest folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from rootlint.model import Finding, Report
from rootlint.report.causes import assurance_lines, story_lines
from rootlint.report.closing import closing_lines, exit_meaning, findings_told
from rootlint.report.escaping import markdown
from rootlint.report.excepted import excepted_mark, waiver_lines
from rootlint.report.findings import evidence_lines, remediation_lines
from rootlint.report.gaps import gaps
from rootlint.report.stories import Story, stories
from rootlint.report.style import Style, labelled, text_of, told
from rootlint.report.wording import citation, counted, extent, problem_line, subject, zones

MARK = "<!-- rootlint -->"  # by it a workflow finds the comment again, to write it anew
MOST = 60_000  # signs; GitHub takes 65,536 in a comment
_SHARE = MOST // 4  # for the table, and for what was not judged


def render(report: Report, style: Style) -> str:
    """Write a comment: a table of what stands for itself, each with its symptoms folded, and the closing lines."""
    every = stories(report)
    ended = f"**{findings_told(report)}; exit code {report.exit_code}: {exit_meaning(report)}.**"
    title = [MARK, "## rootlint", ended]
    table = _table([_row(story.finding, report) for story in every])
    open_ends = _open_ends(report)
    closing = "\n".join(["```text", *map(text_of, closing_lines(report)), "```"])
    room = MOST - sum(len(part) + 2 for part in (*title, table, open_ends, closing))
    shown = _fitting([_story(story, report) for story in every], room)
    parts = [*title, table, *shown, _not_shown(len(every) - len(shown)), open_ends, closing]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fitting(parts: Sequence[str], room: int) -> list[str]:
    """The first parts, as many as fit."""
    shown = []
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            break
        shown.append(part)
    return shown


def _not_shown(number: int) -> str:
    return (
        f"{counted(number, 'further finding')} not told in full: a comment has no room for more."
        if number
        else ""
    )


def _table(rows: Sequence[str]) -> str:
    if not rows:
        return ""
    shown = _fitting(rows, _SHARE)
    table = ["| severity | rule | where | what | role |", "| --- | --- | --- | --- | --- |", *shown]
    hidden = len(rows) - len(shown)
    return "\n".join(table) + (f"\n\n{counted(hidden, 'further row')} not shown." if hidden else "")


def _row(finding: Finding, report: Report) -> str:
    size = extent(finding, zones(report).get(finding.facility, UTC))
    what = f"{finding.summary.strip().rstrip('.')} ({size})"
    role = f"{finding.role.value}{excepted_mark(finding)}"
    cells = (finding.severity.value, finding.rule, subject(finding), what, role)
    return f"| {' | '.join(markdown(cell) for cell in cells)} |"


def _story(story: Story, report: Report) -> str:
    finding = story.finding
    title = markdown(f"{finding.severity}: {finding.rule}, {subject(finding)}")
    symptoms = f" ({counted(len(story.symptoms), 'symptom')})" if story.symptoms else ""
    return _folded(f"{title}{symptoms}", [*_items(finding, report), *_symptoms(story, report)])


def _items(finding: Finding, report: Report) -> Iterator[str]:
    clock = zones(report).get(finding.facility, UTC)
    lines = [*waiver_lines(finding), *story_lines(finding), *assurance_lines(finding)]
    for sample in finding.samples[:1]:
        lines += evidence_lines(sample, clock)
    lines += [labelled("citation", citation(cited)) for cited in finding.citations]
    lines += remediation_lines(finding)
    # A line without a label goes on with the one above.
    return (f"{'' if line.lead.strip() else '  '}- {markdown(told(line))}" for line in lines)


def _symptoms(story: Story, report: Report) -> list[str]:
    if not story.symptoms:
        return []
    return ["", _table([_row(symptom, report) for symptom in story.symptoms])]


def _open_ends(report: Report) -> str:
    """What was not judged, or not whole; a run that judged everything says nothing here."""
    lines = [f"- {markdown(text)}" for text in (*map(str, gaps(report)), *map(problem_line, report.problems))]
    if not lines:
        return ""
    shown = _fitting(lines, _SHARE)
    hidden = (
        [f"- {counted(len(lines) - len(shown), 'further line')} not shown"] if len(shown) < len(lines) else []
    )
    return _folded(f"not evaluated, or not whole: {len(lines):,}", [*shown, *hidden])


def _folded(title: str, lines: Iterable[str]) -> str:
    return "\n".join(["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>"])
