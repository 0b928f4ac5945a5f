"""The bench on which rules written in tests are judged."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.jurisdictions.laws import Laws, load_laws

sys.path.insert(0, str(Path(__file__).parent))

from rules_made import Workbench


@pytest.fixture(scope="session")
def laws() -> Laws:
    return load_laws()


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(threads=1)
    yield engine
    engine.close()


@pytest.fixture
def made(tmp_path: Path, engine: DuckDBEngine, laws: Laws) -> Workbench:
    return Workbench(tmp_path, engine, laws, {})
