-- Statements of the host's store: disputes and what they hold.

-- name: store_open_dispute
INSERT INTO dispute (account, opened_at_s, answered_at_s, outcome) VALUES (?1, ?2, 0, 0)
ON CONFLICT (account, opened_at_s) DO UPDATE SET answered_at_s = 0, outcome = 0;

-- name: store_earlier_dispute
-- One that is open and was opened later: it began with this one.
DELETE FROM dispute WHERE account = ?1 AND answered_at_s = 0 AND opened_at_s > ?2;

-- name: store_dispute_is_open
SELECT opened_at_s FROM dispute WHERE account = ?1 AND answered_at_s = 0;

-- name: store_close_dispute
UPDATE dispute SET answered_at_s = ?2, outcome = ?3 WHERE account = ?1 AND answered_at_s = 0;

-- name: store_any_dispute
SELECT 1 FROM dispute LIMIT 1;

-- name: store_dispute_at
SELECT opened_at_s, answered_at_s, outcome FROM dispute
WHERE account = ?1 AND opened_at_s <= ?2 AND (answered_at_s = 0 OR answered_at_s > ?2)
ORDER BY opened_at_s DESC LIMIT 1;

-- name: store_clear_held
DELETE FROM held_fee WHERE terminal = ?1 AND seq = ?2;

-- name: store_add_held
INSERT INTO held_fee (terminal, seq, month, type, account, amount_minor, claimed)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: store_held
SELECT month, type, amount_minor, claimed FROM held_fee
WHERE terminal = ?1 AND seq = ?2 ORDER BY month, type;

-- name: store_held_of
SELECT month, type, CAST(sum(amount_minor) AS BIGINT), 0 FROM held_fee
WHERE account = ?1 AND claimed = 0 GROUP BY month, type ORDER BY month, type;

-- name: store_claim_held
UPDATE held_fee SET claimed = 1 WHERE account = ?1 AND claimed = 0;

-- name: store_drop_held
DELETE FROM held_fee WHERE account = ?1 AND claimed = 0;

-- name: store_claim_bill
-- More of it is owed, or less: as issued and as open.
INSERT INTO bill (account, month, type, due_date, energy_cwh, amount_minor, open_minor)
VALUES (?1, ?2, ?3, ?4, 0, ?5, ?5)
ON CONFLICT (account, month, type) DO UPDATE SET
    amount_minor = bill.amount_minor + excluded.amount_minor,
    open_minor = bill.open_minor + excluded.open_minor;

-- name: store_withdraw_bill
UPDATE bill SET amount_minor = amount_minor - ?4, open_minor = open_minor - ?4
WHERE account = ?1 AND month = ?2 AND type = ?3 AND open_minor >= ?4;
