-- The tables of the snapshot format, as views of everything above.
CREATE SCHEMA snapshot;

CREATE VIEW snapshot.metrc_items AS
SELECT facility, item_id, i.name, category, uom AS unit_of_measure, unit_weight, unit_weight_uom, strain,
       'Approved' AS approval_status, true AS is_active, TIMESTAMP '2026-07-01 16:00' AS last_modified
FROM item i JOIN facility USING (code);

CREATE VIEW snapshot.metrc_locations AS
SELECT facility, first_id // 1000 + n AS location_id, l.name, 'Default' AS location_type, true AS is_active
FROM facility f
JOIN (VALUES (1, 'Sales Floor', false), (2, 'Vault', false), (3, 'Receiving', false), (1, 'Veg Room', true),
    (2, 'Flower Room', true), (3, 'Vault', true), (4, 'Nursery', true)) l (n, name, is_grow)
ON (f.code = 'mi') = is_grow;

CREATE VIEW snapshot.metrc_tags AS
SELECT facility, label AS tag, 'package' AS kind, 'used' AS status, DATE '2026-04-10' AS received_on,
       packaged_on AS used_on
FROM book WHERE code = 'mi'
UNION ALL SELECT facility, label, 'plant', 'used', DATE '2026-04-10', vegetative_on
FROM plant JOIN facility USING (code)
UNION ALL
SELECT facility, tag_stem || lpad((900000 + n)::TEXT, 12, '0'), 'package', 'available', DATE '2026-10-05', NULL
FROM facility, generate_series(1, 200) t (n)
UNION ALL
SELECT facility, '1A4050300B02' || lpad((900000 + n)::TEXT, 12, '0'), 'plant', 'available', DATE '2026-10-05', NULL
FROM facility, generate_series(1, 400) t (n) WHERE code = 'mi';

CREATE VIEW snapshot.metrc_plant_batches AS
SELECT facility, batch_id AS plant_batch_id, batch AS name, 'Clone' AS batch_type, strain,
       CASE WHEN is_tagged THEN 'Veg Room' ELSE 'Nursery' END AS location,
       CASE WHEN is_tagged THEN 0 ELSE 60 END AS untracked_count,
       CASE WHEN is_tagged THEN 60 ELSE 0 END AS tracked_count, 0 AS destroyed_count, planted_on,
       utc(CASE WHEN is_tagged THEN vegetative_on ELSE planted_on END + TIME '15:00', zone) AS last_modified
FROM (SELECT *, vegetative_on <= DATE '2026-10-31' AS is_tagged FROM cohort) JOIN facility USING (code);

CREATE VIEW snapshot.metrc_plants AS
SELECT facility, plant_id, label,
       CASE WHEN coalesce(destroyed_on, harvested_on) IS NULL THEN 'active' ELSE 'inactive' END AS state,
       CASE WHEN flowering_on IS NULL THEN 'Vegetative' ELSE 'Flowering' END AS growth_phase, batch AS plant_batch,
       strain, CASE WHEN flowering_on IS NULL THEN 'Veg Room' ELSE 'Flower Room' END AS location, planted_on,
       vegetative_on, flowering_on, harvested_on, destroyed_on,
       CASE WHEN harvested_on IS NOT NULL THEN harvest_id END AS harvest_id,
       utc(greatest(vegetative_on, coalesce(flowering_on, vegetative_on), coalesce(harvested_on, vegetative_on),
           coalesce(destroyed_on, vegetative_on)) + TIME '15:30', zone) AS last_modified
FROM plant JOIN facility USING (code);

CREATE VIEW snapshot.metrc_harvests AS
SELECT facility, harvest_id, harvest AS name, 'WholePlant' AS harvest_type,
       CASE WHEN is_finished THEN 'inactive' ELSE 'active' END AS state, wet_weight,
       exact(fresh_waste + CASE WHEN is_packaged THEN trim_waste ELSE 0 END) AS waste_weight,
       exact(coalesce(packaged, 0)) AS packaged_weight,
       exact(CASE WHEN is_finished THEN 0
            ELSE wet_weight - fresh_waste - CASE WHEN is_packaged THEN trim_waste ELSE 0 END
                 - coalesce(packaged, 0) END) AS current_weight,
       'Grams' AS unit_of_measure, plant_count, harvest_on AS started_on,
       CASE WHEN is_finished THEN harvest_on + 22 END AS finished_on,
       utc(CASE WHEN is_finished THEN harvest_on + 22 WHEN is_packaged THEN packaged_on
            ELSE harvest_on END + TIME '16:00', zone) AS last_modified
FROM harvest h JOIN facility USING (code) LEFT JOIN (
    SELECT cohort, sum(initial) AS packaged FROM grow_package WHERE step = 'lot' GROUP BY cohort
) USING (cohort);

CREATE VIEW snapshot.metrc_waste AS
SELECT facility, 'PW-' || right(label, 8) AS waste_id, 'plant' AS source_kind, label AS source_key,
       exact(20 + pick('plant waste', label, 300) / 10.0) AS weight, 'Grams' AS unit_of_measure,
       'Contamination' AS reason, 'Grinder' AS method, destroyed_on AS wasted_on,
       utc(destroyed_on + TIME '15:10', zone) AS recorded_at, metrc_user AS recorded_by
FROM plant JOIN facility USING (code) JOIN person p ON p.code = plant.code AND handle = 'grow1'
WHERE destroyed_on IS NOT NULL
UNION ALL
SELECT facility, 'HW-' || harvest_id || '-' || n, 'harvest', harvest_id::TEXT,
       CASE n WHEN 1 THEN fresh_waste ELSE trim_waste END, 'Grams', 'Plant Material', 'Compost', wasted_on,
       utc(wasted_on + TIME '15:40', zone), metrc_user
FROM (SELECT *, CASE n WHEN 1 THEN harvest_on ELSE packaged_on END AS wasted_on FROM harvest,
    generate_series(1, 2) t (n)) h
JOIN facility USING (code) JOIN person p ON p.code = h.code AND handle = 'grow2' WHERE n = 1 OR is_packaged;

CREATE VIEW snapshot.metrc_packages AS
SELECT facility, package_id, b.label, CASE WHEN metrc_quantity = 0 THEN 'inactive' ELSE 'active' END AS state,
       item_id, item, category, metrc_quantity AS quantity, uom AS unit_of_measure, initial AS initial_quantity,
       packaged_on,
       CASE WHEN released_at < TIMESTAMP '2026-11-01 13:00' THEN 'TestPassed'
            WHEN sampled_on <= DATE '2026-10-31' THEN 'SubmittedForTesting' ELSE 'NotSubmitted' END AS lab_state,
       CASE WHEN released_at < TIMESTAMP '2026-11-01 13:00' THEN local_day(released_at, zone)
            WHEN sampled_on <= DATE '2026-10-31' THEN sampled_on ELSE packaged_on END AS lab_state_on,
       true AS product_requires_testing, false AS is_on_hold, false AS is_recalled, false AS is_trade_sample,
       production_batch, CASE WHEN harvest IS NULL THEN []::TEXT[] ELSE [harvest] END AS source_harvests,
       received_from AS received_from_facility, received_at,
       CASE WHEN metrc_quantity = 0 THEN local_day(metrc_modified, zone) END AS finished_on, expires_on,
       CASE WHEN is_open THEN 'Sales Floor' ELSE 'Vault' END AS location, p.metrc_user AS created_by, created_at,
       metrc_modified AS last_modified
FROM book b LEFT JOIN person p ON p.code = b.code AND p.handle = b.created_by WHERE in_metrc_from IS NOT NULL;

CREATE VIEW snapshot.metrc_package_sources AS
SELECT facility, label, source_label, quantity, 'Grams' AS unit_of_measure, made_at AS created_at
FROM source JOIN facility USING (code);

CREATE VIEW snapshot.metrc_adjustments AS
SELECT f.facility, adjustment_id, a.label, a.quantity, uom AS unit_of_measure, reason, note,
       local_day(happened_at, f.zone) AS adjusted_on, posted_at AS recorded_at, recorded_by
FROM adjustment a JOIN facility f USING (code) JOIN book b ON b.label = a.label WHERE in_metrc;

CREATE VIEW snapshot.metrc_transfers AS
SELECT facility, manifest, 'incoming' AS direction, 'Wholesale' AS shipment_type, i.supplier AS shipper_facility,
       facility AS recipient_facility, created_at, departs_at, arrives_at, departed_at, received_at,
       CASE WHEN received_at IS NULL THEN 'in_transit' ELSE 'received' END AS state,
       'Made driver ' || truck AS driver, 'Van ' || truck AS vehicle,
       coalesce(received_at, departed_at) AS last_modified
FROM incoming i JOIN facility USING (code)
UNION ALL
SELECT DISTINCT facility, manifest, 'outgoing', shipment_type, facility, recipient, created_at, departs_at,
       arrives_at, departed_at, received_at, 'received', 'Made driver ' || truck, 'Van ' || truck, received_at
FROM outgoing JOIN facility USING (code);

CREATE VIEW snapshot.metrc_transfer_packages AS
SELECT b.facility, b.manifest, label, item, initial AS shipped_quantity,
       CASE WHEN i.received_at IS NOT NULL THEN initial END AS received_quantity, uom AS unit_of_measure,
       exact(round(unit_cost * initial, 2)) AS wholesale_price,
       CASE WHEN i.received_at IS NULL THEN 'shipped' ELSE 'accepted' END AS state,
       exact(CASE WHEN uom = 'Grams' THEN initial + 60 ELSE initial * 12 + 400 END) AS gross_weight
FROM book b JOIN incoming i ON i.code = b.code AND i.manifest = b.manifest
UNION ALL
SELECT b.facility, o.manifest, label, item, o.quantity, o.quantity, uom,
       CASE WHEN shipment_type = 'Wholesale' THEN exact(round(price * o.quantity, 2)) END, 'accepted',
       exact(o.quantity + 60)
FROM outgoing o JOIN book b USING (label);

CREATE VIEW snapshot.metrc_sales AS
SELECT facility, r.receipt_id, ten_digits(r.receipt_id) AS receipt_number, sale_id AS external_number,
       sold_at, recorded_at, customer_type, patient, total,
       CASE WHEN voided_at IS NULL THEN 'active' ELSE 'voided' END AS state, recorded_by,
       coalesce(voided_at + INTERVAL 31 SECOND, recorded_at) AS last_modified
FROM recorded r JOIN posting USING (code, sale_id) JOIN sale USING (code, sale_id) JOIN facility USING (code)
JOIN (SELECT sale_id, exact(sum(price)) AS total FROM line GROUP BY sale_id) USING (sale_id);

CREATE VIEW snapshot.metrc_sale_lines AS
SELECT facility, receipt_id, line, label, i.name AS item, category, quantity, uom AS unit_of_measure, l.price
FROM recorded JOIN line l USING (code, sale_id) JOIN item i USING (code, product_no) JOIN facility USING (code);

-- Three panels a package; potency carries a figure, the others say only passed.
CREATE VIEW snapshot.metrc_lab_results AS
SELECT facility, label, test_type, lab AS lab_facility, true AS passed,
       exact(CASE test_type WHEN 'Potency' THEN 14 + pick('potency', label, 120) / 10.0 ELSE 0 END) AS result,
       sampled_on, tested_on, released_at, tested_on + 365 AS expires_on
FROM book, (VALUES ('Potency'), ('Microbials'), ('Pesticides')) t (test_type)
WHERE in_metrc_from IS NOT NULL AND released_at < TIMESTAMP '2026-11-01 13:00';

CREATE VIEW snapshot.metrc_users AS
SELECT facility, metrc_user AS "user", p.name, metrc_user AS employee_license, handle = 'gm' AS is_owner,
       handle IN ('gm', 'asst') AS is_manager, c.revoked_at IS NOT NULL AS is_locked, permissions,
       DATE '2027-06-30' AS license_expires_on,
       coalesce(c.revoked_at - INTERVAL 3 HOUR, TIMESTAMP '2026-10-31 16:00') AS last_seen
FROM person p JOIN facility USING (code) JOIN credential c USING (code, metrc_user);

CREATE VIEW snapshot.internal_items AS
SELECT facility, sku, i.name, category, internal_uom AS unit_of_measure, unit_weight, unit_weight_uom,
       true AS is_active, TIMESTAMP '2026-07-01 17:00' AS last_modified
FROM item i JOIN facility USING (code);

CREATE VIEW snapshot.item_map AS
SELECT facility, sku, item_id AS metrc_item_id, i.name AS metrc_item, mapped_factor AS units_per_metrc_unit,
       TIMESTAMP '2026-07-01 17:10' AS last_modified
FROM item i JOIN facility USING (code);

CREATE VIEW snapshot.value_map AS
SELECT facility, kind, value AS internal_value, value AS metrc_value, exact(1) AS factor
FROM facility f, ( SELECT DISTINCT code, 'category' AS kind, category AS value
    FROM item UNION ALL SELECT DISTINCT code, 'unit', uom FROM item UNION ALL SELECT code, 'location', name
        FROM snapshot.metrc_locations l
        JOIN (SELECT code, facility FROM facility) USING (facility) UNION ALL SELECT code, 'reason', r
            FROM facility, (VALUES ('Damage'), ('Spoilage'), ('Mandatory State Destruction'),
                ('Entry Error')) t (r) ) v
WHERE v.code = f.code;

CREATE VIEW snapshot.internal_inventory AS
SELECT facility, label, sku, internal_quantity AS quantity, internal_uom AS unit_of_measure,
       CASE WHEN is_open THEN 'Sales Floor' ELSE 'Vault' END AS location, 'available' AS status, 1 AS stock_rows,
       TIMESTAMP '2026-11-01 12:50:40' AS last_synced_at, internal_modified AS last_modified
FROM book WHERE internal_quantity >= 0.001 AND label NOT IN (FROM unread);

CREATE VIEW snapshot.internal_stock AS
SELECT i.facility, 'ST-' || right(label, 9) || '-' || b.code AS stock_id, label, i.sku, production_batch AS batch,
       i.location, i.quantity AS on_hand, exact(i.quantity - allocated) AS available, allocated, i.unit_of_measure,
       i.status, unit_cost, local_day(in_internal_from, zone) AS received_on, expires_on, i.last_modified
FROM snapshot.internal_inventory i
JOIN (SELECT *, exact(CASE WHEN is_open AND uom = 'Each' AND internal_quantity > 2 THEN pick('held', label, 3)
     ELSE 0 END) AS allocated FROM book) b USING (label);

CREATE VIEW snapshot.internal_plants AS
SELECT facility, label, growth_phase, strain, location, last_modified + INTERVAL 1 MINUTE AS last_modified
FROM snapshot.metrc_plants WHERE state = 'active';

CREATE VIEW snapshot.internal_harvests AS
SELECT facility, name, wet_weight, waste_weight, packaged_weight, unit_of_measure, started_on, finished_on
FROM snapshot.metrc_harvests;

CREATE VIEW snapshot.internal_sales AS
SELECT facility, sale_id, sold_at, CASE WHEN fate IN ('posted', 'late') THEN posted_at END AS posted_at,
       CASE WHEN fate IN ('posted', 'late') THEN receipt_id END AS metrc_receipt_id,
       CASE WHEN is_void THEN 'voided' ELSE 'completed' END AS status, customer_type, patient, total,
       upper(code) || '-R' || register AS register, sold_by, via,
       CASE WHEN fate IN ('posted', 'late') THEN 'reported' WHEN fate = 'not due' THEN 'excluded'
            ELSE 'failed' END AS report_state,
       NULL::TEXT AS original_sale_id, voided_at, false AS offline,
       greatest(sold_at, coalesce(voided_at, sold_at),
           CASE WHEN fate IN ('posted', 'late') THEN posted_at
                ELSE sold_at END) + INTERVAL 2 SECOND AS last_modified
FROM sale JOIN posting USING (code, sale_id) JOIN facility USING (code)
JOIN (SELECT sale_id, exact(sum(price)) AS total FROM line GROUP BY sale_id) USING (sale_id);

CREATE VIEW snapshot.internal_sale_lines AS
SELECT facility, sale_id, line, label, sku, category, internal(quantity, internal_per_metrc) AS quantity,
       internal_uom AS unit_of_measure, grams, l.price, exact(0) AS discount, false AS is_return
FROM line l JOIN item USING (code, product_no) JOIN facility USING (code);

CREATE VIEW snapshot.internal_adjustments AS
SELECT b.facility, adjustment_id, a.label, internal(a.quantity, internal_per_metrc) AS quantity,
       internal_uom AS unit_of_measure, reason, happened_at AS adjusted_at, adjusted_by,
       CASE WHEN in_metrc THEN posted_at END AS posted_at, note, sent_to_state, approved_by
FROM adjustment a JOIN book b USING (label) WHERE in_internal;

CREATE VIEW snapshot.internal_receipts AS
SELECT facility, manifest, label, internal(initial, internal_per_metrc) AS quantity,
       internal_uom AS unit_of_measure, in_internal_from AS received_at, p.internal_user AS received_by,
       exact(round(unit_cost / internal_per_metrc, 4)) AS unit_cost
FROM book b JOIN person p ON p.code = b.code AND p.handle = b.received_by;

CREATE VIEW snapshot.internal_conversions AS
WITH side AS (
    SELECT code, 'PO-' || cohort || '-' || CASE step WHEN 'sample' THEN 'S' ELSE lot::TEXT END AS conversion_id,
           label, source_label, quantity, made_at, step
    FROM source
), one AS (
    SELECT code, conversion_id, 'input' AS side, source_label AS label, sum(quantity) AS quantity,
           min(made_at) AS happened_at
    FROM side GROUP BY ALL
    UNION ALL SELECT code, conversion_id, 'output', label, sum(quantity), min(made_at) FROM side GROUP BY ALL
)
SELECT b.facility, conversion_id, side,
       row_number() OVER (PARTITION BY conversion_id, side ORDER BY o.label) AS line, o.label, sku,
       exact(o.quantity) AS quantity, 'Grams' AS unit_of_measure, o.happened_at AS "at", p.internal_user AS "by"
FROM one o JOIN book b ON b.label = o.label JOIN person p ON p.code = o.code AND p.handle = 'asst';

CREATE VIEW snapshot.internal_shipments AS
SELECT b.facility, 'SH-' || o.manifest AS shipment_id, label, o.manifest,
       'SO-' || right(o.manifest, 6) AS order_number, sku, o.quantity, 'Grams' AS unit_of_measure,
       CASE WHEN shipment_type = 'Wholesale' THEN exact(round(price * o.quantity, 2)) END AS price,
       recipient AS recipient_facility, 'Made driver ' || truck AS driver, 'Van ' || truck AS vehicle,
       departed_at AS shipped_at, 'delivered' AS status
FROM outgoing o JOIN book b USING (label);

CREATE VIEW snapshot.internal_lab_results AS
SELECT facility, label, test_type, passed, released_at FROM snapshot.metrc_lab_results;

CREATE VIEW snapshot.internal_users AS
SELECT facility, internal_user AS "user", p.name, role, permissions, terminated_on IS NULL AS is_active,
       false AS is_shared, utc(hired_on + TIME '18:00', zone) AS created_at,
       coalesce(utc(terminated_on + TIME '08:00', zone), TIMESTAMP '2026-10-31 15:50') AS last_login
FROM person p JOIN facility USING (code)
UNION ALL
SELECT facility, internal_user, s.name, 'shared', ['manage packages inventory'], true, true, created_at,
       TIMESTAMP '2026-10-30 06:30'
FROM shared_account s JOIN facility USING (code);

CREATE VIEW snapshot.physical_counts AS
SELECT facility, count_id, line, label, on_hand AS counted_quantity, internal_uom AS unit_of_measure,
       'Vault' AS location, CASE WHEN is_unread THEN exact(0) ELSE on_hand END AS expected_quantity,
       started_at + to_seconds(line * 10) AS counted_at, c.code || '.' || first AS counted_by,
       c.code || '.' || second AS second_counter, started_at + INTERVAL 40 MINUTE AS reconciled_at,
       'none' AS adjusted_in
FROM counted c;

CREATE VIEW snapshot.sync_runs AS
SELECT facility, run_id, job, endpoint, started_at, finished_at, TIMESTAMP '2026-01-01' AS window_start,
       started_at AS window_end, pages AS pages_expected, pages_read AS pages_fetched, records AS records_expected,
       CASE answer WHEN 200 THEN records_read ELSE 0 END AS records_fetched,
       CASE answer WHEN 200 THEN records_read ELSE 0 END AS records_written,
       CASE answer WHEN 200 THEN 'ok' ELSE 'failed' END AS status,
       CASE WHEN answer <> 200 THEN answer || ' unauthorized' END AS error
FROM run;

CREATE VIEW snapshot.sync_calls AS
SELECT facility, call_id, run_id, method, endpoint, host, happened_at AS "at", status, duration_ms, attempt, page,
       CASE WHEN method = 'GET' THEN page_size END AS page_size, NULL::BIGINT AS retry_after_s, idempotency_key,
       fingerprint(metrc_user) AS credential, object_count, entity_kind, entity_key,
       CASE status WHEN 401 THEN 'unauthorized' WHEN 503 THEN 'service unavailable'
            WHEN 400 THEN 'quantity is more than the package holds' END AS error
FROM call JOIN facility USING (code);

CREATE VIEW snapshot.sync_queue AS
SELECT facility, entry_id, 'POST' AS operation, '/sales/v2/receipts' AS endpoint, 'sale' AS entity_kind,
       sale_id AS entity_key, first_failed_at, last_attempt_at, attempts, state, last_status,
       CASE last_status WHEN 401 THEN 'unauthorized'
            WHEN 400 THEN 'quantity is more than the package holds' END AS last_error
FROM queued JOIN facility USING (code);

-- A watermark moves when a walk is complete, once a night.
CREATE VIEW snapshot.sync_watermarks AS
SELECT facility, job, endpoint, finished_at AS recorded_at, started_at AS value
FROM run WHERE answer = 200 AND hour(started_at) = 11;

CREATE VIEW snapshot.credentials AS
SELECT facility, c.credential, kind, c.metrc_user, issued_at, rotated_at, revoked_at,
       coalesce((SELECT max(happened_at) FROM call WHERE fingerprint(call.metrc_user) = c.credential
          AND status <> 401), revoked_at - INTERVAL 3 HOUR, TIMESTAMP '2026-11-01 12:52') AS last_used_at
FROM credential c JOIN facility USING (code);

CREATE VIEW snapshot.staff AS
SELECT facility, person, p.name, role, hired_on, terminated_on, metrc_user, internal_user, trained_on,
       DATE '2027-03-31' AS training_expires_on
FROM person p JOIN facility USING (code);

CREATE VIEW snapshot.outages AS
SELECT facility, system, started_at, ended_at, source, note FROM outage LEFT JOIN facility USING (code);

-- People log in a few minutes before their shift; whoever changes or receives stock is named with it.
CREATE VIEW snapshot.access_events AS
WITH shift AS (
    SELECT code, day, sold_by AS "user", min(sold_at) AS first_at, max(sold_at) AS last_at FROM sale GROUP BY ALL
), event AS (
    SELECT code, 'internal' AS system, "user", first_at - INTERVAL 6 MINUTE AS happened_at, 'login' AS action,
           NULL::TEXT AS entity_kind, NULL::TEXT AS entity_key
    FROM shift
    UNION ALL SELECT code, 'internal', "user", last_at + INTERVAL 4 MINUTE, 'logout', NULL, NULL FROM shift
    UNION ALL SELECT code, 'internal', adjusted_by, happened_at, 'adjust', 'package', label
    FROM adjustment WHERE in_internal
    UNION ALL SELECT code, 'metrc', recorded_by, happened_at, 'adjust', 'package', label
    FROM adjustment WHERE NOT in_internal
    UNION ALL SELECT i.code, 'metrc', metrc_user, received_at, 'receive', 'transfer', manifest
    FROM incoming i
    JOIN person p ON p.code = i.code
       AND p.handle = CASE WHEN dayofyear(received_on) % 2 = 0 THEN 'inv' ELSE 'asst' END
    WHERE received_at IS NOT NULL
)
SELECT facility,
       upper(code) || '-EV-' || lpad(row_number() OVER (PARTITION BY code ORDER BY happened_at, "user", action,
           entity_key)::TEXT, 6, '0') AS event_id,
       system, "user", happened_at AS "at", action, entity_kind, entity_key,
       '192.0.2.' || (10 + hash("user") % 40) AS source_ip
FROM event JOIN facility USING (code);
