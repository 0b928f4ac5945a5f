"""What a SARIF log holds: all of a report, or what code hosts take and show of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """How much a log tells; None: everything.

    Code hosts read each result as an alert and ignore its kind, so that a log for them has failures only, and one
    result for a cause with its symptoms.
    """

    name: str
    whole: bool  # each symptom, verdict and value is told
    results: int | None = None
    locations: int | None = None  # of a result
    flow_steps: int | None = None  # of a result, over its code flows
    tags: int | None = None  # of a rule


# GitHub takes 25,000 results and keeps 5,000, takes 1,000 locations of a result and keeps 100, takes 10,000 steps and
# keeps 1,000, takes 20 tags and keeps 10 ("SARIF results exceed one or more limits", its documentation).
CODE_HOST = Profile("sarif", whole=False, results=5_000, locations=100, flow_steps=1_000, tags=10)
ARCHIVE = Profile("sarif-full", whole=True)

MOST_BYTES = 10_000_000  # compressed, for code hosts
