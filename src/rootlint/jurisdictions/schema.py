"""The JSON Schema of jurisdiction files, written from the vocabulary: a parameter says what it means and how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rootlint.jurisdictions.entries import READERS
from rootlint.jurisdictions.model import Parameter, ParameterKind, Vocabulary
from rootlint.jurisdictions.values import DEADLINE_UNITS, EXAMPLES
from rootlint.jurisdictions.vocabulary import MEASURED
from rootlint.model import Confidence, Severity

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_FLAG: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number", "minimum": 0}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_CLOCK: Schema = {"type": "string", "pattern": r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"}


def jurisdiction_schema(vocabulary: Vocabulary) -> Schema:
    """The JSON Schema (draft 2020-12) of ``<code>.yaml``; what only makes sense with its base is left to loading."""
    keys = _keys(vocabulary)
    assert set(keys) >= set(READERS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rootlint jurisdiction",
        "description": "What the law of one state says, each value with its citation",
        **_mapping(keys, required=["code"]),
        "$defs": {
            _notation(parameter): _values(parameter, vocabulary)
            for parameter in vocabulary.parameters.values()
        },
    }


def _keys(vocabulary: Vocabulary) -> dict[str, Schema]:
    return {
        "code": _told("the code of the jurisdiction, and the name of its file: ca", _TEXT),
        "abstract": _told("true: a base that others extend, and no jurisdiction itself", _FLAG),
        "extends": _told("the code of the file whose keys hold where this one gives none", _TEXT),
        "name": _told("what people call it: California", _TEXT),
        "regulator": _told("who makes and enforces the rules", _TEXT),
        "system": _told("the track-and-trace system, in the regulator's words", _TEXT),
        "retrieved": _told("the day its sources were read; its version", _DAY),
        "hosts": _told("addresses of METRC there", _hosts()),
        "timezones": _told("IANA names of its time zones: [America/Denver]", _TEXTS),
        "programs": _told("the audiences that it knows", _list_of({"enum": sorted(vocabulary.audiences)})),
        "calendar": _told("which days are business days: the name of a file in calendars/", _TEXT),
        "license_types": _told("its licence types, by name", _named(_license_type(vocabulary))),
        "license_numbers": _told("how licence numbers are written", _list_of(_license_number())),
        "parameters": _told("what the law says, by the names of parameters.yaml", _parameters(vocabulary)),
        "rules": _told("rules that it turns on, off or to another severity, by name", _named(_switch())),
        "penalties": _told("what the law foresees; quoted, never computed", _list_of(_penalty())),
        "integration_notes": _told("what an integrator should know of METRC there", _list_of(_note())),
        "pending_changes": _told(
            "changes proposed or adopted that are not among the parameters yet", _list_of(_change())
        ),
        "not_known": _told("questions that nobody has answered yet", _TEXTS),
        "sources": _told("where texts were read, each under a short name", _named(_TEXT)),
    }


# -- parts of the file

_CITED: dict[str, Schema] = {
    "citation": {**_TEXT, "description": "the law, rule, bulletin or guidance that says so"},
    "source": {
        **_TEXT,
        "description": "where it was read: a name of sources, an address or a description of several words",
    },
    "confidence": {
        "enum": [str(each) for each in Confidence],
        "description": "high: the text or the regulator's page was read; medium: a secondary page names the section; "
        "low: unattributed or unconfirmed",
    },
}


def _hosts() -> Schema:
    return _mapping(
        {"api": _told("of the API", _TEXT), "sandbox": _told("of the sandbox", _TEXT)}, closed=False
    )


def _license_type(vocabulary: Vocabulary) -> Schema:
    return _mapping(
        {
            "kind": _told(
                "the kind of business; none where it is several", {"enum": sorted(vocabulary.license_kinds)}
            ),
            "also": _told("groups that parameters may apply to: [dispensary]", _TEXTS),
            "note": _told("what a person should know besides", _TEXT),
        },
        nullable=True,
    )


def _license_number() -> Schema:
    return _mapping(
        {
            "pattern": _told("a regular expression of the whole number", _TEXT),
            "example": _told("a number that fits it, made up", _TEXT),
            "meaning": _told("whose numbers are written so", _TEXT),
            "confidence": _CITED["confidence"],
            "note": _told("what a person should know besides", _TEXT),
        },
        required=["pattern", "example", "meaning", "confidence"],
    )


def _switch() -> Schema:
    return _mapping(
        {
            "enabled": _told("false: the rule does not run there", _FLAG),
            "severity": _told("the severity it has there", {"enum": [str(each) for each in Severity]}),
            "note": _told("why", _TEXT),
        },
        nullable=True,
    )


def _penalty() -> Schema:
    said = {
        "violation": _told("what is fined", _TEXT),
        "amount": _told("what the citation foresees", _TEXT),
    }
    rules = {"rules": _told("the rules whose findings are about just that", _list_of(_TEXT))}
    return _mapping({**said, **_CITED, **rules}, required=[*said, *_CITED])


def _note() -> Schema:
    said = {"topic": _told("what it is about", _TEXT), "detail": _told("what is to be known", _TEXT)}
    return _mapping({**said, **_CITED}, required=[*said, *_CITED])


def _change() -> Schema:
    said = {
        "change": _told("what would change", _TEXT),
        "status": _told("how far it is: proposed, adopted", _TEXT),
    }
    cited = {name: _CITED[name] for name in ("source", "confidence")}
    return _mapping({**said, **cited}, required=[*said, *cited])


# -- parameters


def _parameters(vocabulary: Vocabulary) -> Schema:
    return _mapping(
        {
            name: _told(parameter.meaning, {"$ref": f"#/$defs/{_notation(parameter)}"})
            for name, parameter in vocabulary.parameters.items()
        }
    )


def _notation(parameter: Parameter) -> str:
    """What parameters that are written alike have in common: deadline, quantity_grams."""
    return f"{parameter.kind}_{parameter.unit}" if parameter.kind in MEASURED else str(parameter.kind)


def _values(parameter: Parameter, vocabulary: Vocabulary) -> Schema:
    return {"type": "array", "minItems": 1, "items": _entry(parameter, vocabulary)}


def _entry(parameter: Parameter, vocabulary: Vocabulary) -> Schema:
    value = {"anyOf": [_value(parameter, vocabulary), {"type": "null"}]}
    return _mapping(
        {
            "value": _told(
                f"the value: {EXAMPLES[parameter.kind]}; null: no number is known, and what rests on it is not "
                "evaluated",
                value,
            ),
            "applies_to": _told("licence types, their groups or kinds; left out: every licensee", _TEXTS),
            "audience": _told(
                "to whom a sale is made; left out: everybody", {"enum": sorted(vocabulary.audiences)}
            ),
            "in_force": _told("the days it is in force, both included", _period()),
            **_CITED,
            "note": _told("what a person should know besides", _TEXT),
        },
        required=["value", *_CITED],
    )


def _period() -> Schema:
    return _mapping(
        {
            "from": _told("the first day; left out: since always", _DAY),
            "until": _told("the last day; left out: until further notice", _DAY),
        }
    )


def _value(parameter: Parameter, vocabulary: Vocabulary) -> Schema:
    match parameter.kind:
        case ParameterKind.DEADLINE:
            return {"oneOf": [*_elapsed(), _by()]}
        case ParameterKind.QUANTITY | ParameterKind.MONEY:
            units = vocabulary.units[parameter.unit or ""]
            return _one_of({unit: _told(f"an amount in {unit.replace('_', ' ')}", _NUMBER) for unit in units})
        case kind:
            return _SCALARS[kind]


_SCALARS: Mapping[ParameterKind, Schema] = {
    ParameterKind.NUMBER: _NUMBER,
    ParameterKind.PERCENT: _NUMBER,
    ParameterKind.COUNT: _COUNT,
    ParameterKind.FLAG: _FLAG,
    ParameterKind.CLOCK: _CLOCK,
    ParameterKind.TEXT: _TEXT,
    ParameterKind.LIST: {**_TEXTS, "minItems": 1},
}

_ENDS = {
    "minutes": "elapsed time after the event",
    "hours": "elapsed time after the event",
    "days": "with the n-th local day after that of the event; 0: with the same day",
    "business_days": "with the n-th business day after that of the event; 0: with the same day",
    "months": "with the local day of the same number n months later",
    "years": "with the local day of the same number n years later",
}


def _elapsed() -> Iterable[Schema]:
    return (_one_of({unit: _told(f"ends {_ENDS[unit]}", _COUNT)}) for unit in DEADLINE_UNITS if unit in _ENDS)


def _by() -> Schema:
    keys = {
        "by": _told("ends at this wall-clock time of the facility", _CLOCK),
        "day": _told("of which local day, seen from the event's", {"enum": ["same", "next"]}),
    }
    return _mapping(keys, required=[*keys])


# -- how a schema is written


def _told(description: str, schema: Schema) -> Schema:
    return {**schema, "description": description}


def _mapping(
    keys: Mapping[str, Schema],
    *,
    required: list[str] | None = None,
    closed: bool = True,
    nullable: bool = False,
) -> Schema:
    return {
        "type": ["object", "null"] if nullable else "object",
        "properties": dict(keys),
        **({"required": required} if required else {}),
        "additionalProperties": not closed,
    }


def _one_of(keys: Mapping[str, Schema]) -> Schema:
    return {**_mapping(keys), "minProperties": 1, "maxProperties": 1}


def _named(item: Schema) -> Schema:
    return {"type": "object", "additionalProperties": item}


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}
