"""Plans for programs, and back: what was written is read again when a later snapshot is held against it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rootlint.causes.plan import Plan
from rootlint.errors import Place, Problem, UserError
from rootlint.report.json_report import plain
from rootlint.report.published import published_schema

FORMAT = "rootlint-plan/1"


def render(plan: Plan) -> str:
    """Write a plan as JSON, as reports are written: sorted keys, ASCII, instants in UTC ending in Z."""
    return json.dumps({"format": FORMAT, **plain(plan)}, sort_keys=True, indent=2, allow_nan=False) + "\n"


def parse(text: str, file: str) -> Plan:
    """Read a plan; raise ``UserError`` with every fault of it."""
    document = _json(text, file)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        help = "rootlint plan SNAPSHOT --format json writes one"
        raise UserError(Problem(f"this is no plan of the format {FORMAT}", Place(file), help))
    try:
        return TypeAdapter(Plan).validate_python(
            {key: value for key, value in document.items() if key != "format"}
        )
    except ValidationError as error:
        raise UserError(*(_problem(fault, file) for fault in error.errors())) from None


def schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    return published_schema("plan-1")


def _json(text: str, file: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise UserError(Problem(f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", place)) from None


def _problem(fault: Any, file: str) -> Problem:
    where = ".".join(str(part) for part in fault["loc"])
    return Problem(f"{where}: {fault['msg'][:1].lower()}{fault['msg'][1:]}", Place(file))
