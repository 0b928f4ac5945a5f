"""The JSON Schemas of the files of this room, for editors and for whoever writes them by program."""

from __future__ import annotations

from typing import Any

from rootlint.exceptions import waivers

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def waivers_schema() -> dict[str, Any]:
    """The schema of a file of waivers."""
    kinds: dict[str, Any] = {
        "scope": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
        "all": {"type": "boolean"},
        "opened": _DAY,
        "expires": _DAY,
    }
    properties = {
        key: {**kinds.get(key, _TEXT), "description": meaning} for key, meaning in waivers.KEYS.items()
    }
    waiver = {
        "type": "object",
        "properties": properties,
        "required": [key for key in waivers.KEYS if key not in waivers.OPTIONAL],
        "oneOf": [
            {"required": ["scope"], "properties": {"all": {"const": False}}},
            {"required": ["all"], "properties": {"all": {"const": True}, "scope": False}},
        ],
        "additionalProperties": False,
    }
    return _file("rootlint waivers", waivers.FORMAT, "waivers", waiver, "failures that somebody answers for")


def _file(title: str, format: int, name: str, item: dict[str, Any], meaning: str) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": {
            "format": {"const": format, "description": "the version of this format"},
            name: {"type": ["array", "null"], "items": item, "description": meaning},
        },
        "required": ["format"],
        "additionalProperties": False,
    }
