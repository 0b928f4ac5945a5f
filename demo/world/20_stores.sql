-- The two stores: customers, carts, and the packages that the carts were filled from.

CREATE TABLE store_day AS
SELECT code, day, day_no, receipts + pick2('traffic', code, day_no, spread)
       + CASE WHEN dayofweek(day) IN (5, 6) THEN 40 ELSE 0 END AS receipts
FROM day JOIN facility USING (code) WHERE code <> 'mi';

-- Register r is worked by one person until the shifts change at half time; everybody's register rotates by day.
CREATE TABLE sale AS
WITH slot AS (
    SELECT s.code, f.zone, s.day, s.day_no, i, opens, closes,
           60 + ((i * 1000 + pick2('minute', s.code || s.day_no, i, 1000))
                 * (date_diff('second', opens, closes) - 120)) // (s.receipts * 1000) AS second
    FROM store_day s JOIN facility f USING (code), generate_series(0, s.receipts - 1) t (i)
), worked AS (
    SELECT *, i % 3 + 1 AS register, (second * 2 > date_diff('second', opens, closes))::INT AS shift,
           CASE WHEN code = 'ca' AND day < DATE '2026-09-14' THEN 7 ELSE 8 END AS cashiers
    FROM slot
)
SELECT w.code, day,
       upper(w.code) || '-' || strftime(day, '%Y%m%d') || '-' || lpad((i + 1)::TEXT, 4, '0') AS sale_id,
       utc(day + opens + to_seconds(second), zone) AS sold_at, register, p.internal_user AS sold_by, p.metrc_user,
       CASE WHEN w.code = 'ca' AND i % 12 = 5 THEN 'Patient' ELSE 'Consumer' END AS customer_type,
       CASE WHEN w.code = 'ca'
          AND i % 12 = 5 THEN sha256('made patient ' || (day_no * 31 + i // 12) % 900) END AS patient,
       CASE WHEN pick2('via', w.code || day_no, i, 100) < 18 THEN 'online' ELSE 'counter' END AS via,
       pick2('void', w.code || day_no, i, 1000) < 4 AS is_void, i AS nth
FROM worked w
JOIN person p ON p.code = w.code AND p.handle = 'bud' || ((register - 1 + shift * 3 + day_no) % cashiers + 1);

-- How each sale reached METRC. `fate`: posted at once | late | never | refused | not due, because it was voided
-- before it could be sent.
CREATE TABLE posting AS
SELECT code, sale_id, first_id + 7 * row_number() OVER (PARTITION BY code ORDER BY sold_at, sale_id) AS receipt_id,
       sold_at + to_seconds(15 + pick('post', sale_id, 75)) AS posted_at,
       posted_at AS first_try_at, NULL::TIMESTAMP AS refused_until, metrc_user AS recorded_by, 'posted' AS fate, 1 AS attempts,
       CASE WHEN is_void THEN sold_at + to_seconds(240 + pick('void after', sale_id, 300)) END AS voided_at
FROM sale JOIN facility USING (code);

-- A receipt that METRC holds twice.
CREATE TABLE twin (code TEXT, sale_id TEXT, receipt_id BIGINT, recorded_at TIMESTAMP);

-- What customers want: one to six different products, in amounts that keep every cart far below any limit.
CREATE TABLE wish AS
WITH cart AS (
    SELECT code, sale_id, sold_at, is_void, pick('first', sale_id, 18) AS start, pick('lines', sale_id, 100) AS size
    FROM sale
)
SELECT c.code, sale_id, sold_at AS happened_at, line, is_void, (start + 7 * line) % 18 AS product_no,
       exact(CASE WHEN (start + 7 * line) % 18 < 5 THEN [1.0, 2.0, 3.5, 3.5][1 + pick2('grams', sale_id, line, 4)]
                  WHEN (start + 7 * line) % 18 IN (5, 6, 7, 17) THEN 1 + (pick2('units', sale_id, line, 5) = 0)::INT
                  ELSE 1 END) AS quantity
FROM cart c, generate_series(1, CASE WHEN size < 35 THEN 1 WHEN size < 65 THEN 2 WHEN size < 83 THEN 3
                                     WHEN size < 93 THEN 4 WHEN size < 98 THEN 5 ELSE 6 END) t (line);

-- Breakage and spoilage, twice a week and store, weighed or counted and written off the same day.
CREATE TABLE mishap AS
SELECT d.code, d.day,
       utc(d.day + TIME '11:00' + to_minutes(pick2('mishap', d.code, day_no, 200)), zone) AS happened_at,
       pick2('mishap product', d.code, day_no, 18) AS product_no, day_no,
       ['Damage', 'Spoilage', 'Mandatory State Destruction'][1 + day_no // 3 % 3] AS reason
FROM day d JOIN facility USING (code) WHERE d.code <> 'mi' AND day_no % 7 IN (1, 4);

-- Every draw on stock, in time order, as a stretch [from_amount, to_amount) of all that its item sold so far.
CREATE TABLE demand AS
WITH one AS (
    SELECT code, product_no, happened_at, sale_id AS ref, line, quantity, is_void FROM wish
    UNION ALL
    SELECT code, product_no, happened_at, 'mishap ' || day_no, 1,
           CASE WHEN product_no < 5 THEN exact(0.5) ELSE exact(1) END, false
    FROM mishap
), run AS (
    SELECT *, sum(CASE WHEN is_void THEN 0 ELSE quantity END) OVER (
        PARTITION BY code, product_no ORDER BY happened_at, ref, line ROWS UNBOUNDED PRECEDING) AS to_amount
    FROM one
)
SELECT * REPLACE (exact(to_amount) AS to_amount),
       exact(to_amount - CASE WHEN is_void THEN 0 ELSE quantity END) AS from_amount
FROM run;

-- Packages are cases of a few sizes, opened one after the other; every second item also has one in reserve.
CREATE TABLE store_case AS
WITH total AS (SELECT code, product_no, max(to_amount) AS amount FROM demand GROUP BY ALL),
sized AS (
    SELECT code, product_no, k, amount,
           exact(CASE WHEN product_no < 5 THEN [226.5, 340.0, 453.5][1 + pick2('case', code || product_no, k, 3)]
                      ELSE [96, 144, 192][1 + pick2('case', code || product_no, k, 3)] END) AS size
    FROM total, generate_series(0, 79) t (k)
), laid AS (
    SELECT *, exact(sum(size) OVER (PARTITION BY code, product_no ORDER BY k ROWS UNBOUNDED PRECEDING)) AS ends
    FROM sized
), numbered AS (
    SELECT *, exact(ends - size) AS begins,
           lag(ends) OVER (PARTITION BY code, product_no ORDER BY k) - lag(size) OVER ( PARTITION BY code,
               product_no ORDER BY k) AS previous_begins
    FROM laid
)
SELECT code, product_no, k, size, begins, ends, begins >= amount AS is_reserve
FROM numbered WHERE begins < amount OR (product_no % 2 = 0 AND previous_begins < amount);

CREATE TABLE store_draw AS
SELECT d.code, d.product_no, k, happened_at, ref, line, is_void,
       CASE WHEN is_void THEN quantity
            ELSE exact(least(to_amount, ends) - greatest(from_amount, begins)) END AS quantity
FROM demand d
JOIN store_case c ON c.code = d.code AND c.product_no = d.product_no AND from_amount < ends
   AND CASE WHEN is_void THEN from_amount >= begins ELSE to_amount > begins END;

-- A case comes with the last delivery at least six days before it is opened; reserves came in one order.
CREATE TABLE store_package AS
WITH delivery AS (
    SELECT code, d::DATE AS day
    FROM facility, generate_series(DATE '2026-07-13', DATE '2026-10-30', INTERVAL 1 DAY) t (d)
    WHERE (code = 'ca' AND dayofweek(d::DATE) IN (1, 3, 5)) OR (code = 'co' AND dayofweek(d::DATE) IN (2, 5))
), needed AS (
    SELECT c.code, c.product_no, c.k, size, is_reserve, min(local_day(happened_at, zone)) AS first_day
    FROM store_case c JOIN facility USING (code) LEFT JOIN store_draw s USING (code, product_no, k) GROUP BY ALL
), dated AS (
    SELECT code, product_no, k, size, is_reserve,
           coalesce(max(d.day) FILTER (d.day <= first_day - 6),
               any_value(CASE code WHEN 'ca' THEN DATE '2026-10-21' ELSE DATE '2026-10-23' END)) AS received_on
    FROM needed JOIN delivery d USING (code) GROUP BY ALL
)
SELECT *, row_number() OVER (PARTITION BY code ORDER BY received_on, is_reserve, product_no, k) AS nth,
       CASE WHEN is_reserve THEN 2 ELSE product_no % 2 END AS vendor
FROM dated;

CREATE TABLE incoming AS
SELECT code, received_on, vendor,
       ten_digits(first_id // 1000 + row_number() OVER (PARTITION BY code ORDER BY received_on, vendor)) AS manifest,
       supplier, zone, pick2('truck', code || received_on, vendor, 3) + 1 AS truck,
       utc(received_on - 1 + TIME '15:10' + to_minutes(vendor * 7), zone) AS created_at,
       utc(received_on + TIME '08:00', zone) AS departs_at,
       utc(received_on + TIME '08:00' + to_minutes(pick2('leave', code || received_on, vendor, 12)),
           zone) AS departed_at,
       utc(received_on + TIME '10:30' + to_minutes(vendor * 40), zone) AS arrives_at,
       utc(received_on + TIME '10:35' + to_minutes(vendor * 40 + pick2('dock', code || received_on, vendor, 20)),
           zone) AS received_at
FROM (SELECT DISTINCT code, received_on, vendor FROM store_package) JOIN facility USING (code);

-- A package of either kind of facility. `in_metrc_from` is null while METRC does not hold it for this licence.
CREATE TABLE package AS
SELECT s.code, product_no, k, tag_stem || lpad((100000 + s.nth)::TEXT, 12, '0') AS label,
       first_id // 10 + s.nth * 2 AS package_id, size AS initial, s.received_on - 12 AS packaged_on,
       utc(s.received_on - 12 + TIME '13:00', t.zone) AS created_at, NULL::TEXT AS created_by,
       t.supplier AS received_from, t.received_at AS received_at, t.received_at AS in_metrc_from, manifest,
       CASE WHEN dayofyear(s.received_on) % 2 = 0 THEN 'inv' ELSE 'asst' END AS received_by,
       t.received_at + to_seconds(60 * row_number() OVER (PARTITION BY manifest ORDER BY s.nth)) AS in_internal_from,
       s.received_on - 10 AS sampled_on, s.received_on - 6 AS tested_on,
       utc(s.received_on - 6 + TIME '15:00', t.zone) AS released_at, s.received_on + 353 AS expires_on,
       NULL::TEXT AS harvest, NULL::TEXT AS production_batch, exact(round(price * 0.45, 2)) AS unit_cost, is_reserve
FROM store_package s JOIN incoming t USING (code, received_on, vendor) JOIN facility f USING (code)
JOIN item USING (code, product_no);

CREATE TABLE line AS
SELECT d.code, d.ref AS sale_id, row_number() OVER (PARTITION BY d.code, d.ref ORDER BY line, k) AS line, label,
       product_no, quantity, exact(round(price * quantity, 2)) AS price, exact(unit_grams * quantity) AS grams
FROM store_draw d JOIN package USING (code, product_no, k) JOIN item USING (code, product_no)
WHERE ref NOT LIKE 'mishap%';

-- A change of quantity that is no sale. Amounts are in METRC's unit; the flags say which books it reached.
CREATE TABLE adjustment AS
SELECT d.code, upper(d.code) || '-ADJ-' || lpad(m.day_no::TEXT, 3, '0') AS adjustment_id, label,
       exact(-d.quantity) AS quantity, m.reason,
       format('package {} on {}: {}, seen by {} and {}', right(label, 6), m.day, lower(m.reason), p.person,
           a.person) AS note,
       d.happened_at, d.happened_at + INTERVAL 40 SECOND AS posted_at, p.internal_user AS adjusted_by,
       p.metrc_user AS recorded_by, a.internal_user AS approved_by, true AS in_metrc, true AS in_internal,
       'sent' AS sent_to_state
FROM store_draw d JOIN mishap m ON m.code = d.code AND d.ref = 'mishap ' || m.day_no
JOIN package k ON k.code = d.code AND k.product_no = d.product_no AND k.k = d.k
JOIN person p ON p.code = d.code AND p.handle = CASE WHEN m.day_no % 7 = 1 THEN 'inv' ELSE 'asst' END
JOIN person a ON a.code = d.code AND a.handle = 'gm';
