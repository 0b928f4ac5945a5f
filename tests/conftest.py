"""What all tests share."""

from hypothesis import settings

# The same examples on every run and machine, and none is failed for being slow.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")
