"""The rules that stand at the paths a rule author names."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rootlint.cli.common import load
from rootlint.errors import Place, Problem, Problems, UserError

if TYPE_CHECKING:
    from rootlint.configuration import Configuration
    from rootlint.jurisdictions.laws import Laws
    from rootlint.plugins import PackSource
    from rootlint.rules.loading import Packs
    from rootlint.rules.model import LoadedRule


@dataclass(frozen=True)
class RulesAt:
    """Some rules, and all that were loaded with them since rules name each other."""

    laws: Laws
    packs: Packs
    sources: tuple[PackSource, ...]
    rules: tuple[LoadedRule, ...]


def rules_at(paths: Sequence[Path], configuration: Configuration) -> RulesAt:
    """Load the packs of the run and those that the paths stand in; without paths, all rules are meant."""
    from rootlint.rules.loading import folder_pack, installed_packs

    installed = installed_packs()
    known = {source.folder.resolve() for source in installed}
    packs = known | {folder.resolve() for folder in configuration.packs}
    folders = [*configuration.packs, *(_home(path, packs) for path in paths)]
    further = {folder.resolve(): folder for folder in reversed(folders) if folder.resolve() not in known}
    added = tuple(reversed(further.values()))
    laws, loaded = load(dataclasses.replace(configuration, packs=added))
    sources = (*installed, *map(folder_pack, added))
    return RulesAt(laws, loaded, sources, tuple(_standing_at(paths, loaded, sources)))


def _home(path: Path, packs: Collection[Path]) -> Path:
    """The folder of the pack that a path stands in."""
    from rootlint.rules.sources import home_of

    if not path.exists():
        raise UserError(Problem("there is no such file or folder of rules", Place(str(path))))
    return home_of(path, packs)


def _standing_at(paths: Sequence[Path], packs: Packs, sources: Sequence[PackSource]) -> list[LoadedRule]:
    """The rules whose files stand at or below the paths; a rule is named for its file, and pack.yaml for all."""
    from rootlint.rules.loading import rule_files

    files = {
        file.resolve(): (source.name, file.stem) for source in sources for file in rule_files(source.folder)
    }
    found = set() if paths else {*files.values()}
    problems = Problems()
    for path in paths:
        place = (path.parent if path.name == "pack.yaml" else path).resolve()
        here = {rule for file, rule in files.items() if file.is_relative_to(place)}
        if not here:
            problems.add("no rule stands here", Place(str(path)), "name a rule file, or a folder of them")
        found |= here
    problems.raise_if_any()
    return [rule for rule in packs.rules.values() if (rule.pack, rule.name.rpartition("/")[2]) in found]
