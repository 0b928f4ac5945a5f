"""Reads ``parameters.yaml``: the closed words that jurisdiction files are written in."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from rootlint.documents import Document, load_yaml
from rootlint.errors import Problems, UserError
from rootlint.jurisdictions.model import Parameter, ParameterKind, Vocabulary
from rootlint.jurisdictions.reading import Section, digest_of, found

FILE = "parameters.yaml"
MEASURED = (ParameterKind.QUANTITY, ParameterKind.MONEY)


def load_vocabulary(folders: Iterable[Path]) -> Vocabulary:
    """Read the vocabulary of all folders as one; a folder may add words, and never changes one.

    Raises ``UserError`` with every fault of every file.
    """
    problems = Problems()
    documents = list(_documents(folders, problems))
    words: dict[str, dict[str, Any]] = {"units": {}, "license_kinds": {}, "audiences": {}, "parameters": {}}
    customer_types: dict[str, str] = {}
    for document in documents:
        section = Section.top(document, problems)
        section.allow(*words)
        _add(words["units"], section.section("units"), _unit)
        _add(words["license_kinds"], section.section("license_kinds"), Section.texts)
        _add(words["audiences"], section.section("audiences"), _meaning)
        customer_types |= _customer_types(section.section("audiences"))
        _add(words["parameters"], section.section("parameters"), partial(_parameter, units=words["units"]))
    problems.raise_if_any()
    return Vocabulary(**words, customer_types=customer_types, digest=digest_of(*(d.text for d in documents)))


def _documents(folders: Iterable[Path], problems: Problems) -> Iterable[Document]:
    for path in (folder / FILE for folder in folders):
        if path.is_file():
            try:
                yield load_yaml(path)
            except UserError as error:
                problems.found += error.problems


def _add(words: dict[str, Any], section: Section, read: Any) -> None:
    for key in section.data:
        if key in words:
            section.fault(key, f"'{key}' is already defined", "choose another name", on_key=True)
        else:
            words[key] = read(section, key)


def _unit(section: Section, key: str) -> dict[str, Decimal]:
    others = section.section(key)
    factors = {key: Decimal(1)}
    for unit, factor in others.data.items():
        if isinstance(factor, bool) or not isinstance(factor, int | Decimal) or factor <= 0:
            others.fault(unit, f"a factor must be a number above 0, found {found(factor)}")
        else:
            factors[unit] = Decimal(factor)
    return factors


def _meaning(section: Section, key: str) -> str:
    audience = section.section(key)
    audience.allow("meaning", "customer_types")
    return audience.text("meaning")


def _customer_types(section: Section) -> dict[str, str]:
    return {name: key for key in section.data for name in section.section(key).texts("customer_types")}


def _parameter(section: Section, name: str, units: dict[str, Any]) -> Parameter:
    entry = section.section(name)
    entry.allow("kind", "unit", "meaning", "stricter")
    kind = ParameterKind(entry.choice("kind", [str(kind) for kind in ParameterKind]))
    unit = entry.choice("unit", units) if kind in MEASURED else entry.optional_text("unit")
    if unit and kind not in MEASURED:
        entry.fault("unit", f"a {kind} has no unit", "leave the unit out")
    stricter = entry.optional_choice("stricter", ("lower", "higher"))
    if stricter and kind in (ParameterKind.TEXT, ParameterKind.LIST):
        entry.fault("stricter", f"a {kind} is neither lower nor higher", "leave stricter out")
    return Parameter(name, kind, entry.text("meaning"), unit, stricter)  # type: ignore[arg-type]  # one of the two
