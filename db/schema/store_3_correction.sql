-- The host's store, version 3: what the office corrects after a day was closed.

-- name: store_tables_3_correction
CREATE TABLE correction (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,              -- 1 transfer, 2 refund, 3 cancel
    state INTEGER NOT NULL,             -- 1 proposed, 2 approved, 3 refused
    terminal TEXT NOT NULL,             -- the payment, as table payment names it
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,                 -- of the original entry
    account TEXT NOT NULL,
    to_account TEXT NOT NULL,           -- of a transfer; '' otherwise
    amount_minor INTEGER NOT NULL,
    value_at_s INTEGER NOT NULL,        -- when the money was handed over
    reason TEXT NOT NULL,
    matter INTEGER NOT NULL,            -- what asked for it; 0 = nobody
    proposed_by TEXT NOT NULL,
    proposed_at_s INTEGER NOT NULL,
    decided_by TEXT NOT NULL,           -- '' = not yet
    decided_at_s INTEGER NOT NULL,
    slip TEXT NOT NULL,                 -- of a refund that was paid out; '' = not yet
    paid_by TEXT NOT NULL,
    paid_at_s INTEGER NOT NULL
) STRICT;
-- One that is not refused, for a payment.
CREATE UNIQUE INDEX correction_payment ON correction (terminal, seq) WHERE state < 3;
CREATE INDEX correction_account ON correction (account);
CREATE INDEX correction_to ON correction (to_account) WHERE to_account <> '';
