-- Statements of the host's store: the audit log.

-- name: store_add_audit
INSERT INTO audit (n, at_s, actor, act, arguments, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: store_audit_above
SELECT n, at_s, actor, act, arguments, hash FROM audit WHERE n > ?1 ORDER BY n LIMIT 1;

-- name: store_audit_last
SELECT n, at_s, actor, act, arguments, hash FROM audit ORDER BY n DESC LIMIT 1;
