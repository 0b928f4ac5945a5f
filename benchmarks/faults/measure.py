"""Measure root causes over simulated worlds: `python -m benchmarks.faults.measure [--part design] [--worlds 200]`.

The sealed part is looked at once, at the end; see splits.yaml.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from benchmarks.faults import plan, registry, scoring
from benchmarks.faults.judging import Judge
from benchmarks.faults.scoring import Score, calibration_error, error_by_chance, interval
from benchmarks.faults.simulation import Truth, WorldSpec, simulate

from rootlint.causes.confidence import Stratum

OURS = "rootlint"
EXCUSES = frozenset({"metrc-or-store-outage"})  # an outage that did no harm accuses nobody
UNWRITTEN = "rules unwritten"
SURE = 0.9  # a probability that people will take for certain


@dataclass(frozen=True)
class Measured:
    """One world with what every method said about it."""

    spec: WorldSpec
    kinds: tuple[str, ...]  # of the faults that left a trace
    masked: tuple[str, ...]
    scores: dict[str, Score]
    attributed: int
    attributable: int
    fired: dict[str, int]
    seconds: float
    gap: float | None
    same_as_exact: bool | None
    crash: str | None = None


Counts = Mapping[Stratum, tuple[int, int]]  # right, wrong
_judge: Judge | None = None


def measure(spec: WorldSpec) -> Measured:
    """Make a world, judge it, and throw it away."""
    global _judge
    _judge = _judge or Judge()
    folder = Path(tempfile.mkdtemp(prefix="world-"))
    try:
        truth = simulate(spec, folder / "snapshot")
        judgement = _judge.judge(
            folder / "snapshot", undeclared=_undeclared(truth, _judge), unwritten=_unwritten(truth)
        )
    except Exception as crash:  # one world that cannot be judged is a result, and must not hide the others
        return Measured(spec, (), (), {}, 0, 0, {}, 0.0, None, None, f"{type(crash).__name__}: {crash}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    right, total = scoring.attribution(truth, judgement.blamed)
    return Measured(
        spec,
        tuple(fault.kind for fault in truth.faults),
        tuple(fault.kind for fault in truth.masked),
        {method: scoring.score(truth, roots) for method, roots in judgement.roots.items()},
        right, total, dict(judgement.fired), judgement.seconds, judgement.gap, judgement.same_as_exact,
    )  # fmt: skip


def _undeclared(truth: Truth, judge: Judge) -> str | None:
    """For the control with a link undeclared: the first effect that a true root declares."""
    if truth.spec.control != "link undeclared":
        return None
    rules = judge.rules.rules
    effects = [
        link.rule
        for fault in truth.faults
        for root in sorted(fault.roots)
        if root in rules
        for link in rules[root].rule.leads_to
    ]
    return effects[0] if effects else None


def _unwritten(truth: Truth) -> frozenset[str]:
    """For worlds that stand for causes that no rule knows: the rules that would name the first fault."""
    unwritten = truth.spec.control == UNWRITTEN and truth.faults
    return truth.faults[0].roots if unwritten else frozenset()


@click.command(help=__doc__)
@click.option("--part", type=click.Choice(plan.PARTS), default="design", show_default=True)
@click.option("--worlds", "count", default=200, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--missing/--no-missing", default=True, show_default=True, help="Again, with one table missing."
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--results", type=click.Path(path_type=Path, dir_okay=False), default=Path("build/truth/results.json")
)
def main(part: str, count: int, missing: bool, jobs: int, results: Path) -> None:
    if not plan.splits().kinds[part]:
        raise click.UsageError(
            f"no kind of fault is in the part {part} now; benchmarks/faults/splits.yaml says why"
        )
    full = _measured([*plan.worlds(part, count), *plan.placebos(part, count)], jobs)
    shown = {"full data": _summary(full)}
    click.echo(
        f"part {part}: {count} worlds, {sum(len(m.kinds) for m in full)} faults of {len(plan.splits().kinds[part])} kinds"
    )
    _print_scores("full data", full)
    if missing:
        partial_data = _measured(list(plan.worlds(part, count, withhold=True)), jobs)
        _print_scores("one table missing", partial_data)
        shown["one table missing"] = _summary(partial_data)
    _print_controls(full)
    _print_failures(full)
    _print_rules(full)
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps({"part": part, "worlds": count} | shown, indent=1) + "\n", encoding="utf-8")


def _measured(specs: Sequence[WorldSpec], jobs: int) -> list[Measured]:
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        return pool.map(measure, specs, chunksize=4)


# Statistics over worlds


def _precision(method: str, worlds: Sequence[Measured]) -> float | None:
    right, wrong = (sum(getattr(m.scores[method], name) for m in worlds) for name in ("right", "wrong"))
    return right / (right + wrong) if right + wrong else None


def _recall(method: str, worlds: Sequence[Measured]) -> float | None:
    found, asked = (sum(getattr(m.scores[method], name) for m in worlds) for name in ("found", "asked"))
    return found / asked if asked else None


def _f1(method: str, worlds: Sequence[Measured]) -> float | None:
    precision, recall = _precision(method, worlds), _recall(method, worlds)
    return 2 * precision * recall / (precision + recall) if precision and recall else None


def _share(name: str, method: str, worlds: Sequence[Measured]) -> float | None:
    said = [getattr(m.scores[method], name) for m in worlds if getattr(m.scores[method], name) is not None]
    return sum(said) / len(said) if said else None


def _attribution(worlds: Sequence[Measured]) -> float | None:
    total = sum(m.attributable for m in worlds)
    return sum(m.attributed for m in worlds) / total if total else None


_COLUMNS: tuple[tuple[str, Callable[[str, Sequence[Measured]], float | None]], ...] = (
    ("precision", _precision),
    ("recall", _recall),
    ("F1", _f1),
    ("first place", partial(_share, "first")),
    ("first three", partial(_share, "first_three")),
)


def _judged(measured: Iterable[Measured]) -> list[Measured]:
    """Worlds that count: controls have lines of their own."""
    return [m for m in measured if m.crash is None and m.spec.control is None]


def _methods(worlds: Sequence[Measured]) -> list[str]:
    return list(max((m.scores for m in worlds), key=len, default={}))


def _print_scores(title: str, measured: Sequence[Measured]) -> None:
    worlds = _judged(measured)
    click.echo(f"\n{title}: {len(worlds)} worlds with faults (95 % intervals over worlds)")
    click.echo(f"{'':36}" + "".join(f"{name:22}" for name, _ in _COLUMNS))
    for method in _methods(worlds):
        having = [m for m in worlds if method in m.scores]
        click.echo(
            f"{method:36}" + "".join(f"{interval(having, partial(of, method))!s:22}" for _, of in _COLUMNS)
        )
    click.echo(f"attribution of violations            {interval(worlds, _attribution)}")
    _print_confidence([pair for m in worlds for pair in m.scores[OURS].certain])
    _print_proofs(worlds)
    _print_exact(worlds)
    seconds = sorted(m.seconds for m in worlds)
    click.echo(f"seconds a world, median and longest  {seconds[len(seconds) // 2]:.2f}, {seconds[-1]:.2f}")
    for crashed in (m for m in measured if m.crash):
        click.echo(f"not judged: {crashed.spec.name}: {crashed.crash}")


def _print_confidence(certain: Sequence[tuple[float, bool]]) -> None:
    """How far to trust the probabilities, over the roots that state one."""
    error = calibration_error(certain)
    sure = [right for probability, right in certain if probability >= SURE]
    by_chance = f"{_text(error_by_chance(certain))} by chance alone were every probability exact"
    stated = (
        f"{error:.3f} over {len(certain)} roots that state one; {by_chance}" if certain else "none states one"
    )
    click.echo(f"calibration error                    {stated}")
    precision = f"{sum(sure) / len(sure):.3f} of {len(sure)} roots" if sure else "none states that"
    click.echo(f"precision at probability >= {SURE:.1f}      {precision}")


def _print_proofs(worlds: Sequence[Measured]) -> None:
    for right, name in ((True, "right roots"), (False, "wrong roots")):
        standings = Counter(
            standing for m in worlds for standing, verdict in m.scores[OURS].proved if verdict is right
        )
        click.echo(
            f"repair of {name:27}{', '.join(f'{s} {n}' for s, n in sorted(standings.items())) or 'none'}"
        )


def _print_exact(worlds: Sequence[Measured]) -> None:
    solved = [m for m in worlds if m.gap is not None]
    if solved:
        same = sum(bool(m.same_as_exact) for m in solved)
        worst = max(solved, key=lambda m: m.gap or 0.0)
        largest = f"largest gap {worst.gap:.2%} in {worst.spec.name}"
        click.echo(f"against the exact solver             same causes in {same} of {len(solved)}, {largest}")


def _print_controls(measured: Sequence[Measured]) -> None:
    click.echo("\ncontrols")
    for control in ("healthy", "noise", "placebo"):
        worlds = [m for m in measured if m.spec.control == control and m.crash is None]
        fired: Counter[str] = Counter()
        for m in worlds:
            fired.update(m.fired)
        clean = sum(not m.fired.keys() - EXCUSES for m in worlds)
        click.echo(
            f"  {control}: {clean} of {len(worlds)} without a finding but an outage{'; ' if fired else ''}{_listed(fired)}"
        )
    twins = [m for m in measured if m.crash is None and m.scores[OURS].said is not None]
    said = sum(bool(m.scores[OURS].said) for m in twins)
    both = sum(m.scores[OURS].found == m.scores[OURS].asked for m in twins)
    click.echo(f"  ambiguous: said in {said} of {len(twins)} worlds, both faults named in {both}")
    for control in ("link undeclared", "keys lost"):
        worlds = [m for m in measured if m.spec.control == control and m.crash is None]
        if worlds:
            click.echo(
                f"  {control}: {len(worlds)} worlds, precision {_text(_precision(OURS, worlds))}, recall {_text(_recall(OURS, worlds))}, first place {_text(_share('first', OURS, worlds))}"
            )


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def _print_failures(measured: Sequence[Measured]) -> None:
    """Which faults were not named, and what was named at their place."""
    tried: Counter[str] = Counter()
    missed: dict[str, Counter[str]] = defaultdict(Counter)
    false: Counter[str] = Counter()
    for m in _judged(measured):
        tried.update(m.kinds)
        false.update(m.scores[OURS].false)
        for kind, named in m.scores[OURS].missed:
            missed[kind][" + ".join(named) or "nothing"] += 1
    click.echo("\nfaults not named (of how many), and what was named at the place instead")
    for kind in sorted(missed, key=lambda k: (-missed[k].total(), k)):
        roots = "/".join(sorted(registry.load()[kind].roots))
        click.echo(f"  {missed[kind].total():3} of {tried[kind]:3} {kind} ({roots}): {_listed(missed[kind])}")
    click.echo(f"wrong roots: {_listed(false) or 'none'}")
    hidden = Counter(kind for m in measured for kind in m.masked)
    click.echo(
        f"faults that left no trace, and were not asked for: {hidden.total()} of {tried.total() + hidden.total()} {_listed(hidden)}"
    )


def _print_rules(measured: Sequence[Measured]) -> None:
    fired = Counter(rule for m in measured for rule in m.fired)
    click.echo(f"\nrules by worlds they fire on: {_listed(fired)}")
    seen: dict[str, Counter[bool]] = defaultdict(Counter)
    for m in _judged(measured):
        for kind in m.kinds:
            seen[kind][bool(registry.load()[kind].roots & set(m.fired))] += 1
    blind = sorted(kind for kind, counts in seen.items() if not counts[True] and registry.load()[kind].roots)
    click.echo(f"faults that no rule of theirs sees in any world: {', '.join(blind) or 'none'}")


def counted(measured: Iterable[Measured]) -> dict[Stratum, tuple[int, int]]:
    """Right and wrong roots by their facts; what it is neither right nor wrong to name is not counted."""
    verdicts = Counter(pair for m in measured for pair in m.scores[OURS].strata)
    strata = {stratum for stratum, _ in verdicts}
    return {stratum: (verdicts[stratum, True], verdicts[stratum, False]) for stratum in sorted(strata)}


def _summary(measured: Sequence[Measured]) -> dict[str, object]:
    worlds = _judged(measured)
    summary: dict[str, object] = {
        method: {name: of(method, worlds) for name, of in _COLUMNS}
        for method in _methods(worlds)
        if all(method in m.scores for m in worlds)
    }
    facts = {", ".join(stratum): counts for stratum, counts in counted(worlds).items()}
    return summary | {
        "attribution": _attribution(worlds),
        "worlds": len(worlds),
        "right and wrong roots": facts,
    }


if __name__ == "__main__":
    main()
