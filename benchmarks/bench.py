"""Time rootlint against the same checks written by hand, over the same files, in the same run.

    python benchmarks/bench.py [--sale-lines 1000000 10000000] [--broken-one-in 1] [--runs 1]

Three measurements, each in a process of its own: rootlint with all rules, rootlint with the rules that have a twin
in handwritten.sql, and the twins. The bench fails when a rule and its twin find different numbers of violations.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

HERE = Path(__file__).parent
AS_OF = date(2026, 11, 1)  # the day on which the made snapshot is captured
MEGABYTES = 2**20 if sys.platform == "darwin" else 2**10  # in the unit of ru_maxrss


def main() -> None:
    parser = argparse.ArgumentParser(description="Time rootlint against hand-written SQL.")
    parser.add_argument("--sale-lines", type=int, nargs="+", default=[1_000_000])
    parser.add_argument(
        "--broken-one-in", type=int, help="break one receipt in so many; 1 breaks all of them"
    )
    parser.add_argument("--runs", type=int, default=1, help="measure so often, and show the fastest")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        what, folder = options.measure
        click.echo(json.dumps(MEASURED[what](Path(folder)) | _used()))
        return
    for size in options.sale_lines:
        _show(size, bench(made_snapshot(size, options.broken_one_in), options.runs))


def made_snapshot(sale_lines: int, one_in: int | None) -> Path:
    """The made snapshot of a size with one receipt in so many broken, kept between runs."""
    broken = [] if one_in is None else ["--broken-one-in", str(one_in)]
    target = HERE.parent / "build" / "bench" / "".join((str(sale_lines), *broken))
    if not (target / "snapshot.yaml").exists():
        made = ["--sale-lines", str(sale_lines), *broken]
        subprocess.run([sys.executable, HERE / "generate.py", target, *made], check=True, stdout=sys.stderr)
    return target


def bench(snapshot: Path, runs: int) -> dict[str, dict[str, Any]]:
    """Each measurement's fastest run by processor time; exits when the twins disagree."""
    found = {
        what: min((_measured(what, snapshot) for _ in range(runs)), key=lambda run: run["cpu"])
        for what in MEASURED
    }
    differ = differences(found["twins"]["violations"], found["handwritten"]["violations"])
    if differ:
        sys.exit("rules and their twins differ in what they find:\n" + "\n".join(differ))
    return found


def differences(rules: dict[str, int], twins: dict[str, int]) -> list[str]:
    """A line for each rule whose twin finds another number of violations."""
    return [
        f"{name}: rootlint {rules.get(name)}, by hand {twins.get(name)}"
        for name in sorted({*rules, *twins})
        if rules.get(name) != twins.get(name)
    ]


def _measured(what: str, snapshot: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", what, str(snapshot)]
    begun = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured | {"wall": time.perf_counter() - begun}


def _used() -> dict[str, float]:
    """Processor seconds and peak memory (MB) of this process, its start included."""
    return {"cpu": _cpu(), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTES}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# -- what is measured


def _rootlint(snapshot: Path, rules: tuple[str, ...] = ()) -> dict[str, Any]:
    from rootlint import assess
    from rootlint.assess import judging
    from rootlint.rules.selecting import Selection

    seconds: dict[str, float] = {}
    _time(judging, "evaluate", seconds)
    _time(judging, "_explained", seconds)
    report = assess.assess(assess.Options(snapshot, AS_OF, Selection(rules)))
    violations: Counter[str] = Counter()
    for outcome in report.outcomes:
        violations[outcome.rule] += outcome.violations
    return {"violations": violations, "evaluating": seconds["evaluate"], "explaining": seconds["_explained"]}


def _time(module: Any, name: str, seconds: dict[str, float]) -> None:
    """Note the processor seconds of a step of the run; only the benchmark looks into it."""
    step: Callable[..., Any] = getattr(module, name)

    def timed(*args: Any) -> Any:
        begun = _cpu()
        done = step(*args)
        seconds[name] = _cpu() - begun
        return done

    setattr(module, name, timed)


def _handwritten(snapshot: Path) -> dict[str, Any]:
    import duckdb
    import yaml

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    for file in sorted((snapshot / "tables").glob("*.parquet")):
        path = str(file).replace("'", "''")
        connection.execute(f"CREATE VIEW {file.stem} AS FROM read_parquet('{path}')")
    manifest = yaml.safe_load((snapshot / "snapshot.yaml").read_text(encoding="utf-8"))
    connection.execute(f"SET VARIABLE captured_at = TIMESTAMPTZ '{manifest['captured_at']}'")
    connection.execute("CREATE TABLE facility (facility TEXT, jurisdiction TEXT, zone TEXT)")
    rows = [(of["facility"], of["jurisdiction"], of["timezone"]) for of in manifest["facilities"]]
    connection.executemany("INSERT INTO facility VALUES (?, ?, ?)", rows)
    found = {}
    for heading, query in queries():
        rows = connection.execute(query).fetchall()
        if heading.startswith("reads: ") and rows:
            sys.exit(f"{heading}: {len(rows)} keys are empty or repeated")
        if heading.startswith("rule: "):
            found[heading.removeprefix("rule: ")] = len(rows)
    return {"violations": found}


def queries() -> list[tuple[str, str]]:
    """The statements of handwritten.sql, each with its heading: setup, reads: table, rule: name."""
    text = (HERE / "handwritten.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- (setup|reads: .+|rule: .+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def twins() -> tuple[str, ...]:
    """The rules that have a twin."""
    return tuple(heading.removeprefix("rule: ") for heading, _ in queries() if heading.startswith("rule: "))


MEASURED: dict[str, Callable[[Path], dict[str, Any]]] = {
    "all": _rootlint,
    "twins": lambda snapshot: _rootlint(snapshot, twins()),
    "handwritten": _handwritten,
}


# -- what is shown

TITLES = {"all": "rootlint, all rules", "twins": "rootlint, rules with a twin", "handwritten": "by hand"}


def _show(size: int, found: dict[str, dict[str, Any]]) -> None:
    by_hand, same, everything = found["handwritten"], found["twins"], found["all"]
    violations = sum(by_hand["violations"].values())
    click.echo(
        f"{size:,} sale lines, {len(twins())} rules with a twin, {violations:,} violations of them on both sides"
    )
    click.echo(f"{'':30}{'cpu s':>9}{'wall s':>9}{'peak MB':>9}")
    for what, title in TITLES.items():
        run = found[what]
        click.echo(f"{title:30}{run['cpu']:9.1f}{run['wall']:9.1f}{run['peak']:9.0f}")
    click.echo(
        f"rootlint / by hand, cpu: {same['cpu'] / by_hand['cpu']:.2f} (evaluating alone {same['evaluating'] / by_hand['cpu']:.2f})"
    )
    click.echo(f"all rules / rules with a twin, cpu: {everything['cpu'] / same['cpu']:.2f}")
    click.echo(f"all rules: {sum(everything['violations'].values()):,} violations")
    click.echo(
        f"all rules: explaining / evaluating, cpu: {everything['explaining'] / everything['evaluating']:.2f} "
        f"({everything['explaining']:.1f} s / {everything['evaluating']:.1f} s)\n"
    )


if __name__ == "__main__":
    main()
