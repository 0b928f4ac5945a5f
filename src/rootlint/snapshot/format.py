"""The snapshot format, read once from ``format.yaml``: what reading, validation and documentation rest on."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from rootlint.documents import load_yaml

EXTENSIONS = ("parquet", "csv", "ndjson", "json")  # what a table file may be
BUILT_TABLES = ("facilities", "config_settings")  # built by rootlint, never read from tables/

FORMAT: Format  # loaded on first use, so that importing this module stays cheap


class ColumnType(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    QUANTITY = "quantity"
    MONEY = "money"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DATE = "date"
    LIST = "list"

    @property
    def sql(self) -> str:
        """The SQL type of the column in an opened relation."""
        return _SQL_TYPES[self]


_SQL_TYPES = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.QUANTITY: "DECIMAL(18,6)",
    ColumnType.MONEY: "DECIMAL(18,6)",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.INSTANT: "TIMESTAMP",
    ColumnType.DATE: "DATE",
    ColumnType.LIST: "VARCHAR[]",
}

_MEANINGS = {
    ColumnType.TEXT: "text",
    ColumnType.INTEGER: "whole number, 64 bits",
    ColumnType.QUANTITY: "exact decimal, 12 digits before the point and 6 after",
    ColumnType.MONEY: "exact decimal like a quantity, in US dollars",
    ColumnType.BOOLEAN: "true or false, also 1 or 0",
    ColumnType.INSTANT: "ISO 8601 time with an offset: 2026-11-01T13:00:00Z",
    ColumnType.DATE: "ISO 8601 calendar day of the facility: 2026-11-01",
    ColumnType.LIST: 'list of text: ["a", "b"], in CSV also a;b',
}


class Spelling(StrEnum):
    """Words that every program logs in its own way, and what they are read as."""

    PATH = "path"  # "GET https://api-ca.metrc.com/packages/v2/active?page=2" is /packages/v2/active
    METHOD = "method"  # "post" is POST
    ENTITY = "entity"  # "Sales receipt" is sale
    UNIT = "unit"  # "oz." is Ounces

    @property
    def meaning(self) -> str:
        """What is read alike, for people."""
        return _SPELLINGS[self]


_SPELLINGS = {
    Spelling.PATH: "read in lower case, without method, host, query and closing slash, with {id} for the number or tag of a record, and with v2 where METRC's path is logged without a version",
    Spelling.METHOD: "read in upper case",
    Spelling.ENTITY: "read in lower case; receipts are sales, and plurals and packages' adjustments go by the one word",
    Spelling.UNIT: "METRC's name of a unit is read for what stands for it: ea for Each, g for Grams, oz for Ounces",
}

_TOLD = "read off {} where it is empty; what adjusts is about a package or an adjustment, whichever {} names"

# What a log may call the things that rules speak of.
ENTITIES: Mapping[str, tuple[str, ...]] = {
    "sale": (
        "sales",
        "receipt",
        "receipts",
        "sale_receipt",
        "sales_receipt",
        "sales_receipts",
        "order",
        "transaction",
    ),
    "package": ("packages",),
    "adjustment": ("adjustments", "package_adjustment", "package_adjustments", "inventory_adjustment"),
    "transfer": ("transfers", "manifest", "manifests"),
}

# What a record is that a call's path leads to; the first that matches counts.
ENTITY_PATHS: Mapping[str, str] = {
    "package": "^/packages/",
    "sale": "^/sales/.*receipts",
    "transfer": "^/transfers/",
    "harvest": "^/harvests/",
    "plant": "^/plants/",
    "plant_batch": "^/plantbatches/",
    "item": "^/items/",
}

# METRC's names of units, and what other programs call them.
UNITS: Mapping[str, tuple[str, ...]] = {
    "Each": ("each", "ea", "unit", "units", "piece", "pieces", "pc", "pcs", "ct", "count"),
    "Grams": ("grams", "gram", "g", "gr", "gm", "gms"),
    "Milligrams": ("milligrams", "milligram", "mg"),
    "Kilograms": ("kilograms", "kilogram", "kg", "kgs"),
    "Ounces": ("ounces", "ounce", "oz"),
    "Pounds": ("pounds", "pound", "lb", "lbs"),
    "Milliliters": ("milliliters", "milliliter", "ml"),
    "Liters": ("liters", "liter", "l"),
    "Fluid Ounces": ("fluid ounces", "fluid ounce", "fl oz", "floz", "fl. oz"),
    "Gallons": ("gallons", "gallon", "gal"),
    "Pints": ("pints", "pint", "pt"),
    "Quarts": ("quarts", "quart", "qt"),
}


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str  # "quantity"
    type: ColumnType
    values: tuple[str, ...] | None = None  # the closed set of values, where there is one
    private: bool = False  # names a patient or a driver: never shown
    spelling: Spelling | None = None  # of words that programs spell as they like, and rules compare
    told_by: tuple[str, ...] = ()  # the columns of a call's path and record, which tell the record's kind
    doc: str = ""


@dataclass(frozen=True)
class Table:
    """One table of the format; its columns begin with ``facility``."""

    name: str  # "metrc_packages"
    group: str  # "metrc"
    doc: str
    key: tuple[str, ...]  # identifies a row together with facility
    columns: Mapping[str, Column]
    facility: Literal["required", "nullable"] = "required"

    @property
    def sql_types(self) -> dict[str, str]:
        """The SQL type of every column, by its name."""
        return {column.name: column.type.sql for column in self.columns.values()}


@dataclass(frozen=True)
class Format:
    """All tables of the format, in the order of the contract."""

    version: int
    tables: Mapping[str, Table]


@functools.cache
def load_format() -> Format:
    """Read the format; ``FORMAT`` is the same object."""
    data = load_yaml(Path(__file__).with_name("format.yaml"), shown_as="format.yaml").data
    return Format(data["format"], {name: _table(name, raw) for name, raw in data["tables"].items()})


def __getattr__(name: str) -> Any:
    if name == "FORMAT":
        return load_format()
    raise AttributeError(name)


def _table(name: str, raw: dict[str, Any]) -> Table:
    facility = Column("facility", ColumnType.TEXT, doc="licence number")
    columns = {"facility": facility, **{column: _column(column, of) for column, of in raw["columns"].items()}}
    return Table(name, raw["group"], raw["doc"], tuple(raw["key"]), columns, raw.get("facility", "required"))


def _column(name: str, raw: dict[str, Any]) -> Column:
    values = tuple(raw["values"]) if "values" in raw else None
    spelling = Spelling(raw["spelling"]) if "spelling" in raw else None
    told_by = tuple(raw.get("told_by", ()))
    private, doc = raw.get("private", False), raw.get("doc", "")
    return Column(name, ColumnType(raw["type"]), values, private, spelling, told_by, doc)


# Documentation


def document_format() -> str:
    """Write the format as a Markdown page, for docs/snapshot-format.md."""
    return "\n".join([*_head(), *_manifest_page(), *_types_page(), *_tables_page()]) + "\n"


def _head() -> Iterator[str]:
    yield f"# The snapshot, format {load_format().version}"
    yield ""
    yield "<!-- Generated from src/rootlint/snapshot/format.yaml; change that file, not this page. -->"
    yield ""
    yield from _INTRODUCTION.splitlines()
    yield ""


def _manifest_page() -> Iterator[str]:
    yield "## The manifest"
    yield ""
    yield "`snapshot.yaml` names the operator, the moment, the facilities and what was captured."
    yield ""
    schema = manifest_schema()
    parts = {
        "At the top": schema,
        "Each of `facilities`": schema["$defs"]["facility"],
        "Each of `tables`": schema["$defs"]["table"],
    }
    for title, part in parts.items():
        yield from (f"{title}:", "", "| key | must be there | meaning |", "| --- | --- | --- |")
        for key, value in part["properties"].items():
            yield f"| `{key}` | {'yes' if key in part.get('required', ()) else ''} | {value['description']} |"
        yield ""


def _types_page() -> Iterator[str]:
    yield from ("## Types", "", "| type | how a file writes it | SQL type |", "| --- | --- | --- |")
    for kind in ColumnType:
        yield f"| {kind} | {_MEANINGS[kind]} | `{kind.sql}` |"
    yield ""
    yield from _READING.splitlines()
    yield ""


def _tables_page() -> Iterator[str]:
    yield "## Tables"
    yield ""
    yield "**Bold** columns are the key of a row, together with `facility`."
    group = None
    for table in load_format().tables.values():
        if table.group != group:
            group = table.group
            yield from ("", f"### {_GROUPS[group]}")
        yield from ("", f"#### {table.name}", "", table.doc, "")
        yield from ("| column | type | meaning |", "| --- | --- | --- |")
        yield from (_column_line(table, column) for column in table.columns.values())


def _column_line(table: Table, column: Column) -> str:
    is_key = column.name in table.key or (column.name == "facility" and not table.key)
    name = f"**{column.name}**" if is_key else column.name
    meaning = [column.doc] if column.doc else []
    meaning += [f"one of {', '.join(column.values)}"] if column.values else []
    meaning += [column.spelling.meaning] if column.spelling else []
    meaning += [_TOLD.format(*column.told_by)] if column.told_by else []
    meaning += ["never shown"] if column.private else []
    meaning += ["may be null"] if column.name == "facility" and table.facility == "nullable" else []
    return f"| {name} | {column.type} | {'; '.join(meaning)} |"


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of snapshot.yaml."""
    captured = [name for name in load_format().tables if name not in BUILT_TABLES]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rootlint snapshot manifest",
        "description": "What snapshot.yaml says of a snapshot",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "operator", "captured_at", "facilities"],
        "properties": {
            "format": {"const": load_format().version, "description": "version of the format"},
            "operator": _text("name of the operator"),
            "captured_at": _instant("when the snapshot was captured, with an offset"),
            "facilities": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": "#/$defs/facility"},
                "description": "the operator's licences, each once",
            },
            "tables": {
                "type": "object",
                "propertyNames": {"enum": captured},
                "additionalProperties": {"$ref": "#/$defs/table"},
                "description": "what was captured, by table name; a table in tables/ need not be named",
            },
        },
        "$defs": {"facility": _facility_schema(), "table": _table_schema()},
    }


def _facility_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["facility", "name", "jurisdiction", "timezone"],
        "properties": {
            "facility": _text("licence number, as in every table"),
            "name": _text("what people call the place"),
            "jurisdiction": _text("code of the state whose rules hold: ca"),
            "timezone": _text("IANA name of the time zone: America/Los_Angeles"),
            "license_type": _text("retailer, cultivator, … in the jurisdiction's own words"),
            "opened_on": {
                "type": "string",
                "format": "date",
                "description": "first day of operation under this licence",
            },
        },
    }


def _table_schema() -> dict[str, Any]:
    digest = {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}
    day = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            "captured_at": _instant("when this table was captured, if not with the rest"),
            "source": _text("where it came from: metrc-api-v2, pos export"),
            "complete": {
                "type": "boolean",
                "default": True,
                "description": "whether all records of the time it covers are there; true when not stated",
            },
            "from": {
                **day,
                "description": "start of the time it covers: a day (UTC, from its start) or an instant",
            },
            "to": {**day, "description": "end of the time it covers: a day (UTC, to its end) or an instant"},
            "sha256": {
                "anyOf": [digest, {"type": "object", "additionalProperties": digest}],
                "description": "checksum of the one file, or of each file by its name in the table's folder",
            },
        },
    }


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": description}


def _instant(description: str) -> dict[str, Any]:
    return {"type": "string", "format": "date-time", "description": description}


_GROUPS = {
    "manifest": "What the manifest says",
    "metrc": "What METRC holds",
    "internal": "What the operator's own systems hold",
    "integration": "What the integration logged",
    "access": "Who may use it",
    "configuration": "How it is configured",
}

_INTRODUCTION = """\
A snapshot is one folder that holds what an operator's integration looked like at one moment. rootlint
only reads it.

    snapshot.yaml            the manifest
    tables/<table>.<ext>     a table in one file, or
    tables/<table>/*.<ext>   a table in many files          ext: parquet, csv, ndjson, json
    config/**                the integration's configuration files, as they are deployed

- A table that is absent was not captured: a rule that needs it is *not evaluated*. A table that is
  present and empty was captured and is empty.
- Columns that no file has are null throughout, and a rule that needs one is not evaluated. Columns that
  the format does not know are kept and can be used by custom rules. Letter case does not matter.
- A cell that cannot be read, an unknown value of a closed set, a missing key, a facility that the manifest
  does not name, a row that repeats the key of an earlier one: the row is set aside, counted, and reported
  with file, row and column. Rows count from 1 in their file: in CSV without the header and blank lines, in
  NDJSON a row is its line.
- A file that cannot be read to its end is set aside whole, and its table counts as incomplete."""

_READING = """\
- Text files are UTF-8. CSV has a header, commas, and double quotes around what needs them; an empty cell is
  null. NDJSON has one object a line, JSON one array of objects.
- A time without an offset is read in the facility's time zone, and that is noted once a table. Where clocks
  go back, the repeated hour is read as its second pass; where they go forward, a skipped time is moved on by
  the hour that was skipped.
- A Parquet timestamp is UTC, whether the file says so or names no zone; the latter is noted.
- A number with more than six decimals is rounded half away from zero to six, and that is noted. A Parquet
  float is read by its shortest decimal form, and that is noted.
- A date may carry a midnight time (2026-11-01T00:00:00); any other time makes the cell unreadable."""
