-- The host's store on PostgreSQL, version 2: store_4_sent.sql says what the columns are.

-- name: pg_tables_sent
CREATE TABLE sent (
    terminal TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    "user" TEXT COLLATE "C" NOT NULL,
    at_s BIGINT NOT NULL,
    received_at_s BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (terminal, seq)
) PARTITION BY HASH (terminal);
