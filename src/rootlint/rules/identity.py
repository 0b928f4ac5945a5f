"""What identifies a finding."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping


def fingerprint(rule: str, facility: str | None, scope: Mapping[str, str]) -> str:
    """Identify a finding by rule, facility and scope only: wording, order and file names do not count."""
    identity = json.dumps([rule, facility, sorted(scope.items())], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(identity.encode()).hexdigest()[:16]
