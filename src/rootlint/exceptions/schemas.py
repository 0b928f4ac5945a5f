"""The JSON Schemas of the files of this room, for editors and for whoever writes them by program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rootlint.exceptions import baseline, parameters, waivers
from rootlint.model import Severity

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string", "minLength": 1}
_DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

_ALL = {"required": ["all"], "properties": {"all": {"const": True, "description": waivers.KEYS["all"]}}}


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
            {"required": ["scope"], "not": _ALL},
            {"required": ["all"], "allOf": [_ALL, {"not": {"required": ["scope"]}}]},
        ],
        "additionalProperties": False,
    }
    return _file("rootlint waivers", waivers.FORMAT, "waivers", waiver, "failures that somebody answers for")


def baseline_schema() -> dict[str, Any]:
    """The schema of one line of a baseline: the first line is the header, all others are entries."""
    instant = {"type": ["string", "null"], "format": "date-time"}
    kinds: dict[str, Any] = {
        "format": {"const": baseline.FORMAT},
        "packs": {"type": "object", "additionalProperties": {"type": "string"}},
        "facility": {"type": ["string", "null"], "minLength": 1},
        "scope": {"type": "object", "additionalProperties": {"type": "string"}},
        "severity": {"enum": [severity.value for severity in Severity]},
        "count": {"type": "integer", "minimum": 1},
        "first_at": instant,
        "last_at": instant,
        "first_seen": _DAY,
    }
    lines = [_line(known, kinds) for known in (baseline.HEADER, baseline.KEYS)]
    return {"$schema": DIALECT, "title": "rootlint baseline: one line", "oneOf": lines}


def parameters_schema() -> dict[str, Any]:
    """The schema of a file of stricter parameters; what a value can be depends on the parameter."""
    kinds: dict[str, Any] = {"value": {"type": ["object", "string", "number", "boolean"]}}
    properties = {
        key: {**kinds.get(key, _TEXT), "description": meaning} for key, meaning in parameters.KEYS.items()
    }
    parameter = {
        "type": "object",
        "properties": properties,
        "required": ["parameter", "value", "reason"],
        "oneOf": [{"required": ["jurisdiction"]}, {"required": ["facility"]}],
        "additionalProperties": False,
    }
    return _file(
        "rootlint parameters", parameters.FORMAT, "parameters", parameter, "values stricter than the law's"
    )


def _line(known: Mapping[str, str], kinds: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            key: {**kinds.get(key, _TEXT), "description": meaning} for key, meaning in known.items()
        },
        "required": list(known),
        "additionalProperties": False,
    }


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
