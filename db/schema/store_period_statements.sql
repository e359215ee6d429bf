-- Statements of the host's store: periods.

-- name: store_add_period
INSERT INTO period (month, from_s, to_s, closed_at_s, closed_by, last_posting, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: store_period_above
SELECT month, from_s, to_s, closed_at_s, closed_by, last_posting, hash FROM period
WHERE month > ?1 ORDER BY month LIMIT 1;

-- name: store_period_last
SELECT month, from_s, to_s, closed_at_s, closed_by, last_posting, hash FROM period
ORDER BY month DESC LIMIT 1;

-- name: store_posting_before
-- From the end: what was posted since is little.
SELECT number FROM posting WHERE number > ?1 AND posted_at_s < ?2 ORDER BY number DESC LIMIT 1;
