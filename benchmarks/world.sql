-- One big operator, made by formulas over row numbers: no row waits for another, so size costs only time.
-- Variables: seed, lines, one_in. Thirty stores sell three lines a receipt, three hundred lines a package.

CREATE MACRO pick(salt, a, n) AS (hash(getvariable('seed'), salt, a) % n)::BIGINT;
CREATE MACRO exact(x) AS x::DECIMAL(18, 6);

CREATE TABLE facility AS
SELECT n, state.*, printf(pattern, n) AS facility, 'Made Store ' || n AS name, DATE '2022-03-01' AS opened_on
FROM generate_series(0, 29) t (n)
JOIN (VALUES (0, 'ca', 'America/Los_Angeles', 7, 'retailer', 'C10-%07d-LIC'),
    (1, 'co', 'America/Denver', 6, 'retail_store', '402R-%05d'),
        (2, 'or', 'America/Los_Angeles', 7, 'retailer', '050-%07d'),
            (3, 'mi', 'America/Detroit', 4, 'retailer', 'AU-R-%06d'),
                (4, 'md', 'America/New_York', 4, 'standard_dispensary', 'DA-%05d') ) state (nth, jurisdiction, zone,
                    hours_behind, license_type, pattern) ON nth = n % 5;

-- Of every product some are weighed and the rest counted.
CREATE TABLE product AS
SELECT n AS product, 'SKU-' || lpad(n::TEXT, 3, '0') AS sku,
       CASE WHEN n < 12 THEN 'Bud/Flower' WHEN n < 24 THEN 'Edibles' WHEN n < 32 THEN 'Infused Pre-rolls'
            ELSE 'Concentrate (each)' END AS category,
       'Made Product ' || n AS item, CASE WHEN n < 12 THEN 'Grams' ELSE 'Each' END AS uom,
       exact(8 + n % 9 * 2.5) AS price, exact(CASE WHEN n < 12 OR n >= 24 THEN 1 ELSE 3.5 END) AS unit_grams,
       5000 + n AS item_id
FROM generate_series(0, 39) t (n);

-- Receipts take 1, 2, 4 and 5 lines in turn. Receipt s belongs to store s % 30 and to its place in the ninety days.
-- A store keeps twenty packages open; a line is drawn from one of them.
CREATE TABLE line AS
WITH numbered AS (
    SELECT i // 12 * 4 + [0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3][i % 12 + 1] AS sale,
           [1, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5][i % 12 + 1]::BIGINT AS line, i
    FROM range(getvariable('lines')) t (i)
), drawn AS (
    SELECT sale, line, i, (sale // 60000 * 20 + pick('package', i, 20)) * 30 + sale % 30 AS package FROM numbered
)
SELECT sale, line, package, pick('product', package, 40) AS product,
       exact([1, 2, 3.5, 1][1 + pick('quantity', i, 4)]) AS grams_wanted
FROM drawn;

CREATE MACRO quantity_of(product, grams_wanted) AS exact(CASE WHEN product < 12 THEN grams_wanted ELSE 1 END);

-- One receipt in `one_in` is broken, in one of seven ways.
CREATE TABLE sale AS
WITH total AS (
    SELECT sale, exact(sum(round(price * quantity_of(product, grams_wanted), 2))) AS total
    FROM line JOIN product USING (product) GROUP BY sale
), placed AS (
    SELECT *, sale % 30 AS store, sale * 90 // (SELECT max(sale) + 1 FROM line) AS day_no,
           CASE WHEN pick('broken', sale, getvariable('one_in')) = 0 THEN pick('how', sale, 7) END AS broken
    FROM total
)
SELECT sale, store, facility, total, 1000000000 + sale * 3 AS receipt_id,
       'S-' || lpad(sale::TEXT, 9, '0') AS sale_id, sold_at,
       sold_at + to_seconds(5 + pick('post', sale, 90)) AS posted_at, pick('fate', sale, 1000) = 0 AS is_void,
       broken, 1 + pick('person', sale, 8) AS cashier
FROM placed
JOIN (
    SELECT n AS store, facility, TIMESTAMP '2026-08-03' + to_hours(9 + hours_behind) AS opens FROM facility
) f USING (store), LATERAL (
    SELECT opens + to_days(day_no::INT) + to_seconds(
        CASE broken WHEN 6 THEN pick('second', sale, 7200) - 21600 ELSE pick('second', sale, 43200) END) AS sold_at
) s;

-- A delivery comes five days before the first sale from any of its ten packages; a store's last packages still hold
-- something.
CREATE TABLE package AS
WITH sold AS (
    SELECT package, any_value(product) AS product,
           sum(CASE WHEN is_void THEN 0 ELSE quantity_of(product, grams_wanted) END) AS sold,
           min(sold_at) AS first_at, max(sold_at) AS last_at
    FROM line JOIN sale USING (sale) GROUP BY package
), slot AS (SELECT max(package // 600) AS last_slot FROM sold)
SELECT package, package % 30 AS store, f.facility, p.*, exact(sold) AS sold, first_at, last_at,
       '1A40' || printf('%02X', package % 30) || lpad(package::TEXT, 18, '0') AS label,
       7000000 + package AS package_id,
       exact(CASE WHEN package // 600 = last_slot THEN 5 + pick('left', package, 90) ELSE 0 END) AS on_hand,
       exact(CASE WHEN pick('adjusted', package, 3) = 0 THEN 1 ELSE 0 END) AS adjusted,
       min(first_at) OVER (PARTITION BY package // 300, package % 30) - INTERVAL 5 DAY AS received_at,
       'M' || lpad((package // 300 * 30 + package % 30)::TEXT, 9, '0') AS manifest,
       CASE WHEN pick('broken package', package, 400) = 0 THEN pick('how', package, 5) END AS broken
FROM sold JOIN product p USING (product) JOIN facility f ON f.n = package % 30, slot;

CREATE TABLE run AS
SELECT f.facility, j.*, started_at, started_at - INTERVAL 65 MINUTE AS window_start,
       'R-' || f.n || '-' || job || '-' || strftime(started_at, '%Y%m%d%H%M') AS run_id,
       pick('records', f.n || job || started_at, 90) + 10 AS records,
       CASE WHEN pick('broken run', f.n || job || started_at, 2000) = 0 THEN pick('how', f.n || job || started_at,
           2) END AS broken
FROM facility f, (
    VALUES ('packages', '/packages/v2/active', 0), ('transfers', '/transfers/v2/incoming', 7)
) j (job, endpoint, minute), LATERAL (
    SELECT t + to_minutes(minute) AS started_at
    FROM generate_series(TIMESTAMP '2026-08-03', TIMESTAMP '2026-11-01 12:00', INTERVAL 1 HOUR) u (t)
) s;

CREATE TABLE person AS
SELECT facility, f.n AS store, p, 'P-' || f.n || '-' || p AS person, 'E-' || f.n || '-' || p AS metrc_user,
       'u' || f.n || '.' || p AS internal_user
FROM facility f, generate_series(1, 10) t (p);
