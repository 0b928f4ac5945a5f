"""The JSON Schemas of what programs read, as they are published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def published_schema(name: str) -> dict[str, Any]:
    """A schema by its name, with its version: "report-1"."""
    file = Path(__file__).with_name("schema") / f"{name}.schema.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))
