-- The tables of the snapshot format over world.sql. `broken` says what is wrong with a row.
CREATE SCHEMA snapshot;
CREATE MACRO person(store, p) AS 'E-' || store || '-' || p;

CREATE VIEW snapshot.metrc_items AS
SELECT facility, item_id, item AS name, category, uom AS unit_of_measure, 'Approved' AS approval_status,
       true AS is_active, TIMESTAMP '2026-07-01' AS last_modified
FROM facility, product;

CREATE VIEW snapshot.internal_items AS
SELECT facility, sku, item AS name, category, uom AS unit_of_measure, true AS is_active,
       TIMESTAMP '2026-07-01' AS last_modified
FROM facility, product;

CREATE VIEW snapshot.item_map AS
SELECT facility, sku, item_id AS metrc_item_id, item AS metrc_item, exact(1) AS units_per_metrc_unit,
       TIMESTAMP '2026-07-01' AS last_modified
FROM facility, product;

-- broken 0: own quantity ten too high; 1: own unit is ounces; 2: unknown to the own system; 3: finished, but still
-- in stock; 4: untested
CREATE VIEW snapshot.metrc_packages AS
SELECT facility, package_id, label, CASE WHEN on_hand = 0 OR broken = 3 THEN 'inactive' ELSE 'active' END AS state,
       item_id, item, category, on_hand AS quantity, uom AS unit_of_measure,
       exact(sold + on_hand + adjusted) AS initial_quantity, received_at::DATE - 8 AS packaged_on,
       CASE broken WHEN 4 THEN 'NotSubmitted' ELSE 'TestPassed' END AS lab_state,
       received_at::DATE - 4 AS lab_state_on, true AS product_requires_testing, false AS is_on_hold,
       false AS is_recalled, false AS is_trade_sample, 'D-' || package % 7 AS received_from_facility, received_at,
       CASE WHEN on_hand = 0 OR broken = 3 THEN last_at::DATE + 1 END AS finished_on,
       received_at::DATE + 300 AS expires_on, 'Sales Floor' AS location, received_at - INTERVAL 8 DAY AS created_at,
       last_at + INTERVAL 3 MINUTE AS last_modified
FROM package;

CREATE VIEW snapshot.internal_inventory AS
SELECT facility, label, sku,
       exact(CASE broken WHEN 0 THEN on_hand + 10 WHEN 1 THEN on_hand / 28.349523125 ELSE on_hand END) AS quantity,
       CASE broken WHEN 1 THEN 'Ounces' ELSE uom END AS unit_of_measure, 'Sales Floor' AS location,
       'available' AS status, 1 AS stock_rows, TIMESTAMP '2026-11-01 12:10' AS last_synced_at,
       last_at + INTERVAL 4 MINUTE AS last_modified
FROM package WHERE on_hand > 0 AND broken IS DISTINCT FROM 2;

CREATE VIEW snapshot.metrc_lab_results AS
SELECT facility, label, test_type, 'LAB-' || package % 5 AS lab_facility, true AS passed, exact(0) AS result,
       received_at::DATE - 7 AS sampled_on, received_at::DATE - 5 AS tested_on,
       received_at - INTERVAL 4 DAY AS released_at, received_at::DATE + 300 AS expires_on
FROM package, (VALUES ('Potency'), ('Microbials'), ('Pesticides')) t (test_type) WHERE broken IS DISTINCT FROM 4;

CREATE VIEW snapshot.metrc_transfers AS
SELECT facility, manifest, 'incoming' AS direction, 'Wholesale' AS shipment_type,
       'D-' || min(package) % 7 AS shipper_facility, facility AS recipient_facility,
       min(received_at) - INTERVAL 20 HOUR AS created_at, min(received_at) - INTERVAL 4 HOUR AS departs_at,
       min(received_at) - INTERVAL 1 HOUR AS arrives_at, min(received_at) - INTERVAL 4 HOUR AS departed_at,
       CASE WHEN pick('limbo', manifest, 500) > 0 THEN min(received_at) END AS received_at,
       CASE WHEN pick('limbo', manifest, 500) > 0 THEN 'received' ELSE 'in_transit' END AS state,
       'Driver ' || min(package) % 9 AS driver, 'Van ' || min(package) % 9 AS vehicle,
       min(received_at) AS last_modified
FROM package GROUP BY facility, manifest;

CREATE VIEW snapshot.metrc_transfer_packages AS
SELECT facility, manifest, label, item, exact(sold + on_hand + adjusted) AS shipped_quantity,
       exact(sold + on_hand + adjusted) AS received_quantity, uom AS unit_of_measure,
       exact(round(price * (sold + on_hand) / 2, 2)) AS wholesale_price, 'accepted' AS state,
       exact(1000) AS gross_weight
FROM package;

CREATE VIEW snapshot.internal_receipts AS
SELECT facility, manifest, label, exact(sold + on_hand + adjusted) AS quantity, uom AS unit_of_measure,
       received_at + INTERVAL 3 MINUTE AS received_at, 'u' || store || '.9' AS received_by,
       exact(price / 2) AS unit_cost
FROM package;

CREATE VIEW snapshot.metrc_adjustments AS
SELECT facility, 'A-' || package AS adjustment_id, label, -adjusted AS quantity, uom AS unit_of_measure,
       ['Damage', 'Spoilage'][1 + package % 2] AS reason, 'package ' || package || ' damaged on the shelf' AS note,
       last_at::DATE AS adjusted_on, last_at + INTERVAL 1 MINUTE AS recorded_at, person(store, 9) AS recorded_by
FROM package WHERE adjusted > 0;

CREATE VIEW snapshot.internal_adjustments AS
SELECT facility, 'A-' || package AS adjustment_id, label, -adjusted AS quantity, uom AS unit_of_measure,
       ['Damage', 'Spoilage'][1 + package % 2] AS reason, last_at AS adjusted_at,
       'u' || store || '.9' AS adjusted_by, last_at + INTERVAL 1 MINUTE AS posted_at,
       'package ' || package || ' damaged on the shelf' AS note, 'sent' AS sent_to_state,
       'u' || store || '.10' AS approved_by
FROM package WHERE adjusted > 0;

-- broken 0: never posted; 1: three days late; 2: posted twice; 3: a line in another unit; 4: another total; 5: a void
-- not mirrored; 6: sold at night
CREATE VIEW snapshot.metrc_sales AS
SELECT facility, receipt_id + twin AS receipt_id, lpad((receipt_id + twin)::TEXT, 12, '0') AS receipt_number,
       sale_id AS external_number, sold_at,
       posted_at + CASE broken WHEN 1 THEN INTERVAL 3 DAY ELSE to_seconds(1 + 30 * twin) END AS recorded_at,
       'Consumer' AS customer_type, NULL::TEXT AS patient,
       exact(CASE broken WHEN 4 THEN total + 1 ELSE total END) AS total,
       CASE WHEN is_void THEN 'voided' ELSE 'active' END AS state, person(store, cashier) AS recorded_by,
       posted_at + INTERVAL 1 SECOND AS last_modified
FROM sale, generate_series(0, CASE broken WHEN 2 THEN 1 ELSE 0 END) t (twin) WHERE broken IS DISTINCT FROM 0;

CREATE VIEW snapshot.internal_sales AS
SELECT facility, sale_id, sold_at,
       CASE broken WHEN 0 THEN NULL WHEN 1 THEN posted_at + INTERVAL 3 DAY ELSE posted_at END AS posted_at,
       CASE WHEN broken = 0 THEN NULL ELSE receipt_id END AS metrc_receipt_id,
       CASE WHEN is_void OR broken = 5 THEN 'voided' ELSE 'completed' END AS status, 'Consumer' AS customer_type,
       NULL::TEXT AS patient, total, 'R' || cashier % 4 AS register, 'u' || store || '.' || cashier AS sold_by,
       'counter' AS via, CASE broken WHEN 0 THEN 'failed' ELSE 'reported' END AS report_state, false AS offline,
       posted_at + INTERVAL 2 SECOND AS last_modified
FROM sale;

CREATE VIEW snapshot.metrc_sale_lines AS
SELECT facility, receipt_id + twin AS receipt_id, line,
       '1A40' || printf('%02X', package % 30) || lpad(package::TEXT, 18, '0') AS label, item, category,
       exact(CASE WHEN broken = 3 AND line = 1 THEN quantity_of(product, grams_wanted) * 28.3495
            ELSE quantity_of(product, grams_wanted) END) AS quantity,
       uom AS unit_of_measure, exact(round(price * quantity_of(product, grams_wanted), 2)) AS price
FROM line JOIN sale USING (sale)
JOIN product USING (product), generate_series(0, CASE broken WHEN 2 THEN 1 ELSE 0 END) t (twin)
WHERE broken IS DISTINCT FROM 0;

CREATE VIEW snapshot.internal_sale_lines AS
SELECT facility, sale_id, line, '1A40' || printf('%02X', package % 30) || lpad(package::TEXT, 18, '0') AS label,
       sku, category, quantity_of(product, grams_wanted) AS quantity, uom AS unit_of_measure,
       exact(quantity_of(product, grams_wanted) * unit_grams) AS grams,
       exact(round(price * quantity_of(product, grams_wanted), 2)) AS price, exact(0) AS discount,
       false AS is_return
FROM line JOIN sale USING (sale) JOIN product USING (product);

-- broken 0: failed; 1: read one page of many and called it ok
CREATE VIEW snapshot.sync_runs AS
SELECT facility, run_id, job, endpoint, started_at, started_at + INTERVAL 40 SECOND AS finished_at, window_start,
       started_at AS window_end, (records + 19) // 20 AS pages_expected,
       CASE broken WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE (records + 19) // 20 END AS pages_fetched,
       records AS records_expected,
       CASE broken WHEN 0 THEN 0 WHEN 1 THEN least(records, 20) ELSE records END AS records_fetched,
       CASE broken WHEN 0 THEN 0 WHEN 1 THEN least(records, 20) ELSE records END AS records_written,
       CASE broken WHEN 0 THEN 'failed' ELSE 'ok' END AS status, CASE broken WHEN 0 THEN 'timeout' END AS error
FROM run;

CREATE VIEW snapshot.staff AS
SELECT facility, person, 'made person ' || person AS name, 'budtender' AS role, DATE '2023-01-09' AS hired_on,
       CASE WHEN p = 3 AND store % 10 = 0 THEN DATE '2026-10-01' END AS terminated_on, metrc_user, internal_user,
       DATE '2023-01-11' AS trained_on, DATE '2027-01-31' AS training_expires_on
FROM person;

CREATE VIEW snapshot.metrc_users AS
SELECT facility, metrc_user AS "user", 'made person ' || person AS name, metrc_user AS employee_license,
       p = 10 AS is_owner, p > 8 AS is_manager, false AS is_locked, ['view sales', 'manage sales'] AS permissions,
       DATE '2027-06-30' AS license_expires_on, TIMESTAMP '2026-10-31' AS last_seen
FROM person;

CREATE VIEW snapshot.internal_users AS
SELECT facility, internal_user AS "user", 'made person ' || person AS name, 'budtender' AS role,
       ['sell'] AS permissions, true AS is_active, false AS is_shared, TIMESTAMP '2023-01-10' AS created_at,
       TIMESTAMP '2026-10-31' AS last_login
FROM person;

CREATE VIEW snapshot.credentials AS
SELECT facility, left(sha256('made ' || metrc_user), 16) AS credential, 'user' AS kind, metrc_user,
       TIMESTAMP '2026-03-01' AS issued_at, NULL::TIMESTAMP AS rotated_at, NULL::TIMESTAMP AS revoked_at,
       TIMESTAMP '2026-10-31' AS last_used_at
FROM person;

CREATE VIEW snapshot.sync_calls AS
SELECT facility, 'C-' || sale AS call_id, 'POST' AS method, '/sales/v2/receipts' AS endpoint,
       'api-' || jurisdiction || '.metrc.com' AS host, posted_at AS "at",
       CASE broken WHEN 0 THEN 401 ELSE 200 END AS status, 200 + pick('ms', sale, 700) AS duration_ms, 1 AS attempt,
       sale_id AS idempotency_key, left(sha256('made ' || person(store, cashier)), 16) AS credential,
       1 AS object_count, 'sale' AS entity_kind, sale_id AS entity_key,
       CASE broken WHEN 0 THEN 'unauthorized' END AS error
FROM sale JOIN facility USING (facility);

CREATE VIEW snapshot.sync_queue AS
SELECT facility, 'Q-' || sale AS entry_id, 'POST' AS operation, '/sales/v2/receipts' AS endpoint,
       'sale' AS entity_kind, sale_id AS entity_key, posted_at AS first_failed_at, posted_at AS last_attempt_at,
       1 AS attempts, 'dead' AS state, 401 AS last_status, 'unauthorized' AS last_error
FROM sale WHERE broken = 0;

CREATE VIEW snapshot.physical_counts AS
SELECT facility, 'CNT-' || store AS count_id, row_number() OVER (PARTITION BY store ORDER BY package) AS line,
       label, on_hand AS counted_quantity, uom AS unit_of_measure, 'Sales Floor' AS location,
       on_hand AS expected_quantity, TIMESTAMP '2026-11-01 06:00' AS counted_at, 'u' || store || '.9' AS counted_by,
       'u' || store || '.1' AS second_counter, TIMESTAMP '2026-11-01 06:40' AS reconciled_at, 'none' AS adjusted_in
FROM package WHERE on_hand > 0;
