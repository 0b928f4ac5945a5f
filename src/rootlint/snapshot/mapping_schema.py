"""The JSON Schema of a mapping: how an operator's configuration spells the settings that rules speak of."""

from __future__ import annotations

from typing import Any

from rootlint.snapshot.mapping import KINDS, UNITS, load_mapping

_TEXT = {"type": "string", "minLength": 1}


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a file that ``mappings`` names; the built-in settings are offered by name."""
    known = {
        setting.name: {"$ref": "#/$defs/setting", "description": setting.meaning}
        for setting in load_mapping().settings
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rootlint mapping of settings",
        "type": "object",
        "additionalProperties": False,
        "required": ["settings"],
        "properties": {
            "settings": {
                "type": "object",
                "properties": known,
                "additionalProperties": {"$ref": "#/$defs/new_setting"},
                "description": "by name: a setting of docs/settings.md to which spellings are added, or one of your own",
            }
        },
        "$defs": {
            "setting": _setting(["spellings"]),
            "new_setting": _setting(["kind", "spellings"]),
            "spelling": _spelling(),
        },
    }


def _setting(required: list[str]) -> dict[str, Any]:
    spellings = {"type": "array", "items": {"$ref": "#/$defs/spelling"}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {
            "meaning": {**_TEXT, "description": "what it says, in a few words"},
            "kind": {
                "enum": list(KINDS),
                "description": "text; count: a number; duration: in seconds; switch: true or false; words: see words",
            },
            "spellings": {
                **spellings,
                "description": "dotted paths: * stands for part of a name, ** for any number of parts",
            },
            "but": {**spellings, "description": "paths that fit a spelling and mean something else"},
            "words": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
                "description": "each word of rules, with what files write for it",
            },
            "anywhere": {
                "type": "boolean",
                "description": "whether it is meant in files that do not speak of METRC, too",
            },
        },
    }


def _spelling() -> dict[str, Any]:
    return {
        "oneOf": [
            _TEXT,
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["path"],
                "properties": {
                    "path": {**_TEXT, "description": "the dotted path"},
                    "unit": {
                        "enum": list(UNITS),
                        "description": "the unit of time that the name does not say",
                    },
                    "reverse": {
                        "type": "boolean",
                        "description": "true: the switch says the opposite of the setting",
                    },
                },
            },
        ]
    }
