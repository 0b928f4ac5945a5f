"""What rules put right for certain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rootlint.config_stage.judging import Checked, check_contents
from rootlint.config_stage.layout import Layout
from rootlint.config_stage.options import Options
from rootlint.rules.configured import Violation
from rootlint.snapshot.rewriting import Change, replace_files, rewritten


@dataclass(frozen=True)
class Fixes:
    """What can be put right for certain."""

    contents: Mapping[str, bytes]  # of the files that change, by name
    values: int  # how many settings have another value
    after: Checked  # the configuration as it then is

    def write(self, layout: Layout) -> None:
        """Write all files, or none."""
        replace_files({layout.files[name]: raw for name, raw in self.contents.items()})


MOST_ROUNDS = 10  # a value may be wrong by several rules, and is put right by one at a time


def find_fixes(checked: Checked, options: Options) -> Fixes:
    """The values of the named files that rules put right; a value of which anything is uncertain stays as it is."""
    now, fixed = checked, set[tuple[str, str]]()
    for _ in range(MOST_ROUNDS):
        changes = {file: _certain(now.contents[file], file, wished) for file, wished in _changes(now).items()}
        made = {
            file: rewritten(now.contents[file], file, list(wished.values()))
            for file, wished in changes.items()
            if wished
        }
        contents = {file: raw for file, raw in made.items() if raw is not None}
        if not contents:
            break
        fixed |= {(file, path) for file in contents for path in changes[file]}
        now = check_contents(options, checked.packs, checked.layout, {**now.contents, **contents})
    changed = {file: raw for file, raw in now.contents.items() if raw != checked.contents[file]}
    return Fixes(changed, len(fixed), now)


def certain_fix(checked: Checked, violation: Violation) -> bytes | None:
    """The bytes of its file with one violation put right; None where that is not certain."""
    known = violation.setting
    if known is None or violation.fix is None:
        return None
    return rewritten(checked.contents[known.file], known.file, [(known.at, violation.fix)])


def _certain(raw: bytes, file: str, wished: Mapping[str, Change]) -> dict[str, Change]:
    return {path: change for path, change in wished.items() if rewritten(raw, file, [change]) is not None}


def _changes(checked: Checked) -> dict[str, dict[str, Change]]:
    """By file and path, what the first rule that knows better wants; what somebody answers for stays as it is."""
    findings = checked.findings
    changes: dict[str, dict[str, Change]] = {}
    for violation in checked.violations:
        known = violation.setting
        if (
            findings[violation.fingerprint].is_waived
            or known is None
            or known.file not in checked.layout.given
        ):
            continue
        if violation.fix is not None:
            changes.setdefault(known.file, {}).setdefault(known.path, (known.at, violation.fix))
    return changes
