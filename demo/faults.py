"""The faults of the demonstration, each put in where it would arise; their consequences follow by themselves.

A fault changes people, keys, connectors, the item map or single movements, after the clean world is made and
before the books and logs are derived from it. It never touches a table of the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

Fault = Callable[[duckdb.DuckDBPyConnection], None]


def departed_key_owner(world: duckdb.DuckDBPyConnection) -> None:
    """The Colorado store runs on the general manager's METRC key; the manager leaves, the key is revoked.

    Mechanism: one person's key serves a whole store. It outlives the person by two days, then every call
    answers 401 for six days, until the assistant manager's key is put in.
    Expected: receipts recorded under a departed name, reading runs that fail, receipts that never post
    (entries older than three days at the repair stay dead) or post days late (the younger are sent again),
    write-offs that never reach METRC, and METRC on hand above the shelf for what those days sold.
    """
    _revoke_the_key_of_the_departed(world)
    _leave_sales_unposted_or_late(world)
    _leave_write_offs_unsent(world)


def _revoke_the_key_of_the_departed(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("""
        SET VARIABLE revoked = TIMESTAMP '2026-10-05 17:00';
        SET VARIABLE repaired = TIMESTAMP '2026-10-11 16:00';
        SET VARIABLE departed = (SELECT metrc_user FROM person WHERE code = 'co' AND handle = 'gm');
        SET VARIABLE successor = (SELECT metrc_user FROM person WHERE code = 'co' AND handle = 'asst');

        UPDATE person SET terminated_on = DATE '2026-10-03' WHERE metrc_user = getvariable('departed');
        UPDATE credential SET revoked_at = getvariable('revoked') WHERE metrc_user = getvariable('departed');
        UPDATE credential SET rotated_at = getvariable('repaired') - INTERVAL 20 MINUTE
        WHERE metrc_user = getvariable('successor');
        UPDATE connector SET store_key_owner = getvariable('departed') WHERE code = 'co';

        DELETE FROM reading_key WHERE code = 'co';
        INSERT INTO reading_key VALUES
            ('co', getvariable('departed'), TIMESTAMP '2026-03-16 17:00', getvariable('revoked'), 200),
            ('co', getvariable('departed'), getvariable('revoked'), getvariable('repaired'), 401),
            ('co', getvariable('successor'), getvariable('repaired'), TIMESTAMP '2099-01-01', 200);

        CREATE MACRO store_key_at(sent_at) AS CASE
            WHEN sent_at < getvariable('repaired') THEN getvariable('departed')
            ELSE getvariable('successor') END;
        CREATE MACRO was_refused(sent_at) AS
            sent_at >= getvariable('revoked') AND sent_at < getvariable('repaired');
    """)


def _leave_sales_unposted_or_late(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("""
        UPDATE posting SET recorded_by = store_key_at(posted_at) WHERE code = 'co';
        UPDATE posting SET refused_until = getvariable('repaired'), fate = CASE
            WHEN voided_at IS NOT NULL THEN 'not due'
            WHEN posted_at < getvariable('repaired') - INTERVAL 3 DAY THEN 'never' ELSE 'late' END
        WHERE code = 'co' AND was_refused(posted_at);
        UPDATE posting SET recorded_by = getvariable('successor'),
            posted_at = getvariable('repaired') + INTERVAL 20 MINUTE + to_seconds(4 * nth),
            attempts = 1 + len(list_filter(
                retry_delays(), lambda s: first_try_at + to_seconds(s) < refused_until))
        FROM (
            SELECT sale_id, row_number() OVER (ORDER BY receipt_id) AS nth FROM posting WHERE fate = 'late'
        ) late
        WHERE posting.sale_id = late.sale_id;
    """)


def _leave_write_offs_unsent(world: duckdb.DuckDBPyConnection) -> None:
    world.execute("""
        UPDATE adjustment SET recorded_by = store_key_at(posted_at) WHERE code = 'co';
        UPDATE adjustment SET in_metrc = false, sent_to_state = 'failed'
        WHERE code = 'co' AND was_refused(posted_at);
        UPDATE adjustment SET approved_by = CASE adjusted_by WHEN 'co.asst' THEN 'co.inv' ELSE 'co.asst' END,
            note = replace(note, 'CO-P01', CASE adjusted_by WHEN 'co.asst' THEN 'CO-P03' ELSE 'CO-P02' END)
        WHERE code = 'co' AND posted_at >= TIMESTAMP '2026-10-04';
    """)


def receipts_sent_twice(world: duckdb.DuckDBPyConnection) -> None:
    """One slow evening in California METRC saves receipts and answers 503; the connector sends them again.

    Mechanism: a POST is resent after a server error without looking first whether it was saved.
    Expected: pairs of receipts with one external number and neighboring ids, METRC on hand below the shelf
    for their packages, and the last units of those packages refused.
    """
    world.execute("""
        SET VARIABLE slow_from = utc(TIMESTAMP '2026-10-09 18:10', 'America/Los_Angeles');
        SET VARIABLE slow_until = utc(TIMESTAMP '2026-10-09 19:25', 'America/Los_Angeles');
        UPDATE connector SET looks_before_resending = false WHERE code = 'ca';
        INSERT INTO outage VALUES ('ca', 'metrc', getvariable('slow_from'), getvariable('slow_until'),
            'operator', 'slow and failing answers, noted by the shift lead');
        INSERT INTO twin
        SELECT code, sale_id, receipt_id + 1, posted_at + to_seconds(31 + pick('resent', sale_id, 40))
        FROM posting
        WHERE code = 'ca' AND posted_at BETWEEN getvariable('slow_from') AND getvariable('slow_until')
          AND voided_at IS NULL AND pick('timeout', sale_id, 100) < 60;
    """)


def ounces_for_grams(world: duckdb.DuckDBPyConnection) -> None:
    """California's own system counts a flower item in ounces, METRC in grams; the item map says one to one.

    Mechanism: a unit in the item map. Staff see METRC 28.3495 times "too high" and set it to the number of
    their own system on the METRC screen; METRC then refuses sales, and an hour later they put it back.
    Expected: on-hand differs by the factor for every package of the item, pairs of opposite adjustments
    under a catch-all reason without a twin in the own system, and sales refused in between.
    """
    world.execute("""
        UPDATE item SET internal_uom = 'Ounces', internal_per_metrc = 1 / 28.349523125 WHERE sku = 'CA-FL-03';

        CREATE TEMP TABLE look AS
        SELECT p.label, utc(min(sold_at)::DATE + 1 + TIME '16:05', 'America/Los_Angeles') AS looked_at
        FROM package p JOIN line l USING (label) JOIN sale s ON s.sale_id = l.sale_id AND NOT is_void
        JOIN item i ON i.code = p.code AND i.product_no = p.product_no WHERE sku = 'CA-FL-03'
        GROUP BY p.label;

        CREATE TEMP TABLE shown AS
        SELECT label, looked_at, row_number() OVER (ORDER BY looked_at, label) AS nth,
               exact(initial - coalesce(sum(quantity), 0)) AS on_hand
        FROM look JOIN package USING (label) LEFT JOIN (
            SELECT label, quantity, posted_at AS gone_at FROM line JOIN posting USING (sale_id)
            WHERE voided_at IS NULL
            UNION ALL SELECT label, quantity, recorded_at FROM line JOIN twin USING (sale_id)
            UNION ALL SELECT label, -quantity, posted_at FROM adjustment
        ) gone USING (label) WHERE gone_at < looked_at GROUP BY label, looked_at, initial;

        INSERT INTO adjustment
        SELECT 'ca', 'CA-ADJ-U' || lpad(nth::TEXT, 3, '0') || CASE sign WHEN -1 THEN 'A' ELSE 'B' END, label,
               exact(sign * round(on_hand - on_hand / 28.349523125, 4)), 'Entry Error', 'set to POS',
               looked_at + to_minutes(30 * (sign + 1)), looked_at + to_minutes(30 * (sign + 1)),
               internal_user, metrc_user, NULL, true, false, NULL
        FROM shown, (VALUES (-1), (1)) t (sign), person
        WHERE on_hand > 20 AND nth % 3 = 0 AND person.code = 'ca' AND handle = 'inv';
        DROP TABLE look;
        DROP TABLE shown;
    """)


def transfer_never_received(world: duckdb.DuckDBPyConnection) -> None:
    """A California delivery is on the shelf and in the own system, but nobody accepted its manifest in METRC.

    Mechanism: receiving in METRC is a person's act on the METRC screen, and that person did not do it.
    Expected: a manifest open long after its arrival, and its labels in the own inventory but not in METRC.
    """
    world.execute("""
        UPDATE package SET received_at = NULL, in_metrc_from = NULL WHERE code = 'ca' AND is_reserve;
        UPDATE incoming SET received_at = NULL
        WHERE manifest IN (SELECT manifest FROM package WHERE code = 'ca' AND is_reserve);
    """)


def shared_login(world: duckdb.DuckDBPyConnection) -> None:
    """A tablet on California's shop floor stays logged in; on three nights somebody writes stock off with it.

    Mechanism: an account that belongs to no one person, with the right to adjust.
    Expected: a dozen small adjustments within minutes, long after closing, without a note, an approval or a
    name behind them, on three nights.
    """
    world.execute("""
        INSERT INTO shared_account
        VALUES ('ca', 'ca.floor', 'shop floor tablet CA (made)', TIMESTAMP '2026-04-02 18:00');
        INSERT INTO adjustment
        WITH chosen AS (
            SELECT p.label, row_number() OVER (ORDER BY p.label) AS nth
            FROM package p JOIN item i USING (code, product_no) JOIN line l USING (label)
            WHERE code = 'ca' AND sku <> 'CA-FL-03' AND p.in_metrc_from < TIMESTAMP '2026-10-24'
            GROUP BY p.label, p.initial HAVING p.initial - sum(l.quantity) >= 6 ORDER BY p.label LIMIT 12
        ), night AS (
            SELECT utc(night + INTERVAL 47 MINUTE + INTERVAL 23 HOUR, 'America/Los_Angeles') AS begins, n
            FROM (VALUES
                (1, TIMESTAMP '2026-10-24'), (2, TIMESTAMP '2026-10-27'), (3, TIMESTAMP '2026-10-29')
            ) t (n, night)
        )
        SELECT 'ca', 'CA-ADJ-N' || n || lpad(nth::TEXT, 2, '0'), label, exact(-1), 'Entry Error', NULL,
               begins + to_seconds(35 * nth), begins + to_seconds(35 * nth + 20), 'ca.floor', metrc_user,
               NULL, true, true, 'sent'
        FROM chosen, night, person WHERE person.code = 'ca' AND handle = 'inv';
    """)


def only_the_first_page(world: duckdb.DuckDBPyConnection) -> None:
    """Michigan's connector asks for pages of fifty, gets twenty rows, and takes them for everything.

    Mechanism: the page size in its configuration; a short page is read as the last one.
    Expected: runs that say ok with exactly twenty records while METRC holds more, no second page, and every
    package beyond the first twenty missing in the own inventory.
    """
    world.execute("UPDATE connector SET page_size = 50, walks_all_pages = false WHERE code = 'mi'")


FAULTS: tuple[Fault, ...] = (
    departed_key_owner,
    receipts_sent_twice,
    ounces_for_grams,
    transfer_never_received,
    shared_login,
    only_the_first_page,
)
