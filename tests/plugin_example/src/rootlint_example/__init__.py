"""A plugin for rootlint, found by its entry point. What it offers is named here and imported when it is used."""

from collections.abc import Iterable
from pathlib import Path

from rootlint.plugins import Named, PackSource, hookimpl

HERE = Path(__file__).parent


@hookimpl
def rootlint_packs() -> Iterable[PackSource]:
    """A folder of rules, and the functions that its rules of kind `python` may name."""
    from rootlint_example.functions import FUNCTIONS

    return [PackSource("example", HERE / "rules", "1.2.0", FUNCTIONS)]


@hookimpl
def rootlint_check_kinds() -> Iterable[object]:
    """Checks of a new kind."""
    from rootlint_example.between import KIND

    return [KIND]


@hookimpl
def rootlint_jurisdictions() -> Iterable[Path]:
    """A folder of jurisdictions, in the words of the shipped vocabulary."""
    return [HERE / "jurisdictions"]


@hookimpl
def rootlint_report_formats() -> Iterable[Named]:
    """A report format: a function of the report and the style that gives a text."""
    return [Named("tally", "rootlint_example.tally:render", "how many violations each rule found")]
