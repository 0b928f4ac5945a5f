"""Rules written in a test as YAML, judged on rows written beside them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from rootlint.engine.duckdb import DuckDBEngine
from rootlint.errors import Problem, Problems, UserError
from rootlint.jurisdictions.laws import Laws
from rootlint.model import Outcome
from rootlint.plugins import PackSource
from rootlint.rules.findings import violation_rows
from rootlint.rules.keys import KEYS
from rootlint.rules.language.types import OF_PARAMETER_KIND
from rootlint.rules.loading import load_packs
from rootlint.rules.made import Bench, make_run
from rootlint.rules.model import LoadedRule
from rootlint.rules.running import Run, evaluate

ABOUT = """\
layer: data
severity: warning
confidence: high
since: 0.1.0
summary: Made.
rationale: Made for a test.
remediation: Made.
can_be_root: false
"""

Violation = dict[str, Any]


@dataclass(frozen=True)
class Workbench:
    """Loads rules from text and judges them; a violation is shown by all it has, what is null left out."""

    folder: Path
    engine: DuckDBEngine
    laws: Laws
    functions: Mapping[str, Any]

    def load(self, **rules: str) -> dict[str, LoadedRule]:
        """Load rules of a pack ``made``, each from the text of its file but for what all have in common."""
        for name, text in rules.items():
            about = "".join(
                line
                for line in ABOUT.splitlines(keepends=True)
                if f"\n{line.partition(':')[0]}:" not in f"\n{text}"
            )
            name = name.replace("_", "-")
            (self.folder / f"{name}.yaml").write_text(f"{text}\nname: made/{name}\n{about}", encoding="utf-8")
        kinds = {name: OF_PARAMETER_KIND[of.kind] for name, of in self.laws.vocabulary.parameters.items()}
        return dict(load_packs([PackSource("made", self.folder, "0", self.functions)], kinds).rules)

    def rule(self, check: str, case: str = "", further: str = "") -> LoadedRule:
        """Load one rule from the text of its check, of its case and of its further keys."""
        case = f"name: made\nfinds: []\n{dedent(case)}"
        text = f"check:\n{indent(dedent(check).strip(), '  ')}\n{dedent(further)}\ntests:\n  -\n{indent(case, '    ')}"
        return self.load(made=text)["made/made"]

    def violations(self, check: str, case: str, further: str = "") -> list[Violation]:
        """What a check finds in the rows of a case."""
        return self.judged(check, case, further)[0]

    def outcomes(self, check: str, case: str, further: str = "") -> list[Outcome]:
        """How a check ended on the rows of a case, for each facility."""
        return self.judged(check, case, further)[1]

    def judged(self, check: str, case: str, further: str = "") -> tuple[list[Violation], list[Outcome]]:
        """What a check finds, and how it ended."""
        rule = self.rule(check, case, further)
        evaluation = evaluate([rule], self.run(rule))
        return self.found(), list(evaluation.outcomes)

    def run(self, rule: LoadedRule) -> Run:
        """What the first case of a rule gives to judge."""
        functions = dict(self.functions)
        problems = Problems()
        run = make_run(
            rule, 0, Bench(self.engine, self.laws.jurisdictions, self.laws.vocabulary, functions), problems
        )
        problems.raise_if_any()
        assert run is not None
        return run

    def found(self) -> list[Violation]:
        """The violations of the last evaluation."""
        names = ["rule", "facility", "subject", "at", "until", "scope", "message", "evidence", "place", *KEYS]
        return [_shown(dict(zip(names, row, strict=True))) for row in violation_rows(self.engine, names)]

    def faults(self, check: str, further: str = "") -> str:
        """What loading a check complains of, as it is printed; its text begins on line 2, indented by two."""
        try:
            self.rule(check, "", further)
        except UserError as error:
            return "\n".join(map(self.told, error.problems))
        return ""

    def told(self, problem: Problem) -> str:
        """A problem as it is printed, with the folder's own path left out."""
        return str(problem).replace(f"{self.folder.as_posix()}/", "")


def _shown(row: Violation) -> Violation:
    shown = {name: value for name, value in row.items() if value is not None or name == "facility"}
    shown |= {name: json.loads(row[name]) for name in ("scope", "evidence")}
    shown |= {name: f"{row[name].isoformat()}Z" for name in ("at", "until") if row[name] is not None}
    # What goes without saying: one rule, one facility, and no scope but the facility.
    usual = {"rule": "made/made", "facility": "F1", "scope": {}, "evidence": {}}
    return {name: value for name, value in shown.items() if name not in usual or value != usual[name]}
