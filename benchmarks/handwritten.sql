-- The twins of some rules, as somebody would write them who knows these files, and runs nothing else.
-- Before them bench.py makes a view of each table's Parquet files, the table `facility` (facility, jurisdiction, zone)
-- from the manifest, and the variable captured_at. A twin gives the keys of every record that breaks its rule.
-- Columns that the rules read and these files lack (original_sale_id, voided_at) are left out.

-- setup
CREATE MACRO day_of(moment, zone) AS timezone(zone, moment)::DATE;
CREATE MACRO audience(customer) AS CASE WHEN customer IN ('Consumer', 'NonResidentConsumer') THEN 'adult_use'
    WHEN customer IN ('Patient', 'Caregiver', 'ExternalPatient') THEN 'medical' END;
CREATE MACRO grams(unit) AS CASE unit WHEN 'Grams' THEN 1 WHEN 'Milligrams' THEN 0.001 WHEN 'Kilograms' THEN 1000
    WHEN 'Ounces' THEN 28.349523125 WHEN 'Pounds' THEN 453.59237 END;
CREATE MACRO older_than(moment, lag) AS moment <= getvariable('captured_at') - lag;
CREATE TABLE opening_hours AS FROM (VALUES ('ca', TIME '06:00', TIME '22:00'), ('or', TIME '07:00', TIME '22:00'),
    ('md', TIME '08:00', TIME '23:00')) t (jurisdiction, opens, closes);

-- reads: internal_sales
SELECT facility, sale_id FROM internal_sales GROUP BY ALL
HAVING count(*) > 1 OR facility IS NULL OR sale_id IS NULL;

-- reads: internal_sale_lines
SELECT facility, sale_id, line FROM internal_sale_lines GROUP BY ALL
HAVING count(*) > 1 OR facility IS NULL OR sale_id IS NULL OR line IS NULL;

-- reads: metrc_sales
SELECT facility, receipt_id FROM metrc_sales GROUP BY ALL
HAVING count(*) > 1 OR facility IS NULL OR receipt_id IS NULL;

-- reads: metrc_sale_lines
SELECT facility, receipt_id, line FROM metrc_sale_lines GROUP BY ALL
HAVING count(*) > 1 OR facility IS NULL OR receipt_id IS NULL OR line IS NULL;

-- reads: metrc_packages
SELECT facility, package_id FROM metrc_packages GROUP BY ALL
HAVING count(*) > 1 OR facility IS NULL OR package_id IS NULL;

-- reads: internal_inventory
SELECT facility, label FROM internal_inventory GROUP BY ALL HAVING count(*) > 1 OR facility IS NULL OR label IS NULL;

-- reads: metrc_lab_results
SELECT facility, label, test_type FROM metrc_lab_results GROUP BY ALL
HAVING count(*) > 1 OR facility IS NULL OR label IS NULL OR test_type IS NULL;

-- reads: sync_runs
SELECT facility, run_id FROM sync_runs GROUP BY ALL HAVING count(*) > 1 OR run_id IS NULL;

-- reads: sync_queue
SELECT facility, entry_id FROM sync_queue GROUP BY ALL HAVING count(*) > 1 OR entry_id IS NULL;

-- rule: sale-not-posted
WITH unposted AS (
    SELECT * FROM internal_sales i JOIN facility f USING (facility)
    WHERE status = 'completed' AND report_state IS DISTINCT FROM 'excluded' AND via IS DISTINCT FROM 'delivery'
      AND older_than(sold_at, INTERVAL 24 HOUR)
      AND facility IN (
          SELECT facility FROM internal_sales WHERE metrc_receipt_id IS NOT NULL
          UNION SELECT k.facility FROM internal_sales k
          JOIN metrc_sales n ON n.facility = k.facility AND n.external_number = k.sale_id)
      AND NOT EXISTS (FROM metrc_sales r WHERE r.facility = i.facility AND r.receipt_id = i.metrc_receipt_id)
      AND NOT EXISTS (FROM metrc_sales r WHERE r.facility = i.facility AND r.external_number = i.sale_id)
      AND NOT EXISTS (FROM metrc_sales r WHERE r.facility = i.facility AND r.total = i.total
          AND r.external_number IS NULL AND day_of(r.sold_at, f.zone) = day_of(i.sold_at, f.zone))
)
SELECT i.facility, i.sale_id, l.line, l.label, l.sku, i.sold_by, i.register
FROM unposted i JOIN internal_sale_lines l ON l.facility = i.facility AND l.sale_id = i.sale_id
WHERE l.label IS NOT NULL AND l.quantity > 0 AND l.is_return IS NOT TRUE;

-- rule: sale-posted-twice
SELECT facility, external_number, label, line, max(receipt_id) AS later, max(item) AS item
FROM metrc_sale_lines JOIN metrc_sales USING (facility, receipt_id)
WHERE state = 'active' AND external_number IS NOT NULL
GROUP BY facility, external_number, label, line, quantity, date_trunc('minute', sold_at) HAVING count(*) > 1;

-- rule: sale-posted-late
SELECT facility, receipt_id, external_number, recorded_by
FROM metrc_sales JOIN facility USING (facility)
WHERE state = 'active' AND recorded_at > sold_at + INTERVAL 15 MINUTE AND recorded_at > CASE jurisdiction
    WHEN 'ca' THEN sold_at + INTERVAL 24 HOUR
    WHEN 'co' THEN timezone(zone, day_of(sold_at, zone) + TIME '23:59')
    WHEN 'or' THEN timezone(zone, day_of(sold_at, zone) + 1 + TIME '08:00') END;

-- rule: sale-outside-hours
SELECT facility, receipt_id, external_number, recorded_by
FROM metrc_sales JOIN facility USING (facility) JOIN opening_hours USING (jurisdiction)
WHERE state = 'active'
  AND date_trunc('minute', timezone(zone, sold_at))::TIME NOT BETWEEN opens AND closes;

-- rule: sale-quantity-mismatch
WITH own AS (
    SELECT i.facility, coalesce(i.metrc_receipt_id, e.receipt_id) AS receipt_id, l.label,
           sum(l.quantity) AS quantity, max(l.unit_of_measure) AS unit, max(l.sale_id) AS sale_id, max(l.sku) AS sku
    FROM internal_sale_lines l JOIN internal_sales i USING (facility, sale_id)
    LEFT JOIN metrc_sales e
      ON e.facility = i.facility AND e.external_number = i.sale_id AND i.metrc_receipt_id IS NULL
    WHERE i.status = 'completed'
      AND NOT EXISTS (FROM internal_sale_lines q
          WHERE q.facility = i.facility AND q.sale_id = i.sale_id AND q.quantity < 0)
    GROUP BY ALL
), state AS (
    SELECT facility, receipt_id, label, sum(quantity) AS quantity, max(unit_of_measure) AS unit, max(item) AS item,
           max(recorded_by) AS recorded_by
    FROM metrc_sale_lines JOIN metrc_sales USING (facility, receipt_id) WHERE state = 'active' GROUP BY ALL
)
SELECT facility, receipt_id, label, s.item, o.sale_id, o.sku, s.recorded_by
FROM own o JOIN state s USING (facility, receipt_id, label)
WHERE coalesce(o.unit = s.unit, true) AND abs(o.quantity - s.quantity)
    > CASE WHEN grams(s.unit) IS NULL THEN 0 ELSE greatest(0.1 / grams(s.unit), 0.005 * abs(o.quantity)) END;

-- rule: sale-price-mismatch
WITH own AS (
    SELECT i.facility, coalesce(i.metrc_receipt_id, e.receipt_id) AS receipt_id, l.label, sum(l.price) AS price,
           sum(l.quantity) AS quantity, max(l.unit_of_measure) AS unit, max(l.sale_id) AS sale_id, max(l.sku) AS sku
    FROM internal_sale_lines l JOIN internal_sales i USING (facility, sale_id)
    LEFT JOIN metrc_sales e
      ON e.facility = i.facility AND e.external_number = i.sale_id AND i.metrc_receipt_id IS NULL
    WHERE i.status = 'completed'
      AND NOT EXISTS (FROM internal_sale_lines q
          WHERE q.facility = i.facility AND q.sale_id = i.sale_id AND q.quantity < 0)
    GROUP BY ALL
), state AS (
    SELECT facility, receipt_id, label, sum(price) AS price, sum(quantity) AS quantity, max(unit_of_measure) AS unit,
           max(item) AS item, max(recorded_by) AS recorded_by
    FROM metrc_sale_lines JOIN metrc_sales USING (facility, receipt_id) WHERE state = 'active' GROUP BY ALL
)
SELECT facility, receipt_id, label, s.item, o.sale_id, o.sku, s.recorded_by
FROM own o JOIN state s USING (facility, receipt_id, label)
WHERE (o.quantity = s.quantity OR o.unit <> s.unit) AND abs(o.price - s.price) > 0.01;

-- rule: sales-total-mismatch
WITH own AS (
    SELECT facility, day_of(i.sold_at, zone) AS day, sum(l.price) AS took, count(DISTINCT sale_id) AS sales
    FROM internal_sale_lines l JOIN internal_sales i USING (facility, sale_id) JOIN facility f USING (facility)
    WHERE i.status = 'completed' AND i.report_state IS DISTINCT FROM 'excluded' AND l.label IS NOT NULL
      AND l.quantity > 0 AND l.is_return IS NOT TRUE
      AND (i.via IS DISTINCT FROM 'delivery'
          OR EXISTS (FROM metrc_sales r WHERE r.facility = i.facility AND r.receipt_id = i.metrc_receipt_id)
          OR EXISTS (FROM metrc_sales r WHERE r.facility = i.facility AND r.external_number = i.sale_id))
    GROUP BY ALL
), state AS (
    SELECT facility, day_of(sold_at, zone) AS day, sum(total) AS recorded, count(*) AS receipts
    FROM metrc_sales JOIN facility USING (facility) WHERE state = 'active' GROUP BY ALL
)
SELECT facility, day, took, sales, recorded, receipts
FROM own FULL JOIN state USING (facility, day) JOIN facility USING (facility)
WHERE older_than(timezone(zone, day::TIMESTAMP), INTERVAL 48 HOUR)
  AND (took IS NULL OR recorded IS NULL OR abs(took - recorded) > greatest(1, 0.01 * abs(took)));

-- rule: sale-of-failed-or-untested
SELECT facility, receipt_id, l.line, label, l.item, s.external_number, s.recorded_by
FROM metrc_packages p JOIN metrc_sale_lines l USING (facility, label) JOIN metrc_sales s USING (facility, receipt_id)
JOIN facility f USING (facility)
WHERE s.state = 'active' AND older_than(s.sold_at, INTERVAL 30 MINUTE) AND day_of(s.sold_at, zone) > p.lab_state_on
  AND (p.lab_state IN ('TestFailed', 'RetestFailed') OR p.product_requires_testing
      AND p.lab_state IN ('NotSubmitted', 'SubmittedForTesting', 'TestingInProgress'));

-- rule: sale-of-inactive-package
-- Materialized: left to itself, the optimizer joins packages and sales on the facility alone, at ten times the cost.
WITH sold AS MATERIALIZED (
    SELECT l.*, sold_at, sold_by, register FROM internal_sale_lines l JOIN internal_sales USING (facility, sale_id)
    WHERE status = 'completed' AND quantity > 0 AND is_return IS NOT TRUE AND older_than(sold_at, INTERVAL 30 MINUTE)
)
SELECT facility, sale_id, line, label, p.item, sku, sold_by, register
FROM sold JOIN metrc_packages p USING (facility, label)
WHERE p.state = 'inactive' AND p.is_on_hold IS NOT TRUE AND p.is_recalled IS NOT TRUE
  AND sold_at > p.last_modified + INTERVAL 30 MINUTE;

-- rule: sale-of-onhold-or-recalled
SELECT facility, sale_id, l.line, label, p.item, l.sku, i.sold_by, i.register
FROM metrc_packages p JOIN internal_sale_lines l USING (facility, label) JOIN internal_sales i USING (facility, sale_id)
WHERE (p.state = 'on_hold' OR p.is_on_hold OR p.is_recalled) AND i.status = 'completed' AND l.quantity > 0
  AND l.is_return IS NOT TRUE AND older_than(i.sold_at, INTERVAL 30 MINUTE) AND i.sold_at > p.last_modified + INTERVAL 30 MINUTE;

-- rule: expired-test-or-product-sold
WITH tested AS (SELECT facility, label, max(expires_on) AS expires_on FROM metrc_lab_results GROUP BY ALL)
SELECT facility, receipt_id, l.line, label, l.item, s.external_number, s.recorded_by
FROM metrc_sale_lines l JOIN metrc_packages p USING (facility, label) JOIN metrc_sales s USING (facility, receipt_id)
LEFT JOIN tested t USING (facility, label) JOIN facility f USING (facility)
WHERE s.state = 'active' AND older_than(s.sold_at, INTERVAL 30 MINUTE)
  AND (day_of(s.sold_at, zone) > p.expires_on OR day_of(s.sold_at, zone) > t.expires_on);

-- rule: receipt-only-in-metrc
WITH unknown AS (
    SELECT * FROM metrc_sales s JOIN facility f USING (facility)
    WHERE state = 'active' AND older_than(sold_at, INTERVAL 24 HOUR)
      AND facility IN (
          SELECT facility FROM internal_sales WHERE metrc_receipt_id IS NOT NULL
          UNION SELECT k.facility FROM internal_sales k
          JOIN metrc_sales n ON n.facility = k.facility AND n.external_number = k.sale_id)
      AND NOT EXISTS (FROM internal_sales i WHERE i.facility = s.facility AND i.metrc_receipt_id = s.receipt_id)
      AND NOT EXISTS (FROM internal_sales i WHERE i.facility = s.facility AND i.sale_id = s.external_number)
      AND NOT EXISTS (FROM internal_sales i WHERE i.facility = s.facility AND i.total = s.total
          AND s.external_number IS NULL AND day_of(i.sold_at, f.zone) = day_of(s.sold_at, f.zone))
)
SELECT s.facility, s.receipt_id, l.line, l.label, l.item, s.recorded_by, s.external_number
FROM unknown s JOIN metrc_sale_lines l ON l.facility = s.facility AND l.receipt_id = s.receipt_id;

-- rule: void-not-mirrored
WITH unmirrored AS (
    SELECT * FROM internal_sales i
    WHERE status = 'voided' AND older_than(coalesce(last_modified, sold_at), INTERVAL 24 HOUR)
      AND (EXISTS (FROM metrc_sales r
               WHERE r.facility = i.facility AND r.receipt_id = i.metrc_receipt_id AND r.state = 'active')
          OR i.metrc_receipt_id IS NULL AND EXISTS (FROM metrc_sales r
               WHERE r.facility = i.facility AND r.external_number = i.sale_id AND r.state = 'active'))
)
SELECT facility, sale_id, i.metrc_receipt_id, l.line, l.label, l.sku, i.sold_by, i.register
FROM unmirrored i JOIN internal_sale_lines l USING (facility, sale_id) WHERE l.label IS NOT NULL;

-- rule: sale-wrong-customer-type
SELECT s.facility, s.receipt_id, i.sale_id, i.sold_by, i.register
FROM metrc_sales s LEFT JOIN internal_sales k ON k.facility = s.facility AND k.metrc_receipt_id = s.receipt_id
JOIN internal_sales i ON i.facility = s.facility AND i.sale_id = coalesce(k.sale_id, s.external_number)
WHERE s.state = 'active' AND i.status = 'completed' AND audience(s.customer_type) <> audience(i.customer_type);

-- rule: metrc-onhand-overstated
SELECT facility, label, p.item, i.sku
FROM metrc_packages p LEFT JOIN internal_inventory i USING (facility, label)
WHERE p.state IN ('active', 'on_hold') AND older_than(greatest(p.last_modified, i.last_modified), INTERVAL 2 HOUR)
  AND CASE WHEN i.label IS NOT NULL THEN
      coalesce(p.unit_of_measure = i.unit_of_measure, true) AND p.quantity - i.quantity
          > CASE WHEN p.unit_of_measure = 'Each' THEN 0
                 WHEN grams(p.unit_of_measure) IS NULL THEN 0.005 * abs(p.quantity)
                 ELSE greatest(0.1 / grams(p.unit_of_measure), 0.005 * abs(p.quantity)) END
      ELSE (p.quantity >= 1 OR p.quantity * grams(p.unit_of_measure) > 0.1)
          AND EXISTS (FROM internal_sale_lines l WHERE l.facility = p.facility AND l.label = p.label)
          AND NOT EXISTS (FROM internal_sale_lines l JOIN internal_sales s USING (facility, sale_id)
              WHERE l.facility = p.facility AND l.label = p.label AND NOT older_than(s.sold_at, INTERVAL 2 HOUR)) END;

-- rule: package-in-metrc-missing-in-pos
SELECT facility, label, item FROM metrc_packages p
WHERE state = 'active' AND quantity > 0 AND older_than(coalesce(received_at, created_at, last_modified), INTERVAL 4 HOUR)
  AND facility IN (SELECT facility FROM internal_inventory)
  AND NOT EXISTS (FROM internal_sale_lines l WHERE l.facility = p.facility AND l.label = p.label)
  AND NOT EXISTS (FROM internal_inventory i WHERE i.facility = p.facility AND i.label = p.label);

-- rule: page-size-truncation
SELECT facility, run_id, endpoint, job FROM sync_runs
WHERE status = 'ok' AND records_fetched >= 20 AND records_fetched < records_expected AND records_fetched % 20 = 0;

-- rule: partial-sync-reported-as-success
SELECT facility, run_id, endpoint, job FROM sync_runs
WHERE status = 'ok' AND (trim(error) <> '' OR records_fetched < records_expected
    AND NOT (records_fetched >= 20 AND records_fetched % 20 = 0));

-- rule: retries-exhausted-and-dropped
SELECT facility, entry_id, endpoint, entity_kind, entity_key FROM sync_queue
WHERE state = 'dead' AND older_than(first_failed_at, INTERVAL 24 HOUR);
