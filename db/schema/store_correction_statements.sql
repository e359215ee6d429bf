-- Statements of the host's store: corrections.

-- name: store_add_correction
INSERT INTO correction (kind, state, terminal, seq, hash, account, to_account, amount_minor,
                        value_at_s, reason, matter, proposed_by, proposed_at_s, decided_by,
                        decided_at_s, slip, paid_by, paid_at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
RETURNING id;

-- name: store_put_correction
INSERT INTO correction (id, kind, state, terminal, seq, hash, account, to_account, amount_minor,
                        value_at_s, reason, matter, proposed_by, proposed_at_s, decided_by,
                        decided_at_s, slip, paid_by, paid_at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, decided_by = excluded.decided_by,
    decided_at_s = excluded.decided_at_s, slip = excluded.slip, paid_by = excluded.paid_by,
    paid_at_s = excluded.paid_at_s;

-- name: store_correction
SELECT id, kind, state, terminal, seq, hash, account, to_account, amount_minor, value_at_s, reason,
       matter, proposed_by, proposed_at_s, decided_by, decided_at_s, slip, paid_by, paid_at_s
FROM correction WHERE id = ?1;

-- name: store_correction_above
SELECT id, kind, state, terminal, seq, hash, account, to_account, amount_minor, value_at_s, reason,
       matter, proposed_by, proposed_at_s, decided_by, decided_at_s, slip, paid_by, paid_at_s
FROM correction WHERE id > ?1 ORDER BY id LIMIT 1;

-- name: store_correction_of_payment
SELECT id, kind, state, terminal, seq, hash, account, to_account, amount_minor, value_at_s, reason,
       matter, proposed_by, proposed_at_s, decided_by, decided_at_s, slip, paid_by, paid_at_s
FROM correction WHERE terminal = ?1 AND seq = ?2 AND state < 3;

-- name: store_correction_of_account
-- Approved ones that touch an account, on either side.
SELECT id, kind, state, terminal, seq, hash, account, to_account, amount_minor, value_at_s, reason,
       matter, proposed_by, proposed_at_s, decided_by, decided_at_s, slip, paid_by, paid_at_s
FROM correction WHERE (account = ?1 OR (to_account <> '' AND to_account = ?1)) AND state = 2
  AND id > ?2 ORDER BY id LIMIT 1;
