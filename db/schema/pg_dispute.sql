-- The host's store on PostgreSQL, version 3: store_5_dispute.sql says what it is.

-- name: pg_tables_dispute
ALTER TABLE matter ADD COLUMN outcome BIGINT NOT NULL DEFAULT 0;

CREATE TABLE dispute (
    account TEXT COLLATE "C" NOT NULL,
    opened_at_s BIGINT NOT NULL,
    answered_at_s BIGINT NOT NULL,
    outcome BIGINT NOT NULL,
    PRIMARY KEY (account, opened_at_s)
) PARTITION BY HASH (account);

CREATE TABLE held_fee (
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    month BIGINT NOT NULL,
    type BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    claimed BIGINT NOT NULL CHECK (claimed IN (0, 1)),
    PRIMARY KEY (terminal, seq, month, type)
) PARTITION BY HASH (terminal);
CREATE INDEX held_fee_account ON held_fee (account);

-- name: pg_dispute_fill
-- Once its parts are there.
INSERT INTO dispute SELECT account, min(at_s), 0, 0 FROM matter
WHERE kind = 1 AND answered_at_s = 0 GROUP BY account;

-- name: pg_dispute_held_after
INSERT INTO value SELECT 'held_after', CAST(max(number) AS TEXT) FROM posting
HAVING max(number) IS NOT NULL;
