"""What the checker accepts, with which types, and how it speaks of each fault: place, message, help."""

import pytest

from rootlint.errors import UserError
from rootlint.rules.language import parsing
from rootlint.rules.language.checking import Checker, Scope, format_schema
from rootlint.rules.language.types import Type
from rootlint.snapshot.format import FORMAT

SCHEMA = format_schema(
    {
        "purchase_limit": Type.DECIMAL,
        "report_deadline": Type.DEADLINE,
        "open_from": Type.INTEGER,
        "words": Type.LIST,
    }
)
PACKAGES = Scope({"p": SCHEMA.tables["metrc_packages"]})
BOTH = Scope({"p": SCHEMA.tables["metrc_packages"], "s": SCHEMA.tables["metrc_sales"]})


def faults(text: str, ask) -> list[tuple[str, str, str | None]]:
    """The faults of a text: the word they point at, message, help."""
    found: list[tuple[str, str, str | None]] = []

    def report(offset: int, message: str, help: str | None) -> None:
        found.append((text[offset:].split(" ")[0], message, help))

    ask(Checker(SCHEMA, report), text)
    return found


def of_expression(text: str, wanted: Type | None = None, scope: Scope = BOTH, **more):
    return faults(text, lambda checker, text: checker.expression(text, scope, wanted, **more))


def of_query(text: str):
    return faults(text, lambda checker, text: checker.query(text))


def of_join(text: str):
    return faults(text, lambda checker, text: checker.join(text, PACKAGES))


def type_of(text: str, scope: Scope = BOTH) -> Type:
    assert of_expression(text, scope=scope) == []
    return Checker(SCHEMA, lambda *_: None).expression(text, scope).type


TYPES = [
    ("1", "integer"),
    ("-1", "integer"),
    ("1.0", "decimal"),
    ("'a'", "text"),
    ("true", "boolean"),
    ("null", "null"),
    ("1 + 2", "integer"),
    ("1 + 2.0", "decimal"),
    ("1 / 2", "decimal"),
    ("p.quantity * 2", "decimal"),
    ("p.item_id + null", "integer"),
    ("p.created_at + hours(1)", "instant"),
    ("p.created_at - hours(1)", "instant"),
    ("hours(1) - minutes(1)", "duration"),
    ("elapsed(p.created_at, s.sold_at)", "duration"),
    ("local_date(s.sold_at)", "date"),
    ("days_between(p.packaged_on, p.finished_on)", "integer"),
    ("abs(p.item_id)", "integer"),
    ("abs(p.quantity)", "decimal"),
    ("abs(null)", "integer"),
    ("greater(p.item_id, p.quantity)", "decimal"),
    ("greater(p.packaged_on, p.finished_on)", "date"),
    ("floor(p.quantity)", "integer"),
    ("round(p.item_id, 2)", "decimal"),
    ("coalesce(p.item_id, p.quantity)", "decimal"),
    ("coalesce(null, p.label)", "text"),
    ("case when p.is_on_hold then 1 else 2.5 end", "decimal"),
    ("case p.state when 'active' then p.packaged_on end", "date"),
    ("p.label in ('a', null)", "boolean"),
    ("p.quantity between 1 and 2.5", "boolean"),
    ("p.label like '1A4%'", "boolean"),
    ("p.label is distinct from p.item", "boolean"),
    ("not p.is_on_hold", "boolean"),
    ("p.label || text(p.quantity)", "text"),
    ("has(p.source_harvests, 'a')", "boolean"),
    ("size(p.source_harvests)", "integer"),
    ("param('purchase_limit')", "decimal"),
    ("param('open_from', at => s.sold_at)", "integer"),
    ("param('words')", "list"),
    ("due(s.sold_at, param('report_deadline'))", "instant"),
    ("due(p.packaged_on, param('report_deadline'))", "instant"),
    ("COALESCE(p.label, TEXT(1))", "text"),
    ("sold_at", "instant"),
    ('"p"."label"', "text"),
]


@pytest.mark.parametrize(("text", "kind"), TYPES)
def test_an_expression_has_the_type_of_what_it_is_made_of(text, kind):
    assert type_of(text) == Type(kind)


def test_a_whole_expression_may_be_a_deadline_for_a_check_that_takes_one():
    assert type_of("param('report_deadline')") is Type.DEADLINE


@pytest.mark.parametrize("table", sorted(FORMAT.tables))
def test_every_column_of_the_format_can_be_named_without_quotes(table):
    scope = Scope({"a": SCHEMA.tables[table]})
    for name, info in SCHEMA.tables[table].items():
        assert type_of(f"a.{name}", scope) is info.type
        assert type_of(name, scope) is info.type


EXPRESSIONS = [
    ("p.quantty = 1", [("quantty", "metrc_packages has no column 'quantty'", "did you mean 'quantity'?")]),
    (
        "length(p.label) = 3 and starts_with(p.item, p.lable)",
        [("lable)", "metrc_packages has no column 'lable'", "did you mean 'label'?")],
    ),
    (
        "p.quantty = s.totl",
        [
            ("quantty", "metrc_packages has no column 'quantty'", "did you mean 'quantity'?"),
            ("totl", "metrc_sales has no column 'totl'", "did you mean 'total'?"),
        ],
    ),
    ("x.label = 'a'", [("x.label", "no table has the alias 'x' here", "aliases: p, s")]),
    ("facility = 'a'", [("facility", "'facility' stands in p and s", "write p.facility")]),
    ("lable = 'a'", [("lable", "no column 'lable' here", "did you mean 'label'?")]),
    ('p.label = "a"', [('"a"', "no column 'a' here", "a text stands in single quotes: 'a'")]),
    ("a.b.c = 1", [("a.b.c", "'a.b.c' is not part of the rule language", "write alias.column")]),
    (
        "p.label = current_date",
        [("current_date", "no column 'current_date' here", "a rule reads no clock: use as_of()")],
    ),
    ("captured_at < s.sold_at", [("captured_at", "captured_at is a function", "write captured_at(…)")]),
    (
        "p.is_on_hold = p.is_recalled is null",
        [("p.is_recalled", "this can be read in two ways", "put the inner condition in brackets")],
    ),
    (
        "p.is_on_hold = p.is_recalled = true",
        [("p.is_on_hold", "this can be read in two ways", "put the inner condition in brackets")],
    ),
    ("(p.is_on_hold = p.is_recalled) is null", []),
    ("p.quantity", [("p.quantity", "this is a decimal; a condition must stand here", None)]),
    ("not p.quantity", [("p.quantity", "this is a decimal; a condition must stand here", None)]),
    (
        "p.is_on_hold and p.quantity or s.total",
        [
            ("p.quantity", "this is a decimal; a condition must stand here", None),
            ("s.total", "this is a decimal; a condition must stand here", None),
        ],
    ),
    (
        "case when p.quantity then true end",
        [("p.quantity", "this is a decimal; a condition must stand here", None)],
    ),
    ("p.label is true", [("p.label", "this is a text; a condition must stand here", None)]),
    (
        "p.label = 5",
        [("p.label", "a text cannot be compared with an integer", "write number(text)")],
    ),
    (
        "p.created_at < p.packaged_on",
        [("p.created_at", "an instant cannot be compared with a date", "compare days: local_date(instant)")],
    ),
    (
        "p.created_at > '2026-01-01'",
        [
            (
                "p.created_at",
                "an instant cannot be compared with a text",
                "write instant('2026-11-01T13:00:00Z')",
            )
        ],
    ),
    (
        "p.packaged_on between '2026-01-01' and date('2026-02-01')",
        [("'2026-01-01'", "a date cannot be compared with a text", "write date('2026-11-01')")],
    ),
    (
        "elapsed(p.created_at, s.sold_at) > 24",
        [
            (
                "elapsed(p.created_at,",
                "a duration cannot be compared with an integer",
                "write a duration: minutes(n), hours(n), days(n)",
            )
        ],
    ),
    ("p.state in ('active', 1)", [("1)", "a text cannot be compared with an integer", "write number(text)")]),
    (
        "p.source_harvests = p.source_harvests",
        [("p.source_harvests", "a list cannot be compared", "use has(list, text)")],
    ),
    (
        "p.created_at - s.sold_at > hours(1)",
        [
            (
                "p.created_at",
                "an instant and an instant cannot be combined with '-'",
                "write elapsed(earlier, later)",
            )
        ],
    ),
    (
        "p.packaged_on + 1 > p.finished_on",
        [("p.packaged_on", "a date and an integer cannot be combined with '+'", "write add_days(date, n)")],
    ),
    (
        "p.quantity + p.label > 1",
        [
            (
                "p.quantity",
                "a decimal and a text cannot be combined with '+'",
                "write number(text), or join texts with ||",
            )
        ],
    ),
    ("-p.label = 'a'", [("p.label", "a text has no negative", None)]),
    (
        "p.label || p.quantity = 'a'",
        [("p.quantity", "a decimal cannot be joined to a text", "write text(…)")],
    ),
    (
        "coalesce(p.label, 1) = 'a'",
        [("coalesce(p.label,", "these values differ in type: integer, text", None)],
    ),
    ("coalesce() = 1", [("coalesce()", "coalesce needs at least one value", None)]),
    ("p.label like p.item", [("p.item", "the pattern of LIKE must be written out", None)]),
    (
        "p.label like 'a\\_b'",
        [("'a\\_b'", "a pattern has no escape character", "use contains(), starts_with() or matches()")],
    ),
    ("p.item_id like '1%'", [("p.item_id", "LIKE compares a text, not an integer", None)]),
    (
        "fold(p.item_id) = 'a'",
        [("fold(p.item_id)", "fold does not take integer", "it is fold(text)")],
    ),
    (
        "add_days(p.packaged_on, 1.5) > p.finished_on",
        [
            (
                "add_days(p.packaged_on,",
                "add_days does not take date, decimal",
                "it is add_days(date, integer)",
            )
        ],
    ),
    (
        "elapsed(p.created_at) > hours(1)",
        [("elapsed(p.created_at)", "elapsed does not take instant", "it is elapsed(instant, instant)")],
    ),
    (
        "param('words') is null and foldd(p.label) = 'a'",
        [("foldd(p.label)", "there is no function 'foldd'", "did you mean 'fold'?")],
    ),
    (
        "date_diff('day', p.created_at, s.sold_at) > 1",
        [
            (
                "date_diff('day',",
                "there is no function 'date_diff'",
                "write elapsed(a, b) or days_between(a, b)",
            )
        ],
    ),
    (
        "UPPER(p.label) = 'A'",
        [
            (
                "UPPER(p.label)",
                "there is no function 'upper'",
                "write fold(text) and compare with small letters",
            )
        ],
    ),
    ("round(p.quantity, p.item_id) > 1", [("p.item_id)", "argument 2 of round must be written out", None)]),
    ("round(p.quantity, 7) > 1", [("7)", "round takes 0 to 6 places, not 7", None)]),
    ("round(p.quantity, -1) > 1", [("1)", "round takes 0 to 6 places, not -1", None)]),
    (
        "p.created_at > instant('2026-11-01')",
        [
            (
                "'2026-11-01')",
                "'2026-11-01' is no instant",
                "write instant('2026-11-01T13:00:00Z'), with an offset",
            )
        ],
    ),
    (
        "p.created_at > instant('0001-01-01T00:00:00+14:00')",
        [
            (
                "'0001-01-01T00:00:00+14:00')",
                "'0001-01-01T00:00:00+14:00' is no instant",
                "write instant('2026-11-01T13:00:00Z'), with an offset",
            )
        ],
    ),
    (
        "p.packaged_on > date('2026-02-29')",
        [("'2026-02-29')", "'2026-02-29' is no date", "write date('2026-11-01')")],
    ),
    ("p.packaged_on > date(p.label)", [("p.label)", "argument 1 of date must be written out", None)]),
    ("matches(p.label, p.item)", [("p.item)", "argument 2 of matches must be written out", None)]),
    (
        "p.quantity > 1e5",
        [("1e5", "1e5 is no number here", "18 digits, or 12 before and 6 after a point, no exponent")],
    ),
    (
        "p.quantity > 0.0000001",
        [
            (
                "0.0000001",
                "0.0000001 is no number here",
                "18 digits, or 12 before and 6 after a point, no exponent",
            )
        ],
    ),
    (
        "p.quantity > 1234567890123456789",
        [
            (
                "1234567890123456789",
                "1234567890123456789 is no number here",
                "18 digits, or 12 before and 6 after a point, no exponent",
            )
        ],
    ),
    ("p.item_id % 2 = 0", [("p.item_id", "'%' is not part of the rule language", "write modulo(a, b)")]),
    (
        "p.item ilike 'a'",
        [("p.item", "'p.item ILIKE 'a'' is not part of the rule language", "write fold(text) like '…'")],
    ),
    ("p.label in (select 1)", [("p.label", "IN takes a written list", "use EXISTS (SELECT …) for a query")]),
    (
        "param('purchase_limt') > 1",
        [("'purchase_limt')", "no parameter 'purchase_limt' is known", "did you mean 'purchase_limit'?")],
    ),
    (
        "param(p.label) > 1",
        [
            (
                "param(p.label)",
                "param takes the written name of a parameter",
                "write param('name'), param('name', audience => …) or param('name', at => …)",
            )
        ],
    ),
    (
        "param('purchase_limit', when => p.created_at) > 1",
        [
            (
                "param('purchase_limit',",
                "param takes the written name of a parameter",
                "write param('name'), param('name', audience => …) or param('name', at => …)",
            )
        ],
    ),
    (
        "param('purchase_limit', at => p.label) > 1",
        [("p.label)", "a parameter is in force at an instant or on a date, not at a text", None)],
    ),
    (
        "param('purchase_limit', audience => 1) > 1",
        [("1)", "an audience is a text, not an integer", "use audience(customer_type)")],
    ),
    (
        "param('report_deadline') is null",
        [
            (
                "param('report_deadline')",
                "'report_deadline' is a deadline",
                "write due(event, param('report_deadline'))",
            )
        ],
    ),
    (
        "p.created_at > due(s.sold_at, hours(1))",
        [
            (
                "due(s.sold_at,",
                "due takes an event and a deadline parameter",
                "write due(event, param('name'))",
            )
        ],
    ),
    (
        "p.created_at > due(s.sold_at, param('purchase_limit'))",
        [
            (
                "due(s.sold_at,",
                "due does not take instant, decimal",
                "it is due(instant, deadline) or due(date, deadline)",
            )
        ],
    ),
    (
        "count(*) > 1",
        [
            (
                "count(*)",
                "count cannot stand here",
                "it stands in the columns or HAVING of a query, and where a check measures a group",
            )
        ],
    ),
    (
        "position() = 1",
        [("position()", "position needs OVER", "write position(…) over (partition by … order by …)")],
    ),
    (
        "position() over (order by p.label) = 1",
        [
            (
                "position()",
                "position over (…) cannot stand here",
                "it stands in the columns of a query without groups",
            )
        ],
    ),
    (
        "p.label = 'a' -- and p.item = 'b'",
        [("--", "a comment cannot stand here", "write comments in the YAML, behind #")],
    ),
    ("p.label = ", [("=", "this cannot be read as SQL near '='", "check quotes, brackets and commas")]),
    (
        "p.label = (p.item",
        [("item", "this cannot be read as SQL near 'item'", "check quotes, brackets and commas")],
    ),
    ("", [("", "nothing stands here", "write an expression")]),
    (
        "p.label p.item",
        [(".item", "this cannot be read as SQL near '.'", "check quotes, brackets and commas")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_a_fault_in_a_condition_is_told_with_its_place(text, expected):
    assert of_expression(text, Type.BOOLEAN) == expected


QUERIES = [
    (
        "select facility, label, count(*) as n from metrc_packages p group by facility",
        [("label,", "'label' is neither grouped nor aggregated", "group by it or aggregate it")],
    ),
    (
        "select p.facility, p.quantity + sum(p.quantity) as n from metrc_packages p group by p.facility",
        [("p.quantity", "'quantity' is neither grouped nor aggregated", "group by it or aggregate it")],
    ),
    (
        "select p.facility from metrc_packages p group by p.facility having count(*) > 1 and p.label = 'a'",
        [("p.label", "'label' is neither grouped nor aggregated", "group by it or aggregate it")],
    ),
    (
        "select local_date(p.created_at) as d, count(*) as n from metrc_packages p group by local_date(p.created_at)",
        [],
    ),
    (
        "select local_date(max(p.created_at)) as d from metrc_packages p group by p.facility",
        [
            (
                "local_date(max(p.created_at))",
                "what the facility tells cannot stand beside aggregates",
                "use it inside the aggregate, in GROUP BY, or in the query around this one",
            )
        ],
    ),
    (
        "select sum(p.quantity) > param('purchase_limit', at => p.created_at) as v from metrc_packages p",
        [
            (
                "param('purchase_limit',",
                "param cannot stand beside aggregates",
                "use it inside the aggregate, in GROUP BY, or in the query around this one",
            )
        ],
    ),
    (
        "select position() over (order by p.label) as n, count(*) as m from metrc_packages p group by p.facility",
        [("position()", "a window cannot stand in a grouped query", "group in a query inside this one")],
    ),
    (
        "select exists (select 1 from metrc_items i where i.name = p.item) as v, count(*) as n from metrc_packages p",
        [("select", "EXISTS cannot stand beside aggregates", "put it into WHERE, or around this query")],
    ),
    (
        "select p.label from metrc_packages p where sum(p.quantity) > 1",
        [
            (
                "sum(p.quantity)",
                "sum cannot stand in WHERE",
                "it stands in the columns or HAVING of a query, and where a check measures a group",
            )
        ],
    ),
    (
        "select count(*) as n from metrc_packages p group by max(p.label)",
        [
            (
                "max(p.label)",
                "max cannot stand in GROUP BY",
                "it stands in the columns or HAVING of a query, and where a check measures a group",
            )
        ],
    ),
    (
        "select p.label from metrc_packages p join metrc_items i on i.facility = p.facility and min(i.name) = 'a'",
        [
            (
                "min(i.name)",
                "min cannot stand in ON",
                "it stands in the columns or HAVING of a query, and where a check measures a group",
            )
        ],
    ),
    (
        "select sum(count(*)) as n from metrc_packages p",
        [
            (
                "count(*))",
                "count cannot stand inside an aggregate",
                "it stands in the columns or HAVING of a query, and where a check measures a group",
            )
        ],
    ),
    (
        "select p.label from metrc_packages p where position() over (order by p.label) = 1",
        [
            (
                "position()",
                "position over (…) cannot stand in WHERE",
                "it stands in the columns of a query without groups",
            )
        ],
    ),
    (
        "select previous(next(p.label) over (order by p.label)) over (order by p.label) as l from metrc_packages p",
        [
            (
                "next(p.label)",
                "next over (…) cannot stand inside a window",
                "it stands in the columns of a query without groups",
            )
        ],
    ),
    (
        "select position() over (partition by p.item) as n from metrc_packages p",
        [
            (
                "position()",
                "position needs ORDER BY",
                "without an order the answer would change from run to run",
            )
        ],
    ),
    (
        "select count_distinct(p.label) over (order by p.label) as n from metrc_packages p",
        [
            (
                "count_distinct(p.label)",
                "only the window functions of the rule language take OVER",
                "windows: next, position, previous, running_max, running_max_before, running_sum",
            )
        ],
    ),
    (
        "select param('purchase_limit') as v from metrc_packages p",
        [
            (
                "param('purchase_limit')",
                "in a query, param needs to know when",
                "write param('name', at => the record's instant or date)",
            )
        ],
    ),
    (
        "select p.label from metrc_packages p where p.quantity",
        [("p.quantity", "this is a decimal; a condition must stand here", None)],
    ),
    (
        "select count(*) filter (where p.quantity) as n from metrc_packages p",
        [("p.quantity)", "this is a decimal; a condition must stand here", None)],
    ),
    (
        "select count(*) as n from metrc_packages p having count(*)",
        [("count(*)", "this is an integer; a condition must stand here", None)],
    ),
    ("select p.label || 'a' from metrc_packages p", [("p.label", "this column has no name", "add AS name")]),
    (
        "select p.label, p.item as label from metrc_packages p",
        [
            ("p.label,", "two columns are named 'label'", "give one another name: … AS name"),
            ("p.item", "two columns are named 'label'", "give one another name: … AS name"),
        ],
    ),
    (
        'select p.label as "La Bel" from metrc_packages p',
        [("p.label", "'La Bel' cannot be the name of a column", "use small letters, digits and _")],
    ),
    ("select null as n from metrc_packages p", [("n", "column 'n' is null throughout", "leave it out")]),
    ("select null as n from metrc_packages p union all select q.label as n from metrc_packages q", []),
    (
        "select p.label as n from metrc_packages p union all select q.quantity as n from metrc_packages q",
        [("p.label", "column 'n' is text in one part and decimal in another", None)],
    ),
    (
        "select p.label from metrc_packages p union all select q.item from metrc_packages q",
        [
            (
                "p.label",
                "the parts of a UNION ALL name different columns",
                "give all parts the same names in the same order",
            )
        ],
    ),
    (
        "select p.label from metrc_packages p union select q.label from metrc_packages q",
        [("p.label", "only UNION ALL is part of the rule language", "write UNION ALL")],
    ),
    (
        "select p.label from metrc_package p",
        [
            (
                "metrc_package",
                "the snapshot format has no table 'metrc_package'",
                "did you mean 'metrc_packages'?",
            )
        ],
    ),
    (
        "with means as (select p.facility, avg(p.quantity) as mean from metrc_packages p group by p.facility) "
        "select q.label, m.mean, mean * 2 as twice from metrc_packages q join means m on m.facility = q.facility",
        [("avg(p.quantity)", "there is no function 'avg'", "write sum(x) / count(x)")],
    ),
    (
        "select p.label, i.name from metrc_packages p join metrc_itms i on i.facility = p.facility",
        [("metrc_itms", "the snapshot format has no table 'metrc_itms'", "did you mean 'metrc_items'?")],
    ),
    (
        "select p.label from metrc_packages p, metrc_items i",
        [("metrc_items", "a join needs ON with at least one equality", "join on facility and a key")],
    ),
    (
        "select p.item_id from metrc_packages p join metrc_items p on p.facility = p.facility",
        [
            ("metrc_items", "alias 'p' stands twice", "give each table an alias of its own"),
        ],
    ),
    (
        "select p.label from metrc_packages p where exists (select 1 from metrc_items p where p.name = 'a')",
        [("metrc_items", "alias 'p' stands twice", "give each table an alias of its own")],
    ),
    (
        "select p.label from metrc_packages p where exists (select * from metrc_items i where i.facility = p.facilty)",
        [("facilty)", "metrc_packages has no column 'facilty'", "did you mean 'facility'?")],
    ),
    (
        "select p.label from metrc_packages p join metrc_items i on i.facility = p.facility and exists (select 1 from metrc_tags t)",
        [("1", "EXISTS cannot stand in ON", "put it into WHERE")],
    ),
    (
        "with a as (select p.label from metrc_packages p) select b.label from a as b where exists (select 1 from a as c where c.label = b.label)",
        [],
    ),
    (
        "with a as (select p.lable from metrc_packages p) select b.label from a as b",
        [("lable", "metrc_packages has no column 'lable'", "did you mean 'label'?")],
    ),
    (
        "with metrc_items as (select p.label from metrc_packages p) select i.label from metrc_items i",
        [("metrc_items", "'metrc_items' is taken", "give the query another name")],
    ),
    (
        "select p.label from (select q.label from metrc_packages q) p where p.item = 'a'",
        [("item", "p has no column 'item'", "columns: label")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), QUERIES, ids=[text for text, _ in QUERIES])
def test_a_fault_in_a_query_is_told_with_its_place(text, expected):
    assert of_query(text) == expected


JOINS = [
    ("metrc_items i on i.facility = p.facility and i.item_id = p.item_id", []),
    ("left metrc_items i on i.facility = p.facility and param('purchase_limit', at => p.created_at) > 1", []),
    (
        "left metrc_items i on i.facilty = p.facility",
        [("facilty", "metrc_items has no column 'facilty'", "did you mean 'facility'?")],
    ),
    (
        "metrc_itms i on i.facility = p.facility",
        [("metrc_itms", "the snapshot format has no table 'metrc_itms'", "did you mean 'metrc_items'?")],
    ),
    (
        "metrc_items i on i.name = 'a'",
        [
            (
                "i.name",
                "this join does not tie 'i' to what stands before it",
                "add an equality between a column of each, outside of OR",
            )
        ],
    ),
    (
        "metrc_items i on i.facility = p.facility or i.name = p.item",
        [
            (
                "i.facility",
                "this join does not tie 'i' to what stands before it",
                "add an equality between a column of each, outside of OR",
            )
        ],
    ),
    (
        "metrc_items i on i.facility = p.facility and param('purchase_limit', at => i.last_modified) > 1",
        [("i.facility", "in ON, param cannot look at 'i', which is only being joined", "put it into WHERE")],
    ),
    (
        "metrc_items i",
        [("metrc_items", "a join needs ON with at least one equality", "join on facility and a key")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), JOINS, ids=[text for text, _ in JOINS])
def test_a_fault_in_a_join_is_told_with_its_place(text, expected):
    assert of_join(text) == expected


def test_a_measure_of_groups_takes_aggregates_and_nothing_that_differs_within_a_group():
    assert of_expression("sum(p.quantity) / count(*)", Type.DECIMAL, aggregates=True) == []
    assert of_expression("sum(p.quantity) - p.quantity", Type.DECIMAL, aggregates=True) == [
        ("p.quantity", "'quantity' is neither grouped nor aggregated", "group by it or aggregate it")
    ]


def test_a_column_is_told_when_the_text_stands_on_several_lines():
    text = "select p.label\nfrom metrc_packages p\nwhere p.itm = 'a'"
    found = []
    Checker(SCHEMA, lambda offset, *_: found.append(text[offset:])).query(text)
    assert found == ["itm = 'a'"]


PRIVATE = [
    ("s.patient", True),
    ("substring(s.patient, 1, 2)", True),
    ("coalesce(s.patient, 'none')", True),
    ("case when s.total > 1 then s.patient end", True),
    ("case when s.patient = 'a' then 'b' end", False),
    ("s.patient is null", False),
    ("length(s.patient)", False),
    ("s.receipt_number", False),
]


@pytest.mark.parametrize(("text", "private"), PRIVATE)
def test_a_value_made_of_a_private_column_is_private(text, private):
    from rootlint.rules.language.checking import shows_private

    node = Checker(SCHEMA, lambda *_: None).expression(text, BOTH)
    assert shows_private(node) is private


@pytest.mark.parametrize(
    ("query", "private"),
    [
        ("select s.patient as v from metrc_sales s", True),
        ("select max(s.patient) as v from metrc_sales s", True),
        ("select list_of(s.patient) as v from metrc_sales s", True),
        ("select count_distinct(s.patient) as v from metrc_sales s", False),
        ("select previous(s.patient) over (order by s.sold_at) as v from metrc_sales s", True),
        (
            "select a.label as v from metrc_packages a union all select s.patient as v from metrc_sales s",
            True,
        ),
        ("with a as (select s.patient from metrc_sales s) select a.patient as v from a", True),
    ],
)
def test_a_private_column_stays_private_through_queries(query, private):
    from rootlint.rules.language.checking import columns_of

    checked = Checker(SCHEMA, lambda *_: None).query(query)
    assert {name: info.private for name, info in columns_of(checked).items()} == {"v": private}


def test_a_compiled_sqlglot_is_told_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise TypeError("interpreted classes cannot inherit from compiled")

    monkeypatch.setattr(parsing.ClosedSql.parser_class, "__init__", refuse)
    with pytest.raises(UserError, match="installed with its compiled parser"):
        of_query("SELECT 1 AS n FROM metrc_packages AS p")
