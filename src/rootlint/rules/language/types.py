"""The types of the rule language and how the columns of the snapshot format map to them."""

from __future__ import annotations

from enum import StrEnum

from rootlint.snapshot.format import ColumnType


class Type(StrEnum):
    """What a value of the rule language is."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"  # quantities and money: exact, six or more places
    BOOLEAN = "boolean"
    INSTANT = "instant"  # a point in time, UTC, to the microsecond
    DATE = "date"  # a calendar day, local to the facility
    DURATION = "duration"  # elapsed time, exact to the microsecond
    LIST = "list"  # of text
    DEADLINE = "deadline"  # only from param(): what due() turns into an instant
    NULL = "null"  # the literal; fits every type
    UNKNOWN = "unknown"  # something wrong was already reported; fits every type

    @property
    def is_numeric(self) -> bool:
        return self in (Type.INTEGER, Type.DECIMAL)


OF_COLUMN = {
    ColumnType.TEXT: Type.TEXT,
    ColumnType.INTEGER: Type.INTEGER,
    ColumnType.QUANTITY: Type.DECIMAL,
    ColumnType.MONEY: Type.DECIMAL,
    ColumnType.BOOLEAN: Type.BOOLEAN,
    ColumnType.INSTANT: Type.INSTANT,
    ColumnType.DATE: Type.DATE,
    ColumnType.LIST: Type.LIST,
}

# How the kinds of jurisdiction parameters (jurisdictions/parameters.yaml) are typed in expressions.
OF_PARAMETER_KIND = {
    "deadline": Type.DEADLINE,
    "quantity": Type.DECIMAL,
    "number": Type.DECIMAL,
    "percent": Type.DECIMAL,
    "count": Type.DECIMAL,
    "money": Type.DECIMAL,
    "flag": Type.BOOLEAN,
    "clock": Type.INTEGER,
    "text": Type.TEXT,
    "list": Type.LIST,
}


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    if Type.UNKNOWN in (given, wanted) or given is Type.NULL or given is wanted:
        return True
    return given is Type.INTEGER and wanted is Type.DECIMAL


def common(left: Type, right: Type) -> Type | None:
    """The type two values share when they are compared or stand side by side; None when they have none."""
    if left in (Type.NULL, Type.UNKNOWN):
        return right
    if right in (Type.NULL, Type.UNKNOWN) or left is right:
        return left
    if left.is_numeric and right.is_numeric:
        return Type.DECIMAL
    return None
