"""Lets the tests of the views import the made reports."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
