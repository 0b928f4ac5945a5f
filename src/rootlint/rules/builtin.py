"""What rootlint itself brings to the rules room, through the same hooks as everybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rootlint import __version__
from rootlint.plugins import PackSource, hookimpl
from rootlint.shipped import shipped_folder

if TYPE_CHECKING:
    from rootlint.rules.checks import CheckKind


@hookimpl
def rootlint_packs() -> Iterable[PackSource]:
    """The built-in rules."""
    from rootlint.rules.functions import FUNCTIONS

    return [PackSource("rootlint", shipped_folder("rules"), __version__, FUNCTIONS)]


@hookimpl
def rootlint_check_kinds() -> Iterable[CheckKind]:
    """The built-in check kinds, imported only where rules are loaded."""
    from rootlint.rules.checks import (
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

    kinds = (
        expect,
        match,
        reference,
        unique,
        deadline,
        coverage,
        balance,
        limit,
        sequence,
        setting,
        query,
        python,
    )
    return [module.KIND for module in kinds]
