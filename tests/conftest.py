"""What all tests share."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rootlint.rules import loading
from rootlint.rules.loading import LoadRule

sys.path.insert(0, str(Path(__file__).parent))  # for what several rooms share

from made_operator import CACHES

os.environ["XDG_CACHE_HOME"] = str(CACHES)  # nothing is written into the home of who runs the tests

# The same examples on every run and machine, and none is failed for being slow.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def each_rule_is_read_once() -> Iterator[None]:
    """Hundreds of rules take seconds to check, and most tests load all of them: what did not change is known already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load_rule", _remembering(loading.load_rule))
        yield


def _remembering(load: LoadRule) -> LoadRule:
    known = {}

    def read(path, shown_as, source, kinds, schema, problems):  # type: ignore[no-untyped-def]
        given = (path.read_bytes(), source, kinds, schema)
        if known.get((path, shown_as), (None,))[0] != given:
            before = len(problems.found)
            rule = load(path, shown_as, source, kinds, schema, problems)
            if len(problems.found) > before:
                return rule
            known[path, shown_as] = given, rule
        return known[path, shown_as][1]

    return read
