"""A small made-up folder of jurisdictions, and the shipped one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rootlint.errors import UserError
from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.jurisdictions.model import Jurisdiction, Vocabulary
from rootlint.jurisdictions.vocabulary import load_vocabulary
from rootlint.shipped import shipped_folder

VOCABULARY = """\
units:
  grams: {ounces: 28.349523125}
license_kinds:
  retail: [store]
  testing: [lab]
audiences:
  adult_use: {meaning: Adults., customer_types: [Consumer]}
  medical: {meaning: Patients., customer_types: [Patient, Caregiver]}
parameters:
  sales_deadline: {kind: deadline, meaning: Time for a sale.}
  limit: {kind: quantity, unit: grams, meaning: Most of it.}
  share: {kind: percent, meaning: A share.}
  plants: {kind: count, meaning: Plants.}
  needed: {kind: flag, meaning: Whether it is needed.}
  opens: {kind: clock, meaning: When it opens.}
  phase: {kind: text, meaning: A phase.}
  fields: {kind: list, meaning: What it states.}
"""

CALENDAR = """\
name: plain
source: made up
weekend: [saturday, sunday]
observed: {saturday: day before, sunday: day after}
holidays: [{name: New Year, on: january 1}]
"""

HEAD = """\
code: xx
name: Made-up State
regulator: Made-up Board
timezones: [America/Los_Angeles]
calendar: plain
retrieved: 2026-01-31
license_types:
  shop: {kind: retail, also: [seller]}
  small_shop: {kind: retail, also: [seller]}
  bench: {kind: testing}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder of jurisdictions: the vocabulary, the calendar and the given files."""

    def write(**files: str) -> Path:
        (tmp_path / "calendars").mkdir(exist_ok=True)
        (tmp_path / "calendars" / "plain.yaml").write_text(CALENDAR)
        (tmp_path / "parameters.yaml").write_text(files.pop("parameters", VOCABULARY))
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return tmp_path

    return write


@pytest.fixture
def head() -> str:
    """A whole jurisdiction but for its parameters."""
    return HEAD


@pytest.fixture
def load(folder: Callable[..., Path]) -> Callable[..., Jurisdiction]:
    """Loads the made-up state from its parameters, or from whole files."""

    def read(parameters: str = "", **files: str) -> Jurisdiction:
        text = f"{HEAD}parameters:\n{parameters}"
        return load_jurisdictions([folder(**{"xx": text, **files})])["xx"]

    return read


@pytest.fixture
def faults(folder: Callable[..., Path]) -> Callable[..., list[str]]:
    """The faults of the made-up state as they are printed, with the folder's own path left out."""

    def read(parameters: str = "", **files: str) -> list[str]:
        place = folder(**{"xx": f"{HEAD}parameters:\n{parameters}", **files})
        with pytest.raises(UserError) as raised:
            load_jurisdictions([place])
        return [str(problem).replace(f"{place}{os.sep}", "") for problem in raised.value.problems]

    return read


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary([shipped_folder("jurisdictions")])


@pytest.fixture(scope="session")
def shipped(vocabulary: Vocabulary) -> dict[str, Jurisdiction]:
    return load_jurisdictions([shipped_folder("jurisdictions")], vocabulary)
