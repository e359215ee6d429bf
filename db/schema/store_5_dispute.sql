-- The host's store, version 5: when an account was in dispute, and the late fee that is held until
-- the office has answered; db/store_dispute.h says what columns mean.

-- name: store_tables_5_dispute
ALTER TABLE matter ADD COLUMN outcome INTEGER NOT NULL DEFAULT 0;

CREATE TABLE dispute (
    account TEXT NOT NULL REFERENCES customer (account),
    opened_at_s INTEGER NOT NULL,
    answered_at_s INTEGER NOT NULL,     -- 0 = open
    outcome INTEGER NOT NULL,
    PRIMARY KEY (account, opened_at_s)
) STRICT, WITHOUT ROWID;

CREATE TABLE held_fee (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    month INTEGER NOT NULL,
    type INTEGER NOT NULL,
    account TEXT NOT NULL REFERENCES customer (account),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
    PRIMARY KEY (terminal, seq, month, type)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_fee_account ON held_fee (account);

-- What was posted before held nothing.
INSERT INTO dispute SELECT account, min(at_s), 0, 0 FROM matter
WHERE kind = 1 AND answered_at_s = 0 AND account IN (SELECT account FROM customer)
GROUP BY account;
INSERT INTO value SELECT 'held_after', CAST(max(number) AS TEXT) FROM posting
HAVING max(number) IS NOT NULL;
