"""Functions for built-in rules of kind `python`: what SQL cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]
Reader = Callable[[str], Iterable[Row]]  # table -> its rows, the columns in `reads`

FUNCTIONS: dict[str, Callable[[Reader], Iterable[Row]]] = {}
