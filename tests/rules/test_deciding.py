"""What decides must be captured; what is only shown may be absent, and then is not shown."""

from textwrap import indent
from typing import Any

from rules_made import Workbench

CASE = """
given:
  metrc_packages:
    - {label: A, item: Made, quantity: -1, location: Vault, last_modified: 2026-06-01T10:00:00Z}
    - {label: B, item: Made, quantity: 2, location: Vault, last_modified: 2026-06-01T10:00:00Z}
"""


def _needs(made: Workbench, select: str, shown: str = "{}", scope: str = "facility") -> dict[str, Any]:
    check = f"kind: query\nselect: |\n{indent(select, '  ')}\nkeys: {{label: label}}\nevidence: {shown}\nmessage: made"
    needs = made.rule(check, further=f"scope: {scope}").needs
    return {table: sorted(columns - {"facility"}) for table, columns in needs.items()}


def test_a_key_decides_nothing_unless_findings_are_gathered_by_it(made: Workbench) -> None:
    query = "SELECT p.facility, p.label, p.quantity < 0 AS violated FROM metrc_packages p"
    assert _needs(made, query) == {"metrc_packages": ["quantity"]}
    assert _needs(made, query, scope="label") == {"metrc_packages": ["label", "quantity"]}


def test_a_column_is_followed_through_queries_to_whether_it_is_only_shown(made: Workbench) -> None:
    query = """\
WITH held AS (
  SELECT p.facility, p.label, p.item, p.location, p.quantity FROM metrc_packages p WHERE p.state = 'active'
  UNION ALL
  SELECT i.facility, i.label, i.sku AS item, i.location, i.quantity FROM internal_inventory i
)
SELECT h.facility, h.label, h.item, h.quantity < 0 AS violated FROM held h"""
    assert _needs(made, query, "{item: item}") == {
        "internal_inventory": ["quantity"],
        "metrc_packages": ["quantity", "state"],
    }


def test_what_rows_are_told_apart_by_decides(made: Workbench) -> None:
    by_group = """\
SELECT p.facility, p.label, p.item, count(*) > 1 AS violated
FROM metrc_packages p GROUP BY p.facility, p.label, p.item"""
    assert _needs(made, by_group) == {"metrc_packages": ["item", "label"]}
    distinct = "SELECT DISTINCT p.facility, p.label, p.item, true AS violated FROM metrc_packages p"
    assert _needs(made, distinct) == {"metrc_packages": ["item", "label"]}
    by_place = """\
WITH nth AS (
  SELECT p.facility, p.label, position() OVER (PARTITION BY p.location ORDER BY p.item) AS place FROM metrc_packages p
)
SELECT n.facility, n.label, n.place > 1 AS violated FROM nth n"""
    assert _needs(made, by_place) == {"metrc_packages": ["item", "location"]}


def test_an_exists_asks_for_a_row_and_not_for_what_it_selects(made: Workbench) -> None:
    query = """\
SELECT p.facility, p.label, p.quantity < 0 AS violated FROM metrc_packages p
WHERE EXISTS (SELECT i.sku FROM internal_inventory i WHERE i.label = p.label AND i.quantity > 0)"""
    assert _needs(made, query) == {
        "internal_inventory": ["label", "quantity"],
        "metrc_packages": ["label", "quantity"],
    }


def test_a_left_join_decides_only_when_something_of_it_does(made: Workbench) -> None:
    query = """\
SELECT p.facility, p.label, coalesce(t.name, m.sku) AS named, p.quantity < 0 AS violated
FROM metrc_packages p
LEFT JOIN metrc_items t ON t.facility = p.facility AND t.name = p.item
LEFT JOIN item_map m ON m.facility = t.facility AND m.metrc_item_id = t.item_id"""
    assert _needs(made, query, "{named: named}") == {"metrc_packages": ["quantity"]}
    inner = query.replace("LEFT JOIN item_map", "JOIN item_map")
    assert _needs(made, inner, "{named: named}") == {
        "item_map": ["metrc_item_id"],
        "metrc_items": ["item_id", "name"],
        "metrc_packages": ["item", "quantity"],
    }


def test_a_rule_judges_without_the_tables_and_columns_that_it_only_shows(made: Workbench) -> None:
    check = """
        kind: expect
        table: metrc_packages p
        join: [left internal_inventory i on i.facility = p.facility and i.label = p.label]
        expect: p.quantity >= 0
        keys: {label: p.label, item: p.item, sku: i.sku}
        evidence: {room: p.location}
        message: "{p.label} of {p.item}"
        """
    found, outcomes = made.judged(check, CASE + "without: [metrc_packages.item, metrc_packages.location]")
    assert [(each["label"], each["message"], each.get("item"), each.get("sku")) for each in found] == [
        ("A", "A of none", None, None)
    ]
    assert [(outcome.verdict, outcome.needs) for outcome in outcomes] == [("fail", ())]
