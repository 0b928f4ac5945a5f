"""What names mean, in a few words of Markdown: for what is offered and for what the pointer stands on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rootlint.jurisdictions.laws import Laws
from rootlint.jurisdictions.model import Jurisdiction
from rootlint.jurisdictions.showing import ShownValue, show_parameters
from rootlint.model import Confidence
from rootlint.rules.language.operators import AGGREGATES, SCALARS, SYMBOLS, WINDOWS, Function
from rootlint.rules.language.types import Type
from rootlint.rules.model import LoadedRule
from rootlint.snapshot.format import FORMAT, Column
from rootlint.snapshot.mapping import Canonical

FUNCTIONS = {function.name: function for function in (*SCALARS, *AGGREGATES, *WINDOWS)}

# What is written like a function and takes what no function does.
_PARAM = """\
```sql
param('name')
param('name', at => instant or date)
param('name', audience => audience(customer_type))
```
The value that the facility's jurisdiction has in force when the record happened, or at another time.

Example: `due(s.sold_at, param('sales_report_deadline'))`"""
_SPECIAL = {
    symbol.form.partition("(")[
        0
    ]: f"```sql\n{symbol.form}\n```\n{symbol.meaning}\n\nExample: `{symbol.example}`"
    for symbol in SYMBOLS
    if symbol.form.partition("(")[0].isidentifier()
} | {"param": _PARAM}
CALLED = (*_SPECIAL, *FUNCTIONS)  # everything that is written with brackets behind it


def table(name: str) -> str | None:
    """What rows of a table are."""
    of = FORMAT.tables.get(name)
    return None if of is None else f"**{name}** (table)\n\n{of.doc}"


def column(table: str, name: str) -> str | None:
    """What a column of a table holds."""
    of = FORMAT.tables.get(table)
    known = of.columns.get(name) if of is not None else None
    if known is None:
        return None
    about = [f"**{table}.{name}** ({known.type})", *_about(known)]
    return "\n\n".join(about)


def _about(column: Column) -> Iterable[str]:
    if column.doc:
        yield column.doc
    if column.values:
        yield f"one of {', '.join(column.values)}"
    if column.private:
        yield "private: it names a patient or a driver, and never reaches a report"


def function(name: str) -> str | None:
    """How a function is called and what it answers."""
    known = FUNCTIONS.get(name)
    if known is None:
        return _SPECIAL.get(name)
    calls = "\n".join(dict.fromkeys(_calls(known)))
    return f"```sql\n{calls}\n```\n{known.meaning}\n\nExample: `{known.example}`"


def answers(name: str) -> str | None:
    """What a function answers, by type."""
    known = FUNCTIONS.get(name)
    return None if known is None else ", ".join(dict.fromkeys(str(way.result) for way in known.overloads))


def _calls(function: Function) -> Iterable[str]:
    for way in function.overloads:
        args = ", ".join("any" if kind is Type.UNKNOWN else kind.value for kind in way.args)
        yield f"{function.name}({args}) -> {way.result}"


def rule(loaded: LoadedRule) -> str:
    """What a rule finds."""
    of = loaded.rule
    head = f"**{of.name}** ({of.severity}, {of.layer}{'' if of.status == 'stable' else f', {of.status}'})"
    return "\n\n".join((head, of.summary.strip(), of.rationale.strip()))


def parameter(name: str, laws: Laws, day: date) -> str | None:
    """What a parameter means, and the values in force on a day, each with its citation."""
    known = laws.vocabulary.parameters.get(name)
    if known is None:
        return None
    kind = f"{known.kind}, in {known.unit.replace('_', ' ')}" if known.unit else f"{known.kind}"
    rows = [
        _row(code, value)
        for code, jurisdiction in sorted(laws.jurisdictions.items())
        for value in _in_force(jurisdiction, name, laws, day)
    ]
    silent = [
        code
        for code, jurisdiction in sorted(laws.jurisdictions.items())
        if not _in_force(jurisdiction, name, laws, day)
    ]
    return "\n".join(
        (
            f"**{name}** ({kind})\n\n{known.meaning}\n",
            *(
                (f"| in force on {day} | value | for | citation |", "| --- | --- | --- | --- |")
                if rows
                else ()
            ),
            *rows,
            *((f"\nNot on file: {', '.join(silent)}",) if silent else ()),
        )
    )


def _in_force(jurisdiction: Jurisdiction, name: str, laws: Laws, day: date) -> tuple[ShownValue, ...]:
    shown = show_parameters(jurisdiction, laws.vocabulary, day)
    return next((each.values for each in shown if each.name == name), ())


def _row(code: str, value: ShownValue) -> str:
    whom = ", ".join((*value.applies_to, *((value.audience,) if value.audience else ()))) or "everybody"
    unsure = " (uncertain)" if value.confidence is Confidence.LOW else ""
    cells = (code, value.value, whom, f"{value.citation}{unsure}")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def setting(known: Canonical) -> str:
    """What a setting says, whatever a file calls it."""
    return f"**{known.name}** (setting, {known.kind})\n\n{known.meaning}"
