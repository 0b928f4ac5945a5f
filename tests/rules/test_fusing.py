"""Rules that compute different columns over the same rows share a scan, and each finds what it finds alone."""

import pytest
from rules_made import Workbench

from rootlint.rules.planning import plan
from rootlint.rules.running import evaluate

GIVEN = """
tests:
  - name: made
    finds: []
    given:
      metrc_packages:
        - {label: A, item: X, quantity: 1, state: active, unit_of_measure: Each}
        - {label: B, item: X, quantity: 1, state: active, unit_of_measure: Each}
        - {label: C, item: Y, quantity: 9, state: inactive, unit_of_measure: Each}
        - {label: D, item: Z, quantity: 7, state: active, unit_of_measure: Grams}
      internal_inventory:
        - {label: A, quantity: 1, unit_of_measure: Each}
        - {label: B, quantity: 3, unit_of_measure: Grams}
        - {label: E, quantity: 5, unit_of_measure: Each}
      metrc_items: [{name: X}, {name: Y}]
"""
LIMIT = """
check:
  kind: limit
  table: metrc_packages p
  where: {where}
  by: {{item: p.item}}
  collect: {{shown: {shown}}}
  measure: {measure}
  at_most: 1
  having: {having}
  keys: {{item: item}}
  message: "{{item}}: {{measure}} ({{shown}})"
"""
MATCH = """
check:
  kind: match
  left: {{table: metrc_packages p, key: {{label: p.label}}, value: {value}, collect: {{one: {one}}}}}
  right: {{table: internal_inventory i, key: {{label: i.label}}, value: {other}, collect: {{two: i.unit_of_measure}}}}
  missing: {missing}
  keys: {{item: one}}
  message: "{{label}}: {{left_value}} {{one}}, {{right_value}} {{two}}"
"""


def limit(
    measure: str, shown: str, where: str = "p.state = 'active'", having: str = "measure is not null"
) -> str:
    return LIMIT.format(measure=measure, shown=shown, where=where, having=having) + GIVEN


def match(value: str, one: str, other: str, missing: str = "right") -> str:
    return MATCH.format(value=value, one=one, other=other, missing=missing) + GIVEN


COUNTED, ADDED = limit("count(*)", "max(p.label)"), limit("sum(p.quantity)", "min(p.label)")
QUANTITY = match("p.quantity", "p.item", "i.quantity")
UNIT = match("p.unit_of_measure", "p.label", "i.unit_of_measure")
OF_ITEM = limit(
    "count(p.label)", "max(p.item)", having="exists (select 1 as x from metrc_items i where i.name = g.item)"
)
OF_GROUP = limit(
    "sum(p.quantity)",
    "max(p.item)",
    having="exists (select 1 as x from metrc_items i where i.name <> g.shown)",
)


def scans(made: Workbench, **rules: str) -> list[list[str]]:
    return [
        [rule.name.removeprefix("made/") for rule in scan.rules] for scan in plan(made.load(**rules).values())
    ]


@pytest.mark.parametrize(
    "rules",
    [(COUNTED, ADDED), (QUANTITY, UNIT), (COUNTED, OF_ITEM, OF_GROUP, ADDED)],
    ids=["groups", "pairs", "a query around"],
)
def test_rules_over_the_same_rows_share_a_scan_and_find_what_they_find_alone(
    made: Workbench, rules: tuple[str, ...]
) -> None:
    loaded = made.load(**{f"r{number}": text for number, text in enumerate(rules)})
    assert len(plan(loaded.values())) == 1
    run = made.run(loaded["made/r0"])
    evaluate(list(loaded.values()), run)
    together = made.found()
    alone = []
    for rule in loaded.values():
        evaluate([rule], run)
        found = made.found()
        assert found != []
        alone += found
    assert together == alone


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (COUNTED, limit("count(*)", "max(p.label)", where="p.state = 'inactive'")),
        (QUANTITY, match("p.quantity", "p.item", "i.quantity", missing="both")),
        (QUANTITY, match("p.quantity", "p.item", "i.quantity", missing="left")),
    ],
    ids=["another condition", "another join", "the other side"],
)
def test_rules_over_other_rows_have_scans_of_their_own(made: Workbench, one: str, other: str) -> None:
    assert scans(made, one=one, other=other) == [["one"], ["other"]]
