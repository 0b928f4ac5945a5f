"""Packs that were loaded and found sound, kept between runs: checking a few hundred rules takes seconds.

A pack is kept under a digest of all that its rules follow from, and is read back whole or not at all. What is kept
is a pickle that may name the classes rules are made of and nothing else, so that a cache somebody else wrote can
make nothing but rules, as with those of the configuration stage (``compiled``).
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import pickle
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rootlint
from rootlint import cache
from rootlint.plugins import PackSource, installed_versions
from rootlint.rules.model import LoadedRule

if TYPE_CHECKING:
    from rootlint.rules.language.types import Type

_ROOMS = ("rootlint.rules.", "rootlint.documents", "rootlint.model")  # whose classes rules are made of


@dataclass(frozen=True)
class Kept:
    """A folder of sound packs; ``parameters`` and ``settings`` are what their rules were checked against."""

    folder: Path
    parameters: Mapping[str, Type]
    settings: frozenset[str] | None

    def read(self, source: PackSource, digest: str) -> list[LoadedRule] | None:
        """The rules of a pack whose files have this digest; None where they are not kept."""
        kept = cache.read(self.folder, self._key(source, digest))
        if kept is None:
            return None
        try:
            rules = _OnlyRules(io.BytesIO(zlib.decompress(kept))).load()
        except Exception:  # whatever it is that another program kept: it fails in ways without number
            return None
        return rules if isinstance(rules, list) and all(type(rule) is LoadedRule for rule in rules) else None

    def write(self, source: PackSource, digest: str, rules: Sequence[LoadedRule]) -> None:
        """Keep the rules of a sound pack, if they are all of our making and not nested too deeply for that."""
        if not all(type(rule.check).__module__.startswith(_ROOMS) for rule in rules):
            return  # a plugin's kind of check: its classes would not be read back
        try:
            kept = io.BytesIO()
            _Pickler(kept, pickle.HIGHEST_PROTOCOL).dump(list(rules))
        except RecursionError:
            return
        cache.write(self.folder, self._key(source, digest), zlib.compress(kept.getvalue(), level=1))

    def _key(self, source: PackSource, digest: str) -> str:
        follows_from = [
            [digest, source.name, source.version, str(source.folder), sorted(source.functions or ())],
            sorted(self.parameters.items()),
            None if self.settings is None else sorted(self.settings),
            [_program(), sys.version, version("pydantic"), version("sqlglot"), *installed_versions()],
        ]
        return hashlib.sha256(json.dumps(follows_from).encode()).hexdigest()


@functools.cache
def _program() -> str:
    """A digest of the program itself, which changes between releases and while somebody works on it."""
    digest, folder = hashlib.sha256(), Path(rootlint.__file__).parent
    cache.add_files(digest, folder, (*folder.rglob("*.py"), *folder.rglob("*.yaml")))
    return digest.hexdigest()


class _Pickler(pickle.Pickler):
    def reducer_override(self, thing: object) -> Any:
        # Some releases of Python write the member of an enumeration as a call of getattr, which is not let in again.
        return (type(thing), (thing.value,)) if isinstance(thing, Enum) else NotImplemented


class _OnlyRules(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("decimal", "Decimal"):
            return Decimal
        found = super().find_class(module, name) if module.startswith(_ROOMS) else None
        # A module holds what it imports, too.
        if isinstance(found, type) and (found.__module__, found.__qualname__) == (module, name):
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a rule")
