-- Statements of the host's store: reports that terminals sent.

-- name: store_sent_same
SELECT seq FROM sent WHERE terminal = ?1 AND name = ?2 AND hash = ?3 ORDER BY seq LIMIT 1;

-- name: store_put_sent
INSERT INTO sent (terminal, seq, name, "user", at_s, received_at_s, hash, content)
SELECT ?1, coalesce(max(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7 FROM sent WHERE terminal = ?1;

-- name: store_tidy_sent
DELETE FROM sent WHERE terminal = ?1
   AND seq <= (SELECT max(s.seq) FROM sent AS s WHERE s.terminal = ?1) - ?2;

-- name: store_sent_above
SELECT terminal, seq, name, "user", at_s, received_at_s, hash, length(content) FROM sent
WHERE (terminal, seq) > (?1, ?2) ORDER BY terminal, seq LIMIT 1;

-- name: store_sent
SELECT terminal, seq, name, "user", at_s, received_at_s, hash, length(content), content FROM sent
WHERE terminal = ?1 AND seq = ?2;
