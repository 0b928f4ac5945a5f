"""Tables that follow from others: what the operator holds of each tag, from stock at the grain of the operator's system."""

from __future__ import annotations

from dataclasses import replace

from rootlint.engine import Engine
from rootlint.engine.duckdb import quote_name
from rootlint.snapshot.format import FORMAT
from rootlint.snapshot.tables import TableState

_SAME = "CASE WHEN min({0}) = max({0}) THEN min({0}) END"  # null where rows of a tag differ

# Column of internal_inventory -> the column of internal_stock that it needs, and what it is.
_COLUMNS = {
    "sku": ("sku", _SAME.format("sku")),
    "quantity": (
        "on_hand",
        "CASE WHEN count(DISTINCT unit_of_measure) <= 1 THEN CAST(sum(on_hand) AS DECIMAL(18,6)) END",
    ),
    "unit_of_measure": ("unit_of_measure", _SAME.format("unit_of_measure")),
    "location": ("location", _SAME.format("location")),
    "status": ("status", _SAME.format("status")),
    "stock_rows": ("label", "count(*)"),
    "last_modified": ("last_modified", "max(last_modified)"),
}


def derive_inventory(engine: Engine, stock: TableState) -> TableState:
    """internal_inventory of a snapshot that holds internal_stock only; a tag is shown at the first of its rows.

    Rows of one tag in different units have no sum, and stock without a tag is in no inventory.
    """
    known = {name: sql for name, (needed, sql) in _COLUMNS.items() if needed in stock.columns}
    selected = ["facility", "label"]
    for name, kind in FORMAT.tables["internal_inventory"].sql_types.items():
        if name not in ("facility", "label"):
            selected.append(f"{known.get(name, f'CAST(NULL AS {kind})')} AS {quote_name(name)}")
    relation = "snapshot_internal_inventory"
    engine.run(
        f"CREATE OR REPLACE VIEW {relation} AS SELECT {', '.join(selected)}, min(_place) AS _place "
        f"FROM {stock.relation} WHERE label IS NOT NULL GROUP BY facility, label"
    )
    rows = engine.rows(f"SELECT count(*) FROM {relation}")[0][0]
    return replace(
        stock,
        name="internal_inventory",
        relation=relation,
        columns=frozenset({"facility", "label", *known}),
        complete=stock.complete and not stock.set_aside,
        rows=rows,
        set_aside=0,
        problems=(),
        notes=("summed up from internal_stock",),
    )
