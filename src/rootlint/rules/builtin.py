"""What rootlint itself brings to the rules room, through the same hooks as everybody else's."""

from __future__ import annotations

from collections.abc import Iterable

from rootlint import __version__
from rootlint.plugins import PackSource, hookimpl
from rootlint.rules.checks import (
    CheckKind,
    balance,
    coverage,
    deadline,
    expect,
    limit,
    match,
    python,
    query,
    reference,
    sequence,
    setting,
    unique,
)
from rootlint.shipped import shipped_folder

_KINDS = (expect, match, reference, unique, deadline, coverage, balance, limit, sequence, setting, query, python)


@hookimpl
def rootlint_packs() -> Iterable[PackSource]:
    """The built-in rules."""
    from rootlint.rules.functions import FUNCTIONS

    return [PackSource("rootlint", shipped_folder("rules"), __version__, FUNCTIONS)]


@hookimpl
def rootlint_check_kinds() -> Iterable[CheckKind]:
    """The built-in check kinds."""
    return [module.KIND for module in _KINDS]
