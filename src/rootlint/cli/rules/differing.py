"""``rootlint rules diff``: what a newer version of a pack changes, before it is taken."""

from __future__ import annotations

import dataclasses
import fnmatch
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rootlint.cli.common import FOLDER, as_of_option, configure, pack_options
from rootlint.cli.runs import assess, engine_options, options_of
from rootlint.cli.terminal import say, show

if TYPE_CHECKING:
    from rootlint.assess import Options, Rulebook
    from rootlint.configuration import Configuration
    from rootlint.model import PackHead, Report
    from rootlint.plugins import PackSource
    from rootlint.report.upgrade import Outlook
    from rootlint.rules.differing import RuleChange
    from rootlint.rules.model import LoadedRule

COMES_IN, NOTHING, LOST = 1, 3, 4  # exit codes of two versions that judge a snapshot


@click.command()
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.argument("snapshot", required=False, type=FOLDER)
@as_of_option("Judge by this day; today, in UTC, if not given.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but errors.")
@pack_options
@engine_options
def diff(old: Path, new: Path, snapshot: Path | None, format: str, quiet: bool, **given: Any) -> int:
    """Compare two versions of a pack.

    OLD and NEW are folders of rules, or names of installed packs. Rules are new, gone, renamed (by their aliases) or
    changed, and in what. With SNAPSHOT, it is judged by both, and what differs is told: findings that appear, vanish
    or change, by rule, facility and scope; verdicts that are others; and findings that are not seen, because their
    rules no longer look. Waivers and the baseline are not looked at. The exit code is 0 without a snapshot. With one,
    it is 1 when findings at the threshold come in, grow or get worse, 3 when NEW evaluates nothing, 4 when a verdict
    is no longer reached, and else 0.
    """
    from rootlint.report.upgrade import Upgrade, render_json, upgrade_lines
    from rootlint.rules.differing import compare_rules

    configuration = configure(snapshot=snapshot, **given)
    older, newer = _sides(old, new, configuration)
    changes = compare_rules(older.rules, newer.rules)
    outlook, code = None, 0
    if snapshot is not None:
        before = assess(_options(configuration, older, newer), quiet, older.rulebook)
        after = assess(_options(configuration, newer, older), quiet, newer.rulebook)
        outlook, code = _outlook(before, after, changes)
    upgrade = Upgrade(older.head, newer.head, changes, outlook)
    if format == "json":
        say(render_json(upgrade))
    else:
        show(upgrade_lines(upgrade))
    return code


@dataclasses.dataclass(frozen=True)
class Side:
    """One of the two versions, loaded with all other packs."""

    source: PackSource
    rulebook: Rulebook

    @property
    def rules(self) -> dict[str, LoadedRule]:
        """Its own rules."""
        return {
            name: rule for name, rule in self.rulebook.packs.rules.items() if rule.pack == self.source.name
        }

    @property
    def head(self) -> PackHead:
        return next(head for head in self.rulebook.packs.heads if head.name == self.source.name)


def _sides(old: Path, new: Path, configuration: Configuration) -> list[Side]:
    """Both versions, each without the other; every fault of both at once."""
    from rootlint.assess import Rulebook
    from rootlint.errors import Problem, UserError
    from rootlint.jurisdictions.laws import load_laws
    from rootlint.rules.loading import load_rules
    from rootlint.rules.sources import folder_pack, pack_at

    sources = pack_at(old), pack_at(new)
    ours = {source.name for source in sources}
    beside = tuple(folder for folder in configuration.packs if folder_pack(folder).name not in ours)
    laws = load_laws(configuration.jurisdictions)
    sides: list[Side] = []
    problems: list[Problem] = []
    for source in sources:
        try:
            packs = load_rules(laws, beside, configuration.mappings, [source], configuration.cache_folder)
            sides.append(Side(source, Rulebook(laws, packs)))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*dict.fromkeys(problems))
    return sides


def _options(configuration: Configuration, side: Side, other: Side) -> Options:
    """What one version is to do: what the configuration says of rules that only the other has is left out."""
    options = options_of(configuration)
    mine, its = side.rulebook.packs.names, other.rulebook.packs.names

    def is_for_me(name: str) -> bool:
        return bool(fnmatch.filter(mine, name)) or not fnmatch.filter(its, name)

    chosen = options.selection
    selection = dataclasses.replace(
        chosen,
        # No name at all would choose every rule.
        rules=tuple(filter(is_for_me, chosen.rules)) or chosen.rules,
        ignore=tuple(filter(is_for_me, chosen.ignore)),
    )
    return dataclasses.replace(
        options,
        selection=selection,
        switches={rule: switch for rule, switch in options.switches.items() if is_for_me(rule)},
        exceptions=options.exceptions.without(waivers=True, baseline=True),
    )


def _outlook(old: Report, new: Report, changes: Sequence[RuleChange]) -> tuple[Outlook, int]:
    from rootlint.report.upgrade import compare_reports

    outlook = compare_reports(old, new, changes)
    if any(change.fails(new.fail_on) for change in outlook.findings):
        return outlook, COMES_IN
    if new.exit_code == NOTHING:
        return outlook, NOTHING
    return outlook, LOST if any(change.is_lost for change in outlook.verdicts) else 0
