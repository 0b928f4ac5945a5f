"""What ``rootlint jurisdictions list``, ``show`` and ``diff`` show, as records for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rootlint.jurisdictions.model import Jurisdiction, ParameterValue, Vocabulary, shown
from rootlint.model import Confidence


@dataclass(frozen=True)
class Listed:
    """One jurisdiction in the list."""

    code: str
    name: str
    regulator: str
    version: str  # the day its sources were read
    parameters: int
    without_number: int  # parameters for which no number is known
    uncertain: int  # parameters resting on a value of low confidence
    not_known: int  # questions nobody has answered yet


@dataclass(frozen=True)
class ShownValue:
    """One value as it is shown."""

    value: str  # "24 hours"
    applies_to: tuple[str, ...]  # empty: every licensee
    audience: str | None
    in_force_from: date | None
    in_force_until: date | None  # the last day
    citation: str
    source: str
    confidence: Confidence
    note: str | None


@dataclass(frozen=True)
class ShownParameter:
    """A parameter with the values in force on a day."""

    name: str
    meaning: str
    values: tuple[ShownValue, ...]


@dataclass(frozen=True)
class Difference:
    """One parameter in two jurisdictions; an empty side has it not on file."""

    name: str
    meaning: str
    left: tuple[ShownValue, ...]
    right: tuple[ShownValue, ...]
    same: bool  # the same values for the same audiences; licence types carry other names in every state


def list_jurisdictions(jurisdictions: Mapping[str, Jurisdiction]) -> tuple[Listed, ...]:
    """All jurisdictions, by code."""
    return tuple(_listed(jurisdictions[code]) for code in sorted(jurisdictions))


def _listed(jurisdiction: Jurisdiction) -> Listed:
    parameters = jurisdiction.parameters.values()
    return Listed(
        code=jurisdiction.code,
        name=jurisdiction.name,
        regulator=jurisdiction.regulator,
        version=jurisdiction.version,
        parameters=len(parameters),
        without_number=sum(all(value.value is None for value in values) for values in parameters),
        uncertain=sum(any(value.confidence == Confidence.LOW for value in values) for values in parameters),
        not_known=len(jurisdiction.not_known),
    )


def show_parameters(
    jurisdiction: Jurisdiction, vocabulary: Vocabulary, as_of: date | None = None
) -> tuple[ShownParameter, ...]:
    """The parameters of a jurisdiction, by name: those in force on a day, or all of all days."""
    parameters = sorted(jurisdiction.parameters.items())
    found = ((name, _shown(values, as_of)) for name, values in parameters)
    return tuple(ShownParameter(name, _meaning(vocabulary, name), values) for name, values in found if values)


def diff(
    left: Jurisdiction, right: Jurisdiction, vocabulary: Vocabulary, as_of: date | None = None
) -> tuple[Difference, ...]:
    """Every parameter that either jurisdiction has on file on a day, by name, with both sides."""
    sides = [{p.name: p.values for p in show_parameters(each, vocabulary, as_of)} for each in (left, right)]
    names = sorted(sides[0].keys() | sides[1].keys())
    return tuple(_difference(name, vocabulary, *(side.get(name, ()) for side in sides)) for name in names)


def _difference(
    name: str, vocabulary: Vocabulary, left: tuple[ShownValue, ...], right: tuple[ShownValue, ...]
) -> Difference:
    same = {(v.value, v.audience) for v in left} == {(v.value, v.audience) for v in right}
    return Difference(name, _meaning(vocabulary, name), left, right, same)


def _meaning(vocabulary: Vocabulary, name: str) -> str:
    return vocabulary.parameters[name].meaning


def _shown(values: Iterable[ParameterValue], as_of: date | None) -> tuple[ShownValue, ...]:
    return tuple(_shown_value(value) for value in values if as_of is None or _is_in_force(value, as_of))


def _is_in_force(value: ParameterValue, day: date) -> bool:
    return value.in_force.from_day <= day < value.in_force.until_day


def _shown_value(value: ParameterValue) -> ShownValue:
    return ShownValue(
        value=shown(value.value),
        applies_to=value.applies_to,
        audience=value.audience,
        in_force_from=value.in_force.first,
        in_force_until=value.in_force.last,
        citation=value.citation,
        source=value.source,
        confidence=value.confidence,
        note=value.note,
    )
