-- The grow: a cohort of sixty clones a week, from planting to the wholesale package.

CREATE TABLE cohort AS
SELECT 'mi' AS code, c AS cohort, strain, c % 4 AS strain_no, harvest_on - 105 AS planted_on,
       harvest_on - 91 AS vegetative_on, harvest_on - 63 AS flowering_on, harvest_on,
       harvest_on + 15 AS packaged_on, strain || ' ' || strftime(harvest_on - 105, '%Y-%m-%d') AS batch,
       'Harvest ' || strain || ' ' || harvest_on AS harvest,
       (SELECT first_id FROM facility WHERE code = 'mi') // 1000 + c * 5 AS batch_id,
       (SELECT first_id FROM facility WHERE code = 'mi') // 500 + c * 5 AS harvest_id
FROM (
    SELECT c, DATE '2026-08-04' + 7 * c::INT + (c * 3 % 5)::INT AS harvest_on,
           ['Cedar Ridge', 'Harbor Mist', 'Copper Canyon', 'Silver Pine'][1 + c % 4] AS strain
    FROM generate_series(0, 27) t (c)
)
WHERE harvest_on - 105 <= DATE '2026-10-31';

-- Plants get their tags when they leave the nursery; the last two of a cohort are destroyed in their seventh week.
CREATE TABLE plant AS
WITH born AS (SELECT *, n FROM cohort, generate_series(1, 60) t (n) WHERE vegetative_on <= DATE '2026-10-31')
SELECT code, cohort, n, strain, batch, harvest, harvest_id, planted_on, vegetative_on,
       '1A4050300B02' || lpad((cohort * 60 + n)::TEXT, 12, '0') AS label,
       first_id // 100 + cohort * 60 + n AS plant_id,
       CASE WHEN flowering_on <= DATE '2026-10-31' THEN flowering_on END AS flowering_on,
       CASE WHEN n > 58 AND planted_on + 48 <= DATE '2026-10-31' THEN planted_on + 48 END AS destroyed_on,
       CASE WHEN n <= 58 AND harvest_on <= DATE '2026-10-31' THEN harvest_on END AS harvested_on,
       exact(400 + pick2('wet', cohort, n, 1000) / 10.0) AS wet_weight, harvest_on
FROM born JOIN facility USING (code);

CREATE TABLE harvest AS
SELECT code, cohort, harvest, harvest_id, strain, strain_no, harvest_on, packaged_on,
       exact(sum(wet_weight)) AS wet_weight, exact(round(sum(wet_weight) * 0.055, 1)) AS fresh_waste,
       exact(round(sum(wet_weight) * 0.023, 1)) AS trim_waste, count(*) AS plant_count,
       packaged_on <= DATE '2026-10-31' AS is_packaged, harvest_on + 22 <= DATE '2026-10-31' AS is_finished
FROM plant JOIN cohort USING (code, cohort, harvest, harvest_id, strain, harvest_on) WHERE harvested_on IS NOT NULL
GROUP BY ALL;

-- Steps of one harvest after drying: 4 lots of flower and 1 of trim; a sample of all five goes to the lab the next
-- day; a week later each lot of flower is divided by three; half ships after three weeks, half after five.
CREATE TABLE grow_package AS
WITH lot AS (
    SELECT h.*, lot, 'lot' AS step, 0 AS part,
           exact(round(wet_weight * CASE WHEN lot = 5 THEN 0.032 ELSE 0.042 + lot * 0.0005 END, 1)) AS initial,
           packaged_on AS made_on
    FROM harvest h, generate_series(1, 5) t (lot) WHERE is_packaged
), sample AS (
    SELECT * REPLACE (0 AS lot, 'sample' AS step, exact(36) AS initial) FROM lot WHERE lot = 1
), part AS (
    SELECT * EXCLUDE (p) REPLACE ('part' AS step, p AS part, packaged_on + 7 AS made_on,
        exact(CASE WHEN p < 3 THEN round((initial - 7.5) / 3, 1)
                   ELSE initial - 7.5 - 2 * round((initial - 7.5) / 3, 1) END) AS initial)
    FROM lot, generate_series(1, 3) t (p) WHERE lot < 5
)
SELECT *, tag_stem || lpad((100000 + nth)::TEXT, 12, '0') AS label, first_id // 10 + nth * 2 AS package_id,
       CASE WHEN lot = 5 THEN strain_no + 4 ELSE strain_no END AS product_no,
       utc(made_on + TIME '14:00' + to_minutes(CASE step WHEN 'lot' THEN lot * 8 WHEN 'sample' THEN 60
            ELSE lot * 12 + part END), zone) AS made_at,
       utc(packaged_on + 5 + TIME '14:00', zone) AS released_at,
       CASE step WHEN 'sample' THEN packaged_on + 1
            WHEN 'part' THEN packaged_on + CASE WHEN lot < 3 THEN 21 ELSE 35 END
            ELSE CASE WHEN lot = 5 THEN packaged_on + 16 END END AS ships_on
FROM (
    SELECT *, row_number() OVER (ORDER BY made_on, cohort, step = 'sample', lot, part) AS nth
    FROM (FROM lot UNION ALL FROM sample UNION ALL FROM part) WHERE made_on <= DATE '2026-10-31'
) JOIN facility USING (code);

INSERT INTO package
SELECT code, product_no, 0, label, package_id, initial, made_on, made_at, 'asst', NULL, NULL, made_at, NULL, NULL,
       made_at + INTERVAL 30 SECOND, packaged_on + 1, packaged_on + 4,
       CASE WHEN released_at < TIMESTAMP '2026-11-01 13:00' THEN released_at END, made_on + 365, harvest, NULL,
       exact(0.40), false
FROM grow_package;

-- What each package was made from. Lots come from the harvest itself and so have no source package.
CREATE TABLE source AS
SELECT c.code, c.label, s.label AS source_label,
       exact(CASE WHEN c.step = 'part' THEN c.initial WHEN s.lot = 5 THEN 6 ELSE 7.5 END) AS quantity, c.made_at,
       c.step, c.cohort, s.lot, c.product_no
FROM grow_package c
JOIN grow_package s ON s.step = 'lot' AND s.cohort = c.cohort
   AND ((c.step = 'part' AND s.lot = c.lot) OR c.step = 'sample');

CREATE TABLE outgoing AS
SELECT code, cohort, ships_on, step, label, product_no,
       ten_digits(first_id // 1000 + 500 + dense_rank() OVER (ORDER BY ships_on, cohort, step, lot = 5)) AS manifest,
       CASE step WHEN 'sample' THEN 'Lab' ELSE 'Wholesale' END AS shipment_type,
       exact(initial - CASE WHEN lot = 5 THEN 6 ELSE 0 END) AS quantity,
       CASE WHEN step = 'sample' THEN lab WHEN lot = 5 THEN 'AU-P-000310' WHEN cohort % 2 = 0 THEN 'AU-R-000900'
            ELSE 'AU-R-000777' END AS recipient,
       pick('grow truck', cohort, 2) + 1 AS truck, utc(ships_on - 1 + TIME '15:30', zone) AS created_at,
       utc(ships_on + TIME '09:00', zone) AS departs_at, utc(ships_on + TIME '09:04', zone) AS departed_at,
       utc(ships_on + TIME '11:15', zone) AS arrives_at, utc(ships_on + TIME '11:28', zone) AS received_at
FROM grow_package WHERE ships_on <= DATE '2026-10-31';
