-- Statements of the host's store: differences of cash that the office explained.

-- name: store_add_explained
INSERT INTO explained (terminal, seq, "user", owner, amount_minor, reason, slip, text, by_user,
                       at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
RETURNING id;

-- name: store_put_explained
INSERT INTO explained (terminal, seq, "user", owner, amount_minor, reason, slip, text, by_user,
                       at_s, id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (id) DO NOTHING;

-- name: store_explained
SELECT id, terminal, seq, "user", owner, amount_minor, reason, slip, text, by_user, at_s
FROM explained WHERE id = ?1;

-- name: store_explained_above
SELECT id, terminal, seq, "user", owner, amount_minor, reason, slip, text, by_user, at_s
FROM explained WHERE id > ?1 ORDER BY id LIMIT 1;
