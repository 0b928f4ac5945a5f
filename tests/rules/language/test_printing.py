"""How trees are written for an engine: what is joined for them, and where; what stays as narrow as its column."""

from datetime import date, datetime

import pytest

from rootlint.engine.duckdb_expansions import EXPANSIONS
from rootlint.rules.language import tree
from rootlint.rules.language.checking import Checker, Scope, format_schema
from rootlint.rules.language.printing import Context, Printer, print_query, share_queries
from rootlint.rules.language.types import Type

SCHEMA = format_schema(
    {"limit": Type.DECIMAL, "steady": Type.DECIMAL, "deadline": Type.DEADLINE, "working_days": Type.DEADLINE}
)
PACKAGES = Scope({"p": SCHEMA.tables["metrc_packages"]})
SOURCE = tree.Source(tree.Relation("metrc_packages", "p"))
CONTEXT = Context(
    EXPANSIONS,
    {name: f"t_{name}" for name in SCHEMA.tables},
    datetime(2026, 11, 1, 13),
    date(2026, 11, 2),
    frozenset({"limit"}),
    frozenset({"working_days"}),
)


def checked(text: str, scope: Scope = PACKAGES) -> tree.Node:
    faults: list[str] = []
    node = Checker(SCHEMA, lambda offset, message, help: faults.append(message)).expression(text, scope)
    assert faults == []
    return node


def written(text: str) -> str:
    return Printer(CONTEXT, SOURCE).expression(checked(text))


def checked_query(text: str) -> tree.Query:
    faults: list[str] = []
    found = Checker(SCHEMA, lambda offset, message, help: faults.append(message)).query(text)
    assert faults == []
    return found


def query(text: str) -> str:
    return print_query(checked_query(text), CONTEXT)


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        # comparing a column with a written value casts the value, never the column
        ("p.quantity > 1.5", '("p"."quantity" > CAST(\'1.5\' AS DECIMAL(18, 6)))'),
        ("p.quantity > 1", '("p"."quantity" > 1)'),
        ("p.label = 'it''s'", "(\"p\".\"label\" = 'it''s')"),
        ("p.state in ('a', 'b')", "(\"p\".\"state\" IN ('a', 'b'))"),
        ("p.quantity between 1 and 2", '("p"."quantity" BETWEEN 1 AND 2)'),
        ("not p.is_on_hold or p.is_recalled", '((NOT "p"."is_on_hold") OR "p"."is_recalled")'),
        ("p.item_id + 1", '(CAST("p"."item_id" AS BIGINT) + 1)'),
        ("p.quantity + 1", '("p"."quantity" + 1)'),
        ("case p.state when 'a' then 1 end", 'CASE "p"."state" WHEN \'a\' THEN 1 ELSE NULL END'),
        ("trim(null)", "trim(CAST(NULL AS VARCHAR), ' ')"),
        ("true", "TRUE"),
        ("captured_at()", "TIMESTAMP '2026-11-01 13:00:00.000000'"),
        ("as_of()", "DATE '2026-11-02'"),
        ("matches(p.label, '^a$')", 'regexp_matches("p"."label", \'^a\\z\')'),
    ],
)
def test_an_expression_is_written_anew(text, sql):
    assert written(text) == sql


def test_what_the_facility_tells_is_joined_once():
    printer = Printer(CONTEXT, SOURCE)
    printer.expression(checked("local_hour(p.created_at)"))
    assert printer.expression(checked("jurisdiction() = 'ca'")) == '("_x1"."jurisdiction" = \'ca\')'
    assert printer.from_clause() == (
        't_metrc_packages AS "p"\nLEFT JOIN facility_context AS "_x1" ON "_x1"."facility" = "p"."facility"'
    )


def test_a_parameter_that_changes_with_time_is_joined_by_time_and_one_that_does_not_is_not():
    printer = Printer(CONTEXT, SOURCE)
    text = "p.quantity > param('limit', at => p.packaged_on) and p.quantity > param('steady', at => p.packaged_on)"
    assert printer.expression(checked(text)) == (
        '(("p"."quantity" > "_x1"."number") AND ("p"."quantity" > "_x2"."number"))'
    )
    assert printer.from_clause() == (
        't_metrc_packages AS "p"\n'
        'LEFT JOIN parameters_in_force AS "_x1" ON "_x1"."facility" = "p"."facility" AND "_x1"."parameter" = \'limit\' '
        'AND "_x1"."audience" IS NULL AND "p"."packaged_on" >= "_x1"."from_day" AND "p"."packaged_on" < "_x1"."until_day"\n'
        'LEFT JOIN parameters_in_force AS "_x2" ON "_x2"."facility" = "p"."facility" AND "_x2"."parameter" = \'steady\' '
        'AND "_x2"."audience" IS NULL'
    )
    assert list(printer.citations) == ['"_x1"."citation"', '"_x2"."citation"']


def test_only_a_deadline_in_business_days_asks_the_calendar():
    printer = Printer(CONTEXT, SOURCE)
    printer.expression(checked("due(p.packaged_on, param('deadline'))"))
    assert "business_days" not in printer.from_clause()
    printer.expression(checked("due(p.packaged_on, param('working_days'))"))
    assert 'LEFT JOIN business_days AS "_x4"' in printer.from_clause()


def test_a_query_in_exists_joins_what_it_needs_for_itself():
    text = "exists (select 1 from metrc_items i where i.name = p.item and local_date(i.last_modified) = p.packaged_on)"
    assert written(text) == (
        'EXISTS (SELECT 1 FROM t_metrc_items AS "i"\n'
        'LEFT JOIN facility_context AS "_ex1" ON "_ex1"."facility" = "i"."facility" '
        'WHERE (("i"."name" = "p"."item") AND '
        '(CAST(timezone("_ex1"."timezone", timezone(\'UTC\', "i"."last_modified")) AS DATE) = "p"."packaged_on")))'
    )


ASKED = """
select l.label from metrc_sale_lines l
{kind} metrc_sales s on s.facility = l.facility and s.receipt_id = l.receipt_id
where l.price > 0 and not {exists}
"""


def test_what_an_exists_asks_of_one_joined_relation_is_asked_once_of_each_of_its_rows():
    sale = "exists (select 1 from internal_sales i where i.facility = s.facility and i.sale_id = s.external_number)"
    asked = (
        'EXISTS (SELECT 1 FROM t_internal_sales AS "i" WHERE '
        '(("i"."facility" = "s"."facility") AND ("i"."sale_id" = "s"."external_number")))'
    )
    assert query(ASKED.format(kind="join", exists=f"{sale} and not {sale}")) == (
        'SELECT "l"."label" AS "label"\n'
        'FROM t_metrc_sale_lines AS "l"\n'
        f'JOIN (SELECT *, {asked} AS "_exists_0" FROM t_metrc_sales AS "s") AS "s" '
        'ON (("s"."facility" = "l"."facility") AND ("s"."receipt_id" = "l"."receipt_id"))\n'
        'WHERE (("l"."price" > 0) AND (NOT "s"."_exists_0") AND (NOT "s"."_exists_0"))'
    )


@pytest.mark.parametrize(
    ("kind", "exists"),
    [
        # of a row that is not there, a query may still be true
        ("left join", "exists (select 1 from internal_sales i where i.sale_id is distinct from s.external_number)"),
        ("join", "exists (select 1 from internal_sales i where i.sale_id = s.external_number and i.total = l.price)"),
        ("join", "exists (select 1 from internal_sale_lines i where i.label = l.label)"),
        # what may belong to no facility is looked at for the record around it
        ("join", "exists (select 1 from staff i where i.metrc_user = s.recorded_by and local_date(s.sold_at) > i.terminated_on)"),
    ],
)  # fmt: skip
def test_what_an_exists_asks_of_more_than_that_stays_where_it_is(kind, exists):
    sql = query(ASKED.format(kind=kind, exists=exists))
    assert "_exists_" not in sql
    assert "NOT EXISTS (SELECT 1 FROM" in sql


def test_an_exists_within_another_asks_what_the_outer_one_joins():
    inner = "exists (select 1 from metrc_packages p where p.facility = s.facility and p.item = s.recorded_by)"
    outer = (
        "exists (select 1 from metrc_sale_lines m join metrc_sales s on s.facility = m.facility "
        f"and s.receipt_id = m.receipt_id where m.label = l.label and {inner})"
    )
    sql = query(f"select l.label from internal_sale_lines l where {outer}")
    assert 'FROM t_metrc_sales AS "s") AS "s" ON' in sql
    assert '(("m"."label" = "l"."label") AND "s"."_exists_0")' in sql


def test_a_whole_query_is_written_with_its_inner_queries_in_place():
    sql = query(
        "with held as (select p.facility, p.item, count(*) as n from metrc_packages p where p.is_on_hold "
        "group by p.facility, p.item having count(*) filter (where p.quantity > 0) > 1) "
        "select h.facility, h.n from held as h left join metrc_items i on i.facility = h.facility and i.name = h.item"
    )
    assert sql == (
        'SELECT "h"."facility" AS "facility", "h"."n" AS "n"\n'
        'FROM (SELECT "p"."facility" AS "facility", "p"."item" AS "item", count(*) AS "n"\n'
        'FROM t_metrc_packages AS "p"\n'
        'WHERE "p"."is_on_hold"\n'
        'GROUP BY "p"."facility", "p"."item"\n'
        'HAVING (count(*) FILTER (WHERE ("p"."quantity" > 0)) > 1)) AS "h"\n'
        'LEFT JOIN t_metrc_items AS "i" ON (("i"."facility" = "h"."facility") AND ("i"."name" = "h"."item"))'
    )


def test_rows_that_a_window_leaves_equal_are_ordered_by_their_place_or_by_all_they_hold():
    assert 'ORDER BY "p"."item" DESC NULLS LAST, "p"."_place")' in query(
        "select position() over (partition by p.facility order by p.item desc) as n from metrc_packages p"
    )
    assert 'ORDER BY "a"."item" ASC NULLS LAST, "a"."item", "a"."label")' in query(
        "select position() over (order by a.item) as n from (select p.item, p.label from metrc_packages p) as a"
    )


def test_over_a_scan_each_leaf_is_carried_once_and_a_query_as_a_whole():
    carried: dict[str, str] = {}
    printer = Printer(CONTEXT, SOURCE).over_scan(carried)
    assert printer.expression(checked("p.label || p.label")) == '("v0" || "v0")'
    exists = "exists (select 1 from metrc_items i where i.name = p.item)"
    assert printer.expression(checked(exists)) == '"v1"'
    assert carried == {
        '"p"."label"': "v0",
        'EXISTS (SELECT 1 FROM t_metrc_items AS "i" WHERE ("i"."name" = "p"."item"))': "v1",
    }


def test_an_overlay_takes_the_place_of_a_table():
    overlaid = Context(EXPANSIONS, {"metrc_packages": "overlay"}, CONTEXT.captured_at, CONTEXT.as_of)
    assert Printer(overlaid, SOURCE).from_clause() == 'overlay AS "p"'


def test_a_query_that_stands_in_several_places_is_written_once_and_named_there() -> None:
    text = (
        "WITH held AS (SELECT p.facility AS facility, p.label AS label FROM metrc_packages AS p WHERE p.is_on_hold) "
        "SELECT a.facility AS facility, a.label AS label FROM held AS a "
        "WHERE EXISTS (SELECT 1 FROM held AS b WHERE b.facility = a.facility AND b.label <> a.label)"
    )
    found = checked_query(text)
    context, named = share_queries(found, CONTEXT)
    held = 'SELECT "p"."facility" AS "facility", "p"."label" AS "label"\nFROM t_metrc_packages AS "p"\nWHERE "p"."is_on_hold"'
    assert named == f"WITH shared_0 AS MATERIALIZED (\n{held}\n)\n"
    assert print_query(found, context) == (
        'SELECT "a"."facility" AS "facility", "a"."label" AS "label"\nFROM shared_0 AS "a"\n'
        'WHERE EXISTS (SELECT 1 FROM shared_0 AS "b" WHERE (("b"."facility" = "a"."facility") AND ("b"."label" <> "a"."label")))'
    )


def test_a_query_that_stands_in_one_place_stays_there() -> None:
    found = checked_query(
        "WITH held AS (SELECT p.facility AS facility FROM metrc_packages AS p) SELECT h.facility AS f FROM held AS h"
    )
    assert share_queries(found, CONTEXT) == (CONTEXT, "")
