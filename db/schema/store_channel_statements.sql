-- Statements of the host's store: channels, what they told, payments of an account.

-- name: store_put_channel
INSERT INTO channel (name, title, certificate, stopped) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET
    title = excluded.title, certificate = excluded.certificate, stopped = excluded.stopped;

-- name: store_channel
SELECT name, title, certificate, stopped FROM channel WHERE name = ?1;

-- name: store_channel_above
SELECT name, title, certificate, stopped FROM channel WHERE name > ?1 ORDER BY name LIMIT 1;

-- name: store_channel_payment_last
SELECT coalesce(max(id), 0) FROM channel_payment WHERE channel = ?1;

-- name: store_put_channel_payment
INSERT INTO channel_payment (channel, id, number, account, amount_minor, value_at_s, received_at_s,
                             posted, reason)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (channel, id) DO UPDATE SET
    account = excluded.account, amount_minor = excluded.amount_minor,
    value_at_s = excluded.value_at_s, received_at_s = excluded.received_at_s,
    posted = excluded.posted, reason = excluded.reason;

-- name: store_channel_payment
SELECT channel, id, number, account, amount_minor, value_at_s, received_at_s, posted, reason
FROM channel_payment WHERE channel = ?1 AND id = ?2;

-- name: store_channel_payment_of
SELECT channel, id, number, account, amount_minor, value_at_s, received_at_s, posted, reason
FROM channel_payment WHERE channel = ?1 AND number = ?2;

-- name: store_channel_payment_above
SELECT channel, id, number, account, amount_minor, value_at_s, received_at_s, posted, reason
FROM channel_payment WHERE channel = ?1 AND id > ?2 ORDER BY id LIMIT 1;

-- name: store_channel_payment_aside
-- However many were posted: the table's own order would serve as well for the planner.
SELECT channel, id, number, account, amount_minor, value_at_s, received_at_s, posted, reason
FROM channel_payment INDEXED BY channel_payment_aside
WHERE channel = ?1 AND id > ?2 AND posted = 0 ORDER BY id LIMIT 1;

-- name: pg_store_channel_payment_aside
SELECT channel, id, number, account, amount_minor, value_at_s, received_at_s, posted, reason
FROM channel_payment WHERE channel = ?1 AND id > ?2 AND posted = 0 ORDER BY id LIMIT 1;

-- name: store_put_channel_conflict
INSERT INTO channel_conflict (channel, number, account, amount_minor, value_at_s, received_at_s)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (channel, number, account, amount_minor, value_at_s) DO NOTHING;

-- name: store_payment_above
-- Standing payments of an account.
SELECT terminal, seq FROM payment
WHERE account = ?1 AND undone_by = '' AND (terminal > ?2 OR (terminal = ?2 AND seq > ?3))
ORDER BY terminal, seq LIMIT 1;

-- name: store_clear_payment_bills
DELETE FROM payment_bill WHERE terminal = ?1 AND seq = ?2;

-- name: store_from_balance
-- Of each bill what neither stands open nor was paid by a payment that stands: the advance balance
-- paid it. The newest first.
SELECT b.month, b.type, b.amount_minor - b.open_minor - b.paid_minor
FROM (SELECT i.month, i.type, i.amount_minor, i.open_minor,
             CAST(coalesce((SELECT sum(d.amount_minor) FROM payment AS p
                            JOIN payment_bill AS d ON d.terminal = p.terminal AND d.seq = p.seq
                            WHERE p.account = i.account AND p.undone_by = ''
                              AND d.month = i.month AND d.type = i.type), 0) AS BIGINT)
             AS paid_minor
      FROM bill AS i WHERE i.account = ?1) AS b
WHERE b.amount_minor - b.open_minor > b.paid_minor
ORDER BY b.month DESC, b.type DESC;
