"""All jurisdictions of a run, shipped ones and others, in the words of one vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rootlint.jurisdictions.loading import load_jurisdictions
from rootlint.jurisdictions.model import Jurisdiction, Vocabulary
from rootlint.jurisdictions.vocabulary import load_vocabulary
from rootlint.plugins import offers


@dataclass(frozen=True)
class Laws:
    """The jurisdictions by code, and what their parameters mean."""

    jurisdictions: Mapping[str, Jurisdiction]
    vocabulary: Vocabulary


def load_laws(folders: Iterable[Path] = ()) -> Laws:
    """Load the jurisdictions of all plugins and of further folders; raise with every fault."""
    places = (*sorted(offers("rootlint_jurisdictions")), *folders)
    vocabulary = load_vocabulary(places)
    return Laws(load_jurisdictions(places, vocabulary), vocabulary)
