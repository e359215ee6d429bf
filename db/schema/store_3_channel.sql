-- The host's store, version 3: payments that came through a bank or another channel.

-- name: store_tables_3_channel
CREATE INDEX payment_account ON payment (account);

CREATE TABLE channel (
    name TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    certificate BLOB NOT NULL,          -- fingerprint of the one in force; zeros = none
    stopped INTEGER NOT NULL CHECK (stopped IN (0, 1))
) STRICT, WITHOUT ROWID;

-- What a channel told, once for each of its numbers.
CREATE TABLE channel_payment (
    channel TEXT NOT NULL REFERENCES channel (name),
    id INTEGER NOT NULL CHECK (id > 0),
    number TEXT NOT NULL,               -- the channel's own
    account TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    value_at_s INTEGER NOT NULL,        -- when it was paid there
    received_at_s INTEGER NOT NULL,
    posted INTEGER NOT NULL CHECK (posted IN (0, 1)),
    reason TEXT NOT NULL,               -- why it is set aside; '' once it is posted
    PRIMARY KEY (channel, id),
    UNIQUE (channel, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_payment_aside ON channel_payment (channel, id) WHERE posted = 0;

-- Evidence: the same number came with other content.
CREATE TABLE channel_conflict (
    channel TEXT NOT NULL REFERENCES channel (name),
    number TEXT NOT NULL,
    account TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    value_at_s INTEGER NOT NULL,
    received_at_s INTEGER NOT NULL,
    PRIMARY KEY (channel, number, account, amount_minor, value_at_s)
) STRICT, WITHOUT ROWID;
