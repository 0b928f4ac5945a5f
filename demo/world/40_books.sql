-- What both books say, derived from the movements alone: whatever a fault did to a movement shows here by itself.

-- METRC refuses a receipt that takes more out of a package than it holds at that moment.
CREATE TABLE recorded AS
SELECT code, sale_id, receipt_id, posted_at + INTERVAL 1 SECOND AS recorded_at, false AS is_twin
FROM posting WHERE fate IN ('posted', 'late')
UNION ALL SELECT code, sale_id, receipt_id, recorded_at, true FROM twin;

CREATE TABLE refused AS
WITH movement AS (
    SELECT label, recorded_at AS happened_at, r.receipt_id, -quantity AS quantity
    FROM recorded r JOIN line USING (code, sale_id) JOIN posting p USING (code, sale_id) WHERE p.voided_at IS NULL
    UNION ALL SELECT label, posted_at, NULL, quantity FROM adjustment WHERE in_metrc
    UNION ALL SELECT label, in_metrc_from, NULL, initial FROM package WHERE in_metrc_from IS NOT NULL
)
SELECT DISTINCT receipt_id
FROM (
    SELECT receipt_id, sum(quantity) OVER (
        PARTITION BY label ORDER BY happened_at, receipt_id NULLS FIRST ROWS UNBOUNDED PRECEDING) AS left_over
    FROM movement
)
WHERE left_over < 0 AND receipt_id IS NOT NULL;

DELETE FROM recorded WHERE receipt_id IN (FROM refused);
UPDATE posting SET fate = 'refused' WHERE fate = 'posted' AND receipt_id IN (FROM refused);
DELETE FROM recorded WHERE is_twin AND sale_id IN (SELECT sale_id FROM posting WHERE fate = 'refused');
DELETE FROM twin WHERE receipt_id NOT IN (SELECT receipt_id FROM recorded);

CREATE TABLE metrc_movement AS
SELECT label, recorded_at AS happened_at, exact(-quantity) AS quantity, 'sale' AS kind
FROM recorded JOIN line USING (code, sale_id) JOIN posting USING (code, sale_id) WHERE voided_at IS NULL
UNION ALL SELECT label, posted_at, quantity, 'adjustment' FROM adjustment WHERE in_metrc
UNION ALL SELECT source_label, made_at, -quantity, 'split' FROM source
UNION ALL SELECT label, received_at, -quantity, 'shipment' FROM outgoing;

-- The operator's own book, in its own unit and rounded as that system rounds.
CREATE MACRO internal(quantity, factor) AS
    exact(CASE WHEN factor = 1 THEN quantity ELSE round(quantity * factor, 6) END);

CREATE TABLE internal_movement AS
WITH movement AS (
    SELECT label, sold_at AS happened_at, exact(-quantity) AS quantity
    FROM sale JOIN line USING (code, sale_id) WHERE NOT is_void
    UNION ALL SELECT label, happened_at, quantity FROM adjustment WHERE in_internal
    UNION ALL SELECT source_label, made_at, -quantity FROM source
    UNION ALL SELECT label, departed_at, -quantity FROM outgoing
    UNION ALL SELECT label, in_internal_from, initial FROM package
)
SELECT m.label, happened_at, internal(quantity, internal_per_metrc) AS quantity
FROM movement m JOIN package USING (label) JOIN item USING (code, product_no);

CREATE TABLE book AS
WITH metrc AS (
    SELECT label, sum(quantity) AS moved, max(happened_at) AS happened_at, count(*) FILTER (kind = 'sale') AS sales
    FROM metrc_movement GROUP BY label
), own AS (
    SELECT label, sum(quantity) AS on_hand, max(happened_at) AS happened_at FROM internal_movement GROUP BY label
)
SELECT p.*, exact(initial + coalesce(metrc.moved, 0)) AS metrc_quantity, exact(own.on_hand) AS internal_quantity,
       greatest(coalesce(metrc.happened_at, in_metrc_from, created_at),
           coalesce(in_metrc_from, created_at)) AS metrc_modified,
       greatest(own.happened_at,
           coalesce(metrc.happened_at, own.happened_at)) + INTERVAL 5 SECOND AS internal_modified,
       coalesce(sales, 0) > 0 AS is_open, i.sku, i.item_id, i.name AS item, i.category, i.uom, i.price,
       i.internal_uom, i.internal_per_metrc, f.facility, f.zone, f.lab
FROM package p JOIN item i USING (code, product_no) JOIN facility f USING (code) LEFT JOIN metrc USING (label)
LEFT JOIN own USING (label);

-- An active list holds a package from its arrival until it is empty. A connector that reads only the first page
-- knows the twenty oldest; older ones leave, so what is beyond the first page now was never read.
CREATE TABLE listed AS
SELECT code, label, in_metrc_from, CASE WHEN metrc_quantity = 0 THEN metrc_modified END AS emptied_at,
       CASE WHEN metrc_quantity > 0 THEN row_number() OVER (
           PARTITION BY code, metrc_quantity > 0 ORDER BY package_id) END AS place
FROM book WHERE in_metrc_from IS NOT NULL;

CREATE TABLE unread AS
SELECT label FROM listed JOIN connector USING (code) WHERE NOT walks_all_pages AND place > 20;

-- Counts, by two people: daily at the close in Colorado, every second Sunday in California, Sundays in Michigan.
CREATE TABLE counting AS
SELECT d.code, d.day, zone, facility, upper(d.code) || '-CNT-' || strftime(d.day, '%Y%m%d') AS count_id,
       utc(d.day + closes + INTERVAL 30 MINUTE, zone) AS started_at,
       CASE WHEN d.code = 'mi' THEN 'asst' ELSE 'inv' END AS first,
       CASE WHEN d.code = 'mi' THEN 'grow1' ELSE 'bud' || (4 + day_no % 3) END AS second
FROM day d JOIN facility USING (code)
WHERE d.code = 'co' OR (d.code = 'mi' AND day_no % 7 = 6) OR (d.code = 'ca' AND day_no % 14 = 13);

CREATE TABLE counted AS
WITH expected AS (
    SELECT c.count_id, b.label, exact(sum(m.quantity)) AS on_hand
    FROM counting c JOIN book b USING (code)
    JOIN internal_movement m ON m.label = b.label AND m.happened_at < c.started_at GROUP BY ALL
    HAVING sum(m.quantity) > 0
)
SELECT c.*, e.label, e.on_hand, b.internal_uom,
       row_number() OVER (PARTITION BY c.count_id ORDER BY b.package_id) AS line,
       b.label IN (FROM unread) AS is_unread
FROM expected e JOIN counting c USING (count_id) JOIN book b USING (label);
