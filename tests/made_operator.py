"""An operator that does not exist, rules made for it, and the command line tried on both: what several rooms share."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "src"
SHOP = "C10-0000001-LIC"

MANIFEST = f"""\
format: 1
operator: Made Operator
captured_at: 2026-11-01T13:00:00Z
facilities:
  - {{facility: {SHOP}, name: Made Store, jurisdiction: ca, timezone: America/Los_Angeles, license_type: retailer}}
"""

RULE = """\
name: made/negative-quantity
layer: data
severity: warning
confidence: high
since: 0.1.0
tags: [made]
summary: METRC holds less than nothing of a package.
rationale: Made for a test.
remediation: Count the package.
scope: facility
can_be_root: true
check:
  kind: expect
  table: metrc_packages p
  where: p.state = 'active'
  expect: p.quantity >= 0
  keys: {label: p.label}
  at: p.last_modified
  message: "{p.label}: METRC holds {p.quantity} {p.unit_of_measure}"
tests:
  - name: less than nothing
    given: {metrc_packages: [{label: A, state: active, quantity: -1}]}
    finds: [{label: A}]
  - name: nothing
    given: {metrc_packages: [{label: A, state: active, quantity: 0}, {label: B, state: inactive, quantity: -1}]}
    finds: []
  - name: packages were not captured
    given: {}
    not_evaluated: metrc_packages
"""

COLOUR_RULE = """\
name: made/colour
layer: technical
severity: warning
confidence: high
since: 0.1.0
summary: The colour is wrong.
rationale: Made for a test.
remediation: Paint.
scope: [file, setting]
can_be_root: false
check:
  kind: setting
  settings: ['**.colour']
  expect: value = 'blue'
  message: "{path} is {value}"
"""

SALES_RULE = """\
name: made/sale-without-total
layer: process
severity: error
confidence: medium
since: 0.1.0
summary: A sale has no total.
rationale: Made for a test.
remediation: Look at the sale.
can_be_root: false
check:
  kind: expect
  table: metrc_sales s
  expect: s.total is not null
  keys: {receipt: s.receipt_id}
  at: s.sold_at
  message: "receipt {s.receipt_id} has no total"
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


# Rules that a process loaded are there for the next one, of this run of the tests and of later ones.
CACHES = SOURCES.parent / "build" / "cache" / "tests"


def environment(**further: str) -> dict[str, str]:
    """The environment of a process that runs this checkout."""
    paths = os.pathsep.join(filter(None, (further.pop("PYTHONPATH", ""), str(SOURCES))))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ROOTLINT_")}
    return {**kept, "PYTHONPATH": paths, "XDG_CACHE_HOME": str(CACHES), **further}


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files, their line ends as they are given."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
