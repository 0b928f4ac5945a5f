"""``rootlint snapshot``: describe, validate, import."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, configure, known, make_engine, reading
from rootlint.cli.faults import show as show_problem
from rootlint.cli.groups import HelpfulGroup
from rootlint.cli.terminal import show
from rootlint.cli.words import columns, labelled
from rootlint.report.style import Line, Span, line
from rootlint.report.wording import counted, problem_line, short

if TYPE_CHECKING:
    from rootlint.snapshot.importers import ImportResult
    from rootlint.snapshot.opening import Description
    from rootlint.snapshot.tables import TableState

SET_ASIDE = 1  # exit code: the snapshot can be read, and not all of it
SALT = "ROOTLINT_SALT"


@click.group(cls=HelpfulGroup)
def snapshot() -> None:
    """Describe, validate and import snapshots."""


@snapshot.command()
@click.argument("folder", type=FOLDER)
def info(folder: Path) -> None:
    """Describe a snapshot: whose it is, what was captured, and what of it was set aside."""
    found = _described(folder)
    show([*_head(found), *_facilities(found), *_tables(found)])


@snapshot.command()
@click.argument("folder", type=FOLDER)
def validate(folder: Path) -> int:
    """Read every table and tell every problem, with file, row and column.

    The exit code is 1 when rows were set aside, and 2 when the manifest or the set of files is at fault.
    """
    found = _described(folder)
    show([*(line(problem_line(problem)) for problem in found.problems), line(_verdict(found))])
    return SET_ASIDE if found.problems else 0


def _described(folder: Path) -> Description:
    from rootlint.snapshot.opening import describe, open_snapshot

    with closing(make_engine(configure())) as engine:
        opened = open_snapshot(folder, engine)
        engine.lock([opened.folder])
        return describe(opened)


def _verdict(found: Description) -> str:
    rows, aside = (sum(getattr(table, name) for table in found.tables) for name in ("rows", "set_aside"))
    return f"{counted(len(found.tables), 'table')}, {counted(rows, 'row')} read, {aside:,} set aside"


def _head(found: Description) -> Iterator[Line]:
    yield line(
        Span(found.operator, "strong"), f", captured {_instant(found.captured_at)}, {short(found.digest)}"
    )
    yield line(_verdict(found))


def _facilities(found: Description) -> Iterator[Line]:
    yield line()
    yield line(Span("facilities", "strong"))
    rows = [
        (of.facility, of.jurisdiction, of.license_type or "", of.timezone, of.name) for of in found.facilities
    ]
    yield from columns(rows, indent="  ")


def _tables(found: Description) -> Iterator[Line]:
    yield line()
    yield line(Span("tables", "strong"))
    yield from columns([_row(table) for table in found.tables], indent="  ")
    yield line()
    yield from labelled("not captured", ", ".join(found.not_captured) or "nothing is missing")


def _row(table: TableState) -> tuple[str, ...]:
    covers = [_instant(each) if each else "" for each in (table.covers_from, table.covers_until)]
    remarks = [
        f"{table.set_aside:,} set aside" if table.set_aside else "",
        "" if table.complete else "not captured whole",
        f"covers {covers[0] or 'all'} to {covers[1] or 'the capture'}" if any(covers) else "",
        *table.notes,
    ]
    return (table.name, counted(table.rows, "row"), "; ".join(filter(None, remarks)))


def _instant(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(' ', 'minutes')} UTC"


# -- import


def _instant_of(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no time like 2026-11-01T13:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"'{text}' has no offset; write 2026-11-01T13:00:00Z")
    return moment


def _by_licence(text: str) -> tuple[str, str]:
    licence, _, said = text.partition("=")
    if not (licence and said):
        raise ValueError(f"'{text}' is not LICENCE=VALUE")
    return licence, said


@snapshot.command("import")
@click.argument("source", type=FOLDER)
@click.argument("target", type=FOLDER)
@click.option(
    "--from",
    "importer",
    default="metrc-api",
    metavar="NAME",
    help="What reads the source (metrc-api, or a plugin's).",
)
@click.option(
    "--captured-at", callback=reading(_instant_of), metavar="TIME", help="When the files were fetched."
)
@click.option("--operator", metavar="NAME", help="Whose data they are.")
@click.option(
    "--jurisdiction",
    "jurisdictions",
    multiple=True,
    callback=reading(_by_licence),
    metavar="LICENCE=CODE",
    help="Where a facility is (repeatable).",
)
@click.option(
    "--timezone",
    "timezones",
    multiple=True,
    callback=reading(_by_licence),
    metavar="LICENCE=ZONE",
    help="A facility's time zone (repeatable).",
)
@click.option(
    "--window-from",
    callback=reading(_instant_of),
    metavar="TIME",
    help="From when on changes were asked for.",
)
@click.option(
    "--window-to",
    callback=reading(_instant_of),
    metavar="TIME",
    help="Up to when changes were asked for.",
)
def import_snapshot(source: Path, target: Path, importer: str, **given: Any) -> None:
    """Turn files that you already have into a snapshot.

    SOURCE is a folder of them, TARGET the snapshot to write. Patients are told apart by hashes; the same hashes twice
    need the same salt, at least 16 characters in the environment variable ROOTLINT_SALT.
    """
    from rootlint.plugins import collect
    from rootlint.snapshot.importers import ImportOptions

    chosen = known(importer, collect("rootlint_importers", "importer"), "importer")
    for name in ("jurisdictions", "timezones"):
        given[name] = dict(given[name])
    result: ImportResult = chosen.call(source, target, ImportOptions(salt=os.environ.get(SALT), **given))
    for warning in result.warnings:
        show_problem(warning)
    show(_imported(result))


def _imported(result: ImportResult) -> Iterator[Line]:
    yield line(f"{result.target} written, salt {result.salt_fingerprint}")
    rows = []
    for table in result.tables:
        merged = f"{table.merged:,} merged" if table.merged else ""
        remarks = [merged, *table.incomplete_because, *table.notes]
        rows.append((table.name, counted(table.rows, "row"), "; ".join(filter(None, remarks))))
    yield from columns(rows, indent="  ")
