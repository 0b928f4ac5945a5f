-- Who and what there is: three made facilities, their people, keys, products and connectors.
-- Every later file only reads `seed`, so one seed always gives one world.

CREATE MACRO pick(salt, a, n) AS (hash(getvariable('seed'), salt, a) % n)::BIGINT;
CREATE MACRO pick2(salt, a, b, n) AS (hash(getvariable('seed'), salt, a, b) % n)::BIGINT;
CREATE MACRO utc(local_time, zone) AS (local_time AT TIME ZONE zone) AT TIME ZONE 'UTC';
CREATE MACRO local_day(instant, zone) AS ((instant AT TIME ZONE 'UTC') AT TIME ZONE zone)::DATE;
CREATE MACRO exact(x) AS x::DECIMAL(18, 6);
CREATE MACRO ten_digits(n) AS lpad(n::TEXT, 10, '0');

-- `opens`, `closes` and the daily number of receipts (`receipts` plus up to `spread`) shape a store's day.
CREATE TABLE facility AS FROM (VALUES
    ('ca', 'C10-0000123-LIC', 'Made Store California', 'America/Los_Angeles', 'retailer', DATE '2023-02-01',
     TIME '09:00', TIME '21:30', 210, 110, 40000000, 'api-ca.metrc.com', 'C11-0000411-LIC', 'C8-0000077-LIC',
     '1A4060300A01'),
    ('co', '402R-00123', 'Made Store Colorado', 'America/Denver', 'retail_store', DATE '2022-06-15',
     TIME '09:00', TIME '21:00', 155, 85, 70000000, 'api-co.metrc.com', '403R-00321', '405R-00055', '1A4000300C01'),
    ('mi', 'AU-G-C-000123', 'Made Grow Michigan', 'America/Detroit', 'adult_use_grower_class_c', DATE '2026-04-06',
     TIME '07:30', TIME '17:00', 0, 1, 90000000, 'api-mi.metrc.com', NULL, 'AU-SC-000088', '1A4050300B01')
) t (code, facility, name, zone, license_type, opened_on, opens, closes, receipts, spread, first_id, host,
     supplier, lab, tag_stem);

CREATE TABLE day AS
SELECT code, d::DATE AS day, (d::DATE - DATE '2026-08-03')::BIGINT AS day_no
FROM facility, generate_series(DATE '2026-08-03', DATE '2026-10-31', INTERVAL 1 DAY) t (d);

-- People have roles instead of names: nobody real is meant. Training is done before the first shift.
CREATE TABLE post AS FROM (VALUES
    (1, 'gm', 'general manager'), (2, 'asst', 'assistant manager'), (3, 'inv', 'inventory lead'),
    (4, 'bud1', 'budtender'), (5, 'bud2', 'budtender'), (6, 'bud3', 'budtender'), (7, 'bud4', 'budtender'),
    (8, 'bud5', 'budtender'), (9, 'bud6', 'budtender'), (10, 'bud7', 'budtender'), (11, 'bud8', 'budtender'),
    (12, 'grow1', 'grower'), (13, 'grow2', 'grower'), (14, 'grow3', 'grower'), (15, 'grow4', 'grower')
) t (n, handle, role);

CREATE MACRO permissions_of(role) AS CASE role
    WHEN 'budtender' THEN ['view sales', 'manage sales']
    WHEN 'grower' THEN ['view veg/flower plants', 'view harvests', 'manage harvests']
    WHEN 'inventory lead' THEN ['view packages', 'manage packages inventory', 'view transfers', 'manage transfers']
    ELSE ['view packages', 'manage packages inventory', 'view transfers', 'manage transfers', 'view sales'] END;

CREATE TABLE person AS
SELECT code, handle, upper(code) || '-P' || lpad(n::TEXT, 2, '0') AS person,
       role || ' ' || upper(code) || ' (made)' AS name, role, hired_on, hired_on + 2 AS trained_on, terminated_on,
       upper(code) || '-E' || lpad((1000 + n)::TEXT, 5, '0') AS metrc_user, code || '.' || handle AS internal_user,
       permissions_of(role) AS permissions
FROM (
    SELECT *, CASE WHEN code = 'ca' AND handle = 'bud8' THEN DATE '2026-09-08' ELSE opened_on - 4 + n END AS hired_on,
           CASE WHEN code = 'mi' AND handle = 'grow4' THEN DATE '2026-09-18' END AS terminated_on
    FROM (SELECT code, opened_on FROM facility) JOIN post ON n <= 3 OR (code = 'mi') = (n >= 12)
);

-- Accounts that belong to no one person; a proper operator has none.
CREATE TABLE shared_account (code TEXT, internal_user TEXT, name TEXT, created_at TIMESTAMP);

-- A key's fingerprint, never a key.
CREATE MACRO fingerprint(owner) AS left(sha256('made for the demonstration: ' || owner), 16);

CREATE TABLE credential AS
SELECT code, fingerprint(metrc_user) AS credential, 'user' AS kind, metrc_user,
       greatest(TIMESTAMP '2026-03-16 17:00:00', hired_on + INTERVAL 65 HOUR) AS issued_at,
       NULL::TIMESTAMP AS rotated_at, utc(terminated_on + TIME '16:00', zone) AS revoked_at
FROM person JOIN facility USING (code)
UNION ALL
SELECT code, fingerprint('vendor ' || code), 'vendor', NULL, TIMESTAMP '2026-03-16 16:00:00', NULL, NULL
FROM facility;

-- How each facility's connector works. Faults change these rows, and everything after follows from them.
CREATE TABLE connector AS
SELECT code, 20 AS page_size, true AS walks_all_pages, true AS looks_before_resending,
       NULL::TEXT AS store_key_owner -- NULL: everybody's writes go out under their own key
FROM facility;

-- Whose key the reading jobs use, from when to when, and what METRC answers to it.
CREATE TABLE reading_key AS
SELECT code, metrc_user, TIMESTAMP '2026-03-16 17:00:00' AS from_at, TIMESTAMP '2099-01-01' AS until_at,
       200 AS answer
FROM person WHERE handle = 'asst';

-- Retail products: unit_grams is what one unit counts towards a purchase limit (edibles by flower equivalent).
CREATE TABLE product AS FROM (VALUES
    (0, 'FL-01', 'Cedar Ridge Flower', 'Bud/Flower', 'Grams', NULL, 1.0, 9.50, 'Cedar Ridge'),
    (1, 'FL-02', 'Harbor Mist Flower', 'Bud/Flower', 'Grams', NULL, 1.0, 10.50, 'Harbor Mist'),
    (2, 'FL-03', 'Copper Canyon Flower', 'Bud/Flower', 'Grams', NULL, 1.0, 8.00, 'Copper Canyon'),
    (3, 'FL-04', 'Silver Pine Flower', 'Bud/Flower', 'Grams', NULL, 1.0, 11.00, 'Silver Pine'),
    (4, 'FL-05', 'Juniper Sky Flower', 'Bud/Flower', 'Grams', NULL, 1.0, 9.00, 'Juniper Sky'),
    (5, 'PR-01', 'Cedar Ridge Infused Pre-roll 1 g', 'Infused Pre-rolls', 'Each', 1.0, 1.0, 12.00, NULL),
    (6, 'PR-02', 'Harbor Mist Infused Pre-roll 1 g', 'Infused Pre-rolls', 'Each', 1.0, 1.0, 14.00, NULL),
    (7, 'PR-03', 'Silver Pine Infused Pre-roll 1 g', 'Infused Pre-rolls', 'Each', 1.0, 1.0, 11.00, NULL),
    (8, 'CN-01', 'Copper Canyon Rosin 1 g', 'Concentrate (each)', 'Each', 1.0, 1.0, 38.00, NULL),
    (9, 'CN-02', 'Juniper Sky Rosin 1 g', 'Concentrate (each)', 'Each', 1.0, 1.0, 42.00, NULL),
    (10, 'CN-03', 'Cedar Ridge Hash 1 g', 'Concentrate (each)', 'Each', 1.0, 1.0, 30.00, NULL),
    (11, 'VP-01', 'Harbor Mist Cartridge 0.5 g', 'Solvent Based Concentrate (Each)', 'Each', 0.5, 0.5, 26.00, NULL),
    (12, 'VP-02', 'Silver Pine Cartridge 0.5 g', 'Solvent Based Concentrate (Each)', 'Each', 0.5, 0.5, 28.00, NULL),
    (13, 'ED-01', 'Berry Gummies 50 g', 'Edibles', 'Each', 50.0, 3.5, 18.00, NULL),
    (14, 'ED-02', 'Citrus Gummies 50 g', 'Edibles', 'Each', 50.0, 3.5, 18.00, NULL),
    (15, 'ED-03', 'Dark Chocolate Bar 45 g', 'Edibles', 'Each', 45.0, 3.5, 20.00, NULL),
    (16, 'ED-04', 'Caramel Chews 40 g', 'Edibles', 'Each', 40.0, 3.5, 16.00, NULL),
    (17, 'TP-01', 'Relief Balm 60 g', 'Topicals', 'Each', 60.0, 0.5, 32.00, NULL)
) t (product_no, stock_code, name, category, uom, unit_weight, unit_grams, price, strain);

-- An item as one facility's METRC knows it. `internal_uom` and `internal_per_metrc` say how the
-- operator's own system counts it; `mapped_factor` is what the item map claims.
CREATE TABLE item AS
SELECT code, product_no, upper(code) || '-' || stock_code AS sku, first_id // 100 + product_no * 3 AS item_id,
       p.name, category, uom, exact(unit_weight) AS unit_weight,
       CASE WHEN unit_weight IS NOT NULL THEN 'Grams' END AS unit_weight_uom, exact(unit_grams) AS unit_grams,
       exact(price) AS price, strain, uom AS internal_uom, 1.0::DOUBLE AS internal_per_metrc,
       exact(1) AS mapped_factor
FROM facility JOIN product p ON code <> 'mi'
UNION ALL
SELECT code, product_no, upper(code) || '-' || stock_code, first_id // 100 + product_no * 3,
       replace(p.name, 'Flower', kind), CASE kind WHEN 'Flower' THEN 'Bud/Flower' ELSE 'Shake/Trim' END, 'Grams',
       NULL, NULL, exact(1), exact(CASE kind WHEN 'Flower' THEN 2.40 ELSE 0.35 END), strain, 'Grams', 1.0, exact(1)
FROM facility
JOIN ( SELECT product_no, stock_code, name, strain, 'Flower' AS kind FROM product
    WHERE product_no < 4 UNION ALL SELECT product_no + 4, replace(stock_code, 'FL', 'TR'), name, strain, 'Trim'
        FROM product WHERE product_no < 4 ) p ON code = 'mi';

-- Seconds after its first try that a write is tried again, while the key is refused.
CREATE MACRO retry_delays() AS [0, 60, 360, 2160, 9360];

-- Times when a system was down, as the operator noted them.
CREATE TABLE outage (code TEXT, system TEXT, started_at TIMESTAMP, ended_at TIMESTAMP, source TEXT, note TEXT);
