"""Parameters of one's own: they may be stricter than the law, never looser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rootlint.documents import Document
from rootlint.errors import Place, Problems, did_you_mean
from rootlint.exceptions.strictness import is_no_looser
from rootlint.jurisdictions.in_force import InForce, NotApplicable, Unknown, in_force
from rootlint.jurisdictions.laws import Laws
from rootlint.jurisdictions.model import OwnValue, Parameter, ParameterValue, Value, shown
from rootlint.jurisdictions.reading import Section, found
from rootlint.jurisdictions.values import read_known_value
from rootlint.model import Facility

FORMAT = 1

KEYS: Mapping[str, str] = {
    "jurisdiction": "whose facilities it is for; or",
    "facility": "the licence that it is for",
    "parameter": "the parameter",
    "audience": "the sales that it is for, where the law tells them apart; left out: all",
    "value": "the stricter value, written as in a jurisdiction's file",
    "reason": "why it is stricter; a report tells it beside the citation",
}


@dataclass(frozen=True)
class OwnParameter:
    """A value that somebody chose to be judged by."""

    where: str  # a jurisdiction's code, or a licence
    parameter: Parameter
    audience: str | None  # None: every audience
    value: Value
    reason: str
    place: Place


@dataclass(frozen=True)
class OwnParameters:
    """All of them, by whom and which parameter they are for; those for one audience come before those for all."""

    entries: Mapping[tuple[str, str], tuple[OwnParameter, ...]]

    def adjust(self, facility: Facility, law: ParameterValue) -> ParameterValue:
        """The law's value with the stricter one of one's own beside it, where there is one.

        What is said of a licence goes before what is said of its jurisdiction. Where the law is not looser than one's
        own value (on other days, say, or for another licence type), it stays as it is.
        """
        own = self._own(facility.facility, law) or self._own(facility.jurisdiction, law)
        if own is None or own.value == law.value or not is_no_looser(own.parameter, own.value, law.value):
            return law
        return replace(law, own=OwnValue(own.value, own.reason))

    def _own(self, where: str, law: ParameterValue) -> OwnParameter | None:
        entries = self.entries.get((where, law.parameter), ())
        return next((entry for entry in entries if entry.audience in (None, law.audience)), None)


def read_parameters(
    document: Document, laws: Laws, facilities: Sequence[Facility] | None, day: date, problems: Problems
) -> OwnParameters:
    """The parameters of a file for the facilities of a snapshot, checked against the law of a day.

    Every fault is noted with its place; a looser value with the citation of what is in force. ``facilities`` are None
    where there is no snapshot at hand: nobody then knows which law a licence is under.
    """
    top = Section.top(document, problems)
    top.allow("format", "parameters")
    if isinstance(document.data, dict) and document.data.get("format") != FORMAT:
        top.fault("format", f"format is {found(document.data.get('format'))}", f"write format: {FORMAT}")
    law = in_force(laws.jurisdictions, facilities or (), laws.vocabulary)
    known = None if facilities is None else {of.facility: of for of in facilities}
    reader = _Reader(laws, known, law, day)
    read = [reader.read(section) for section in top.sections("parameters")]
    return _collected([entry for entry in read if entry is not None], problems)


def _collected(entries: Sequence[OwnParameter], problems: Problems) -> OwnParameters:
    collected: dict[tuple[str, str], tuple[OwnParameter, ...]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.audience is None, entry.place)):
        key = entry.where, entry.parameter.name
        others = collected.get(key, ())
        twice = next((other for other in others if other.audience == entry.audience), None)
        if twice is not None:
            told = f"{entry.parameter.name} for {entry.where} stands on line {twice.place.line} too"
            problems.add(told, entry.place, "keep one of the two")
        collected[key] = (*others, entry)
    return OwnParameters(collected)


Fault = tuple[str, str, str | None]  # the key, what is wrong with it, and the next step


@dataclass(frozen=True)
class _Reader:
    laws: Laws
    facilities: Mapping[str, Facility] | None
    in_force: InForce
    day: date

    def read(self, section: Section) -> OwnParameter | None:
        """One entry; None if anything is wrong with it."""
        faults = len(section.problems.found)
        section.allow(*KEYS)
        where, parameter = self._where(section), self._parameter(section)
        audience = section.optional_choice("audience", self.laws.vocabulary.audiences)
        value, reason = self._value(section, parameter), section.text("reason")
        if len(section.problems.found) > faults or parameter is None:
            return None
        own = OwnParameter(where, parameter, audience, value, reason, section.place())
        fault = self._beside_the_law(own)
        if fault is not None:
            section.fault(*fault)
        return own if fault is None else None

    def _where(self, section: Section) -> str:
        code, licence = section.optional_text("jurisdiction"), section.optional_text("facility")
        if (code is None) is (licence is None):
            section.fault(None, "it is for one of jurisdiction and facility", "write one of the two")
        elif code is not None and code not in self.laws.jurisdictions:
            named = did_you_mean(code, self.laws.jurisdictions)
            listed = "rootlint jurisdictions list names them all"
            section.fault("jurisdiction", f"there is no jurisdiction '{code}'", named or listed)
        elif licence is not None and self.facilities is not None and licence not in self.facilities:
            known = did_you_mean(licence, self.facilities)
            section.fault("facility", f"the snapshot has no facility '{licence}'", known)
        return licence or code or ""

    def _parameter(self, section: Section) -> Parameter | None:
        name, known = section.text("parameter"), self.laws.vocabulary.parameters
        if name and name not in known:
            section.fault("parameter", f"there is no parameter '{name}'", did_you_mean(name, known))
        elif name and known[name].stricter is None:
            told = f"no value of {name} is stricter than another in every jurisdiction"
            section.fault("parameter", told, "leave it to the law")
        return known.get(name)

    def _value(self, section: Section, parameter: Parameter | None) -> Value:
        if section.data.get("value") is None:
            section.fault(None, "value is missing", "say what is to be judged by")
            return None
        return None if parameter is None else read_known_value(section, parameter, self.laws.vocabulary)

    def _beside_the_law(self, own: OwnParameter) -> Fault | None:
        """What is wrong with a value beside all that the law says to those whom it is for."""
        if self.facilities is None and own.where not in self.laws.jurisdictions:
            return None
        law = self._law(own)
        if isinstance(law, str):
            return "parameter", law, "leave it to the law"
        spoken_of = [of for of in law if own.audience in (None, of.audience)]
        if not spoken_of:
            told = f"the law of {own.where} does not tell {own.audience} apart here"
            return "audience", told, "leave the audience out"
        known = [of for of in spoken_of if of.value is not None]
        if not known:
            told = f"no number of the law is known ({spoken_of[0].citation}), so none is known to be stricter"
            return "parameter", told, "leave it to the law"
        return next((fault for of in known if (fault := _looser(own, of))), None)

    def _law(self, own: OwnParameter) -> Sequence[ParameterValue] | str:
        """What is in force on the day; where nothing is yet, all that ever is; why there is nothing at all."""
        values = self._values(own.where, own.parameter.name)
        if isinstance(values, str):
            return values
        return [of for of in values if of.in_force.from_day <= self.day < of.in_force.until_day] or values

    def _values(self, where: str, parameter: str) -> Sequence[ParameterValue] | str:
        if where in self.laws.jurisdictions:
            values = self.laws.jurisdictions[where].parameters.get(parameter, ())
            return values or f"{where} has no {parameter} on file"
        status, values = self.in_force.status(where, parameter), self.in_force.values(where, parameter)
        return status.reason if isinstance(status, Unknown | NotApplicable) and not values else values


def _looser(own: OwnParameter, law: ParameterValue) -> Fault | None:
    """Why a value cannot stand beside the law's, with its citation."""
    is_stricter = is_no_looser(own.parameter, own.value, law.value)
    if is_stricter:
        return None
    beside = "is" if is_stricter is False else "can be"
    told = f"{shown(own.value)} {beside} looser than the law: {shown(law.value)} ({law.citation})"
    bound = _bound(own.parameter, law.value)
    return "value", told, f"write {bound}; parameters may be stricter than the law, never looser"


def _bound(parameter: Parameter, law: Value) -> str:
    if isinstance(law, bool):
        return str(law).lower()
    return f"at {'most' if parameter.stricter == 'lower' else 'least'} {shown(law)}"
