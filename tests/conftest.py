"""What all tests share."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # for what several rooms share

# The same examples on every run and machine, and none is failed for being slow.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")
