"""The page of the rule language is up to date, and every example on it is in the language."""

from pathlib import Path

import pytest

from rootlint.rules.language import operators
from rootlint.rules.language.checking import Checker, Scope, format_schema
from rootlint.rules.language.documenting import document_language
from rootlint.rules.language.types import Type

PAGE = Path(__file__).parents[3] / "docs" / "language.md"
SCHEMA = format_schema({"sales_report_deadline": Type.DEADLINE, "purchase_limit": Type.DECIMAL})

# The tables that the examples speak of; where two share an alias, an example means one of them.
ALIASES = {
    "a": ["metrc_adjustments"],
    "b": ["metrc_plant_batches"],
    "c": ["sync_calls", "config_settings"],
    "h": ["metrc_harvests"],
    "i": ["internal_inventory", "metrc_items"],
    "l": ["metrc_sale_lines"],
    "p": ["metrc_packages"],
    "q": ["sync_queue"],
    "r": ["sync_runs", "metrc_lab_results"],
    "s": ["metrc_sales", "internal_sales"],
    "t": ["metrc_transfers"],
    "u": ["metrc_users"],
    "w": ["sync_watermarks"],
}
SCOPE = Scope(
    {
        alias: {name: info for table in tables for name, info in SCHEMA.tables[table].items()}
        for alias, tables in ALIASES.items()
    },
    aggregates=True,
    windows=True,
)


def test_the_page_is_what_the_table_of_operators_says():
    assert PAGE.read_text(encoding="utf-8") == document_language(), "run make docs"


@pytest.mark.parametrize(
    "example",
    [entry.example for entry in (*operators.SCALARS, *operators.AGGREGATES, *operators.SYMBOLS)],
)
def test_every_example_is_in_the_language(example):
    faults: list[str] = []
    Checker(SCHEMA, lambda offset, message, help: faults.append(message)).expression(
        example, SCOPE, aggregates=True
    )
    assert faults == []


@pytest.mark.parametrize("function", operators.WINDOWS, ids=lambda function: function.name)
def test_every_example_of_a_window_is_in_the_language(function):
    alias = function.example.partition("partition by ")[2][0]
    faults: list[str] = []
    checker = Checker(SCHEMA, lambda offset, message, help: faults.append(message))
    checker.query(f"select {function.example} as value from {ALIASES[alias][0]} {alias}")
    assert faults == []


@pytest.mark.parametrize(
    "entry", [*operators.SCALARS, *operators.AGGREGATES, *operators.WINDOWS], ids=lambda e: e.name
)
def test_the_page_has_every_function_with_its_meaning_and_an_example_that_uses_it(entry):
    page = document_language()
    assert entry.meaning.replace("|", "\\|") in page
    assert f"{entry.name}(" in entry.example
