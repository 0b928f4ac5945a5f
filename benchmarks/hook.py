"""What a commit hook on one configuration file takes: CPU time over that of a bare interpreter.

    python benchmarks/hook.py [--runs 15]

Each figure is the least of several runs, since other programs only ever add to it. The hook may take 200 ms over the
bare interpreter with its rules compiled; the exit code is 1 where it takes more.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import click

from rootlint.exceptions.baseline import Baseline, Entry, Evidence, write_baseline
from rootlint.model import Severity

ALLOWED = 200  # ms of CPU over a bare interpreter
EXCEPTIONS = 50  # waivers, and lines of a baseline
STORE = """\
# Made for a measurement.
license_number: C10-000{index:04}-LIC
host: https://api-ca.metrc.com
timezone: America/Los_Angeles
page_size: {page_size}
sync: {{interval_minutes: 60, overlap_minutes: 5}}
retry: {{attempts: 5, on_status: [429, 500, 502, 503, 504], honor_retry_after: true}}
credentials: {{vendor_key: "vault:made/vendor", key_owner: made.person}}
"""
HOOK = "import sys; from rootlint.cli import main; sys.argv[0] = 'rootlint'; main()"


@click.command()
@click.option("--runs", default=15, show_default=True, help="How many runs the least is taken of.")
def main(runs: int) -> None:
    """Print the CPU time of the hook beside that of an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _write_stores(place / "config" / "stores", 8)
        hook = ["-c", HOOK, "check", "--stage", "config", "--hook", "config/stores/0.yaml"]
        first = _least(hook, place, 1)
        bare, compiled = _least(["-c", "pass"], place, runs), _least(hook, place, runs)
        _write_exceptions(place)
        excepted = _least(hook, place, runs)
    over = max(compiled, excepted) - bare
    click.echo(f"bare interpreter          {bare:6.0f} ms")
    click.echo(f"hook, rules to compile    {first:6.0f} ms")
    click.echo(
        f"hook, rules compiled      {compiled:6.0f} ms, {compiled / bare:.0f} times the bare interpreter"
    )
    click.echo(
        f"hook, {EXCEPTIONS} exceptions      {excepted:6.0f} ms, waivers and a baseline of as many lines"
    )
    click.echo(f"over the bare interpreter {over:6.0f} ms of {ALLOWED} allowed")
    sys.exit(over > ALLOWED)


def _write_stores(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    for index in range(count):
        page_size = 50 if index == 0 else 20
        (folder / f"{index}.yaml").write_text(
            STORE.format(index=index, page_size=page_size), encoding="utf-8"
        )


def _write_exceptions(place: Path) -> None:
    """Waivers and a baseline as a real operator may have them: most of rules that need a snapshot."""
    folder = place / ".rootlint"
    folder.mkdir()
    waivers = [
        {
            "id": f"W-{number}", "rule": "sale-posted-late", "facility": f"C10-000{number:04}-LIC", "all": True,
            "reason": "made", "author": "a.author", "approver": "b.other", "opened": "2026-11-01",
            "expires": "2026-11-02",
        }
        for number in range(EXCEPTIONS)
    ]  # fmt: skip
    (folder / "waivers.yaml").write_text(
        json.dumps({"format": 1, "waivers": waivers}, indent=1), encoding="utf-8"
    )
    entries = tuple(
        Entry(
            "sale-posted-late",
            f"C10-000{number:04}-LIC",
            {},
            Severity.ERROR,
            Evidence(1, "0" * 16),
            date(2026, 11, 1),
        )
        for number in range(EXCEPTIONS)
    )
    baseline = write_baseline(Baseline({}, "made", entries))
    (folder / "baseline.jsonl").write_text(baseline, encoding="utf-8")


def _least(args: list[str], place: Path, runs: int) -> float:
    """The least CPU time of several runs, in milliseconds."""
    environment = {**os.environ, "ROOTLINT_CACHE": str(place / "cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs have their bytecode
    return min(_cpu([sys.executable, *args], place, environment) for _ in range(runs))


def _cpu(command: list[str], place: Path, environment: dict[str, str]) -> float:
    before = _spent()
    done = subprocess.run(command, cwd=place, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):
        raise click.ClickException(f"the hook ended with exit code {done.returncode}")
    return (_spent() - before) * 1000


def _spent() -> float:
    """The seconds of CPU that all children have taken so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
