-- Statements of the host's store: TLS sessions.

-- name: store_put_session
INSERT INTO session (id, until_s, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING;

-- name: store_session_above
SELECT n, id, until_s, body FROM session WHERE n > ?1 ORDER BY n LIMIT 1;

-- name: store_session_last
SELECT n FROM session ORDER BY n DESC LIMIT 1;

-- name: store_tidy_sessions
DELETE FROM session WHERE until_s < ?1 OR n <= ?2;
