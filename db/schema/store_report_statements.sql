-- Statements of the host's store: figures for those who watch it, and a terminal's latest entries.

-- name: store_count_terminals
SELECT state, count(*), CAST(sum(stopped) AS BIGINT),
       CAST(sum(CASE WHEN seen_at_s < ?1 THEN 1 ELSE 0 END) AS BIGINT)
FROM terminal GROUP BY state ORDER BY state;

-- name: store_count_alarms
SELECT count(*) FROM alarm;

-- name: store_entries_since
SELECT seq, at_s, kind, body FROM entry
WHERE terminal = ?1 AND seq > ?2 AND at_s >= ?3 ORDER BY seq;
