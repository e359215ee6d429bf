-- The host's store on PostgreSQL, version 3: store_3_channel.sql says what the columns are.

-- name: pg_tables_channel
CREATE INDEX payment_account ON payment (account);

CREATE TABLE channel (
    name TEXT COLLATE "C" PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    certificate BYTEA NOT NULL,
    stopped BIGINT NOT NULL CHECK (stopped IN (0, 1))
);

CREATE TABLE channel_payment (
    channel TEXT COLLATE "C" NOT NULL REFERENCES channel (name),
    id BIGINT NOT NULL CHECK (id > 0),
    number TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
    value_at_s BIGINT NOT NULL,
    received_at_s BIGINT NOT NULL,
    posted BIGINT NOT NULL CHECK (posted IN (0, 1)),
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (channel, id),
    UNIQUE (channel, number)
);
CREATE INDEX channel_payment_aside ON channel_payment (channel, id) WHERE posted = 0;

CREATE TABLE channel_conflict (
    channel TEXT COLLATE "C" NOT NULL REFERENCES channel (name),
    number TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    amount_minor BIGINT NOT NULL,
    value_at_s BIGINT NOT NULL,
    received_at_s BIGINT NOT NULL,
    PRIMARY KEY (channel, number, account, amount_minor, value_at_s)
);
