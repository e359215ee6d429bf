-- Statements of the host's store: what came by customers' papers, and records released again.

-- name: store_put_recovered
INSERT INTO recovered (terminal, seq, at_s, kind, body, hash, signature, prev, found_at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (terminal, seq, hash) DO NOTHING;

-- name: store_recovered_above
SELECT at_s, kind, body, hash, signature, seq, prev, found_at_s FROM recovered
WHERE terminal = ?1 AND (seq > ?2 OR (seq = ?2 AND hash > ?3))
ORDER BY seq, hash LIMIT 1;

-- name: store_quarantine_any_above
SELECT terminal, seq, reason, released_at_s, released_by FROM quarantine
WHERE terminal > ?1 OR (terminal = ?1 AND seq > ?2)
ORDER BY terminal, seq LIMIT 1;

-- name: store_count_quarantine
SELECT (SELECT count(*) FROM quarantine WHERE released_at_s = 0),
       (SELECT count(*) FROM value WHERE key > 'closed/' AND key < 'closed0');

-- name: store_quarantine_above
SELECT terminal, seq, reason, released_at_s, released_by FROM quarantine
WHERE released_at_s = 0 AND (terminal > ?1 OR (terminal = ?1 AND seq > ?2))
ORDER BY terminal, seq LIMIT 1;

-- name: store_released_above
SELECT seq FROM quarantine WHERE terminal = ?1 AND seq > ?2 AND released_at_s <> 0
ORDER BY seq LIMIT 1;

-- name: store_release_quarantine
UPDATE quarantine SET released_at_s = ?3, released_by = ?4
WHERE terminal = ?1 AND seq = ?2 AND released_at_s = 0;
