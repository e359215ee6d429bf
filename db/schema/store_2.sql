-- The host's store, version 2: what an entry is undone by, what the office has to answer, where a
-- meter is and what it showed.

-- name: store_tables_2
ALTER TABLE user ADD COLUMN must_change_pin INTEGER NOT NULL DEFAULT 0
    CHECK (must_change_pin IN (0, 1));
ALTER TABLE customer ADD COLUMN latitude_e7 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN longitude_e7 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN last_reading_cwh INTEGER NOT NULL DEFAULT -1;
ALTER TABLE customer ADD COLUMN last_reading_date INTEGER NOT NULL DEFAULT 0;

-- What a payment did to its customer, bill by bill, so that it can be undone exactly.
CREATE TABLE payment (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    account TEXT NOT NULL REFERENCES customer (account),
    before_date INTEGER NOT NULL,       -- the customer's last payment as it was before
    before_minor INTEGER NOT NULL,
    undone_by TEXT NOT NULL,            -- source of the posting that undid it; '' = it stands
    PRIMARY KEY (terminal, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE payment_bill (
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    month INTEGER NOT NULL,
    type INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,      -- of the bill, fee excluded
    late_fee_minor INTEGER NOT NULL,
    PRIMARY KEY (terminal, seq, month, type),
    FOREIGN KEY (terminal, seq) REFERENCES payment (terminal, seq)
) STRICT, WITHOUT ROWID;

-- What collectors ask the office: disputes and requests for corrections.
CREATE TABLE matter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind INTEGER NOT NULL,
    terminal TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at_s INTEGER NOT NULL,
    account TEXT NOT NULL,
    code INTEGER NOT NULL,              -- a dispute's proof, a correction's reason
    reference TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    answered_at_s INTEGER NOT NULL,     -- 0 = open
    answer TEXT NOT NULL,
    UNIQUE (terminal, seq)
) STRICT;
CREATE INDEX matter_account ON matter (account) WHERE answered_at_s = 0;
