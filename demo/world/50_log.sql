-- What the integration logged: reading runs with a call for each page, and a call for each write.

CREATE TABLE job AS FROM (VALUES
    ('packages', '/packages/v2/active', 1, 50), ('transfers', '/transfers/v2/incoming', 1, 52),
    ('finished', '/packages/v2/inactive', 24, 20), ('items', '/items/v2/active', 24, 25),
    ('locations', '/locations/v2/active', 24, 27)
) t (job, endpoint, every_hours, minute);

CREATE TABLE run AS
WITH scheduled AS (
    SELECT f.code, f.facility, f.host, job, endpoint, minute, happened_at + to_minutes(minute) AS started_at
    FROM facility f, job, generate_series(TIMESTAMP '2026-08-03 08:00', TIMESTAMP '2026-11-01 12:00',
        INTERVAL 1 HOUR) t (happened_at)
    WHERE (every_hours = 1 OR hour(happened_at) = 11) AND (f.code <> 'mi' OR job <> 'transfers')
), manifest AS (
    SELECT code, received_at AS happened_at FROM incoming
), total AS (
    SELECT s.code, s.job, s.started_at, count(l.label) AS records
    FROM scheduled s
    LEFT JOIN listed l ON l.code = s.code AND s.job = 'packages' AND l.in_metrc_from <= s.started_at
       AND coalesce(l.emptied_at, s.started_at) >= s.started_at
    WHERE s.job = 'packages' GROUP BY ALL
    UNION ALL
    SELECT s.code, s.job, s.started_at, count(l.label) FROM scheduled s LEFT JOIN listed l
    ON l.code = s.code AND l.emptied_at < s.started_at WHERE s.job = 'finished' GROUP BY ALL
    UNION ALL
    SELECT s.code, s.job, s.started_at, count(m.happened_at)
    FROM scheduled s
    LEFT JOIN manifest m ON m.code = s.code AND m.happened_at < s.started_at
       AND m.happened_at > s.started_at - INTERVAL 30 DAY
    WHERE s.job = 'transfers' GROUP BY ALL
    UNION ALL
    SELECT s.code, s.job, s.started_at, count(*)
    FROM scheduled s JOIN item USING (code) WHERE s.job = 'items' GROUP BY ALL
    UNION ALL
    SELECT s.code, s.job, s.started_at, CASE code WHEN 'mi' THEN 4 ELSE 3 END
    FROM scheduled s WHERE s.job = 'locations'
), sized AS (
    SELECT s.*, records, greatest(1, (records + 19) // 20) AS pages, k.metrc_user, k.answer, page_size,
           CASE WHEN k.answer <> 200 THEN 0 WHEN walks_all_pages THEN greatest(1, (records + 19) // 20)
                ELSE 1 END AS pages_read
    FROM scheduled s JOIN total USING (code, job, started_at) JOIN connector USING (code)
    JOIN reading_key k ON k.code = s.code AND s.started_at >= k.from_at AND s.started_at < k.until_at
)
SELECT *, upper(code) || '-' || job || '-' || strftime(started_at, '%Y%m%dT%H%M') AS run_id,
       least(records, pages_read * 20) AS records_read,
       started_at + to_seconds(greatest(pages_read, 1) * 2) AS finished_at
FROM sized;

CREATE TABLE call AS
-- reading: one call a page, or the one that was refused
SELECT code, run_id || '-' || page AS call_id, run_id, 'GET' AS method, endpoint,
       started_at + to_seconds(2 * (page - 1)) AS happened_at, answer AS status,
       300 + pick2('ms', run_id, page, 500) AS duration_ms, 1 AS attempt, page, page_size,
       NULL::TEXT AS idempotency_key, metrc_user,
       CASE WHEN answer = 200 THEN least(20, greatest(0, records - 20 * (page - 1))) ELSE 0 END AS object_count,
       NULL::TEXT AS entity_kind, NULL::TEXT AS entity_key
FROM run, generate_series(1, greatest(1, pages_read)) t (page)
UNION ALL
-- a receipt that was taken, or refused for what it says
SELECT p.code, sale_id || '-post-' || attempts, NULL, 'POST', '/sales/v2/receipts', posted_at,
       CASE fate WHEN 'refused' THEN 400 ELSE 200 END, 400 + pick('ms', sale_id, 500), attempts, NULL, NULL,
       CASE WHEN looks_before_resending THEN sale_id END, recorded_by, 1, 'sale', sale_id
FROM posting p JOIN connector USING (code)
WHERE fate IN ('posted', 'late', 'refused') AND sale_id NOT IN (SELECT sale_id FROM twin)
UNION ALL
-- a receipt refused because of the key: four more tries, ever further apart
SELECT p.code, sale_id || '-post-' || n, NULL, 'POST', '/sales/v2/receipts',
       first_try_at + to_seconds(retry_delays()[n]), 401, 120 + pick2('ms', sale_id, n, 80), n, NULL, NULL,
       CASE WHEN looks_before_resending THEN sale_id END, store_key_owner, 1, 'sale', sale_id
FROM posting p JOIN connector USING (code), generate_series(1, len(retry_delays())) t (n)
WHERE fate IN ('late', 'never') AND first_try_at + to_seconds(retry_delays()[n]) < refused_until
UNION ALL
-- a receipt sent twice: METRC had saved the first, though it answered with an error
SELECT t.code, t.sale_id || '-post-' || n, NULL, 'POST', '/sales/v2/receipts',
       CASE n WHEN 1 THEN posted_at ELSE recorded_at - INTERVAL 1 SECOND END, CASE n WHEN 1 THEN 503 ELSE 200 END,
       CASE n WHEN 1 THEN 30000 ELSE 900 END, n, NULL, NULL, NULL, recorded_by, 1, 'sale', t.sale_id
FROM twin t JOIN posting USING (code, sale_id), generate_series(1, 2) u (n)
UNION ALL
SELECT code, sale_id || '-void', NULL, 'DELETE', '/sales/v2/receipts/{id}', voided_at + INTERVAL 30 SECOND, 200,
       350, 1, NULL, NULL, NULL, recorded_by, 1, 'sale', sale_id
FROM posting WHERE voided_at IS NOT NULL AND fate IN ('posted', 'late')
UNION ALL
SELECT code, adjustment_id || '-post', NULL, 'POST', '/packages/v2/adjust', posted_at,
       CASE WHEN in_metrc THEN 200 ELSE 401 END, 380, 1, NULL, NULL, NULL, recorded_by, 1, 'adjustment',
       adjustment_id
FROM adjustment WHERE in_internal
UNION ALL
SELECT g.code, label || '-create', NULL, 'POST',
       CASE step WHEN 'lot' THEN '/harvests/v2/packages' ELSE '/packages/v2' END, made_at, 200, 640, 1, NULL, NULL,
       NULL, metrc_user, 1, 'package', label
FROM grow_package g JOIN person p ON p.code = g.code AND p.handle = 'asst';

CREATE TABLE queued AS
SELECT posting.code, sale_id || '-queued' AS entry_id, sale_id, min(happened_at) AS first_failed_at,
       max(happened_at) AS last_attempt_at, max(attempt) AS attempts,
       CASE fate WHEN 'late' THEN 'done' ELSE 'dead' END AS state, arg_max(status, attempt) AS last_status
FROM call JOIN posting ON sale_id = entity_key AND call.code = posting.code
WHERE method = 'POST' AND entity_kind = 'sale' AND fate IN ('late', 'never', 'refused')
GROUP BY call.code, posting.code, sale_id, fate;
