"""What the snapshot's tables hold back: rows set aside, tables captured in part, notes on reading them."""

from __future__ import annotations

from collections.abc import Iterator

from rootlint.model import Report, TableHead
from rootlint.report.style import Line, Span, line
from rootlint.report.wording import counted, problem_line


def table_lines(report: Report) -> Iterator[Line]:
    """The tables that a reader must know something about, then every problem with its place."""
    remarkable = [table for table in report.tables if is_partly_read(table) or table.notes]
    if remarkable or report.problems:
        yield line()
        yield line(Span("snapshot", "note"), f": {_size(report)}")
    for table in remarkable:
        yield line(f"{table.table}  ", Span("; ".join(remarks(table)), "faint"), lead="  ")
    for problem in report.problems:
        yield line(problem_line(problem), lead="  ")


def _size(report: Report) -> str:
    aside = sum(table.set_aside for table in report.tables)
    tables = sum(table.set_aside > 0 for table in report.tables)
    told = f"{counted(aside, 'row')} set aside in {counted(tables, 'table')}" if aside else "no row set aside"
    return f"{told}, {counted(len(report.problems), 'problem')}"


def is_partly_read(table: TableHead) -> bool:
    """Whether rows of a table are missing from what was judged."""
    return table.set_aside > 0 or not table.complete


def remarks(table: TableHead) -> Iterator[str]:
    """What a reader must know of a table."""
    if table.set_aside:
        yield f"{table.set_aside:,} of {counted(table.rows + table.set_aside, 'row')} set aside"
    if not table.complete:
        yield "not captured whole"
    yield from table.notes
